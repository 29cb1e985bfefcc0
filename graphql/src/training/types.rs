//! `Training`, the part of an evaluation that it supports, and the hours of a year.

use crate::{
    activity::Evidence,
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::TrainingStatus,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{OrgUnit, Staff, one_staff},
    plan::{self, Plan},
    scalars::{Date, DateTime},
    scoring::TrainingCountsFor,
    weight::list_size,
};
use async_graphql::{Context, ID, Object, SimpleObject};
use domain::{
    id::TrainingId,
    training::{self, SupportAbout},
};
use std::sync::Arc;

#[derive(Clone)]
pub struct Training(pub Arc<domain::training::Training>);

connection!(TrainingConnection, TrainingEdge, Training, "trainings", count = 50);

/// A training (pengembangan kompetensi) that a person recorded with its certificate. The performance team or an admin of
/// the unit verifies it; then it counts towards the hours of its year, and as evidence in evaluations. Visible to the
/// person, their superiors, the performance team and admins of the unit, and auditors.
#[Object]
impl Training {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Training, self.0.id)
    }
    /// The person.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The unit whose performance team verifies it: the unit of the plan that it supports; without such a plan, the
    /// unit of the person's assignment when it was recorded.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// Code of its kind; see `trainingKinds`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }
    /// Name of its kind in the requested language, as it was when the training was recorded.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        self.0.kind_label.text(ctx.language(locale))
    }
    /// Its name.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// The organisation that held or awarded it.
    async fn organiser(&self) -> &str {
        &self.0.organiser
    }
    /// Lesson hours (JP); 0 for a kind without hours.
    async fn hours(&self) -> i32 {
        i32::try_from(self.0.hours).unwrap_or(i32::MAX)
    }
    /// First day.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }
    /// Last day. The training counts in the year, and in the part of the year, of this day.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }
    /// Number of the certificate; null if not given.
    async fn certificate_number(&self) -> Option<&str> {
        self.0.certificate_number.as_deref()
    }
    /// The certificate: files and links.
    #[graphql(directive = list_size::apply(1))]
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().map(Evidence::of_result).collect()
    }
    /// The part of an evaluation that it supports; null if it only counts towards the hours of the year.
    async fn supports(&self) -> Option<TrainingSupport> {
        self.0.supports.clone().map(TrainingSupport)
    }
    /// Global id of the recommendation that it follows; null if none.
    async fn recommendation_id(&self) -> Option<ID> {
        self.0.recommendation.map(|made| id::encode(Kind::Recommendation, made))
    }
    /// Status of the training.
    async fn status(&self) -> TrainingStatus {
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
    /// Time at which it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }
    /// The person who verified or refused it; null until then.
    async fn decided_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match &self.0.decision {
            Some(decision) => one_staff(ctx, decision.by).await,
            None => Ok(None),
        }
    }
    /// Time of the decision; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decision.as_ref().map(|decision| DateTime(decision.at))
    }
    /// The reason for the refusal; null if it was not refused.
    async fn refusal_reason(&self) -> Option<&str> {
        self.0.decision.as_ref()?.reason.as_deref()
    }
    /// The journal entries about it, oldest first.
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
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = service::training::actions(ctx.actor()?, &self.0);
        AllowedAction::of_person(ctx, found, (self.0.staff, self.0.unit)).await
    }
}

pub struct TrainingSupport(training::Support);

/// The part of an evaluation that a training supports: a result row or a behaviour value.
#[Object]
impl TrainingSupport {
    /// The plan; null if you can't see it.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        plan::one(ctx, self.0.plan).await
    }
    /// Whether it is evidence for the results or the behaviour.
    async fn counts_for(&self) -> TrainingCountsFor {
        self.0.about.counts_for().into()
    }
    /// Label of `countsFor` in the requested language.
    async fn counts_for_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.about.counts_for())
    }
    /// Key of the result row; null for a behaviour value.
    async fn plan_result_id(&self) -> Option<ID> {
        match self.0.about {
            SupportAbout::Result(id) => Some(id::encode(Kind::PlanResult, id)),
            SupportAbout::Behaviour(_) => None,
        }
    }
    /// Global id of the behaviour value; null for a result row.
    async fn criterion_id(&self) -> Option<ID> {
        match self.0.about {
            SupportAbout::Behaviour(id) => Some(id::encode(Kind::Criterion, id)),
            SupportAbout::Result(_) => None,
        }
    }
    /// Text of the row or name of the value when the training was recorded.
    async fn title(&self) -> &str {
        &self.0.title
    }
}

/// The lesson hours (JP) of a person in a year.
#[derive(SimpleObject)]
pub struct TrainingHours {
    /// Hours of verified trainings that ended in the year. A certificate counts only once, even in different years.
    hours: i32,
    /// Hours that a person should reach in a year, by the agency's regulation.
    target: i32,
}

impl From<service::training::Hours> for TrainingHours {
    fn from(found: service::training::Hours) -> Self {
        let whole = |hours: u32| i32::try_from(hours).unwrap_or(i32::MAX);
        Self { hours: whole(found.hours), target: whole(found.target) }
    }
}

/// Loads a training by id, if the caller can see it.
pub(crate) async fn one(ctx: &Context<'_>, id: TrainingId) -> async_graphql::Result<Option<Training>> {
    Ok(ctx.loaders()?.trainings.find(ctx, id).await?.map(Training))
}
