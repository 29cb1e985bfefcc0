//! Messages for people: a key with parameters, rendered from one catalogue in two languages.

mod catalogue;
#[cfg(test)]
mod technical;
#[cfg(test)]
pub(crate) mod tests;

use crate::{Labelled, field::field_name, scoring::Label};
pub use catalogue::Key;
use serde::{Deserialize, Serialize};
#[cfg(test)]
pub(crate) use technical::technical_words;

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

/// The parameter that contains the API's name of a field.
const FIELD: &str = "field";
/// The parameter that contains the user's input.
const VALUE: &str = "value";
/// The parameter that contains a known value beside the given one.
const OTHER: &str = "other";

impl Message {
    /// Creates a message without parameters.
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self { key, parameters: Vec::new() }
    }

    /// Sets the parameter `{name}`. The value of `{field}` is the API's name of a field or its path in a regulation
    /// document; sentences show its name in the reader's language.
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

    /// Sets the parameter `{name}` to the label of a value.
    #[must_use]
    pub fn with_label(self, name: &str, value: impl Labelled) -> Self {
        self.with_words(name, &value.words())
    }

    /// Sets the parameter `{name}` to the labels of several values.
    #[must_use]
    pub fn with_labels(self, name: &str, values: &[impl Labelled]) -> Self {
        let list = |locale| values.iter().map(|value| value.label(locale)).collect::<Vec<_>>().join(", ");
        self.with_words(name, &Label { id: list(Locale::Id), en: list(Locale::En) })
    }

    /// Replaces the name of the field with the one in the reader's file, such as the header of a column. Changes nothing
    /// if the message has no `{field}`.
    #[must_use]
    pub fn with_field(mut self, words: &str) -> Self {
        for (name, value) in &mut self.parameters {
            if name == FIELD {
                *value = Parameter::Localized(Label::new(words, words));
            }
        }
        self
    }

    /// Replaces the content of cells by `…`, so that the sentence names a cell without its content.
    #[must_use]
    pub fn concealed(mut self) -> Self {
        for (name, value) in &mut self.parameters {
            if name == VALUE || name == OTHER {
                *value = Parameter::Plain("…".to_owned());
            }
        }
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
        self.fill(self.key.template(locale).to_owned(), locale)
    }

    /// The sentence in both languages, as a parameter of another one.
    #[must_use]
    pub fn words(&self) -> Label {
        Label { id: self.render(Locale::Id), en: self.render(Locale::En) }
    }

    fn fill(&self, template: String, locale: Locale) -> String {
        self.parameters.iter().fold(template, |text, (name, words)| {
            let place = format!("{{{name}}}");
            match words {
                Parameter::Plain(field) if name == FIELD => text.replace(&place, &field_name(field, locale)),
                Parameter::Plain(words) => text.replace(&place, words),
                Parameter::Localized(words) => text.replace(&place, words.text(locale)),
            }
        })
    }
}

impl From<Key> for Message {
    fn from(key: Key) -> Self {
        Self::new(key)
    }
}
