//! Past states: a plan, an evaluation or a person as one journal entry recorded it. A past state has its own id, so
//! that it never replaces the current object in a client's cache.

mod assignment;
mod content;

use super::{
    context::ContextExt,
    enums::{
        EmploymentKind, EvaluationKind, EvaluationStatus, Expectation, OrgUnitPredicate, PlanStatus,
        Predicate, StaffStatus,
    },
    error::OrFail,
    evaluation::Evaluation,
    id::{self, GlobalId, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    plan::{FormOf, PersonSnapshot, Plan, Rater},
    refused,
    scalars::{Date, DateTime, Decimal},
    scoring::ScoreNode,
};
use crate::weight::list_size;
use assignment::RecordedAssignment;
use async_graphql::{Context, ID, Object};
use content::PlanContent;
use domain::{
    Key, Message,
    id::{EvaluationId, PlanId, StaffId},
};
use futures_util::FutureExt;
use service::journal::{self, Moment, Recorded, RecordedStaff};
use std::sync::Arc;

/// Queries on past states.
#[derive(Default)]
pub struct StateQuery;

#[Object]
impl StateQuery {
    /// A plan as it was at an instant, as recorded by the last journal entry at or before that instant. Null if the
    /// plan did not exist yet or you can't see it.
    async fn plan_as_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id of the plan.")] id: ID,
        #[graphql(desc = "The instant.")] at: DateTime,
    ) -> async_graphql::Result<Option<PlanState>> {
        let found = plan(ctx, id::argument(ctx, Kind::Plan, &id, "id")?, Moment::At(at.0)).await?;
        Ok(refused::unless_found(ctx, found))
    }

    /// An evaluation as it was at an instant, as recorded by the last journal entry at or before that instant. Null if
    /// the evaluation did not exist yet or you can't see it.
    async fn evaluation_as_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id of the evaluation.")] id: ID,
        #[graphql(desc = "The instant.")] at: DateTime,
    ) -> async_graphql::Result<Option<EvaluationState>> {
        let found =
            evaluation(ctx, id::argument(ctx, Kind::Evaluation, &id, "id")?, Moment::At(at.0)).await?;
        Ok(refused::unless_found(ctx, found))
    }

    /// A person as they were at an instant, as recorded by the last journal entry at or before that instant. Null if
    /// the person was not recorded yet, or if you can't see their personal data. For an instant in the future, `note`
    /// names the scheduled changes that the state does not include.
    async fn staff_as_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id of the person.")] id: ID,
        #[graphql(desc = "The instant.")] at: DateTime,
    ) -> async_graphql::Result<Option<StaffState>> {
        let found = staff(ctx, id::argument(ctx, Kind::Staff, &id, "id")?, Moment::At(at.0)).await?;
        Ok(refused::unless_found(ctx, found))
    }
}

/// Loads the state of a plan at a moment.
async fn plan(ctx: &Context<'_>, id: PlanId, at: Moment) -> async_graphql::Result<Option<PlanState>> {
    let found = journal::plan_as_of(ctx.env()?, ctx.actor()?, id, at).boxed().await.or_fail(ctx)?;
    Ok(found.map(|found| PlanState(Arc::new(found))))
}

/// Loads the state of an evaluation at a moment.
async fn evaluation(
    ctx: &Context<'_>,
    id: EvaluationId,
    at: Moment,
) -> async_graphql::Result<Option<EvaluationState>> {
    let found = journal::evaluation_as_of(ctx.env()?, ctx.actor()?, id, at).boxed().await.or_fail(ctx)?;
    Ok(found.map(|found| EvaluationState(Arc::new(found))))
}

/// Loads the state of a person at a moment.
async fn staff(ctx: &Context<'_>, id: StaffId, at: Moment) -> async_graphql::Result<Option<StaffState>> {
    let found = journal::staff_as_of(ctx.env()?, ctx.actor()?, id, at).boxed().await.or_fail(ctx)?;
    Ok(found.map(|found| StaffState(Arc::new(found))))
}

/// Loads a past state by its id.
pub async fn by_id(ctx: &Context<'_>, found: GlobalId) -> async_graphql::Result<Option<super::node::Node>> {
    use super::node::Node;
    let Some(of) = found.of else { return Ok(None) };
    let at = Moment::Entry(found.id);
    Ok(match found.kind {
        Kind::PlanState => plan(ctx, of.into(), at).await?.map(Node::PlanState),
        Kind::EvaluationState => evaluation(ctx, of.into(), at).await?.map(Node::EvaluationState),
        Kind::StaffState => staff(ctx, of.into(), at).await?.map(Node::StaffState),
        _ => None,
    })
}

#[derive(Clone)]
pub struct PlanState(Arc<Recorded<domain::plan::Plan>>);

/// A plan as one journal entry recorded it.
#[Object]
impl PlanState {
    /// Global id of this state; it differs from the id of the plan.
    pub async fn id(&self) -> ID {
        id::encode_in(Kind::PlanState, self.0.value.id, self.0.entry)
    }
    /// Time of the journal entry that recorded it.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// The plan as it is now.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        super::plan::one(ctx, self.0.value.id).await
    }
    /// Status of the plan.
    async fn status(&self) -> PlanStatus {
        self.0.value.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.value.status)
    }
    /// First day that it covers.
    async fn starts_on(&self) -> Date {
        Date(self.0.value.starts_on)
    }
    /// Last day that it covers.
    async fn ends_on(&self) -> Date {
        Date(self.0.value.ends_on)
    }
    /// The rater.
    async fn rater(&self) -> Rater {
        let plan = &self.0.value;
        Rater::on_form(plan.rater.clone(), plan.staff, self.form())
    }
    /// The ratee; null unless the form was finished.
    async fn ratee(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PersonSnapshot>> {
        self.form().ratee(ctx).await
    }
    /// Whether the first submission was after the deadline.
    async fn late(&self) -> bool {
        self.0.value.late
    }
    /// The current contents at that time: the draft or submitted revision if there was one, otherwise the revision in
    /// force.
    async fn current_content(&self) -> Option<PlanContent> {
        self.0.value.current().map(|revision| PlanContent::new(&revision.content))
    }
    /// The contents in force; null until the plan was approved.
    async fn effective_content(&self) -> Option<PlanContent> {
        self.0.value.effective().map(|revision| PlanContent::new(&revision.content))
    }
    /// The reason that the rater gave when last returning it; null if never returned.
    async fn decision_note(&self) -> Option<&str> {
        self.0.value.decision_note.as_deref()
    }
    /// Time of creation.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.value.created_at)
    }
    /// Time of the last submission; null until then.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.value.submitted_at.map(DateTime)
    }
    /// Time of the rater's last decision; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.value.decided_at.map(DateTime)
    }
    /// Version number of the plan in this state.
    async fn version(&self) -> i32 {
        self.0.value.version
    }
}

impl PlanState {
    fn form(&self) -> FormOf {
        FormOf::Loaded(self.0.value.form.clone().map(Arc::new))
    }
}

#[derive(Clone)]
pub struct EvaluationState(Arc<Recorded<domain::evaluation::Evaluation>>);

/// An evaluation as one journal entry recorded it. Ratings that were a draft at that time are null for everyone except
/// the rater.
#[Object]
impl EvaluationState {
    /// Global id of this state; it differs from the id of the evaluation.
    pub async fn id(&self) -> ID {
        id::encode_in(Kind::EvaluationState, self.0.value.id, self.0.entry)
    }
    /// Time of the journal entry that recorded it.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// The evaluation as it is now.
    async fn evaluation(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Evaluation>> {
        super::evaluation::one(ctx, self.0.value.id).await
    }
    /// Periodic or annual.
    async fn kind(&self) -> EvaluationKind {
        self.0.value.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.value.kind)
    }
    /// Status of the evaluation.
    async fn status(&self) -> EvaluationStatus {
        self.0.value.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.value.status)
    }
    /// The rater.
    async fn rater(&self) -> Rater {
        let evaluation = &self.0.value;
        Rater::on_form(evaluation.rater.clone(), evaluation.staff, self.form())
    }
    /// The ratee; null unless the ratings were final.
    async fn ratee(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PersonSnapshot>> {
        self.form().ratee(ctx).await
    }
    /// The employee's own note; null if none.
    async fn self_note(&self) -> Option<&str> {
        self.0.value.detail.self_note.as_deref()
    }
    /// Time of the last report; null until then.
    async fn reported_at(&self) -> Option<DateTime> {
        self.0.value.detail.reported_at.map(DateTime)
    }
    /// The rater's rating of the results.
    async fn result_rating(&self) -> Option<Expectation> {
        self.0.value.result_rating.map(Into::into)
    }
    /// Label of `resultRating` in the requested language.
    async fn result_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.value.result_rating?))
    }
    /// The rater's rating of the behaviour.
    async fn behaviour_rating(&self) -> Option<Expectation> {
        self.0.value.behaviour_rating.map(Into::into)
    }
    /// Label of `behaviourRating` in the requested language.
    async fn behaviour_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.value.behaviour_rating?))
    }
    /// The reason why the results are not as expected.
    async fn result_reason(&self) -> Option<&str> {
        self.0.value.detail.result_reason.as_deref()
    }
    /// The reason why the behaviour is not as expected.
    async fn behaviour_reason(&self) -> Option<&str> {
        self.0.value.detail.behaviour_reason.as_deref()
    }
    /// Score under a numeric scheme; null under a rating matrix.
    async fn score(&self) -> Option<Decimal> {
        self.0.value.detail.score.as_ref()?.score().map(Decimal)
    }
    /// The predicate; null unless the ratings were final.
    async fn predicate(&self) -> Option<Predicate> {
        self.0.value.predicate.map(Into::into)
    }
    /// Label of `predicate` in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.value.predicate?))
    }
    /// The unit's predicate at the time the ratings became final; null if it was not set.
    async fn org_unit_predicate(&self) -> Option<OrgUnitPredicate> {
        self.0.value.unit_predicate.map(Into::into)
    }
    /// Label of `orgUnitPredicate` in the requested language.
    async fn org_unit_predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.value.unit_predicate?))
    }
    /// Explanation of the predicate: a tree with the inputs as leaves; null unless the ratings were final.
    async fn explanation(&self) -> Option<ScoreNode> {
        self.0.value.detail.score.as_ref().map(ScoreNode::root)
    }
    /// The explanation as one page of text; null unless the ratings were final.
    async fn explanation_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<String> {
        let tree = self.0.value.detail.score.as_ref()?;
        Some(tree.explanation_text(ctx.language(locale)))
    }
    /// Time at which the ratings became final; null until then.
    async fn finalised_at(&self) -> Option<DateTime> {
        self.0.value.finalised_at.map(DateTime)
    }
    /// Time at which the annual result was delivered; null until then.
    async fn delivered_at(&self) -> Option<DateTime> {
        self.0.value.delivered_at.map(DateTime)
    }
    /// Last day of the objection period; null until the result is delivered.
    async fn objection_until(&self) -> Option<Date> {
        self.0.value.objection_until.map(Date)
    }
    /// Version number of the evaluation in this state.
    async fn version(&self) -> i32 {
        self.0.value.version
    }
}

impl EvaluationState {
    fn form(&self) -> FormOf {
        FormOf::Loaded(self.0.value.form.clone().map(Arc::new))
    }
}

#[derive(Clone)]
pub struct StaffState(Arc<Recorded<RecordedStaff>>);

/// A person with their assignments as they were after one journal entry. Visible to those who can see the person's
/// personal data.
#[Object]
impl StaffState {
    /// Global id of this state; it differs from the id of the person.
    pub async fn id(&self) -> ID {
        id::encode_in(Kind::StaffState, self.0.value.person.id, self.0.entry)
    }
    /// Time of the journal entry that recorded it.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// If the instant in `staffAsOf` is in the future and changes of the person are scheduled until then: a sentence that
    /// names them and says that the state does not include them. `whoRates` includes them. Otherwise null.
    async fn note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<String> {
        let waiting = &self.0.value.waiting;
        let last = waiting.iter().map(|change| change.effective_on).max()?;
        let kinds: Vec<_> = waiting.iter().map(|change| change.change.kind()).collect();
        let message =
            Message::new(Key::StateBeforeScheduled).with("day", last).with_labels("changes", &kinds);
        Some(message.render(ctx.language(locale)))
    }
    /// The person as they are now.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.value.person.id).await
    }
    /// The name with titles.
    async fn name(&self) -> &str {
        &self.0.value.person.name
    }
    /// NIP or NI PPPK, 18 digits; null for a person from outside.
    async fn nip(&self) -> Option<&str> {
        self.0.value.person.nip.as_deref()
    }
    /// Id in the personnel system; null if none.
    async fn external_id(&self) -> Option<&str> {
        self.0.value.person.external_id.as_deref()
    }
    /// Employment status.
    async fn employment_kind(&self) -> EmploymentKind {
        self.0.value.person.employment_kind.into()
    }
    /// Label of `employmentKind` in the requested language.
    async fn employment_kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.value.person.employment_kind)
    }
    /// Whether the person worked for the agency.
    async fn status(&self) -> StaffStatus {
        self.0.value.person.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.value.person.status)
    }
    /// Last day with the agency; null while the person worked there.
    async fn ended_on(&self) -> Option<Date> {
        self.0.value.person.ended_on.map(Date)
    }
    /// The assignments as recorded then, newest first.
    #[graphql(directive = list_size::apply(3))]
    async fn assignments(&self) -> Vec<RecordedAssignment> {
        self.0.value.assignments.iter().map(RecordedAssignment::from).collect()
    }
    /// Version number of the person's record in this state.
    async fn version(&self) -> i32 {
        self.0.value.person.version
    }
}
