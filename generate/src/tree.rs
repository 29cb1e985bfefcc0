//! The units of the city, modelled on public sources. They are marked as approximate until the agency confirms them.

use super::dice::Dice;
use domain::{
    id::{AgencyId, UnitId},
    time::Date,
    unit::{OrgUnit, UnitKind},
};

/// The departments, most important first: a small city has only the first ones.
const DEPARTMENTS: [(&str, &str); 27] = [
    ("DISDIKBUD", "Dinas Pendidikan dan Kebudayaan"),
    ("BKPSDM", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"),
    ("INSPEKTORAT", "Inspektorat"),
    ("DINKES", "Dinas Kesehatan"),
    ("DISKOMINFO", "Dinas Komunikasi dan Informatika"),
    ("RSUD", "RSUD Bukittinggi"),
    ("BAPPERIDA", "Badan Perencanaan Pembangunan, Riset dan Inovasi Daerah"),
    ("BKEU", "Badan Keuangan"),
    ("SETWAN", "Sekretariat DPRD"),
    ("DPUPR", "Dinas Pekerjaan Umum dan Penataan Ruang"),
    ("DISPERKIM", "Dinas Perumahan dan Kawasan Permukiman"),
    ("DLH", "Dinas Lingkungan Hidup"),
    ("DISHUB", "Dinas Perhubungan"),
    ("DINSOS", "Dinas Sosial"),
    ("DP3APPKB", "Dinas P3APPKB"),
    ("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil"),
    ("DPMPTSP", "Dinas Penanaman Modal, PTSP dan Tenaga Kerja"),
    ("DISKOPUKM", "Dinas Koperasi, UKM dan Perdagangan"),
    ("DISPAR", "Dinas Pariwisata"),
    ("DISPORA", "Dinas Pemuda dan Olahraga"),
    ("DISPERTA", "Dinas Pertanian dan Pangan"),
    ("DISPUSIP", "Dinas Perpustakaan dan Kearsipan"),
    ("SATPOLPP", "Satuan Polisi Pamong Praja"),
    ("DAMKAR", "Dinas Pemadam Kebakaran"),
    ("BPBD", "Badan Penanggulangan Bencana Daerah"),
    ("KESBANGPOL", "Badan Kesatuan Bangsa dan Politik"),
    ("KORPRI", "Sekretariat KORPRI"),
];

/// The districts (kecamatan) with their subdistricts (kelurahan).
const DISTRICTS: [(&str, &[&str]); 3] = [
    (
        "Guguk Panjang",
        &[
            "Aur Tajungkang Tengah Sawah",
            "Benteng Pasar Atas",
            "Bukit Apit Puhun",
            "Bukit Cangang Kayu Ramang",
            "Kayu Kubu",
            "Pakan Kurai",
            "Tarok Dipo",
        ],
    ),
    (
        "Mandiangin Koto Selayan",
        &[
            "Campago Guguak Bulek",
            "Campago Ipuh",
            "Garegeh",
            "Koto Selayan",
            "Kubu Gulai Bancah",
            "Manggis Ganting",
            "Puhun Pintu Kabun",
            "Puhun Tembok",
            "Pulai Anak Air",
        ],
    ),
    (
        "Aur Birugo Tigo Baleh",
        &[
            "Aur Kuning",
            "Belakang Balok",
            "Birugo",
            "Kubu Tanjung",
            "Ladang Cakiah",
            "Pakan Labuah",
            "Parik Antang",
            "Sapiran",
        ],
    ),
];

/// The names of the subdistricts.
pub(super) fn subdistricts() -> impl Iterator<Item = &'static str> {
    DISTRICTS.iter().flat_map(|(_, names)| names.iter().copied())
}

const PARTS: [&str; 5] =
    ["Sekretariat", "Bidang Perencanaan", "Bidang Layanan", "Bidang Pembinaan", "Bidang Pengendalian"];
/// Sections of the secretariat.
const SECTIONS: [&str; 8] = [
    "Bagian Pemerintahan",
    "Bagian Kesejahteraan Rakyat",
    "Bagian Hukum",
    "Bagian Perekonomian dan Pembangunan",
    "Bagian Pengadaan Barang dan Jasa",
    "Bagian Organisasi",
    "Bagian Umum",
    "Bagian Protokol dan Komunikasi Pimpinan",
];
/// Further sections of the education office.
const EDUCATION_SECTIONS: [&str; 4] = [
    "Bidang Pembinaan Sekolah Dasar",
    "Bidang Pembinaan Sekolah Menengah Pertama",
    "Bidang PAUD dan Pendidikan Nonformal",
    "Bidang Kebudayaan",
];
const HEALTH_CENTRES: usize = 7;
const PRIMARY_SCHOOLS: usize = 38;
const LOWER_SECONDARY_SCHOOLS: usize = 8;

/// Index of the city's secretariat. Its head rates the heads of departments.
pub(super) const SECRETARIAT: usize = 1;

/// Creates at most `at_most` units, but at least the 12 that every city needs. A parent comes before its children.
pub(super) fn units(dice: Dice, agency: AgencyId, founded: Date, at_most: usize) -> Vec<OrgUnit> {
    let mut tree = Tree { dice, agency, founded, units: Vec::new() };
    let root = tree.add(None, "KOTA", "Pemerintah Kota Bukittinggi", UnitKind::Agency);
    let secretariat = tree.add(Some(root), "SETDA", "Sekretariat Daerah", UnitKind::Opd);
    // The education office gets a section and a school first, because even the smallest city needs them.
    let mut departments = Vec::new();
    for (code, name) in DEPARTMENTS {
        departments.push(tree.add(Some(root), code, name, UnitKind::Opd));
        if departments.len() == 1 {
            tree.add(
                Some(departments[0]),
                "DISDIKBUD-1",
                "Bidang Pembinaan Guru dan Tenaga Kependidikan",
                UnitKind::Bidang,
            );
            tree.add(Some(departments[0]), "SD-01", "SD Negeri 01 Bukittinggi", UnitKind::School);
        }
        if departments.len() == 6 {
            tree.add_districts(root, departments[3]);
        }
    }
    for (number, department) in departments.iter().enumerate().skip(1) {
        let code = DEPARTMENTS[number].0;
        for (part, name) in PARTS.iter().enumerate().take(if number % 3 == 0 { 5 } else { 4 }) {
            let name = format!("{name} {}", short(DEPARTMENTS[number].1));
            let kind = if part == 0 { UnitKind::Subbag } else { UnitKind::Bidang };
            tree.add(Some(*department), &format!("{code}-{}", part + 1), &name, kind);
        }
    }
    for (number, name) in SECTIONS.iter().enumerate() {
        tree.add(Some(secretariat), &format!("SETDA-{}", number + 1), name, UnitKind::Bidang);
    }
    for (number, name) in EDUCATION_SECTIONS.iter().enumerate() {
        tree.add(Some(departments[0]), &format!("DISDIKBUD-{}", number + 2), name, UnitKind::Bidang);
    }
    for number in 2..=PRIMARY_SCHOOLS {
        let name = format!("SD Negeri {number:02} Bukittinggi");
        tree.add(Some(departments[0]), &format!("SD-{number:02}"), &name, UnitKind::School);
    }
    for number in 1..=LOWER_SECONDARY_SCHOOLS {
        let name = format!("SMP Negeri {number} Bukittinggi");
        tree.add(Some(departments[0]), &format!("SMP-{number}"), &name, UnitKind::School);
    }
    tree.units.truncate(at_most.max(12));
    tree.units
}

fn short(name: &str) -> &str {
    name.strip_prefix("Dinas ").or_else(|| name.strip_prefix("Badan ")).unwrap_or(name)
}

struct Tree {
    dice: Dice,
    agency: AgencyId,
    founded: Date,
    units: Vec<OrgUnit>,
}

impl Tree {
    fn add(&mut self, parent: Option<UnitId>, code: &str, name: &str, kind: UnitKind) -> UnitId {
        let number = i32::try_from(self.units.len()).unwrap_or(i32::MAX);
        let id = parent.map_or(UnitId(self.agency.0), |_| UnitId(self.dice.id("unit", 0, number, 0)));
        self.units.push(OrgUnit {
            id,
            agency: self.agency,
            parent,
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            time_zone: parent.is_none().then(|| "Asia/Jakarta".to_owned()),
            approximate: true,
            external_id: None,
            source: None,
            valid_from: self.founded,
            valid_to: None,
            version: 1,
        });
        id
    }

    /// Adds districts with subdistricts, and health centres.
    fn add_districts(&mut self, root: UnitId, health: UnitId) {
        for (district, names) in DISTRICTS {
            let code = format!("KEC-{}", initials(district));
            let above = self.add(Some(root), &code, &format!("Kecamatan {district}"), UnitKind::Kecamatan);
            for (number, name) in names.iter().enumerate() {
                let code = format!("{code}-{:02}", number + 1);
                self.add(Some(above), &code, &format!("Kelurahan {name}"), UnitKind::Kelurahan);
            }
        }
        for number in 1..=HEALTH_CENTRES {
            let name = format!("Puskesmas {number}");
            self.add(Some(health), &format!("PKM-{number}"), &name, UnitKind::Puskesmas);
        }
    }
}

fn initials(name: &str) -> String {
    name.split(' ').filter_map(|word| word.chars().next()).collect()
}
