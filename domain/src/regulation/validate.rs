//! What is wrong with a regulation document: all of it at once, each with its place.
//!
//! A missing value is no fault (see `missing`); a value that can't be meant is one.

use super::{
    Confidence, Matrix, RegulationDocument, Scheme, Stated,
    credit::CreditPoints,
    distribution::{Distribution, LimitRule},
    objection::OBJECTION_DAYS_MAX,
};
use crate::{
    Decimal, Key, Locale, Message,
    evaluation::{Expectation, OrgUnitPredicate, Predicate},
    scoring::{Label, Rounding},
};
use std::{collections::BTreeSet, fmt::Display};
use strum::IntoEnumIterator;

/// A fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place: `numeric.bands.1.from`. Empty: the whole.
    pub path: String,
    /// What is wrong, in both languages.
    pub message: Message,
}

/// Collects faults.
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn tell(&mut self, path: impl Display, message: impl Into<Message>) {
        self.0.push(Fault { path: path.to_string(), message: message.into() });
    }

    pub(super) fn required(&mut self, path: impl Display) {
        let message = Message::new(Key::Required).with("field", &path);
        self.tell(path, message);
    }

    pub(super) fn range<T: PartialOrd + Display>(&mut self, path: impl Display, value: &T, min: T, max: T) {
        if *value < min || *value > max {
            let message =
                Message::new(Key::OutOfRange).with("field", &path).with("min", min).with("max", max);
            self.tell(path, message);
        }
    }

    pub(super) fn percent(&mut self, path: impl Display, value: &Decimal) {
        self.range(path, value, Decimal::ZERO, Decimal::whole(100));
    }

    pub(super) fn score(&mut self, path: impl Display, value: &Decimal) {
        self.range(path, value, Decimal::ZERO, Decimal::whole(1_000));
    }

    pub(super) fn hundred(&mut self, path: impl Display, parts: &[Decimal]) {
        for part in parts {
            self.percent(&path, part);
        }
        let sum: i64 = parts.iter().map(|part| part.hundredths().clamp(-10_000, 1_000_000)).sum();
        if sum != Decimal::whole(100).hundredths() {
            self.tell(path, Key::RegulationSum);
        }
    }

    pub(super) fn rounding(&mut self, path: impl Display, rounding: &Stated<Rounding>) {
        if let Some(rounding) = &rounding.value {
            self.range(format!("{path}.value.scale"), &rounding.scale, 0, Rounding::MAX_SCALE);
        }
    }

    pub(super) fn unique<T: Ord + Display>(&mut self, path: &str, items: impl IntoIterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (index, item) in items.into_iter().enumerate() {
            let text = item.to_string();
            if !seen.insert(item) {
                let message = Message::new(Key::Duplicate).with("field", path).with("value", text);
                self.tell(format!("{path}.{index}"), message);
            }
        }
    }
}

impl RegulationDocument {
    /// Every fault; none if it can be loaded.
    #[must_use]
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        self.head(&mut faults);
        self.names(&mut faults);
        self.sections(&mut faults);
        if let Some(matrix) = self.matrix.as_ref().and_then(|matrix| matrix.value.as_ref()) {
            monotone(matrix, &mut faults);
        }
        if let Some(numeric) = &self.numeric {
            numeric.validate(&mut faults);
        }
        if let Some(distribution) = &self.distribution {
            distribution.validate(&mut faults);
        }
        if let Some(credit) = &self.credit_points {
            credit.validate(&mut faults);
        }
        self.training_and_times(&mut faults);
        for mark in self.marks() {
            if mark.confidence == Confidence::Uncertain && mark.note.as_deref().is_none_or(blank) {
                faults.required(format!("{}.note", mark.path));
            }
            if mark.confidence == Confidence::Certain && mark.source.as_deref().is_none_or(blank) {
                faults.required(format!("{}.source", mark.path));
            }
        }
        faults.0
    }

    fn head(&self, faults: &mut Faults) {
        let code = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'-';
        if self.code.is_empty() || self.code.len() > 60 || !self.code.bytes().all(code) {
            faults.tell("code", Key::RegulationCode);
        }
        faults.range("version", &self.version, 1, 9_999);
        if blank(&self.title) {
            faults.required("title");
        }
        if self.effective_to.is_some_and(|end| end <= self.effective_from) {
            faults.tell("effective_to", Key::EndBeforeStart);
        }
        if self.sources.is_empty() {
            faults.required("sources");
        }
        for (index, source) in self.sources.iter().enumerate() {
            if blank(&source.title) {
                faults.required(format!("sources.{index}.title"));
            }
        }
    }

    fn names(&self, faults: &mut Faults) {
        let mut named = |path: String, label: Option<&Label>| {
            let whole = |label: &Label| !blank(label.text(Locale::Id)) && !blank(label.text(Locale::En));
            if !label.is_some_and(whole) {
                faults.required(path);
            }
        };
        for rating in Expectation::iter() {
            named(format!("labels.ratings.{rating}"), self.labels.ratings.get(&rating));
        }
        for predicate in Predicate::iter() {
            named(format!("labels.predicates.{predicate}"), self.labels.predicates.get(&predicate));
        }
        for predicate in OrgUnitPredicate::iter() {
            named(format!("labels.unit_predicates.{predicate}"), self.labels.unit_predicates.get(&predicate));
        }
    }

    fn sections(&self, faults: &mut Faults) {
        match self.scheme {
            Scheme::RatingMatrix if self.matrix.is_none() => faults.required("matrix"),
            Scheme::RatingMatrix if self.numeric.is_some() => {
                faults.tell("numeric", Key::RegulationOtherScheme);
            }
            Scheme::Numeric if self.numeric.is_none() => faults.required("numeric"),
            Scheme::Numeric if self.matrix.is_some() => faults.tell("matrix", Key::RegulationOtherScheme),
            Scheme::RatingMatrix | Scheme::Numeric => {}
        }
        if let Some(mapping) = self.unit_head.as_ref().and_then(|stated| stated.value.as_ref()) {
            for predicate in OrgUnitPredicate::iter().filter(|predicate| !mapping.contains_key(predicate)) {
                faults.required(format!("unit_head.value.{predicate}"));
            }
            // The best stands first in both lists.
            if !mapping.values().is_sorted() {
                faults.tell("unit_head.value", Key::RegulationNotMonotone);
            }
        }
        if let Some(suggestion) = self.suggestion.as_ref().and_then(|stated| stated.value.as_ref()) {
            faults.score("suggestion.value.above_from", &suggestion.above_from);
            faults.score("suggestion.value.as_expected_from", &suggestion.as_expected_from);
            if suggestion.as_expected_from > suggestion.above_from {
                faults.tell("suggestion.value.as_expected_from", Key::RegulationOrder);
            }
        }
    }

    fn training_and_times(&self, faults: &mut Faults) {
        if let Some(hours) = &self.training.hours_cap.value {
            faults.range("training.hours_cap.value", hours, 0, 1_000);
        }
        if let Some(points) = &self.training.points_per_hour.value {
            faults.percent("training.points_per_hour.value", points);
        }
        if let Some(points) = &self.training.points_cap.value {
            faults.percent("training.points_cap.value", points);
        }
        if let Some(days) = &self.objection.days.value {
            faults.range("objection.days.value", days, 1, OBJECTION_DAYS_MAX);
        }
        if let Some(days) = self.objection.decision_days.as_ref().and_then(|stated| stated.value.as_ref()) {
            faults.range("objection.decision_days.value", days, 1, OBJECTION_DAYS_MAX);
        }
        if let Some(holidays) = &self.holidays.value {
            faults.unique("holidays.value", holidays.iter().map(|holiday| holiday.date));
        }
        for (path, deadline) in [
            ("deadlines.plan.value", &self.deadlines.plan),
            ("deadlines.annual_evaluation.value", &self.deadlines.annual_evaluation),
        ] {
            // In a common year, so that the day exists in each.
            if deadline.value.is_some_and(|day| day.years_after > 5 || day.of(2_025).is_none()) {
                faults.tell(path, Key::RegulationDay);
            }
        }
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// A better rating must never make a worse predicate, along either axis.
fn monotone(matrix: &Matrix, faults: &mut Faults) {
    // The best stands first in each list.
    let falls = |cells: [Predicate; 3]| cells.windows(2).any(|pair| pair[0] > pair[1]);
    for fixed in Expectation::iter() {
        let row = [Expectation::Above, Expectation::AsExpected, Expectation::Below];
        if falls(row.map(|result| matrix.at(result, fixed)))
            || falls(row.map(|behaviour| matrix.at(fixed, behaviour)))
        {
            faults.tell("matrix.value", Key::RegulationNotMonotone);
            return;
        }
    }
}

impl Distribution {
    fn validate(&self, faults: &mut Faults) {
        faults.unique(
            "distribution.patterns",
            self.patterns.iter().filter_map(|pattern| Some(pattern.value.as_ref()?.unit_predicate)),
        );
        if let Some(smallest) = &self.smallest_group.value {
            faults.range("distribution.smallest_group.value", smallest, 1, 10_000);
        }
        for (index, pattern) in self.patterns.iter().enumerate() {
            let Some(pattern) = &pattern.value else { continue };
            let mut least = 0_u64;
            for (place, limit) in pattern.limits.iter().enumerate() {
                let path = format!("distribution.patterns.{index}.value.limits.{place}");
                if limit.predicates.is_empty() {
                    faults.required(format!("{path}.predicates"));
                }
                faults.unique(&format!("{path}.predicates"), limit.predicates.iter());
                match limit.rule {
                    LimitRule::AtMost | LimitRule::AtLeast => match limit.percent {
                        None => faults.required(format!("{path}.percent")),
                        Some(percent) => faults.range(format!("{path}.percent"), &percent, 0, 100),
                    },
                    LimitRule::AtLeastPeople => match limit.people {
                        None => faults.required(format!("{path}.people")),
                        Some(people) => faults.range(format!("{path}.people"), &people, 1, 10_000),
                    },
                    LimitRule::Largest => {}
                }
                if limit.rule == LimitRule::AtLeast {
                    least += u64::from(limit.percent.unwrap_or(0));
                }
            }
            if least > 100 {
                faults.tell(format!("distribution.patterns.{index}.value.limits"), Key::RegulationSum);
            }
        }
    }
}

impl CreditPoints {
    fn validate(&self, faults: &mut Faults) {
        if let Some(percents) = &self.percents.value {
            for predicate in Predicate::iter() {
                match percents.get(&predicate) {
                    None => faults.required(format!("credit_points.percents.value.{predicate}")),
                    Some(percent) => {
                        faults.range(format!("credit_points.percents.value.{predicate}"), percent, 0, 1_000);
                    }
                }
            }
        }
        if self.percents.value.as_ref().is_some_and(|percents| !percents.values().is_sorted_by(|a, b| a >= b))
        {
            faults.tell("credit_points.percents.value", Key::RegulationNotMonotone);
        }
        faults.rounding("credit_points.rounding", &self.rounding);
        faults.unique("credit_points.levels", self.levels.iter().map(|level| level.code.to_uppercase()));
        faults.unique("credit_points.levels", self.levels.iter().map(|level| level.name.to_uppercase()));
        for (index, level) in self.levels.iter().enumerate() {
            let path = format!("credit_points.levels.{index}");
            for (field, text) in [("code", &level.code), ("name", &level.name)] {
                if blank(text) {
                    faults.required(format!("{path}.{field}"));
                }
            }
            let figures = [("coefficient", Some(&level.coefficient)), ("for_rank", Some(&level.for_rank))];
            for (field, stated) in figures.into_iter().chain([("for_level", level.for_level.as_ref())]) {
                if let Some(points) = stated.and_then(|stated| stated.value.as_ref()) {
                    let least = Decimal::from_hundredths(1);
                    faults.range(format!("{path}.{field}.value"), points, least, Decimal::whole(10_000));
                }
            }
        }
    }
}
