//! The templates of all sheets as one workbook: cells are text, so that a NIP keeps its digits, and columns with a list
//! of values offer it.
//!
//! The workbook is small and fixed, so this module writes its XML directly, with the archive library that also reads
//! workbooks.

use super::columns::{Column, LAYOUTS, Layout, letters};
use crate::error::{Error, Result};
use domain::{
    Labelled, Locale,
    assignment::Capacity,
    import::{RowKind, words},
    rank,
    staff::{EmploymentKind, PositionKind},
    unit::UnitKind,
};
use std::{
    fmt::Write as _,
    io::{Cursor, Write},
};
use strum::IntoEnumIterator;
use zip::{ZipWriter, write::SimpleFileOptions};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
/// The last row for which a list of values is offered.
const LAST_ROW: u32 = 10_000;

/// Builds the workbook.
///
/// # Errors
/// An internal error if the archive can't be written.
pub fn template_workbook() -> Result<Vec<u8>> {
    let layouts: Vec<(usize, &Layout, &str)> = LAYOUTS
        .iter()
        .filter_map(|layout| Some((layout, layout.name?)))
        .enumerate()
        .map(|(at, (layout, name))| (at + 1, layout, name))
        .collect();
    let (mut sheets, mut relations, mut types) = (String::new(), String::new(), String::new());
    let mut parts = Vec::new();
    for (number, layout, name) in layouts {
        let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"r{number}\"/>");
        let _ = write!(
            relations,
            "<Relationship Id=\"r{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        parts.push((format!("xl/worksheets/sheet{number}.xml"), worksheet(layout)));
    }
    let relationships =
        |inside: &str| format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{inside}</Relationships>");
    parts.push((
        "[Content_Types].xml".to_owned(),
        format!(
            "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
             <Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{types}</Types>"
        ),
    ));
    let main =
        format!("<Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    parts.push(("_rels/.rels".to_owned(), relationships(&main)));
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"),
    ));
    let _ = write!(relations, "<Relationship Id=\"styles\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/>");
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), relationships(&relations)));
    parts.push(("xl/styles.xml".to_owned(), styles()));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).map_err(Error::internal)?;
        archive.write_all(format!("{HEAD}{text}").as_bytes()).map_err(Error::internal)?;
    }
    Ok(archive.finish().map_err(Error::internal)?.into_inner())
}

/// The styles of cells: style 1 is text (format 49), style 2 is a bold header.
fn styles() -> String {
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font/><font><b/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf/>\
         <xf numFmtId=\"49\" applyNumberFormat=\"1\"/><xf numFmtId=\"49\" fontId=\"1\" applyNumberFormat=\"1\" applyFont=\"1\"/>\
         </cellXfs></styleSheet>"
    )
}

fn worksheet(layout: &Layout) -> String {
    let row = |number: u32, style: u32, text: fn(&Column) -> &'static str| {
        let cells: String =
            layout.columns.iter().enumerate().fold(String::new(), |mut cells, (place, column)| {
                let _ = write!(
                    cells,
                    "<c r=\"{}{number}\" s=\"{style}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
                    letters(place),
                    text(column)
                );
                cells
            });
        format!("<row r=\"{number}\">{cells}</row>")
    };
    let lists: Vec<String> = layout
        .columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| {
            let values = allowed(layout.kind, column.field, Locale::Id)?;
            let letters = letters(place);
            Some(format!(
                "<dataValidation type=\"list\" allowBlank=\"1\" showInputMessage=\"1\" showErrorMessage=\"1\" \
                 sqref=\"{letters}2:{letters}{LAST_ROW}\"><formula1>\"{}\"</formula1></dataValidation>",
                values.join(",")
            ))
        })
        .collect();
    let validations = match lists.len() {
        0 => String::new(),
        count => format!("<dataValidations count=\"{count}\">{}</dataValidations>", lists.concat()),
    };
    format!(
        "<worksheet xmlns=\"{MAIN}\"><cols><col min=\"1\" max=\"{}\" width=\"24\" style=\"1\" customWidth=\"1\"/></cols>\
         <sheetData>{}{}</sheetData>{validations}</worksheet>",
        layout.columns.len(),
        row(1, 2, |column| column.name),
        row(2, 1, |column| column.example),
    )
}

/// The values that a column of the office's own sheets allows; `None` if it allows any text.
pub(super) fn allowed(kind: RowKind, field: &str, locale: Locale) -> Option<Vec<&'static str>> {
    fn labels<T: Labelled + IntoEnumIterator>(locale: Locale) -> Vec<&'static str> {
        T::iter().map(|value| value.label(locale)).collect()
    }
    Some(match (kind, field) {
        (RowKind::Unit, "kind") => labels::<UnitKind>(locale),
        (RowKind::Position, "kind") => labels::<PositionKind>(locale),
        (RowKind::Position, "level") => words::LEVELS.to_vec(),
        (RowKind::Staff, "employmentKind") => labels::<EmploymentKind>(locale),
        (RowKind::Staff, "rank") => rank::PNS.iter().map(|(rank, _)| *rank).chain(rank::PPPK).collect(),
        (RowKind::Staff, "capacity") => labels::<Capacity>(locale),
        (RowKind::Staff, "leads") => vec!["ya", "tidak"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{budget::Budget, file::read_content, parse::Parsed},
        *,
    };
    use crate::capacity::DEFAULT_MEMORY_BYTES;
    use calamine::Reader;
    use domain::import::words::Words;

    #[test]
    fn the_workbook_is_read_and_offers_values_that_are_understood() {
        let bytes = template_workbook().expect("a workbook");
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(bytes.clone())).expect("a workbook for others");
        assert_eq!(book.sheet_names(), ["units", "positions", "staff", "superiors"]);
        let staff = book.worksheet_range("staff").expect("a sheet");
        assert_eq!(staff.get((1, 0)).map(ToString::to_string).as_deref(), Some("180001012005011003"));
        // Each fill has a pattern: strict readers refuse an empty one.
        let styles = styles();
        assert!(styles.contains("<fill><patternFill patternType=\"none\"/></fill>"), "{styles}");
        assert!(!styles.contains("<fill/>"), "{styles}");
        let mut parsed = Parsed::default();
        read_content(Cursor::new(bytes), &mut parsed, &mut Budget::new(DEFAULT_MEMORY_BYTES))
            .expect("sheets");
        let keys: Vec<_> = parsed.findings.listed().iter().map(|one| one.refusal.message.key()).collect();
        assert_eq!(keys, [domain::Key::ImportExample; 4], "the examples are named and not imported");
        assert_eq!((parsed.sheets.units.len(), parsed.sheets.staff.len()), (0, 0));
        // The same words further down, or in a file with other columns, are a row of the office.
        let count = |text: &str| {
            let mut parsed = Parsed::default();
            let budget = &mut Budget::new(DEFAULT_MEMORY_BYTES);
            read_content(Cursor::new(text.as_bytes().to_vec()), &mut parsed, budget).expect("a sheet");
            (parsed.sheets.units.len(), parsed.findings.listed().len())
        };
        let template = super::super::columns::template("units").expect("a template");
        let (header, example) = template.trim_end().split_once("\r\n").expect("two rows");
        assert_eq!(count(&template), (0, 1));
        let other = example.replacen(';', "-2;", 1);
        assert_eq!(count(&format!("{header}\r\n{other}\r\n{example}\r\n")).0, 2);
        let shorter = |row: &str| row.rsplit_once(';').expect("cells").0.to_owned();
        assert_eq!(count(&format!("{}\r\n{}\r\n", shorter(header), shorter(example))).0, 1);
        for layout in &LAYOUTS {
            for column in layout.columns {
                let list = allowed(layout.kind, column.field, Locale::Id).unwrap_or_default().join(",");
                // Excel allows no longer list of values in the rule of a cell.
                assert!(list.len() <= 255, "{}: {}", column.name, list.len());
            }
        }
        let words = allowed(RowKind::Unit, "kind", Locale::Id).expect("words");
        assert!(words.iter().all(|word| UnitKind::read(word).is_some()));
    }
}
