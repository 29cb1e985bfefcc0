//! Writes an explanation as one page of plain text.
//!
//! Labels, units, reasons and names of trainings come from people, and a stored result keeps them as entered. So they
//! are made safe where they are printed: no text can start a new line and look like a step of the calculation.

use super::{Label, ScoreNode, ScoreTree, sentence::format_decimal};
use crate::Locale;

impl ScoreTree {
    /// The explanation as plain text: each step with its sentence, indented by depth.
    #[must_use]
    pub fn explanation_text(&self, locale: Locale) -> String {
        let (code, version) = (&self.regulation.code, self.regulation.version);
        let head = match locale {
            Locale::Id => format!("Dihitung menurut {code}, versi {version}."),
            Locale::En => format!("Computed by {code}, version {version}."),
        };
        let mut page = Page::default();
        page.line(0, self.root.label.text(locale));
        page.line(0, &head);
        page.node(&self.root, locale);
        page.0
    }
}

/// Replaces each run of breaking characters by one space, and trims the ends. Breaking characters could break a line,
/// move the cursor or reverse the reading direction: control characters, the separators of lines and paragraphs, and
/// the characters that embed, override or isolate a direction. All other text stays as it is.
pub(super) fn one_line(text: &str) -> String {
    text.split(is_breaking).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn is_breaking(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Default)]
struct Page(String);

impl Page {
    /// Appends exactly one line, whatever the text contains.
    fn line(&mut self, depth: usize, text: &str) {
        let indent = "  ".repeat(depth);
        self.0.push_str(&format!("{indent}{}\n", one_line(text)));
    }

    fn node(&mut self, node: &ScoreNode, locale: Locale) {
        let depth = node.id.matches('.').count();
        let label = Label::text(&node.label, locale);
        let weight =
            node.weight.map(|weight| format!(" ({} %)", format_decimal(weight, locale))).unwrap_or_default();
        let value =
            node.value.map(|value| format!(": {}", format_decimal(value, locale))).unwrap_or_default();
        self.0.push('\n');
        self.line(depth, &format!("{} {label}{weight}{value}", node.id));
        let sentence = node.sentence(locale);
        if !sentence.is_empty() {
            self.line(depth + 1, &sentence);
        }
        for evidence in &node.evidence {
            let word = if locale == Locale::Id { "Bukti" } else { "Evidence" };
            self.line(depth + 1, &format!("{word}: {} ({})", evidence.title, evidence.reference));
        }
        for child in &node.children {
            self.node(child, locale);
        }
    }
}
