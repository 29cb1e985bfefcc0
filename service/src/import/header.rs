//! The header of an import sheet: its columns, and the findings about it.

use super::{
    columns::{Column, LAYOUTS, Layout, letters, normal},
    parse::Parsed,
    sheet::Row,
    template::allowed,
};
use domain::{
    Key, Locale, Message, Refusal,
    import::{
        Cell, Finding, RowKind, Severity,
        cell::{clean, clean_number},
        excerpt,
    },
    scoring::Label,
};
use std::collections::BTreeMap;

/// Names of unknown columns that the warning shows.
const SHOWN_NAMES: usize = 20;

/// The columns of a sheet that are read: the place of each, by field.
pub(super) struct Columns {
    layout: &'static Layout,
    /// The row of the header.
    header: u32,
    /// Whether the header has exactly the columns of the template, under its names and in its order.
    is_template: bool,
    places: BTreeMap<&'static str, usize>,
    /// The headers of the columns that are read, for comparisons.
    titles: BTreeMap<usize, String>,
    missing: Vec<&'static str>,
}

impl Columns {
    /// The kind of row.
    pub const fn kind(&self) -> RowKind {
        self.layout.kind
    }

    /// Whether it is a file of SIASN.
    pub const fn is_siasn(&self) -> bool {
        self.layout.is_siasn()
    }

    /// Whether the cells at this place, from 0, are read.
    pub fn keeps(&self, place: usize) -> bool {
        self.titles.contains_key(&place)
    }

    /// The place of a field's column; `None` if the file does not have it.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.places.get(field).copied()
    }

    /// Whether a row is the example of the template: directly below the header, in a sheet that has the template's
    /// columns. Elsewhere a row with the same words is imported.
    pub fn is_example(&self, number: u32, row: &Row) -> bool {
        let text = |column: &Column| {
            let place = self.place(column.field)?;
            Some(row.cells.get(&place).map(String::as_str).unwrap_or_default() == column.example)
        };
        let is_first = number == self.header.saturating_add(1);
        is_first && self.is_template && self.layout.columns.iter().all(|column| text(column) == Some(true))
    }

    /// Why a row between those of a printed list is none of them: it repeats the header, or it is the title of a group, a
    /// sum or a part of the signature, with text in less than half of the required columns. `None` for all other rows.
    pub fn no_row_of_list(&self, row: &Row) -> Option<Message> {
        let text = |place: usize| row.cells.get(&place).map(|text| normal(text)).unwrap_or_default();
        let repeats = |(place, header): (&usize, &String)| text(*place) == *header;
        if self.titles.len() > 1 && self.titles.iter().all(repeats) {
            return Some(Message::new(Key::ImportHeaderAgain));
        }
        let required = self.layout.columns.iter().filter(|column| column.required);
        let places: Vec<usize> = required.filter_map(|column| self.place(column.field)).collect();
        let filled = places.iter().filter(|place| !text(**place).is_empty()).count();
        // A row with a NIP is about a person, whatever else it lacks.
        let nip = self.place("nip").and_then(|place| row.cells.get(&place)).map(|nip| clean_number(nip));
        let is_person = nip.is_some_and(|nip| nip.len() == 18 && nip.bytes().all(|one| one.is_ascii_digit()));
        let is_row = self.is_siasn() || is_person || filled * 2 >= places.len();
        (!is_row).then(|| Message::new(Key::ImportNoRow))
    }

    /// What people see of a row that is no row of the list.
    pub fn label(&self, row: &Row) -> String {
        if self.is_siasn() {
            return String::new();
        }
        let texts: Vec<String> = row.cells.values().map(|text| clean(text)).collect();
        excerpt(&texts.join(" "))
    }

    /// The names of required columns that the file does not have.
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// Whether this is a required column that the file does not have. The header already has a finding about it, so the
    /// rows get none.
    pub fn is_missing(&self, field: &str) -> bool {
        self.layout.columns.iter().any(|one| one.field == field && self.missing.contains(&one.title()))
    }
}

/// Reads the header in a row of the file, and adds findings about it.
pub(super) fn read(
    layout: &'static Layout,
    row: u32,
    cells: &BTreeMap<usize, String>,
    is_hidden: impl Fn(usize) -> bool,
    parsed: &mut Parsed,
) -> Columns {
    let mut header = Header { kind: layout.kind, row, cells, parsed, has_findings: false };
    let mut places: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut unnamed: Vec<(usize, &str)> = Vec::new();
    for (place, text) in cells {
        let Some(column) = layout.column(text) else {
            unnamed.push((*place, text));
            continue;
        };
        match places.get(column.field) {
            None => {
                places.insert(column.field, *place);
            }
            Some(first) => {
                let message = Message::new(Key::ImportColumnTwice)
                    .with("place", header.named(*first))
                    .with("found", header.named(*place))
                    .with("column", column.name);
                header.finding(Some(*place), message, Severity::Error);
            }
        }
    }
    let is_absent = |column: &Column| !places.contains_key(column.field);
    let mut misspelt: BTreeMap<usize, &'static Column> = BTreeMap::new();
    for (place, text) in &unnamed {
        if let Some(near) = layout.nearest(text).filter(|column| is_absent(column)) {
            misspelt.insert(*place, near);
        }
    }
    let absent = layout.columns.iter().filter(|column| column.required && is_absent(column));
    let absent: Vec<&'static Column> = absent.collect();
    let missing: Vec<&'static str> = absent.iter().map(|column| column.title()).collect();
    // A header that hints at several absent columns, such as `Kode`, is not called similar to any of them.
    let hinted_by = |text: &str| {
        let mut hinted = absent.iter().filter(|column| column.is_hinted_by(text));
        hinted.next().filter(|_| hinted.next().is_none()).map(|column| column.name)
    };
    let hints: Vec<(usize, &str)> = unnamed
        .iter()
        .filter(|(place, _)| !misspelt.contains_key(place))
        .filter_map(|(place, text)| Some((*place, hinted_by(text)?)))
        .collect();
    for column in &absent {
        let near = misspelt.iter().find(|(_, near)| near.name == column.name).map(|(place, _)| *place);
        let hint = || hints.iter().find(|(_, name)| *name == column.name).map(|(place, _)| *place);
        let near = near.or_else(hint);
        let message = match near {
            Some(place) => Message::new(Key::ImportColumnNear).with("found", header.named(place)),
            None => absent_column(layout, column),
        };
        let message = message.with_label("sheet", layout.kind).with("column", column.title());
        header.finding(near, message, Severity::Error);
    }
    for (place, near) in misspelt.iter().filter(|(_, near)| !near.required) {
        let message = Message::new(Key::ImportColumnMisspelt)
            .with("found", header.named(*place))
            .with("column", near.title());
        header.finding(Some(*place), message, Severity::Error);
    }
    let superiors = || LAYOUTS.iter().find(|one| one.kind == RowKind::Superior);
    let is_superior = |text: &str| {
        layout.kind == RowKind::Staff
            && superiors().and_then(|one| one.column(text)).is_some_and(|one| one.field == "superior")
    };
    let elsewhere = unnamed.iter().find(|(_, text)| is_superior(text)).map(|(place, _)| *place);
    if let Some(place) = elsewhere.filter(|_| !layout.is_siasn()) {
        let message = Message::new(Key::ImportSuperiorColumn).with("found", header.named(place));
        header.finding(Some(place), message, Severity::Warning);
    }
    let is_named = |place: &usize| misspelt.contains_key(place) || elsewhere == Some(*place);
    let ignored: Vec<&str> =
        unnamed.iter().filter(|(place, _)| !is_named(place)).map(|(_, text)| *text).collect();
    if !ignored.is_empty() && !layout.is_siasn() {
        let message = Message::new(Key::Unknown).with("field", "column").with("value", list(&ignored));
        header.finding(None, message, Severity::Warning);
    }
    for place in places.values().copied().filter(|place| is_hidden(*place)) {
        let message = Message::new(Key::ImportColumnHidden).with("column", header.named(place));
        header.finding(Some(place), message, Severity::Warning);
    }
    header.parsed.is_unclear |= !missing.is_empty();
    for (field, place) in &places {
        let text = cells.get(place).map(|text| clean(text)).unwrap_or_default();
        header.parsed.headers.insert((layout.kind, *field), (*place, excerpt(&text)));
    }
    let title = |place: &usize| (*place, cells.get(place).map(|text| normal(text)).unwrap_or_default());
    let titles = places.values().map(title).collect();
    let template = layout.columns.iter().map(|column| column.name);
    let is_template = !layout.is_siasn() && template.eq(cells.values().map(|text| text.trim()));
    Columns { layout, header: row, is_template, places, titles, missing }
}

/// The sentence about a required column that is absent, with what it may contain.
fn absent_column(layout: &Layout, column: &Column) -> Message {
    let words = |locale| Some(allowed(layout.kind, column.field, locale)?.join(", "));
    match words(Locale::Id).zip(words(Locale::En)).filter(|_| !layout.is_siasn()) {
        Some((id, en)) => {
            let is_level = layout.kind == RowKind::Position && column.field == "level";
            let key = if is_level { Key::ImportColumnOfLevels } else { Key::ImportColumnOfWords };
            Message::new(key).with_words("allowed", &Label { id, en })
        }
        None => Message::new(Key::ImportColumn),
    }
}

/// The header and its findings.
struct Header<'a> {
    kind: RowKind,
    row: u32,
    cells: &'a BTreeMap<usize, String>,
    parsed: &'a mut Parsed,
    has_findings: bool,
}

impl Header<'_> {
    fn text(&self, place: usize) -> String {
        self.cells.get(&place).map(|text| excerpt(&clean(text))).unwrap_or_default()
    }

    /// A column as people find it: its letter and its header.
    fn named(&self, place: usize) -> String {
        format!("{}: {}", letters(place), self.text(place))
    }

    fn finding(&mut self, place: Option<usize>, message: Message, severity: Severity) {
        let mut finding =
            Finding::for_importer(self.kind, self.row, Refusal::input(["header"], message), severity);
        finding.cell = place
            .map(|place| Cell { place: format!("{}{}", letters(place), self.row), column: self.text(place) });
        self.parsed.findings.push(finding);
        if !std::mem::replace(&mut self.has_findings, true) {
            let names: Vec<&str> = self.cells.values().map(String::as_str).collect();
            self.parsed.all.push((self.kind, self.row, excerpt(&clean(&names.join(", ")))));
        }
    }
}

/// The first names, and the number of the others.
fn list(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN_NAMES).map(|name| excerpt(&clean(name))).collect();
    match names.len().saturating_sub(SHOWN_NAMES) {
        0 => shown.join(", "),
        more => format!("{} … (+{more})", shown.join(", ")),
    }
}
