//! Receives the rows of one sheet as they are read. The header, which may follow title rows, identifies the sheet; only
//! known columns are kept.

use super::{
    budget::{Budget, MAX_COLUMNS, above, refuse},
    columns::{Fit, Layout, fit},
    header::{self, Columns},
    parse::Parsed,
};
use crate::error::Result;
use domain::{
    Key, Message, Refusal,
    import::{Finding, RowKind, Severity, cell::clean},
};
use std::collections::{BTreeMap, BTreeSet};

/// Number of characters of a cell that are kept. Every column allows fewer, so a longer text is refused anyway.
pub(super) const CELL_CHARACTERS: usize = 1_000;
/// Number of rows with text in which the header is searched for: lists have titles above it.
const HEADER_ROWS: usize = 30;
/// Maximum number of ranges of hidden columns that are kept.
const MAX_RANGES: usize = 256;

/// One sheet, as far as it was read.
pub(super) struct Sheet {
    /// Its name in the workbook; empty for CSV.
    name: String,
    /// Its place in the file, from 1.
    number: u32,
    /// The first and last place of hidden columns.
    hidden: Vec<(usize, usize)>,
    state: State,
    hidden_rows: u32,
    first_hidden_row: u32,
    /// Whether a row looked like the header of an import sheet, but columns were missing.
    looks_like_import: bool,
}

enum State {
    /// The header was not found yet. `best` is the row that is most similar to a header, `rows` the number of rows with
    /// text.
    Header { best: Option<Candidate>, rows: usize },
    /// A header was found, but one of the next rows may be a better header, because titles can contain names of columns
    /// too, such as `Kode Unit: | UJI`.
    Found { header: Candidate, next: Vec<(u32, Row)> },
    /// The rows of a known sheet.
    Rows {
        columns: Columns,
        /// Whether no row has been read yet.
        first: bool,
        /// The number of cells of the header in a CSV file.
        width: Option<usize>,
        /// The columns with a header.
        titled: BTreeSet<usize>,
        /// The columns without a header in which a row has text.
        untitled: BTreeSet<usize>,
    },
    /// Not an import sheet.
    Other,
}

/// A row that is the header of a sheet, or that may be a header with missing or misspelt columns.
struct Candidate {
    number: u32,
    row: Row,
    fit: Fit,
}

/// How many rows below a found header may be a better header: below a header with all columns, and below one with
/// missing columns.
const ROWS_TO_COMPARE: (usize, usize) = (1, 5);

impl Candidate {
    /// Whether a later row is a better header than this one.
    const fn is_worse_than(&self, later: &Fit) -> bool {
        later.is_complete() && (!self.fit.is_complete() || later.matched() > self.fit.matched())
    }

    const fn rows_to_compare(&self) -> usize {
        if self.fit.is_complete() { ROWS_TO_COMPARE.0 } else { ROWS_TO_COMPARE.1 }
    }
}

/// Maximum number of columns without a header that are reported.
const MAX_UNTITLED: usize = 20;

/// The type of a cell's content. In a CSV file, every cell contains text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Content {
    #[default]
    Text,
    Number,
    /// True or false.
    Truth,
    Day,
    /// An error such as `#N/A`.
    Error,
    /// A formula without a stored result.
    NoResult,
    /// A value that the type of the cell does not allow.
    Damaged,
}

/// The text of a row: the kept cells by place, and whether any cell has text.
#[derive(Clone, Default)]
pub(super) struct Row {
    pub cells: BTreeMap<usize, String>,
    /// The type of content of the kept cells that do not contain text.
    contents: BTreeMap<usize, Content>,
    /// Number of cells of a record of a CSV file; `None` in a workbook, where each cell has its place.
    pub width: Option<usize>,
    /// Number of header cells beyond [`MAX_COLUMNS`].
    beyond: usize,
    has_text: bool,
    /// The places of cells with text that are not kept.
    unkept: BTreeSet<usize>,
    /// Whether the spreadsheet hides the row.
    pub is_hidden: bool,
}

impl Row {
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The type of content of the cell at a place.
    pub fn content(&self, place: usize) -> Content {
        self.contents.get(&place).copied().unwrap_or_default()
    }

    fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        self.cells.values().map(String::as_str)
    }

    /// Whether the row only numbers the columns, as tables often do below the header: 1, 2, 3 or (1), (2). Two numbers
    /// without brackets do not count as such a row, because they can be ids.
    fn numbers_columns(&self) -> bool {
        let bracketed = |text: &str| text.trim().starts_with('(') && text.trim().ends_with(')');
        let number =
            |text: &str| text.trim_matches(['(', ')', ' ']).parse::<u32>().ok().filter(|one| *one <= 256);
        let numbers: Vec<Option<u32>> = self.texts().map(number).collect();
        (numbers.len() >= 3 || (numbers.len() == 2 && self.texts().all(bracketed)))
            && numbers.iter().all(Option::is_some)
            && numbers.windows(2).all(|pair| matches!(pair, [left, right] if left < right))
    }
}

impl Sheet {
    pub fn new(name: &str, number: u32) -> Self {
        Self {
            name: name.to_owned(),
            number,
            hidden: Vec::new(),
            state: State::Header { best: None, rows: 0 },
            hidden_rows: 0,
            first_hidden_row: 0,
            looks_like_import: false,
        }
    }

    /// Records that the spreadsheet hides the columns at these places, from 0.
    pub fn hide_columns(&mut self, first: usize, last: usize) {
        if self.hidden.len() < MAX_RANGES {
            self.hidden.push((first, last));
        }
    }

    /// Whether the rest of the sheet must be read.
    pub const fn needs_more_rows(&self) -> bool {
        !matches!(self.state, State::Other)
    }

    /// Whether the text of a cell at this place, from 0, is kept.
    pub fn keeps(&self, place: usize) -> bool {
        match &self.state {
            State::Header { .. } | State::Found { .. } => true,
            State::Rows { columns, .. } => columns.keeps(place),
            State::Other => false,
        }
    }

    /// Adds a cell to a row that has not ended yet.
    pub fn cell(&self, row: &mut Row, place: usize, text: &str, content: Content) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        row.has_text = true;
        if !self.keeps(place) {
            if row.unkept.len() < MAX_COLUMNS {
                row.unkept.insert(place);
            }
            return;
        }
        let is_header = matches!(self.state, State::Header { .. } | State::Found { .. });
        if is_header && row.cells.len() >= MAX_COLUMNS {
            row.beyond += 1;
            return;
        }
        row.cells.insert(place, cut(text).to_owned());
        if content != Content::Text {
            row.contents.insert(place, content);
        }
    }

    /// Adds the text of a merged cell to one of the rows below its first row. A row without text of its own stays
    /// empty.
    pub fn fill(&self, row: &mut Row, place: usize, text: &str, content: Content) {
        if row.has_text && !row.cells.contains_key(&place) {
            self.cell(row, place, text, content);
        }
    }

    /// Receives the row with this number in the file.
    pub fn row(&mut self, number: u32, row: &Row, parsed: &mut Parsed, budget: &mut Budget) -> Result<()> {
        if !row.has_text {
            return Ok(());
        }
        match &mut self.state {
            State::Header { .. } => self.header(number, row, parsed),
            State::Found { header, next } => {
                match fit(&self.name, row.texts()).filter(|fit| fit.is_header() && header.is_worse_than(fit))
                {
                    Some(fit) => {
                        *header = Candidate { number, row: row.clone(), fit };
                        next.clear();
                    }
                    None => next.push((number, row.clone())),
                }
                if next.len() >= header.rows_to_compare() { self.settle(parsed, budget) } else { Ok(()) }
            }
            State::Rows { columns, first, width, titled, untitled } => {
                if std::mem::take(first) && row.numbers_columns() {
                    return Ok(());
                }
                if row.width != *width {
                    if budget.row(0) {
                        let (found, max) = (row.width.unwrap_or_default(), width.unwrap_or_default());
                        let message = Message::new(Key::ImportCells).with("found", found).with("max", max);
                        parsed.unreadable(columns.kind(), number, message);
                    }
                    return Ok(());
                }
                for place in row.unkept.difference(titled) {
                    if untitled.len() < MAX_UNTITLED && untitled.insert(*place) {
                        parsed.untitled(columns.kind(), number, *place);
                    }
                }
                if budget.row(row.cells.values().map(String::len).sum()) {
                    parsed.row(number, row, columns);
                    if row.is_hidden {
                        self.first_hidden_row =
                            if self.hidden_rows == 0 { number } else { self.first_hidden_row };
                        self.hidden_rows += 1;
                    }
                }
                Ok(())
            }
            State::Other => Ok(()),
        }
    }

    /// Searches for the header, at most in the first rows.
    fn header(&mut self, number: u32, row: &Row, parsed: &mut Parsed) -> Result<()> {
        let State::Header { best, rows } = &mut self.state else { return Ok(()) };
        *rows += 1;
        let found = fit(&self.name, row.texts());
        if let Some(fit) = found.filter(Fit::is_header) {
            let header = Candidate { number, row: row.clone(), fit };
            self.state = State::Found { header, next: Vec::new() };
            return Ok(());
        }
        let similar = found.filter(Fit::is_similar);
        if let Some(fit) = similar.filter(|fit| best.as_ref().is_none_or(|best| fit.rank() > best.fit.rank()))
        {
            *best = Some(Candidate { number, row: row.clone(), fit });
        }
        if *rows >= HEADER_ROWS {
            self.give_up(parsed)?;
        }
        Ok(())
    }

    /// Accepts the header that was found, and processes the rows that were read below it.
    fn settle(&mut self, parsed: &mut Parsed, budget: &mut Budget) -> Result<()> {
        match std::mem::replace(&mut self.state, State::Other) {
            State::Found { header: Candidate { number, row, fit }, next } => {
                self.begin(fit.layout, number, &row, parsed)?;
                for (number, mut row) in next {
                    if row.beyond > 0 {
                        return Err(above(Key::ImportColumns, row.cells.len() + row.beyond, MAX_COLUMNS));
                    }
                    let (kept, others) = row.cells.into_iter().partition(|(place, _)| self.keeps(*place));
                    row.cells = kept;
                    row.unkept.extend(BTreeMap::into_keys(others));
                    self.row(number, &row, parsed, budget)?;
                }
            }
            state => self.state = state,
        }
        Ok(())
    }

    fn begin(&mut self, layout: &'static Layout, number: u32, row: &Row, parsed: &mut Parsed) -> Result<()> {
        if row.beyond > 0 {
            return Err(above(Key::ImportColumns, row.cells.len() + row.beyond, MAX_COLUMNS));
        }
        // Positions and superiors are derived from the table of people of SIASN.
        let kinds = match layout.kind {
            RowKind::Staff if layout.is_siasn() => vec![RowKind::Staff, RowKind::Position, RowKind::Superior],
            kind => vec![kind],
        };
        let place = if self.name.is_empty() { parsed.file.clone() } else { clean(&self.name) };
        for kind in kinds {
            if let Some(first) = parsed.found.insert(kind, place.clone()) {
                let message = Message::new(Key::ImportSheetTwice)
                    .with_label("sheet", kind)
                    .with("first", first)
                    .with("second", place);
                return Err(refuse(message));
            }
            if layout.is_siasn() {
                parsed.concealed.insert(kind);
            }
        }
        let is_hidden =
            |place: usize| self.hidden.iter().any(|(first, last)| (*first..=*last).contains(&place));
        let columns = header::read(layout, number, &row.cells, is_hidden, parsed);
        let titled = row.cells.keys().copied().collect();
        self.state =
            State::Rows { columns, first: true, width: row.width, titled, untitled: BTreeSet::new() };
        Ok(())
    }

    /// Reports that no header was found: as an error if a row looked like a header, otherwise as a warning.
    fn give_up(&mut self, parsed: &mut Parsed) -> Result<()> {
        match std::mem::replace(&mut self.state, State::Other) {
            State::Header { best: Some(Candidate { number, row, fit }), .. } => {
                self.looks_like_import = true;
                self.begin(fit.layout, number, &row, parsed)?;
                let State::Rows { columns, .. } = std::mem::replace(&mut self.state, State::Other) else {
                    return Ok(());
                };
                if !self.name.is_empty() {
                    let message = Message::new(Key::ImportSheetNear)
                        .with("name", clean(&self.name))
                        .with_label("sheet", columns.kind())
                        .with("column", columns.missing().join(", "));
                    parsed.other_sheet(self.number, &self.name, message, Severity::Error);
                }
            }
            State::Header { rows: 1.., .. } if !self.name.is_empty() => {
                let message = Message::new(Key::ImportSheetUnknown).with("name", clean(&self.name));
                parsed.other_sheet(self.number, &self.name, message, Severity::Warning);
            }
            State::Header { .. } | State::Found { .. } | State::Rows { .. } | State::Other => {}
        }
        Ok(())
    }

    /// Reports a row in which a quotation mark is not closed.
    pub fn unclosed(&mut self, number: u32, parsed: &mut Parsed, budget: &mut Budget) -> Result<()> {
        self.settle(parsed, budget)?;
        if let State::Rows { columns, .. } = &self.state {
            parsed.unreadable(columns.kind(), number, Message::new(Key::ImportQuote));
        }
        Ok(())
    }

    /// Ends the sheet. Returns whether it was an import sheet, or looked like one.
    pub fn finish(mut self, parsed: &mut Parsed, budget: &mut Budget) -> Result<bool> {
        self.settle(parsed, budget)?;
        match &self.state {
            State::Rows { columns, .. } => {
                if self.hidden_rows > 0 {
                    let message = Message::new(Key::ImportRowsHidden).with("count", self.hidden_rows);
                    let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], message) };
                    let (kind, row) = (columns.kind(), self.first_hidden_row);
                    parsed.findings.push(Finding::for_importer(kind, row, refusal, Severity::Warning));
                }
                Ok(true)
            }
            State::Header { .. } | State::Found { .. } => {
                self.give_up(parsed)?;
                Ok(self.looks_like_import)
            }
            State::Other => Ok(self.looks_like_import),
        }
    }
}

/// The part of a cell that is kept.
pub(super) fn cut(text: &str) -> &str {
    text.char_indices().nth(CELL_CHARACTERS).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
