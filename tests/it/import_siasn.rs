//! The files of SIASN as they are: 5,000 synthetic people get the raters that their units' heads imply, a second run
//! changes nothing, and data that an appraisal does not need is not stored.

use crate::{
    both,
    import::{Wait, import_files, upload},
    support::{Client, Fields, On, Person, run},
};
use serde_json::{Value, json};
use service::testing::columns_with;
use std::{collections::BTreeMap, fmt::Write, time::Instant};

/// The columns of "Export Data ASN", in its order.
const COLUMNS: &str = "pns_id;nip_baru;nip_lama;nama;gelar_depan;gelar_belakang;tempat_lahir_id;tempat_lahir_nama;tanggal_lahir;\
jenis_kelamin;agama_id;agama_nama;jenis_kawin_id;jenis_kawin_nama;nik;nomor_hp;email;email_gov;alamat;npwp_nomor;bpjs;\
jenis_pegawai_id;jenis_pegawai_nama;kedudukan_hukum_id;kedudukan_hukum_nama;status_cpns_pns;kartu_asn_virtual;nomor_sk_cpns;\
tanggal_sk_cpns;tmt_cpns;nomor_sk_pns;tanggal_sk_pns;tmt_pns;gol_awal_id;gol_awal_nama;gol_akhir_id;gol_akhir_nama;tmt_golongan;\
mk_tahun;mk_bulan;jenis_jabatan_id;jenis_jabatan_nama;jabatan_id;jabatan_nama;tmt_jabatan;tingkat_pendidikan_id;\
tingkat_pendidikan_nama;pendidikan_id;pendidikan_nama;tahun_lulus;kpkn_id;kpkn_nama;lokasi_kerja_id;lokasi_kerja_nama;unor_id;\
unor_nama;instansi_induk_id;instansi_induk_nama;instansi_kerja_id;instansi_kerja_nama;satuan_kerja_induk_id;\
satuan_kerja_induk_nama;satuan_kerja_kerja_id;satuan_kerja_kerja_nama;is_valid_nik;nama_sekolah;flag_ikd";
const UNITS: &str =
    "Id;InstansiId;DiatasanId;EselonId;NamaUnor;NamaJabatan;CepatKode;IndukUnorId;PemimpinPnsId;JenisUnorId";
/// A word that is in every cell that must not be kept.
const SECRET: &str = "TAKDISIMPAN";
/// Environment variable with the number of people. CONTRIBUTING.md has the command.
const PEOPLE: &str = "KINERJA_TEST_PEOPLE";

/// The number of people in large files of the tests.
pub fn people() -> usize {
    std::env::var(PEOPLE).map_or(1_000, |text| text.parse().expect("a number"))
}

/// A unit of the generated city.
struct Unit {
    id: String,
    parent: Option<usize>,
    echelon: &'static str,
    name: String,
    head: Option<usize>,
}

/// The generated city: its units, and the unit of each person.
struct City {
    units: Vec<Unit>,
    homes: Vec<usize>,
}

fn person_id(number: usize) -> String {
    format!("A5EB03E2{number:024X}")
}

fn nip(number: usize) -> String {
    let (sex, sequence, day) = (number / 999 % 2 + 1, number % 999 + 1, number / 1_998 + 1);
    format!("199001{day:02}201501{sex}{sequence:03}")
}

impl City {
    /// A root, departments with four divisions of three sections each; every 97th unit has no head.
    fn generate() -> Self {
        let mut units = vec![Unit {
            id: format!("{:032X}", 0xC0_0000),
            parent: None,
            echelon: "99",
            name: "Pemerintah Kota Contoh".to_owned(),
            head: None,
        }];
        let add = |units: &mut Vec<Unit>, parent: usize, echelon, name: String| {
            let id = format!("{:032X}", 0xC0_0000 + units.len());
            units.push(Unit { id, parent: Some(parent), echelon, name, head: None });
            units.len() - 1
        };
        // Some eight people a unit.
        for department in 1..=people() / 130 {
            let above = add(&mut units, 0, "22", format!("Dinas Contoh {department}"));
            for division in 1..=4 {
                let middle = add(&mut units, above, "31", format!("Bidang {division} Dinas {department}"));
                for section in 1..=3 {
                    add(
                        &mut units,
                        middle,
                        "41",
                        format!("Seksi {section} Bidang {division} Dinas {department}"),
                    );
                }
            }
        }
        let count = units.len();
        let homes: Vec<usize> = (0..people()).map(|number| number % (count - 1) + 1).collect();
        for (number, home) in homes.iter().enumerate().take(count - 1) {
            if home % 97 != 0 {
                units[*home].head = Some(number);
            }
        }
        Self { units, homes }
    }

    fn units(&self) -> String {
        let mut text = format!("{UNITS}\r\n");
        for (number, unit) in self.units.iter().enumerate() {
            let parent = unit.parent.map(|parent| self.units[parent].id.clone()).unwrap_or_default();
            let head = unit.head.map(person_id).unwrap_or_default();
            writeln!(
                text,
                "{};A5EB03E23B25F6A0;{parent};{};{};Kepala {};{};;{head};1\r",
                unit.id,
                unit.echelon,
                unit.name,
                unit.name,
                5_471_000 + number
            )
            .expect("a row");
        }
        text
    }

    fn people(&self) -> String {
        let mut text = format!("\u{feff}{COLUMNS}\r\n");
        for (number, home) in self.homes.iter().enumerate() {
            let unit = &self.units[*home];
            let leads = unit.head == Some(number);
            let (kind, position, name) = match (leads, number % 2) {
                (true, _) => ("1", format!("{:032X}", 0xD0_0000 + home), format!("Kepala {}", unit.name)),
                (false, 0) => ("2", "F-42".to_owned(), "Analis Kebijakan Ahli Muda".to_owned()),
                (false, _) => ("4", "F-77".to_owned(), "Pengadministrasi Perkantoran".to_owned()),
            };
            let cells: Vec<(&str, String)> = vec![
                ("pns_id", person_id(number)),
                ("nip_baru", nip(number)),
                ("nama", format!("ORANG CONTOH {number}")),
                ("gelar_belakang", "S.E.".to_owned()),
                ("jenis_pegawai_id", "12".to_owned()),
                ("jenis_pegawai_nama", "PNS Daerah Kota".to_owned()),
                ("kedudukan_hukum_id", "01".to_owned()),
                ("kedudukan_hukum_nama", "Aktif".to_owned()),
                ("status_cpns_pns", "P".to_owned()),
                ("gol_akhir_id", "33".to_owned()),
                ("gol_akhir_nama", "III/c".to_owned()),
                ("jenis_jabatan_id", kind.to_owned()),
                ("jabatan_id", position),
                ("jabatan_nama", name),
                ("tmt_jabatan", "01-03-2022".to_owned()),
                ("unor_id", unit.id.clone()),
                ("unor_nama", unit.name.clone()),
            ];
            let known: BTreeMap<&str, String> = cells.into_iter().collect();
            let secret = |column: &str| format!("{SECRET}-{column}-{number}");
            let row: Vec<String> = COLUMNS
                .split(';')
                .map(|column| {
                    known.get(column).cloned().unwrap_or_else(|| match column {
                        "gelar_depan" => String::new(),
                        column => secret(column),
                    })
                })
                .collect();
            writeln!(text, "{}\r", row.join(";")).expect("a row");
        }
        text
    }

    /// The rater of a person: the head of the unit, for a head that of the unit above; none if there is none.
    fn rater(&self, number: usize) -> Option<usize> {
        let home = &self.units[self.homes[number]];
        match home.head {
            Some(head) if head != number => Some(head),
            Some(_) => self.units[home.parent?].head,
            None => None,
        }
    }
}

/// The names of people and of their superiors, by external id.
async fn raters(admin: &Client) -> BTreeMap<String, Option<String>> {
    let query =
        "query($after: String) { staff(first: 100, after: $after) { pageInfo { endCursor hasNextPage }
        edges { node { externalId assignment { superior { staff { externalId } } } } } } }";
    let (mut after, mut found) = (Value::Null, BTreeMap::new());
    loop {
        let page = admin.ok(query, json!({ "after": after })).await["staff"].clone();
        for edge in page["edges"].as_array().expect("people") {
            let node = &edge["node"];
            if let Some(id) = node["externalId"].as_str() {
                let superior = node["assignment"]["superior"]["staff"]["externalId"].as_str();
                found.insert(id.to_owned(), superior.map(str::to_owned));
            }
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
    }
}

async fn siasn(on: On) {
    run(on, |app| async move {
        let app = app.without_limits();
        let admin = Client { language: "id", ..app.client(Person::Admin).await };
        let city = City::generate();
        let (number_of_people, units, people) = (people(), city.units(), city.people());
        assert!(people.matches(SECRET).count() > 40 * number_of_people);
        let files = || async { [upload(&admin, &people).await, upload(&admin, &units).await] };

        let started = Instant::now();
        let run = import_files(&admin, &files().await, false, Wait::Long).await;
        let first = started.elapsed();
        assert_eq!(run["status"], "APPLIED", "{run:#}");
        assert_eq!(
            (&run["changes"]["refused"], &run["changes"]["updated"]),
            (&json!(0), &json!(1)),
            "only the root's id"
        );
        let started = Instant::now();
        let again = import_files(&admin, &files().await, false, Wait::Long).await;
        println!("{on:?}: {number_of_people} people in {first:?}, again in {:?}", started.elapsed());
        assert_eq!(
            (&again["status"], &again["changes"]["created"], &again["changes"]["updated"]),
            (&json!("APPLIED"), &json!(0), &json!(0)),
            "{again:#}"
        );

        let found = raters(&admin).await;
        let mut derived = 0;
        for number in 0..number_of_people {
            let rater = found.get(&person_id(number)).expect("a person");
            let expected = city.rater(number).map(person_id);
            assert_eq!(*rater, expected, "person {number}");
            derived += usize::from(expected.is_some());
        }
        assert!(derived * 100 >= number_of_people * 98, "{derived} raters are derived");
        // The others are listed for the office.
        let warnings = run["changes"]["warnings"].as_u64().expect("a number");
        assert!(warnings as usize >= number_of_people - derived, "{warnings} warnings, {derived} derived");
        let listed = &run["rows"]["edges"][0]["node"]["problems"][0];
        assert!(listed["message"].as_str().expect("a sentence").contains("tidak tercantum"), "{listed}");
        assert!(listed.field("cell").is_string(), "{listed}");

        assert_eq!(
            columns_with(&app.env, SECRET).await.expect("columns"),
            [""; 0],
            "what an appraisal does not need is not stored"
        );
        assert!(
            !columns_with(&app.env, &format!("ORANG CONTOH {}", number_of_people - 1))
                .await
                .expect("columns")
                .is_empty(),
            "the search finds what is stored"
        );
        let left = std::fs::read_dir(&*app.env.uploads).expect("a folder");
        // SQLite's own files are in the same folder.
        let left: Vec<_> = left
            .map(|file| file.expect("a file").file_name().into_string().expect("text"))
            .filter(|name| !name.starts_with("kinerja.db"))
            .collect();
        assert!(left.is_empty(), "applied files are removed: {left:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_siasn_get_their_raters_sqlite() {
    siasn(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_siasn_get_their_raters_postgres() {
    siasn(On::Postgres).await;
}

/// A small agency of SIASN: a department with a head and two people, and a division with a head.
const SMALL_UNITS: &str = "Id;DiatasanId;EselonId;NamaUnor;CepatKode;PemimpinPnsId\n\
    U0;;99;Pemerintah Kota Contoh;10;\n\
    U1;U0;22;Dinas Contoh;11;P1\n\
    U2;U1;31;Bidang Contoh;12;P2\n";
const SMALL_PEOPLE: &str = "pns_id;nip_baru;nama;gelar_depan;gelar_belakang;alamat;npwp_nomor;jenis_pegawai_nama;\
    kedudukan_hukum_id;kedudukan_hukum_nama;status_cpns_pns;gol_akhir_nama;jenis_jabatan_id;jabatan_id;jabatan_nama;\
    tmt_jabatan;unor_id\n\
    P1;199001012015011001;KEPALA SATU;Dr.;S.E.;Jalan 1;1;PNS Daerah;01;Aktif;P;IV/b;1;J1;Kepala Dinas Contoh;01-03-2022;U1\n\
    P2;199001012015011002;KEPALA DUA;;S.H.;Jalan 2;2;PNS Daerah;01;Aktif;P;IV/a;1;J2;Kepala Bidang Contoh;01-03-2022;U2\n\
    P3;199001012015011003;STAF TIGA;Ir.;;Jalan 3;3;PNS Daerah;01;Aktif;P;III/c;4;J3;Pengelola Data;01-03-2022;U2\n";

/// A CSV text without one column.
fn without(text: &str, column: &str) -> String {
    let at = text.lines().next().expect("a header").split(';').position(|name| name.trim() == column);
    let at = at.expect("the column");
    let cut = |line: &str| {
        let cells: Vec<&str> =
            line.split(';').enumerate().filter(|(place, _)| *place != at).map(|(_, cell)| cell).collect();
        cells.join(";") + "\n"
    };
    text.lines().map(cut).collect()
}

/// A CSV text with another cell in the row of a person or unit.
fn with(text: &str, id: &str, column: &str, value: &str) -> String {
    let at = text.lines().next().expect("a header").split(';').position(|name| name.trim() == column);
    let at = at.expect("the column");
    let set = |line: &str| {
        let mut cells: Vec<&str> = line.split(';').collect();
        if cells[0] == id {
            cells[at] = value;
        }
        cells.join(";") + "\n"
    };
    text.lines().map(set).collect()
}

async fn small(admin: &Client, units: &str, people: &str, dry_run: bool) -> Value {
    let files = [upload(admin, people).await, upload(admin, units).await];
    import_files(admin, &files, dry_run, Wait::Short).await
}

/// The sheet, cell and sentence of each problem.
fn problems(run: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = run["rows"]["edges"].as_array().expect("rows").iter().map(|edge| &edge["node"]);
    rows.flat_map(|row| {
        let problems = row["problems"].as_array().expect("problems").iter();
        problems.map(move |one| (text(&row["sheet"]), text(&one["cell"]), text(&one["message"])))
    })
    .collect()
}

both!(absent_columns_and_empty_cells_of_siasn_change_nothing, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let run = small(&admin, SMALL_UNITS, SMALL_PEOPLE, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    for column in [
        "jabatan_nama",
        "gelar_depan",
        "gelar_belakang",
        "kedudukan_hukum_id",
        "kedudukan_hukum_nama",
        "tmt_jabatan",
    ] {
        let run = small(&admin, SMALL_UNITS, &without(SMALL_PEOPLE, column), true).await;
        assert_eq!(
            (&run["status"], &run["changes"]["created"], &run["changes"]["updated"]),
            (&json!("READY"), &json!(0), &json!(0)),
            "{column}: {run:#}"
        );
    }
    for (id, column) in [
        ("P1", "jabatan_nama"),
        ("P1", "jabatan_id"),
        ("P2", "jabatan_id"),
        ("P3", "jabatan_id"),
        ("P1", "pns_id"),
        ("P2", "pns_id"),
        ("P3", "pns_id"),
        ("P1", "gelar_depan"),
        ("P2", "gelar_belakang"),
        ("P1", "nip_baru"),
        ("P3", "gol_akhir_nama"),
        ("P3", "jenis_jabatan_id"),
        ("P2", "kedudukan_hukum_id"),
    ] {
        // A database writes NULL for what it does not have.
        for nothing in ["", "NULL"] {
            let run = small(&admin, SMALL_UNITS, &with(SMALL_PEOPLE, id, column, nothing), true).await;
            assert_eq!(
                (&run["status"], &run["changes"]["created"], &run["changes"]["updated"]),
                (&json!("READY"), &json!(0), &json!(0)),
                "{id} {column} {nothing}: {run:#}"
            );
        }
    }
    for (id, column) in [
        ("U2", "PemimpinPnsId"),
        ("U1", "PemimpinPnsId"),
        ("U2", "DiatasanId"),
        ("U2", "EselonId"),
        ("U2", "CepatKode"),
    ] {
        for nothing in ["", "null"] {
            let run = small(&admin, &with(SMALL_UNITS, id, column, nothing), SMALL_PEOPLE, true).await;
            assert_eq!(
                (&run["status"], &run["changes"]["created"], &run["changes"]["updated"]),
                (&json!("READY"), &json!(0), &json!(0)),
                "{id} {column} {nothing}: {run:#}"
            );
        }
    }
    // The import reports an id that nobody has at its cell, and the head stays.
    let run = small(&admin, &with(SMALL_UNITS, "U2", "PemimpinPnsId", "P9"), SMALL_PEOPLE, true).await;
    assert_eq!((&run["status"], &run["changes"]["updated"]), (&json!("READY"), &json!(0)), "{run:#}");
    let found = problems(&run);
    assert!(found.iter().any(|(sheet, cell, _)| sheet == "UNIT" && cell == "F4"), "{found:#?}");
});

both!(words_of_siasn_are_understood_or_named_with_the_allowed_ones, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    // Without the id, the name says who has left.
    for word in ["Wafat", "Pensiun", "Meninggal Dunia"] {
        let people = without(&with(SMALL_PEOPLE, "P3", "kedudukan_hukum_nama", word), "kedudukan_hukum_id");
        let run = small(&admin, SMALL_UNITS, &people, true).await;
        assert_eq!(run["status"], "READY", "{run:#}");
        assert!(problems(&run).iter().any(|(.., text)| text.contains("kedudukan hukum")), "{run:#}");
    }
    let run = small(&admin, SMALL_UNITS, SMALL_PEOPLE, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    for (column, value, cell) in [
        ("kedudukan_hukum_id", "ZZ", "I4"),
        ("kedudukan_hukum_nama", "Entah", "J4"),
        ("jenis_pegawai_nama", "XYZ", "H4"),
        ("jenis_jabatan_id", "9", "M4"),
        ("status_cpns_pns", "412868842727448", "K4"),
    ] {
        let run = small(&admin, SMALL_UNITS, &with(SMALL_PEOPLE, "P3", column, value), true).await;
        let found = problems(&run);
        assert_eq!(run["status"], "REFUSED", "{column}: {run:#}");
        let (.., sentence) =
            found.iter().find(|(sheet, at, _)| sheet == "STAFF" && at == cell).expect("the cell");
        assert!(!sentence.contains(&format!("\"{value}\"")), "nothing is quoted: {sentence}");
        assert!(sentence.contains("yang dikenal: ") || sentence.contains("pilih salah satu: "), "{sentence}");
    }
});

both!(a_shifted_row_is_named_and_nothing_of_it_is_kept, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    for secret in ["412868842727448", "3374010101900001", "081234567890"] {
        // A delimiter in an address without quotation marks.
        let people = with(SMALL_PEOPLE, "P3", "alamat", &format!("{secret};{secret};{secret}"));
        let run = small(&admin, SMALL_UNITS, &people, true).await;
        assert_eq!(run["status"], "REFUSED", "{run:#}");
        assert!(problems(&run).iter().any(|(.., text)| text.contains("19 sel")), "{run:#}");
        // A row that ends early.
        let short = with(SMALL_PEOPLE, "P3", "alamat", secret).replace(";01-03-2022;U2\n", ";01-03-2022\n");
        assert_eq!(small(&admin, SMALL_UNITS, &short, true).await["status"], "REFUSED");
        // The number of cells is right, but each value is in the wrong column.
        for column in [
            "jenis_pegawai_nama",
            "kedudukan_hukum_id",
            "status_cpns_pns",
            "gol_akhir_nama",
            "tmt_jabatan",
            "unor_id",
        ] {
            let run = small(&admin, SMALL_UNITS, &with(SMALL_PEOPLE, "P3", column, secret), true).await;
            assert_eq!(run["status"], "REFUSED", "{column}: {run:#}");
            let quoted: Vec<_> =
                problems(&run).into_iter().filter(|(.., text)| text.contains(secret)).collect();
            assert_eq!(quoted, [], "{column}");
        }
        assert_eq!(columns_with(&app.env, secret).await.expect("columns"), [""; 0], "{secret}");
    }
    // The address is in the cell of the name.
    let address = "JALAN RAHASIA 3308";
    let people = with(&with(SMALL_PEOPLE, "P3", "nama", address), "P3", "gol_akhir_nama", "S.E.");
    let run = small(&admin, SMALL_UNITS, &people, true).await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");
    assert_eq!(columns_with(&app.env, address).await.expect("columns"), [""; 0], "{run:#}");
});

both!(people_of_siasn_without_their_units_give_one_problem, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let run = import_files(&admin, &[upload(&admin, SMALL_PEOPLE).await], true, Wait::Short).await;
    let found = problems(&run);
    assert_eq!((&run["status"], found.len()), (&json!("REFUSED"), 1), "{run:#}");
    assert!(found[0].2.contains("ref-unor") && found[0].2.contains("furtherUploadIds"), "{found:#?}");
});
