//! Aggregates for reporting tools, unit heads, the performance team and auditors.

mod development;
mod year_end;

use super::{
    context::ContextExt,
    cursor,
    error::OrFail,
    hidden::HiddenFigures,
    id::{self, Kind},
    organisation::{OrgUnit, RosterReport},
    scalars::{Date, DateTime},
};
use crate::weight::cost;
use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use development::DevelopmentOutcomeReport;
use domain::{id::UnitId, time::Instant};
use futures_util::FutureExt;
use service::{
    journal::Position,
    organisation,
    report::{self, Row},
};
use year_end::YearEndReport;

/// Queries of aggregates.
#[derive(Default)]
pub struct ReportQuery;

pub struct Reports;

/// Time at which the figures of a report were computed.
#[derive(SimpleObject)]
struct ComputedAt {
    /// Journal cursor up to which the figures include all changes. Continue after it with `events` or a stream. Null
    /// for figures that were stored when the period was closed, and until the first entry has a number.
    cursor: Option<String>,
    /// Time.
    at: DateTime,
}

impl ComputedAt {
    fn new(position: Option<Position>, at: Instant) -> Self {
        Self { cursor: position.map(cursor::encode), at: DateTime(at) }
    }
}

macro_rules! report_types {
    ($report:ident, $row:ident, $figures:ident, $what:literal, { $($(#[$doc:meta])* $field:ident),* $(,)? }) => {
        #[doc = $what]
        #[derive(SimpleObject)]
        struct $report {
            /// The unit first, then its subunits by level and code. Each row counts one unit with its subunits.
            rows: Vec<$row>,
            /// Time at which the figures were computed.
            computed_at: ComputedAt,
        }

        #[doc = concat!($what, " One row counts a unit with its subunits.")]
        #[derive(SimpleObject)]
        #[graphql(complex)]
        struct $row {
            #[graphql(skip)]
            unit: UnitId,
            /// The unit's code.
            org_unit_code: String,
            /// The unit's name.
            org_unit_name: String,
            /// Levels below the requested unit; 0 for the unit itself.
            level: i32,
            /// The denominator: assignments that are current on the period's last day, without NON_ASN people. Null if it
            /// is hidden from an API key.
            staff: Option<i32>,
            $(
                $(#[$doc])*
                $field: Option<i32>,
            )*
            /// The figures that are hidden from you, and why; null if you see all.
            hidden: Option<HiddenFigures>,
        }

        #[ComplexObject]
        impl $row {
            /// The unit.
            async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
                Ok(ctx.loaders()?.units.find(ctx, self.unit).await?.map(OrgUnit))
            }
        }

        impl From<report::Report<report::$figures>> for $report {
            fn from(from: report::Report<report::$figures>) -> Self {
                Self {
                    rows: from.rows.into_iter().map($row::from).collect(),
                    computed_at: ComputedAt::new(from.position, from.computed_at),
                }
            }
        }

        impl From<Row<report::$figures>> for $row {
            fn from(row: Row<report::$figures>) -> Self {
                let hidden = HiddenFigures::of(&row);
                let report::$figures { $($field),* } = row.figures;
                Self {
                    unit: row.unit,
                    org_unit_code: row.code,
                    org_unit_name: row.name,
                    level: row.level,
                    staff: row.staff.map(int),
                    $($field: $field.map(int),)*
                    hidden,
                }
            }
        }
    };
}

fn int(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

report_types!(PredicateDistributionReport, PredicateDistributionRow, PredicateDistribution, "Number of people with each predicate.", {
    /// Sangat Baik.
    very_good,
    /// Baik.
    good,
    /// Butuh Perbaikan.
    needs_improvement,
    /// Kurang.
    poor,
    /// Sangat Kurang.
    very_poor,
    /// People without a final evaluation.
    not_rated,
});

report_types!(PlanCompletionReport, PlanCompletionRow, PlanCompletion, "Number of plans with each status.", {
    /// No plan.
    missing,
    /// Plans in draft.
    draft,
    /// Plans that wait for the rater's decision.
    submitted,
    /// Plans returned by the rater.
    returned,
    /// Plans approved or closed.
    approved,
});

report_types!(EvaluationCompletionReport, EvaluationCompletionRow, EvaluationCompletion, "Number of evaluations with each status.", {
    /// No evaluation, because the plan is not approved.
    missing,
    /// Nothing reported yet.
    open,
    /// Reported, not rated yet.
    self_reported,
    /// The rater has saved a draft.
    rated_draft,
    /// The ratings are final.
    finished,
});

#[Object]
impl ReportQuery {
    /// Aggregates. For unit heads, the performance team, admins, auditors and reporting tools with their key.
    async fn reports(&self) -> Option<Reports> {
        Some(Reports)
    }
}

fn request(ctx: &Context<'_>, unit: &ID, period: &ID, depth: i32) -> async_graphql::Result<report::Request> {
    Ok(report::Request {
        unit: id::argument(ctx, Kind::OrgUnit, unit, "orgUnitId")?,
        period: id::argument(ctx, Kind::Period, period, "periodId")?,
        depth,
    })
}

/// Reports. Each counts a unit with its subunits in a period.
#[Object]
impl Reports {
    /// Number of people with each predicate in a year or part.
    #[graphql(directive = cost::apply(1000))]
    async fn predicate_distribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit to count, with its subunits.")] org_unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(
            desc = "Number of levels below the unit that get their own rows, 0 to 10; default 1.",
            default = 1
        )]
        depth: i32,
    ) -> async_graphql::Result<Option<PredicateDistributionReport>> {
        let request = request(ctx, &org_unit_id, &period_id, depth)?;
        Ok(Some(
            report::predicate_distribution(ctx.env()?, ctx.actor()?, request)
                .boxed()
                .await
                .or_fail(ctx)?
                .into(),
        ))
    }

    /// Dry run of the year-end closing: the missing evaluations with the people who have to act, the distribution of
    /// predicates in final results and in the drafts as of last midnight, and the number of people by which the
    /// distribution misses each limit of the pattern.
    #[graphql(directive = cost::apply(1000))]
    async fn year_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit to count, with its subunits.")] org_unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(
            desc = "Number of levels below the unit that get their own rows, 0 to 10; default 1.",
            default = 1
        )]
        depth: i32,
    ) -> async_graphql::Result<Option<YearEndReport>> {
        let request = request(ctx, &org_unit_id, &period_id, depth)?;
        let found = report::year_end(ctx.env()?, ctx.actor()?, request).boxed().await.or_fail(ctx)?;
        Ok(Some(YearEndReport::new(request, found)))
    }

    /// Number of plans with each status in a year; for a part, the plans of its year.
    #[graphql(directive = cost::apply(1000))]
    async fn plan_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit to count, with its subunits.")] org_unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(
            desc = "Number of levels below the unit that get their own rows, 0 to 10; default 1.",
            default = 1
        )]
        depth: i32,
    ) -> async_graphql::Result<Option<PlanCompletionReport>> {
        let request = request(ctx, &org_unit_id, &period_id, depth)?;
        Ok(Some(
            report::plan_completion(ctx.env()?, ctx.actor()?, request).boxed().await.or_fail(ctx)?.into(),
        ))
    }

    /// Gaps in the chain of command of a unit with its subunits on a day: people whom nobody can rate, and units with
    /// several heads. Each gap shows what to do and who can do it. For a future day, the answer includes the scheduled
    /// changes that you can see, except those that the rules about assignments would refuse.
    #[graphql(directive = cost::apply(1000))]
    async fn roster_problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit to check, with its subunits.")] org_unit_id: ID,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Option<RosterReport>> {
        let unit = id::argument(ctx, Kind::OrgUnit, &org_unit_id, "orgUnitId")?;
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found =
            organisation::roster_problems(env, actor, unit, on.map(|on| on.0)).boxed().await.or_fail(ctx)?;
        Ok(Some(RosterReport::new(unit, found, actor.staff().is_some())))
    }

    /// Number of evaluations with each status in a year or part.
    #[graphql(directive = cost::apply(1000))]
    async fn evaluation_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit to count, with its subunits.")] org_unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(
            desc = "Number of levels below the unit that get their own rows, 0 to 10; default 1.",
            default = 1
        )]
        depth: i32,
    ) -> async_graphql::Result<Option<EvaluationCompletionReport>> {
        let request = request(ctx, &org_unit_id, &period_id, depth)?;
        Ok(Some(
            report::evaluation_completion(ctx.env()?, ctx.actor()?, request)
                .boxed()
                .await
                .or_fail(ctx)?
                .into(),
        ))
    }

    /// Later results of the people who had a development gap in the year before: how many of them have better results,
    /// with and without recognised training, and the indicators of the unit. The figures do not show causes.
    #[graphql(directive = cost::apply(1000))]
    async fn development_outcome(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit to count, with its subunits.")] org_unit_id: ID,
        #[graphql(
            desc = "The year whose results are compared with those of the year before; for a part, its year."
        )]
        period_id: ID,
    ) -> async_graphql::Result<Option<DevelopmentOutcomeReport>> {
        let request = request(ctx, &org_unit_id, &period_id, 0)?;
        let found = report::development_outcome(ctx.env()?, ctx.actor()?, request.unit, request.period);
        Ok(Some(DevelopmentOutcomeReport(found.boxed().await.or_fail(ctx)?)))
    }
}
