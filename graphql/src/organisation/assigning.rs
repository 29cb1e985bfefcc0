//! Mutations of assignments: transfers and superiors. For admins of the unit.

use super::{
    Assignment, RosterProblem, ScheduledChange,
    mutation::{PlacementInput, placement},
    one_scheduled_change,
};
use crate::{
    consequence::Consequence,
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
    weight::list_size,
};
use async_graphql::{ComplexObject, Context, InputObject, Object, SimpleObject};
use domain::id::AssignmentId;
use futures_util::FutureExt;
use service::{
    consequence::Listed,
    organisation::{self as use_case, NowOrScheduled},
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
    /// The assignment that starts. The old one ends the day before. A start date after today schedules the change.
    to: PlacementInput,
    /// The reason; the journal records it.
    reason: String,
    /// The assignment that becomes the superior of the direct subordinates. If null, the ended assignment stays their
    /// superior, and its powers can be delegated (Plt).
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
    /// First day with the new superior. A day after today schedules the change.
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

/// Outcome of a change of an assignment.
#[derive(SimpleObject)]
#[graphql(complex)]
struct AssignmentPayload {
    /// The changed assignment; after a transfer, the new assignment. Null if `errors` is not empty, after a dry run,
    /// and if the change is scheduled.
    assignment: Option<Assignment>,
    /// The scheduled change, if its day is later than today; null otherwise.
    scheduled_change: Option<ScheduledChange>,
    /// Everything else that changes, or would change in a dry run.
    consequences: Vec<Consequence>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
    /// The gaps that a dry run or the rehearsal of a scheduled change found.
    #[graphql(skip)]
    gaps: Vec<domain::roster::Problem>,
}

#[ComplexObject]
impl AssignmentPayload {
    /// Gaps in the chain of command after the change, for the person and the people below them; for a scheduled change,
    /// the gaps on its day. A gap is a person whom nobody can rate, such as a direct subordinate of a head who left
    /// without a successor, or a unit with several heads. Gaps don't prevent the change.
    #[graphql(directive = list_size::apply(10))]
    async fn warnings(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RosterProblem>> {
        let Some(assignment) = &self.assignment else {
            return Ok(self.gaps.iter().cloned().map(RosterProblem).collect());
        };
        let found = use_case::problems_around(ctx.env()?, ctx.actor()?, assignment.0.staff)
            .boxed()
            .await
            .or_fail(ctx)?;
        Ok(found.into_iter().map(RosterProblem).collect())
    }
}

#[Object]
impl AssignmentMutation {
    /// Moves a person to another unit or position. The approved plan of the old assignment closes; its other plans
    /// are cancelled. Start a plan for the new assignment with `createPlan`.
    ///
    /// You can correct a wrong transfer for 31 days, by another transfer with the same first day: the wrong assignment
    /// is withdrawn (its `validTo` is its `validFrom`). If the correction leads back to the unit and position from
    /// before the transfer, that assignment continues, with its plan.
    async fn transfer_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The assignment that ends, the new placement, the reason and an optional idempotency key."
        )]
        input: TransferStaffInput,
    ) -> async_graphql::Result<AssignmentPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
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
        let key = read.key(input.idempotency_key);
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
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<Listed<NowOrScheduled<AssignmentId>>>,
) -> async_graphql::Result<AssignmentPayload> {
    let (listed, errors) = error::outcome(ctx, result)?;
    let (done, consequences, gaps) =
        listed.map(|listed| (listed.done, listed.consequences, listed.gaps)).unwrap_or_default();
    let (assignment, scheduled_change) = match done {
        Some(NowOrScheduled::Now(id)) => {
            (ctx.loaders()?.assignments.find(ctx, id).await?.map(Assignment), None)
        }
        Some(NowOrScheduled::Scheduled { scheduled }) => (None, one_scheduled_change(ctx, scheduled).await?),
        None => (None, None),
    };
    Ok(AssignmentPayload {
        assignment,
        scheduled_change,
        consequences: Consequence::list(consequences),
        errors,
        gaps,
    })
}
