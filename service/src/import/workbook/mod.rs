//! Reads an XLSX workbook cell by cell, within the budget.
//!
//! Libraries for workbooks load all texts and styles and trust the counts that a file declares; see ADR 22. This reader
//! reads only the texts of cells, in the order of the file, because an import needs no more.

mod cells;
mod parts;
mod strings;
mod styles;
mod xml;

#[cfg(test)]
mod tests;

use super::{
    budget::{Budget, MAX_SHEETS, above, refuse},
    parse::Parsed,
    sheet::Sheet,
};
use crate::error::{Error, Result};
use domain::{
    Key, Message,
    import::{Severity, cell::clean, excerpt},
};
use parts::Parts;
use std::io::{Read, Seek};

/// Data that the cells of all sheets refer to.
struct Shared {
    strings: strings::Strings,
    dates: styles::Dates,
    /// Whether day 0 is in 1904, as in old workbooks of Excel for Mac.
    from_1904: bool,
}

/// Reads the import sheets of a workbook; false if it has none.
pub(super) fn read(file: impl Read + Seek, parsed: &mut Parsed, budget: &mut Budget) -> Result<bool> {
    let before = budget.used();
    let mut parts = Parts::open(file, budget)?;
    let book = parts.workbook(budget)?;
    if book.sheets.len() > MAX_SHEETS {
        return Err(above(Key::ImportSheets, book.sheets.len(), MAX_SHEETS));
    }
    let strings = match &book.strings {
        Some(part) => strings::read(parts.open_part(part, budget)?, budget)?,
        None => strings::Strings::default(),
    };
    let dates = match &book.styles {
        Some(part) => styles::read(parts.open_part(part, budget)?, budget)?,
        None => styles::Dates::default(),
    };
    budget.check()?;
    let shared = Shared { strings, dates, from_1904: book.from_1904 };
    // The rows are kept; texts and styles are freed after the last sheet.
    let overhead = budget.used().saturating_sub(before);
    let mut known = false;
    for (number, sheet) in (1..).zip(&book.sheets) {
        if sheet.is_hidden {
            let message = Message::new(Key::ImportSheetHidden).with("name", excerpt(&clean(&sheet.name)));
            parsed.other_sheet(number, &sheet.name, message, Severity::Warning);
            continue;
        }
        let rows = Sheet::new(&excerpt(&sheet.name), number);
        let merges = cells::merges(parts.open_part(&sheet.part, budget)?)?;
        known |= cells::read(parts.open_part(&sheet.part, budget)?, rows, &shared, &merges, parsed, budget)?;
    }
    budget.check()?;
    budget.release(overhead);
    Ok(known)
}

/// Refuses a workbook that can't be read; names the damaged part.
fn damaged(part: &str) -> Error {
    refuse(Message::new(Key::ImportDamaged).with("part", excerpt(part)))
}
