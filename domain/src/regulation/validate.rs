//! Validates a regulation document and returns all findings together, each with its path.
//!
//! A missing value is not a finding (see [`RegulationDocument::missing`]); an impossible value is.

use super::{
    Confidence, Matrix, Parameter, RegulationDocument, Scheme,
    credit::CreditPoints,
    distribution::{Distribution, LimitRule},
    objection::OBJECTION_DAYS_MAX,
};
use crate::{
    Decimal, Key, Locale, Message,
    rating::{Expectation, OrgUnitPredicate, Predicate},
    scoring::{Label, Rounding},
    text::is_blank,
};
use std::{collections::BTreeSet, fmt::Display};
use strum::IntoEnumIterator;

/// A finding of the validation of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path in the document: `numeric.bands.1.from`. Empty for the whole document.
    pub path: String,
    /// The sentence for people.
    pub message: Message,
}

/// The findings collected by a validation.
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, path: impl Display, message: impl Into<Message>) {
        self.0.push(Finding { path: path.to_string(), message: message.into() });
    }

    pub(super) fn required(&mut self, path: impl Display) {
        let message = Message::new(Key::Required).with("field", &path);
        self.add(path, message);
    }

    pub(super) fn range<T: PartialOrd + Display>(&mut self, path: impl Display, value: &T, min: T, max: T) {
        if *value < min || *value > max {
            let message =
                Message::new(Key::OutOfRange).with("field", &path).with("min", min).with("max", max);
            self.add(path, message);
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
            self.add(path, Key::RegulationSum);
        }
    }

    pub(super) fn rounding(&mut self, path: impl Display, rounding: &Parameter<Rounding>) {
        if let Some(rounding) = &rounding.value {
            self.range(format!("{path}.value.scale"), &rounding.scale, 0, Rounding::MAX_SCALE);
        }
    }

    pub(super) fn unique<T: Ord + Display>(&mut self, path: &str, items: impl IntoIterator<Item = T>) {
        let mut unique = BTreeSet::new();
        for (index, item) in items.into_iter().enumerate() {
            let text = item.to_string();
            if !unique.insert(item) {
                let message = Message::new(Key::Duplicate).with("field", path).with("value", text);
                self.add(format!("{path}.{index}"), message);
            }
        }
    }
}

impl RegulationDocument {
    /// Returns every finding. If there are none, the document can be loaded.
    #[must_use]
    pub fn validate(&self) -> Vec<Finding> {
        let mut findings = Findings(Vec::new());
        self.head(&mut findings);
        self.names(&mut findings);
        self.sections(&mut findings);
        if let Some(matrix) = self.matrix.as_ref().and_then(|matrix| matrix.value.as_ref()) {
            monotone(matrix, &mut findings);
        }
        if let Some(numeric) = &self.numeric {
            numeric.validate(&mut findings);
        }
        if let Some(distribution) = &self.distribution {
            distribution.validate(&mut findings);
        }
        if let Some(credit) = &self.credit_points {
            credit.validate(&mut findings);
        }
        self.training_and_times(&mut findings);
        for mark in self.marks() {
            if mark.confidence == Confidence::Uncertain && mark.note.as_deref().is_none_or(is_blank) {
                findings.required(format!("{}.note", mark.path));
            }
            if mark.confidence == Confidence::Certain && mark.source.as_deref().is_none_or(is_blank) {
                findings.required(format!("{}.source", mark.path));
            }
        }
        findings.0
    }

    fn head(&self, findings: &mut Findings) {
        let code = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'-';
        if self.code.is_empty() || self.code.len() > 60 || !self.code.bytes().all(code) {
            findings.add("code", Key::RegulationCode);
        }
        findings.range("version", &self.version, 1, 9_999);
        if is_blank(&self.title) {
            findings.required("title");
        }
        if self.effective_to.is_some_and(|end| end <= self.effective_from) {
            findings.add("effective_to", Key::EndBeforeStart);
        }
        if self.sources.is_empty() {
            findings.required("sources");
        }
        for (index, source) in self.sources.iter().enumerate() {
            if is_blank(&source.title) {
                findings.required(format!("sources.{index}.title"));
            }
        }
    }

    fn names(&self, findings: &mut Findings) {
        let mut named = |path: String, label: Option<&Label>| {
            let whole =
                |label: &Label| !is_blank(label.text(Locale::Id)) && !is_blank(label.text(Locale::En));
            if !label.is_some_and(whole) {
                findings.required(path);
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

    fn sections(&self, findings: &mut Findings) {
        match self.scheme {
            Scheme::RatingMatrix if self.matrix.is_none() => findings.required("matrix"),
            Scheme::RatingMatrix if self.numeric.is_some() => {
                findings.add("numeric", Key::RegulationOtherScheme);
            }
            Scheme::Numeric if self.numeric.is_none() => findings.required("numeric"),
            Scheme::Numeric if self.matrix.is_some() => findings.add("matrix", Key::RegulationOtherScheme),
            Scheme::RatingMatrix | Scheme::Numeric => {}
        }
        if let Some(mapping) = self.unit_head.as_ref().and_then(|parameter| parameter.value.as_ref()) {
            for predicate in OrgUnitPredicate::iter().filter(|predicate| !mapping.contains_key(predicate)) {
                findings.required(format!("unit_head.value.{predicate}"));
            }
            // Unit predicates and ratings are both ordered best first.
            if !mapping.values().is_sorted() {
                findings.add("unit_head.value", Key::RegulationNotMonotone);
            }
        }
        if let Some(suggestion) = self.suggestion.as_ref().and_then(|parameter| parameter.value.as_ref()) {
            findings.score("suggestion.value.above_from", &suggestion.above_from);
            findings.score("suggestion.value.as_expected_from", &suggestion.as_expected_from);
            if suggestion.as_expected_from > suggestion.above_from {
                findings.add("suggestion.value.as_expected_from", Key::RegulationOrder);
            }
        }
    }

    fn training_and_times(&self, findings: &mut Findings) {
        self.training.validate(findings);
        if let Some(correction) = &self.correction {
            correction.validate(findings);
        }
        if let Some(days) = &self.objection.days.value {
            findings.range("objection.days.value", days, 1, OBJECTION_DAYS_MAX);
        }
        for (path, term) in [
            ("objection.answer_days.value", &self.objection.answer_days),
            ("objection.decision_days.value", &self.objection.decision_days),
        ] {
            if let Some(days) = term.as_ref().and_then(|parameter| parameter.value.as_ref()) {
                findings.range(path, days, 1, OBJECTION_DAYS_MAX);
            }
        }
        if let Some(holidays) = self.holidays.as_ref().and_then(|parameter| parameter.value.as_ref()) {
            findings.unique("holidays.value", holidays.iter().map(|holiday| holiday.date));
        }
        for (path, deadline) in [
            ("deadlines.plan.value", &self.deadlines.plan),
            ("deadlines.annual_evaluation.value", &self.deadlines.annual_evaluation),
        ] {
            // Checked in a common year, so that the day exists in every year.
            if deadline.value.is_some_and(|day| day.years_after > 5 || day.of(2_025).is_none()) {
                findings.add(path, Key::RegulationDay);
            }
        }
    }
}

/// Checks that a better rating never gives a worse predicate, along either axis.
fn monotone(matrix: &Matrix, findings: &mut Findings) {
    // Ratings and predicates are ordered best first.
    let falls = |cells: [Predicate; 3]| cells.windows(2).any(|pair| pair[0] > pair[1]);
    for fixed in Expectation::iter() {
        let row = [Expectation::Above, Expectation::AsExpected, Expectation::Below];
        if falls(row.map(|result| matrix.at(result, fixed)))
            || falls(row.map(|behaviour| matrix.at(fixed, behaviour)))
        {
            findings.add("matrix.value", Key::RegulationNotMonotone);
            return;
        }
    }
}

impl Distribution {
    fn validate(&self, findings: &mut Findings) {
        findings.unique(
            "distribution.patterns",
            self.patterns.iter().filter_map(|pattern| Some(pattern.value.as_ref()?.unit_predicate)),
        );
        if let Some(smallest) = &self.smallest_group.value {
            findings.range("distribution.smallest_group.value", smallest, 1, 10_000);
        }
        for (index, pattern) in self.patterns.iter().enumerate() {
            let Some(pattern) = &pattern.value else { continue };
            let mut least = 0_u64;
            for (place, limit) in pattern.limits.iter().enumerate() {
                let path = format!("distribution.patterns.{index}.value.limits.{place}");
                if limit.predicates.is_empty() {
                    findings.required(format!("{path}.predicates"));
                }
                findings.unique(&format!("{path}.predicates"), limit.predicates.iter());
                match limit.rule {
                    LimitRule::AtMost | LimitRule::AtLeast => match limit.percent {
                        None => findings.required(format!("{path}.percent")),
                        Some(percent) => findings.range(format!("{path}.percent"), &percent, 0, 100),
                    },
                    LimitRule::AtLeastPeople => match limit.people {
                        None => findings.required(format!("{path}.people")),
                        Some(people) => findings.range(format!("{path}.people"), &people, 1, 10_000),
                    },
                    LimitRule::Largest => {}
                }
                if limit.rule == LimitRule::AtLeast {
                    least += u64::from(limit.percent.unwrap_or(0));
                }
            }
            if least > 100 {
                findings.add(format!("distribution.patterns.{index}.value.limits"), Key::RegulationSum);
            }
        }
    }
}

impl CreditPoints {
    fn validate(&self, findings: &mut Findings) {
        if let Some(percents) = &self.percents.value {
            for predicate in Predicate::iter() {
                match percents.get(&predicate) {
                    None => findings.required(format!("credit_points.percents.value.{predicate}")),
                    Some(percent) => {
                        findings.range(
                            format!("credit_points.percents.value.{predicate}"),
                            percent,
                            0,
                            1_000,
                        );
                    }
                }
            }
        }
        if self.percents.value.as_ref().is_some_and(|percents| !percents.values().is_sorted_by(|a, b| a >= b))
        {
            findings.add("credit_points.percents.value", Key::RegulationNotMonotone);
        }
        findings.rounding("credit_points.rounding", &self.rounding);
        findings.unique("credit_points.levels", self.levels.iter().map(|level| level.code.to_uppercase()));
        findings.unique("credit_points.levels", self.levels.iter().map(|level| level.name.to_uppercase()));
        for (index, level) in self.levels.iter().enumerate() {
            let path = format!("credit_points.levels.{index}");
            for (field, text) in [("code", &level.code), ("name", &level.name)] {
                if is_blank(text) {
                    findings.required(format!("{path}.{field}"));
                }
            }
            let figures = [("coefficient", Some(&level.coefficient)), ("for_rank", Some(&level.for_rank))];
            for (field, parameter) in figures.into_iter().chain([("for_level", level.for_level.as_ref())]) {
                if let Some(points) = parameter.and_then(|parameter| parameter.value.as_ref()) {
                    let least = Decimal::from_hundredths(1);
                    findings.range(format!("{path}.{field}.value"), points, least, Decimal::whole(10_000));
                }
            }
        }
    }
}
