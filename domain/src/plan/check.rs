//! Checks of a plan's contents. All refusals are returned at once, with the paths of the API.
//!
//! A draft is checked only for limits and references, so it can be saved at any time. Missing input is refused at
//! submission.

use super::{Indicator, PlanContent, PlanResult, ResultKind};
use crate::{
    Decimal, Key, Message, Refusal,
    error::TEXT_MAX,
    id::{CriterionId, PeriodId, ResultId},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Maximum number of result rows of a plan.
pub const RESULTS_MAX: usize = 50;
/// Maximum number of indicators of a row.
pub const INDICATORS_MAX: usize = 20;
/// Maximum number of steps of a row.
pub const ACTION_PLANS_MAX: usize = 120;
/// Maximum number of special expectations of a plan.
pub const EXPECTATIONS_MAX: usize = 50;
/// Maximum length of the unit of a target, in characters.
const UNIT_MAX: usize = 100;

/// Objects that contents may refer to.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Newly generated ids for rows, indicators and steps. Any other id must already belong to the plan.
    pub fresh: BTreeSet<Uuid>,
    /// The rows of the superior's plan in force.
    pub superior_results: BTreeSet<ResultId>,
    /// The parts of the plan's year.
    pub parts: BTreeSet<PeriodId>,
    /// The criteria in force.
    pub criteria: BTreeSet<CriterionId>,
}

/// Checks contents, also of a draft: limits, ids, references, and the order of target ends.
///
/// `earlier` are all stored contents of the plan: their ids and links are valid.
#[must_use]
pub fn validate_content<'a>(
    content: &PlanContent,
    references: &References,
    earlier: impl IntoIterator<Item = &'a PlanContent>,
) -> Vec<Refusal> {
    let mut known = references.fresh.clone();
    let mut servable = references.superior_results.clone();
    for contents in earlier {
        known.extend(contents.ids());
        servable.extend(contents.results.iter().filter_map(|row| row.serves));
    }
    let mut checker = Checker::default();
    checker.count("results", content.results.len(), RESULTS_MAX);
    checker.count("behaviourExpectations", content.behaviour_expectations.len(), EXPECTATIONS_MAX);
    let mut used = BTreeSet::new();
    for (index, row) in content.results.iter().enumerate().take(RESULTS_MAX) {
        checker.within(&["results", &index.to_string()], |checker| {
            checker.id("id", row.id.0, &known, &mut used);
            checker.row(row, &servable);
            for (index, indicator) in row.indicators.iter().enumerate().take(INDICATORS_MAX) {
                checker.within(&["indicators", &index.to_string()], |checker| {
                    checker.id("id", indicator.id.0, &known, &mut used);
                    checker.indicator(indicator);
                });
            }
            for (index, step) in row.action_plans.iter().enumerate().take(ACTION_PLANS_MAX) {
                checker.within(&["actionPlans", &index.to_string()], |checker| {
                    checker.id("id", step.id.0, &known, &mut used);
                    checker.length("text", &step.text, TEXT_MAX);
                    checker.length("target", step.target.as_deref().unwrap_or_default(), TEXT_MAX);
                    if !references.parts.contains(&step.period) {
                        checker.unknown("periodId", step.period);
                    }
                });
            }
        });
    }
    let mut expected = BTreeSet::new();
    for (index, expectation) in content.behaviour_expectations.iter().enumerate().take(EXPECTATIONS_MAX) {
        checker.within(&["behaviourExpectations", &index.to_string()], |checker| {
            checker.length("text", &expectation.text, TEXT_MAX);
            if !references.criteria.contains(&expectation.criterion) {
                checker.unknown("criterionId", expectation.criterion);
            } else if !expected.insert(expectation.criterion) {
                checker.duplicate("criterionId", expectation.criterion);
            }
        });
    }
    checker.refusals
}

/// Lists what is missing for submission: a main result, and in each row its texts and an indicator.
#[must_use]
pub fn missing_for_submission(content: &PlanContent) -> Vec<Refusal> {
    let mut checker = Checker::default();
    if !content.results.iter().any(|row| row.kind == ResultKind::Main) {
        checker.push("results", Key::MainResultRequired);
    }
    for (index, row) in content.results.iter().enumerate() {
        checker.within(&["results", &index.to_string()], |checker| {
            checker.present("title", &row.title);
            if row.indicators.is_empty() {
                checker.push("indicators", Key::IndicatorRequired);
            }
            for (index, indicator) in row.indicators.iter().enumerate() {
                checker.within(&["indicators", &index.to_string()], |checker| {
                    checker.present("text", &indicator.text);
                    checker.present("measure", &indicator.unit);
                });
            }
            for (index, step) in row.action_plans.iter().enumerate() {
                checker.within(&["actionPlans", &index.to_string()], |checker| {
                    checker.present("text", &step.text)
                });
            }
        });
    }
    for (index, expectation) in content.behaviour_expectations.iter().enumerate() {
        checker.within(&["behaviourExpectations", &index.to_string()], |checker| {
            checker.present("text", &expectation.text);
        });
    }
    checker.refusals
}

/// Collects refusals; `path` is the current position in the input.
#[derive(Default)]
struct Checker {
    path: Vec<String>,
    refusals: Vec<Refusal>,
}

impl Checker {
    fn within(&mut self, path: &[&str], check: impl FnOnce(&mut Self)) {
        let depth = self.path.len();
        self.path.extend(path.iter().map(|&part| part.to_owned()));
        check(self);
        self.path.truncate(depth);
    }

    fn push(&mut self, field: &str, message: impl Into<Message>) {
        self.refusals.push(Refusal::input([field], message).under(&self.path));
    }

    fn count(&mut self, field: &str, count: usize, max: usize) {
        if count > max {
            self.push(field, Message::new(Key::TooMany).with("field", field).with("max", max));
        }
    }

    fn length(&mut self, field: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.push(field, Message::new(Key::TooLong).with("field", field).with("max", max));
        }
    }

    fn not_negative(&mut self, field: &str, value: Decimal) {
        if value < Decimal::ZERO {
            let message = Message::new(Key::OutOfRange).with("field", field).with("min", 0);
            self.push(field, message.with("max", Decimal::MAX));
        }
    }

    fn present(&mut self, field: &str, value: &str) {
        if crate::text::is_blank(value) {
            self.push(field, Message::new(Key::Required).with("field", field));
        }
    }

    fn unknown(&mut self, field: &str, value: impl ToString) {
        self.push(field, Message::new(Key::Unknown).with("field", field).with("value", value));
    }

    fn duplicate(&mut self, field: &str, value: impl ToString) {
        self.push(field, Message::new(Key::Duplicate).with("field", field).with("value", value));
    }

    fn id(&mut self, field: &str, id: Uuid, known: &BTreeSet<Uuid>, used: &mut BTreeSet<Uuid>) {
        if !known.contains(&id) {
            self.unknown(field, id);
        } else if !used.insert(id) {
            self.duplicate(field, id);
        }
    }

    fn row(&mut self, row: &PlanResult, servable: &BTreeSet<ResultId>) {
        self.length("title", &row.title, TEXT_MAX);
        self.length("assignedBy", row.assigned_by.as_deref().unwrap_or_default(), TEXT_MAX);
        self.count("indicators", row.indicators.len(), INDICATORS_MAX);
        self.count("actionPlans", row.action_plans.len(), ACTION_PLANS_MAX);
        if let Some(serves) = row.serves
            && !servable.contains(&serves)
        {
            self.unknown("servesId", serves);
        }
        if row.serves.is_some() && row.provisional {
            self.push("provisional", Key::ProvisionalServes);
        }
    }

    fn indicator(&mut self, indicator: &Indicator) {
        self.length("text", &indicator.text, TEXT_MAX);
        self.length("measure", &indicator.unit, UNIT_MAX);
        if indicator.is_count() {
            self.not_negative("targetMin", indicator.target.min);
            self.not_negative("targetMax", indicator.target.max);
        }
        if indicator.target.min > indicator.target.max {
            self.push("targetMax", Key::TargetOrder);
        }
        if indicator.aspect.is_some() && indicator.perspective.is_some() {
            self.push("perspective", Key::AspectOrPerspective);
        }
    }
}
