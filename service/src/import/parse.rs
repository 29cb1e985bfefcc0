//! Parses tables of text into typed rows, and checks each row on its own.

use super::{
    columns::{day, word},
    file::{Cells, Table},
};
use domain::{
    Key, Message, Refusal,
    import::{
        Finding, Fixer, RawPosition, RawStaff, RawSuperior, RawUnit, RowKind, Severity, Sheets,
        parse_position, parse_staff, parse_superior, parse_unit,
    },
};

/// Parsed sheets: typed rows, a label for each row, and findings.
#[derive(Default)]
pub(super) struct Parsed {
    pub sheets: Sheets,
    /// Every row of the file: sheet, number, label.
    pub all: Vec<(RowKind, u32, String)>,
    pub findings: Vec<Finding>,
}

pub(super) fn parse(tables: &[Table]) -> Parsed {
    let mut parsed = Parsed::default();
    for table in tables {
        let sheet = table.layout.kind;
        if !table.unknown_columns.is_empty() {
            let names = table.unknown_columns.join(", ");
            let message = Message::new(Key::Unknown).with("field", "column").with("value", names);
            let refusal = Refusal::input(["header"], message);
            let (fixer, severity) = (Fixer::Importer, Severity::Warning);
            parsed.findings.push(Finding { sheet, row: 1, refusal, fixer, severity });
            parsed.all.push((sheet, 1, "header".to_owned()));
        }
        for (number, cells) in table.rows() {
            let broken: Vec<&str> = cells.not_storable().collect();
            if broken.is_empty() {
                parsed.row(sheet, number, cells);
                continue;
            }
            parsed.all.push((sheet, number, String::new()));
            parsed.findings.extend(broken.into_iter().map(|column| Finding {
                sheet,
                row: number,
                refusal: Refusal::input([column], Key::NotStorable),
                fixer: Fixer::Importer,
                severity: Severity::Error,
            }));
        }
    }
    parsed
}

impl Parsed {
    fn row(&mut self, sheet: RowKind, row: u32, cells: Cells<'_>) {
        let get = |column: &str| cells.get(column);
        match sheet {
            RowKind::Unit => {
                let raw = RawUnit {
                    code: get("kode"),
                    name: get("nama"),
                    kind: word(&get("jenis")),
                    parent_code: get("kode_induk"),
                    external_id: get("id_eksternal"),
                };
                self.all.push((sheet, row, format!("{} {}", raw.code.trim(), raw.name.trim())));
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
                self.all.push((sheet, row, format!("{} {}", raw.code.trim(), raw.name.trim())));
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
                self.all.push((sheet, row, raw.name.trim().to_owned()));
                let (typed, findings) = parse_staff(row, &raw);
                self.sheets.staff.extend(typed);
                self.findings.extend(findings);
            }
            RowKind::Superior => {
                let raw = RawSuperior { staff: get("pegawai"), superior: get("atasan") };
                self.all.push((sheet, row, format!("{} < {}", raw.staff.trim(), raw.superior.trim())));
                let (typed, findings) = parse_superior(row, &raw);
                self.sheets.superiors.extend(typed);
                self.findings.extend(findings);
            }
        }
    }
}
