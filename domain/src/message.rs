//! Messages for people: a key with parameters, rendered from one catalogue in two languages.

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
    parameters: Vec<(String, Parameter)>,
}

/// A parameter of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Parameter {
    /// The same in both languages, such as a figure or a name.
    Plain(String),
    /// One text for each language.
    Localized(Label),
}

impl Message {
    /// Creates a message without parameters.
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self { key, parameters: Vec::new() }
    }

    /// Sets the parameter `{name}`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.parameters.push((name.to_owned(), Parameter::Plain(value.to_string())));
        self
    }

    /// Sets the parameter `{name}` to a text for each language.
    #[must_use]
    pub fn with_words(mut self, name: &str, words: &Label) -> Self {
        self.parameters.push((name.to_owned(), Parameter::Localized(words.clone())));
        self
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }

    /// Renders the sentence in a language.
    #[must_use]
    pub fn render(&self, locale: Locale) -> String {
        self.parameters.iter().fold(self.key.template(locale).to_owned(), |text, (name, words)| {
            let words = match words {
                Parameter::Plain(words) => words,
                Parameter::Localized(words) => words.text(locale),
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
    fn both_languages_have_the_same_parameters() {
        let parameters = |template: &str| {
            let mut names: Vec<String> = template
                .split('{')
                .skip(1)
                .filter_map(|tail| tail.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names.dedup();
            names
        };
        for key in Key::iter() {
            assert_eq!(parameters(key.template(Locale::Id)), parameters(key.template(Locale::En)), "{key:?}");
            assert!(!key.template(Locale::Id).is_empty() && !key.template(Locale::En).is_empty(), "{key:?}");
        }
    }

    #[test]
    fn parameters_are_filled_in() {
        let message = Message::new(Key::TooLong).with("field", "x").with("max", 5);
        assert_eq!(message.render(Locale::En), "x may have at most 5 characters.");
    }
}
