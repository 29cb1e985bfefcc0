//! The columns of import sheets: Indonesian names, other names that offices use, and templates.

use super::{distance::distance, notes};
use domain::{import::RowKind, text::tidy};

/// A column of a sheet.
#[derive(Debug)]
pub(super) struct Column {
    /// The name in templates.
    pub name: &'static str,
    /// The field of the API, as findings name it.
    pub field: &'static str,
    /// Whether a sheet without it is refused.
    pub required: bool,
    /// Other names that personnel offices use, as [`normal`] returns them.
    pub aliases: &'static [&'static str],
    /// The example of the template. The import skips the row of examples, so the examples are values that no office
    /// has: codes that begin with CONTOH, and NIPs of people born in 1800.
    pub example: &'static str,
}

/// Layout of a sheet that can be imported.
#[derive(Debug)]
pub(super) struct Layout {
    /// The kind of row.
    pub kind: RowKind,
    /// The name in the URL of the template; `None` for files of SIASN, which have no template.
    pub name: Option<&'static str>,
    /// The column that identifies this sheet.
    pub mark: &'static str,
    pub columns: &'static [Column],
}

impl Layout {
    /// Whether it is a file of SIASN, in which most columns are left out on purpose.
    pub const fn is_siasn(&self) -> bool {
        self.name.is_none()
    }

    /// The column that a header names.
    pub fn column(&self, header: &str) -> Option<&'static Column> {
        self.named(&normal(header)).or_else(|| {
            let (name, note) = header.split_once('(')?;
            self.named(&normal(name)).filter(|column| notes::is_harmless(note, column.field))
        })
    }

    fn named(&self, name: &str) -> Option<&'static Column> {
        let is_named = |column: &&Column| column.name == name || column.aliases.contains(&name);
        let bare = name.replace('_', "");
        let is_spelt = |column: &&Column| {
            let mut names = column.aliases.iter().chain([&column.name]);
            names.any(|name| name.replace('_', "") == bare)
        };
        self.columns.iter().find(is_named).or_else(|| self.columns.iter().find(is_spelt))
    }

    /// The column whose name is most similar to a header that is not the name of a column: one or two letters differ,
    /// the words have another order, or a note in brackets may give the header another meaning, such as `TMT (CPNS)`.
    pub fn nearest(&self, header: &str) -> Option<&'static Column> {
        if let Some((name, _)) = header.split_once('(')
            && let Some(column) = self.named(&normal(name))
        {
            return Some(column);
        }
        let header = normal(header);
        let distance = |column: &Column| {
            let names = column.aliases.iter().copied().chain([column.name]);
            let names = names.filter(|name| name.len().abs_diff(header.len()) <= 2);
            let names = names.filter(|name| has_same_short_words(name, &header));
            names.map(|name| (distance(name, &header), name.len())).min()
        };
        let near = |(distance, length): (usize, usize)| length >= 4 && distance <= (length / 5).clamp(1, 2);
        let candidates = self.columns.iter().filter_map(|column| Some((distance(column)?, column)));
        candidates
            .filter(|(distance, _)| near(*distance))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, found)| found)
    }
}

/// The names of SIASN's columns as its files write them, if they differ from their [`normal`] form.
const SIASN_NAMES: [&str; 6] = ["Id", "DiatasanId", "NamaUnor", "EselonId", "CepatKode", "PemimpinPnsId"];

impl Column {
    /// The name as people see it in the file.
    pub fn title(&self) -> &'static str {
        SIASN_NAMES.into_iter().find(|name| normal(name) == self.name).unwrap_or(self.name)
    }

    /// Whether a header has only words of one of the column's names, maybe mistyped: `Unit Kerja` for `kode_unit_kerja`.
    pub fn is_hinted_by(&self, header: &str) -> bool {
        let header = normal(header);
        let mut names = self.aliases.iter().copied().chain([self.name]);
        let mut words =
            header.split('_').filter(|word| !word.is_empty() && !BESIDE.contains(word)).peekable();
        words.peek().is_some()
            && names.any(|name| words.clone().all(|word| name.split('_').any(|one| is_typed(one, word))))
    }
}

/// Words that say nothing about a column when they stand alone: `Gelar` is not the name of a person.
const BESIDE: [&str; 10] =
    ["dan", "dengan", "gelar", "lengkap", "baru", "akhir", "nomor", "induk", "jenis", "tanggal"];

/// Whether a word is meant, maybe with a typing error. A short word with another letter is another word.
fn is_typed(word: &str, typed: &str) -> bool {
    word == typed || word.len().min(typed.len()) > SHORT && distance(word, typed) <= 1
}

/// Words of at most so many letters are abbreviations: NIK is not a typing error of NIP.
const SHORT: usize = 3;

/// Whether two names have the same abbreviations at the same places, if they have equally many words.
fn has_same_short_words(left: &str, right: &str) -> bool {
    let pairs = || left.split('_').zip(right.split('_'));
    left.split('_').count() != right.split('_').count()
        || pairs().all(|(one, other)| one == other || one.len().max(other.len()) > SHORT)
}

const fn column(
    name: &'static str,
    field: &'static str,
    aliases: &'static [&'static str],
    example: &'static str,
) -> Column {
    Column { name, field, required: false, aliases, example }
}

const fn required(
    name: &'static str,
    field: &'static str,
    aliases: &'static [&'static str],
    example: &'static str,
) -> Column {
    Column { name, field, required: true, aliases, example }
}

const EXTERNAL_ID: &[&str] = &["id_external", "external_id", "id_siasn", "pns_id", "id_pegawai"];

/// All sheets, in order of application.
pub(super) static LAYOUTS: [Layout; 6] = [
    Layout {
        kind: RowKind::Unit,
        name: Some("units"),
        mark: "kode_induk",
        columns: &[
            required(
                "kode",
                "code",
                &["kode_unit", "kode_unit_kerja", "kode_opd", "kode_unor"],
                "CONTOH-UNIT",
            ),
            required(
                "nama",
                "name",
                &["nama_unit", "nama_unit_kerja", "nama_opd", "nama_unor"],
                "Contoh Unit",
            ),
            required("jenis", "kind", &["jenis_unit", "jenis_unit_kerja", "jenis_opd"], "OPD"),
            required(
                "kode_induk",
                "parentCode",
                &["kode_unit_induk", "induk", "kode_atasan", "kode_unit_atasan", "kode_opd_induk"],
                "KOTA",
            ),
            column("id_eksternal", "externalId", EXTERNAL_ID, ""),
        ],
    },
    Layout {
        kind: RowKind::Position,
        name: Some("positions"),
        mark: "jenjang",
        columns: &[
            required("kode", "code", &["kode_jabatan", "kode_jab", "kd_jabatan"], "CONTOH-JABATAN"),
            required("nama", "name", &["nama_jabatan", "jabatan"], "Contoh Jabatan"),
            required("jenis", "kind", &["jenis_jabatan"], "FUNGSIONAL"),
            required("jenjang", "level", &["jenjang_jabatan", "jenjang_fungsional"], "Ahli Muda"),
        ],
    },
    Layout {
        kind: RowKind::Staff,
        name: Some("staff"),
        mark: "kode_jabatan",
        columns: &[
            required(
                "nip",
                "nip",
                &[
                    "nip_baru",
                    "nip_pegawai",
                    "ni_pppk",
                    "nip_ni_pppk",
                    "nip_nipppk",
                    "nipppk",
                    "nip_nip_pppk",
                    "nomor_induk_pegawai",
                ],
                "180001012005011003",
            ),
            required(
                "nama",
                "name",
                &[
                    "nama_pegawai",
                    "nama_lengkap",
                    "nama_asn",
                    "nama_gelar",
                    "nama_dan_gelar",
                    "nama_lengkap_dan_gelar",
                    "nama_lengkap_dengan_gelar",
                ],
                "Contoh Pegawai, S.Pd.",
            ),
            required(
                "jenis_kepegawaian",
                "employmentKind",
                &["jenis_pegawai", "status_kepegawaian", "status_pegawai", "jenis_asn", "status_asn"],
                "PNS",
            ),
            required(
                "kode_unit",
                "unitCode",
                &["kode_unit_kerja", "kode_opd", "kode_unor", "kd_unit"],
                "CONTOH-UNIT",
            ),
            required("kode_jabatan", "positionCode", &["kode_jab", "kd_jabatan"], "CONTOH-JABATAN"),
            column(
                "golongan",
                "rank",
                &[
                    "gol",
                    "golongan_ruang",
                    "gol_ruang",
                    "gol_akhir",
                    "golongan_akhir",
                    "pangkat_golongan",
                    "pangkat_gol",
                    "pangkat_golongan_ruang",
                    "pangkat_gol_ruang",
                ],
                "III/c",
            ),
            column("pangkat", "rankTitle", &["nama_pangkat"], ""),
            column("kapasitas", "capacity", &["jenis_penugasan"], "DEFINITIF"),
            column(
                "pimpinan",
                "leads",
                &["pimpinan_unit", "kepala", "kepala_unit", "kepala_unit_kerja"],
                "tidak",
            ),
            column(
                "mulai",
                "validFrom",
                &["tmt", "tanggal_mulai", "tgl_mulai", "tmt_jabatan", "terhitung_mulai_tanggal"],
                "2025-01-01",
            ),
            column("id_eksternal", "externalId", EXTERNAL_ID, ""),
        ],
    },
    Layout {
        kind: RowKind::Superior,
        name: Some("superiors"),
        mark: "atasan",
        columns: &[
            required(
                "pegawai",
                "staff",
                &["nip", "nip_pegawai", "nip_bawahan", "bawahan"],
                "180001012005011003",
            ),
            required(
                "atasan",
                "superior",
                &[
                    "nip_atasan",
                    "atasan_langsung",
                    "nip_atasan_langsung",
                    "nip_penilai",
                    "pejabat_penilai",
                    "nip_pejabat_penilai",
                ],
                "180001011995011001",
            ),
        ],
    },
    // The list of units of SIASN, `ref-unor`.
    Layout {
        kind: RowKind::Unit,
        name: None,
        mark: "diatasanid",
        columns: &[
            required("id", "externalId", &["unor_id"], ""),
            required("diatasanid", "parentCode", &["diatasan_id"], ""),
            required("namaunor", "name", &["nama_unor"], ""),
            column("eselonid", "echelon", &["eselon_id"], ""),
            column("cepatkode", "code", &["cepat_kode"], ""),
            required("pemimpinpnsid", "head", &["pemimpin_pns_id"], ""),
        ],
    },
    // The table "Export Data ASN" of SIASN, without the columns that an appraisal does not need.
    Layout {
        kind: RowKind::Staff,
        name: None,
        mark: "unor_id",
        columns: &[
            required("pns_id", "externalId", &[], ""),
            required("nip_baru", "nip", &[], ""),
            required("nama", "name", &[], ""),
            column("gelar_depan", "titleBefore", &[], ""),
            column("gelar_belakang", "titleBehind", &[], ""),
            required("status_cpns_pns", "employmentKind", &[], ""),
            column("jenis_pegawai_nama", "employmentKindName", &[], ""),
            column("kedudukan_hukum_id", "standing", &[], ""),
            column("kedudukan_hukum_nama", "standingName", &[], ""),
            required("gol_akhir_nama", "rank", &[], ""),
            required("jenis_jabatan_id", "kind", &[], ""),
            required("jabatan_id", "positionCode", &[], ""),
            column("jabatan_nama", "positionName", &[], ""),
            column("tmt_jabatan", "validFrom", &[], ""),
            required("unor_id", "unitCode", &[], ""),
        ],
    },
];

/// Maximum number of unknown headers of a row that are compared with the names of columns.
const MAX_MISSPELT: usize = 64;

/// How well the headers of a row fit a layout.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    pub layout: &'static Layout,
    /// The number of different columns of the layout that the row names.
    matched: usize,
    /// The number of further columns whose names the row misspells.
    near: usize,
    /// The number of required columns that are missing.
    missing: usize,
    has_mark: bool,
    /// Whether the name of the sheet is that of this layout.
    is_named: bool,
}

impl Fit {
    /// Whether the row is the header of this sheet; columns may be missing.
    pub const fn is_header(&self) -> bool {
        self.has_mark && self.is_similar()
    }

    /// Whether the row is the header of this sheet with all required columns.
    pub const fn is_complete(&self) -> bool {
        self.is_header() && self.missing == 0 && self.near == 0
    }

    /// How many different columns the row names.
    pub const fn matched(&self) -> usize {
        self.matched
    }

    /// Whether the row looks like a header of this sheet.
    pub const fn is_similar(&self) -> bool {
        self.matched + self.near >= 2
    }

    /// The key for comparing fits: the better of two fits has the greater key. The number of missing columns and the name
    /// of the sheet come before the mark: a list of positions that lacks the column with the mark can have the mark of
    /// the list of people.
    pub const fn rank(&self) -> (bool, bool, std::cmp::Reverse<usize>, bool, bool, usize) {
        let missing = std::cmp::Reverse(self.missing);
        (self.is_complete(), self.is_similar(), missing, self.is_named, self.has_mark, self.matched)
    }
}

/// The words in names of sheets that name one of the office's own sheets.
const OF_SHEETS: [(&str, RowKind); 12] = [
    ("unit", RowKind::Unit),
    ("units", RowKind::Unit),
    ("opd", RowKind::Unit),
    ("skpd", RowKind::Unit),
    ("unor", RowKind::Unit),
    ("jabatan", RowKind::Position),
    ("positions", RowKind::Position),
    ("pegawai", RowKind::Staff),
    ("staff", RowKind::Staff),
    ("asn", RowKind::Staff),
    ("atasan", RowKind::Superior),
    ("superiors", RowKind::Superior),
];

/// The rows that a sheet contains by its name; none if the name says nothing, or names several.
fn named_kind(sheet: &str) -> Option<RowKind> {
    let sheet = normal(sheet);
    let words = || sheet.split('_').filter_map(|word| OF_SHEETS.iter().find(|(known, _)| *known == word));
    let first = words().next()?.1;
    words().all(|(_, kind)| *kind == first).then_some(first)
}

/// The layout that fits the name of a sheet and the headers of a row best; `None` if no header is known.
pub(super) fn fit<'a>(sheet: &str, headers: impl Iterator<Item = &'a str> + Clone) -> Option<Fit> {
    let kind = named_kind(sheet);
    let fits = LAYOUTS.iter().map(|layout| {
        let mut named: Vec<&str> =
            headers.clone().filter_map(|header| layout.column(header)).map(|column| column.name).collect();
        named.sort_unstable();
        named.dedup();
        // Similar names count only in a row that also has a known name.
        let unnamed = headers.clone().filter(|header| !named.is_empty() && layout.column(header).is_none());
        let mut near: Vec<&str> = unnamed
            .take(MAX_MISSPELT)
            .filter_map(|header| layout.nearest(header))
            .map(|column| column.name)
            .filter(|name| !named.contains(name))
            .collect();
        near.sort_unstable();
        near.dedup();
        let is_missing = |column: &&Column| {
            column.required && !named.contains(&column.name) && !near.contains(&column.name)
        };
        let missing = layout.columns.iter().filter(is_missing).count();
        Fit {
            layout,
            matched: named.len(),
            near: near.len(),
            missing,
            has_mark: named.contains(&layout.mark),
            is_named: kind == Some(layout.kind) && !layout.is_siasn(),
        }
    });
    // If several layouts fit equally well, the first one wins: a list of people can also have columns of other sheets.
    fits.filter(|fit| fit.matched > 0).reduce(|best, fit| if fit.rank() > best.rank() { fit } else { best })
}

/// A header for comparisons: lower case, with one `_` for everything but letters and digits.
pub(super) fn normal(header: &str) -> String {
    let lower = tidy(header).to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

/// The letters of a column in a spreadsheet; the first column, 0, is `A`.
pub(super) fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Builds a template with headers and one example row, as CSV for Indonesian Excel (`;`); `None` for an unknown name.
#[must_use]
pub fn template(name: &str) -> Option<String> {
    let layout = LAYOUTS.iter().find(|layout| layout.name == Some(name))?;
    let join =
        |text: fn(&Column) -> &'static str| layout.columns.iter().map(text).collect::<Vec<_>>().join(";");
    Some(format!("\u{feff}{}\r\n{}\r\n", join(|column| column.name), join(|column| column.example)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_normal_and_unique_in_a_sheet() {
        for layout in &LAYOUTS {
            assert!(layout.columns.iter().any(|column| column.required && column.name == layout.mark));
            let mut names: Vec<&str> =
                layout.columns.iter().flat_map(|one| one.aliases.iter().copied().chain([one.name])).collect();
            for name in &names {
                assert_eq!(normal(name), *name);
            }
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{:?}", layout.name);
            assert!(layout.name.is_none_or(|name| template(name).is_some()));
        }
        assert!(template("passwords").is_none());
    }

    #[test]
    fn headers_match_in_every_form_that_people_write() {
        let staff = &LAYOUTS[2];
        for header in [
            "kode_unit",
            "KODE UNIT",
            "Kode\u{a0}Unit *",
            " Kode\r\nUnit ",
            "\u{feff}Kode-Unit*)",
            "Kode  Unit (wajib)",
            "KODE\u{200b} UNIT:",
            "Kode Unit (sesuai lembar unit, 3 huruf)",
        ] {
            assert_eq!(staff.column(header).map(|column| column.name), Some("kode_unit"), "{header:?}");
        }
        assert!(staff.column("kode").is_none());
        for (header, near) in [
            ("TMT (CPNS)", Some("mulai")),
            ("Golongan (Awal)", Some("golongan")),
            ("NIP (Atasan)", Some("nip")),
            ("Nama (Ibu Kandung)", Some("nama")),
            ("Catatan (wajib)", None),
        ] {
            assert!(staff.column(header).is_none(), "a note can change the meaning: {header}");
            assert_eq!(staff.nearest(header).map(|column| column.name), near, "{header}");
        }
        assert!(LAYOUTS[3].column("NIP Atasan (lama)").is_none());
        assert!(staff.column("").is_none());
    }

    #[test]
    fn the_nearest_column_is_found_for_typing_errors_only() {
        let staff = &LAYOUTS[2];
        let near = |header: &str| staff.nearest(header).map(|column| column.name);
        assert_eq!(near("Kode Jabtan"), Some("kode_jabatan"));
        assert_eq!(near("PIMPNIAN"), Some("pimpinan"));
        assert_eq!(near("Golngan"), Some("golongan"));
        for header in
            ["NO", "Catatan", "Nama Unit", "Nama Jabatan", "Jenjang", "NIP Atasan", "Alamat", "NIK", ""]
        {
            assert_eq!(near(header), None, "{header}");
        }
        for header in ["NIK Pegawai", "No Pegawai", "TMT Pensiun", "Kode Pos"] {
            assert_eq!(near(header), None, "{header}");
        }
        let hinted = |header: &str| {
            let names = staff.columns.iter().filter(|column| column.is_hinted_by(header));
            names.map(|column| column.name).collect::<Vec<_>>()
        };
        assert_eq!(hinted("UNIT KERJA"), ["kode_unit", "pimpinan"]);
        assert_eq!(hinted("Unit Krja"), ["kode_unit", "pimpinan"]);
        assert_eq!((hinted("JABATAN").first(), hinted("Catatan").first()), (Some(&"kode_jabatan"), None));
        for header in ["Gelar", "Nomor", "Lengkap dan Gelar", "Baru", "NIK"] {
            assert_eq!(hinted(header), [""; 0], "{header}");
        }
        for header in ["N I P *", "T M T", "KodeUnit"] {
            assert!(staff.column(header).is_some(), "{header}");
        }
        assert_eq!(LAYOUTS[4].columns[5].title(), "PemimpinPnsId");
    }

    #[test]
    fn places_have_letters() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
