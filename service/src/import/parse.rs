//! Parses tables of text into typed rows, and checks each row on its own.

use super::{
    budget::MAX_FINDINGS,
    columns::{day, word},
    sheet::Cells,
};
use domain::{
    Key, Message, Refusal,
    import::{
        Finding, Findings, Fixer, RawPosition, RawStaff, RawSuperior, RawUnit, RowKind, Severity, Sheets,
        excerpt, parse_position, parse_staff, parse_superior, parse_unit,
    },
};
use std::collections::BTreeSet;

/// Parsed sheets: typed rows, a label for each row, and findings.
pub(super) struct Parsed {
    pub sheets: Sheets,
    /// The sheets that were found.
    pub found: BTreeSet<RowKind>,
    /// Every row of the file: sheet, number, label.
    pub all: Vec<(RowKind, u32, String)>,
    pub findings: Findings,
}

impl Default for Parsed {
    fn default() -> Self {
        Self {
            sheets: Sheets::default(),
            found: BTreeSet::new(),
            all: Vec::new(),
            findings: Findings::new(MAX_FINDINGS),
        }
    }
}

impl Parsed {
    /// Warns of columns that the sheet does not have.
    pub fn unknown_columns(&mut self, sheet: RowKind, names: &str) {
        let message = Message::new(Key::Unknown).with("field", "kolom").with("value", names);
        let refusal = Refusal::input(["header"], message);
        let (fixer, severity) = (Fixer::Importer, Severity::Warning);
        self.findings.push(Finding { sheet, row: 1, refusal, fixer, severity });
        self.all.push((sheet, 1, "header".to_owned()));
    }

    /// Parses a row and keeps it with its findings.
    pub fn row(&mut self, sheet: RowKind, row: u32, cells: Cells<'_>) {
        let findings = &mut self.findings;
        let mut get = |column: &'static str| {
            let text = cells.get(column);
            let Some(control) = text.chars().find(|letter| is_unstorable(*letter)) else { return text };
            let code = format!("{:04X}", u32::from(control));
            let message = Message::new(Key::ImportCharacter).with("field", column).with("code", code);
            let (fixer, severity) = (Fixer::Importer, Severity::Error);
            let refusal = Refusal::input([column], message);
            findings.push(Finding { sheet, row, refusal, fixer, severity });
            text.replace(is_unstorable, "\u{fffd}")
        };
        match sheet {
            RowKind::Unit => {
                let raw = RawUnit {
                    code: get("kode"),
                    name: get("nama"),
                    kind: word(&get("jenis")),
                    parent_code: get("kode_induk"),
                    external_id: get("id_eksternal"),
                };
                self.all.push((sheet, row, excerpt(&format!("{} {}", raw.code, raw.name))));
                let (typed, findings) = parse_unit(row, &raw);
                self.sheets.units.extend(typed);
                self.findings.extend(findings);
            }
            RowKind::Position => {
                let raw = RawPosition {
                    code: get("kode"),
                    name: get("nama"),
                    kind: word(&get("jenis")),
                    level: get("jenjang"),
                };
                self.all.push((sheet, row, excerpt(&format!("{} {}", raw.code, raw.name))));
                let (typed, findings) = parse_position(row, &raw);
                self.sheets.positions.extend(typed);
                self.findings.extend(findings);
            }
            RowKind::Staff => {
                let raw = RawStaff {
                    nip: get("nip"),
                    external_id: get("id_eksternal"),
                    name: get("nama"),
                    employment_kind: word(&get("jenis_kepegawaian")),
                    unit_code: get("kode_unit"),
                    position_code: get("kode_jabatan"),
                    rank: get("golongan"),
                    capacity: word(&get("kapasitas")),
                    leads: get("pimpinan"),
                    valid_from: day(&get("mulai")),
                };
                self.all.push((sheet, row, excerpt(&raw.name)));
                let (typed, findings) = parse_staff(row, &raw);
                self.sheets.staff.extend(typed);
                self.findings.extend(findings);
            }
            RowKind::Superior => {
                let raw = RawSuperior { staff: get("pegawai"), superior: get("atasan") };
                self.all.push((sheet, row, excerpt(&format!("{} < {}", raw.staff, raw.superior))));
                let (typed, findings) = parse_superior(row, &raw);
                self.sheets.superiors.extend(typed);
                self.findings.extend(findings);
            }
        }
    }
}

/// Whether a character can't be stored or shown: a control character other than the breaks inside a cell.
fn is_unstorable(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
}
