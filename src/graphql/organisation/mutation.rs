//! Mutations of units and people. For admins who cover the unit.

use super::{OrgUnit, Staff, one_staff};
use crate::graphql::{
    context::ContextExt,
    enums::{Capacity, EmploymentKind, UnitKind},
    error::{self, OrFail, UserError},
    id::{self, Kind},
    scalars::{Date, Uuid},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::id::{StaffId, UnitId};
use service::{IdempotencyKey, organisation as use_case};

/// Mutations of units and people.
#[derive(Default)]
pub struct OrganisationMutation;

/// A unit to make below another.
#[derive(InputObject)]
struct CreateOrgUnitInput {
    /// The unit above.
    parent_id: ID,
    /// The code, unique in the agency; at most 50 characters.
    code: String,
    /// The name, at most 200 characters.
    name: String,
    /// What sort of unit it is; there is one AGENCY, the root.
    kind: UnitKind,
    /// The id in the personnel system.
    external_id: Option<String>,
    /// The first day on which it is.
    valid_from: Date,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// What changes on a unit; what is left out stays.
#[derive(InputObject)]
struct UpdateOrgUnitInput {
    /// The unit.
    org_unit_id: ID,
    /// The version that you have seen.
    expected_version: i32,
    /// The unit above, from `parentFrom` on.
    parent_id: Option<ID>,
    /// Since when it lies below another unit: today or before, today by default.
    parent_from: Option<Date>,
    /// The code, unique in the agency.
    code: Option<String>,
    /// The name.
    name: Option<String>,
    /// What sort of unit it is.
    kind: Option<UnitKind>,
    /// The IANA time zone of deadlines; only on the root.
    time_zone: Option<String>,
    /// The id in the personnel system.
    external_id: Option<String>,
    /// The first day on which it is no more.
    valid_to: Option<Date>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// Where somebody begins to work.
#[derive(InputObject)]
pub(super) struct PlacementInput {
    /// The unit.
    pub org_unit_id: ID,
    /// The position.
    pub position_id: ID,
    /// The rank, such as `III/c`, or `IX` of a PPPK.
    pub rank: Option<String>,
    /// The assignment of the direct superior, whose holder rates; null at the top.
    pub superior_assignment_id: Option<ID>,
    /// On what title; DEFINITIVE by default.
    pub capacity: Option<Capacity>,
    /// Whether the person heads the unit; not by default.
    pub leads: Option<bool>,
    /// The first day.
    pub from: Date,
}

/// A person to take in.
#[derive(InputObject)]
struct CreateStaffInput {
    /// The NIP or NI PPPK, 18 digits with or without spaces; people from outside have none.
    nip: Option<String>,
    /// The name with titles, at most 200 characters.
    name: String,
    /// On what footing.
    employment_kind: EmploymentKind,
    /// The id in the personnel system.
    external_id: Option<String>,
    /// The first assignment.
    assignment: PlacementInput,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// What changes on a person; what is left out stays.
#[derive(InputObject)]
struct UpdateStaffInput {
    /// The person.
    staff_id: ID,
    /// The version that you have seen.
    expected_version: i32,
    /// The NIP or NI PPPK.
    nip: Option<String>,
    /// The name with titles.
    name: Option<String>,
    /// On what footing.
    employment_kind: Option<EmploymentKind>,
    /// The id in the personnel system.
    external_id: Option<String>,
    /// The rank in the assignment of today.
    rank: Option<String>,
    /// Whether the person heads the unit of the assignment of today.
    leads: Option<bool>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// Who leaves.
#[derive(InputObject)]
struct EndStaffInput {
    /// The person.
    staff_id: ID,
    /// The version that you have seen.
    expected_version: i32,
    /// The last day at work; today or before.
    last_day: Date,
    /// Why, such as retirement; told in the journal.
    reason: String,
    /// Whose the direct subordinates become. Without it they keep the ended assignment as superior, whose powers
    /// can be delegated (Plt).
    successor_assignment_id: Option<ID>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of a change of a unit.
#[derive(SimpleObject)]
struct OrgUnitPayload {
    /// The unit; null when `errors` tells why.
    org_unit: Option<OrgUnit>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// The outcome of a change of a person.
#[derive(SimpleObject)]
pub(super) struct StaffPayload {
    /// The person; null when `errors` tells why.
    pub staff: Option<Staff>,
    /// What you can act on; nothing was written then.
    pub errors: Vec<UserError>,
}

#[Object]
impl OrganisationMutation {
    /// Makes a unit below another.
    async fn create_org_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: CreateOrgUnitInput,
    ) -> async_graphql::Result<OrgUnitPayload> {
        let key = IdempotencyKey { operation: "createOrgUnit", key: input.idempotency_key.map(|key| key.0) };
        let create = use_case::CreateOrgUnit {
            parent: id::argument(ctx, Kind::OrgUnit, &input.parent_id, "parentId")?,
            code: input.code,
            name: input.name,
            kind: input.kind.into(),
            external_id: input.external_id,
            valid_from: input.valid_from.0,
        };
        unit_payload(ctx, use_case::create_org_unit(ctx.env()?, ctx.actor()?, key, create).await).await
    }

    /// Changes a unit, or moves it below another from today on.
    async fn update_org_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: UpdateOrgUnitInput,
    ) -> async_graphql::Result<OrgUnitPayload> {
        let key = IdempotencyKey { operation: "updateOrgUnit", key: input.idempotency_key.map(|key| key.0) };
        let parent =
            input.parent_id.as_ref().map(|parent| id::argument(ctx, Kind::OrgUnit, parent, "parentId"));
        let update = use_case::UpdateOrgUnit {
            unit: id::argument(ctx, Kind::OrgUnit, &input.org_unit_id, "orgUnitId")?,
            expected_version: input.expected_version,
            parent: parent.transpose()?,
            parent_from: input.parent_from.map(|day| day.0),
            code: input.code,
            name: input.name,
            kind: input.kind.map(Into::into),
            time_zone: input.time_zone,
            external_id: input.external_id,
            valid_to: input.valid_to.map(|day| day.0),
        };
        unit_payload(ctx, use_case::update_org_unit(ctx.env()?, ctx.actor()?, key, update).await).await
    }

    /// Takes a person in, with the first assignment.
    async fn create_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: CreateStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let key = IdempotencyKey { operation: "createStaff", key: input.idempotency_key.map(|key| key.0) };
        let create = use_case::CreateStaff {
            nip: input.nip,
            name: input.name,
            employment_kind: input.employment_kind.into(),
            external_id: input.external_id,
            placement: placement(input.assignment, "assignment.").or_fail(ctx)?,
        };
        staff_payload(ctx, use_case::create_staff(ctx.env()?, ctx.actor()?, key, create).await).await
    }

    /// Changes a person's data.
    async fn update_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: UpdateStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let key = IdempotencyKey { operation: "updateStaff", key: input.idempotency_key.map(|key| key.0) };
        let update = use_case::UpdateStaff {
            staff: id::argument(ctx, Kind::Staff, &input.staff_id, "staffId")?,
            expected_version: input.expected_version,
            nip: input.nip,
            name: input.name,
            employment_kind: input.employment_kind.map(Into::into),
            external_id: input.external_id,
            rank: input.rank,
            leads: input.leads,
        };
        staff_payload(ctx, use_case::update_staff(ctx.env()?, ctx.actor()?, key, update).await).await
    }

    /// Lets a person leave: assignments end, approved plans close, others are cancelled, and who was rated gets
    /// another rater if there is a successor. Nothing is deleted.
    async fn end_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: EndStaffInput,
    ) -> async_graphql::Result<StaffPayload> {
        let key = IdempotencyKey { operation: "endStaff", key: input.idempotency_key.map(|key| key.0) };
        let successor = input.successor_assignment_id.as_ref();
        let successor = successor.map(|id| id::argument(ctx, Kind::Assignment, id, "successorAssignmentId"));
        let end = use_case::EndStaff {
            staff: id::argument(ctx, Kind::Staff, &input.staff_id, "staffId")?,
            expected_version: input.expected_version,
            last_day: input.last_day.0,
            reason: input.reason,
            successor: successor.transpose()?,
        };
        staff_payload(ctx, use_case::end_staff(ctx.env()?, ctx.actor()?, key, end).await).await
    }
}

/// A placement of the use cases; `at` is what stands before the names of its fields.
pub(super) fn placement(input: PlacementInput, at: &str) -> service::Result<use_case::Placement> {
    let path = |field: &str| format!("{at}{field}");
    let superior = input.superior_assignment_id.as_ref();
    let superior = superior.map(|id| id::parse(Kind::Assignment, id, &path("superiorAssignmentId")));
    Ok(use_case::Placement {
        unit: id::parse(Kind::OrgUnit, &input.org_unit_id, &path("orgUnitId"))?,
        position: id::parse(Kind::Position, &input.position_id, &path("positionId"))?,
        rank: input.rank,
        superior: superior.transpose()?,
        capacity: input.capacity.map_or(domain::assignment::Capacity::Definitive, Into::into),
        leads: input.leads.unwrap_or(false),
        from: input.from.0,
    })
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
    result: service::Result<StaffId>,
) -> async_graphql::Result<StaffPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let staff = match id {
        Some(id) => one_staff(ctx, id).await?,
        None => None,
    };
    Ok(StaffPayload { staff, errors })
}
