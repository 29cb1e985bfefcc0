//! The cells of one sheet, in the order of the file.

use super::{
    super::{
        budget::Budget,
        parse::Parsed,
        sheet::{Content, Row, Sheet},
    },
    Shared,
    strings::{RichText, unescape},
    xml::{Node, Part, attribute},
};
use crate::error::Result;
use chrono::Days;
use domain::time::Date;
use quick_xml::events::BytesStart;
use std::{collections::BTreeMap, io::Read};

/// Largest integer that a workbook stores exactly. A longer NIP typed as a number has lost digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Cells that are merged over several rows: the last row, by the place and row of the first cell.
pub(super) type Merges = BTreeMap<(usize, u32), u32>;
/// Maximum number of merged cells of a sheet that are read.
const MAX_MERGES: usize = 100_000;

/// Finds the cells that are merged over several rows. The file lists them after the rows, so they are read in a first
/// pass.
pub(super) fn merges(mut part: Part<impl Read>) -> Result<Merges> {
    let mut merges = Merges::new();
    while let Some(node) = part.next()? {
        let Node::Start(element) = node else { continue };
        if element.local_name().as_ref() == "mergeCell"
            && merges.len() < MAX_MERGES
            && let Some(range) = attribute(&element, "ref")
            && let Some((first, last)) = range.split_once(':')
            && let (Some(place), Some(from), Some(to)) = (place_of(first), row_of(first), row_of(last))
            && from < to
        {
            merges.insert((place, from), to);
        }
    }
    Ok(merges)
}

/// The row of a cell: `C7` is in 7.
fn row_of(name: &str) -> Option<u32> {
    name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).parse().ok()
}

/// Reads a sheet; false if it has nothing to import and nothing to report. Empty cells, wherever they are, cost
/// nothing.
pub(super) fn read(
    mut part: Part<impl Read>,
    mut sheet: Sheet,
    shared: &Shared,
    merges: &Merges,
    parsed: &mut Parsed,
    budget: &mut Budget,
) -> Result<bool> {
    let mut row = Row::default();
    // The last row and the text of the merged cells that reach below the row, by place.
    let mut below: BTreeMap<usize, (u32, String, Content)> = BTreeMap::new();
    // The number of the row and the place of the next cell. Files may omit them.
    let (mut number, mut place) = (0_u32, 0_usize);
    while let Some(node) = part.next()? {
        match node {
            Node::Start(element) => match element.local_name().as_ref() {
                "row" => {
                    row.clear();
                    place = 0;
                    let given = attribute(&element, "r").and_then(|number| number.parse().ok());
                    number = given.unwrap_or_else(|| number.saturating_add(1));
                    row.is_hidden = is_set(&element, "hidden");
                }
                "col" if is_set(&element, "hidden") => {
                    let place = |name| attribute(&element, name).and_then(|text| text.parse::<usize>().ok());
                    if let Some((first, last)) = place("min").zip(place("max")) {
                        sheet.hide_columns(first.saturating_sub(1), last.saturating_sub(1));
                    }
                }
                "c" => {
                    let given = attribute(&element, "r").and_then(|name| place_of(&name));
                    place = given.unwrap_or(place);
                    let cell = Cell::new(&element);
                    let (text, content) = cell.read(&mut part, shared)?;
                    sheet.cell(&mut row, place, &text, content);
                    if let Some(last) = merges.get(&(place, number)).filter(|_| sheet.keeps(place)) {
                        below.insert(place, (*last, text, content));
                    }
                    place = place.saturating_add(1);
                }
                _ => {}
            },
            Node::End(element) if element.local_name().as_ref() == "row" => {
                below.retain(|_, (last, ..)| number <= *last);
                for (place, (_, text, content)) in &below {
                    sheet.fill(&mut row, *place, text, *content);
                }
                sheet.row(number, &row, parsed, budget)?;
                row.clear();
                if !sheet.needs_more_rows() {
                    break;
                }
            }
            Node::End(_) | Node::Text(_) | Node::Other => {}
        }
    }
    part.close(budget);
    sheet.finish(parsed, budget)
}

/// Whether a Boolean attribute is true.
fn is_set(element: &BytesStart<'_>, name: &str) -> bool {
    attribute(element, name).is_some_and(|set| set == "1" || set == "true")
}

/// The place of a cell from 0: `C7` is at 2.
fn place_of(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.into_iter().try_fold(0_usize, |number, letter| {
        number.checked_mul(26)?.checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number?.checked_sub(1)
}

/// The text of a formula that was saved without a result. Without a text, the cell would count as empty.
const NO_RESULT: &str = "#NORESULT!";

/// A cell: the type of its value, and its style.
struct Cell {
    kind: String,
    style: usize,
}

impl Cell {
    fn new(element: &BytesStart<'_>) -> Self {
        let style = attribute(element, "s").and_then(|style| style.parse().ok()).unwrap_or_default();
        Self { kind: attribute(element, "t").unwrap_or_default(), style }
    }

    /// Reads the cell to its end and returns its text and the type of its content. The text of a formula is the value
    /// that the spreadsheet program saved.
    fn read(&self, part: &mut Part<impl Read>, shared: &Shared) -> Result<(String, Content)> {
        let (mut value, mut inline) = (String::new(), RichText::default());
        let (mut in_value, mut in_inline, mut is_formula) = (false, false, false);
        loop {
            let node = match part.next()? {
                Some(node) => node,
                None => return Err(part.damaged()),
            };
            match &node {
                Node::Start(element) => match element.local_name().as_ref() {
                    "v" => in_value = true,
                    "is" => in_inline = true,
                    "f" => is_formula = true,
                    _ => {}
                },
                Node::End(element) => match element.local_name().as_ref() {
                    "v" => in_value = false,
                    "is" => in_inline = false,
                    "c" => break,
                    _ => {}
                },
                Node::Text(text) if in_value && value.len() <= LONGEST_VALUE => value.push_str(text),
                Node::Text(_) | Node::Other => {}
            }
            if in_inline {
                inline.take(node);
            }
        }
        let inline = inline.finish();
        // The result of a formula may be an empty text. Any other empty result means that it was never calculated.
        if is_formula && value.trim().is_empty() && !matches!(self.kind.as_str(), "str" | "e") {
            return Ok((NO_RESULT.to_owned(), Content::NoResult));
        }
        Ok(if inline.is_empty() { self.text(&value, shared) } else { (inline, Content::Text) })
    }

    /// The text of a value as people see it in the sheet, and the type of its content.
    fn text(&self, value: &str, shared: &Shared) -> (String, Content) {
        let damaged = || (value.trim().to_owned(), Content::Damaged);
        match self.kind.as_str() {
            "s" if value.trim().is_empty() => (String::new(), Content::Text),
            "s" => {
                let at = value.trim().parse().ok();
                let text = at.and_then(|at| shared.strings.get(at));
                text.map_or_else(damaged, |text| (text.to_owned(), Content::Text))
            }
            "str" => (unescape(value), Content::Text),
            "b" => match value.trim() {
                "1" | "true" => ("ya".to_owned(), Content::Truth),
                "0" | "false" => ("tidak".to_owned(), Content::Truth),
                "" => (String::new(), Content::Text),
                _ => damaged(),
            },
            // An error such as #N/A.
            "e" if value.trim().is_empty() => ("#ERROR!".to_owned(), Content::Error),
            "e" => (value.trim().to_owned(), Content::Error),
            // A day with or without a time.
            "d" => (value.split('T').next().unwrap_or_default().to_owned(), Content::Day),
            _ => match value.trim().parse::<f64>() {
                Ok(number) if shared.dates.contains(self.style) => day(number, shared.from_1904)
                    .map_or_else(|| (plain(number), Content::Number), |day| (day.to_string(), Content::Day)),
                Ok(number) => (plain(number), Content::Number),
                Err(_) => (value.to_owned(), Content::Text),
            },
        }
    }
}

/// Maximum number of bytes of a value that are read; longer values are cut later anyway.
const LONGEST_VALUE: usize = 64 * 1024;

/// A number as text. A number that may have lost digits is shown in scientific notation, which every check refuses.
pub(super) fn plain(number: f64) -> String {
    if number.abs() > EXACT {
        format!("{number:e}")
    } else if number.fract() == 0.0 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

/// The day of a serial number (ECMA-376, part 1, 18.17.4.1); `None` outside the years that dates can have.
fn day(serial: f64, from_1904: bool) -> Option<Date> {
    // Excel counts 29 February 1900, which did not exist, so later numbers are too large by one.
    let (year, month, day) = match from_1904 {
        true => (1904, 1, 1),
        false if serial < 60.0 => (1899, 12, 31),
        false => (1899, 12, 30),
    };
    // The conversion saturates; such a large number is no date anyway.
    let days = serial.floor() as i64;
    Date::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nip_that_lost_digits_is_shown_in_scientific_notation() {
        assert_eq!(plain(3.0), "3");
        assert_eq!(plain(2.5), "2.5");
        assert!(plain(198_001_012_005_011_003.0).contains('e'));
    }

    #[test]
    fn serial_numbers_are_days() {
        let text = |serial, from_1904| day(serial, from_1904).map(|day| day.to_string());
        assert_eq!(text(45_658.75, false).as_deref(), Some("2025-01-01"));
        assert_eq!(text(1.0, false).as_deref(), Some("1900-01-01"));
        assert_eq!(text(44_196.0, true).as_deref(), Some("2025-01-01"));
        for wrong in [-1.0, 1e300, f64::NAN, f64::INFINITY] {
            assert!(day(wrong, false).is_none_or(|day| day.to_string().len() <= 10), "{wrong}");
        }
    }

    #[test]
    fn places_are_letters() {
        assert_eq!(
            ["A1", "C7", "xfd1048576", "AA", "7", ""].map(place_of),
            [Some(0), Some(2), Some(16_383), Some(26), None, None,]
        );
        assert_eq!(place_of(&"Z".repeat(99)), None);
    }
}
