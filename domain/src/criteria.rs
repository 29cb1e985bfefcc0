//! Sets of behaviour criteria. People are appraised by their behaviour as well as by their results.

mod berakhlak;

pub use berakhlak::berakhlak;

use crate::{
    Decimal, Key, Message, Refusal,
    error::{TEXT_MAX, text, unless_refused},
    id::{AgencyId, CriteriaSetId, CriterionId},
    time::Date,
    unit::{CODE_MAX, NAME_MAX},
};
use serde::{Deserialize, Serialize};

/// A dated set of criteria.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriteriaSet {
    /// Its id.
    pub id: CriteriaSetId,
    /// The agency.
    pub agency: AgencyId,
    /// Its code, unique in the agency on any day.
    pub code: String,
    /// Its name in Indonesian.
    pub name_id: String,
    /// Its name in English.
    pub name_en: String,
    /// The code of the regulation that it belongs to.
    pub regulation: String,
    /// The first day.
    pub valid_from: Date,
    /// End date (exclusive); `None` while current.
    pub valid_to: Option<Date>,
    /// The criteria, by position.
    pub criteria: Vec<Criterion>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its id.
    pub id: CriterionId,
    /// Its code, unique in the set.
    pub code: String,
    /// Its position in the set, from 1.
    pub position: i32,
    /// Its name in Indonesian.
    pub name_id: String,
    /// Its name in English.
    pub name_en: String,
    /// Guiding behaviours (panduan perilaku), in the regulation's Indonesian wording.
    pub behaviours: Vec<String>,
    /// The same in English, one for each; empty if there is no translation.
    #[serde(default)]
    pub behaviours_en: Vec<String>,
    /// Its weight in percent; `None` if the criteria are not weighted.
    pub weight: Option<Decimal>,
}

/// A criterion without id and position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Criterion")]
pub struct CriterionSeed {
    pub code: String,
    pub name_id: String,
    pub name_en: String,
    pub behaviours: Vec<String>,
    pub behaviours_en: Vec<String>,
    pub weight: Option<Decimal>,
}

/// Input for a new set; the fields are those of [`CriteriaSet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of CriteriaSet")]
pub struct NewCriteriaSet {
    pub code: String,
    pub name_id: String,
    pub name_en: String,
    pub regulation: String,
    pub valid_from: Date,
    pub criteria: Vec<CriterionSeed>,
}

/// Maximum number of criteria of a set.
pub const CRITERIA_MAX: usize = 50;
/// Maximum number of guiding behaviours of a criterion.
pub const BEHAVIOURS_MAX: usize = 20;

impl CriteriaSet {
    /// Creates a set of criteria. Calls `ids` once for each criterion. To replace a set, end it and create another:
    /// existing plans refer to the old ids.
    ///
    /// # Errors
    /// A refusal for each invalid field, such as duplicate codes, or weights that are incomplete or don't add up to
    /// 100.
    pub fn create(
        id: CriteriaSetId,
        agency: AgencyId,
        new: NewCriteriaSet,
        mut ids: impl FnMut() -> CriterionId,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let code = text("code", &new.code, CODE_MAX, &mut refusals);
        let name_id = text("nameId", &new.name_id, NAME_MAX, &mut refusals);
        let name_en = text("nameEn", &new.name_en, NAME_MAX, &mut refusals);
        let regulation = text("regulationCode", &new.regulation, CODE_MAX, &mut refusals);
        if new.criteria.is_empty() {
            refusals.push(Refusal::required("criteria"));
        } else if new.criteria.len() > CRITERIA_MAX {
            refusals.push(too_many(&["criteria"], CRITERIA_MAX));
        }
        let mut criteria: Vec<Criterion> = Vec::new();
        for ((index, position), seed) in (0..CRITERIA_MAX).zip(1..).zip(new.criteria) {
            let mut row_refusals = Vec::new();
            let criterion = Criterion {
                id: ids(),
                code: text("code", &seed.code, CODE_MAX, &mut row_refusals),
                position,
                name_id: text("nameId", &seed.name_id, NAME_MAX, &mut row_refusals),
                name_en: text("nameEn", &seed.name_en, NAME_MAX, &mut row_refusals),
                behaviours: seed
                    .behaviours
                    .iter()
                    .map(|line| text("behaviours", line, TEXT_MAX, &mut row_refusals))
                    .collect(),
                behaviours_en: seed
                    .behaviours_en
                    .iter()
                    .map(|line| text("behavioursEn", line, TEXT_MAX, &mut row_refusals))
                    .collect(),
                weight: seed.weight,
            };
            if criterion.behaviours.len() > BEHAVIOURS_MAX {
                row_refusals.push(too_many(&["behaviours"], BEHAVIOURS_MAX));
            }
            if !criterion.behaviours_en.is_empty()
                && criterion.behaviours_en.len() != criterion.behaviours.len()
            {
                row_refusals.push(Refusal::input(["behavioursEn"], Key::OneTranslationEach));
            }
            if criteria.iter().any(|other| other.code == criterion.code) {
                let message =
                    Message::new(Key::Duplicate).with("field", "code").with("value", &criterion.code);
                row_refusals.push(Refusal::input(["code"], message));
            }
            refusals.extend(
                row_refusals
                    .into_iter()
                    .map(|refusal| refusal.under(["criteria".to_owned(), index.to_string()])),
            );
            criteria.push(criterion);
        }
        let weights: Vec<i64> =
            criteria.iter().filter_map(|criterion| criterion.weight).map(Decimal::hundredths).collect();
        let weighted = !weights.is_empty();
        if weighted
            && (weights.len() != criteria.len()
                || weights.iter().any(|weight| !(0..=10_000).contains(weight))
                || weights.iter().sum::<i64>() != 10_000)
        {
            refusals.push(Refusal::input(["criteria"], Key::WeightsSum));
        }
        let set = Self {
            id,
            agency,
            code,
            name_id,
            name_en,
            regulation,
            valid_from: new.valid_from,
            valid_to: None,
            criteria,
            version: 1,
        };
        unless_refused(set, refusals)
    }

    /// The set with other contents, for example with a typo corrected. A criterion whose code stays the same keeps its
    /// id. The caller checks that nothing uses the set.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn correct(
        &self,
        contents: NewCriteriaSet,
        ids: impl FnMut() -> CriterionId,
    ) -> Result<Self, Vec<Refusal>> {
        let mut mended = Self::create(self.id, self.agency, contents, ids)?;
        for criterion in &mut mended.criteria {
            if let Some(known) = self.criteria.iter().find(|known| known.code == criterion.code) {
                criterion.id = known.id;
            }
        }
        Ok(Self { valid_to: self.valid_to, version: self.version, ..mended })
    }

    /// Whether the set is current on a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Ends the set; `on` is the end date (exclusive).
    ///
    /// # Errors
    /// `BAD_USER_INPUT` if it would end before it begins.
    pub fn end(&self, on: Date) -> Result<Self, Refusal> {
        if on <= self.valid_from {
            return Err(Refusal::input(["validFrom"], Key::EndBeforeStart));
        }
        Ok(Self { valid_to: Some(on), ..self.clone() })
    }
}

fn too_many(path: &[&str], max: usize) -> Refusal {
    let field = path.last().copied().unwrap_or_default();
    Refusal::input(path, Message::new(Key::TooMany).with("field", field).with("max", max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn set(criteria: Vec<CriterionSeed>) -> Result<CriteriaSet, Vec<Refusal>> {
        let new = NewCriteriaSet {
            code: "BERAKHLAK".to_owned(),
            name_id: "BerAKHLAK".to_owned(),
            name_en: "BerAKHLAK core values".to_owned(),
            regulation: "PERMENPANRB-6-2022".to_owned(),
            valid_from: "2022-02-03".parse().expect("a date"),
            criteria,
        };
        let mut next = 0;
        CriteriaSet::create(CriteriaSetId(Uuid::nil()), AgencyId(Uuid::nil()), new, || {
            next += 1;
            CriterionId(Uuid::from_u128(next))
        })
    }

    fn weighted(weights: &[Option<&str>]) -> Vec<CriterionSeed> {
        berakhlak()
            .into_iter()
            .zip(weights)
            .map(|(seed, weight)| CriterionSeed {
                weight: weight.map(|text| text.parse().expect("a decimal")),
                ..seed
            })
            .collect()
    }

    #[test]
    fn there_are_seven_core_values_with_three_behaviours_each() {
        let set = set(berakhlak()).expect("a set");
        assert_eq!(set.criteria.len(), 7);
        for criterion in &set.criteria {
            assert_eq!((criterion.behaviours.len(), criterion.behaviours_en.len()), (3, 3), "{criterion:?}");
        }
        assert_eq!(
            set.criteria.iter().map(|criterion| criterion.position).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5, 6, 7]
        );
        assert!(set.open_on("2026-01-01".parse().expect("a date")));
    }

    #[test]
    fn weights_are_complete_and_add_up_to_100() {
        for (weights, good) in [
            (vec![Some("50"), Some("50")], true),
            (vec![Some("33.33"), Some("33.33"), Some("33.34")], true),
            (vec![Some("50"), Some("49.99")], false),
            (vec![Some("100"), None], false),
            (vec![Some("150"), Some("-50")], false),
            (vec![], false),
        ] {
            assert_eq!(set(weighted(&weights)).is_ok(), good, "{weights:?}");
        }
    }

    #[test]
    fn all_behaviours_are_translated_or_none() {
        let mut seeds = berakhlak();
        seeds[0].behaviours_en.clear();
        assert!(set(seeds.clone()).is_ok());
        seeds[1].behaviours_en.pop();
        let refusals = set(seeds).expect_err("refused");
        assert_eq!(refusals[0].path.join("."), "criteria.1.behavioursEn");
    }

    #[test]
    fn each_refusal_names_its_field() {
        let mut seeds = berakhlak();
        seeds[1].code = seeds[0].code.clone();
        seeds[2].name_en = " ".to_owned();
        let refusals = set(seeds).expect_err("refused");
        let paths: Vec<_> = refusals.iter().map(|refusal| refusal.path.join(".")).collect();
        assert_eq!(paths, ["criteria.1.code", "criteria.2.nameEn"]);
    }
}
