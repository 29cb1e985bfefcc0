//! What the system says to people: a key with parameters, rendered from one catalogue in two languages.

mod catalogue;

use crate::scoring::Label;
pub use catalogue::Key;
use serde::{Deserialize, Serialize};

/// A language of the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// Indonesian, the default.
    #[default]
    Id,
    /// English.
    En,
}

/// A sentence of the catalogue with its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    key: Key,
    parameters: Vec<(String, Words)>,
}

/// What fills a gap of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Words {
    /// The same in both languages, such as a figure or a name.
    Same(String),
    /// Words that differ by language.
    Each(Label),
}

impl Message {
    /// The sentence of this key, without parameters yet.
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self { key, parameters: Vec::new() }
    }

    /// Fills `{name}` of the sentence.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.parameters.push((name.to_owned(), Words::Same(value.to_string())));
        self
    }

    /// The same with words that differ by language.
    #[must_use]
    pub fn with_words(mut self, name: &str, words: &Label) -> Self {
        self.parameters.push((name.to_owned(), Words::Each(words.clone())));
        self
    }

    /// Which sentence it is.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }

    /// The sentence in a language.
    #[must_use]
    pub fn render(&self, locale: Locale) -> String {
        self.parameters.iter().fold(self.key.template(locale).to_owned(), |text, (name, words)| {
            let words = match words {
                Words::Same(words) => words,
                Words::Each(words) => words.text(locale),
            };
            text.replace(&format!("{{{name}}}"), words)
        })
    }
}

impl From<Key> for Message {
    fn from(key: Key) -> Self {
        Self::new(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn both_languages_take_the_same_parameters() {
        let holes = |template: &str| {
            let mut names: Vec<String> = template
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names.dedup();
            names
        };
        for key in Key::iter() {
            assert_eq!(holes(key.template(Locale::Id)), holes(key.template(Locale::En)), "{key:?}");
            assert!(!key.template(Locale::Id).is_empty() && !key.template(Locale::En).is_empty(), "{key:?}");
        }
    }

    #[test]
    fn parameters_are_filled_in() {
        let message = Message::new(Key::TooLong).with("field", "x").with("max", 5);
        assert_eq!(message.render(Locale::En), "x may have at most 5 characters.");
    }
}
