//! Finds out which styles of cells show a number as a date.

use super::{
    super::budget::Budget,
    xml::{Node, Part, attribute},
};
use crate::error::Result;
use std::{collections::BTreeMap, io::Read};

/// Whether each style shows a date, in the order in which cells refer to them.
#[derive(Default)]
pub(super) struct Dates(Vec<bool>);

impl Dates {
    pub fn contains(&self, style: usize) -> bool {
        self.0.get(style).copied().unwrap_or_default()
    }
}

pub(super) fn read(mut part: Part<impl Read>, budget: &mut Budget) -> Result<Dates> {
    let mut formats: BTreeMap<u32, bool> = BTreeMap::new();
    let (mut dates, mut inside) = (Dates::default(), false);
    while let Some(node) = part.next()? {
        match node {
            Node::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok());
                    let code = attribute(&element, "formatCode").unwrap_or_default();
                    if let Some(id) = id
                        && budget.memory(size_of::<(u32, bool)>() * 4)
                    {
                        formats.insert(id, shows_a_date(&code));
                    }
                }
                "cellXfs" => inside = true,
                "xf" if inside => {
                    let id: u32 = attribute(&element, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    if budget.memory(2) {
                        dates.0.push(formats.get(&id).copied().unwrap_or_else(|| is_a_date(id)));
                    }
                }
                _ => {}
            },
            Node::End(element) => inside &= element.local_name().as_ref() != "cellXfs",
            Node::Text(_) | Node::Other => {}
        }
    }
    part.close(budget);
    Ok(dates)
}

/// Whether a built-in format shows a date or a time (ECMA-376, part 1, 18.8.30).
const fn is_a_date(format: u32) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether the first section of a format code has a letter of dates and times outside quotes, escapes and brackets.
fn shows_a_date(code: &str) -> bool {
    let mut letters = code.chars();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            // The next character is shown as it is, sets a width, or fills the cell.
            '\\' | '_' | '*' => {
                letters.next();
            }
            ';' => return false,
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                // `[h]` counts hours beyond a day; other brackets are colours, conditions and languages.
                let mut elapsed = inside.chars();
                if !inside.is_empty()
                    && elapsed.all(|letter| matches!(letter, 'h' | 'm' | 's' | 'H' | 'M' | 'S'))
                {
                    return true;
                }
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            // `General` has none of these letters; A/P and AM/PM only occur together with hours.
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates_are_recognised() {
        for code in ["dd/mm/yyyy", "[$-421]d mmmm yyyy;@", "h:mm AM/PM", "[h]:mm", "yyyy\\-mm\\-dd"] {
            assert!(shows_a_date(code), "{code}");
        }
        for code in
            ["General", "0.00E+00", "#,##0", "\"hari\" 0", "[Red]0", "\\d0", "0;dd", "@", "_(* #,##0_)"]
        {
            assert!(!shows_a_date(code), "{code}");
        }
    }
}
