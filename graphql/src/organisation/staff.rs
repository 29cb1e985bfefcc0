//! `Staff`, `Assignment`, `Position`.

use super::{OrgUnit, ScheduledChange};
use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    correction::Correction,
    enums::{Capacity, EmploymentKind, FeedbackDirection, PositionKind, StaffStatus},
    error::OrFail,
    evaluation::{self, Evaluation, EvaluationConnection},
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    page,
    plan::{self, Plan, PlanConnection},
    scalars::Date,
    training::{Training, TrainingHours},
    weight::list_size,
    written::{self, Written},
};
use async_graphql::{ComplexObject, Context, ID, Lookahead, Object, SelectionField, SimpleObject, Value};
use chrono::Datelike;
use domain::id::{AssignmentId, StaffId};
use futures_util::FutureExt;
use service::{organisation, power::Changed};
use std::sync::Arc;

/// Maximum number of items in `Staff.corrections`; the query `corrections` returns all of them.
const CORRECTIONS_MAX: usize = 50;

#[derive(Clone)]
pub struct Staff(pub domain::staff::Staff);

connection!(StaffConnection, StaffEdge, Staff, "people", nested);

/// A person of the agency: a pegawai ASN, or a rater from outside. Everyone who is logged in can see name, assignment
/// and unit. Personal fields are null unless you are the person, one of their superiors, the performance team or an
/// admin of the unit, or an auditor.
#[Object]
impl Staff {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Staff, self.0.id)
    }
    /// The name with titles.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// NIP or NI PPPK, 18 digits; null for a person from outside. Personal.
    async fn nip(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        Ok(if self.is_personal(ctx).await? { self.0.nip.as_deref() } else { None })
    }
    /// Id in the personnel system; null if none. Personal.
    async fn external_id(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        Ok(if self.is_personal(ctx).await? { self.0.external_id.as_deref() } else { None })
    }
    /// Employment status. Personal.
    async fn employment_kind(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<EmploymentKind>> {
        Ok(self.is_personal(ctx).await?.then(|| self.0.employment_kind.into()))
    }
    /// Label of `employmentKind` in the requested language. Personal.
    async fn employment_kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> async_graphql::Result<Option<&str>> {
        let personal = self.is_personal(ctx).await?;
        Ok(personal.then(|| label(ctx, locale, self.0.employment_kind)))
    }
    /// Whether the person still works for the agency.
    async fn status(&self) -> StaffStatus {
        self.0.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.status)
    }
    /// The assignment on a day, by default today; null if none. Assignments that have ended are personal.
    async fn assignment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Option<Assignment>> {
        let on = on.map_or(ctx.env()?.today(ctx.actor()?), |on| on.0);
        let all = ctx.loaders()?.assignments_of_staff.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(all.into_iter().find(|assignment| assignment.open_on(on)).map(Assignment))
    }
    /// The assignments, newest first. Those that have ended are personal.
    #[graphql(directive = list_size::apply(3))]
    async fn assignments(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Assignment>> {
        let all = ctx.loaders()?.assignments_of_staff.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(all.into_iter().map(Assignment).collect())
    }
    /// The scheduled changes, waiting and past ones, by day. Personal: empty if you can't see them.
    #[graphql(directive = list_size::apply(1))]
    async fn scheduled_changes(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ScheduledChange>> {
        let all = ctx.loaders()?.scheduled_of_staff.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(all.into_iter().map(ScheduledChange).collect())
    }
    /// The plans that you can see, newest first.
    async fn plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<Written<PlanConnection>> {
        let staff = self.0.id;
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let columns = plan::projection(page::Items::of(&ctx.look_ahead()).selections());
            let key = ((staff, columns), size);
            let page = ctx.loaders()?.plans_of_staff.find(ctx, key).await?.unwrap_or_default();
            return Ok(match written::connection(ctx, &page, |item| Plan(item.clone())) {
                Some(text) => Written::Json(text),
                None => Written::Object(PlanConnection::shared(&page, |item| Plan(item.clone()))),
            });
        }
        plan::of_person(ctx, staff, page::request(first, after, None, None)).await.map(Written::Object)
    }
    /// The evaluations that you can see, newest first.
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<Written<EvaluationConnection>> {
        let staff = self.0.id;
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let columns = evaluation::projection(page::Items::of(&ctx.look_ahead()).selections());
            let key = ((staff, columns), size);
            let page = ctx.loaders()?.evaluations_of_staff.find(ctx, key).await?.unwrap_or_default();
            return Ok(match written::connection(ctx, &page, |item| Evaluation(item.clone())) {
                Some(text) => Written::Json(text),
                None => Written::Object(EvaluationConnection::shared(&page, |item| Evaluation(item.clone()))),
            });
        }
        evaluation::of_person(ctx, staff, page::request(first, after, None, None)).await.map(Written::Object)
    }
    /// The trainings whose last day is in a year, oldest first; only those that you can see, without withdrawn ones.
    #[graphql(directive = list_size::apply(3))]
    async fn trainings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year; this year by default.")] year: Option<i32>,
    ) -> async_graphql::Result<Vec<Training>> {
        let year = year.map_or_else(|| this_year(ctx), Ok)?;
        let all = ctx.loaders()?.trainings_of_staff.find(ctx, (self.0.id, year)).await?.unwrap_or_default();
        Ok(all.into_iter().map(Training).collect())
    }
    /// The lesson hours (JP) of a year and the hours to reach. Personal.
    async fn training_hours(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year; this year by default.")] year: Option<i32>,
    ) -> async_graphql::Result<Option<TrainingHours>> {
        let year = year.map_or_else(|| this_year(ctx), Ok)?;
        Ok(ctx.loaders()?.training_hours.find(ctx, (self.0.id, year)).await?.map(Into::into))
    }
    /// The corrections of the person's record that you can see, the newest first; at most 50.
    #[graphql(directive = list_size::apply(2))]
    async fn corrections(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Correction>> {
        let all = ctx.loaders()?.corrections_of_staff.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(all.into_iter().take(CORRECTIONS_MAX).map(Correction).collect())
    }
    /// Last day with the agency; null while the person works there. Personal.
    async fn ended_on(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Date>> {
        Ok(if self.is_personal(ctx).await? { self.0.ended_on.map(Date) } else { None })
    }
    /// The journal entries about the person that you can see, oldest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Journal cursor to start after; by default from the first entry.")] after: Option<
            String,
        >,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The roles in which you may give this person feedback today, such as SUPERIOR or PEER; empty if you may not. If
    /// there are several, pass one of them to `giveFeedback`.
    async fn feedback_directions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FeedbackDirection>> {
        if !self.0.employment_kind.is_appraised() || self.0.status != domain::staff::StaffStatus::Active {
            return Ok(Vec::new());
        }
        let found = ctx.loaders()?.feedback_directions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.into_iter().map(Into::into).collect())
    }
    /// Labels of `feedbackDirections` in the requested language, in the same order.
    async fn feedback_direction_labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> async_graphql::Result<Vec<&str>> {
        let directions = self.feedback_directions(ctx).await?.into_iter();
        let directions = directions.map(domain::feedback::FeedbackDirection::from);
        Ok(directions.map(|direction| label(ctx, locale, direction)).collect())
    }
    /// The actions on the person: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let assignments = ctx.loaders()?.assignments_of_staff.find(ctx, self.0.id).await?.unwrap_or_default();
        let all = organisation::staff_actions(ctx.env()?, ctx.actor()?, &self.0, &assignments);
        Ok(AllowedAction::list(&Arc::new(all)))
    }
}

impl Staff {
    async fn is_personal(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(ctx.loaders()?.personal.find(ctx, self.0.id).await?.is_some())
    }
}

/// The current year, in the time zone of the agency.
fn this_year(ctx: &Context<'_>) -> async_graphql::Result<i32> {
    Ok(ctx.env()?.today(ctx.actor()?).year())
}

/// Loads a person by id.
pub(crate) async fn one(ctx: &Context<'_>, id: StaffId) -> async_graphql::Result<Option<Staff>> {
    Ok(ctx.loaders()?.staff.find(ctx, id).await?.map(Staff))
}

/// Prefetches the data that the document selects for a list of people, with one statement for each relation.
pub(crate) async fn prefetch(ctx: &Context<'_>, people: &[StaffId]) -> async_graphql::Result<()> {
    let (loaders, node) = (ctx.loaders()?, page::Items::of(&ctx.look_ahead()));
    let selects = |names: &[&str]| names.iter().any(|name| node.field(name).exists());
    if selects(&["nip", "externalId", "employmentKind", "employmentKindLabel", "endedOn"]) {
        loaders.personal.prefetch(people.to_vec()).await;
    }
    if selects(&["feedbackDirections", "feedbackDirectionLabels"]) {
        loaders.feedback_directions.prefetch(people.to_vec()).await;
    }
    if selects(&["scheduledChanges"]) {
        loaders.scheduled_of_staff.prefetch(people.to_vec()).await;
    }
    if selects(&["assignment", "assignments", "allowedActions"]) {
        loaders.assignments_of_staff.prefetch(people.to_vec()).await;
        if node.field("assignment").field("unit").exists() || node.field("assignments").field("unit").exists()
        {
            let mut units = Vec::new();
            for person in people {
                let all = loaders.assignments_of_staff.find(ctx, *person).await?.unwrap_or_default();
                units.extend(all.into_iter().map(|assignment| assignment.unit));
            }
            loaders.units.prefetch(units).await;
        }
    }
    let fields = node.selections().iter().flat_map(Lookahead::selection_fields);
    for selected in fields.flat_map(|field| field.selection_set().collect::<Vec<_>>()) {
        let Some(size) = first_of(&selected) else { continue };
        let name = selected.name();
        let items = page::Items::of(&Lookahead::from(selected));
        match name {
            "plans" => {
                let columns = plan::projection(items.selections());
                let keys = people.iter().map(|person| ((*person, columns), size));
                loaders.plans_of_staff.prefetch(keys.collect()).await;
            }
            "evaluations" => {
                let columns = evaluation::projection(items.selections());
                let keys = people.iter().map(|person| ((*person, columns), size));
                loaders.evaluations_of_staff.prefetch(keys.collect()).await;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns the page size of a selected connection; none unless the page is the first.
fn first_of(selected: &SelectionField<'_>) -> Option<usize> {
    let arguments = selected.arguments().ok()?;
    let value = |wanted: &str| arguments.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let first = match value("first") {
        None | Some(Value::Null) => None,
        Some(Value::Number(number)) => Some(i32::try_from(number.as_i64()?).ok()?),
        Some(_) => return None,
    };
    matches!(value("after"), None | Some(Value::Null)).then(|| page::first_size(first)).flatten()
}

#[derive(Clone)]
pub struct Assignment(pub domain::assignment::Assignment);

/// A dated assignment of a person to a unit and position (penempatan).
#[Object]
impl Assignment {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Assignment, self.0.id)
    }
    /// The person; null if nobody has held the post yet, because an acting official (Plt) is the first to have its powers.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        if self.0.never_held { Ok(None) } else { one(ctx, self.0.staff).await }
    }
    /// The unit.
    async fn unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The position.
    async fn position(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Position>> {
        Ok(ctx.loaders()?.positions.find(ctx, self.0.position).await?.map(Position))
    }
    /// Rank (golongan/ruang), such as `III/c`; null if none. Personal.
    async fn rank(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let personal = ctx.loaders()?.personal.find(ctx, self.0.staff).await?.is_some();
        Ok(if personal { self.0.rank.as_deref() } else { None })
    }
    /// The assignment of the direct superior on a day, by default today; null at the top. For a day after the end of
    /// the assignment: the superior of its last day.
    async fn superior(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Option<Self>> {
        match on.map_or(self.0.superior, |on| self.0.superior_on(on.0)) {
            Some(superior) => Ok(ctx.loaders()?.assignments.find(ctx, superior).await?.map(Self)),
            None => Ok(None),
        }
    }
    /// All direct superiors, each with their first and end day, oldest first.
    #[graphql(directive = list_size::apply(3))]
    async fn superiors(&self) -> Vec<SuperiorOfAssignment> {
        self.0.superiors_by_day().map(SuperiorOfAssignment::from).collect()
    }
    /// Definitive or acting.
    async fn capacity(&self) -> Capacity {
        self.0.capacity.into()
    }
    /// Label of `capacity` in the requested language.
    async fn capacity_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.capacity)
    }
    /// Whether the person heads the unit.
    async fn leads(&self) -> bool {
        self.0.leads
    }
    /// Start date (inclusive).
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }
    /// End date (exclusive); null while current. Equal to `validFrom` if it was recorded by mistake and withdrawn, and
    /// for a post that nobody has held yet.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let all =
            organisation::assignment_actions(ctx.env()?, ctx.actor()?, &self.0).boxed().await.or_fail(ctx)?;
        AllowedAction::of_post(ctx, all, (Changed::Post(&self.0), Some(self.0.unit))).await
    }
}

/// A direct superior and the days for which they are the superior.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct SuperiorOfAssignment {
    #[graphql(skip)]
    superior: AssignmentId,
    /// First day under this superior.
    valid_from: Date,
    /// End date (exclusive); null while it lasts.
    valid_to: Option<Date>,
}

#[ComplexObject]
impl SuperiorOfAssignment {
    /// The superior's assignment; null if it has ended and you can't see it.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        Ok(ctx.loaders()?.assignments.find(ctx, self.superior).await?.map(Assignment))
    }
}

impl From<domain::assignment::UnderSuperior> for SuperiorOfAssignment {
    fn from(days: domain::assignment::UnderSuperior) -> Self {
        Self { superior: days.superior, valid_from: Date(days.from), valid_to: days.to.map(Date) }
    }
}

connection!(PositionConnection, PositionEdge, Position, "positions");

#[derive(Clone)]
pub struct Position(pub domain::staff::Position);

/// A position (jabatan).
#[Object]
impl Position {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Position, self.0.id)
    }
    /// The code in the agency's lists, unique.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// Kind of position.
    async fn kind(&self) -> PositionKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// Level of a functional position (jenjang); null for other kinds.
    async fn level(&self) -> Option<&str> {
        self.0.level.as_deref()
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        Ok(AllowedAction::list(&Arc::new(organisation::position_actions(ctx.actor()?))))
    }
}
