//! The report on the later results of people who had a development gap in the year before.

use super::{ComputedAt, int};
use crate::{
    context::ContextExt,
    enums::Direction,
    hidden::HiddenFigures,
    labels::{Locale, label},
    organisation::OrgUnit,
    plan::Target,
    scalars::Decimal,
};
use async_graphql::{Context, Object, SimpleObject};
use service::report::{Development, DevelopmentOutcome, IndicatorYear, LinkedIndicator};

/// The names of the figures in `hidden { fields }`, in the order of `DevelopmentOutcome`.
const NAMES: [&str; 13] = [
    "staff",
    "people",
    "withTraining.people",
    "withTraining.rose",
    "withTraining.same",
    "withTraining.fell",
    "withoutTraining.people",
    "withoutTraining.rose",
    "withoutTraining.same",
    "withoutTraining.fell",
    "excluded.noResult",
    "excluded.left",
    "excluded.moved",
];

/// People with a gap and a final annual result in both years, by how the second one compares with the first. A figure is
/// null if it is hidden from an API key.
#[derive(Clone, Copy, SimpleObject)]
struct DevelopmentGroup {
    /// Size of the group: the sum of the other three figures. Show it next to any percentage.
    people: Option<i32>,
    /// The predicate is higher; or it is the same, and a behaviour value that was below expectation is rated higher.
    rose: Option<i32>,
    /// Neither of the two.
    same: Option<i32>,
    /// The predicate is lower.
    fell: Option<i32>,
}

/// People with a gap who can't be compared, by reason. A figure is null if it is hidden from an API key.
#[derive(Clone, Copy, SimpleObject)]
struct DevelopmentExcluded {
    /// People in the same unit on the year's last day, without a final annual result.
    no_result: Option<i32>,
    /// People who have left the agency.
    left: Option<i32>,
    /// People in another unit on the year's last day, because their work and their rater are different.
    moved: Option<i32>,
}

/// Target and realisation of an indicator in a year.
#[derive(SimpleObject)]
struct DevelopmentIndicatorYear {
    /// Target in the plan in force.
    target: Target,
    /// Figure that the head reported; null without a final annual result, and if it is only described in words.
    realisation: Option<Decimal>,
}

impl From<IndicatorYear> for DevelopmentIndicatorYear {
    fn from(year: IndicatorYear) -> Self {
        Self { target: year.target.into(), realisation: year.realisation.map(Decimal) }
    }
}

pub struct DevelopmentIndicator(LinkedIndicator);

/// An indicator in the plan of the unit's head, to which people with a gap contribute by rows of their plans. The same text
/// and measure make it the same in both years.
#[Object]
impl DevelopmentIndicator {
    /// The indicator.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// Unit of measure of its figures (satuan), such as `dokumen`, `persen`, `hari`.
    async fn measure(&self) -> &str {
        &self.0.measure
    }
    /// Whether a higher or a lower figure is better.
    async fn direction(&self) -> Direction {
        self.0.direction.into()
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.direction)
    }
    /// Number of people with a gap who contribute to it, directly or through the plans of others.
    async fn people(&self) -> i32 {
        int(self.0.people)
    }
    /// Figures of the year before; null if the plan of that year does not have the indicator.
    async fn year_before(&self) -> Option<DevelopmentIndicatorYear> {
        self.0.before.map(Into::into)
    }
    /// Figures of the year; null if the plan of the year does not have the indicator.
    async fn year(&self) -> Option<DevelopmentIndicatorYear> {
        self.0.year.map(Into::into)
    }
}

pub struct DevelopmentOutcomeReport(pub Development);

impl DevelopmentOutcomeReport {
    fn figures(&self) -> DevelopmentOutcome {
        self.0.report.rows.first().map(|row| row.figures).unwrap_or_default()
    }
}

/// Number of people with a development gap in the year before whose results improved in the year, with and without
/// recognised training, and the indicators of the unit that they contribute to. The report does not measure the effect
/// of training: people are not chosen for training at random, and raters and work differ.
#[Object]
impl DevelopmentOutcomeReport {
    /// The unit; its subunits are counted with it, as they were on the last day of the year before.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        match self.0.report.rows.first() {
            Some(row) => Ok(ctx.loaders()?.units.find(ctx, row.unit).await?.map(OrgUnit)),
            None => Ok(None),
        }
    }
    /// The calendar year of the results that are compared with the gaps.
    async fn year(&self) -> i32 {
        self.0.year
    }
    /// The calendar year of the gaps; null if the agency has no such year; all figures are then zero.
    async fn year_before(&self) -> Option<i32> {
        self.0.before
    }
    /// Assignments that were current on the last day of the year before, without NON_ASN people. Null if it is hidden from
    /// an API key.
    async fn staff(&self) -> Option<i32> {
        self.0.report.rows.first()?.staff.map(int)
    }
    /// The denominator: the assignments counted in `staff` whose person had a gap in the final annual result of the
    /// year before. A gap is a predicate below GOOD, a behaviour value below expectation, or a recommendation of
    /// TRAINING, COACHING or IMPROVEMENT_PLAN where the predicate is not VERY_GOOD. It is the sum of both groups and
    /// the excluded people. Null if it is hidden from an API key.
    async fn people(&self) -> Option<i32> {
        self.figures().people.map(int)
    }
    /// People with a gap whose final annual result of the year counted at least one training.
    async fn with_training(&self) -> DevelopmentGroup {
        let of = self.figures();
        DevelopmentGroup {
            people: of.trained.map(int),
            rose: of.trained_rose.map(int),
            same: of.trained_same.map(int),
            fell: of.trained_fell.map(int),
        }
    }
    /// People with a gap whose final annual result of the year counted no training, even if they had a training that
    /// supported no row or value of their plan.
    async fn without_training(&self) -> DevelopmentGroup {
        let of = self.figures();
        DevelopmentGroup {
            people: of.others.map(int),
            rose: of.others_rose.map(int),
            same: of.others_same.map(int),
            fell: of.others_fell.map(int),
        }
    }
    /// People with a gap who can't be compared, by reason.
    async fn excluded(&self) -> DevelopmentExcluded {
        let of = self.figures();
        DevelopmentExcluded {
            no_result: of.no_result.map(int),
            left: of.left.map(int),
            moved: of.moved.map(int),
        }
    }
    /// The figures that are hidden from you, and why; null if you see all. The name of a figure in a group starts with
    /// the group: `withTraining.rose`.
    async fn hidden(&self) -> Option<HiddenFigures> {
        let row = self.0.report.rows.first()?;
        HiddenFigures::named(row, &row.figures, NAMES)
    }
    /// Indicators in the plans of the unit's own heads to which people with a gap contribute, in the order of the plan. Empty
    /// for API keys, which can read only figures about people, and if the head has no plan.
    async fn indicators(&self) -> Vec<DevelopmentIndicator> {
        self.0.indicators.iter().cloned().map(DevelopmentIndicator).collect()
    }
    /// Time at which the figures were computed.
    async fn computed_at(&self) -> ComputedAt {
        ComputedAt::new(self.0.report.position, self.0.report.computed_at)
    }
}
