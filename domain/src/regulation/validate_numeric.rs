//! Validates the rules of a numeric scheme.

use super::{
    Numeric, Parameter,
    numeric::{AssignmentScope, ResultGroup},
    validate::Findings,
};
use crate::{Decimal, Key, rating::Predicate};
use strum::IntoEnumIterator;

impl Numeric {
    pub(super) fn validate(&self, findings: &mut Findings) {
        self.validate_bands(findings);
        self.validate_predicates(findings);
        findings.rounding("numeric.achievement.rounding", &self.achievement.rounding);
        // Bands are in whole percents: a fraction of a percent could fall between two bands.
        if self.achievement.rounding.value.is_some_and(|rounding| rounding.scale != 0) {
            findings.range("numeric.achievement.rounding.value.scale", &1, 0, 0);
        }
        if let Some(rounding) = &self.total_rounding {
            findings.rounding("numeric.total_rounding", rounding);
        }
        for (path, parameter) in [
            ("numeric.achievement.cap", &self.achievement.cap),
            ("numeric.achievement.floor", &self.achievement.floor),
            ("numeric.achievement.inside_range", &self.achievement.inside_range),
            ("numeric.maximum_target_score", &self.maximum_target_score),
            ("numeric.cap", &self.cap),
            ("numeric.additional.cap", &self.additional.cap),
        ] {
            if let Some(value) = &parameter.value {
                findings.score(format!("{path}.value"), value);
            }
        }
        if let (Some(floor), Some(cap)) = (self.achievement.floor.value, self.achievement.cap.value)
            && floor > cap
        {
            findings.add("numeric.achievement.floor.value", Key::RegulationOrder);
        }
        self.validate_shares(findings);
    }

    fn validate_shares(&self, findings: &mut Findings) {
        if let Some(groups) = &self.groups.value {
            let parts: Vec<Decimal> = groups.values().copied().collect();
            findings.hundred("numeric.groups.value", &parts);
            for group in ResultGroup::iter().filter(|group| !groups.contains_key(group)) {
                findings.required(format!("numeric.groups.value.{group}"));
            }
        }
        if let Some(shares) = self.leader_in_part.as_ref().and_then(|parameter| parameter.value.as_ref()) {
            findings.hundred("numeric.leader_in_part.value", &[shares.actions, shares.measured]);
        }
        for (path, pair) in [
            ("numeric.weights.without_peers.value", &self.weights.without_peers),
            ("numeric.weights.with_peers.value", &self.weights.with_peers),
        ] {
            if let Some(pair) = &pair.value {
                findings.hundred(path, &[pair.results, pair.behaviour]);
            }
        }
        if let Some(shares) = &self.behaviour.shares.value {
            let parts = [shares.rater, shares.peers, shares.subordinates];
            findings.hundred("numeric.behaviour.shares.value", &parts);
        }
        if let Some(factors) = &self.additional.factors.value {
            for predicate in Predicate::iter() {
                let path = format!("numeric.additional.factors.value.{predicate}");
                match factors.get(&predicate) {
                    None => findings.required(path),
                    Some(factor) => findings.percent(path, factor),
                }
            }
            // Predicates are ordered best first.
            if !factors.values().is_sorted_by(|better, worse| better >= worse) {
                findings.add("numeric.additional.factors.value", Key::RegulationNotMonotone);
            }
        }
        for scope in AssignmentScope::iter() {
            let path = format!("numeric.additional.scope_weights.{scope}");
            match self.additional.scope_weights.get(&scope) {
                None => findings.required(path),
                Some(Parameter { value: Some(weight), .. }) => {
                    findings.percent(format!("{path}.value"), weight)
                }
                Some(Parameter { value: None, .. }) => {}
            }
        }
    }

    /// Checks that bands start at 0, have no gaps or overlaps, and that scores never fall.
    fn validate_bands(&self, findings: &mut Findings) {
        if self.bands.is_empty() {
            findings.required("numeric.bands");
        }
        let mut next = Some(0_u32);
        let mut last_score = Decimal::ZERO;
        for (index, band) in self.bands.iter().enumerate() {
            let path = format!("numeric.bands.{index}.value");
            let Some(band) = &band.value else {
                // The next band can't be checked against a band without a value.
                next = None;
                continue;
            };
            findings.range(format!("{path}.from"), &band.from, 0, 1_000);
            if next.is_some_and(|next| next != band.from) || (index > 0 && next.is_none()) {
                findings.add(format!("{path}.from"), Key::RegulationBandGap);
            }
            if band.to.is_some_and(|to| to < band.from) {
                findings.add(format!("{path}.to"), Key::RegulationOrder);
            }
            findings.score(format!("{path}.score_from"), &band.score_from);
            findings.score(format!("{path}.score_to"), &band.score_to);
            if band.score_from < last_score || band.score_to < band.score_from {
                findings.add(format!("{path}.score_from"), Key::RegulationNotMonotone);
            }
            last_score = band.score_to;
            next = band.to.and_then(|to| to.checked_add(1));
        }
        let below_target =
            self.bands.iter().filter_map(|band| band.value.as_ref()).filter(|band| band.from < 100);
        if let (Some(maximum), Some(highest)) =
            (self.maximum_target_score.value, below_target.map(|band| band.score_to).max())
            && maximum < highest
        {
            findings.add("numeric.maximum_target_score.value", Key::RegulationNotMonotone);
        }
        if self.bands.last().and_then(|band| band.value.as_ref()).is_some_and(|band| band.to.is_some()) {
            findings.add("numeric.bands", Key::RegulationBandGap);
        }
    }

    /// Checks that each predicate appears once, best first, with falling lowest scores. The last one must start at zero
    /// and must not require a new idea.
    fn validate_predicates(&self, findings: &mut Findings) {
        let bands: Vec<_> = self.predicates.iter().filter_map(|band| band.value.as_ref()).collect();
        for (index, pair) in bands.windows(2).enumerate() {
            if pair[0].predicate >= pair[1].predicate || pair[0].from <= pair[1].from {
                findings.add(format!("numeric.predicates.{}", index + 1), Key::RegulationOrder);
            }
        }
        for (index, band) in bands.iter().enumerate() {
            findings.score(format!("numeric.predicates.{index}.value.from"), &band.from);
        }
        for predicate in Predicate::iter() {
            if !bands.iter().any(|band| band.predicate == predicate) {
                findings.required(format!("numeric.predicates.{predicate}"));
            }
        }
        if bands.last().is_some_and(|last| last.from != Decimal::ZERO || last.needs_new_idea) {
            findings.add("numeric.predicates", Key::RegulationBandGap);
        }
    }
}
