//! Reads CSV files and workbooks as tables of text. The header identifies the sheet.

use super::columns::{Layout, column, layout};
use crate::error::{Error, Result};
use calamine::{Data, Reader};
use domain::{Key, Message, text::is_storable};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Maximum number of rows in an import.
pub const MAX_ROWS: usize = 100_000;
/// Largest integer that a workbook stores exactly. A longer NIP typed as a number has lost digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// One sheet as text.
pub(super) struct Table {
    pub layout: Layout,
    /// Columns that the layout does not define.
    pub unknown_columns: Vec<String>,
    columns: BTreeMap<String, usize>,
    /// The rows with their numbers in the file; the header is row 1.
    rows: Vec<(u32, Vec<String>)>,
}

impl Table {
    /// Iterates over the rows; cells are accessible by column name.
    pub fn rows(&self) -> impl Iterator<Item = (u32, Cells<'_>)> {
        self.rows.iter().map(|(number, cells)| (*number, Cells { columns: &self.columns, cells }))
    }

    pub const fn len(&self) -> usize {
        self.rows.len()
    }
}

/// The cells of one row.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    columns: &'a BTreeMap<String, usize>,
    cells: &'a [String],
}

impl Cells<'_> {
    /// The columns with a text that can't be stored.
    pub fn not_storable(&self) -> impl Iterator<Item = &str> {
        let broken = |at: &usize| self.cells.get(*at).is_some_and(|cell| !is_storable(cell));
        self.columns.iter().filter(move |(_, at)| broken(at)).map(|(column, _)| column.as_str())
    }

    /// The text in a column; empty if the column or cell is missing.
    pub fn get(&self, column: &str) -> String {
        self.columns.get(column).and_then(|at| self.cells.get(*at)).cloned().unwrap_or_default()
    }
}

/// Reads files, or all CSV files and workbooks in folders, as one import.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut inside: Vec<_> = std::fs::read_dir(path)
                .map_err(Error::internal)?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.extension().is_some_and(|end| end == "csv" || end == "xlsx"))
                .collect();
            inside.sort();
            for path in inside {
                tables.extend(read_file(&path)?);
            }
        } else {
            tables.extend(read_file(path)?);
        }
    }
    let rows: usize = tables.iter().map(Table::len).sum();
    if rows > MAX_ROWS {
        return Err(bad(Message::new(Key::TooMany).with("field", "rows").with("max", MAX_ROWS)));
    }
    for (at, table) in tables.iter().enumerate() {
        if tables.iter().take(at).any(|earlier| earlier.layout.kind == table.layout.kind) {
            let message =
                Message::new(Key::Duplicate).with("field", "sheet").with_label("value", table.layout.kind);
            return Err(bad(message));
        }
    }
    Ok(tables)
}

fn read_file(path: &Path) -> Result<Vec<Table>> {
    let bytes = std::fs::read(path).map_err(Error::internal)?;
    let tables = if bytes.starts_with(b"PK") { workbook(bytes)? } else { vec![csv(&bytes)?] };
    let tables: Vec<Table> =
        tables.into_iter().map(table).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    if tables.is_empty() {
        return Err(bad(Key::ImportNoSheet));
    }
    Ok(tables)
}

fn bad(message: impl Into<Message>) -> Error {
    Error::input(["uploadId"], message)
}

type Rows = Vec<Vec<String>>;

fn csv(bytes: &[u8]) -> Result<Rows> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(Key::ImportNotUtf8))?;
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.matches(';').count() >= header.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| bad(Key::ImportNoSheet))?;
        // The CSV reader skips empty lines. Fill them in, so that row numbers match the file.
        let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
        if line.saturating_sub(1) > rows.len() && line <= MAX_ROWS * 10 {
            rows.resize(line - 1, Vec::new());
        }
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

fn workbook(bytes: Vec<u8>) -> Result<Vec<Rows>> {
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).map_err(|_| bad(Key::ImportNoSheet))?;
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    for name in names {
        let range = book.worksheet_range(&name).map_err(|_| bad(Key::ImportNoSheet))?;
        let above = range.start().map_or(0, |(row, _)| row as usize);
        let mut rows: Rows = vec![Vec::new(); above];
        rows.extend(range.rows().map(|row| row.iter().map(cell).collect()));
        sheets.push(rows);
    }
    Ok(sheets)
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() <= EXACT => format!("{number:.0}"),
        // The last digits are lost. Scientific notation makes the check refuse the value.
        Data::Float(number) if number.abs() > EXACT => format!("{number:e}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => if *yes { "ya" } else { "tidak" }.to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}

/// Recognises a table of text as an import sheet; none if no layout matches.
fn table(rows: Rows) -> Result<Option<Table>> {
    let mut rows =
        rows.into_iter().enumerate().skip_while(|(_, row)| row.iter().all(|cell| cell.trim().is_empty()));
    let Some((_, header)) = rows.next() else { return Ok(None) };
    if header.iter().any(|header| !is_storable(header)) {
        return Err(bad(Key::NotStorable));
    }
    let headers: Vec<String> = header.iter().map(|header| column(header)).collect();
    let Some(layout) = layout(&headers) else { return Ok(None) };
    if let Some(missing) = layout.missing(&headers).next() {
        let message =
            Message::new(Key::ImportColumn).with_label("sheet", layout.kind).with("column", missing);
        return Err(bad(message));
    }
    let headers = layout.own(&headers);
    let unknown_columns = headers
        .iter()
        .filter(|header| !header.is_empty() && !layout.columns().any(|name| name == *header))
        .cloned()
        .collect();
    let columns = headers.into_iter().enumerate().map(|(at, header)| (header, at)).collect();
    let rows = rows
        .filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
        .map(|(at, row)| (u32::try_from(at + 1).unwrap_or(u32::MAX), row))
        .collect();
    Ok(Some(Table { layout, unknown_columns, columns, rows }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::import::RowKind;

    fn one(text: &str) -> Table {
        table(csv(text.as_bytes()).expect("CSV")).expect("a good header").expect("a sheet")
    }

    #[test]
    fn the_header_identifies_the_sheet_with_either_delimiter() {
        for (text, kind) in [
            ("\u{feff}Kode;Nama;Jenis;Kode Induk\nA;B;OPD;\n", RowKind::Unit),
            ("kode,nama,jenis,jenjang\nA,\"B, C\",PELAKSANA,\n", RowKind::Position),
            ("pegawai;nip atasan;catatan\n1;2;x\n", RowKind::Superior),
            // Headers as personnel offices write them.
            ("KODE UNIT;NAMA UNIT;KODE INDUK;JENIS\nA;B;;OPD\n", RowKind::Unit),
            ("KODE JABATAN;NAMA JABATAN;JENIS JABATAN;JENJANG\nA;B;PELAKSANA;\n", RowKind::Position),
            (
                "NIP;NAMA;JENIS PEGAWAI;GOLONGAN;KODE UNIT;KODE JABATAN;MULAI;KEPALA UNIT;ID EKSTERNAL\n\
                 1;A;PNS;;U;J;;;\n",
                RowKind::Staff,
            ),
            ("NIP,NIP ATASAN\n1,2\n", RowKind::Superior),
            // A list of people may have columns of other sheets too.
            (
                "nip;nama;jenis pegawai;kode unit;kode jabatan;jenjang;nip atasan\n1;A;PNS;U;J;;\n",
                RowKind::Staff,
            ),
        ] {
            assert_eq!(one(text).layout.kind, kind);
        }
        assert_eq!(one("pegawai;atasan;catatan\n1;2;x\n").unknown_columns, ["catatan"]);
        assert!(table(csv(b"foo;bar\n1;2\n").expect("CSV")).expect("no sheet").is_none());
        assert!(table(csv(b"pegawai;nip;kode_jabatan\n").expect("CSV")).is_err(), "a column is missing");
    }

    #[test]
    fn row_numbers_match_the_file() {
        let table = one("pegawai;atasan\n1;2\n\n;\n3;4\n");
        let numbers: Vec<u32> = table.rows().map(|(number, _)| number).collect();
        assert_eq!(numbers, [2, 5]);
    }

    #[test]
    fn a_nip_that_lost_digits_is_shown_in_scientific_notation() {
        assert_eq!(cell(&Data::Float(3.0)), "3");
        assert!(cell(&Data::Float(198_001_012_005_011_003.0)).contains('e'));
    }
}
