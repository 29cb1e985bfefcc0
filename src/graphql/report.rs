//! Aggregates for reporting tools, unit heads, the performance team and auditors.

use super::{
    context::ContextExt,
    enums::OrgUnitPredicate,
    error::OrFail,
    id::{self, Kind},
    organisation::{OrgUnit, Staff, one_staff},
    regulation::Regulation,
    scalars::{Date, DateTime},
    scoring::DistributionCheck,
    worklist::WorklistKind,
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

/// How a unit with its subtree stands at the year's end.
#[derive(SimpleObject)]
#[graphql(complex)]
struct YearEndRow {
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
    /// How many have no final evaluation.
    missing: i32,
    /// Sangat Baik.
    very_good: i32,
    /// Baik.
    good: i32,
    /// Butuh Perbaikan.
    needs_improvement: i32,
    /// Kurang.
    poor: i32,
    /// Sangat Kurang.
    very_poor: i32,
    /// The unit's predicate; null until it is set.
    org_unit_predicate: Option<OrgUnitPredicate>,
    /// Whether `check` counts the unit's head too.
    counts_head: bool,
    /// What the pattern of the unit's predicate says of the final evaluations, and by how many people a limit
    /// breaks. Null without the unit's predicate, or without a pattern for it. It refuses nothing: who sets the
    /// unit's predicate gives the reason of a departure in its note.
    check: Option<DistributionCheck>,
}

#[ComplexObject]
impl YearEndRow {
    /// The unit.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.unit).await?.map(OrgUnit))
    }
}

struct MissingEvaluation(report::MissingEvaluation);

/// An evaluation that is not final, and at whom it waits.
#[Object]
impl MissingEvaluation {
    /// Whose.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The unit of the assignment.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The plan's id; null: there is none.
    async fn plan_id(&self) -> Option<ID> {
        self.0.plan.map(|plan| id::encode(Kind::Plan, plan))
    }
    /// The evaluation's id; null: the plan is not approved.
    async fn evaluation_id(&self) -> Option<ID> {
        self.0.evaluation.map(|evaluation| id::encode(Kind::Evaluation, evaluation))
    }
    /// What has to be done next; null where the plan does not reach into the period.
    async fn next(&self) -> Option<WorklistKind> {
        self.0.next.map(Into::into)
    }
    /// Who has to do it.
    async fn waits_for(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.waits_for {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
    /// The last day in time for it.
    async fn deadline(&self) -> Option<Date> {
        self.0.deadline.map(Date)
    }
}

/// The dry run of the year's end.
#[derive(SimpleObject)]
struct YearEndReport {
    /// The unit first, then the units below it by level and code; each counts its own subtree.
    rows: Vec<YearEndRow>,
    /// The regulation whose pattern is held against them; null: none is in force.
    regulation: Option<Regulation>,
    /// What is missing in the whole subtree, by unit and name, at most 100. Empty for a reporting tool, which sees
    /// figures only.
    missing_evaluations: Vec<MissingEvaluation>,
    /// When the figures were computed.
    computed_at: ComputedAt,
}

impl From<report::YearEnd> for YearEndReport {
    fn from(from: report::YearEnd) -> Self {
        let row = |row: Row<report::YearEndFigures>| YearEndRow {
            unit: row.unit,
            org_unit_code: row.code,
            org_unit_name: row.name,
            level: row.level,
            staff: int(row.staff),
            missing: int(row.figures.distribution.not_rated),
            very_good: int(row.figures.distribution.very_good),
            good: int(row.figures.distribution.good),
            needs_improvement: int(row.figures.distribution.needs_improvement),
            poor: int(row.figures.distribution.poor),
            very_poor: int(row.figures.distribution.very_poor),
            org_unit_predicate: row.figures.unit_predicate.map(Into::into),
            counts_head: row.figures.counts_head,
            check: row.figures.check.map(Into::into),
        };
        Self {
            rows: from.report.rows.into_iter().map(row).collect(),
            regulation: from.regulation.map(Regulation),
            missing_evaluations: from.missing.into_iter().map(MissingEvaluation).collect(),
            computed_at: ComputedAt { cursor: None, at: DateTime(from.report.computed_at) },
        }
    }
}

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

    /// The dry run of the year's end: which evaluations are missing and at whom they wait, how the predicates are
    /// spread, which limits of the pattern break and by how many people.
    async fn year_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit whose subtree is counted.")] unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
        #[graphql(desc = "So many levels below the unit have a row of their own, 0 to 10.", default = 1)]
        depth: i32,
    ) -> async_graphql::Result<YearEndReport> {
        let request = request(ctx, &unit_id, &period_id, depth)?;
        let found = report::year_end(ctx.env()?, ctx.actor()?, request).await.or_fail(ctx)?;
        let people = found.missing.iter().flat_map(|one| [Some(one.staff), one.waits_for]).flatten();
        ctx.loaders()?.staff.prefetch(people.collect()).await;
        Ok(found.into())
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
