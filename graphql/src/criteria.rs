//! Appraisal criteria, readable without a login.

use crate::{
    connection,
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::Locale,
    page::{self, OrderDirection},
    reader::Reader,
    scalars::{Date, Decimal},
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{
    criteria::{CriterionSeed, NewCriteriaSet},
    id::CriterionId,
};
use futures_util::FutureExt;
use service::criteria;
use uuid::Uuid;

#[derive(Clone)]
pub struct CriteriaSet(pub domain::criteria::CriteriaSet);

connection!(CriteriaSetConnection, CriteriaSetEdge, CriteriaSet, "criteria sets");

/// A set of appraisal criteria (kriteria).
#[Object]
impl CriteriaSet {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::CriteriaSet, self.0.id)
    }
    /// Code of the set. Sets with the same code are successive versions.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// Name in the requested language.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        in_language(locale, ctx, &self.0.name_id, &self.0.name_en)
    }
    /// Code of the regulation that it follows.
    async fn regulation_code(&self) -> &str {
        &self.0.regulation
    }
    /// The criteria, in display order.
    async fn criteria(&self) -> Vec<Criterion> {
        self.0.criteria.iter().cloned().map(Criterion).collect()
    }
    /// First day in force.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }
    /// End date (exclusive); null while current.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }
    /// The journal entries about it, oldest first; null without a login.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Journal cursor to start after; by default from the first entry.")] after: Option<
            String,
        >,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
    ) -> async_graphql::Result<Option<EventConnection>> {
        if ctx.actor().is_err() {
            return Ok(None);
        }
        journal::history(ctx, self.0.id, after, first).await.map(Some)
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

#[derive(Clone)]
pub struct Criterion(pub domain::criteria::Criterion);

/// A criterion, such as a behaviour value (nilai BerAKHLAK).
#[Object]
impl Criterion {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.id)
    }
    /// Code, unique in its set.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// Name in the requested language.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        in_language(locale, ctx, &self.0.name_id, &self.0.name_en)
    }
    /// Guiding behaviours (panduan perilaku): in Indonesian as published, or in English where there is a translation.
    async fn behaviours(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &[String] {
        match locale.unwrap_or_else(|| ctx.locale().into()) {
            Locale::En if !self.0.behaviours_en.is_empty() => &self.0.behaviours_en,
            _ => &self.0.behaviours,
        }
    }
    /// Weight in percent; null if the criteria are not weighted.
    async fn weight(&self) -> Option<Decimal> {
        self.0.weight.map(Decimal)
    }
}

/// Loads a criterion by id.
pub async fn criterion(ctx: &Context<'_>, id: CriterionId) -> async_graphql::Result<Option<Criterion>> {
    let actor = ctx.actor()?;
    let found = criteria::criterion(ctx.env()?, actor.agency, id).boxed().await.or_fail(ctx)?;
    Ok(found.map(Criterion))
}

fn in_language<'a>(locale: Option<Locale>, ctx: &Context<'_>, id: &'a str, en: &'a str) -> &'a str {
    match locale.unwrap_or_else(|| ctx.locale().into()) {
        Locale::Id => id,
        Locale::En => en,
    }
}

/// Queries on criteria.
#[derive(Default)]
pub struct CriteriaQuery;

/// Filter of criteria sets; all conditions must match.
#[derive(InputObject, Default)]
struct CriteriaSetFilter {
    /// Only sets with this code.
    code: Option<String>,
    /// Only sets in force on this day.
    on: Option<Date>,
}

/// Sort order of criteria sets.
#[derive(InputObject, Default)]
struct CriteriaSetOrder {
    /// By code, then by start date.
    code: OrderDirection,
}

#[Object]
impl CriteriaQuery {
    /// All criteria sets, past, current and future. Needs no login.
    async fn criteria_sets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of criteria sets; all conditions must match.")] filter: Option<
            CriteriaSetFilter,
        >,
        #[graphql(desc = "Sort order.")] order_by: Option<CriteriaSetOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<CriteriaSetConnection>> {
        let filter = filter.unwrap_or_default();
        let filter = criteria::CriteriaFilter { code: filter.code, on: filter.on.map(|day| day.0) };
        let order = order_by.unwrap_or_default().code.into();
        let request = page::request(first, after, last, before);
        let env = ctx.env()?;
        let agency = match ctx.actor() {
            Ok(actor) => actor.agency,
            Err(_) => criteria::agency(env).boxed().await.or_fail(ctx)?,
        };
        let total = page::wants_total(ctx);
        let (found, total) =
            criteria::list(env, agency, &filter, order, &request, total).boxed().await.or_fail(ctx)?;
        Ok(Some(CriteriaSetConnection::new(found, total, CriteriaSet)))
    }

    /// The criteria in force on a day, from all sets. Needs no login.
    async fn criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Option<Vec<Criterion>>> {
        let env = ctx.env()?;
        let (agency, calendar) = match ctx.actor() {
            Ok(actor) => (actor.agency, actor.calendar),
            // Without a login there is no agency and so no agency calendar: use Jakarta's.
            Err(_) => (criteria::agency(env).boxed().await.or_fail(ctx)?, domain::time::Calendar::JAKARTA),
        };
        let on = on.map_or_else(|| calendar.day(env.now()), |on| on.0);
        let found = criteria::in_force(env, agency, on).boxed().await.or_fail(ctx)?;
        Ok(Some(found.into_iter().map(Criterion).collect()))
    }
}

/// Mutations of criteria.
#[derive(Default)]
pub struct CriteriaMutation;

/// Input of `setCriteria`: a criteria set to publish.
#[derive(InputObject)]
struct SetCriteriaInput {
    /// Code of the set. If a set with this code is in force on `validFrom`, it ends the day before. If a set with this
    /// code already starts on `validFrom`, the mutation corrects that set; once the set is in use, the correction is
    /// refused.
    code: String,
    /// The name in Indonesian.
    name_id: String,
    /// The name in English.
    name_en: String,
    /// Code of the regulation that it follows.
    regulation_code: String,
    /// First day in force.
    valid_from: Given<domain::time::Date>,
    /// The criteria, in display order, at most 50.
    criteria: Vec<CriterionInput>,
    /// To correct a set: the `version` that you last read of the set with this code and first day; CONFLICT if the
    /// stored version is newer. Otherwise leave it out; null is refused.
    expected_version: MaybeUndefined<i32>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// A criterion of a set to publish.
#[derive(InputObject)]
struct CriterionInput {
    /// Code, unique in its set.
    code: String,
    /// The name in Indonesian.
    name_id: String,
    /// The name in English.
    name_en: String,
    /// Guiding behaviours in Indonesian, at most 20.
    #[graphql(default)]
    behaviours: Vec<String>,
    /// English translations of `behaviours`, in the same order; empty if there is no translation.
    #[graphql(default)]
    behaviours_en: Vec<String>,
    /// Weight in percent. Give it for all criteria, summing to 100, or for none.
    weight: Option<Given<domain::Decimal>>,
}

/// Outcome of `setCriteria`.
#[derive(SimpleObject)]
struct SetCriteriaPayload {
    /// The published set; null if `errors` is not empty.
    criteria_set: Option<CriteriaSet>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl CriteriaMutation {
    /// Publishes a criteria set, or corrects one that is not in use yet. A set is in use once a plan, a rating or
    /// feedback names one of its criteria, or once an evaluation for which the set is in force is final. For admins of
    /// the agency.
    async fn set_criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The criteria set and an optional idempotency key.")] input: SetCriteriaInput,
    ) -> async_graphql::Result<SetCriteriaPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let code = input.code.trim().to_owned();
        let valid_from = read.get("validFrom", input.valid_from);
        let expected_version = read.not_null("expectedVersion", input.expected_version);
        let set = NewCriteriaSet {
            code: input.code,
            name_id: input.name_id,
            name_en: input.name_en,
            regulation: input.regulation_code,
            valid_from,
            criteria: read.each("criteria", input.criteria, |read, seed| CriterionSeed {
                code: seed.code,
                name_id: seed.name_id,
                name_en: seed.name_en,
                behaviours: seed.behaviours,
                behaviours_en: seed.behaviours_en,
                weight: read.optional("weight", seed.weight),
            }),
        };
        let set = criteria::SetCriteria { set, expected_version };
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let (done, errors) =
            error::outcome(ctx, read.run(criteria::set_criteria(env, actor, key, set)).await)?;
        let filter = criteria::CriteriaFilter { code: Some(code), on: Some(valid_from) };
        let request = page::request(Some(1), None, None, None);
        let criteria_set = match done {
            Some(_) => criteria::list(env, actor.agency, &filter, Default::default(), &request, false)
                .boxed()
                .await
                .or_fail(ctx)?
                .0
                .items
                .pop()
                .map(|(_, set)| CriteriaSet(set)),
            None => None,
        };
        Ok(SetCriteriaPayload { criteria_set, errors })
    }
}
