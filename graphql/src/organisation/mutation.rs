//! Mutations of units and people. For admins of the unit.

use super::{OrgUnit, RosterProblem, ScheduledChange, Staff, one_scheduled_change, one_staff};
use crate::{
    consequence::Consequence,
    context::ContextExt,
    enums::{Capacity, EmploymentKind, UnitKind},
    error::{self, OrFail, UserError},
    given::Given,
    reader::{Reader, edit},
    weight::list_size,
};
use async_graphql::{ComplexObject, Context, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{
    id::{AssignmentId, PositionId, StaffId, UnitId},
    roster::Problem,
    staff::{StaffChanges, StaffInput},
    time::Date,
    unit::{UnitChanges, UnitInput},
};
use futures_util::FutureExt;
use service::{
    consequence::Listed,
    organisation::{self as use_case, NowOrScheduled},
};
use uuid::Uuid;

/// Mutations of units and people.
#[derive(Default)]
pub struct OrganisationMutation;

/// Input of `createOrgUnit`: a unit to create below another.
#[derive(InputObject)]
struct CreateOrgUnitInput {
    /// The parent unit.
    parent_id: Given<UnitId>,
    /// The code, unique in the agency; at most 50 characters.
    code: String,
    /// The name, at most 200 characters.
    name: String,
    /// Kind of unit. AGENCY is reserved for the root.
    kind: UnitKind,
    /// Id in the personnel system.
    external_id: Option<String>,
    /// Start date (inclusive).
    valid_from: Given<Date>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `updateOrgUnit`: the changes of a unit. Omitted fields stay unchanged; null clears a field or is refused.
#[derive(InputObject)]
struct UpdateOrgUnitInput {
    /// The unit.
    org_unit_id: Given<UnitId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The parent unit from `parentFrom` on; not null.
    parent_id: MaybeUndefined<Given<UnitId>>,
    /// First day below the new parent: today or earlier; default today, not null.
    parent_from: MaybeUndefined<Given<Date>>,
    /// The code, unique in the agency; not null.
    code: MaybeUndefined<String>,
    /// The name; not null.
    name: MaybeUndefined<String>,
    /// Kind of unit; not null.
    kind: MaybeUndefined<UnitKind>,
    /// IANA time zone for days and deadlines; only on the root, and not null.
    time_zone: MaybeUndefined<String>,
    /// Id in the personnel system; null clears it.
    external_id: MaybeUndefined<String>,
    /// End date (exclusive); null clears it.
    valid_to: MaybeUndefined<Given<Date>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// A placement: the unit, position and superior of a new assignment.
#[derive(InputObject)]
pub(super) struct PlacementInput {
    /// The unit.
    pub org_unit_id: Given<UnitId>,
    /// The position.
    pub position_id: Given<PositionId>,
    /// Rank, such as `III/c`, or `IX` for a PPPK.
    pub rank: Option<String>,
    /// The assignment of the direct superior, who rates; null at the top.
    pub superior_assignment_id: Option<Given<AssignmentId>>,
    /// Capacity.
    #[graphql(default_with = "Capacity::Definitive")]
    pub capacity: Capacity,
    /// Whether the person heads the unit.
    #[graphql(default)]
    pub leads: bool,
    /// Start date (inclusive).
    pub from: Given<Date>,
}

/// Input of `createStaff`: a person to add.
#[derive(InputObject)]
struct CreateStaffInput {
    /// NIP or NI PPPK, 18 digits with or without spaces; null for a NON_ASN person.
    nip: Option<String>,
    /// The name with titles, at most 200 characters.
    name: String,
    /// Employment status.
    employment_kind: EmploymentKind,
    /// Id in the personnel system.
    external_id: Option<String>,
    /// The first assignment.
    assignment: PlacementInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `updateStaff`: the changes of a person. Omitted fields stay unchanged; null clears a field or is refused.
#[derive(InputObject)]
struct UpdateStaffInput {
    /// The person.
    staff_id: Given<StaffId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The NIP or NI PPPK; null clears it.
    nip: MaybeUndefined<String>,
    /// The name with titles; not null.
    name: MaybeUndefined<String>,
    /// Employment status; not null.
    employment_kind: MaybeUndefined<EmploymentKind>,
    /// Id in the personnel system; null clears it.
    external_id: MaybeUndefined<String>,
    /// Rank in today's assignment, such as `III/c`, or `IX` for a PPPK; null clears it. With a new `employmentKind`, it is
    /// the rank in all assignments, and is required if the stored rank is not one of that kind.
    rank: MaybeUndefined<String>,
    /// Whether the person heads the unit of today's assignment; not null.
    leads: MaybeUndefined<bool>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `endStaff`: a person who leaves the agency.
#[derive(InputObject)]
struct EndStaffInput {
    /// The person.
    staff_id: Given<StaffId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Last working day. If it is today or later, the change is scheduled for the day after.
    last_day: Given<Date>,
    /// The reason, such as retirement; the journal records it.
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

/// Input of `reinstateStaff`: a person who comes back, or whose departure was recorded by mistake.
#[derive(InputObject)]
struct ReinstateStaffInput {
    /// The person, who has left.
    staff_id: Given<StaffId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The new assignment; its start date is the first day back. If null, the departure is undone: the assignments that
    /// ended with it continue, with their plans and evaluations. Undoing is possible until 31 days after the last day.
    assignment: Option<PlacementInput>,
    /// The reason; the journal records it.
    reason: String,
    /// True: only list the consequences; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of a unit.
#[derive(SimpleObject)]
struct OrgUnitPayload {
    /// The unit; null if `errors` is not empty.
    org_unit: Option<OrgUnit>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Outcome of a change of a person.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct StaffPayload {
    /// The person; null if `errors` is not empty, after a dry run, and if the change is scheduled.
    pub staff: Option<Staff>,
    /// The scheduled change, if the last day is later than today; null otherwise.
    pub scheduled_change: Option<ScheduledChange>,
    /// Everything else that changes, or would change in a dry run.
    pub consequences: Vec<Consequence>,
    /// Errors that the client can act on; if there are any, nothing was written.
    pub errors: Vec<UserError>,
    /// The gaps that a dry run or the rehearsal of a scheduled change found.
    #[graphql(skip)]
    pub gaps: Vec<Problem>,
}

#[ComplexObject]
impl StaffPayload {
    /// Gaps in the chain of command after the change, for the person and the people below them; for a scheduled change,
    /// the gaps on its day. A gap is a person whom nobody can rate, such as a direct subordinate of a head who left
    /// without a successor, or a unit with several heads. Gaps don't prevent the change.
    #[graphql(directive = list_size::apply(10))]
    async fn warnings(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RosterProblem>> {
        let Some(staff) = &self.staff else {
            return Ok(self.gaps.iter().cloned().map(RosterProblem).collect());
        };
        let found =
            use_case::problems_around(ctx.env()?, ctx.actor()?, staff.0.id).boxed().await.or_fail(ctx)?;
        Ok(found.into_iter().map(RosterProblem).collect())
    }
}

#[Object]
impl OrganisationMutation {
    /// Creates a unit below another.
    async fn create_org_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit and an optional idempotency key.")] input: CreateOrgUnitInput,
    ) -> async_graphql::Result<OrgUnitPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let create = use_case::CreateOrgUnit {
            parent: read.get("parentId", input.parent_id),
            unit: UnitInput {
                code: input.code,
                name: input.name,
                kind: input.kind.into(),
                external_id: input.external_id,
                valid_from: read.get("validFrom", input.valid_from),
            },
        };
        unit_payload(ctx, read.run(use_case::create_org_unit(ctx.env()?, ctx.actor()?, key, create)).await)
            .await
    }

    /// Changes a unit, or moves it below another one.
    async fn update_org_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit, its version, the changes and an optional idempotency key.")]
        input: UpdateOrgUnitInput,
    ) -> async_graphql::Result<OrgUnitPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let (parent, from) =
            (read.not_null("parentId", input.parent_id), read.not_null("parentFrom", input.parent_from));
        let update = use_case::UpdateOrgUnit {
            unit: read.get("orgUnitId", input.org_unit_id),
            expected_version: input.expected_version,
            parent_from: read.optional("parentFrom", from),
            changes: UnitChanges {
                parent: read.optional("parentId", parent),
                code: read.not_null("code", input.code),
                name: read.not_null("name", input.name),
                kind: read.not_null("kind", input.kind).map(Into::into),
                time_zone: read.not_null("timeZone", input.time_zone),
                external_id: edit(input.external_id),
                valid_to: edit(input.valid_to).map(|day| read.get("validTo", day)),
                approximate: None,
            },
        };
        unit_payload(ctx, read.run(use_case::update_org_unit(ctx.env()?, ctx.actor()?, key, update)).await)
            .await
    }

    /// Adds a person with their first assignment.
    async fn create_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person, the first assignment and an optional idempotency key.")]
        input: CreateStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let create = use_case::CreateStaff {
            person: StaffInput {
                nip: input.nip,
                name: input.name,
                employment_kind: input.employment_kind.into(),
                external_id: input.external_id,
            },
            placement: read.at("assignment", |read| placement(read, input.assignment)),
        };
        staff_payload(ctx, read.run(use_case::create_staff(ctx.env()?, ctx.actor()?, key, create)).await)
            .await
    }

    /// Changes a person's data.
    async fn update_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The person, the version of their record, the changes and an optional idempotency key."
        )]
        input: UpdateStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let update = use_case::UpdateStaff {
            staff: read.get("staffId", input.staff_id),
            expected_version: input.expected_version,
            changes: StaffChanges {
                nip: edit(input.nip),
                name: read.not_null("name", input.name),
                employment_kind: read.not_null("employmentKind", input.employment_kind).map(Into::into),
                external_id: edit(input.external_id),
            },
            rank: edit(input.rank),
            leads: read.not_null("leads", input.leads),
        };
        staff_payload(ctx, read.run(use_case::update_staff(ctx.env()?, ctx.actor()?, key, update)).await)
            .await
    }

    /// Records that a person leaves. Their assignments end, their approved plans close, and their other plans are
    /// cancelled. If there is a successor, the people whom the person rated get the successor as rater. Nothing is
    /// deleted.
    async fn end_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The person, the version of their record, the last day, the reason and an optional idempotency key."
        )]
        input: EndStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let end = use_case::EndStaff {
            staff: read.get("staffId", input.staff_id),
            expected_version: input.expected_version,
            last_day: read.get("lastDay", input.last_day),
            reason: input.reason,
            successor: read.optional("successorAssignmentId", input.successor_assignment_id),
        };
        let ended = use_case::end_staff(ctx.env()?, ctx.actor()?, key, end, input.dry_run);
        staff_or_scheduled_payload(ctx, read.run(ended).await).await
    }

    /// Reinstates a person who has left, with a new assignment, or undoes a departure that was recorded by mistake.
    /// Their history stays. After a time away, the account needs a new activation code and roles must be granted again.
    async fn reinstate_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The person, the version of their record, the new assignment, the reason and an optional \
                    idempotency key."
        )]
        input: ReinstateStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let reinstate = use_case::ReinstateStaff {
            staff: read.get("staffId", input.staff_id),
            expected_version: input.expected_version,
            placement: input
                .assignment
                .map(|assignment| read.at("assignment", |read| placement(read, assignment))),
            reason: input.reason,
        };
        let back = use_case::reinstate_staff(ctx.env()?, ctx.actor()?, key, reinstate, input.dry_run);
        staff_payload(ctx, read.run(back).await).await
    }
}

/// Reads a placement.
pub(super) fn placement(read: &mut Reader, input: PlacementInput) -> use_case::Placement {
    use_case::Placement {
        unit: read.get("orgUnitId", input.org_unit_id),
        position: read.get("positionId", input.position_id),
        rank: input.rank,
        superior: read.optional("superiorAssignmentId", input.superior_assignment_id),
        capacity: input.capacity.into(),
        leads: input.leads,
        from: read.get("from", input.from),
    }
}

async fn unit_payload(
    ctx: &Context<'_>,
    result: service::Result<UnitId>,
) -> async_graphql::Result<OrgUnitPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let org_unit = match id {
        Some(id) => ctx.loaders()?.units.find(ctx, id).await?.map(OrgUnit),
        None => None,
    };
    Ok(OrgUnitPayload { org_unit, errors })
}

async fn staff_payload(
    ctx: &Context<'_>,
    result: service::Result<Listed<StaffId>>,
) -> async_graphql::Result<StaffPayload> {
    let now = result.map(|listed| Listed {
        done: listed.done.map(NowOrScheduled::Now),
        consequences: listed.consequences,
        gaps: listed.gaps,
    });
    staff_or_scheduled_payload(ctx, now).await
}

async fn staff_or_scheduled_payload(
    ctx: &Context<'_>,
    result: service::Result<Listed<NowOrScheduled<StaffId>>>,
) -> async_graphql::Result<StaffPayload> {
    let (listed, errors) = error::outcome(ctx, result)?;
    let (done, consequences, gaps) =
        listed.map(|listed| (listed.done, listed.consequences, listed.gaps)).unwrap_or_default();
    let (staff, scheduled_change) = match done {
        Some(NowOrScheduled::Now(id)) => (one_staff(ctx, id).await?, None),
        Some(NowOrScheduled::Scheduled { scheduled }) => (None, one_scheduled_change(ctx, scheduled).await?),
        None => (None, None),
    };
    let consequences = Consequence::list(consequences);
    Ok(StaffPayload { staff, scheduled_change, consequences, errors, gaps })
}
