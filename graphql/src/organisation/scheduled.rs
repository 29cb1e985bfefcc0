//! `ScheduledChange`: a change of the organisation that comes into force on a later day.

use super::{Assignment, OrgUnit, Position, Staff, one_staff};
use crate::{
    allowed::AllowedAction,
    consequence::Consequence,
    context::ContextExt,
    enums::{ScheduledChangeKind, ScheduledChangeStatus},
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    reader::Reader,
    scalars::{Date, DateTime},
    weight::list_size,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    id::{AssignmentId, ScheduledChangeId},
    scheduled::{self, PlannedChange},
};
use futures_util::FutureExt;
use service::organisation as use_case;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Clone)]
pub struct ScheduledChange(pub Arc<scheduled::ScheduledChange>);

/// A change of the organisation that is recorded in advance, such as a retirement or a decree with a future first day.
/// It comes into force on its day.
#[Object]
impl ScheduledChange {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::ScheduledChange, self.0.id)
    }
    /// Kind of change.
    async fn kind(&self) -> ScheduledChangeKind {
        self.0.change.kind().into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.change.kind())
    }
    /// The person concerned.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The assignment that ends or gets another superior; null if the person leaves.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        found(ctx, self.0.change.assignment()).await
    }
    /// The new unit; null unless the change is a transfer.
    async fn unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        match &self.0.change {
            PlannedChange::Transfer { unit, .. } => {
                Ok(ctx.loaders()?.units.find(ctx, *unit).await?.map(OrgUnit))
            }
            _ => Ok(None),
        }
    }
    /// The new position; null unless the change is a transfer.
    async fn position(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Position>> {
        match &self.0.change {
            PlannedChange::Transfer { position, .. } => {
                Ok(ctx.loaders()?.positions.find(ctx, *position).await?.map(Position))
            }
            _ => Ok(None),
        }
    }
    /// The new superior's assignment; null if there is none.
    async fn superior(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        match &self.0.change {
            PlannedChange::Transfer { superior, .. } => found(ctx, *superior).await,
            PlannedChange::Superior { superior, .. } => found(ctx, Some(*superior)).await,
            PlannedChange::Ending { .. } => Ok(None),
        }
    }
    /// The assignment that becomes the superior of the direct subordinates; null if there is none.
    async fn successor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        match &self.0.change {
            PlannedChange::Transfer { successor, .. } | PlannedChange::Ending { successor, .. } => {
                found(ctx, *successor).await
            }
            PlannedChange::Superior { .. } => Ok(None),
        }
    }
    /// Day on which it comes into force; if the person leaves, the day after the last day.
    async fn effective_on(&self) -> Date {
        Date(self.0.effective_on)
    }
    /// The reason.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Status of the change.
    async fn status(&self) -> ScheduledChangeStatus {
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
    /// The person who scheduled it; the system brings it into force on their behalf.
    async fn scheduled_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.scheduled_by {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
    /// Time at which it was scheduled.
    async fn scheduled_at(&self) -> DateTime {
        DateTime(self.0.scheduled_at)
    }
    /// Time at which it came into force, failed or was cancelled; null while it waits.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
    /// The refusals on its day; empty if it was not refused.
    async fn refusals(&self, ctx: &Context<'_>) -> Vec<UserError> {
        let refusals = self.0.refusals.iter().cloned();
        refusals.map(|refusal| UserError::new(refusal, ctx.locale())).collect()
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    #[graphql(directive = list_size::apply(1))]
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let all = use_case::scheduled_change_actions(ctx.env()?, ctx.actor()?, &self.0);
        let all = all.boxed().await.or_fail(ctx)?;
        Ok(AllowedAction::list(&Arc::new(all)))
    }
}

async fn found(ctx: &Context<'_>, id: Option<AssignmentId>) -> async_graphql::Result<Option<Assignment>> {
    match id {
        Some(id) => Ok(ctx.loaders()?.assignments.find(ctx, id).await?.map(Assignment)),
        None => Ok(None),
    }
}

/// Loads a scheduled change by id; none if it does not exist or is not visible to the caller.
pub async fn one(ctx: &Context<'_>, id: ScheduledChangeId) -> async_graphql::Result<Option<ScheduledChange>> {
    let found = use_case::scheduled_change(ctx.env()?, ctx.actor()?, id).boxed().await.or_fail(ctx)?;
    Ok(found.map(|change| ScheduledChange(Arc::new(change))))
}

/// Mutations of scheduled changes.
#[derive(Default)]
pub struct ScheduledChangeMutation;

/// Input of `cancelScheduledChange`: a change that waits for its day or failed on it.
#[derive(InputObject)]
struct CancelScheduledChangeInput {
    /// The scheduled change.
    scheduled_change_id: Given<ScheduledChangeId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason; the journal records it.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `cancelScheduledChange`.
#[derive(SimpleObject)]
struct ScheduledChangePayload {
    /// The scheduled change; null if `errors` is not empty.
    scheduled_change: Option<ScheduledChange>,
    /// Everything else that changes.
    consequences: Vec<Consequence>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl ScheduledChangeMutation {
    /// Cancels a change that waits for its day or failed on it. Cancel a failed change once its cause is resolved.
    async fn cancel_scheduled_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scheduled change, its version, the reason and an optional idempotency key.")]
        input: CancelScheduledChangeInput,
    ) -> async_graphql::Result<ScheduledChangePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let cancel = use_case::CancelScheduledChange {
            change: read.get("scheduledChangeId", input.scheduled_change_id),
            expected_version: input.expected_version,
            reason: input.reason,
        };
        let done = use_case::cancel_scheduled_change(ctx.env()?, ctx.actor()?, key, cancel);
        let (listed, errors) = error::outcome(ctx, read.run(done).await)?;
        let (id, consequences) = listed.map(|listed| (listed.done, listed.consequences)).unwrap_or_default();
        let scheduled_change = match id {
            Some(id) => one(ctx, id).await?,
            None => None,
        };
        let consequences = Consequence::list(consequences);
        Ok(ScheduledChangePayload { scheduled_change, consequences, errors })
    }
}
