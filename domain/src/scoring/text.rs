//! Writes an explanation as one page of plain text.

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
        let mut page = format!("{}\n{head}\n", self.root.label.text(locale));
        lines(&self.root, locale, &mut page);
        page
    }
}

fn lines(node: &ScoreNode, locale: Locale, page: &mut String) {
    let depth = node.id.matches('.').count();
    let indent = "  ".repeat(depth);
    let label = Label::text(&node.label, locale);
    let weight =
        node.weight.map(|weight| format!(" ({} %)", format_decimal(weight, locale))).unwrap_or_default();
    let value = node.value.map(|value| format!(": {}", format_decimal(value, locale))).unwrap_or_default();
    page.push_str(&format!("\n{indent}{} {label}{weight}{value}\n", node.id));
    let sentence = node.sentence(locale);
    if !sentence.is_empty() {
        page.push_str(&format!("{indent}  {sentence}\n"));
    }
    for evidence in &node.evidence {
        let word = if locale == Locale::Id { "Bukti" } else { "Evidence" };
        page.push_str(&format!("{indent}  {word}: {} ({})\n", evidence.title, evidence.reference));
    }
    for child in &node.children {
        lines(child, locale, page);
    }
}
