//! Queries on units and people.

use super::{
    OrgUnit, OrgUnitConnection, RosterProblem, Staff, StaffConnection,
    staff::{Assignment, Position, PositionConnection, prefetch},
};
use crate::{
    context::ContextExt,
    enums::{EmploymentKind, PositionKind, UnitKind},
    error::OrFail,
    id::{self, Kind},
    page::{self, OrderDirection},
    plan::Rater,
    regulation::agency_and_day,
    scalars::Date,
};
use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use domain::Message;
use futures_util::FutureExt;
use service::{db::PageRequest, organisation};

/// Queries on the organisation.
#[derive(Default)]
pub struct OrganisationQuery;

/// Filter of people; all conditions must match.
#[derive(InputObject, Default)]
struct StaffFilter {
    /// The name contains each word of this text, in any order; accents, apostrophes and case are ignored.
    name: Option<String>,
    /// The NIP contains these digits; spaces are ignored. Matches only people with personal data visible to you.
    nip: Option<String>,
    /// Only people assigned today to this unit or one of its subunits.
    org_unit_id: Option<ID>,
    /// Only people with this employment status; matches only people with personal data visible to you.
    employment_kind: Option<EmploymentKind>,
    /// True, the default: people who work for the agency. False: people who have left, limited to those with personal
    /// data visible to you; `orgUnitId` then matches any unit they ever worked in.
    active: Option<bool>,
}

/// Filter of units; all conditions must match.
#[derive(InputObject, Default)]
struct OrgUnitFilter {
    /// The name contains each word of this text, in any order; accents, apostrophes and case are ignored.
    name: Option<String>,
    /// Only units with exactly this code, ignoring case.
    code: Option<String>,
    /// Only units directly below this unit.
    parent_id: Option<ID>,
    /// Only units of this kind.
    kind: Option<UnitKind>,
}

/// Filter of positions; all conditions must match.
#[derive(InputObject, Default)]
struct PositionFilter {
    /// The name contains each word of this text, in any order; accents, apostrophes and case are ignored.
    name: Option<String>,
    /// Only positions with exactly this code in the agency's lists.
    code: Option<String>,
    /// Only positions of this kind.
    kind: Option<PositionKind>,
}

/// Key to find one person: give exactly one field.
#[derive(OneofObject)]
enum StaffLookup {
    /// By global id.
    Id(ID),
    /// By NIP, with or without spaces; finds only people with personal data visible to you.
    Nip(String),
    /// By id in the personnel system; finds only people with personal data visible to you.
    ExternalId(String),
}

/// Sort order of people.
#[derive(InputObject, Default)]
struct StaffOrder {
    /// By name.
    name: OrderDirection,
}

/// Sort order of units.
#[derive(InputObject, Default)]
struct OrgUnitOrder {
    /// By name.
    name: OrderDirection,
}

/// Sort order of positions.
#[derive(InputObject, Default)]
struct PositionOrder {
    /// By name.
    name: OrderDirection,
}

/// The rater of an assignment on a day.
#[derive(SimpleObject)]
struct RaterOfAssignment {
    /// The assignment.
    assignment: Assignment,
    /// The rater; null if nobody can rate, and at the top of the hierarchy.
    rater: Option<Rater>,
    /// Why nobody can rate; null if there is a rater, and for a person who is not appraised.
    problem: Option<RosterProblem>,
}

/// Result of checking a NIP.
#[derive(SimpleObject)]
struct NipReport {
    /// Whether the text is a well-formed NIP or NI PPPK.
    valid: bool,
    /// The 18 digits without spaces; null if not well-formed.
    normalised: Option<String>,
    /// The reasons why it is not well-formed; empty if it is.
    errors: Vec<String>,
    /// Unusual properties, such as an age outside 18 to 35 at the appointment, or an appointment after today.
    warnings: Vec<String>,
}

#[Object]
impl OrganisationQuery {
    /// People of the agency, by name; by default those who work there now.
    #[graphql(complexity = 1)]
    async fn staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of people; all conditions must match.")] filter: Option<StaffFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<StaffOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<StaffConnection>> {
        let filter = filter.unwrap_or_default();
        let unit =
            filter.org_unit_id.as_ref().map(|unit| id::argument(ctx, Kind::OrgUnit, unit, "orgUnitId"));
        let filter = organisation::StaffFilter {
            name: filter.name,
            nip: filter.nip,
            unit: unit.transpose()?,
            employment_kind: filter.employment_kind.map(Into::into),
            has_left: filter.active == Some(false),
        };
        let order = order_by.unwrap_or_default().name.into();
        staff_page(ctx, &filter, order, page::request(first, after, last, before)).await.map(Some)
    }

    /// One person; null if the person does not exist or is not visible to you by this key.
    async fn staff_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of the person.")] by: StaffLookup,
    ) -> async_graphql::Result<Option<Staff>> {
        let by = match by {
            StaffLookup::Id(staff) => {
                organisation::StaffLookup::Id(id::argument(ctx, Kind::Staff, &staff, "by.id")?)
            }
            StaffLookup::Nip(nip) => organisation::StaffLookup::Nip(nip),
            StaffLookup::ExternalId(external) => organisation::StaffLookup::ExternalId(external),
        };
        let found = organisation::staff_member(ctx.env()?, ctx.actor()?, by).boxed().await.or_fail(ctx)?;
        Ok(found.map(Staff))
    }

    /// The agency's current units, by name.
    async fn org_units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of units; all conditions must match.")] filter: Option<OrgUnitFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<OrgUnitOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<OrgUnitConnection>> {
        let filter = filter.unwrap_or_default();
        let parent = filter.parent_id.as_ref().map(|unit| id::argument(ctx, Kind::OrgUnit, unit, "parentId"));
        let filter = organisation::UnitFilter {
            name: filter.name,
            code: filter.code,
            parent: parent.transpose()?,
            kind: filter.kind.map(Into::into),
        };
        let order = order_by.unwrap_or_default().name.into();
        let request = page::request(first, after, last, before);
        let total = page::wants_total(ctx);
        let found =
            organisation::units(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        prefetch_units(ctx, &found.items).await?;
        Ok(Some(OrgUnitConnection::new(found, total, OrgUnit)))
    }

    /// The agency's positions, by name.
    #[graphql(complexity = 1)]
    async fn positions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of positions; all conditions must match.")] filter: Option<PositionFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<PositionOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<PositionConnection>> {
        let filter = filter.unwrap_or_default();
        let filter = organisation::PositionFilter {
            name: filter.name,
            code: filter.code,
            kind: filter.kind.map(Into::into),
        };
        let order = order_by.unwrap_or_default().name.into();
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let found =
            organisation::positions(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(Some(PositionConnection::new(found, total, Position)))
    }

    /// The raters of a person on a day, one for each assignment on that day. For a future day, the answer includes the
    /// scheduled changes that you can see (`Staff.scheduledChanges`), except those that the rules about assignments
    /// would refuse.
    async fn who_rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ratee.")] staff_id: ID,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Option<Vec<RaterOfAssignment>>> {
        let staff = id::argument(ctx, Kind::Staff, &staff_id, "staffId")?;
        let found = organisation::who_rates(ctx.env()?, ctx.actor()?, staff, on.map(|on| on.0)).boxed().await;
        let found = found.or_fail(ctx)?;
        Ok(Some(
            found
                .into_iter()
                .map(|rated| RaterOfAssignment {
                    assignment: Assignment(rated.assignment),
                    rater: rated.rater.map(|(rater, form)| Rater::of_assignment(rater, form)),
                    problem: rated.problem.map(RosterProblem),
                })
                .collect(),
        ))
    }

    /// Checks whether a text is a well-formed NIP or NI PPPK. Needs no login and reads no personal data.
    async fn check_nip(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text, with or without spaces.")] value: String,
    ) -> async_graphql::Result<Option<NipReport>> {
        let (_, today) = agency_and_day(ctx, ctx.env()?).await.or_fail(ctx)?;
        let mut report = domain::nip::check(&value, None);
        report.warnings.extend(domain::nip::implausible_dates(&value, today));
        let texts =
            |messages: Vec<Message>| messages.iter().map(|message| message.render(ctx.locale())).collect();
        Ok(Some(NipReport {
            valid: report.errors.is_empty(),
            normalised: report.normalised,
            errors: texts(report.errors),
            warnings: texts(report.warnings),
        }))
    }
}

/// Prefetches the data that the document selects for a list of units, with one statement for each relation.
async fn prefetch_units(
    ctx: &Context<'_>,
    units: &[(service::db::Cursor, domain::unit::OrgUnit)],
) -> async_graphql::Result<()> {
    let loaders = ctx.loaders()?;
    let node = page::Items::of(&ctx.look_ahead());
    if node.field("parent").exists() {
        loaders.units.prefetch(units.iter().filter_map(|(_, unit)| unit.parent).collect()).await;
    }
    if node.field("head").exists() {
        loaders.heads.prefetch(units.iter().map(|(_, unit)| unit.id).collect()).await;
    }
    Ok(())
}

/// Loads a page of people and prefetches the data that the document selects for them.
pub(super) async fn staff_page(
    ctx: &Context<'_>,
    filter: &organisation::StaffFilter,
    order: service::db::Order,
    request: PageRequest,
) -> async_graphql::Result<StaffConnection> {
    let total = page::wants_total(ctx);
    let found = organisation::staff(ctx.env()?, ctx.actor()?, filter, order, &request, total).boxed().await;
    let (found, total) = found.or_fail(ctx)?;
    let people: Vec<_> = found.items.iter().map(|(_, person)| person.id).collect();
    prefetch(ctx, &people).await?;
    Ok(StaffConnection::new(found, total, Staff))
}
