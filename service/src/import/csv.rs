//! Reads a CSV file record by record.

use super::{
    budget::{Budget, MAX_RECORD_BYTES, refuse},
    gauge::Gauge,
    parse::Parsed,
    sheet::{Row, Sheet},
};
use crate::error::{Error, Result};
use domain::{Key, Message};
use std::io::{BufRead, BufReader, Read};

/// The bytes that the CSV reader may take ahead of the record that it returns.
const READ_AHEAD: usize = 8 * 1024;
/// Length of the beginning of a file in which the header is searched, in bytes.
const HEADER_BYTES: u64 = 64 * 1024;

/// Reads a sheet; false if it is not an import sheet.
pub(super) fn read(file: impl Read, parsed: &mut Parsed, budget: &mut Budget) -> Result<bool> {
    let mut file = BufReader::new(file);
    let mut start = Vec::new();
    file.by_ref().take(HEADER_BYTES).read_until(b'\n', &mut start).map_err(Error::internal)?;
    let delimiter = delimiter(&start);
    let bom = if start.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let rest = std::io::Cursor::new(start.split_off(bom)).chain(file);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(READ_AHEAD)
        .from_reader(Gauge::new(rest, MAX_RECORD_BYTES + READ_AHEAD as u64, u64::MAX));
    let (mut record, mut row, mut sheet) = (csv::ByteRecord::new(), Row::default(), Sheet::new());
    loop {
        let line = reader.position().line();
        reader.get_mut().mark();
        if !reader.read_byte_record(&mut record).map_err(|_| too_long(line))? {
            break;
        }
        row.clear();
        for (place, field) in record.iter().enumerate() {
            let text = std::str::from_utf8(field).map_err(|_| refuse(Key::ImportNotUtf8))?;
            sheet.cell(&mut row, place, text);
        }
        // The reader skips empty lines; the position of the record is its line in the file.
        let number = record.position().map_or(0, csv::Position::line);
        sheet.row(u32::try_from(number).unwrap_or(u32::MAX), &row, parsed, budget)?;
        if !sheet.is_read() {
            break;
        }
    }
    Ok(sheet.is_known())
}

/// Guesses the delimiter from the header.
fn delimiter(header: &[u8]) -> u8 {
    let count = |wanted: u8| header.iter().filter(|byte| **byte == wanted).count();
    if count(b';') >= count(b',') { b';' } else { b',' }
}

fn too_long(line: u64) -> Error {
    refuse(Message::new(Key::ImportRecord).with("row", line).with("max", MAX_RECORD_BYTES))
}
