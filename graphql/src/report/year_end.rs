//! The report on the year end: figures of units, and the people without a result.

use super::{ComputedAt, int};
use crate::{
    connection,
    context::ContextExt,
    enums::OrgUnitPredicate,
    error::OrFail,
    hidden::HiddenFigures,
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{OrgUnit, Staff, one_staff},
    page::{self, request as page_request},
    regulation::Regulation,
    scalars::{Date, DateTime},
    scoring::DistributionCheck,
    weight::cost,
    worklist::WorklistKind,
};
use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use domain::id::UnitId;
use futures_util::FutureExt;
use service::{
    db::page_of_list,
    report::{self, Row},
};
connection!(YearEndRowConnection, YearEndRowEdge, YearEndRow, "year-end figures", count = 1);
connection!(
    MissingEvaluationConnection,
    MissingEvaluationEdge,
    MissingEvaluation,
    "missing evaluations",
    count = 1
);

/// Drafts of ratings of a unit with its subunits, by the predicate that they would give, as of last midnight. Drafts
/// about you and drafts of evaluations that you rate are not counted.
#[derive(Clone, SimpleObject)]
struct YearEndDrafts {
    /// All drafts that are counted, at least five.
    total: i32,
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
    /// The same as `check` of the row, computed as if these drafts were final too. Null if the unit's predicate is not
    /// set or has no pattern.
    check: Option<DistributionCheck>,
}

/// Year-end figures of a unit with its subunits.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct YearEndRow {
    #[graphql(skip)]
    unit: UnitId,
    /// The unit's code.
    org_unit_code: String,
    /// The unit's name.
    org_unit_name: String,
    /// Levels below the requested unit; 0 for the unit itself.
    level: i32,
    /// The denominator: assignments that are current on the period's last day, without NON_ASN people. Null if it is
    /// hidden from an API key; the same applies to the other figures.
    staff: Option<i32>,
    /// People without a final evaluation.
    missing: Option<i32>,
    /// Sangat Baik.
    very_good: Option<i32>,
    /// Baik.
    good: Option<i32>,
    /// Butuh Perbaikan.
    needs_improvement: Option<i32>,
    /// Kurang.
    poor: Option<i32>,
    /// Sangat Kurang.
    very_poor: Option<i32>,
    /// The figures that are hidden from you, and why; null if you see all.
    hidden: Option<HiddenFigures>,
    /// The unit's predicate; null until it is set, and for an API key where `staff` is hidden.
    org_unit_predicate: Option<OrgUnitPredicate>,
    /// Whether `check` also counts the unit's head.
    counts_head: bool,
    /// The final evaluations compared with the distribution pattern for the unit's predicate, and the number of people
    /// by which each limit is missed. Null if the unit's predicate is not set or has no pattern, and for an API key if
    /// the pattern leaves out the head or a figure is hidden. The comparison is advice; the note of the unit's
    /// predicate can justify a deviation.
    check: Option<DistributionCheck>,
    /// The drafts as of last midnight, by their ratings of results and behaviour. They show whether the pattern will be
    /// kept before the ratings are final. Null for API keys. Also null if the unit has fewer than five drafts, or if
    /// subtracting the figures of other units would give the figures of fewer than five drafts.
    drafts: Option<YearEndDrafts>,
}

#[ComplexObject]
impl YearEndRow {
    /// Label of `orgUnitPredicate` in the requested language.
    async fn org_unit_predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.org_unit_predicate.map(domain::evaluation::OrgUnitPredicate::from)?))
    }
    /// The unit.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.unit).await?.map(OrgUnit))
    }
}

pub struct MissingEvaluation(report::MissingEvaluation);

/// A person without a final evaluation in the period, and the person who has to act next.
#[Object]
impl MissingEvaluation {
    /// The ratee.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The unit of the assignment.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// Global id of the plan; null if there is none.
    async fn plan_id(&self) -> Option<ID> {
        self.0.plan.map(|plan| id::encode(Kind::Plan, plan))
    }
    /// Global id of the evaluation; null if there is none, because no approved plan covers the period.
    async fn evaluation_id(&self) -> Option<ID> {
        self.0.evaluation.map(|evaluation| id::encode(Kind::Evaluation, evaluation))
    }
    /// The next task; null if the plan does not cover the period.
    async fn next(&self) -> Option<WorklistKind> {
        self.0.next.map(Into::into)
    }
    /// Label of `next` in the requested language.
    async fn next_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.next.map(WorklistKind::from)?))
    }
    /// The person who has to do it; null if `next` is null, and if they have left and you can't see them.
    async fn waits_for(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.waits_for {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
    /// Last day to do it on time; null if `next` is null.
    async fn deadline(&self) -> Option<Date> {
        self.0.deadline.map(Date)
    }
}

pub struct YearEndReport {
    request: report::Request,
    rows: Vec<YearEndRow>,
    found: report::YearEnd,
}

/// Dry run of the year-end closing.
#[Object]
impl YearEndReport {
    /// The unit first, then its subunits by level and code. Each row counts one unit with its subunits.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<YearEndRowConnection> {
        let list = format!("yearEnd {} {}", self.request.unit, self.request.period);
        let asked = page_request(first, after, last, before);
        let found = page_of_list(&self.rows, &list, |row| row.unit.0, &asked).or_fail(ctx)?;
        if page::Items::of(&ctx.look_ahead()).field("orgUnit").exists() {
            let units = found.items.iter().map(|(_, row)| row.unit).collect();
            ctx.loaders()?.units.prefetch(units).await;
        }
        Ok(YearEndRowConnection::new(found, Some(self.rows.len() as u64), |row| row))
    }
    /// The regulation with the distribution pattern; null if none is in force.
    async fn regulation(&self) -> Option<Regulation> {
        self.found.regulation.clone().map(Regulation)
    }
    /// The people in the unit and its subunits without a final evaluation, by unit and name, each with the person who
    /// has to act next. Empty for API keys, which can read only figures.
    #[graphql(directive = cost::apply(500))]
    async fn missing_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<MissingEvaluationConnection> {
        let asked = page_request(first, after, last, before);
        let missing =
            report::missing_evaluations(ctx.env()?, ctx.actor()?, self.request, &asked).boxed().await;
        let (found, total) = missing.or_fail(ctx)?;
        let people = found.items.iter().flat_map(|(_, one)| [Some(one.staff), one.waits_for]).flatten();
        ctx.loaders()?.staff.prefetch(people.collect()).await;
        Ok(MissingEvaluationConnection::new(found, Some(total), MissingEvaluation))
    }
    /// The time as of which drafts are counted: last midnight in the agency's time zone.
    async fn drafts_as_of(&self) -> DateTime {
        DateTime(self.found.drafts_as_of)
    }
    /// Time at which the figures were computed.
    async fn computed_at(&self) -> ComputedAt {
        ComputedAt::new(self.found.report.position, self.found.report.computed_at)
    }
}

impl YearEndReport {
    /// Makes the report from the data of the use case.
    pub fn new(request: report::Request, mut found: report::YearEnd) -> Self {
        let rows = std::mem::take(&mut found.report.rows);
        Self { request, rows: rows.into_iter().map(YearEndRow::from).collect(), found }
    }
}

impl YearEndDrafts {
    fn new(drafts: &report::Drafts, check: Option<DistributionCheck>) -> Self {
        use domain::evaluation::Predicate;
        let of = |predicate| int(drafts.counts.get(&predicate).copied().unwrap_or_default().into());
        Self {
            total: int(drafts.counts.values().copied().map(i64::from).sum()),
            very_good: of(Predicate::VeryGood),
            good: of(Predicate::Good),
            needs_improvement: of(Predicate::NeedsImprovement),
            poor: of(Predicate::Poor),
            very_poor: of(Predicate::VeryPoor),
            check,
        }
    }
}

impl From<Row<report::YearEndFigures>> for YearEndRow {
    fn from(row: Row<report::YearEndFigures>) -> Self {
        let distribution = row.figures.distribution;
        let names = ["staff", "veryGood", "good", "needsImprovement", "poor", "veryPoor", "missing"];
        let hidden = HiddenFigures::named(&row, &distribution, names);
        let with_drafts = row.figures.check_with_drafts.map(DistributionCheck::from);
        Self {
            unit: row.unit,
            org_unit_code: row.code,
            org_unit_name: row.name,
            level: row.level,
            staff: row.staff.map(int),
            hidden,
            missing: distribution.not_rated.map(int),
            very_good: distribution.very_good.map(int),
            good: distribution.good.map(int),
            needs_improvement: distribution.needs_improvement.map(int),
            poor: distribution.poor.map(int),
            very_poor: distribution.very_poor.map(int),
            org_unit_predicate: row.figures.unit_predicate.map(Into::into),
            counts_head: row.figures.counts_head,
            check: row.figures.check.map(Into::into),
            drafts: row.figures.drafts.map(|drafts| YearEndDrafts::new(&drafts, with_drafts)),
        }
    }
}
