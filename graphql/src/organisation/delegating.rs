//! Delegations of powers to acting people. Everyone in the agency can see them; admins of the unit change them.

use super::{Assignment, Staff, one_staff};
use crate::{
    allowed::AllowedAction,
    connection,
    consequence::Consequence,
    context::ContextExt,
    enums::Capacity,
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    page::{self, OrderDirection},
    reader::Reader,
    scalars::Date,
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{
    assignment::{DelegationChanges, DelegationInput},
    id::{AssignmentId, DelegationId, StaffId},
};
use futures_util::FutureExt;
use service::{consequence::Listed, organisation as use_case, power::Changed};
use uuid::Uuid;

/// Queries on delegations.
#[derive(Default)]
pub struct DelegationQuery;

/// Mutations of delegations.
#[derive(Default)]
pub struct DelegationMutation;

/// Filter of delegations; all conditions must match.
#[derive(InputObject, Default)]
struct DelegationFilter {
    /// Only delegations of this assignment.
    assignment_id: Option<ID>,
    /// Only delegations of the assignments in this unit and its subunits.
    org_unit_id: Option<ID>,
    /// Only delegations to this person.
    delegate_id: Option<ID>,
    /// Only delegations in force on this day.
    on: Option<Date>,
}

/// Sort order of delegations.
#[derive(InputObject, Default)]
struct DelegationOrder {
    /// By start date.
    valid_from: OrderDirection,
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

/// Input of `updateDelegation`: the changes of a delegation. Omitted fields stay unchanged.
#[derive(InputObject)]
struct UpdateDelegationInput {
    /// The delegation.
    delegation_id: Given<DelegationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// PLT while the position is vacant, PLH while its holder is away; not null.
    capacity: MaybeUndefined<Capacity>,
    /// Start date (inclusive); not null.
    from: MaybeUndefined<Given<domain::time::Date>>,
    /// End date (exclusive); null removes it.
    to: MaybeUndefined<Given<domain::time::Date>>,
    /// True: removes the end date; not together with a day in `to`.
    #[graphql(default)]
    open_ended: bool,
    /// The reason; the journal records it.
    reason: String,
    /// True: only list the consequences; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `endDelegation`: a delegation that ends earlier.
#[derive(InputObject)]
struct EndDelegationInput {
    /// The delegation.
    delegation_id: Given<DelegationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// End date (exclusive), earlier than the stored one; today by default, not null. If the delegation has not started
    /// yet, it never comes into force.
    to: MaybeUndefined<Given<domain::time::Date>>,
    /// The reason; the journal records it.
    reason: String,
    /// True: only list the consequences; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of a delegation.
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

connection!(DelegationConnection, DelegationEdge, Delegation, "delegations");

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
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        // Everyone who may change the delegation can see its assignment.
        let assignment = ctx.loaders()?.assignments.find(ctx, self.0.assignment).await?;
        let unit = assignment.map(|assignment| assignment.unit);
        let all = use_case::delegation_actions(ctx.env()?, ctx.actor()?, &self.0, unit);
        AllowedAction::of_post(ctx, all, (Changed::Delegation(&self.0), unit)).await
    }
}

#[Object]
impl DelegationQuery {
    /// The agency's delegations (Plt, Plh), including past and future ones; by default the latest first.
    async fn delegations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of delegations; all conditions must match.")] filter: Option<
            DelegationFilter,
        >,
        #[graphql(desc = "Sort order.")] order_by: Option<DelegationOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<DelegationConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.map_or(service::db::Order::Descending, |by| by.valid_from.into());
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let found =
            use_case::delegations(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        let loaders = ctx.loaders()?;
        let items = page::Items::of(&ctx.look_ahead());
        if items.field("assignment").exists() || items.field("reason").exists() {
            loaders.assignments.prefetch(found.items.iter().map(|(_, one)| one.assignment).collect()).await;
        }
        if items.field("delegate").exists() {
            loaders.staff.prefetch(found.items.iter().map(|(_, one)| one.delegate).collect()).await;
        }
        Ok(Some(DelegationConnection::new(found, total, Delegation)))
    }
}

impl DelegationFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::DelegationFilter> {
        let assignment =
            self.assignment_id.map(|id| id::argument(ctx, Kind::Assignment, &id, "filter.assignmentId"));
        let unit = self.org_unit_id.map(|id| id::argument(ctx, Kind::OrgUnit, &id, "filter.orgUnitId"));
        let delegate = self.delegate_id.map(|id| id::argument(ctx, Kind::Staff, &id, "filter.delegateId"));
        Ok(use_case::DelegationFilter {
            assignment: assignment.transpose()?,
            unit: unit.transpose()?,
            delegate: delegate.transpose()?,
            on: self.on.map(|on| on.0),
        })
    }
}

#[Object]
impl DelegationMutation {
    /// Delegates the powers of an assignment to another person for a period. In this period, that person rates instead
    /// of the holder.
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
        let key = read.key(input.idempotency_key);
        let delegate = use_case::Delegate {
            assignment: read.get("assignmentId", input.assignment_id),
            delegation: DelegationInput {
                delegate: read.get("delegateId", input.delegate_id),
                capacity: input.capacity.into(),
                valid_from: read.get("from", input.from),
                valid_to: read.optional("to", input.to),
                reason: input.reason,
            },
        };
        let made = use_case::delegate(ctx.env()?, ctx.actor()?, key, delegate, input.dry_run);
        payload(ctx, read.run(made).await).await
    }

    /// Changes the days or the capacity of a delegation that has not ended. Open plans, unfinished evaluations and
    /// undecided activities get the changed rater at once; finished ones keep theirs.
    async fn update_delegation(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The delegation, its version, the changes, the reason and an optional idempotency key."
        )]
        input: UpdateDelegationInput,
    ) -> async_graphql::Result<DelegationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let from = read.not_null("from", input.from);
        let update = use_case::UpdateDelegation {
            delegation: read.get("delegationId", input.delegation_id),
            expected_version: input.expected_version,
            changes: DelegationChanges {
                capacity: read.not_null("capacity", input.capacity).map(Into::into),
                from: read.optional("from", from),
                open_ended: input.open_ended || input.to.is_null(),
                to: read.optional("to", input.to.take()),
            },
            reason: input.reason,
        };
        let changed = use_case::update_delegation(ctx.env()?, ctx.actor()?, key, update, input.dry_run);
        payload(ctx, read.run(changed).await).await
    }

    /// Ends a delegation earlier than planned. Unfinished work of the acting person goes back to the holder of the
    /// position; if the position is vacant, the work waits until somebody acts for that position.
    async fn end_delegation(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The delegation, its version, the end date, the reason and an optional idempotency key."
        )]
        input: EndDelegationInput,
    ) -> async_graphql::Result<DelegationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let to = read.not_null("to", input.to);
        let end = use_case::EndDelegation {
            delegation: read.get("delegationId", input.delegation_id),
            expected_version: input.expected_version,
            to: read.optional("to", to),
            reason: input.reason,
        };
        let ended = use_case::end_delegation(ctx.env()?, ctx.actor()?, key, end, input.dry_run);
        payload(ctx, read.run(ended).await).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<Listed<DelegationId>>,
) -> async_graphql::Result<DelegationPayload> {
    let (listed, errors) = error::outcome(ctx, result)?;
    let (id, consequences) = listed.map(|listed| (listed.done, listed.consequences)).unwrap_or_default();
    let delegation = match id {
        Some(id) => {
            use_case::Delegate::find(ctx.env()?, ctx.actor()?, id).boxed().await.or_fail(ctx)?.map(Delegation)
        }
        None => None,
    };
    Ok(DelegationPayload { delegation, consequences: Consequence::list(consequences), errors })
}
