//! Random faults in the files of SIASN: the import reports each fault at the right cell, changes nothing else, and
//! never repeats the contents of a cell.

use super::{
    Column, Expected, Fault, NONSENSE, Parsed, Table, apply, expected, named, read, table, workbook,
};
use domain::{
    Locale,
    import::{
        ChangeKind, Finding, Findings, RowKind, Severity, Sheets, UnitRow, changes, check, complete,
        siasn::derive,
    },
    unit::UnitKind,
};
use proptest::prelude::*;

/// See [`Table::checked`].
pub(super) const CHECKED: [(&str, bool); 10] = [
    ("nip_baru", false),
    ("status_cpns_pns", false),
    ("jenis_pegawai_nama", false),
    ("kedudukan_hukum_id", false),
    ("kedudukan_hukum_nama", false),
    ("gol_akhir_nama", false),
    ("jenis_jabatan_id", false),
    ("tmt_jabatan", false),
    ("unor_id", true),
    ("diatasanid", true),
];

/// The text in the columns that an appraisal does not need.
const SECRET: &str = "RAHASIA 5471";

fn good() -> Vec<Table> {
    let units: [&[&str]; 3] = [
        &["U0", "", "Pemerintah Kota", "", "5471000", ""],
        &["U1", "U0", "Dinas A", "22", "5471001", "P1"],
        &["U2", "U1", "Bidang B", "31", "5471002", "P2"],
    ];
    let people: [&[&str]; 3] = [
        &[
            "P1",
            "199001012015011001",
            "Satu Contoh",
            "",
            "S.E.",
            "P",
            "PNS Daerah Kota",
            "01",
            "Aktif",
            "IV/b",
            "1",
            "J1",
            "Kepala Dinas A",
            "01-03-2022",
            "U1",
        ],
        &[
            "P2",
            "199001012015011002",
            "Dua Contoh",
            "",
            "",
            "P",
            "PNS Daerah Kota",
            "01",
            "Aktif",
            "III/d",
            "1",
            "J2",
            "Kepala Bidang B",
            "01-03-2022",
            "U2",
        ],
        &[
            "P3",
            "199001012024211003",
            "Tiga Contoh",
            "",
            "",
            "",
            "PPPK",
            "01",
            "Aktif",
            "IX",
            "2",
            "J3",
            "Guru Ahli Muda",
            "01-03-2024",
            "U2",
        ],
    ];
    let of_siasn = |table: Table| {
        let mut table = Table { is_siasn: true, ..table };
        let layout = table.layout();
        for column in &mut table.columns {
            column.header = layout.column(column.name).expect("a column").title().to_owned();
        }
        let cells = table.columns[0].cells.iter().map(|_| SECRET.to_owned()).collect();
        table.columns.push(Column { name: "nik", header: "nik".to_owned(), cells, is_hidden: false });
        table
    };
    vec![
        of_siasn(table(
            RowKind::Unit,
            &["id", "diatasanid", "namaunor", "eselonid", "cepatkode", "pemimpinpnsid"],
            &units,
        )),
        of_siasn(table(
            RowKind::Staff,
            &[
                "pns_id",
                "nip_baru",
                "nama",
                "gelar_depan",
                "gelar_belakang",
                "status_cpns_pns",
                "jenis_pegawai_nama",
                "kedudukan_hukum_id",
                "kedudukan_hukum_nama",
                "gol_akhir_nama",
                "jenis_jabatan_id",
                "jabatan_id",
                "jabatan_nama",
                "tmt_jabatan",
                "unor_id",
            ],
            &people,
        )),
    ]
}

/// All findings, and the rows that the import derives from the files.
fn judged(parsed: &Parsed, known: &Sheets) -> (Vec<Finding>, Sheets) {
    let derived = derive(&parsed.siasn, known, &parsed.refused);
    let mut refused = parsed.refused.clone();
    refused.extend(derived.refused);
    let file = complete(&derived.sheets, known);
    let mut findings = Findings::new(usize::MAX);
    findings.extend(parsed.findings.listed().to_vec());
    findings.extend(derived.findings);
    if !parsed.is_unclear {
        check(&file, known, &refused, &mut findings);
    }
    (findings.into_parts().0.into_iter().map(|finding| parsed.named(finding)).collect(), file)
}

/// The organisation of the good files, as the server stores it below its root unit.
fn stored() -> Sheets {
    let parsed = read(workbook(&good())).expect("good files");
    let root = UnitRow {
        row: 0,
        code: "KOTA".to_owned(),
        name: "Pemerintah Kota".to_owned(),
        kind: UnitKind::Agency,
        parent_code: None,
        external_id: None,
    };
    let empty = Sheets { units: vec![root], ..Sheets::default() };
    let (findings, mut sheets) = judged(&parsed, &empty);
    let errors: Vec<_> = findings.iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    sheets.units.iter_mut().for_each(|row| row.row = 0);
    sheets.positions.iter_mut().for_each(|row| row.row = 0);
    sheets.staff.iter_mut().for_each(|row| row.row = 0);
    sheets.superiors.iter_mut().for_each(|row| row.row = 0);
    sheets
}

proptest! {
    #![proptest_config(crate::testing::cases(100))]

    #[test]
    fn every_fault_of_a_file_of_siasn_is_named_at_its_cell_and_no_cell_is_quoted(
        faults in proptest::collection::vec(
            (any::<usize>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            0..5,
        ),
    ) {
        let known = stored();
        let mut tables = good();
        for fault in &faults {
            let fault: &Fault = fault;
            apply(&mut tables, fault);
        }
        let expected: Expected = expected(&tables);
        let parsed = read(workbook(&tables)).expect("a report");
        let (findings, file) = judged(&parsed, &known);
        named(&expected, &findings)?;
        for finding in &findings {
            let sentence = finding.refusal.message.render(Locale::Id);
            for word in [NONSENSE, SECRET, "199001012015011001", "Satu Contoh"] {
                prop_assert!(!sentence.contains(word), "{word} in {sentence}");
            }
        }
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
fn the_encodings_of_a_file_of_siasn_are_named_and_a_byte_order_mark_changes_nothing() {
    let units = "Id;DiatasanId;NamaUnor;PemimpinPnsId\nU0;;Pemerintah Kota Jos\u{e9};\n";
    let rows = read(units).expect("a file").siasn;
    assert_eq!(rows.units.len(), 1);
    assert_eq!(read(format!("\u{feff}{units}")).expect("a file").siasn, rows);
    let latin: Vec<u8> =
        units.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect();
    let little: Vec<u8> = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [latin, little] {
        let why = read(bytes).err().expect("a refusal").message().render(Locale::Id);
        assert!(!why.contains("Kota"), "{why}");
    }
}
