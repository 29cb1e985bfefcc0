//! The time limit for answers to corrections of personnel data.

use super::{OBJECTION_DAYS_MAX, Parameter, RegulationDocument, validate::Findings};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// The time limit for answers to corrections of personnel data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectionRules {
    /// The working days within which an admin answers.
    pub days: Parameter<u32>,
}

/// The time limit that ships with the server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    days: u32,
}

/// The working days within which an admin answers a correction, by the regulation that the agency follows, if any.
#[must_use]
pub fn correction_days(rules: Option<&RegulationDocument>) -> u32 {
    static SHIPPED: OnceLock<u32> = OnceLock::new();
    let own = rules.and_then(|rules| rules.correction.as_ref()).and_then(|rules| rules.days.value);
    // A test checks that the text can be read.
    let shipped = || toml::from_str(include_str!("correction.toml")).map_or(0, |found: Shipped| found.days);
    own.unwrap_or_else(|| *SHIPPED.get_or_init(shipped))
}

impl CorrectionRules {
    pub(super) fn validate(&self, findings: &mut Findings) {
        if let Some(days) = &self.days.value {
            findings.range("correction.days.value", days, 1, OBJECTION_DAYS_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regulation::{Confidence, shipped_documents};

    #[test]
    fn an_agency_replaces_the_time_limit() {
        let mut document = shipped_documents()[0].clone();
        assert_eq!((correction_days(None), correction_days(Some(&document))), (5, 5));
        let mut set = |days: u32| {
            let note = Some("choice".to_owned());
            let days = Parameter { value: Some(days), confidence: Confidence::Uncertain, source: None, note };
            document.correction = Some(CorrectionRules { days });
            let found: Vec<_> = document.validate().into_iter().map(|finding| finding.path).collect();
            (correction_days(Some(&document)), found)
        };
        assert_eq!(set(3), (3, Vec::new()));
        assert_eq!(set(0).1, ["correction.days.value"]);
        assert_eq!(set(367).1, ["correction.days.value"]);
    }
}
