//! The offices' own lists: the words that an import understands, and the cells at which it reports problems.

mod problems;

use crate::{
    both,
    import::{Wait, import, import_files, upload},
    support::{Client, Fields, Person, TestApp, ids},
};
use serde_json::{Value, json};
use std::{
    fs::Permissions,
    io::{Cursor, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};
use zip::{ZipWriter, write::SimpleFileOptions};

const STAFF: &str = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEAD: &str = "199001012015011001";

/// A sheet of a workbook: its name, attributes of its element, XML before its rows, and its rows.
#[derive(Clone)]
pub struct Sheet {
    pub name: &'static str,
    pub attributes: &'static str,
    pub columns: String,
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn new(name: &'static str, rows: &[&[&str]]) -> Self {
        let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        Self { name, attributes: "", columns: String::new(), rows }
    }
}

/// A workbook. A text that begins with `#` becomes an error cell.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let (mut names, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (number, sheet) in (1..).zip(sheets) {
        let Sheet { name, attributes, columns, rows } = sheet;
        names += &format!(
            "<sheet name=\"{}\" sheetId=\"{number}\" {attributes} r:id=\"r{number}\"/>",
            escape(name)
        );
        relations += &relation(&format!("r{number}"), "worksheet", &format!("worksheets/sheet{number}.xml"));
        let mut text = format!("<worksheet>{columns}<sheetData>");
        for row in rows {
            text += "<row>";
            for cell in row {
                text += &match cell.starts_with('#') {
                    true => format!("<c t=\"e\"><v>{cell}</v></c>"),
                    false => format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escape(cell)),
                };
            }
            text += "</row>";
        }
        parts.push((format!("xl/worksheets/sheet{number}.xml"), format!("{text}</sheetData></worksheet>")));
    }
    let wrap = |relations: String| format!("<Relationships>{relations}</Relationships>");
    parts.push(("_rels/.rels".to_owned(), wrap(relation("r1", "officeDocument", "xl/workbook.xml"))));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), wrap(relations)));
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!("<workbook xmlns:r=\"{OFFICE}\"><sheets>{names}</sheets></workbook>"),
    ));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

/// The sheets of a small department: its units, positions, people and superiors.
pub fn department() -> Vec<Sheet> {
    vec![
        Sheet::new(
            "units",
            &[
                &["kode", "nama", "jenis", "kode_induk"],
                &["UJI", "Dinas Uji Coba", "DINAS", "KOTA"],
                &["UJI-1", "Bidang Uji Satu", "BIDANG", "UJI"],
            ],
        ),
        Sheet::new(
            "positions",
            &[
                &["kode", "nama", "jenis", "jenjang"],
                &["UJI-KEPALA", "Kepala Dinas Uji", "JPT PRATAMA", ""],
                &["UJI-STAF", "Analis Uji", "PELAKSANA", ""],
            ],
        ),
        Sheet::new(
            "staff",
            &[
                &[
                    "nip",
                    "nama",
                    "jenis_kepegawaian",
                    "kode_unit",
                    "kode_jabatan",
                    "golongan",
                    "pimpinan",
                    "mulai",
                ],
                &[
                    HEAD,
                    "Dr. Hj. Kepala Uji, S.Pd., M.Pd.",
                    "PNS",
                    "UJI",
                    "UJI-KEPALA",
                    "IV/b",
                    "ya",
                    "2025-01-02",
                ],
                &[
                    "199001012015011002",
                    "Staf Uji Dua, S.E.",
                    "PNS",
                    "UJI",
                    "UJI-STAF",
                    "III/a",
                    "",
                    "2025-01-02",
                ],
            ],
        ),
        Sheet::new("superiors", &[&["pegawai", "atasan"], &["199001012015011002", HEAD]]),
    ]
}

/// An admin who reads Indonesian, after the department was imported.
async fn office(app: &TestApp) -> Client {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let id = upload(&admin, workbook(&department())).await;
    let run = import(&admin, &id, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    admin
}

async fn checked(admin: &Client, bytes: impl AsRef<[u8]>) -> Value {
    let id = upload(admin, bytes).await;
    import(admin, &id, true).await
}

async fn applied(admin: &Client, bytes: impl AsRef<[u8]>) -> Value {
    let id = upload(admin, bytes).await;
    let run = import(admin, &id, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    run
}

/// Sheet, cell or row number, and sentence of each problem with a severity.
fn problems(run: &Value, severity: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = run["rows"]["edges"].as_array().expect("rows");
    let all = rows.iter().map(|edge| &edge["node"]).flat_map(|row| {
        let problems = row["problems"].as_array().expect("problems").iter();
        problems.filter(|problem| problem["severity"] == severity).map(move |problem| {
            let place = problem["cell"].as_str().map_or_else(|| row["number"].to_string(), str::to_owned);
            (text(&row["sheet"]), place, text(&problem["message"]))
        })
    });
    all.collect()
}

fn places(run: &Value) -> Vec<(String, String)> {
    problems(run, "ERROR").into_iter().map(|(sheet, place, _)| (sheet, place)).collect()
}

fn at(sheet: &str, places: &[&str]) -> Vec<(String, String)> {
    places.iter().map(|place| (sheet.to_owned(), (*place).to_owned())).collect()
}

/// Name, headship, rank and capacity of a person, by NIP.
async fn person(admin: &Client, nip: &str) -> Value {
    let query = "query($nip: String!) { staffMember(by: { nip: $nip }) { name employmentKind assignment {
        leads rank capacity unit { code } superior { staff { name } } } } }";
    admin.ok(query, json!({ "nip": nip })).await["staffMember"].clone()
}

both!(an_absent_column_changes_nothing, |app| async move {
    let admin = office(&app).await;
    let name = "Dr. Hj. Kepala Uji, S.Pd., M.Pd.";
    for text in [
        format!("nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan\n{HEAD};{name};PNS;UJI;UJI-KEPALA\n"),
        format!("{STAFF}{HEAD};{name};PNS;UJI;UJI-KEPALA;;;;\n"),
        format!("{STAFF}{HEAD};{name};PNS;UJI;UJI-KEPALA;-;-;-;-\n"),
        "kode;nama;jenis;kode_induk\nUJI-1;Bidang Uji Satu;BIDANG;\n".to_owned(),
    ] {
        let run = applied(&admin, &text).await;
        assert_eq!(run["changes"]["unchanged"], 1, "{text}: {run:#}");
    }
    let head = person(&admin, HEAD).await;
    assert_eq!((&head["assignment"]["leads"], &head["assignment"]["rank"]), (&json!(true), &json!("IV/b")));
    let run = applied(&admin, format!("{STAFF}{HEAD};{name};PNS;UJI;UJI-KEPALA;;;tidak;\n")).await;
    assert_eq!(run["changes"]["updated"], 1, "a word changes it");
    assert_eq!(person(&admin, HEAD).await["assignment"]["leads"], false);
});

both!(a_cell_that_is_not_understood_is_named_with_the_allowed_words, |app| async move {
    let admin = office(&app).await;
    let header = "NIP;NAMA;STATUS KEPEGAWAIAN;KODE UNIT;KODE JABATAN;GOL;KEPALA UNIT;TMT\n";
    let text = format!(
        "{header}{HEAD};Kepala;Pensiunan;UJI;UJI-KEPALA;V/x;mungkin;kemarin\n\
         199001012015011002;#REF!;PNS;UJI;UJI-STAF;#N/A;#NAME?;0205-03-01\n\
         1,99001E+17;Tiga;PNS;UJI;UJI-STAF;III/a;;2110-01-01\n"
    );
    let run = checked(&admin, &text).await;
    assert_eq!(run["status"], "REFUSED");
    assert_eq!(
        places(&run),
        at("STAFF", &["C2", "F2", "G2", "H2", "B3", "F3", "G3", "H3", "A4", "H4"]),
        "{run:#}"
    );
    let sentences: Vec<String> = problems(&run, "ERROR").into_iter().map(|(.., sentence)| sentence).collect();
    assert_eq!(
        sentences[0],
        "\"STATUS KEPEGAWAIAN\" \"Pensiunan\" tidak dikenal; pilih salah satu: PNS, CPNS, PPPK, PPPK paruh waktu, Non-ASN."
    );
    assert!(sentences[2].starts_with("\"KEPALA UNIT\" \"mungkin\"") && sentences[2].contains("ya, tidak"));
    assert!(sentences[4].starts_with("\"NAMA\" berisi kesalahan rumus \"#REF!\""), "{sentences:#?}");
    assert!(sentences[8].contains("format kolomnya menjadi Teks"), "{sentences:#?}");
    let text = format!(
        "{header}{HEAD};Kepala;PNS;UJI;UJI-KEPALA;IV/b;ya;0205-03-01\n\
         199001012015011002;Dua;PNS;UJI;UJI-STAF;III/z;;\n020501012015011003;Tiga;PNS;UJI;UJI-STAF;;;1 Januari 2110\n"
    );
    let run = checked(&admin, &text).await;
    assert_eq!(places(&run), at("STAFF", &["H2", "F3", "H4", "A4"]), "{run:#}");
    let head = person(&admin, HEAD).await;
    assert_eq!((&head["assignment"]["leads"], &head["employmentKind"]), (&json!(true), &json!("PNS")));
});

both!(columns_with_the_same_meaning_are_both_named, |app| async move {
    let admin = office(&app).await;
    let text = format!(
        "NIP;NAMA;STATUS KEPEGAWAIAN;KODE UNIT;KODE JABATAN;GOL;NIP ATASAN;NAMA\n\
         199001012015011003;Ani Uji Tiga, S.Kom.;PNS;UJI;UJI-STAF;III/a;{HEAD};Kepala Uji\n"
    );
    let run = checked(&admin, &text).await;
    assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("STAFF", &["H1"])), "{run:#}");
    let sentence = &problems(&run, "ERROR")[0].2;
    assert!(sentence.contains("B: NAMA") && sentence.contains("H: NAMA"), "{sentence}");
});

both!(headers_are_found_below_titles_and_misspelt_ones_are_named, |app| async move {
    let admin = office(&app).await;
    let mut list = Sheet::new(
        "Data Pegawai",
        &[
            &["DAFTAR URUT KEPANGKATAN DINAS UJI"],
            &["Keadaan 1 November 2026"],
            &[],
            &[
                "NIP *",
                "Nama\nLengkap",
                "JENIS\u{a0}KEPEGAWAIAN",
                " kode  unit ",
                "Kode-Jabatan*)",
                "Gol. Ruang",
                "Pimpnian",
            ],
            &["1", "2", "3", "4", "5", "6", "7"],
            &["199001012015011020", "Judul Di Atas", "PNS", "UJI", "UJI-STAF", "III/a", "ya"],
        ],
    );
    let run = checked(&admin, workbook(&[list.clone()])).await;
    assert_eq!(places(&run), at("STAFF", &["G4"]), "{run:#}");
    assert!(problems(&run, "ERROR")[0].2.contains("mungkin maksudnya \"pimpinan\""), "{run:#}");
    list.rows[3][6] = "Catatan".to_owned();
    let run = applied(&admin, workbook(&[list.clone()])).await;
    assert_eq!(run["changes"]["created"], 1, "{run:#}");
    // A misspelt required column, even the one that identifies the sheet.
    list.rows[3][4] = "Kode Jabtan".to_owned();
    let superiors = Sheet::new("superiors", &[&["pegawai", "atasan"], &["199001012015011002", HEAD]]);
    let run = checked(&admin, workbook(&[list, superiors])).await;
    assert_eq!(
        (&run["status"], places(&run)),
        (&json!("REFUSED"), [at("STAFF", &["E4"]), at("OTHER", &["1"])].concat())
    );
    let sentences = problems(&run, "ERROR");
    assert!(sentences[0].2.contains("paling mirip adalah \"E: Kode Jabtan\""), "{sentences:#?}");
    assert!(sentences[1].2.contains("Lembar \"Data Pegawai\" tidak dipahami"), "{sentences:#?}");
});

both!(sheets_and_columns_that_people_do_not_see_are_named, |app| async move {
    let admin = office(&app).await;
    let staff = |name, nip: &str| {
        let row = [nip, "Orang Lain", "PNS", "UJI", "UJI-STAF", "ya"];
        Sheet::new(
            name,
            &[&["nip", "nama", "jenis_kepegawaian", "kode_unit", "kode_jabatan", "pimpinan"], &row],
        )
    };
    let hidden = Sheet { attributes: "state=\"hidden\"", ..staff("Lama", "199001012015011030") };
    let notes = Sheet::new("Petunjuk", &[&["Isi lembar pegawai"], &["nip"], &["nama"]]);
    let mut shown = staff("Baru", "199001012015011031");
    shown.columns = "<cols><col min=\"6\" max=\"6\" hidden=\"1\"/></cols>".to_owned();
    shown.rows[1][5] = "tidak".to_owned();
    let run = applied(&admin, workbook(&[hidden, notes, shown])).await;
    let warnings: Vec<(String, String)> =
        problems(&run, "WARNING").into_iter().map(|(sheet, place, _)| (sheet, place)).collect();
    let expected = [at("STAFF", &["F1", "2"]), at("OTHER", &["1", "2"])].concat();
    assert_eq!(warnings, expected, "{run:#}");
    let query = "query { staffMember(by: { nip: \"199001012015011030\" }) { name } }";
    let found = admin.ok(query, json!({})).await;
    assert_eq!(found, json!({ "staffMember": null }), "a hidden sheet is not read");
    let only = Sheet { attributes: "state=\"hidden\"", ..staff("Lama", "199001012015011030") };
    let run = checked(&admin, workbook(&[only])).await;
    assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("OTHER", &["1"])), "{run:#}");
    assert!(problems(&run, "WARNING")[0].2.contains("\"Lama\" tersembunyi"), "{run:#}");
});

both!(words_and_ranks_of_real_lists_are_understood, |app| async move {
    let admin = office(&app).await;
    let rows = "199001012024211050;Kata 0;P3K;UJI;UJI-STAF;IX;;;2025-03-01\n\
        199001012024211051;Kata 1;PPPK Penuh Waktu;UJI;UJI-STAF;IX;;;2025-03-01\n\
        199001012015011052;Kata 2;PNS Daerah;UJI;UJI-STAF;III/a;;;2025-03-01\n\
        199001012015011053;Kata 3;CPNS;UJI;UJI-STAF;III/a;;;2025-03-01\n\
        199001012025211054;Kata 4;PPPK Paruh Waktu;UJI;UJI-STAF;IX;;;2025-03-01\n";
    let run = checked(&admin, format!("{STAFF}{rows};Kata 5;Honorer;UJI;UJI-STAF;;;;2025-03-01\n")).await;
    assert_eq!(places(&run), at("STAFF", &["A7"]), "only the missing identity: {run:#}");
    applied(&admin, format!("{STAFF}{rows}")).await;
    let kinds = [
        ("199001012024211051", "PPPK"),
        ("199001012025211054", "PPPK_PART_TIME"),
        ("199001012015011052", "PNS"),
    ];
    for (nip, kind) in kinds {
        assert_eq!(person(&admin, nip).await["employmentKind"], kind);
    }

    let positions = "kode;nama;jenis;jenjang\nP0;Jabatan 0;JPT Pratama;\nP1;Jabatan 1;Jabatan Fungsional;Ahli Muda\n\
        P2;Jabatan 2;Fungsional Tertentu;AHLI MUDA\nP3;Jabatan 3;JF;muda\nP4;Jabatan 4;Jabatan Pelaksana;\n\
        P5;Jabatan 5;Fungsional Umum;-\nP6;Jabatan 6;Eselon II.b;\n";
    let run = checked(&admin, format!("{positions}P7;Jabatan 7;Struktural;\n")).await;
    assert_eq!(places(&run), at("POSITION", &["C9"]), "{run:#}");
    assert!(problems(&run, "ERROR")[0].2.contains("pilih salah satu: JPT Utama, "), "{run:#}");
    applied(&admin, positions).await;
    let query = "{ positions(filter: { name: \"Jabatan \" }, first: 10) { edges { node { kind level } } } }";
    let found = admin.ok(query, json!({})).await["positions"]["edges"].clone();
    let level = |at: usize| &found[at]["node"]["level"];
    assert_eq!(
        (level(1), level(2), level(3)),
        (&json!("Ahli Muda"), &json!("Ahli Muda"), &json!("Ahli Muda"))
    );

    for (header, cells) in [
        ("GOL;PANGKAT", "III/c;Penata"),
        ("PANGKAT;GOL", "Penata;III/c"),
        ("PANGKAT", "Penata"),
        ("Pangkat/Gol", "Penata (III/c)"),
    ] {
        let header = format!("NIP;NAMA;STATUS KEPEGAWAIAN;KODE UNIT;KODE JABATAN;{header}\n");
        applied(&admin, format!("{header}199001012015011004;Budi Uji;PNS;UJI;UJI-STAF;{cells}\n")).await;
        assert_eq!(person(&admin, "199001012015011004").await["assignment"]["rank"], "III/c", "{header}");
    }
    let differ = "NIP;NAMA;STATUS KEPEGAWAIAN;KODE UNIT;KODE JABATAN;GOL;PANGKAT\n\
        199001012015011004;Budi Uji;PNS;UJI;UJI-STAF;III/c;Pembina\n";
    assert_eq!(places(&checked(&admin, differ).await), at("STAFF", &["G2"]));
});

both!(a_person_outside_the_civil_service_has_no_rank, |app| async move {
    let admin = office(&app).await;
    let nip = "199001012015011002";
    let row = |kind: &str, rank: &str| {
        let header = "NIP;NAMA;STATUS KEPEGAWAIAN;KODE UNIT;KODE JABATAN;GOL\n";
        format!("{header}{nip};Staf Uji Dua, S.E.;{kind};UJI;UJI-STAF;{rank}\n")
    };
    assert_eq!(person(&admin, nip).await["assignment"]["rank"], "III/a");
    // Another kind with ranks of its own needs one of them; the sentence names them.
    let run = checked(&admin, row("PPPK", "")).await;
    assert_eq!(places(&run), at("STAFF", &["F2"]), "{run:#}");
    assert!(problems(&run, "ERROR")[0].2.contains("salah satu dari: I, II, III"), "{run:#}");
    // People outside the civil service have none, and an empty cell is the only right one.
    let run = checked(&admin, row("Honorer", "III/a")).await;
    assert_eq!(places(&run), at("STAFF", &["F2"]), "{run:#}");
    applied(&admin, row("Honorer", "")).await;
    let found = person(&admin, nip).await;
    assert_eq!(found["employmentKind"], "NON_ASN");
    assert_eq!(*found.field("assignment.rank"), Value::Null);
    let run = checked(&admin, row("Honorer", "")).await;
    assert_eq!(run["changes"]["unchanged"], 1, "{run:#}");
});

both!(numbers_and_names_are_cleaned_of_what_spreadsheets_add, |app| async move {
    let admin = office(&app).await;
    let text = format!(
        "sep=;\r\n{STAFF}'199001012015011060;Siti \u{a0} Rahma\u{200b}wati,  S.Pd.;PNS;'UJI;UJI-STAF;III/a;;;2025-03-01\n\
         \"=\"\"199001012015011061\"\"\";Dua;PNS;UJI;UJI-STAF;III/a;;;01/03/2025\n\
         19900101.201501.1.062;Tiga;PNS;UJI\u{200b};UJI-STAF;III/a;;;1 Maret 2025\n"
    );
    let run = applied(&admin, &text).await;
    assert_eq!(run["changes"]["created"], 3, "{run:#}");
    assert_eq!(person(&admin, "199001012015011060").await["name"], "Siti Rahmawati, S.Pd.");
    assert_eq!(person(&admin, "199001012015011062").await["assignment"]["unit"]["code"], "UJI");
    let run = checked(&admin, &text).await;
    assert_eq!(run["changes"]["unchanged"], 3, "{run:#}");
    // Superiors are found by the same rule.
    let text = format!("NIP;NIP ATASAN\n'199001012015011060;=\"{HEAD}\"\n");
    applied(&admin, &text).await;
    assert!(person(&admin, "199001012015011060").await.field("assignment.superior.staff.name").is_string());
});
