//! Reads a CSV file record by record.

use super::{
    budget::{Budget, MAX_RECORD_BYTES, refuse},
    columns::fit,
    gauge::Gauge,
    parse::Parsed,
    sheet::{Content, Row, Sheet},
};
use crate::error::{Error, Result};
use domain::{Key, Message};
use std::io::{BufReader, Read};

/// Maximum number of bytes that the CSV reader reads beyond the record that it returns.
const READ_AHEAD: usize = 8 * 1024;
/// Length of the beginning of a file in which the delimiter is searched, in bytes.
const START_BYTES: u64 = 64 * 1024;
/// Lines of the beginning in which the delimiter is searched.
const START_LINES: usize = 40;
/// The delimiters that programs write; the first is that of Indonesian spreadsheets.
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// A marker that is appended to the file. If it is read as a part of a cell, a quotation mark of the file is not
/// closed.
const END: &[u8] = b"\0end\0";
const END_LF: &[u8] = b"\n\0end\0\n";
const END_CR: &[u8] = b"\r\0end\0\r";

/// Reads a sheet; false if it has nothing to import and nothing to report.
pub(super) fn read(file: impl Read, parsed: &mut Parsed, budget: &mut Budget) -> Result<bool> {
    let mut file = BufReader::new(file);
    let mut start = Vec::new();
    file.by_ref().take(START_BYTES).read_to_end(&mut start).map_err(Error::internal)?;
    if start.starts_with("\u{feff}".as_bytes()) {
        start.drain(..3);
    }
    // A line such as `sep=;` names the delimiter for Excel.
    let named = named_delimiter(&start);
    let skipped = named.map_or(0, |(_, length)| length);
    start.drain(..skipped);
    let lines_before = u64::from(named.is_some());
    let delimiter = match named {
        // The named delimiter may be wrong, so it is checked against the following lines.
        Some((named, _)) if fits(&start, named) || !DELIMITERS.into_iter().any(|one| fits(&start, one)) => {
            named
        }
        _ => delimiter(&start),
    };
    let has_line_feeds = start.contains(&b'\n') || !start.contains(&b'\r');
    let mut records = 0_u64;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        // A carriage return before the line feed is trimmed like a space. Carriage returns end lines only in a file
        // without line feeds.
        .terminator(csv::Terminator::Any(if has_line_feeds { b'\n' } else { b'\r' }))
        .buffer_capacity(READ_AHEAD)
        .from_reader(Gauge::new(
            // The marker ends the last line, so that each record ends at the end of a line. It also shows whether all
            // quotation marks are closed.
            std::io::Cursor::new(start).chain(file).chain(if has_line_feeds { END_LF } else { END_CR }),
            MAX_RECORD_BYTES + READ_AHEAD as u64,
            u64::MAX,
        ));
    let (mut record, mut row, mut sheet) = (csv::ByteRecord::new(), Row::default(), Sheet::new("", 1));
    loop {
        let line = reader.position().line() + lines_before;
        reader.get_mut().mark();
        if !reader.read_byte_record(&mut record).map_err(|_| too_long(line))? {
            break;
        }
        if record.len() == 1 && record.get(0) == Some(END) {
            break;
        }
        row.clear();
        if record.iter().any(|field| field.windows(END.len()).any(|part| part == END)) {
            let inside = record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
            let number = if has_line_feeds {
                (reader.position().line() + lines_before).saturating_sub(inside)
            } else {
                records + 1 + lines_before
            };
            sheet.unclosed(u32::try_from(number).unwrap_or(u32::MAX), parsed, budget)?;
            break;
        }
        row.width = Some(record.len());
        for (place, field) in record.iter().enumerate() {
            let text = std::str::from_utf8(field).map_err(|_| refuse(Key::ImportNotUtf8))?;
            sheet.cell(&mut row, place, text, Content::Text);
        }
        // The reader skips empty lines before a record, so its first line is counted from its end.
        records += 1;
        let inside = record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
        let number =
            if has_line_feeds { reader.position().line().saturating_sub(1 + inside) } else { records }
                + lines_before;
        sheet.row(u32::try_from(number).unwrap_or(u32::MAX), &row, parsed, budget)?;
        if !sheet.needs_more_rows() {
            break;
        }
    }
    sheet.finish(parsed, budget)
}

/// The delimiter that a first line such as `sep=;` names, and the length of this line.
fn named_delimiter(start: &[u8]) -> Option<(u8, usize)> {
    let end = start.iter().position(|byte| *byte == b'\n')?;
    let line = start.get(..end)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // Programs that treat this line as a record quote it or append delimiters.
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (name, rest) = line.split_at_checked(4)?;
    let delimiter =
        *rest.first().filter(|delimiter| delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric())?;
    let is_all = rest.iter().skip(1).all(|byte| *byte == delimiter || *byte == b'"');
    (name.eq_ignore_ascii_case(b"sep=") && is_all).then_some((delimiter, end + 1))
}

/// Whether a line of the beginning is the header of a sheet with this delimiter.
fn fits(start: &[u8], delimiter: u8) -> bool {
    let start = String::from_utf8_lossy(start);
    start.lines().take(START_LINES).any(|line| {
        let cells = line.split(char::from(delimiter)).map(|text| text.trim().trim_matches('"'));
        fit("", cells).is_some_and(|fit| fit.is_header())
    })
}

/// The delimiter with which a line of the beginning fits a sheet best; if several fit equally well, the most frequent
/// one.
fn delimiter(start: &[u8]) -> u8 {
    let start = String::from_utf8_lossy(start);
    let fit_of = |delimiter: u8| {
        let fits = start.lines().take(START_LINES).filter_map(|line| {
            fit("", line.split(char::from(delimiter)).map(|text| text.trim().trim_matches('"')))
        });
        fits.map(|fit| fit.rank()).max()
    };
    let count = |wanted: u8| start.bytes().filter(|byte| *byte == wanted).count();
    // `max_by_key` returns the last of equal elements. In reversed order this is the first delimiter.
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| (fit_of(*delimiter), count(*delimiter)));
    best.unwrap_or(b';')
}

fn too_long(line: u64) -> Error {
    refuse(Message::new(Key::ImportRecord).with("row", line).with("max", MAX_RECORD_BYTES))
}
