//! The names of input fields in Indonesian and English, for sentences such as "Uraian wajib diisi".
//!
//! A refusal keeps the API's name of the field; the name for people is looked up when the sentence is rendered.

mod document;
mod input;

use crate::{
    Labelled, Locale,
    rating::{Expectation, OrgUnitPredicate, Predicate},
    regulation::{AssignmentScope, ResultGroup},
    scoring::Label,
};
use std::str::FromStr;

/// Defines a table of names: the name in the input, in Indonesian, in English.
macro_rules! names {
    ($($name:literal: $id:literal, $en:literal;)*) => {
        pub(super) fn find(name: &str, locale: $crate::Locale) -> Option<&'static str> {
            Some(match (name, locale) {
                $(($name, $crate::Locale::Id) => $id,
                ($name, $crate::Locale::En) => $en,)*
                _ => return None,
            })
        }
    };
}
use names;

/// Returns the name that people read for a field of an input, or for a path in a regulation document such as
/// `numeric.bands.1.from`.
///
/// An unknown name is split into words. Tests make sure that every input field of the API has a name here.
#[must_use]
pub fn field_name(path: &str, locale: Locale) -> String {
    match path.split_once('.') {
        None => input::find(path, locale).map_or_else(|| segment(path, locale), str::to_owned),
        Some(_) => document_path(path, locale),
    }
}

/// The names of several fields in both languages, separated by commas.
#[must_use]
pub fn field_names(fields: &[&str]) -> Label {
    let names = |locale| fields.iter().map(|field| field_name(field, locale)).collect::<Vec<_>>().join(", ");
    Label { id: names(Locale::Id), en: names(Locale::En) }
}

/// Whether an input field has a name for people.
#[must_use]
pub fn is_named(field: &str) -> bool {
    input::find(field, Locale::Id).is_some()
}

/// Names each part of a path; a position in a list, from 0, becomes a number from 1 after the list's name.
fn document_path(path: &str, locale: Locale) -> String {
    let mut words = String::new();
    // `value` only wraps the value of a parameter.
    for part in path.split('.').filter(|part| *part != "value") {
        if let Ok(position) = part.parse::<u32>() {
            words.push_str(&format!(" {}", position.saturating_add(1)));
            continue;
        }
        if !words.is_empty() {
            words.push_str(" › ");
        }
        words.push_str(&segment(part, locale));
    }
    words
}

fn segment(part: &str, locale: Locale) -> String {
    let known = document::find(part, locale).or_else(|| value_label(part, locale));
    known.map_or_else(|| split_words(part), str::to_owned)
}

/// The label of a value that is the key of a map in a regulation document.
fn value_label(word: &str, locale: Locale) -> Option<&'static str> {
    fn label<T: FromStr + Labelled>(word: &str, locale: Locale) -> Option<&'static str> {
        word.parse().ok().map(|value: T| value.label(locale))
    }
    label::<Predicate>(word, locale)
        .or_else(|| label::<OrgUnitPredicate>(word, locale))
        .or_else(|| label::<Expectation>(word, locale))
        .or_else(|| label::<AssignmentScope>(word, locale))
        .or_else(|| label::<ResultGroup>(word, locale))
}

/// Splits a name into lower-case words: `parentFrom` and `parent_from` become `parent from`. A code, which begins
/// with a capital letter, is quoted.
fn split_words(name: &str) -> String {
    if name.starts_with(|first: char| first.is_uppercase()) {
        return format!("\"{name}\"");
    }
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() || letter == '_' {
            words.push(' ');
        }
        words.extend(letter.to_lowercase().filter(|letter| *letter != '_'));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::technical_words;

    #[test]
    fn a_field_has_a_name_in_both_languages() {
        assert_eq!(field_name("description", Locale::Id), "Uraian");
        assert_eq!(field_name("description", Locale::En), "Description");
        assert_eq!(field_name("unit_head.value.VERY_POOR", Locale::Id), "Pimpinan unit › Sangat Kurang");
        assert_eq!(
            field_name("numeric.bands.1.value.from", Locale::En),
            "Numeric scheme › Bands 2 › From",
            "positions count from 1"
        );
        assert_eq!(
            field_name("credit_points.levels.MU.coefficient", Locale::En),
            "Credit points › Levels › \"MU\" › Coefficient"
        );
        assert_eq!(field_name("brandNewField", Locale::Id), "brand new field");
        assert_eq!(field_name("brand_new", Locale::En), "brand new");
    }

    #[test]
    fn every_part_of_a_regulation_document_has_a_name() {
        let schema = schemars::schema_for!(crate::regulation::RegulationDocument);
        let mut open = vec![schema.as_value()];
        let mut parts = 0;
        while let Some(value) = open.pop() {
            let members = value.as_object().into_iter().flat_map(|object| object.values());
            open.extend(members.chain(value.as_array().into_iter().flatten()));
            let properties = value.get("properties").and_then(|properties| properties.as_object());
            for part in properties.into_iter().flatten().map(|(part, _)| part) {
                parts += 1;
                for locale in [Locale::Id, Locale::En] {
                    let named = document::find(part, locale).or_else(|| value_label(part, locale));
                    let words = named.unwrap_or_else(|| panic!("no name for {part}"));
                    assert!(technical_words(words).is_empty(), "{part}: {words}");
                }
            }
        }
        assert!(parts > 100, "{parts} parts");
    }
}
