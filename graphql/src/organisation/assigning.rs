//! Mutations of assignments: transfers, superiors and delegations. For admins of the unit.

use super::{
    Assignment, ScheduledChange, Staff,
    mutation::{PlacementInput, placement},
    one_scheduled_change, one_staff,
};
use crate::{
    consequence::Consequence,
    context::ContextExt,
    enums::Capacity,
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    reader::Reader,
    scalars::Date,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::id::{AssignmentId, StaffId};
use service::{
    consequence::Listed,
    organisation::{self as use_case, Effected},
};
use uuid::Uuid;

/// Mutations of assignments.
#[derive(Default)]
pub struct AssignmentMutation;

/// Input of `transferStaff`: the assignment that ends and the one that starts.
#[derive(InputObject)]
struct TransferStaffInput {
    /// The assignment that ends.
    assignment_id: Given<AssignmentId>,
    /// The assignment's `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The assignment that starts. The other one ends the day before. A later start date schedules the change.
    to: PlacementInput,
    /// The reason; the journal records it.
    reason: String,
    /// The assignment that becomes the superior of the direct subordinates. If null, they keep the ended assignment
    /// as superior, and its powers can be delegated (Plt).
    successor_assignment_id: Option<Given<AssignmentId>>,
    /// True: only list the consequences; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `assignSuperior`: an assignment and its new superior.
#[derive(InputObject)]
struct AssignSuperiorInput {
    /// The assignment.
    assignment_id: Given<AssignmentId>,
    /// The assignment's `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The superior's assignment.
    superior_assignment_id: Given<AssignmentId>,
    /// First day with the new superior. A later day schedules the change.
    from: Given<domain::time::Date>,
    /// The reason; the journal records it.
    reason: String,
    /// True: only list the consequences; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `createDelegation`: an assignment and the person who acts for its holder.
#[derive(InputObject)]
struct CreateDelegationInput {
    /// The assignment with the powers to delegate; it may be vacant.
    assignment_id: Given<AssignmentId>,
    /// The acting person.
    delegate_id: Given<StaffId>,
    /// PLT while the position is vacant, PLH while its holder is away.
    capacity: Capacity,
    /// Start date (inclusive).
    from: Given<domain::time::Date>,
    /// End date (exclusive); null if open-ended.
    to: Option<Given<domain::time::Date>>,
    /// The reason; the journal records it.
    reason: String,
    /// True: only list the consequences; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of an assignment.
#[derive(SimpleObject)]
struct AssignmentPayload {
    /// The assignment, after a transfer the new one; null if `errors` is not empty, after a dry run, and if the change
    /// is scheduled.
    assignment: Option<Assignment>,
    /// The scheduled change, if its day is later than today; null otherwise.
    scheduled_change: Option<ScheduledChange>,
    /// Everything else that changes, or would change in a dry run.
    consequences: Vec<Consequence>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Outcome of `createDelegation`.
#[derive(SimpleObject)]
struct DelegationPayload {
    /// The delegation; null if `errors` is not empty, and after a dry run.
    delegation: Option<Delegation>,
    /// Everything else that changes, or would change in a dry run.
    consequences: Vec<Consequence>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[derive(Clone)]
pub struct Delegation(pub domain::assignment::Delegation);

/// A delegation of an assignment's powers to another person for a period (Plt, Plh).
#[Object]
impl Delegation {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Delegation, self.0.id)
    }
    /// The assignment with the delegated powers.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        Ok(ctx.loaders()?.assignments.find(ctx, self.0.assignment).await?.map(Assignment))
    }
    /// The acting person.
    async fn delegate(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.delegate).await
    }
    /// PLT or PLH.
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
    /// Start date (inclusive).
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }
    /// End date (exclusive); null if open-ended.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }
    /// The reason; null unless you can see the personal data of both the acting person and the holder.
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
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

#[Object]
impl AssignmentMutation {
    /// Moves a person to another unit or position. The approved plan of the old assignment closes; its other plans
    /// are cancelled. Start a plan for the new assignment with `createPlan`.
    async fn transfer_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The assignment that ends, the new placement, the reason and an optional idempotency key."
        )]
        input: TransferStaffInput,
    ) -> async_graphql::Result<AssignmentPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key("transferStaff", input.idempotency_key);
        let transfer = use_case::TransferStaff {
            assignment: read.get("assignmentId", input.assignment_id),
            expected_version: input.expected_version,
            placement: read.at("to", |read| placement(read, input.to)),
            reason: input.reason,
            successor: read.optional("successorAssignmentId", input.successor_assignment_id),
        };
        let moved = use_case::transfer_staff(ctx.env()?, ctx.actor()?, key, transfer, input.dry_run);
        payload(ctx, read.run(moved).await).await
    }

    /// Changes the superior of an assignment. Open plans, unfinished evaluations and undecided activities get the new
    /// rater; finished ones keep theirs.
    async fn assign_superior(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The assignment, its version, the superior's assignment, the start date, the reason and an \
                    optional idempotency key."
        )]
        input: AssignSuperiorInput,
    ) -> async_graphql::Result<AssignmentPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key("assignSuperior", input.idempotency_key);
        let assign = use_case::AssignSuperior {
            assignment: read.get("assignmentId", input.assignment_id),
            expected_version: input.expected_version,
            superior: read.get("superiorAssignmentId", input.superior_assignment_id),
            from: read.get("from", input.from),
            reason: input.reason,
        };
        let assigned = use_case::assign_superior(ctx.env()?, ctx.actor()?, key, assign, input.dry_run);
        payload(ctx, read.run(assigned).await).await
    }

    /// Delegates the powers of an assignment to another person for a period, in which that person rates instead of
    /// the holder.
    async fn create_delegation(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The assignment, the acting person, the capacity, the dates, the reason and an optional \
                    idempotency key."
        )]
        input: CreateDelegationInput,
    ) -> async_graphql::Result<DelegationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key("createDelegation", input.idempotency_key);
        let delegate = use_case::Delegate {
            assignment: read.get("assignmentId", input.assignment_id),
            delegate: read.get("delegateId", input.delegate_id),
            capacity: input.capacity.into(),
            from: read.get("from", input.from),
            to: read.optional("to", input.to),
            reason: input.reason,
        };
        let made = use_case::delegate(ctx.env()?, ctx.actor()?, key, delegate, input.dry_run);
        let (listed, errors) = error::outcome(ctx, read.run(made).await)?;
        let (made, consequences) =
            listed.map(|listed| (listed.done, listed.consequences)).unwrap_or_default();
        let delegation = match made {
            Some(id) => {
                use_case::Delegate::find(ctx.env()?, ctx.actor()?, id).await.or_fail(ctx)?.map(Delegation)
            }
            None => None,
        };
        Ok(DelegationPayload { delegation, consequences: Consequence::list(consequences), errors })
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<Listed<Effected<AssignmentId>>>,
) -> async_graphql::Result<AssignmentPayload> {
    let (listed, errors) = error::outcome(ctx, result)?;
    let (done, consequences) = listed.map(|listed| (listed.done, listed.consequences)).unwrap_or_default();
    let (assignment, scheduled_change) = match done {
        Some(Effected::Now(id)) => (ctx.loaders()?.assignments.find(ctx, id).await?.map(Assignment), None),
        Some(Effected::Scheduled { scheduled }) => (None, one_scheduled_change(ctx, scheduled).await?),
        None => (None, None),
    };
    Ok(AssignmentPayload {
        assignment,
        scheduled_change,
        consequences: Consequence::list(consequences),
        errors,
    })
}
