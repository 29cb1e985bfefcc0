//! What is wrong with the rules of a numeric scheme.

use super::{
    Numeric, Stated,
    numeric::{AssignmentScope, ResultGroup},
    validate::Faults,
};
use crate::{Decimal, Key, evaluation::Predicate};
use strum::IntoEnumIterator;

impl Numeric {
    pub(super) fn validate(&self, faults: &mut Faults) {
        self.validate_bands(faults);
        self.validate_predicates(faults);
        faults.rounding("numeric.achievement.rounding", &self.achievement.rounding);
        // Bands are whole percents: a figure between two would belong to none.
        if self.achievement.rounding.value.is_some_and(|rounding| rounding.scale != 0) {
            faults.range("numeric.achievement.rounding.value.scale", &1, 0, 0);
        }
        if let Some(rounding) = &self.total_rounding {
            faults.rounding("numeric.total_rounding", rounding);
        }
        for (path, stated) in [
            ("numeric.achievement.cap", &self.achievement.cap),
            ("numeric.achievement.floor", &self.achievement.floor),
            ("numeric.achievement.inside_range", &self.achievement.inside_range),
            ("numeric.maximum_target_score", &self.maximum_target_score),
            ("numeric.cap", &self.cap),
            ("numeric.additional.cap", &self.additional.cap),
        ] {
            if let Some(value) = &stated.value {
                faults.score(format!("{path}.value"), value);
            }
        }
        if let (Some(floor), Some(cap)) = (self.achievement.floor.value, self.achievement.cap.value)
            && floor > cap
        {
            faults.tell("numeric.achievement.floor.value", Key::RegulationOrder);
        }
        self.validate_shares(faults);
    }

    fn validate_shares(&self, faults: &mut Faults) {
        if let Some(groups) = &self.groups.value {
            let parts: Vec<Decimal> = groups.values().copied().collect();
            faults.hundred("numeric.groups.value", &parts);
            for group in ResultGroup::iter().filter(|group| !groups.contains_key(group)) {
                faults.required(format!("numeric.groups.value.{group}"));
            }
        }
        if let Some(shares) = self.leader_in_part.as_ref().and_then(|stated| stated.value.as_ref()) {
            faults.hundred("numeric.leader_in_part.value", &[shares.actions, shares.measured]);
        }
        for (path, pair) in [
            ("numeric.weights.without_peers.value", &self.weights.without_peers),
            ("numeric.weights.with_peers.value", &self.weights.with_peers),
        ] {
            if let Some(pair) = &pair.value {
                faults.hundred(path, &[pair.results, pair.behaviour]);
            }
        }
        if let Some(shares) = &self.behaviour.shares.value {
            let parts = [shares.rater, shares.peers, shares.subordinates];
            faults.hundred("numeric.behaviour.shares.value", &parts);
        }
        if let Some(factors) = &self.additional.factors.value {
            for predicate in Predicate::iter() {
                let path = format!("numeric.additional.factors.value.{predicate}");
                match factors.get(&predicate) {
                    None => faults.required(path),
                    Some(factor) => faults.percent(path, factor),
                }
            }
            // The best stands first.
            if !factors.values().is_sorted_by(|better, worse| better >= worse) {
                faults.tell("numeric.additional.factors.value", Key::RegulationNotMonotone);
            }
        }
        for scope in AssignmentScope::iter() {
            let path = format!("numeric.additional.scope_weights.{scope}");
            match self.additional.scope_weights.get(&scope) {
                None => faults.required(path),
                Some(Stated { value: Some(weight), .. }) => faults.percent(format!("{path}.value"), weight),
                Some(Stated { value: None, .. }) => {}
            }
        }
    }

    /// Bands start at 0, follow each other without gap or overlap, and never fall.
    fn validate_bands(&self, faults: &mut Faults) {
        if self.bands.is_empty() {
            faults.required("numeric.bands");
        }
        let mut next = Some(0_u32);
        let mut reached = Decimal::ZERO;
        for (index, band) in self.bands.iter().enumerate() {
            let path = format!("numeric.bands.{index}.value");
            let Some(band) = &band.value else {
                // A band without a value leaves a gap that can't be judged.
                next = None;
                continue;
            };
            faults.range(format!("{path}.from"), &band.from, 0, 1_000);
            if next.is_some_and(|next| next != band.from) || (index > 0 && next.is_none()) {
                faults.tell(format!("{path}.from"), Key::RegulationBandGap);
            }
            if band.to.is_some_and(|to| to < band.from) {
                faults.tell(format!("{path}.to"), Key::RegulationOrder);
            }
            faults.score(format!("{path}.score_from"), &band.score_from);
            faults.score(format!("{path}.score_to"), &band.score_to);
            if band.score_from < reached || band.score_to < band.score_from {
                faults.tell(format!("{path}.score_from"), Key::RegulationNotMonotone);
            }
            reached = band.score_to;
            next = band.to.and_then(|to| to.checked_add(1));
        }
        let nearly = self.bands.iter().filter_map(|band| band.value.as_ref()).filter(|band| band.from < 100);
        if let (Some(most), Some(before)) =
            (self.maximum_target_score.value, nearly.map(|band| band.score_to).max())
            && most < before
        {
            faults.tell("numeric.maximum_target_score.value", Key::RegulationNotMonotone);
        }
        if self.bands.last().and_then(|band| band.value.as_ref()).is_some_and(|band| band.to.is_some()) {
            faults.tell("numeric.bands", Key::RegulationBandGap);
        }
    }

    /// Each predicate once, best first, from a score that falls; the last from zero and without a condition.
    fn validate_predicates(&self, faults: &mut Faults) {
        let bands: Vec<_> = self.predicates.iter().filter_map(|band| band.value.as_ref()).collect();
        for (index, pair) in bands.windows(2).enumerate() {
            if pair[0].predicate >= pair[1].predicate || pair[0].from <= pair[1].from {
                faults.tell(format!("numeric.predicates.{}", index + 1), Key::RegulationOrder);
            }
        }
        for (index, band) in bands.iter().enumerate() {
            faults.score(format!("numeric.predicates.{index}.value.from"), &band.from);
        }
        for predicate in Predicate::iter() {
            if !bands.iter().any(|band| band.predicate == predicate) {
                faults.required(format!("numeric.predicates.{predicate}"));
            }
        }
        if bands.last().is_some_and(|last| last.from != Decimal::ZERO || last.needs_new_idea) {
            faults.tell("numeric.predicates", Key::RegulationBandGap);
        }
    }
}
