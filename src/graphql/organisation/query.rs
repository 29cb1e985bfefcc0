//! Queries on units and people.

use super::{
    OrgUnit, OrgUnitConnection, Staff, StaffConnection,
    staff::{Assignment, Position, PositionConnection, prefetch},
};
use crate::graphql::{
    context::ContextExt,
    enums::{EmploymentKind, PositionKind, UnitKind},
    error::OrFail,
    id::{self, Kind},
    page::{self, OrderDirection},
    plan::Rater,
    scalars::{Date, DateTime},
};
use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use domain::Message;
use service::{db::PageRequest, journal, organisation};

/// Queries on the organisation.
#[derive(Default)]
pub struct OrganisationQuery;

/// Which people; all conditions must hold.
#[derive(InputObject, Default)]
struct StaffFilter {
    /// The name contains this, whatever the case.
    name: Option<String>,
    /// Assigned today to this unit or one below it.
    org_unit_id: Option<ID>,
    /// On this footing; only among the people whose personal data you may see.
    employment_kind: Option<EmploymentKind>,
    /// Whether they are at work, as by default. False: those who have left, only among the people whose personal
    /// data you may see; `orgUnitId` is then a unit that they worked in at any time.
    active: Option<bool>,
}

/// Which units; all conditions must hold.
#[derive(InputObject, Default)]
struct OrgUnitFilter {
    /// The name contains this, whatever the case.
    name: Option<String>,
    /// Directly below this unit.
    parent_id: Option<ID>,
    /// Of this kind.
    kind: Option<UnitKind>,
}

/// Which positions; all conditions must hold.
#[derive(InputObject, Default)]
struct PositionFilter {
    /// The name contains this, whatever the case.
    name: Option<String>,
    /// The code in the agency's lists is exactly this.
    code: Option<String>,
    /// Of this kind.
    kind: Option<PositionKind>,
}

/// How to find one person: exactly one of these.
#[derive(OneofObject)]
enum StaffLookup {
    /// By global id.
    Id(ID),
    /// By NIP, with or without spaces; of people whose personal data you may see.
    Nip(String),
    /// By the id in the personnel system; likewise.
    ExternalId(String),
}

/// How people are sorted.
#[derive(InputObject, Default)]
struct StaffOrder {
    /// By name in this direction.
    name: OrderDirection,
}

/// How units are sorted.
#[derive(InputObject, Default)]
struct OrgUnitOrder {
    /// By name in this direction.
    name: OrderDirection,
}

/// How positions are sorted.
#[derive(InputObject, Default)]
struct PositionOrder {
    /// By name in this direction.
    name: OrderDirection,
}

/// Who rates an assignment on a day.
#[derive(SimpleObject)]
struct RaterOfAssignment {
    /// The assignment.
    assignment: Assignment,
    /// Who rates it; null at the top of the chain.
    rater: Option<Rater>,
}

/// What is wrong with a NIP.
#[derive(SimpleObject)]
struct NipReport {
    /// Whether it can be a NIP or NI PPPK.
    valid: bool,
    /// The 18 digits without spaces; null if it can't be one.
    normalised: Option<String>,
    /// Why it can't be one.
    errors: Vec<String>,
    /// What is unusual about it, such as an age outside 18 to 35 at the appointment.
    warnings: Vec<String>,
}

#[Object]
impl OrganisationQuery {
    /// The agency's active people, by name.
    #[graphql(complexity = 1)]
    async fn staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which people; all conditions must hold.")] filter: Option<StaffFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<StaffOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<StaffConnection> {
        let filter = filter.unwrap_or_default();
        let unit =
            filter.org_unit_id.as_ref().map(|unit| id::argument(ctx, Kind::OrgUnit, unit, "orgUnitId"));
        let filter = organisation::StaffFilter {
            name: filter.name,
            unit: unit.transpose()?,
            employment_kind: filter.employment_kind.map(Into::into),
            has_left: filter.active == Some(false),
        };
        let order = order_by.unwrap_or_default().name.into();
        staff_page(ctx, &filter, order, page::request(first, after, last, before)).await
    }

    /// One person; null if there is none, or if you may not see who it is.
    async fn staff_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How to find the person.")] by: StaffLookup,
        #[graphql(
            desc = "As it was recorded at this instant, up to the last entry of the journal at or before it; what hangs on it is read now. By default as it is."
        )]
        as_of: Option<DateTime>,
    ) -> async_graphql::Result<Option<Staff>> {
        let by = match by {
            StaffLookup::Id(staff) => {
                organisation::StaffLookup::Id(id::argument(ctx, Kind::Staff, &staff, "by.id")?)
            }
            StaffLookup::Nip(nip) => organisation::StaffLookup::Nip(nip),
            StaffLookup::ExternalId(external) => organisation::StaffLookup::ExternalId(external),
        };
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = organisation::staff_member(env, actor, by).await.or_fail(ctx)?;
        match (found, as_of) {
            (Some(found), Some(at)) => {
                Ok(journal::staff_as_of(env, actor, found.id, at.0).await.or_fail(ctx)?.map(Staff))
            }
            (found, _) => Ok(found.map(Staff)),
        }
    }

    /// The agency's units that are in being today, by name.
    async fn org_units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which units; all conditions must hold.")] filter: Option<OrgUnitFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<OrgUnitOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<OrgUnitConnection> {
        let filter = filter.unwrap_or_default();
        let parent = filter.parent_id.as_ref().map(|unit| id::argument(ctx, Kind::OrgUnit, unit, "parentId"));
        let filter = organisation::UnitFilter {
            name: filter.name,
            parent: parent.transpose()?,
            kind: filter.kind.map(Into::into),
        };
        let order = order_by.unwrap_or_default().name.into();
        let request = page::request(first, after, last, before);
        let total = page::wants_total(ctx);
        let found = organisation::units(ctx.env()?, ctx.actor()?, &filter, order, &request, total).await;
        let (found, total) = found.or_fail(ctx)?;
        prefetch_units(ctx, &found.items).await?;
        Ok(OrgUnitConnection::new(found, total, OrgUnit))
    }

    /// The agency's positions, by name.
    #[graphql(complexity = 1)]
    async fn positions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which positions; all conditions must hold.")] filter: Option<PositionFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<PositionOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<PositionConnection> {
        let filter = filter.unwrap_or_default();
        let filter = organisation::PositionFilter {
            name: filter.name,
            code: filter.code,
            kind: filter.kind.map(Into::into),
        };
        let order = order_by.unwrap_or_default().name.into();
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let found = organisation::positions(ctx.env()?, ctx.actor()?, &filter, order, &request, total).await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(PositionConnection::new(found, total, Position))
    }

    /// Who rates a person on a day and as what, for each assignment open then.
    async fn who_rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person who is rated.")] staff_id: ID,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Vec<RaterOfAssignment>> {
        let staff = id::argument(ctx, Kind::Staff, &staff_id, "staffId")?;
        let found = organisation::who_rates(ctx.env()?, ctx.actor()?, staff, on.map(|on| on.0)).await;
        let found = found.or_fail(ctx)?;
        Ok(found
            .into_iter()
            .map(|(assignment, rater)| RaterOfAssignment {
                assignment: Assignment(assignment),
                rater: rater.map(Rater),
            })
            .collect())
    }

    /// Whether a text can be a NIP or NI PPPK. Needs no login and looks nobody up.
    async fn check_nip(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text, with or without spaces.")] value: String,
    ) -> NipReport {
        let report = domain::nip::check(&value, None);
        let texts =
            |messages: Vec<Message>| messages.iter().map(|message| message.render(ctx.locale())).collect();
        NipReport {
            valid: report.errors.is_empty(),
            normalised: report.normalised,
            errors: texts(report.errors),
            warnings: texts(report.warnings),
        }
    }
}

/// Reads ahead what the document selects of a list of units, each kind in one statement.
async fn prefetch_units(
    ctx: &Context<'_>,
    units: &[(service::db::Cursor, domain::unit::OrgUnit)],
) -> async_graphql::Result<()> {
    let loaders = ctx.loaders()?;
    let node = ctx.look_ahead().field("edges").field("node");
    if node.field("parent").exists() {
        loaders.units.prefetch(units.iter().filter_map(|(_, unit)| unit.parent).collect()).await;
    }
    if node.field("head").exists() {
        loaders.heads.prefetch(units.iter().map(|(_, unit)| unit.id).collect()).await;
    }
    Ok(())
}

/// A page of people, with what the document selects of them read ahead.
pub(super) async fn staff_page(
    ctx: &Context<'_>,
    filter: &organisation::StaffFilter,
    order: service::db::Order,
    request: PageRequest,
) -> async_graphql::Result<StaffConnection> {
    let total = page::wants_total(ctx);
    let found = organisation::staff(ctx.env()?, ctx.actor()?, filter, order, &request, total).await;
    let (found, total) = found.or_fail(ctx)?;
    let people: Vec<_> = found.items.iter().map(|(_, person)| person.id).collect();
    prefetch(ctx, &["edges", "node"], &people).await?;
    Ok(StaffConnection::new(found, total, Staff))
}
