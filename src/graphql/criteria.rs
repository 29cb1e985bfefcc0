//! What is appraised: public, without a login.

use crate::{
    connection,
    graphql::{
        context::ContextExt,
        error::{self, OrFail, UserError},
        id::{self, Kind},
        journal::{self, EventConnection},
        labels::Locale,
        page::{self, OrderDirection},
        scalars::{Date, Decimal, Uuid},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use service::{IdempotencyKey, criteria};

#[derive(Clone)]
pub struct CriteriaSet(pub domain::criteria::CriteriaSet);

connection!(CriteriaSetConnection, CriteriaSetEdge, CriteriaSet, "sets of criteria");

/// A set of criteria that people are appraised by (kriteria).
#[Object]
impl CriteriaSet {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::CriteriaSet, self.0.id)
    }
    /// The code; sets with the same code follow each other in time.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The name.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        in_language(locale, ctx, &self.0.name_id, &self.0.name_en)
    }
    /// The code of the regulation that it follows.
    async fn regulation_code(&self) -> &str {
        &self.0.regulation
    }
    /// The criteria in their order.
    async fn criteria(&self) -> Vec<Criterion> {
        self.0.criteria.iter().cloned().map(Criterion).collect()
    }
    /// The first day on which it is in force.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }
    /// The first day on which it is no more; null: it still is.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }
    /// What happened to it, oldest first; null without a login.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A cursor of the journal; from the first entry by default.")] after: Option<String>,
        #[graphql(desc = "At most so many, 1 to 100; 20 by default.")] first: Option<i32>,
    ) -> async_graphql::Result<Option<EventConnection>> {
        if ctx.actor().is_err() {
            return Ok(None);
        }
        journal::history(ctx, self.0.id, after, first).await.map(Some)
    }
    /// The version, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

#[derive(Clone)]
pub struct Criterion(pub domain::criteria::Criterion);

/// A criterion, such as a value of behaviour (nilai BerAKHLAK).
#[Object]
impl Criterion {
    /// The global id.
    async fn id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.id)
    }
    /// The code, unique in its set.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The name.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        in_language(locale, ctx, &self.0.name_id, &self.0.name_en)
    }
    /// Guiding behaviours (panduan perilaku), in Indonesian as published.
    async fn behaviours(&self) -> &[String] {
        &self.0.behaviours
    }
    /// The weight in percent, where criteria are weighted.
    async fn weight(&self) -> Option<Decimal> {
        self.0.weight.map(Decimal)
    }
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

/// Which sets; all conditions must hold.
#[derive(InputObject, Default)]
struct CriteriaSetFilter {
    /// With this code.
    code: Option<String>,
    /// In force on this day.
    on: Option<Date>,
}

/// How sets are sorted.
#[derive(InputObject, Default)]
struct CriteriaSetOrder {
    /// By code and validity in this direction.
    code: OrderDirection,
}

#[Object]
impl CriteriaQuery {
    /// The sets of criteria, of all times. Needs no login.
    async fn criteria_sets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which sets; all conditions must hold.")] filter: Option<CriteriaSetFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<CriteriaSetOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<CriteriaSetConnection> {
        let filter = filter.unwrap_or_default();
        let filter = criteria::CriteriaFilter { code: filter.code, on: filter.on.map(|day| day.0) };
        let order = order_by.unwrap_or_default().code.into();
        let request = page::request(first, after, last, before);
        let env = ctx.env()?;
        let agency = match ctx.actor() {
            Ok(actor) => actor.agency,
            Err(_) => criteria::agency(env).await.or_fail(ctx)?,
        };
        let total = page::wants_total(ctx);
        let (found, total) =
            criteria::list(env, agency, &filter, order, &request, total).await.or_fail(ctx)?;
        Ok(CriteriaSetConnection::new(found, total, CriteriaSet))
    }

    /// The criteria in force today or on a day, of all sets. Needs no login.
    async fn criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Vec<Criterion>> {
        let env = ctx.env()?;
        let (agency, calendar) = match ctx.actor() {
            Ok(actor) => (actor.agency, actor.calendar),
            // Without a login there is no agency of one's own, hence the national calendar.
            Err(_) => (criteria::agency(env).await.or_fail(ctx)?, domain::time::Calendar::JAKARTA),
        };
        let on = on.map_or_else(|| calendar.day(env.now()), |on| on.0);
        let filter = criteria::CriteriaFilter { code: None, on: Some(on) };
        let request = page::request(Some(100), None, None, None);
        let (found, _) =
            criteria::list(env, agency, &filter, Default::default(), &request, false).await.or_fail(ctx)?;
        Ok(found.items.into_iter().flat_map(|(_, set)| set.criteria).map(Criterion).collect())
    }
}

/// Mutations of criteria.
#[derive(Default)]
pub struct CriteriaMutation;

/// A set to publish.
#[derive(InputObject)]
struct SetCriteriaInput {
    /// The code; the set that had it so far ends the day before.
    code: String,
    /// The name in Indonesian.
    name_id: String,
    /// The name in English.
    name_en: String,
    /// The code of the regulation that it follows.
    regulation_code: String,
    /// The first day on which it is in force.
    valid_from: Date,
    /// The criteria in their order, at most 50.
    criteria: Vec<CriterionInput>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// A criterion to publish.
#[derive(InputObject)]
struct CriterionInput {
    /// The code, unique in its set.
    code: String,
    /// The name in Indonesian.
    name_id: String,
    /// The name in English.
    name_en: String,
    /// Guiding behaviours, at most 20.
    #[graphql(default)]
    behaviours: Vec<String>,
    /// The weight in percent; all or none, and they sum to 100.
    weight: Option<Decimal>,
}

/// The outcome of `setCriteria`.
#[derive(SimpleObject)]
struct SetCriteriaPayload {
    /// The set; null when `errors` tells why.
    criteria_set: Option<CriteriaSet>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

#[Object]
impl CriteriaMutation {
    /// Publishes a set of criteria. For admins of the agency.
    async fn set_criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: SetCriteriaInput,
    ) -> async_graphql::Result<SetCriteriaPayload> {
        let key = IdempotencyKey { operation: "setCriteria", key: input.idempotency_key.map(|key| key.0) };
        let code = input.code.trim().to_owned();
        let valid_from = input.valid_from.0;
        let set = criteria::SetCriteria {
            code: input.code,
            name_id: input.name_id,
            name_en: input.name_en,
            regulation: input.regulation_code,
            valid_from,
            criteria: input
                .criteria
                .into_iter()
                .map(|seed| criteria::SeedInput {
                    code: seed.code,
                    name_id: seed.name_id,
                    name_en: seed.name_en,
                    behaviours: seed.behaviours,
                    weight: seed.weight.map(|weight| weight.0),
                })
                .collect(),
        };
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let (done, errors) = error::outcome(ctx, criteria::set_criteria(env, actor, key, set).await)?;
        let filter = criteria::CriteriaFilter { code: Some(code), on: Some(valid_from) };
        let request = page::request(Some(1), None, None, None);
        let criteria_set = match done {
            Some(_) => criteria::list(env, actor.agency, &filter, Default::default(), &request, false)
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
