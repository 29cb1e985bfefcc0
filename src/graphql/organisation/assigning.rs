//! Mutations of assignments: who works where, below whom, and who acts for whom. For admins who cover the unit.

use super::{
    Assignment, Staff,
    mutation::{PlacementInput, placement},
    one_staff,
};
use crate::graphql::{
    context::ContextExt,
    enums::Capacity,
    error::{self, OrFail, UserError},
    id::{self, Kind},
    scalars::{Date, Uuid},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::id::AssignmentId;
use service::{IdempotencyKey, organisation as use_case};

/// Mutations of assignments.
#[derive(Default)]
pub struct AssignmentMutation;

/// Who moves where.
#[derive(InputObject)]
struct TransferStaffInput {
    /// The assignment that ends.
    assignment_id: ID,
    /// Its version that you have seen.
    expected_version: i32,
    /// The assignment that begins. On its first day, today or before, the other is no more.
    to: PlacementInput,
    /// Why; told in the journal.
    reason: String,
    /// Whose the direct subordinates become. Without it they keep the ended assignment as superior, whose powers
    /// can be delegated (Plt).
    successor_assignment_id: Option<ID>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// Whose superior becomes who.
#[derive(InputObject)]
struct AssignSuperiorInput {
    /// The assignment.
    assignment_id: ID,
    /// Its version that you have seen.
    expected_version: i32,
    /// The superior's assignment.
    superior_assignment_id: ID,
    /// Since when; today or before.
    from: Date,
    /// Why; told in the journal.
    reason: String,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// Whose powers go to whom.
#[derive(InputObject)]
struct DelegateInput {
    /// The assignment whose powers are given; it may be vacant.
    assignment_id: ID,
    /// Who acts.
    delegate_id: ID,
    /// PLT while the position is vacant, PLH while its holder is away.
    capacity: Capacity,
    /// The first day.
    from: Date,
    /// The first day on which it is no more; null: until further notice.
    to: Option<Date>,
    /// Why; told in the journal.
    reason: String,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of a change of an assignment.
#[derive(SimpleObject)]
struct AssignmentPayload {
    /// The assignment, of a transfer the new one; null when `errors` tells why.
    assignment: Option<Assignment>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// The outcome of `delegate`.
#[derive(SimpleObject)]
struct DelegatePayload {
    /// The delegation; null when `errors` tells why.
    delegation: Option<Delegation>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

#[derive(Clone)]
pub struct Delegation(pub domain::assignment::Delegation);

/// The powers of an assignment given to another person for a time (Plt, Plh).
#[Object]
impl Delegation {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Delegation, self.0.id)
    }
    /// Whose powers.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        Ok(ctx.loaders()?.assignments.find(ctx, self.0.assignment).await?.map(Assignment))
    }
    /// Who acts.
    async fn delegate(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.delegate).await
    }
    /// PLT or PLH.
    async fn capacity(&self) -> Capacity {
        self.0.capacity.into()
    }
    /// The first day.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }
    /// The first day on which it is no more; null: until further notice.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }
    /// Why; personal of who acts and of whose powers they are.
    async fn reason(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let loaders = ctx.loaders()?;
        let holder = loaders.assignments.find(ctx, self.0.assignment).await?;
        for person in holder.map(|holder| holder.staff).into_iter().chain([self.0.delegate]) {
            if loaders.personal.find(ctx, person).await?.is_some() {
                return Ok(Some(&self.0.reason));
            }
        }
        Ok(None)
    }
    /// The version, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

#[Object]
impl AssignmentMutation {
    /// Moves a person to another unit or position: the approved plan of the old assignment closes, others are
    /// cancelled; a plan for the new one is begun with `createPlan`.
    async fn transfer_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: TransferStaffInput,
    ) -> async_graphql::Result<AssignmentPayload> {
        let key = IdempotencyKey { operation: "transferStaff", key: input.idempotency_key.map(|key| key.0) };
        let successor = input.successor_assignment_id.as_ref();
        let successor = successor.map(|id| id::argument(ctx, Kind::Assignment, id, "successorAssignmentId"));
        let transfer = use_case::TransferStaff {
            assignment: id::argument(ctx, Kind::Assignment, &input.assignment_id, "assignmentId")?,
            expected_version: input.expected_version,
            placement: placement(input.to, "to.").or_fail(ctx)?,
            reason: input.reason,
            successor: successor.transpose()?,
        };
        payload(ctx, use_case::transfer_staff(ctx.env()?, ctx.actor()?, key, transfer).await).await
    }

    /// Gives an assignment another superior. Open plans, unfinished evaluations and undecided activities get the
    /// new rater; what is finished keeps its own.
    async fn assign_superior(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: AssignSuperiorInput,
    ) -> async_graphql::Result<AssignmentPayload> {
        let key = IdempotencyKey { operation: "assignSuperior", key: input.idempotency_key.map(|key| key.0) };
        let superior = &input.superior_assignment_id;
        let assign = use_case::AssignSuperior {
            assignment: id::argument(ctx, Kind::Assignment, &input.assignment_id, "assignmentId")?,
            expected_version: input.expected_version,
            superior: id::argument(ctx, Kind::Assignment, superior, "superiorAssignmentId")?,
            from: input.from.0,
            reason: input.reason,
        };
        payload(ctx, use_case::assign_superior(ctx.env()?, ctx.actor()?, key, assign).await).await
    }

    /// Gives the powers of an assignment to another person for a time. Who acts then rates in the holder's place.
    async fn delegate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: DelegateInput,
    ) -> async_graphql::Result<DelegatePayload> {
        let key = IdempotencyKey { operation: "delegate", key: input.idempotency_key.map(|key| key.0) };
        let delegate = use_case::Delegate {
            assignment: id::argument(ctx, Kind::Assignment, &input.assignment_id, "assignmentId")?,
            delegate: id::argument(ctx, Kind::Staff, &input.delegate_id, "delegateId")?,
            capacity: input.capacity.into(),
            from: input.from.0,
            to: input.to.map(|day| day.0),
            reason: input.reason,
        };
        let made = use_case::delegate(ctx.env()?, ctx.actor()?, key, delegate).await;
        let (made, errors) = error::outcome(ctx, made)?;
        let delegation = match made {
            Some(id) => {
                use_case::Delegate::find(ctx.env()?, ctx.actor()?, id).await.or_fail(ctx)?.map(Delegation)
            }
            None => None,
        };
        Ok(DelegatePayload { delegation, errors })
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<AssignmentId>,
) -> async_graphql::Result<AssignmentPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let assignment = match id {
        Some(id) => ctx.loaders()?.assignments.find(ctx, id).await?.map(Assignment),
        None => None,
    };
    Ok(AssignmentPayload { assignment, errors })
}
