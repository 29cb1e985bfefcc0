//! How recognised training counts: caps and points, its kinds, and the hours that a person should reach in a year.

use super::{Parameter, RegulationDocument, validate::Findings};
use crate::{
    Decimal, Key, Locale,
    scoring::{CountsFor, Label},
    text::is_blank,
};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Maximum number of kinds.
const KINDS_MAX: usize = 50;
/// Maximum length of a code, in characters.
const CODE_MAX: usize = 40;
/// Maximum hours of a cap or target.
const HOURS_MAX: u32 = 1_000;

/// How recognised training counts: always as evidence, and as points only if an agency sets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The maximum lesson hours (JP) that count in a year.
    pub hours_cap: Parameter<u32>,
    /// The points for each hour, in a numeric scheme.
    pub points_per_hour: Parameter<Decimal>,
    /// The maximum points.
    pub points_cap: Parameter<Decimal>,
    /// The lesson hours that a person should reach in a year; if absent, those that ship with the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yearly_hours: Option<Parameter<u32>>,
    /// The kinds of training; if absent, those that ship with the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Parameter<Vec<TrainingKind>>>,
}

/// A kind of training, such as a workshop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TrainingKind {
    /// The code: capital letters, digits and underscores.
    pub code: String,
    /// The name.
    pub label: Label,
    /// Whether the kind has lesson hours (JP). A kind without hours, such as an award, is evidence only.
    pub has_hours: bool,
    /// The parts of an evaluation that it can support.
    pub supports: Vec<CountsFor>,
}

/// The kinds and the target that ship with the server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    yearly_hours: u32,
    kinds: Vec<TrainingKind>,
}

fn shipped() -> Option<&'static Shipped> {
    static SHIPPED: OnceLock<Option<Shipped>> = OnceLock::new();
    // A test checks that the text can be read.
    SHIPPED.get_or_init(|| toml::from_str(include_str!("training.toml")).ok()).as_ref()
}

impl RegulationDocument {
    /// The kinds of training.
    #[must_use]
    pub fn training_kinds(&self) -> &[TrainingKind] {
        let own = self.training.kinds.as_ref().and_then(|kinds| kinds.value.as_deref());
        own.unwrap_or_else(|| shipped().map_or(&[], |shipped| &shipped.kinds))
    }

    /// The lesson hours (JP) that a person should reach in a year.
    #[must_use]
    pub fn yearly_training_hours(&self) -> u32 {
        let own = self.training.yearly_hours.as_ref().and_then(|hours| hours.value);
        own.or_else(|| shipped().map(|shipped| shipped.yearly_hours)).unwrap_or_default()
    }
}

impl Training {
    pub(super) fn validate(&self, findings: &mut Findings) {
        if let Some(hours) = &self.hours_cap.value {
            findings.range("training.hours_cap.value", hours, 0, HOURS_MAX);
        }
        if let Some(points) = &self.points_per_hour.value {
            findings.percent("training.points_per_hour.value", points);
        }
        if let Some(points) = &self.points_cap.value {
            findings.percent("training.points_cap.value", points);
        }
        if let Some(hours) = self.yearly_hours.as_ref().and_then(|hours| hours.value.as_ref()) {
            findings.range("training.yearly_hours.value", hours, 0, HOURS_MAX);
        }
        let Some(kinds) = self.kinds.as_ref().and_then(|kinds| kinds.value.as_ref()) else { return };
        findings.range("training.kinds.value", &kinds.len(), 1, KINDS_MAX);
        findings.unique("training.kinds.value", kinds.iter().map(|kind| &kind.code));
        for (index, kind) in kinds.iter().enumerate() {
            let path = format!("training.kinds.value.{index}");
            let letter =
                |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'_';
            let code = kind.code.as_bytes();
            if code.is_empty() || code.len() > CODE_MAX || !code.iter().copied().all(letter) {
                findings.add(format!("{path}.code"), Key::TrainingKindCode);
            }
            if [Locale::Id, Locale::En].into_iter().any(|locale| is_blank(kind.label.text(locale))) {
                findings.required(format!("{path}.label"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regulation::{Confidence, shipped_documents};

    fn parameter<T>(value: T) -> Option<Parameter<T>> {
        Some(Parameter {
            value: Some(value),
            confidence: Confidence::Uncertain,
            source: None,
            note: Some("choice".to_owned()),
        })
    }

    #[test]
    fn an_agency_replaces_the_kinds_and_the_target() {
        let mut document = shipped_documents()[0].clone();
        let codes = |document: &RegulationDocument| -> Vec<String> {
            document.training_kinds().iter().map(|kind| kind.code.clone()).collect()
        };
        assert_eq!(codes(&document), ["TRAINING", "WORKSHOP", "CERTIFICATION", "AWARD", "INNOVATION"]);
        assert_eq!(document.yearly_training_hours(), 20);
        let own = TrainingKind {
            code: "MAGANG_1".to_owned(),
            label: Label::new("Magang", "Apprenticeship"),
            has_hours: true,
            supports: vec![CountsFor::Behaviour],
        };
        document.training.kinds = parameter(vec![own.clone()]);
        document.training.yearly_hours = parameter(24);
        assert_eq!((codes(&document), document.yearly_training_hours()), (vec!["MAGANG_1".to_owned()], 24));
        assert_eq!(document.validate(), []);
        let unnamed =
            TrainingKind { code: "magang".to_owned(), label: Label::new("Magang", " "), ..own.clone() };
        document.training.kinds = parameter(vec![own.clone(), own, unnamed]);
        document.training.yearly_hours = parameter(1_001);
        let found: Vec<_> = document.validate().into_iter().map(|finding| finding.path).collect();
        assert_eq!(
            found,
            [
                "training.yearly_hours.value",
                "training.kinds.value.1",
                "training.kinds.value.2.code",
                "training.kinds.value.2.label"
            ]
        );
        document.training.kinds = parameter(Vec::new());
        assert!(document.validate().iter().any(|finding| finding.path == "training.kinds.value"));
    }
}
