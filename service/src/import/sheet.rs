//! Takes the rows of one sheet as they are read. The header identifies the sheet; only known columns are kept.

use super::{
    budget::{Budget, MAX_COLUMNS, above, refuse},
    columns::{Layout, column, layout},
    parse::Parsed,
};
use crate::error::Result;
use domain::{Key, Message, import::excerpt};
use std::collections::{BTreeMap, BTreeSet};

/// Number of characters of a cell that are kept. Every column allows fewer, so a longer text is refused anyway.
pub(super) const CELL_CHARACTERS: usize = 1_000;
/// Names of unknown columns that the warning shows.
const SHOWN_NAMES: usize = 20;

/// The rows of one sheet so far.
pub(super) struct Sheet {
    state: State,
}

enum State {
    /// The header has not been read.
    Header,
    /// The rows of a known sheet.
    Rows(Columns),
    /// Not an import sheet.
    Other,
}

/// A known sheet: its columns by name, and the places that are read.
struct Columns {
    layout: Layout,
    places: BTreeMap<String, usize>,
    read: BTreeSet<usize>,
}

/// The text of a row: the kept cells by place, and whether any cell has text.
#[derive(Default)]
pub(super) struct Row {
    cells: BTreeMap<usize, String>,
    /// Number of header cells above the maximum number of columns.
    beyond: usize,
    has_text: bool,
}

impl Row {
    pub fn clear(&mut self) {
        self.cells.clear();
        self.beyond = 0;
        self.has_text = false;
    }
}

/// The cells of one row, by column name.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    row: &'a Row,
}

impl Cells<'_> {
    /// The text in a column; empty if the column or cell is missing.
    pub fn get(&self, column: &str) -> String {
        let place = self.columns.places.get(column);
        place.and_then(|at| self.row.cells.get(at)).cloned().unwrap_or_default()
    }
}

impl Sheet {
    pub const fn new() -> Self {
        Self { state: State::Header }
    }

    /// Whether the rest of the sheet must be read.
    pub const fn is_read(&self) -> bool {
        !matches!(self.state, State::Other)
    }

    /// Whether the sheet is an import sheet.
    pub const fn is_known(&self) -> bool {
        matches!(self.state, State::Rows(_))
    }

    /// Whether the text of a cell at this place, from 0, is kept.
    pub fn keeps(&self, place: usize) -> bool {
        match &self.state {
            State::Header => true,
            State::Rows(columns) => columns.read.contains(&place),
            State::Other => false,
        }
    }

    /// Adds a cell to a row that has not ended yet.
    pub fn cell(&self, row: &mut Row, place: usize, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        row.has_text = true;
        if !self.keeps(place) {
            return;
        }
        if !self.is_known() && row.cells.len() >= MAX_COLUMNS {
            row.beyond += 1;
            return;
        }
        row.cells.insert(place, cut(text).to_owned());
    }

    /// Takes the row with this number in the file.
    pub fn row(&mut self, number: u32, row: &Row, parsed: &mut Parsed, budget: &mut Budget) -> Result<()> {
        if !row.has_text {
            return Ok(());
        }
        match &self.state {
            State::Header => self.header(row, parsed),
            State::Rows(columns) => {
                if budget.row(row.cells.values().map(String::len).sum()) {
                    parsed.row(columns.layout.kind, number, Cells { columns, row });
                }
                Ok(())
            }
            State::Other => Ok(()),
        }
    }

    /// Recognises the sheet by its header. Any other sheet is skipped.
    fn header(&mut self, row: &Row, parsed: &mut Parsed) -> Result<()> {
        let headers: Vec<String> = row.cells.values().map(|header| column(header)).collect();
        let Some(layout) = layout(&headers) else {
            self.state = State::Other;
            return Ok(());
        };
        if row.beyond > 0 {
            return Err(above(Key::ImportColumns, row.cells.len() + row.beyond, MAX_COLUMNS));
        }
        if let Some(missing) = layout.missing(&headers).next() {
            let message =
                Message::new(Key::ImportColumn).with_label("sheet", layout.kind).with("column", missing);
            return Err(refuse(message));
        }
        if !parsed.found.insert(layout.kind) {
            let message =
                Message::new(Key::Duplicate).with("field", "sheet").with_label("value", layout.kind);
            return Err(refuse(message));
        }
        let named: Vec<(String, usize)> =
            layout.own(&headers).into_iter().zip(row.cells.keys().copied()).collect();
        let known = |name: &str| layout.columns().any(|column| column == name);
        let unknown: Vec<&str> =
            named.iter().map(|(name, _)| name.as_str()).filter(|name| !known(name)).collect();
        if !unknown.is_empty() {
            parsed.unknown_columns(layout.kind, &list(&unknown));
        }
        let places: BTreeMap<String, usize> = named.into_iter().filter(|(name, _)| known(name)).collect();
        let read = places.values().copied().collect();
        self.state = State::Rows(Columns { layout, places, read });
        Ok(())
    }
}

/// The first names, and how many more there are.
fn list(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN_NAMES).map(|name| excerpt(name)).collect();
    match names.len().saturating_sub(SHOWN_NAMES) {
        0 => shown.join(", "),
        more => format!("{} … (+{more})", shown.join(", ")),
    }
}

/// The part of a cell that is kept.
pub(super) fn cut(text: &str) -> &str {
    text.char_indices().nth(CELL_CHARACTERS).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
