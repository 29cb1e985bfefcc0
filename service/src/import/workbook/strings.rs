//! The table of shared strings of a workbook, to which cells refer by number; and text elements.

use super::{
    super::{budget::Budget, sheet::cut},
    xml::{Node, Part, attribute},
};
use crate::error::Result;
use std::io::Read;

/// All texts in one buffer; each is cut to the length that an import can use.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Strings {
    pub fn get(&self, at: usize) -> Option<&str> {
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(at)?)
    }

    fn push(&mut self, text: &str, budget: &mut Budget) {
        // Growing vectors double their capacity.
        if budget.memory(2 * (text.len() + size_of::<usize>())) {
            self.text.push_str(text);
            self.ends.push(self.text.len());
        }
    }
}

pub(super) fn read(mut part: Part<impl Read>, budget: &mut Budget) -> Result<Strings> {
    let (mut strings, mut text) = (Strings::default(), RichText::default());
    while let Some(node) = part.next()? {
        let ended = matches!(&node, Node::End(end) if end.local_name().as_ref() == "si");
        text.take(node);
        if ended {
            strings.push(cut(&text.finish()), budget);
            text = RichText::default();
        }
    }
    part.close(budget);
    Ok(strings)
}

/// Collects the text of a shared or inline string: its `t` elements, without those of phonetic hints (`rPh`).
#[derive(Default)]
pub(super) struct RichText {
    text: String,
    inside: Option<Inside>,
    hint: bool,
}

/// The open `t` element: where its text starts, and whether to preserve spaces around it.
struct Inside {
    start: usize,
    preserve: bool,
}

impl RichText {
    pub fn take(&mut self, node: Node<'_>) {
        match node {
            Node::Start(element) => match element.local_name().as_ref() {
                "rPh" => self.hint = true,
                "t" if !self.hint => {
                    let preserve = attribute(&element, "space").is_some_and(|space| space == "preserve");
                    self.inside = Some(Inside { start: self.text.len(), preserve });
                }
                _ => {}
            },
            Node::End(element) => match element.local_name().as_ref() {
                "rPh" => self.hint = false,
                "t" => self.end(),
                _ => {}
            },
            // The rest of a longer text is skipped.
            Node::Text(text) if self.inside.is_some() && self.text.len() <= MAX_TEXT_BYTES => {
                self.text.push_str(&text);
            }
            Node::Text(_) | Node::Other => {}
        }
    }

    fn end(&mut self) {
        let Some(Inside { start, preserve }) = self.inside.take() else { return };
        if preserve {
            return;
        }
        let spaces = [' ', '\t', '\r', '\n'];
        let trimmed = self.text.get(start..).unwrap_or_default().trim_matches(spaces).to_owned();
        self.text.truncate(start);
        self.text.push_str(&trimmed);
    }

    pub fn finish(&self) -> String {
        unescape(self.text.trim())
    }
}

/// After this number of bytes, the rest of a text is skipped. Enough for the longest text that an import stores, with
/// its escapes.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Replaces escapes such as `_x000D_`, with which Excel writes characters that XML does not allow.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from.get(2..6).filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        let letter = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let length = match letter {
            Some(letter) => {
                plain.push(letter);
                7
            }
            None => {
                plain.push_str("_x");
                2
            }
        };
        rest = from.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}
