//! Relay's `node` and `nodes`, for objects that can be read on their own.

use super::{
    activity::{self, Activity},
    calendar::{self, Calendar},
    context::ContextExt,
    correction::{self, Correction},
    criteria::{self, CriteriaSet, Criterion},
    dialogue::{self, Dialogue},
    error::OrFail,
    evaluation::{self, Evaluation, Recommendation},
    feedback::{self, Feedback, FeedbackRequest},
    id::{self, GlobalId, Kind},
    identity::{self, Account, ApiKey, RoleGrant, Session, Viewer},
    import::{self, ImportRun},
    objection::{self, Objection},
    organisation::{self, Assignment, Delegation, OrgUnit, Position, ScheduledChange, Staff},
    period::{self, OrgUnitPerformance, Period},
    plan::{self, ActionPlan, Indicator, Plan, PlanResult, PlanRevision},
    refused,
    regulation::{self, Regulation},
    state::{self, EvaluationState, PlanState, StaffState},
    training::{self, Training},
};
use async_graphql::{Context, ID, Interface, Object};
use futures_util::FutureExt;

/// An object with a global id: every type with a field `id` is one.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
pub enum Node {
    /// An organisational unit.
    OrgUnit(OrgUnit),
    /// A position.
    Position(Position),
    /// A person.
    Staff(Staff),
    /// A dated assignment.
    Assignment(Assignment),
    /// A set of criteria.
    CriteriaSet(CriteriaSet),
    /// The holidays and the joint leave of a year.
    Calendar(Calendar),
    /// A year or a part of a year.
    Period(Period),
    /// The delegation of an assignment's powers to another person.
    Delegation(Delegation),
    /// A change of the organisation that comes into force on a later day.
    ScheduledChange(ScheduledChange),
    /// An import run.
    ImportRun(ImportRun),
    /// A plan.
    Plan(Plan),
    /// A result row.
    PlanResult(PlanResult),
    /// An activity.
    Activity(Activity),
    /// An evaluation.
    Evaluation(Evaluation),
    /// An objection.
    Objection(Objection),
    /// A version of a regulation.
    Regulation(Regulation),
    /// A revision of a plan.
    PlanRevision(PlanRevision),
    /// An indicator of a result row.
    Indicator(Indicator),
    /// A step of a result row.
    ActionPlan(ActionPlan),
    /// A criterion.
    Criterion(Criterion),
    /// The predicate of a unit in a period.
    OrgUnitPerformance(OrgUnitPerformance),
    /// A training of a person.
    Training(Training),
    /// A request to correct a record.
    Correction(Correction),
    /// Feedback.
    Feedback(Feedback),
    /// A request for feedback that you made or received.
    FeedbackRequest(FeedbackRequest),
    /// A dialogue of a superior with an employee.
    Dialogue(Dialogue),
    /// A career recommendation.
    Recommendation(Recommendation),
    /// A granted role.
    RoleGrant(RoleGrant),
    /// An API key of a reporting tool.
    ApiKey(ApiKey),
    /// The account of a person.
    Account(Account),
    /// One of your own sessions.
    Session(Session),
    /// The person who is logged in.
    Viewer(Viewer),
    /// A past state of a plan.
    PlanState(PlanState),
    /// A past state of an evaluation.
    EvaluationState(EvaluationState),
    /// A past state of a person.
    StaffState(StaffState),
}

/// Queries by global id.
#[derive(Default)]
pub struct NodeQuery;

/// Maximum number of ids in `nodes`.
pub(super) const MAX_IDS: usize = 100;

#[Object]
impl NodeQuery {
    /// The object with this global id; null if it does not exist or you can't see it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id.")] id: ID,
    ) -> async_graphql::Result<Option<Node>> {
        find(ctx, &id).await
    }

    /// The objects with these global ids, in the same order; null for each one that does not exist or that you can't
    /// see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most 100.")] ids: Vec<ID>,
    ) -> async_graphql::Result<Option<Vec<Option<Node>>>> {
        if ids.len() > MAX_IDS {
            let message =
                domain::Message::new(domain::Key::TooMany).with("field", "ids").with("max", MAX_IDS);
            return Err(super::error::to_graphql_error(ctx, service::Error::input(["ids"], message)));
        }
        futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await.map(Some)
    }
}

/// Loads an object by its global id. If the caller can't see an object with this id, the access log records a refusal.
pub(super) async fn find(ctx: &Context<'_>, id: &ID) -> async_graphql::Result<Option<Node>> {
    let Some(found) = id::decode(id) else { return Ok(None) };
    let node = load(ctx, found).await?;
    if node.is_none() {
        refused::record_id(ctx, found);
    }
    Ok(node)
}

async fn load(ctx: &Context<'_>, found: GlobalId) -> async_graphql::Result<Option<Node>> {
    let (env, loaders, uuid) = (ctx.env()?, ctx.loaders()?, found.id);
    Ok(match found.kind {
        Kind::OrgUnit => loaders.units.find(ctx, uuid.into()).await?.map(|unit| Node::OrgUnit(OrgUnit(unit))),
        Kind::Position => {
            loaders.positions.find(ctx, uuid.into()).await?.map(|position| Node::Position(Position(position)))
        }
        Kind::Staff => organisation::one_staff(ctx, uuid.into()).await?.map(Node::Staff),
        Kind::Assignment => {
            let found = loaders.assignments.find(ctx, uuid.into()).await?;
            found.map(|assignment| Node::Assignment(Assignment(assignment)))
        }
        Kind::CriteriaSet => {
            let found = loaders.criteria_sets.find(ctx, uuid.into()).await?;
            found.map(|set| Node::CriteriaSet(CriteriaSet(set)))
        }
        Kind::Calendar => calendar::one(ctx, uuid.into()).await?.map(Node::Calendar),
        Kind::Period => period::one(ctx, uuid.into()).await?.map(Node::Period),
        Kind::Delegation => {
            let found = service::organisation::Delegate::find(env, ctx.actor()?, uuid.into()).boxed().await;
            found.or_fail(ctx)?.map(|delegation| Node::Delegation(Delegation(delegation)))
        }
        Kind::ScheduledChange => {
            organisation::one_scheduled_change(ctx, uuid.into()).await?.map(Node::ScheduledChange)
        }
        Kind::ImportRun => import::one(ctx, uuid.into()).await?.map(Node::ImportRun),
        Kind::Plan => plan::one(ctx, uuid.into()).await?.map(Node::Plan),
        Kind::PlanRevision => PlanRevision::by_id(ctx, uuid.into()).await?.map(Node::PlanRevision),
        Kind::PlanResult | Kind::Indicator | Kind::ActionPlan => plan::part_by_id(ctx, found).await?,
        Kind::Activity => activity::one(ctx, uuid.into()).await?.map(Node::Activity),
        Kind::Regulation => regulation::one(ctx, uuid.into()).await?.map(Node::Regulation),
        Kind::Evaluation => evaluation::one(ctx, uuid.into()).await?.map(Node::Evaluation),
        Kind::Objection => objection::one(ctx, uuid.into()).await?.map(Node::Objection),
        Kind::FeedbackRequest => feedback::one_request(ctx, uuid.into()).await?.map(Node::FeedbackRequest),
        Kind::Dialogue => dialogue::one(ctx, uuid.into()).await?.map(Node::Dialogue),
        Kind::Training => training::one(ctx, uuid.into()).await?.map(Node::Training),
        Kind::Correction => correction::one(ctx, uuid.into()).await?.map(Node::Correction),
        Kind::Criterion => criteria::criterion(ctx, uuid.into()).await?.map(Node::Criterion),
        Kind::UnitPredicate => {
            let found = service::period::unit_predicate_by_id(env, ctx.actor()?, uuid.into()).boxed().await;
            found.or_fail(ctx)?.map(|predicate| Node::OrgUnitPerformance(OrgUnitPerformance(predicate)))
        }
        Kind::Feedback => {
            let found = service::feedback::feedback_by_id(env, ctx.actor()?, uuid.into()).boxed().await;
            found.or_fail(ctx)?.map(|feedback| Node::Feedback(Feedback(feedback)))
        }
        Kind::Recommendation => {
            evaluation::one_recommendation(ctx, uuid.into()).await?.map(Node::Recommendation)
        }
        Kind::RoleGrant => {
            match service::identity::role_grant(env, ctx.actor()?, uuid.into()).boxed().await {
                Err(service::Error::NotFound) => None,
                found => Some(Node::RoleGrant(RoleGrant(found.or_fail(ctx)?))),
            }
        }
        Kind::ApiKey => identity::api_key(ctx, uuid).await?.map(Node::ApiKey),
        Kind::Account => identity::account(ctx, uuid).await?.map(Node::Account),
        Kind::Session => {
            let own = identity::sessions(ctx).await?.into_iter();
            own.map(Node::Session).find(|own| matches!(own, Node::Session(own) if own.session.id.0 == uuid))
        }
        Kind::Viewer => identity::viewer_by_id(ctx, uuid)?.map(Node::Viewer),
        Kind::PlanState | Kind::EvaluationState | Kind::StaffState => state::by_id(ctx, found).await?,
        Kind::Evidence | Kind::Upload => None,
    })
}
