//! Tests with workbooks as programs write them, and as attackers could write them. The comparison with calamine covers
//! ordinary workbooks.

use super::super::{
    budget::{Budget, MAX_UNPACKED_BYTES},
    file::{nothing_known, read_content},
    parse::Parsed,
};
use crate::{
    capacity::DEFAULT_MEMORY_BYTES,
    error::{Error, Result},
};
use calamine::{Data, Reader};
use domain::{Key, Locale};
use proptest::prelude::*;
use std::{
    fmt::Write as _,
    io::{Cursor, Write},
};
use zip::{ZipWriter, write::SimpleFileOptions};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a workbook with one sheet.
#[derive(Debug)]
struct Book {
    sheet: String,
    strings: Option<String>,
    styles: Option<String>,
    /// The number of times that the sheet appears in the workbook.
    times: usize,
}

impl Book {
    fn new(sheet: impl Into<String>) -> Self {
        Self { sheet: sheet.into(), strings: None, styles: None, times: 1 }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut sheets = String::new();
        for number in 0..self.times {
            let _ = write!(sheets, "<sheet name=\"S{number}\" sheetId=\"1\" r:id=\"r1\"/>");
        }
        let package = format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>\
             </Relationships>"
        );
        let relation = |id: &str, kind: &str, target: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
        };
        let relations = format!(
            "<Relationships>{}{}{}</Relationships>",
            relation("r1", "worksheet", "worksheets/sheet1.xml"),
            self.strings.as_ref().map_or(String::new(), |_| relation(
                "r2",
                "sharedStrings",
                "sharedStrings.xml"
            )),
            self.styles.as_ref().map_or(String::new(), |_| relation("r3", "styles", "/xl/styles.xml")),
        );
        let mut parts = vec![
            ("_rels/.rels", package),
            (
                "xl/workbook.xml",
                format!("<workbook xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"),
            ),
            ("xl/_rels/workbook.xml.rels", relations),
            ("xl/worksheets/sheet1.xml", self.sheet.clone()),
        ];
        parts.extend(self.strings.clone().map(|text| ("xl/sharedStrings.xml", text)));
        parts.extend(self.styles.clone().map(|text| ("xl/styles.xml", text)));
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(name, SimpleFileOptions::default()).expect("a part");
            archive.write_all(text.as_bytes()).expect("a part");
        }
        archive.finish().expect("an archive").into_inner()
    }

    fn read(&self) -> Result<Parsed> {
        read(self.bytes(), &mut Budget::new(DEFAULT_MEMORY_BYTES))
    }
}

fn read(bytes: Vec<u8>, budget: &mut Budget) -> Result<Parsed> {
    let mut parsed = Parsed::default();
    if !read_content(Cursor::new(bytes), &mut parsed, budget)? {
        nothing_known(&mut parsed)?;
    }
    budget.check()?;
    Ok(parsed)
}

fn inline(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A sheet of superiors with these rows of XML.
fn sheet(rows: &str) -> String {
    let header = format!("{}{}", inline("A1", "pegawai"), inline("B1", "atasan"));
    format!("<worksheet><sheetData><row r=\"1\">{header}</row>{rows}</sheetData></worksheet>")
}

fn refused(read: Result<Parsed>) -> (Key, String) {
    match read.err().expect("a refusal") {
        Error::Refused(refusals) => {
            let message = &refusals.first().expect("a refusal").message;
            (message.key(), message.render(Locale::En))
        }
        other => panic!("{other}"),
    }
}

fn rows(parsed: &Parsed) -> Vec<(u32, &str)> {
    parsed.all.iter().map(|(_, number, label)| (*number, label.as_str())).collect()
}

#[test]
fn a_cell_in_a_far_corner_costs_nothing() {
    let first = format!("<row r=\"2\">{}{}</row>", inline("A2", "1"), inline("B2", "2"));
    for (text, expected) in [(" ", 1), ("", 1), ("x", 2)] {
        let far = format!("{first}<row r=\"1048576\">{}</row>", inline("XFD1048576", text));
        let parsed = Book::new(sheet(&far)).read().expect("the used cells");
        assert_eq!(parsed.all.len(), expected, "{text:?}");
    }
    let beyond = format!("{first}<row r=\"4294967295\">{}</row>", inline("ZZZZZZZZZZ99999999999", "x"));
    assert!(Book::new(sheet(&beyond)).read().is_ok());
}

#[test]
fn formatted_empty_cells_cost_nothing() {
    let mut empty = format!("<row r=\"2\">{}{}</row>", inline("A2", "1"), inline("B2", "2"));
    for number in 3..30_000 {
        let _ = write!(
            empty,
            "<row r=\"{number}\"><c r=\"A{number}\" s=\"1\"/><c r=\"B{number}\" s=\"1\"/></row>"
        );
    }
    let mut budget = Budget::new(20_000);
    let parsed = read(Book::new(sheet(&empty)).bytes(), &mut budget).expect("one row");
    assert_eq!(rows(&parsed), [(2, "1 < 2")]);
}

#[test]
fn too_many_rows_are_refused_with_their_number() {
    let mut many = String::new();
    for number in 2..=120_001 {
        let _ = write!(many, "<row r=\"{number}\"><c r=\"A{number}\"><v>1</v></c></row>");
    }
    let (key, message) = refused(Book::new(sheet(&many)).read());
    assert_eq!(key, Key::ImportRows);
    assert!(message.contains("120000 rows") && message.contains("100000"), "{message}");
}

#[test]
fn a_wide_header_is_refused_only_on_an_import_sheet() {
    let mut header = format!("{}{}", inline("A1", "pegawai"), inline("B1", "atasan"));
    let mut other = String::new();
    for number in 0..16_382 {
        let _ = write!(header, "<c t=\"inlineStr\"><is><t>k{number}</t></is></c>");
        let _ = write!(other, "<c t=\"inlineStr\"><is><t>k{number}</t></is></c>");
    }
    let wide =
        |cells: &str| format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>");
    let (key, message) = refused(Book::new(wide(&header)).read());
    assert_eq!(key, Key::ImportColumns);
    assert!(message.contains("16384") && message.contains("256"), "{message}");
    let parsed = Book::new(wide(&other)).read().expect("a sheet that is named");
    let keys: Vec<Key> = parsed.findings.listed().iter().map(|one| one.refusal.message.key()).collect();
    assert_eq!(keys, [Key::ImportSheetUnknown, Key::ImportNoSheet]);
}

#[test]
fn shared_texts_above_the_budget_are_refused_with_their_size() {
    let mut book = Book::new(sheet(""));
    book.strings =
        Some(format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "y".repeat(100)).repeat(100_000)));
    let (key, message) = refused(read(book.bytes(), &mut Budget::new(4 << 20)));
    assert_eq!(key, Key::ImportMemory);
    assert!(message.contains("21 MiB") && message.contains("4 MiB"), "{message}");
    // Text beyond the maximum length of a cell is not kept.
    book.strings =
        Some(format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "y".repeat(30_000)).repeat(500)));
    assert!(read(book.bytes(), &mut Budget::new(4 << 20)).is_ok());
}

#[test]
fn counts_that_a_file_declares_do_not_matter() {
    let mut book = Book::new(sheet(
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>7</v></c></row>",
    ));
    book.strings =
        Some("<sst count=\"1\" uniqueCount=\"18446744073709551615\"><si><t>a</t></si></sst>".to_owned());
    // The second cell names a text that the file does not have: it keeps the number, and is marked as damaged.
    assert_eq!(rows(&book.read().expect("a row")), [(2, "a < 7")]);

    // The sizes in the archive: a sheet that claims to be short, or huge.
    for size in [1_u32, u32::MAX - 1] {
        let mut bytes = Book::new(sheet("")).bytes();
        let signatures: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x01\x02"];
        for (signature, at) in signatures.into_iter().zip([22, 24]) {
            let starts: Vec<usize> =
                (0..bytes.len() - 4).filter(|start| bytes[*start..].starts_with(signature)).collect();
            for start in starts {
                bytes[start + at..start + at + 4].copy_from_slice(&size.to_le_bytes());
            }
        }
        // Any outcome is fine, as long as reading ends.
        let _ = read(bytes, &mut Budget::new(DEFAULT_MEMORY_BYTES));
    }
}

#[test]
fn styles_cost_what_they_need() {
    let mut book =
        Book::new(sheet("<row r=\"2\"><c r=\"A2\" s=\"1\"><v>45658</v></c><c r=\"B2\"><v>2</v></c></row>"));
    book.styles = Some(format!(
        "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"{}\"/></numFmts><cellXfs><xf/>{}</cellXfs></styleSheet>",
        "y".repeat(500_000),
        "<xf numFmtId=\"200\"/>".repeat(60_000),
    ));
    let mut budget = Budget::new(200_000);
    assert_eq!(rows(&read(book.bytes(), &mut budget).expect("a row")), [(2, "2025-01-01 < 2")]);
}

#[test]
fn the_unpacked_bytes_of_all_sheets_together_are_limited() {
    let empty = "<row r=\"9\"><c r=\"A9\" s=\"1\"/></row>".repeat(10_000);
    let read_with = |times, left| {
        let book =
            Book { times, ..Book::new(format!("<worksheet><sheetData>{empty}</sheetData></worksheet>")) };
        let mut budget = Budget::new(DEFAULT_MEMORY_BYTES);
        budget.unpack(MAX_UNPACKED_BYTES - left);
        refused(read(book.bytes(), &mut budget))
    };
    assert_eq!(read_with(1, 400_000).0, Key::ImportNoSheet);
    let (key, message) = read_with(1, 200_000);
    assert_eq!(key, Key::ImportUnpacked);
    assert!(message.contains("512 MiB") && message.contains("sheet1.xml"), "{message}");
    // A part that many sheets use counts each time.
    assert_eq!(read_with(200, 2_000_000).0, Key::ImportUnpacked);
    assert_eq!(refused(Book { times: 300, ..Book::new(sheet("")) }.read()).0, Key::ImportSheets);
}

#[test]
fn long_texts_and_deep_elements_are_refused() {
    let inside = |xml: &str| refused(Book::new(format!("<worksheet>{xml}</worksheet>")).read()).0;
    assert_eq!(inside(&" ".repeat(2 << 20)), Key::ImportDamaged, "a long text");
    assert_eq!(inside(&format!("<!--{}-->", "x".repeat(2 << 20))), Key::ImportDamaged, "a long comment");
    assert_eq!(
        inside(&format!("<a b=\"{}\"/>", "x".repeat(2 << 20))),
        Key::ImportDamaged,
        "a long attribute"
    );
    assert_eq!(inside(&"<a>".repeat(100_000)), Key::ImportDamaged, "deep elements");
    assert_eq!(inside("<sheetData><row><c><v>1"), Key::ImportDamaged, "a cut part");
    let attributes: String = (0..20_000).fold(String::new(), |mut text, number| {
        let _ = write!(text, " a{number}=\"\"");
        text
    });
    assert_eq!(inside(&format!("<sheetData><row{attributes}/></sheetData>")), Key::ImportNoSheet);
    // Text in pieces: character references, CDATA and formatted runs.
    let pieces = format!("<is>{}</is>", "<r><t>&#65;<![CDATA[B]]></t></r>".repeat(50_000));
    let rows_of = sheet(&format!("<row r=\"2\"><c r=\"A2\" t=\"inlineStr\">{pieces}</c></row>"));
    assert_eq!(Book::new(rows_of).read().expect("a row").all.len(), 1);
}

#[test]
fn archives_of_other_kinds_are_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..30_000 {
        archive.start_file(format!("part{number}"), SimpleFileOptions::default()).expect("a part");
    }
    let many = archive.finish().expect("an archive").into_inner();
    assert_eq!(refused(read(many, &mut Budget::new(DEFAULT_MEMORY_BYTES))).0, Key::ImportDamaged);
    for (part, format) in [("xl/workbook.bin", ".xlsb"), ("word/document.xml", ".docx"), ("foto.jpg", "ZIP")]
    {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(part, SimpleFileOptions::default()).expect("a part");
        let bytes = archive.finish().expect("an archive").into_inner();
        let (key, sentence) = refused(read(bytes, &mut Budget::new(DEFAULT_MEMORY_BYTES)));
        assert_eq!(key, Key::ImportFormat);
        assert!(sentence.contains(format), "{sentence}");
    }
    for bytes in
        [b"PK".to_vec(), b"PK\x05\x06".repeat(10_000), [b"PK\x03\x04".to_vec(), vec![0; 100_000]].concat()]
    {
        assert_eq!(refused(read(bytes, &mut Budget::new(DEFAULT_MEMORY_BYTES))).0, Key::ImportDamaged);
    }
}

/// The text of a cell as the reader gives it, from calamine's value.
fn expected(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::Error(error) => error.to_string(),
        Data::String(text) | Data::DurationIso(text) => domain::text::tidy(text),
        Data::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => super::cells::plain(*number),
        Data::Bool(yes) => if *yes { "ya" } else { "tidak" }.to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}

/// The XML of a cell of any kind. Leaves out the days before March 1900, because Excel counts one day there that did
/// not exist. Shared texts have the numbers 0 to 4.
fn any_cell() -> impl Strategy<Value = String> {
    let text = "[a-zA-Z0-9 ,.'é_-]{1,12}";
    prop_oneof![
        Just("/>".to_owned()),
        text.prop_map(|text| format!(" t=\"inlineStr\"><is><t>{text}</t></is></c>")),
        text.prop_map(|text| {
            format!(" t=\"inlineStr\"><is><r><t>{text}</t></r><rPh><t>x</t></rPh><r><t>!&amp;_x0041_</t></r></is></c>")
        }),
        text.prop_map(|text| format!(" t=\"str\"><f>A1</f><v>{text}</v></c>")),
        (0..5).prop_map(|number| format!(" t=\"s\"><v>{number}</v></c>")),
        any::<bool>().prop_map(|yes| format!(" t=\"b\"><v>{}</v></c>", u8::from(yes))),
        Just(" t=\"e\"><v>#N/A</v></c>".to_owned()),
        Just(" t=\"d\"><v>2025-03-01T00:00:00</v></c>".to_owned()),
        (0..1_000_000_i64).prop_map(|number| format!("><v>{number}</v></c>")),
        (0..1_000_000_i64).prop_map(|number| format!("><v>{}.5</v></c>", number)),
        (61..60_000_u32, 0..5_u32).prop_map(|(day, style)| format!(" s=\"{style}\"><v>{day}</v></c>")),
        (61..60_000_u32, 0..5_u32).prop_map(|(day, style)| format!(" s=\"{style}\"><v>{day}.75</v></c>")),
    ]
}

fn any_book() -> impl Strategy<Value = Book> {
    proptest::collection::vec((any_cell(), any_cell()), 0..12).prop_map(|cells| {
        let mut rows = String::new();
        for (number, (left, right)) in (2..).zip(cells) {
            let _ = write!(rows, "<row r=\"{number}\"><c r=\"A{number}\"{left}<c r=\"B{number}\"{right}</row>");
        }
        Book {
            strings: Some(
                "<sst><si><t>satu</t></si><si/><si><t> dua </t></si><si><r><t>ti</t></r><r><t>ga</t></r></si>\
                 <si><t>x<phoneticPr/></t><rPh><t>y</t></rPh></si></sst>"
                    .to_owned(),
            ),
            styles: Some(
                "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-421]dd mmmm yyyy;@\"/>\
                 <numFmt numFmtId=\"165\" formatCode=\"&quot;hari&quot; 0\"/></numFmts><cellXfs><xf/>\
                 <xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"4\"/></cellXfs></styleSheet>"
                    .to_owned(),
            ),
            ..Book::new(sheet(&rows))
        }
    })
}

proptest! {
    #![proptest_config(crate::testing::cases(60))]

    #[test]
    fn ordinary_cells_read_as_calamine_reads_them(book in any_book()) {
        let bytes = book.bytes();
        let mut theirs: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(bytes.clone())).expect("a workbook");
        let range = theirs.worksheet_range("S0").expect("a sheet");
        let texts: Vec<String> = range
            .rows()
            .skip(1)
            .map(|row| row.iter().map(expected).collect::<Vec<_>>())
            .filter(|row| row.iter().any(|text| !text.is_empty()))
            .map(|row| row.join(" < "))
            .collect();
        let ours = read(bytes, &mut Budget::new(DEFAULT_MEMORY_BYTES)).expect("a sheet");
        let labels: Vec<&str> = ours.all.iter().map(|(_, _, label)| label.as_str()).collect();
        prop_assert_eq!(labels, texts);
    }

    #[test]
    fn changed_workbooks_end_within_the_budget(
        book in any_book(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
        in_the_archive in any::<bool>(),
    ) {
        let mut bytes = book.bytes();
        if in_the_archive {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if cut.index(4) == 0 {
                bytes.truncate(cut.index(bytes.len()));
            }
        } else {
            let change = |text: &str| {
                let mut text = text.as_bytes().to_vec();
                for (at, byte) in &changes {
                    let at = at.index(text.len());
                    text[at] = *byte;
                }
                String::from_utf8_lossy(&text).into_owned()
            };
            bytes = Book {
                sheet: change(&book.sheet),
                strings: book.strings.as_deref().map(change),
                styles: book.styles.as_deref().map(change),
                times: 1,
            }
            .bytes();
        }
        let mut budget = Budget::new(1 << 16);
        if let Err(error) = read(bytes, &mut budget) {
            prop_assert!(matches!(error, Error::Refused(_)), "{}", error);
        }
    }

    #[test]
    fn any_bytes_end_within_the_budget(
        start in prop_oneof![Just("PK\u{3}\u{4}"), Just("PK"), Just("pegawai;atasan\n"), Just("nip,atasan\r\n"), Just("")],
        bytes in proptest::collection::vec(any::<u8>(), 0..3_000),
    ) {
        let all = [start.as_bytes(), &bytes].concat();
        if let Err(error) = read(all, &mut Budget::new(1 << 16)) {
            prop_assert!(matches!(error, Error::Refused(_)), "{}", error);
        }
    }
}

#[test]
fn a_formula_without_a_result_is_named_and_an_empty_text_is_empty() {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header: String = ["pegawai", "atasan"].map(cell).concat();
    let sheet = |result: &str| {
        let rows = format!("<row>{header}</row><row>{}{result}</row>", cell("1"));
        Book::new(format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")).read().expect("a sheet")
    };
    for (result, key) in [
        ("<c><f>TODAY()</f><v></v></c>", Key::ImportFormula),
        ("<c><f>A1&amp;B1</f></c>", Key::ImportFormula),
        ("<c t=\"b\"><f>1=1</f><v/></c>", Key::ImportFormula),
        ("<c t=\"str\"><f>IF(1,\"\")</f><v></v></c>", Key::Required),
    ] {
        let found = sheet(result);
        let keys: Vec<Key> = found.findings.listed().iter().map(|one| one.refusal.message.key()).collect();
        assert_eq!(keys, [key], "{result}");
    }
    assert_eq!(sheet("<c t=\"str\"><f>A1</f><v>2</v></c>").sheets.superiors.len(), 1);
}

#[test]
fn a_cell_that_is_no_text_is_no_name_and_no_code() {
    let text = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header: String = ["kode", "nama", "jenis", "kode_induk"].map(text).concat();
    let unit = |code: &str, name: &str| {
        let row = format!("{code}{name}{}{}", text("BIDANG"), text("KOTA"));
        let sheet =
            format!("<worksheet><sheetData><row>{header}</row><row>{row}</row></sheetData></worksheet>");
        let parsed = Book { strings: Some("<sst/>".to_owned()), ..Book::new(sheet) }.read().expect("a sheet");
        let listed = parsed.findings.listed().iter();
        let found: Vec<(String, Key)> =
            listed.map(|one| (one.refusal.path.join("."), one.refusal.message.key())).collect();
        assert_eq!(
            parsed.sheets.units.len(),
            usize::from(found.is_empty()),
            "a row with a fault is not read"
        );
        found
    };
    let at = |field: &str, key| vec![(field.to_owned(), key)];
    let (code, name) = (text("A"), text("Bidang A"));
    assert_eq!(unit(&code, &name), []);
    assert_eq!(unit("<c><v>7</v></c>", &name), [], "a code can be a number");
    // Errors are errors whatever their text is.
    for error in ["#GETTING_DATA", "#NV", "Err:502", "#N/A", "salah"] {
        let cell = format!("<c t=\"e\"><v>{error}</v></c>");
        assert_eq!(unit(&code, &cell), at("name", Key::ImportErrorCell), "{error}");
        assert_eq!(unit(&cell, &name), at("code", Key::ImportErrorCell), "{error}");
    }
    assert_eq!(unit(&code, &text("Err:502")), at("name", Key::ImportErrorCell), "an error saved as text");
    for (cell, of_name, of_code) in [
        ("<c t=\"b\"><v>1</v></c>", Some(Key::ImportTruthCell), Some(Key::ImportTruthCell)),
        ("<c t=\"d\"><v>2026-02-01T00:00:00</v></c>", Some(Key::ImportDayCell), Some(Key::ImportDayCell)),
        ("<c><v>12</v></c>", Some(Key::ImportNoName), None),
        ("<c t=\"s\"><v>9</v></c>", Some(Key::ImportDamagedCell), Some(Key::ImportDamagedCell)),
        ("<c t=\"s\"><v>-1</v></c>", Some(Key::ImportDamagedCell), Some(Key::ImportDamagedCell)),
        ("<c t=\"b\"><v>2</v></c>", Some(Key::ImportDamagedCell), Some(Key::ImportDamagedCell)),
    ] {
        let expected = |field: &str, key: Option<Key>| key.map_or_else(Vec::new, |key| at(field, key));
        assert_eq!(unit(&code, cell), expected("name", of_name), "{cell}");
        assert_eq!(unit(cell, &name), expected("code", of_code), "{cell}");
    }
}

#[test]
fn a_merged_cell_counts_for_each_of_its_rows() {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header: String = ["pegawai", "atasan"].map(cell).concat();
    let rows = format!(
        "<row>{header}</row><row>{}{}</row><row>{}</row><row>{}</row><row></row><row>{}</row>",
        cell("1"),
        cell("9"),
        cell("2"),
        cell("3"),
        cell("4"),
    );
    let merge = "<mergeCells><mergeCell ref=\"B2:B5\"/><mergeCell ref=\"A2:B2\"/></mergeCells>";
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData>{merge}</worksheet>");
    let parsed = Book::new(sheet).read().expect("a sheet");
    let found: Vec<(u32, &str, &str)> = parsed
        .sheets
        .superiors
        .iter()
        .map(|row| (row.row, row.staff.as_str(), row.superior.as_str()))
        .collect();
    assert_eq!(found, [(2, "1", "9"), (3, "2", "9"), (4, "3", "9")]);
    let left: Vec<(u32, Key)> =
        parsed.findings.listed().iter().map(|one| (one.row, one.refusal.message.key())).collect();
    assert_eq!(left, [(6, Key::Required)], "the row below the merged cells");
}
