//! Parses rows of text into typed rows, and checks each row on its own.

use super::{
    budget::MAX_FINDINGS,
    columns::letters,
    header::Columns,
    sheet::{Content, Row},
};
use domain::{
    Key, Message, Refusal,
    import::{
        Cell, Finding, Findings, LooseRow, RawPosition, RawStaff, RawSuperior, RawUnit, RefusedRows, RowKind,
        Severity, Sheets,
        cell::{clean, clean_code, clean_number, day, is_error},
        excerpt, parse_position, parse_staff, parse_superior, parse_unit, shown,
        siasn::{RawSiasnPerson, RawSiasnUnit, SiasnRows, parse_siasn_person, parse_siasn_unit, unless_null},
    },
    text::tidy,
};
use std::collections::{BTreeMap, BTreeSet};

/// Parsed sheets: typed rows, a label for each row, and findings.
pub(super) struct Parsed {
    pub sheets: Sheets,
    /// The rows of files of SIASN. Further rows are derived from them.
    pub siasn: SiasnRows,
    /// The sheets that were found, each with the name of its sheet or file.
    pub found: BTreeMap<RowKind, String>,
    /// Every row of the file: sheet, number, label.
    pub all: Vec<(RowKind, u32, String)>,
    pub findings: Findings,
    /// The place and header of each column that is read, by sheet and field.
    pub headers: BTreeMap<(RowKind, &'static str), (usize, String)>,
    /// The rows that could not be parsed.
    pub refused: RefusedRows,
    /// The sheets that a file of SIASN contains, or that are derived from it. No finding quotes their cells.
    pub concealed: BTreeSet<RowKind>,
    /// The name of the file that is being read, if there are several.
    pub file: String,
    /// Whether a sheet could not be understood, so that rows that refer to its rows can't be checked.
    pub is_unclear: bool,
}

impl Default for Parsed {
    fn default() -> Self {
        Self {
            sheets: Sheets::default(),
            siasn: SiasnRows::default(),
            found: BTreeMap::new(),
            all: Vec::new(),
            findings: Findings::new(MAX_FINDINGS),
            headers: BTreeMap::new(),
            refused: RefusedRows::default(),
            concealed: BTreeSet::new(),
            file: String::new(),
            is_unclear: false,
        }
    }
}

impl Parsed {
    /// The rows as they are in the file, without derived ones. They decide what must be loaded for the checks.
    pub fn given(&self) -> Sheets {
        let mut sheets = self.sheets.clone();
        sheets.staff.extend(self.siasn.people.iter().map(|person| person.staff.clone()));
        sheets
    }

    /// Reports a sheet that is not imported. Its number is its place in the workbook, or the next free number.
    pub fn other_sheet(&mut self, number: u32, name: &str, message: Message, severity: Severity) {
        let taken: BTreeSet<u32> = self
            .all
            .iter()
            .filter(|(kind, ..)| *kind == RowKind::Other)
            .map(|(_, number, _)| *number)
            .collect();
        let number = (number..).find(|number| !taken.contains(number)).unwrap_or(number);
        let refusal = Refusal { path: Vec::new(), ..Refusal::input(["sheet"], message) };
        self.findings.push(Finding::for_importer(RowKind::Other, number, refusal, severity));
        self.all.push((RowKind::Other, number, excerpt(&clean(name))));
    }

    /// Number of sheets and files that are reported because they are not imported.
    pub fn other_sheets(&self) -> usize {
        self.all.iter().filter(|(kind, ..)| *kind == RowKind::Other).count()
    }

    /// Reports a row whose cells are not where the header says. The finding quotes nothing of the row.
    pub fn unreadable(&mut self, kind: RowKind, number: u32, message: Message) {
        let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], message) };
        self.findings.push(Finding::for_importer(kind, number, refusal, Severity::Error));
        self.all.push((kind, number, String::new()));
        // Other rows may refer to this row, and can't be checked then.
        self.is_unclear = true;
    }

    /// Reports a column without a header, at its first cell with text.
    pub fn untitled(&mut self, kind: RowKind, number: u32, place: usize) {
        let message = Message::new(Key::ImportUntitled).with("place", letters(place));
        let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], message) };
        let finding = Finding::for_importer(kind, number, refusal, Severity::Warning);
        let cell = Cell { place: format!("{}{number}", letters(place)), column: String::new() };
        self.findings.push(finding.at(cell));
    }

    /// Adds the cell to a finding, and puts the file's name of the column into its sentence. A finding about a file of
    /// SIASN does not quote the cell.
    pub fn named(&self, mut finding: Finding) -> Finding {
        if self.concealed.contains(&finding.sheet) {
            finding.refusal.message = finding.refusal.message.concealed();
        }
        let field = finding.refusal.path.first().map(String::as_str);
        let known = |field: &str| {
            self.headers.iter().find(|((sheet, name), _)| *sheet == finding.sheet && *name == field)
        };
        match field.and_then(known).filter(|_| finding.cell.is_none()) {
            Some((_, (place, column))) => {
                let place = format!("{}{}", letters(*place), finding.row);
                let mut finding = finding.at(Cell { place, column: column.clone() });
                // Quoted, because it is a text from the reader's file.
                finding.refusal.message = finding.refusal.message.with_field(&format!("\"{column}\""));
                finding
            }
            None => finding,
        }
    }

    /// Parses a row and keeps it with its findings.
    pub fn row(&mut self, number: u32, row: &Row, columns: &Columns) {
        if columns.is_example(number, row) {
            let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], Key::ImportExample) };
            self.findings.push(Finding::for_importer(columns.kind(), number, refusal, Severity::Warning));
            self.all.push((columns.kind(), number, String::new()));
            return;
        }
        if let Some(message) = columns.no_row_of_list(row) {
            let is_header = message.key() == Key::ImportHeaderAgain;
            let severity = if is_header { Severity::Warning } else { Severity::Error };
            let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], message) };
            self.findings.push(Finding::for_importer(columns.kind(), number, refusal, severity));
            self.all.push((columns.kind(), number, columns.label(row)));
            return;
        }
        let (kind, mut cells) = (columns.kind(), RowCells { columns, number, row, wrong: Vec::new() });
        let mut get = |field: &'static str| {
            let cell = cells.get(field, &mut self.findings);
            if columns.is_siasn() { unless_null(cell) } else { cell }
        };
        let (label, findings) = match kind {
            RowKind::Unit if columns.is_siasn() => {
                let raw = RawSiasnUnit {
                    id: get("externalId"),
                    parent: get("parentCode"),
                    name: get("name"),
                    echelon: get("echelon"),
                    quick_code: get("code"),
                    head: get("head"),
                };
                let (typed, findings) = cells.typed(parse_siasn_unit(number, &raw));
                if typed.is_none() {
                    self.refused.units.insert(clean_code(&raw.id), number);
                    let mut loose = Loose::new(kind, number, &findings, &cells.wrong);
                    loose.reference("parentCode", clean_code(&raw.parent));
                    if loose.is_understood("externalId") {
                        loose.key("code", clean_code(&raw.id));
                    }
                    self.siasn.loose.push(loose.row);
                }
                self.siasn.units.extend(typed);
                (shown(&clean(&raw.name)), findings)
            }
            RowKind::Staff if columns.is_siasn() => {
                let raw = RawSiasnPerson {
                    pns_id: get("externalId"),
                    nip: get("nip"),
                    name: get("name"),
                    title_before: get("titleBefore"),
                    title_behind: get("titleBehind"),
                    employment: get("employmentKind"),
                    employment_kind: get("employmentKindName"),
                    standing: get("standing"),
                    standing_name: get("standingName"),
                    rank: get("rank"),
                    position_kind: get("kind"),
                    position: get("positionCode"),
                    position_name: get("positionName"),
                    since: get("validFrom"),
                    unit: get("unitCode"),
                };
                let (typed, findings) = cells.typed(parse_siasn_person(number, &raw));
                if typed.is_none() {
                    let (nip, id) = (clean_number(&raw.nip), clean_code(&raw.pns_id));
                    let mut loose = Loose::new(kind, number, &findings, &cells.wrong);
                    loose.reference("unitCode", clean_code(&raw.unit));
                    loose.key("nip", nip.clone());
                    loose.key("externalId", id.clone());
                    loose.dated(&raw.nip, &raw.since);
                    self.siasn.loose.push(loose.row);
                    self.refused.people.extend([nip, id].map(|key| (key, number)));
                }
                self.siasn.people.extend(typed);
                (shown(&clean(&raw.name)), findings)
            }
            RowKind::Unit => {
                let raw = RawUnit {
                    code: get("code"),
                    name: get("name"),
                    kind: get("kind"),
                    parent_code: get("parentCode"),
                    external_id: get("externalId"),
                };
                let (typed, findings) = cells.typed(parse_unit(number, &raw));
                if typed.is_none() {
                    self.refused.units.insert(clean_code(&raw.code), number);
                    let mut loose = Loose::new(kind, number, &findings, &cells.wrong);
                    loose.reference("parentCode", clean_code(&raw.parent_code));
                    loose.key("code", clean_code(&raw.code));
                    self.refused.loose.push(loose.row);
                }
                self.sheets.units.extend(typed);
                (format!("{} {}", clean_code(&raw.code), clean(&raw.name)), findings)
            }
            RowKind::Position => {
                let raw = RawPosition {
                    code: get("code"),
                    name: get("name"),
                    kind: get("kind"),
                    level: get("level"),
                };
                let (typed, findings) = cells.typed(parse_position(number, &raw));
                if typed.is_none() {
                    self.refused.positions.insert(clean_code(&raw.code), number);
                    let mut loose = Loose::new(kind, number, &findings, &cells.wrong);
                    loose.key("code", clean_code(&raw.code));
                    self.refused.loose.push(loose.row);
                }
                self.sheets.positions.extend(typed);
                (format!("{} {}", clean_code(&raw.code), clean(&raw.name)), findings)
            }
            RowKind::Staff => {
                let raw = RawStaff {
                    nip: get("nip"),
                    external_id: get("externalId"),
                    name: get("name"),
                    employment_kind: get("employmentKind"),
                    unit_code: get("unitCode"),
                    position_code: get("positionCode"),
                    rank: get("rank"),
                    rank_title: get("rankTitle"),
                    capacity: get("capacity"),
                    leads: get("leads"),
                    valid_from: get("validFrom"),
                };
                let (typed, findings) = cells.typed(parse_staff(number, &raw));
                if typed.is_none() {
                    for key in [clean_number(&raw.nip), clean_code(&raw.external_id)] {
                        self.refused.people.insert(key, number);
                    }
                    let mut loose = Loose::new(kind, number, &findings, &cells.wrong);
                    loose.reference("unitCode", clean_code(&raw.unit_code));
                    loose.reference("positionCode", clean_code(&raw.position_code));
                    // A row for a further post of the same person is not a duplicate.
                    if clean(&raw.capacity).is_empty() {
                        loose.key("nip", clean_number(&raw.nip));
                        loose.key("externalId", clean_code(&raw.external_id));
                    }
                    loose.dated(&raw.nip, &raw.valid_from);
                    self.refused.loose.push(loose.row);
                }
                self.sheets.staff.extend(typed);
                (clean(&raw.name), findings)
            }
            RowKind::Superior => {
                let raw = RawSuperior { staff: get("staff"), superior: get("superior") };
                let (typed, findings) = cells.typed(parse_superior(number, &raw));
                if typed.is_none() {
                    let mut loose = Loose::new(kind, number, &findings, &cells.wrong);
                    loose.reference("staff", clean_number(&raw.staff));
                    loose.reference("superior", clean_number(&raw.superior));
                    loose.key("staff", clean_number(&raw.staff));
                    self.refused.loose.push(loose.row);
                }
                self.sheets.superiors.extend(typed);
                (format!("{} < {}", tidy(&raw.staff), tidy(&raw.superior)), findings)
            }
            // Sheets of this kind have no rows.
            RowKind::Other => return,
        };
        let wrong = cells.wrong;
        // The text of a cell that is an error is no label.
        let label = if wrong.contains(&"name") { String::new() } else { excerpt(&label) };
        self.all.push((kind, number, label));
        let is_new = |finding: &Finding| {
            let field = finding.refusal.path.first().map(String::as_str).unwrap_or_default();
            let is_required = matches!(finding.refusal.message.key(), Key::Required | Key::NoIdentity);
            !(wrong.contains(&field) || is_required && columns.is_missing(field))
        };
        self.findings.extend(findings.into_iter().filter(is_new));
    }
}

/// The cells of a refused row that could be parsed, so that one run finds every error of the row.
struct Loose {
    row: LooseRow,
    /// The fields with a finding.
    wrong: BTreeSet<String>,
}

impl Loose {
    fn new(kind: RowKind, number: u32, findings: &[Finding], wrong: &[&str]) -> Self {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let fields = errors.filter_map(|finding| finding.refusal.path.first().cloned());
        let wrong = fields.chain(wrong.iter().map(ToString::to_string)).collect();
        Self { row: LooseRow::new(kind, number), wrong }
    }

    fn is_understood(&self, field: &str) -> bool {
        !self.wrong.contains(field)
    }

    fn reference(&mut self, field: &'static str, value: String) {
        if self.is_understood(field) && !value.is_empty() {
            self.row.references.push((field, value));
        }
    }

    fn key(&mut self, field: &'static str, value: String) {
        if self.is_understood(field) && !value.is_empty() {
            self.row.keys.push((field, value));
        }
    }

    /// Sets the values that contain days: the NIP, and the first day of the assignment.
    fn dated(&mut self, nip: &str, valid_from: &str) {
        self.row.nip = Some(clean_number(nip)).filter(|_| self.is_understood("nip"));
        self.row.valid_from = day(&clean_code(valid_from)).filter(|_| self.is_understood("validFrom"));
    }
}

/// The cells of one row, by field.
struct RowCells<'a> {
    columns: &'a Columns,
    number: u32,
    row: &'a Row,
    /// The fields with a finding about the cell itself, whose text can't be checked.
    wrong: Vec<&'static str>,
}

impl RowCells<'_> {
    /// Returns the row, unless a cell has a finding about the cell itself.
    fn typed<T>(&self, (row, findings): (Option<T>, Vec<Finding>)) -> (Option<T>, Vec<Finding>) {
        (row.filter(|_| self.wrong.is_empty()), findings)
    }

    /// The text of a field; empty if the column or cell is missing.
    fn get(&mut self, field: &'static str, findings: &mut Findings) -> String {
        let place = self.columns.place(field);
        let text = place.and_then(|place| self.row.cells.get(&place)).map(String::as_str).unwrap_or_default();
        let content = place.map_or(Content::Text, |place| self.row.content(place));
        let message = if let Some(message) = wrong_content(content, text, field) {
            message
        } else if is_error(text) {
            Message::new(Key::ImportErrorCell).with("value", excerpt(text))
        } else if let Some(control) = text.chars().find(|letter| is_unstorable(*letter)) {
            Message::new(Key::ImportCharacter).with("code", format!("{:04X}", u32::from(control)))
        } else {
            return text.to_owned();
        };
        self.wrong.push(field);
        let refusal = Refusal::input([field], message.with("field", field));
        findings.push(Finding::for_importer(self.columns.kind(), self.number, refusal, Severity::Error));
        text.replace(is_unstorable, "\u{fffd}")
    }
}

/// The finding about the content of a cell in the column of a field; `None` if the content can be read as text.
fn wrong_content(content: Content, text: &str, field: &str) -> Option<Message> {
    match content {
        Content::NoResult => Some(Message::new(Key::ImportFormula)),
        Content::Error => Some(Message::new(Key::ImportErrorCell).with("value", excerpt(text))),
        Content::Damaged => Some(Message::new(Key::ImportDamagedCell)),
        Content::Day if field != "validFrom" => {
            Some(Message::new(Key::ImportDayCell).with("value", excerpt(text)))
        }
        Content::Truth if field != "leads" => Some(Message::new(Key::ImportTruthCell)),
        Content::Text | Content::Number | Content::Truth | Content::Day => None,
    }
}

/// Whether a character can't be stored or shown: a control character that is not a line break or tab inside a cell.
fn is_unstorable(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
}
