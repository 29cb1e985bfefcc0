//! Relay's `node` and `nodes`, for objects that can be read on their own.

use super::{
    activity::{self, Activity},
    context::ContextExt,
    criteria::CriteriaSet,
    error::OrFail,
    evaluation::{self, Evaluation},
    id::{self, Kind},
    import::{self, ImportRun},
    organisation::{self, Assignment, Delegation, OrgUnit, Position, Staff},
    period::{self, Period},
    plan::{self, Plan, PlanResult},
    regulation::{self, Regulation},
};
use async_graphql::{Context, ID, Interface, Object};

/// An object with a global id.
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
    /// A year or a part of a year.
    Period(Period),
    /// The delegation of an assignment's powers to another person.
    Delegation(Delegation),
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
    /// A version of a regulation.
    Regulation(Regulation),
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
    ) -> async_graphql::Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            let message =
                domain::Message::new(domain::Key::TooMany).with("field", "ids").with("max", MAX_IDS);
            return Err(super::error::to_graphql_error(ctx, service::Error::input(["ids"], message)));
        }
        futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> async_graphql::Result<Option<Node>> {
    let Some((kind, uuid)) = id::decode(id) else { return Ok(None) };
    let loaders = ctx.loaders()?;
    Ok(match kind {
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
        Kind::Period => period::one(ctx, uuid.into()).await?.map(Node::Period),
        Kind::Delegation => {
            let found = service::organisation::Delegate::find(ctx.env()?, ctx.actor()?, uuid.into()).await;
            found.or_fail(ctx)?.map(|delegation| Node::Delegation(Delegation(delegation)))
        }
        Kind::ImportRun => import::one(ctx, uuid.into()).await?.map(Node::ImportRun),
        Kind::Plan => plan::one(ctx, uuid.into()).await?.map(Node::Plan),
        Kind::PlanResult => {
            let found = loaders.results.find(ctx, uuid.into()).await?;
            found.map(|(_, row)| Node::PlanResult(PlanResult(row)))
        }
        Kind::Activity => activity::one(ctx, uuid.into()).await?.map(Node::Activity),
        Kind::Regulation => regulation::one(ctx, uuid.into()).await?.map(Node::Regulation),
        Kind::Evaluation => evaluation::one(ctx, uuid.into()).await?.map(Node::Evaluation),
        _ => None,
    })
}
