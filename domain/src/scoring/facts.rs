//! The inputs of a calculation step, written as one line of `KEY=VALUE` pairs. The line is stored with the result.

use super::Exact;
use std::fmt;

/// Named inputs in order. A value that is empty or contains a space, a quote or a backslash is written in quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Vec<(String, String)>);

impl Facts {
    /// Appends a fact.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.0.push((key.to_owned(), value.to_string()));
        self
    }

    /// Appends these facts and removes earlier ones with the same names.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.0.retain(|(key, _)| more.get(key).is_none());
        self.0.extend(more.0.iter().cloned());
        self
    }

    /// Removes the fact with this name.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.0.retain(|(name, _)| name != key);
        self
    }

    /// The value with this name. A bare word without `=` has the empty name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The figure with this name.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<Exact> {
        self.get(key)?.parse().ok()
    }

    /// Whether the value with this name is `YES`.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        self.get(key) == Some("YES")
    }

    /// Whether there are no facts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All facts in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Parses a line.
    #[must_use]
    pub fn read(line: &str) -> Self {
        let mut facts = Self::default();
        let mut letters = line.chars().peekable();
        while letters.peek().is_some() {
            let (mut key, mut value) = (String::new(), String::new());
            let mut named = false;
            while let Some(letter) = letters.next_if(|letter| *letter != ' ') {
                if letter == '=' {
                    named = true;
                    break;
                }
                key.push(letter);
            }
            if letters.next_if_eq(&'"').is_some() {
                while let Some(letter) = letters.next() {
                    match letter {
                        '"' => break,
                        '\\' => value.extend(letters.next()),
                        other => value.push(other),
                    }
                }
            } else if named {
                while let Some(letter) = letters.next_if(|letter| *letter != ' ') {
                    value.push(letter);
                }
            } else {
                value = std::mem::take(&mut key);
            }
            letters.next_if_eq(&' ');
            if !(key.is_empty() && value.is_empty()) {
                facts.0.push((key, value));
            }
        }
        facts
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.0.iter().enumerate() {
            if index > 0 {
                write!(f, " ")?;
            }
            if !key.is_empty() {
                write!(f, "{key}=")?;
            }
            if !key.is_empty() && (value.is_empty() || value.contains([' ', '"', '\\'])) {
                write!(f, "\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))?;
            } else {
                write!(f, "{value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn facts_of_a_line_are_found_by_name() {
        let facts = Facts::read("RESULT=ABOVE UNIT=\"dokumen \\\"A\\\"\" TARGET=1010/9");
        assert_eq!(facts.get("RESULT"), Some("ABOVE"));
        assert_eq!(facts.get("UNIT"), Some("dokumen \"A\""));
        assert_eq!(facts.number("TARGET"), Exact::ratio(1010, 9).ok());
        assert_eq!(Facts::read("ABOVE").get(""), Some("ABOVE"));
        assert_eq!(Facts::read("ABOVE").to_string(), "ABOVE");
    }

    proptest! {
        #[test]
        fn written_facts_read_back_unchanged(values in prop::collection::vec("\\PC{0,12}", 0..5)) {
            let facts = values.iter().enumerate().fold(Facts::default(), |facts, (index, value)| {
                facts.with(&format!("K{index}"), value)
            });
            prop_assert_eq!(Facts::read(&facts.to_string()), facts);
        }

        #[test]
        fn any_line_can_be_read(line in "\\PC{0,60}") {
            let _ = Facts::read(&line);
        }
    }
}
