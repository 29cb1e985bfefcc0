//! Random faults in a good workbook: the import reports each fault at the right cell and changes nothing else.

mod siasn;

use super::{
    budget::Budget,
    columns::{LAYOUTS, Layout, letters},
    file::read_content,
    parse::Parsed,
};
use crate::{capacity::DEFAULT_MEMORY_BYTES, error::Result};
use domain::{
    Key, Locale,
    import::{
        ChangeKind, Finding, Findings, RowKind, Severity, Sheets, cell::clean, changes, check, complete,
    },
};
use proptest::prelude::*;
use std::{
    fmt::Write as _,
    io::{Cursor, Write},
};
use zip::{ZipWriter, write::SimpleFileOptions};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A column of a good sheet, perhaps changed by a fault.
#[derive(Clone, Debug)]
struct Column {
    /// The column of the template.
    name: &'static str,
    header: String,
    cells: Vec<String>,
    is_hidden: bool,
}

#[derive(Clone, Debug)]
struct Table {
    kind: RowKind,
    /// Whether it is a file of SIASN.
    is_siasn: bool,
    titles: usize,
    columns: Vec<Column>,
}

impl Table {
    fn layout(&self) -> &'static Layout {
        let is_own = |layout: &&Layout| layout.kind == self.kind && layout.is_siasn() == self.is_siasn;
        LAYOUTS.iter().find(is_own).expect("a layout")
    }

    /// The columns whose cells allow only certain values. The flag says whether these values refer to other rows.
    const fn checked(&self) -> &'static [(&'static str, bool)] {
        if self.is_siasn { &siasn::CHECKED } else { &CHECKED }
    }
}

/// A fault: its kind, its sheet, its column and its row.
type Fault = (usize, prop::sample::Index, prop::sample::Index, prop::sample::Index);

/// A text that none of the checked columns allows.
const NONSENSE: &str = "ENTAH APA";
/// See [`Table::checked`].
const CHECKED: [(&str, bool); 8] = [
    ("jenis", false),
    ("jenis_kepegawaian", false),
    ("golongan", false),
    ("kapasitas", false),
    ("pimpinan", false),
    ("mulai", false),
    ("kode_unit", true),
    ("kode_jabatan", true),
];

fn table(kind: RowKind, header: &[&'static str], rows: &[&[&str]]) -> Table {
    let columns = header.iter().enumerate().map(|(at, name)| Column {
        name,
        header: (*name).to_owned(),
        cells: rows.iter().map(|row| row[at].to_owned()).collect(),
        is_hidden: false,
    });
    Table { kind, is_siasn: false, titles: 0, columns: columns.collect() }
}

fn good() -> Vec<Table> {
    let units: [&[&str]; 3] = [
        &["KOTA", "Pemerintah Kota", "INSTANSI", ""],
        &["A", "Dinas A", "OPD", "KOTA"],
        &["B", "Bidang B", "BIDANG", "A"],
    ];
    let positions: [&[&str]; 2] = [
        &["KADIS", "Kepala Dinas", "JPT PRATAMA", ""],
        &["GURU", "Guru Ahli Muda", "FUNGSIONAL", "Ahli Muda"],
    ];
    let staff: [&[&str]; 3] = [
        &["199001012015011001", "Satu Contoh", "PNS", "A", "KADIS", "IV/a", "DEFINITIF", "ya", "2025-01-01"],
        &[
            "199001012015011002",
            "Dua Contoh",
            "PNS",
            "B",
            "GURU",
            "III/c",
            "DEFINITIF",
            "tidak",
            "2025-01-01",
        ],
        &["199001012024211003", "Tiga Contoh", "PPPK", "B", "GURU", "IX", "DEFINITIF", "tidak", "2025-01-01"],
    ];
    let superiors: [&[&str]; 2] =
        [&["199001012015011002", "199001012015011001"], &["199001012024211003", "199001012015011002"]];
    vec![
        table(RowKind::Unit, &["kode", "nama", "jenis", "kode_induk"], &units),
        table(RowKind::Position, &["kode", "nama", "jenis", "jenjang"], &positions),
        table(
            RowKind::Staff,
            &[
                "nip",
                "nama",
                "jenis_kepegawaian",
                "kode_unit",
                "kode_jabatan",
                "golongan",
                "kapasitas",
                "pimpinan",
                "mulai",
            ],
            &staff,
        ),
        table(RowKind::Superior, &["pegawai", "atasan"], &superiors),
    ]
}

fn workbook(tables: &[Table]) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let cell = |text: &str| match text {
        "" => "<c/>".to_owned(),
        error if error.starts_with('#') => format!("<c t=\"e\"><v>{error}</v></c>"),
        text => format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", text.replace('"', "&quot;")),
    };
    let (mut sheets, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (number, table) in (1..).zip(tables) {
        let _ = write!(sheets, "<sheet name=\"S{number}\" sheetId=\"{number}\" r:id=\"r{number}\"/>");
        relations += &relation(&format!("r{number}"), "worksheet", &format!("worksheets/sheet{number}.xml"));
        let mut text = "<worksheet><cols>".to_owned();
        for (place, _) in (1..).zip(&table.columns).filter(|(_, column)| column.is_hidden) {
            let _ = write!(text, "<col min=\"{place}\" max=\"{place}\" hidden=\"1\"/>");
        }
        text += "</cols><sheetData>";
        for title in 0..table.titles {
            let _ = write!(text, "<row>{}</row>", cell(&format!("DAFTAR CONTOH {title}")));
        }
        let rows = table.columns.first().map_or(0, |column| column.cells.len());
        let headers: String = table.columns.iter().map(|column| cell(&column.header)).collect();
        let _ = write!(text, "<row>{headers}</row>");
        for row in 0..rows {
            let cells: String = table.columns.iter().map(|column| cell(&column.cells[row])).collect();
            let _ = write!(text, "<row>{cells}</row>");
        }
        parts.push((format!("xl/worksheets/sheet{number}.xml"), format!("{text}</sheetData></worksheet>")));
    }
    let wrap = |text: String| format!("<Relationships>{text}</Relationships>");
    parts.push(("_rels/.rels".to_owned(), wrap(relation("r1", "officeDocument", "xl/workbook.xml"))));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), wrap(relations)));
    let book = format!("<workbook xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>");
    parts.push(("xl/workbook.xml".to_owned(), book));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

fn read(bytes: impl AsRef<[u8]>) -> Result<Parsed> {
    let (mut parsed, mut budget) = (Parsed::default(), Budget::new(DEFAULT_MEMORY_BYTES));
    read_content(Cursor::new(bytes.as_ref()), &mut parsed, &mut budget)?;
    Ok(parsed)
}

/// The good workbook as it is stored.
fn stored() -> Sheets {
    let mut sheets = read(workbook(&good())).expect("a good workbook").sheets;
    sheets.units.iter_mut().for_each(|row| row.row = 0);
    sheets.positions.iter_mut().for_each(|row| row.row = 0);
    sheets.staff.iter_mut().for_each(|row| row.row = 0);
    sheets
}

/// The findings that a file with faults must have.
#[derive(Debug, Default)]
struct Expected {
    /// The cells that must have an error.
    errors: Vec<(RowKind, String)>,
    /// Words that the findings must contain: names of columns or sheets.
    words: Vec<String>,
    /// The header cells that must have a warning.
    hidden: Vec<(RowKind, String)>,
}

fn apply(tables: &mut [Table], (which, sheet, column, row): &Fault) {
    let table = {
        let at = sheet.index(tables.len());
        &mut tables[at]
    };
    let count = table.columns.len();
    let (at, other) = (column.index(count), row.index(count));
    match which % 10 {
        0 => table.columns.swap(at, other),
        1 => {
            let copy = table.columns[at].clone();
            table.columns.push(copy);
        }
        2 => {
            // A typing error: two neighbouring letters are exchanged.
            let mut letters: Vec<char> = table.columns[at].name.chars().collect();
            let last = letters.len().min(3) - 1;
            letters.swap(last - 1, last);
            table.columns[at].header = letters.into_iter().collect();
        }
        3 => table.columns[at].is_hidden = true,
        4 => {
            let cells = &mut table.columns[at].cells;
            let place = row.index(cells.len());
            cells[place] = ["#N/A", "#REF!", "#NAME?", "#DIV/0!"][other % 4].to_owned();
        }
        5 => table.titles = 1 + other % 5,
        // Two numbers mean this fault, so that it is frequent and some rows have several.
        7 | 8 if table.checked().iter().any(|(name, _)| *name == table.columns[at].name) => {
            let cells = &mut table.columns[at].cells;
            let place = row.index(cells.len());
            // The top unit of SIASN may name one that the file does not have.
            if !(table.is_siasn && cells[place].is_empty()) {
                cells[place] = NONSENSE.to_owned();
            }
        }
        6 => {
            let header = table.columns[at].header.to_uppercase().replace('_', " \u{a0}\n");
            table.columns[at].header = format!(" {header} *");
        }
        _ => {
            for cell in &mut table.columns[at].cells {
                if !cell.is_empty() && !cell.starts_with('#') {
                    *cell = format!("\u{feff}{cell}\u{200b} \u{a0}");
                }
            }
        }
    }
}

fn expected(tables: &[Table]) -> Expected {
    let mut expected = Expected::default();
    let is_unclear = tables.iter().any(|table| {
        let layout = table.layout();
        let has = |name: &str| {
            table.columns.iter().any(|one| layout.column(&one.header).is_some_and(|found| found.name == name))
        };
        layout.columns.iter().any(|column| column.required && !has(column.name))
    });
    for table in tables {
        let layout = table.layout();
        let header = table.titles + 1;
        let named = |column: &Column| layout.column(&column.header).map(|found| found.name);
        let names: Vec<Option<&str>> = table.columns.iter().map(named).collect();
        let has = |name: &str| names.contains(&Some(name));
        let has_mark = has(layout.mark);
        let known = layout.columns.iter().filter(|column| has(column.name)).count();
        let near = layout.columns.iter().filter(|column| {
            let misspells = |header: &Column| {
                named(header).is_none()
                    && layout.nearest(&header.header).is_some_and(|near| near.name == column.name)
            };
            !has(column.name) && table.columns.iter().any(misspells)
        });
        if known == 0 || known + near.count() < 2 {
            // The findings can only name the sheet.
            let number = tables.iter().position(|one| one.kind == table.kind).unwrap_or_default() + 1;
            expected.words.push(format!("\"S{number}\""));
            continue;
        }
        for column in layout.columns.iter().filter(|column| column.required && !has(column.name)) {
            expected.words.push(format!("\"{}\"", column.title()));
        }
        let mut seen: Vec<&str> = Vec::new();
        for (place, column) in table.columns.iter().enumerate() {
            let at = |row: usize| (table.kind, format!("{}{row}", letters(place)));
            match named(column) {
                Some(name) if seen.contains(&name) => expected.errors.push(at(header)),
                Some(name) => {
                    seen.push(name);
                    if column.is_hidden {
                        expected.hidden.push(at(header));
                    }
                    let check = table.checked().iter().find(|(checked, _)| *checked == name);
                    let is_judged = check.is_some_and(|(_, refers)| !refers || !is_unclear);
                    let is_wrong =
                        |cell: &String| cell.starts_with('#') || is_judged && cell.contains(NONSENSE);
                    let wrong = column.cells.iter().enumerate().filter(|(_, cell)| is_wrong(cell));
                    if has_mark {
                        expected.errors.extend(wrong.map(|(row, _)| at(header + 1 + row)));
                    }
                }
                // An unknown header that is similar to an absent optional column must have an error; an absent required
                // column has one in any case. Other unknown headers are only listed. In a file of SIASN they are not
                // listed either, because most of its columns are not needed.
                None => match layout.nearest(&column.header) {
                    Some(near) if !has(near.name) && !near.required => expected.errors.push(at(header)),
                    Some(near) if !has(near.name) => {}
                    _ if table.is_siasn => {}
                    _ => expected.words.push(clean(&column.header)),
                },
            }
        }
    }
    expected
}

fn all_findings(parsed: &Parsed, known: &Sheets) -> (Vec<Finding>, Sheets) {
    let file = complete(&parsed.sheets, known);
    let mut findings = Findings::new(usize::MAX);
    findings.extend(parsed.findings.listed().to_vec());
    if !parsed.is_unclear {
        check(&file, known, &parsed.refused, &mut findings);
    }
    let named = findings.into_parts().0.into_iter().map(|finding| parsed.named(finding)).collect();
    (named, file)
}

/// Checks that the findings name everything that they must.
fn named(expected: &Expected, findings: &[Finding]) -> std::result::Result<(), TestCaseError> {
    let at = |severity: Severity| {
        let of = findings.iter().filter(move |finding| finding.severity == severity);
        let places = of.filter_map(|one| Some((one.sheet, one.cell.as_ref()?.place.clone())));
        places.collect::<Vec<_>>()
    };
    for place in &expected.errors {
        prop_assert!(at(Severity::Error).contains(place), "{place:?} in {findings:#?}");
    }
    for place in &expected.hidden {
        prop_assert!(at(Severity::Warning).contains(place), "{place:?} in {findings:#?}");
    }
    let sentences: Vec<String> = findings.iter().map(|one| one.refusal.message.render(Locale::Id)).collect();
    for word in &expected.words {
        let is_named = sentences.iter().any(|sentence| sentence.contains(word.as_str()));
        prop_assert!(is_named, "{word} in {sentences:#?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::testing::cases(100))]

    #[test]
    fn every_fault_is_named_at_its_cell_and_nothing_else_changes(
        faults in proptest::collection::vec(
            (any::<usize>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            0..5,
        ),
    ) {
        let known = stored();
        let mut tables = good();
        for fault in &faults {
            apply(&mut tables, fault);
        }
        let expected = expected(&tables);
        let parsed = read(workbook(&tables)).expect("a report");
        let (findings, file) = all_findings(&parsed, &known);
        named(&expected, &findings)?;
        // A file without errors changes nothing.
        let has_errors = findings.iter().any(|finding| finding.severity == Severity::Error);
        if expected.errors.is_empty() && expected.words.is_empty() {
            prop_assert!(!has_errors, "{findings:#?}");
        }
        if !has_errors {
            let changed: Vec<_> =
                changes(&file, &known).into_iter().filter(|change| change.kind != ChangeKind::Unchanged).collect();
            prop_assert!(changed.is_empty(), "{changed:#?} for {tables:#?}");
        }
    }
}

#[test]
fn other_encodings_are_named_and_a_byte_order_mark_changes_nothing() {
    let text = "pegawai;atasan\n199001012015011002;199001012015011001\n";
    let with_mark = format!("\u{feff}{text}");
    assert_eq!(
        read(text).expect("a sheet").sheets.superiors,
        read(with_mark).expect("a sheet").sheets.superiors
    );
    let staff = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan\n199001012015011001;José;PNS;A;KADIS\n";
    let latin: Vec<u8> =
        staff.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect();
    let little: Vec<u8> = staff.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = staff.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, key) in [
        (latin, Key::ImportNotUtf8),
        ([&[0xff, 0xfe][..], &little].concat(), Key::ImportFormat),
        ([&[0xfe, 0xff][..], &big].concat(), Key::ImportFormat),
        (little, Key::ImportFormat),
    ] {
        assert_eq!(read(bytes).err().map(|error| error.message().key()), Some(key));
    }
}
