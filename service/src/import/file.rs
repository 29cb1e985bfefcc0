//! Reads the files of an import: CSV files and workbooks.

use super::{
    budget::{Budget, refuse},
    csv,
    parse::Parsed,
    workbook,
};
use crate::error::{Error, Result};
use domain::{
    Key, Message, Refusal,
    import::{Finding, RowKind, Severity, cell::clean, excerpt},
};
use std::{
    fs::File,
    io::{ErrorKind, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// A file, or a folder of files, to import.
#[derive(Clone, Debug)]
pub struct ImportFile {
    /// The path of the file or folder.
    pub path: PathBuf,
    /// The name by which people know it.
    pub name: String,
}

impl From<PathBuf> for ImportFile {
    fn from(path: PathBuf) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { path, name }
    }
}

/// Reads files, or all CSV files and workbooks in folders, as one import.
///
/// # Errors
/// A refusal if the files can't be read, or have more rows or texts than the budget allows; it states the numbers.
pub(super) fn read(files: &[ImportFile], memory_bytes: u64) -> Result<Parsed> {
    let (mut parsed, mut budget) = (Parsed::default(), Budget::new(memory_bytes));
    let mut is_known = false;
    let many = files.len() > 1 || files.iter().any(|file| file.path.is_dir());
    for file in files {
        if file.path.is_dir() {
            let mut inside: Vec<_> = std::fs::read_dir(&file.path)
                .map_err(Error::internal)?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.is_file() && !is_hidden(path))
                .collect();
            inside.sort();
            for path in inside {
                if has_known_ending(&path) {
                    is_known |= read_file(&path.into(), many, &mut parsed, &mut budget)?;
                } else {
                    unread(&ImportFile::from(path), &mut parsed);
                }
            }
        } else {
            is_known |= read_file(file, many, &mut parsed, &mut budget)?;
        }
    }
    if !is_known {
        nothing_known(&mut parsed)?;
    }
    budget.check()?;
    Ok(parsed)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Whether a file of a folder is read: CSV files and workbooks.
fn has_known_ending(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ["csv", "xlsx", "xlsm"].contains(&ending.as_str()))
}

/// Reports a file that is not read.
fn unread(file: &ImportFile, parsed: &mut Parsed) {
    let message = Message::new(Key::ImportFileUnread).with("name", excerpt(&clean(&file.name)));
    parsed.other_sheet(1, &file.name, message, Severity::Warning);
}

/// Reads one file; false if no sheet of it is known. If it is one of many files, a warning names it, because another
/// file may have a known sheet.
fn read_file(import: &ImportFile, many: bool, parsed: &mut Parsed, budget: &mut Budget) -> Result<bool> {
    let file = File::open(&import.path).map_err(|error| match error.kind() {
        // The file was removed after its retention period.
        ErrorKind::NotFound => refuse(Key::ImportNotReceived),
        _ => Error::internal(error),
    })?;
    parsed.file = excerpt(&clean(&import.name));
    let others = parsed.other_sheets();
    let is_known = read_content(file, parsed, budget).map_err(|error| match error {
        Error::Refused(refusals) if many => Error::Refused(of_file(refusals, &parsed.file)),
        error => error,
    })?;
    if many && !is_known && parsed.other_sheets() == others {
        let message = Message::new(Key::ImportFileUnknown).with("name", &parsed.file);
        parsed.other_sheet(1, &import.name, message, Severity::Warning);
    }
    Ok(is_known)
}

/// Refusals that name the file, because there are several.
fn of_file(refusals: Vec<Refusal>, name: &str) -> Vec<Refusal> {
    let named = |refusal: Refusal| {
        let why = refusal.message.words();
        let message = Message::new(Key::ImportOfFile).with("name", name).with_words("refusal", &why);
        Refusal { message, ..refusal }
    };
    refusals.into_iter().map(named).collect()
}

/// Refuses an import in which no sheet is known.
pub(super) fn nothing_known(parsed: &mut Parsed) -> Result<()> {
    let other = parsed.all.iter().find(|(kind, ..)| *kind == RowKind::Other).map(|(_, number, _)| *number);
    // The report names each sheet.
    let number = other.ok_or_else(|| refuse(Key::ImportNoSheet))?;
    let refusal = Refusal { path: Vec::new(), ..Refusal::input(["sheet"], Key::ImportNoSheet) };
    parsed.findings.push(Finding::for_importer(RowKind::Other, number, refusal, Severity::Error));
    Ok(())
}

/// Reads one file, whose first bytes show its format; false if no sheet of it is known.
pub(super) fn read_content(
    mut file: impl Read + Seek,
    parsed: &mut Parsed,
    budget: &mut Budget,
) -> Result<bool> {
    let mut start = Vec::new();
    file.by_ref().take(START_BYTES).read_to_end(&mut start).map_err(Error::internal)?;
    file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    if is_encrypted(&mut file, &start).map_err(Error::internal)? {
        return Err(refuse(Key::ImportEncrypted));
    }
    if let Some(name) = foreign_format(&start) {
        return Err(refuse(Message::new(Key::ImportFormat).with("name", name)));
    }
    if start.starts_with(b"PK") {
        workbook::read(file, parsed, budget)
    } else {
        csv::read(file, parsed, budget)
    }
}

/// Whether a file is a workbook with a password: a compound file (MS-CFB) with a stream `EncryptedPackage`
/// (MS-OFFCRYPTO), which the first sector of its directory names.
fn is_encrypted(mut file: impl Read + Seek, start: &[u8]) -> std::io::Result<bool> {
    let number = |at: usize| start.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let (true, Some(shift), Some(sector)) = (start.starts_with(&COMPOUND), start.get(30), number(48)) else {
        return Ok(false);
    };
    let size = 1_u64 << (*shift).min(12);
    file.seek(SeekFrom::Start((u64::from(sector) + 1) * size))?;
    let mut directory = Vec::new();
    file.by_ref().take(8 * 1024).read_to_end(&mut directory)?;
    file.seek(SeekFrom::Start(0))?;
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    Ok(directory.windows(name.len()).any(|window| window == name))
}

/// The first bytes of a compound file, as older programs of Office write them.
const COMPOUND: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];
/// Bytes of the beginning of a file that show its format.
const START_BYTES: u64 = 512;

/// The name of a format that offices confuse with CSV or XLSX; `None` for CSV, XLSX and unknown formats.
fn foreign_format(start: &[u8]) -> Option<&'static str> {
    let text =
        start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start().to_ascii_lowercase();
    let contains = |part: &[u8]| start.windows(part.len()).any(|window| window == part);
    if start.starts_with(&COMPOUND) {
        Some("Excel 97-2003 (.xls)")
    } else if start.starts_with(b"PK") && contains(b"application/vnd.oasis.opendocument") {
        Some("OpenDocument (.ods)")
    } else if start.starts_with(b"%PDF") {
        Some("PDF")
    } else if text.starts_with(b"{\\rtf") {
        Some("RTF")
    } else if text.starts_with(b"<?xml") {
        Some("XML")
    } else if [&b"<html"[..], b"<!doctype", b"<table", b"<head", b"<meta", b"<style"]
        .iter()
        .any(|tag| text.starts_with(tag))
    {
        Some("HTML")
    } else if text.starts_with(b"mime-version:") {
        Some("MHTML (.mht)")
    } else if [&b"{\""[..], b"[{\""].iter().any(|tag| text.starts_with(tag)) {
        Some("JSON")
    } else if start.starts_with(b"Rar!") {
        Some("RAR")
    } else if start.starts_with(&[0x1f, 0x8b]) {
        Some("GZIP")
    } else if start.starts_with(b"\x89PNG") {
        Some("PNG")
    } else if start.starts_with(&[0xff, 0xd8, 0xff]) {
        Some("JPEG")
    } else if start.starts_with(b"GIF8") {
        Some("GIF")
    } else if is_utf16(start) || start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        Some("UTF-16 (Unicode Text)")
    } else {
        None
    }
}

/// Whether every second byte is mostly zero, as in UTF-16 of Latin letters without a byte order mark.
fn is_utf16(start: &[u8]) -> bool {
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = start.len() / 2;
    half >= 4 && (even.max(odd) * 10 >= half * 8) && even.min(odd) * 10 <= half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: impl AsRef<[u8]>) -> Result<Parsed> {
        let (mut parsed, mut budget) = (Parsed::default(), Budget::new(1 << 20));
        if !read_content(std::io::Cursor::new(text.as_ref()), &mut parsed, &mut budget)? {
            nothing_known(&mut parsed)?;
        }
        budget.check()?;
        Ok(parsed)
    }

    fn key(text: impl AsRef<[u8]>) -> Option<Key> {
        read(text).err().map(|error| error.message().key())
    }

    fn numbers(parsed: &Parsed) -> Vec<u32> {
        parsed.all.iter().map(|(_, number, _)| *number).collect()
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
            assert_eq!(read(text).expect("a sheet").found.into_keys().collect::<Vec<_>>(), [kind], "{text}");
        }
        let parsed = read("pegawai;atasan;catatan\n1;2;x\n").expect("a sheet");
        let warning = parsed.findings.listed().first().expect("a warning").refusal.message.clone();
        assert_eq!(
            warning,
            domain::Message::new(Key::Unknown).with("field", "column").with("value", "catatan")
        );
        assert_eq!(key("foo;bar\n1;2\n"), Some(Key::ImportNoSheet));
        let parsed = read("nip;nama;kode_jabatan;Kode Unti\n").expect("a sheet with missing columns");
        let found: Vec<(Key, Option<&str>)> = parsed
            .findings
            .listed()
            .iter()
            .map(|one| (one.refusal.message.key(), one.cell.as_ref().map(|cell| cell.place.as_str())))
            .collect();
        assert_eq!(found, [(Key::ImportColumnOfWords, None), (Key::ImportColumnNear, Some("D1"))]);
    }

    #[test]
    fn a_list_of_positions_without_all_columns_is_not_called_another_list() {
        for (text, missing) in [
            ("Kode Jabatan;Nama\nJ1;Analis\n", ["jenis", "jenjang"]),
            ("Kode Jabatan;Nama Jabatan\nJ1;Analis\n", ["jenis", "jenjang"]),
            ("KODE;NAMA JABATAN;Golongan\nJ1;Analis;III/c\n", ["jenis", "jenjang"]),
        ] {
            let parsed = read(text).expect("a list of positions");
            let said: Vec<String> = parsed
                .findings
                .listed()
                .iter()
                .filter(|one| one.severity == domain::import::Severity::Error)
                .map(|one| one.refusal.message.render(domain::Locale::Id))
                .collect();
            assert_eq!(said.len(), 2, "{said:?}");
            for (said, column) in said.iter().zip(missing) {
                let begin = format!("Kolom \"{column}\" pada lembar jabatan tidak ada");
                assert!(said.to_lowercase().starts_with(&begin.to_lowercase()), "{said}");
            }
            assert!(said[0].contains("FUNGSIONAL") || said[0].contains("Fungsional"), "{said:?}");
            assert!(
                said[1].contains("Ahli Muda") && said[1].ends_with("Untuk jabatan lain kosong."),
                "{said:?}"
            );
        }
    }

    #[test]
    fn a_header_that_fits_several_absent_columns_is_not_called_similar_to_one() {
        let near = |text: &str| {
            let parsed = read(text).expect("a sheet");
            let found = parsed
                .findings
                .listed()
                .iter()
                .filter(|one| one.refusal.message.key() == Key::ImportColumnNear);
            found
                .map(|one| one.cell.as_ref().map(|cell| cell.place.clone()).unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            near("nip;nama;jenis pegawai;Kode;golongan;mulai\n"),
            [""; 0],
            "Kode: of the unit or of the position"
        );
        assert_eq!(near("nip;nama;jenis pegawai;kode jabatan;Kode\n"), ["E1"]);
        assert_eq!(near("nip;Gelar;jenis pegawai;kode jabatan;kode unit\n"), [""; 0]);
        assert_eq!(near("NIK Pegawai;nama;jenis pegawai;kode jabatan;kode unit\n"), [""; 0]);
    }

    #[test]
    fn the_header_is_found_below_titles_and_numbers_below_it_are_no_row() {
        let text = "DAFTAR ATASAN DINAS UJI;;\nKeadaan 1 Maret, 2026;;\n\nNIP *;\"NIP\natasan\";Ket\n(1);(2);(3)\n3;4;x\n";
        assert_eq!(numbers(&read(text).expect("a sheet")), [4, 7], "the warning about a column, and one row");
        let late = format!("{}pegawai;atasan\n1;2\n", "judul\n".repeat(40));
        assert_eq!(key(late), Some(Key::ImportNoSheet));
    }

    #[test]
    fn rows_of_a_printed_list_that_are_no_people_have_one_finding_each() {
        let header = "nip;nama;jenis kepegawaian;kode unit;kode jabatan;gol";
        let person = "199001012015011020;Ani;PNS;U;J;III/a";
        let text = format!(
            "{header}\nA. SEKRETARIAT;;;;;\n{person}\nJUMLAH;2;;;;\n{header}\n;;;;Kepala Dinas;\n199001012015011021;Budi;;;;\n"
        );
        let parsed = read(text).expect("a sheet");
        let found: Vec<(u32, Key)> =
            parsed.findings.listed().iter().map(|one| (one.row, one.refusal.message.key())).collect();
        let expected = [
            (2, Key::ImportNoRow),
            (4, Key::ImportNoRow),
            (5, Key::ImportHeaderAgain),
            (6, Key::ImportNoRow),
        ];
        assert_eq!(found.get(..4), Some(&expected[..]), "{found:?}");
        assert!(found[4..].iter().all(|one| *one == (7, Key::Required)) && found.len() == 7, "{found:?}");
        assert_eq!(parsed.sheets.staff.len(), 1);
        // The error of a formula is no label of a row.
        let parsed = read(format!("{header}\n199001012015011020;#N/A;PNS;U;J;III/a\n")).expect("a sheet");
        assert_eq!(parsed.all, [(RowKind::Staff, 2, String::new())]);
    }

    #[test]
    fn titles_that_name_columns_are_not_the_header() {
        let table = "nip;nama;jenis kepegawaian;kode unit;kode jabatan\n1;A;PNS;U;J\n";
        for title in [
            "Kode Unit:;UJI;Kode Jabatan:;UJI-STAF;\n",
            "Nama;Jabatan;Jenjang;;\n",
            "Kode Unit;Induk;;;\nKeadaan Maret;;;;\n",
            "Pegawai;Atasan;;;\n",
        ] {
            let parsed = read(format!("{title}{table}")).expect("a sheet");
            assert_eq!(parsed.found.keys().collect::<Vec<_>>(), [&RowKind::Staff], "{title}");
            let rows = u32::try_from(title.lines().count()).expect("few lines") + 2;
            assert_eq!(numbers(&parsed), [rows], "{title}");
        }
        // Rows of the sheet are not mistaken for titles.
        let parsed = read("nip;nama;kode jabatan\n1;A;J\n2;B;J\n").expect("a sheet with missing columns");
        assert_eq!(numbers(&parsed), [1, 2, 3]);
        let many = format!("pegawai;atasan\n{}", "1;2\n".repeat(9));
        assert_eq!(read(many).expect("a sheet").sheets.superiors.len(), 9);
    }

    #[test]
    fn a_note_in_brackets_that_changes_the_meaning_makes_another_column() {
        let found = |text: &str| -> Vec<(Key, Option<String>)> {
            let parsed = read(text).expect("a sheet");
            let listed = parsed.findings.listed().iter();
            let place = |one: &Finding| one.cell.as_ref().map(|cell| cell.place.clone());
            listed.map(|one| (one.refusal.message.key(), place(one))).collect()
        };
        let near = vec![(Key::ImportColumnNear, Some("B1".to_owned())), (Key::Unknown, None)];
        assert_eq!(found("NIP;NIP ATASAN (LAMA);NIP ATASAN BARU\n"), near, "the old superior is not read");
        let staff = "NIP (18 digit);NAMA (wajib);JENIS PEGAWAI (PNS/PPPK);KODE UNIT;KODE JABATAN";
        assert_eq!(found(&format!("{staff}\n")), []);
        let misspelt = vec![(Key::ImportColumnMisspelt, Some("F1".to_owned()))];
        assert_eq!(found(&format!("{staff};TMT (CPNS)\n")), misspelt);
        let both = found(&format!("{staff};TMT (CPNS);TMT\n"));
        assert_eq!(both, [(Key::Unknown, None)], "the header without a note is read");
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_no_row() {
        for text in [
            "sep=;\npegawai;atasan\n1;2\n",
            "\u{feff}SEP=,\r\npegawai,atasan\r\n1,2\r\n",
            "\"sep=\t\"\npegawai\tatasan\n1\t2\n",
        ] {
            assert_eq!(numbers(&read(text).expect("a sheet")), [3], "{text:?}");
        }
        // Commas in titles and names do not hide the delimiter.
        let text = "Daftar, per unit, per orang, per hari\npegawai;atasan\n\"A, B, C\";\"D, E, F\"\n";
        assert_eq!(read(text).expect("a sheet").found.len(), 1);
        assert_eq!(read("pegawai|atasan\n1|2\n").expect("a sheet").found.len(), 1);
    }

    #[test]
    fn two_columns_with_one_meaning_are_named() {
        let parsed = read("pegawai;atasan;nip\n1;2;3\n").expect("a sheet");
        let finding = parsed.findings.listed().first().expect("a finding");
        let message = finding.refusal.message.render(domain::Locale::En);
        assert_eq!(finding.refusal.message.key(), Key::ImportColumnTwice);
        assert!(message.contains("A: pegawai") && message.contains("C: nip"), "{message}");
    }

    #[test]
    fn files_of_a_folder_that_are_not_read_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [("A.CSV", "pegawai;atasan\n1;2\n"), ("lama.xls", "x"), (".lock", "x")] {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let parsed = super::read(&[folder.path().to_owned().into()], 1 << 20).expect("a sheet");
        assert_eq!(parsed.sheets.superiors.len(), 1);
        let named: Vec<&str> = parsed
            .all
            .iter()
            .filter(|(kind, ..)| *kind == RowKind::Other)
            .map(|(.., name)| name.as_str())
            .collect();
        assert_eq!(named, ["lama.xls"]);
    }

    #[test]
    fn row_numbers_match_the_file() {
        assert_eq!(numbers(&read("pegawai;atasan\n1;2\n\n;\n3;4\n").expect("a sheet")), [2, 5]);
        assert_eq!(numbers(&read("\n\npegawai;atasan\n1;2\n").expect("a sheet")), [4]);
        // A record may span lines; it has the number of its first line.
        let text = "pegawai;atasan\n\"1\n\";2\n3;4\n";
        assert_eq!(numbers(&read(text).expect("a sheet")), [2, 4]);
    }

    #[test]
    fn bytes_that_are_not_text_give_a_refusal_or_a_finding() {
        assert_eq!(key(b"pegawai;atasan\n1;\xff\n"), Some(Key::ImportNotUtf8));
        for other in [
            &[0xff, 0xfe, b'p', 0, b'e', 0][..],
            &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1],
            b"%PDF-1.7",
            b"\xef\xbb\xbf \r\n<html><table>",
            b"<?xml version=\"1.0\"?><Workbook>",
            b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            b"MIME-Version: 1.0\r\n",
            b"[{\"nip\": 1}]",
            b"Rar!\x1a\x07",
            &[0x1f, 0x8b, 8, 0],
        ] {
            assert_eq!(key(other), Some(Key::ImportFormat), "{other:?}");
        }
        let mut encrypted = vec![0; 4096];
        encrypted[..4].copy_from_slice(&COMPOUND);
        encrypted[30] = 9;
        encrypted[48] = 3;
        assert_eq!(key(&encrypted), Some(Key::ImportFormat));
        for (at, byte) in "EncryptedPackage".bytes().enumerate() {
            encrypted[4 * 512 + 128 + 2 * at] = byte;
        }
        assert_eq!(key(&encrypted), Some(Key::ImportEncrypted));
        assert_eq!(key([0; 4096]), Some(Key::ImportNoSheet));
        assert_eq!(key(""), Some(Key::ImportNoSheet));
        let parsed = read("pegawai;atasan\nA\0B;C\u{1}\n").expect("a sheet");
        let found: Vec<_> = parsed
            .findings
            .listed()
            .iter()
            .map(|finding| (finding.row, finding.refusal.path.clone(), finding.refusal.message.key()))
            .collect();
        let expected = |field: &str| (2, vec![field.to_owned()], Key::ImportCharacter);
        assert_eq!(found, [expected("staff"), expected("superior")]);
        assert!(parsed.all.iter().all(|(_, _, label)| !label.contains('\0')));
    }

    #[test]
    fn an_open_quotation_mark_is_refused_with_its_line() {
        let text = format!("pegawai;atasan\n1;2\n\"{}", "x\n".repeat(1 << 20));
        let error = read(text).err().expect("a refusal").message();
        assert_eq!(error.key(), Key::ImportRecord);
        assert!(error.render(domain::Locale::En).contains("Row 3 "), "{}", error.render(domain::Locale::En));
    }

    #[test]
    fn rows_and_texts_above_the_budget_are_counted_but_not_kept() {
        let text = format!("pegawai;atasan\n{}", "1;2\n".repeat(150_000));
        let (mut parsed, mut budget) = (Parsed::default(), Budget::new(1 << 30));
        read_content(std::io::Cursor::new(&text), &mut parsed, &mut budget).expect("a sheet");
        let message = budget.check().expect_err("too many rows").message().render(domain::Locale::En);
        assert!(message.contains("150000") && message.contains("100000"), "{message}");
        assert_eq!(parsed.all.len(), 100_000);

        let (mut parsed, mut budget) = (Parsed::default(), Budget::new(1 << 20));
        read_content(std::io::Cursor::new(&text), &mut parsed, &mut budget).expect("a sheet");
        assert!(parsed.all.len() < 3_000, "{}", parsed.all.len());
        let message = budget.check().expect_err("too many rows").message().render(domain::Locale::En);
        assert!(message.contains("150000"), "{message}");
    }
}
