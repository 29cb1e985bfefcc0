//! Aggregates for reporting tools, unit heads, the performance team and auditors.

use super::{
    context::ContextExt,
    error::OrFail,
    id::{self, Kind},
    organisation::OrgUnit,
    scalars::DateTime,
};
use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use domain::id::UnitId;
use service::report::{self, Row};

/// Queries of aggregates.
#[derive(Default)]
pub struct ReportQuery;

pub struct Reports;

/// When the figures of a report were computed.
#[derive(SimpleObject)]
struct ComputedAt {
    /// The journal's position that they stand for; null until the journal is numbered.
    cursor: Option<String>,
    /// The time.
    at: DateTime,
}

macro_rules! report_types {
    ($report:ident, $row:ident, $figures:ident, $what:literal, { $($(#[$doc:meta])* $field:ident),* $(,)? }) => {
        #[doc = $what]
        #[derive(SimpleObject)]
        struct $report {
            /// The unit first, then the units below it by level and code; each counts its own subtree.
            rows: Vec<$row>,
            /// When the figures were computed.
            computed_at: ComputedAt,
        }

        #[doc = concat!($what, " A unit with its subtree.")]
        #[derive(SimpleObject)]
        #[graphql(complex)]
        struct $row {
            #[graphql(skip)]
            unit: UnitId,
            /// The unit's code.
            org_unit_code: String,
            /// The unit's name.
            org_unit_name: String,
            /// Levels below the unit that was asked for.
            level: i32,
            /// The denominator: assignments active on the period's last day, without people from outside.
            staff: i32,
            $(
                $(#[$doc])*
                $field: i32,
            )*
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
                    computed_at: ComputedAt { cursor: None, at: DateTime(from.computed_at) },
                }
            }
        }

        impl From<Row<report::$figures>> for $row {
            fn from(row: Row<report::$figures>) -> Self {
                let report::$figures { $($field),* } = row.figures;
                Self {
                    unit: row.unit,
                    org_unit_code: row.code,
                    org_unit_name: row.name,
                    level: row.level,
                    staff: int(row.staff),
                    $($field: int($field),)*
                }
            }
        }
    };
}

fn int(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

report_types!(PredicateDistributionReport, PredicateDistributionRow, PredicateDistribution, "How many have which predicate.", {
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
    /// No final evaluation.
    not_rated,
});

report_types!(PlanCompletionReport, PlanCompletionRow, PlanCompletion, "How far the plans are.", {
    /// No plan.
    missing,
    /// Being written.
    draft,
    /// With the rater.
    submitted,
    /// Sent back with a reason.
    returned,
    /// In force, or closed.
    approved,
});

report_types!(EvaluationCompletionReport, EvaluationCompletionRow, EvaluationCompletion, "How far the evaluations are.", {
    /// No evaluation: the plan is not approved.
    missing,
    /// Nothing reported.
    open,
    /// Reported, not rated.
    self_reported,
    /// A draft of the ratings.
    rated_draft,
    /// The ratings stand.
    finished,
});

#[Object]
impl ReportQuery {
    /// Aggregates. For unit heads, the performance team, admins, auditors and reporting tools with their key.
    async fn reports(&self) -> Reports {
        Reports
    }
}

fn request(ctx: &Context<'_>, unit: &ID, period: &ID, depth: i32) -> async_graphql::Result<report::Request> {
    Ok(report::Request {
        unit: id::argument(ctx, Kind::OrgUnit, unit, "unitId")?,
        period: id::argument(ctx, Kind::Period, period, "periodId")?,
        depth,
    })
}

/// The reports; each counts the subtree of a unit in a period in one go.
#[Object]
impl Reports {
    /// How many have which predicate in a year or part.
    async fn predicate_distribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit whose subtree is counted.")] unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(desc = "So many levels below the unit have a row of their own, 0 to 10.", default = 1)]
        depth: i32,
    ) -> async_graphql::Result<PredicateDistributionReport> {
        let request = request(ctx, &unit_id, &period_id, depth)?;
        Ok(report::predicate_distribution(ctx.env()?, ctx.actor()?, request).await.or_fail(ctx)?.into())
    }

    /// How far plans are in a year; a part of a year counts the plans of its year.
    async fn plan_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit whose subtree is counted.")] unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(desc = "So many levels below the unit have a row of their own, 0 to 10.", default = 1)]
        depth: i32,
    ) -> async_graphql::Result<PlanCompletionReport> {
        let request = request(ctx, &unit_id, &period_id, depth)?;
        Ok(report::plan_completion(ctx.env()?, ctx.actor()?, request).await.or_fail(ctx)?.into())
    }

    /// How far evaluations are in a year or part.
    async fn evaluation_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit whose subtree is counted.")] unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(desc = "So many levels below the unit have a row of their own, 0 to 10.", default = 1)]
        depth: i32,
    ) -> async_graphql::Result<EvaluationCompletionReport> {
        let request = request(ctx, &unit_id, &period_id, depth)?;
        Ok(report::evaluation_completion(ctx.env()?, ctx.actor()?, request).await.or_fail(ctx)?.into())
    }
}
