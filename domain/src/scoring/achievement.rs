//! The achievement of an indicator against its target (capaian IKI), in percent.
//!
//! If higher is better: realisation / target. If lower is better: 1 + (1 - realisation / target). For a target range,
//! a realisation above the range is divided by its upper end, and one below the range by its lower end. A realisation
//! inside the range counts as the parameter `numeric.achievement.inside_range`.

use super::{
    Exact, Facts, Label, Rounding, RoundingMode, ScoreNode,
    rule::{Rule, RuleOutput, malformed},
};
use crate::{
    Decimal, Key, Refusal,
    plan::{Direction, Target},
    regulation::RegulationDocument,
};
use serde::{Deserialize, Serialize};

/// An indicator with its target and realisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorFigures {
    /// The text of the indicator.
    pub label: String,
    /// The target.
    pub target: Target,
    /// The realisation.
    pub realisation: Decimal,
    /// The unit of target and realisation.
    pub unit: String,
    /// Whether a higher or a lower figure is better.
    pub direction: Direction,
    /// Whether the target can't be exceeded.
    pub target_is_maximum: bool,
}

impl IndicatorFigures {
    /// Checks the figures and returns every refusal.
    pub(super) fn check(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let negative = |value: Decimal| value < Decimal::ZERO || value > Decimal::MAX;
        let mut must_be_positive = |field: &str, value: Decimal| {
            if negative(value) {
                let message = crate::Message::new(Key::OutOfRange)
                    .with("field", field)
                    .with("min", 0)
                    .with("max", Decimal::MAX);
                refusals.push(Refusal::input([field], message));
            }
        };
        must_be_positive("realisation", self.realisation);
        must_be_positive("targetMin", self.target.min);
        must_be_positive("targetMax", self.target.max);
        if self.target.min > self.target.max {
            refusals.push(Refusal::input(["targetMin"], Key::TargetOrder));
        } else if refusals.is_empty() && divisor(self.target, self.realisation) == Some(Decimal::ZERO) {
            refusals.push(Refusal::input(["targetMax"], Key::TargetZero));
        }
        refusals
    }

    /// The node that computes the achievement.
    pub(super) fn node(&self, document: &RegulationDocument) -> ScoreNode {
        let source =
            document.numeric.as_ref().and_then(|numeric| numeric.achievement.rounding.source.as_deref());
        let facts = Facts::default()
            .with("TARGET_MIN", self.target.min)
            .with("TARGET_MAX", self.target.max)
            .with("REALISATION", self.realisation)
            .with("UNIT", &self.unit)
            .with("DIRECTION", self.direction);
        ScoreNode::of(Rule::Achievement, "ACHIEVEMENT", Label::same(&self.label), facts).with_source(source)
    }
}

/// The figure that the realisation is divided by; none if it is inside the range.
fn divisor(target: Target, realisation: Decimal) -> Option<Decimal> {
    if realisation > target.max {
        Some(target.max)
    } else if realisation < target.min {
        Some(target.min)
    } else {
        None
    }
}

/// The exact achievement in percent and its divisor. Inside the range there is no divisor, and `inside` is returned.
pub(super) fn achievement(
    target: Target,
    realisation: Decimal,
    direction: Direction,
    inside: Exact,
) -> Result<(Exact, Option<Decimal>), Vec<Refusal>> {
    let Some(divisor) = divisor(target, realisation) else { return Ok((inside, None)) };
    if divisor == Decimal::ZERO {
        return Err(Refusal::input(["targetMax"], Key::TargetZero).into());
    }
    let share = Exact::from(realisation).over(divisor.into())?.times(Exact::HUNDRED)?;
    let percent = match direction {
        Direction::HigherIsBetter => share,
        Direction::LowerIsBetter => Exact::whole(200).minus(share)?,
    };
    Ok((percent, Some(divisor)))
}

/// Applies the rule of an achievement node. A regulation without numeric rules needs achievements only to suggest a
/// rating: they are rounded to whole percents, and neither cap nor floor applies.
pub(super) fn apply(facts: &Facts, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let decimal = |key: &str| facts.get(key).and_then(|text| text.parse::<Decimal>().ok());
    let target = Target {
        min: decimal("TARGET_MIN").ok_or_else(malformed)?,
        max: decimal("TARGET_MAX").ok_or_else(malformed)?,
    };
    let realisation = decimal("REALISATION").ok_or_else(malformed)?;
    let direction = facts.get("DIRECTION").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    let rules = document.numeric.as_ref().map(|numeric| &numeric.achievement);
    let (inside, rounding) = match rules {
        Some(rules) => (
            (*rules.inside_range.require("numeric.achievement.inside_range")?).into(),
            *rules.rounding.require("numeric.achievement.rounding")?,
        ),
        None => (Exact::HUNDRED, Rounding { scale: 0, mode: RoundingMode::HalfUp }),
    };
    let (exact, divisor) = achievement(target, realisation, direction, inside)?;
    let mut used = divisor.map(|divisor| Facts::default().with("DIVISOR", divisor)).unwrap_or_default();
    let mut rounded = rounding.apply(exact)?;
    if let Some(rules) = rules {
        let cap = *rules.cap.require("numeric.achievement.cap")?;
        let floor = *rules.floor.require("numeric.achievement.floor")?;
        used = used.with("CAP", cap).with("FLOOR", floor);
        rounded = rounded.min(cap.into()).max(floor.into());
    }
    RuleOutput::rounded(exact, rounded, rounding, used)
}
