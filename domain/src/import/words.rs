//! Words of the lists that offices use for employment kinds, positions, units and capacities.
//!
//! The values of eselon follow the comparison of old and new positions in PP 11/2017, article 131.

use crate::{
    Labelled, Locale, Message,
    assignment::Capacity,
    staff::{EmploymentKind, PositionKind},
    unit::UnitKind,
};
use strum::IntoEnumIterator;

/// A value that cells name by one of several words.
pub trait Words: Labelled + IntoEnumIterator + PartialEq + Into<&'static str> + 'static {
    /// Further words, in capitals, with single spaces for everything but letters and digits.
    const SYNONYMS: &'static [(&'static str, Self)];

    /// The value that a text names: its label in either language, its name in the API, or a synonym.
    #[must_use]
    fn read(text: &str) -> Option<Self> {
        let word = normal(text);
        let is_named = |value: &Self| {
            let name: &'static str = (*value).into();
            [value.label(Locale::Id), value.label(Locale::En), name]
                .into_iter()
                .any(|known| normal(known) == word)
        };
        let synonym = Self::SYNONYMS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        synonym.or_else(|| Self::iter().find(is_named))
    }

    /// The allowed words as the parameter `{allowed}` of a message.
    #[must_use]
    fn allowed(message: Message) -> Message {
        message.with_labels("allowed", &Self::iter().collect::<Vec<_>>())
    }
}

/// A text for comparisons: capitals, with single spaces for everything but letters and digits.
fn normal(text: &str) -> String {
    let upper = text.to_uppercase();
    let words = upper.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

impl Words for EmploymentKind {
    const SYNONYMS: &'static [(&'static str, Self)] = &[
        ("PNS DAERAH", Self::Pns),
        ("PNSD", Self::Pns),
        ("PNS PUSAT", Self::Pns),
        ("PNS AKTIF", Self::Pns),
        ("ASN PNS", Self::Pns),
        ("PEGAWAI NEGERI", Self::Pns),
        ("PEGAWAI NEGERI SIPIL", Self::Pns),
        ("CPNS DAERAH", Self::Cpns),
        ("CPNSD", Self::Cpns),
        ("CALON PNS", Self::Cpns),
        ("CALON PEGAWAI NEGERI SIPIL", Self::Cpns),
        ("P3K", Self::Pppk),
        ("PPPK PENUH WAKTU", Self::Pppk),
        ("P3K PENUH WAKTU", Self::Pppk),
        ("PPPK PENUH", Self::Pppk),
        ("ASN PPPK", Self::Pppk),
        ("PPPK GURU", Self::Pppk),
        ("PPPK TEKNIS", Self::Pppk),
        ("PPPK KESEHATAN", Self::Pppk),
        ("PPPK TENAGA KESEHATAN", Self::Pppk),
        ("PPPK NAKES", Self::Pppk),
        ("PEGAWAI PEMERINTAH DENGAN PERJANJIAN KERJA", Self::Pppk),
        ("P3K PARUH WAKTU", Self::PppkPartTime),
        ("PARUH WAKTU", Self::PppkPartTime),
        ("PPPK PW", Self::PppkPartTime),
        ("P3K PW", Self::PppkPartTime),
        ("PPPK PARTTIME", Self::PppkPartTime),
        ("NONASN", Self::NonAsn),
        ("NON PNS", Self::NonAsn),
        ("HONORER", Self::NonAsn),
        ("TENAGA HONORER", Self::NonAsn),
        ("PEGAWAI HONORER", Self::NonAsn),
        ("HONOR", Self::NonAsn),
        ("THL", Self::NonAsn),
        ("TENAGA HARIAN LEPAS", Self::NonAsn),
        ("HARIAN LEPAS", Self::NonAsn),
        ("PTT", Self::NonAsn),
        ("PEGAWAI TIDAK TETAP", Self::NonAsn),
        ("GTT", Self::NonAsn),
        ("GURU TIDAK TETAP", Self::NonAsn),
        ("KONTRAK", Self::NonAsn),
        ("TENAGA KONTRAK", Self::NonAsn),
        ("PEGAWAI KONTRAK", Self::NonAsn),
        ("TENAGA SUKARELA", Self::NonAsn),
        ("SUKARELAWAN", Self::NonAsn),
        ("TENAGA ALIH DAYA", Self::NonAsn),
        ("OUTSOURCING", Self::NonAsn),
        ("PEJABAT POLITIK", Self::NonAsn),
        ("KEPALA DAERAH", Self::NonAsn),
    ];
}

impl Words for PositionKind {
    const SYNONYMS: &'static [(&'static str, Self)] = &[
        ("PIMPINAN TINGGI UTAMA", Self::JptUtama),
        ("JABATAN PIMPINAN TINGGI UTAMA", Self::JptUtama),
        ("PIMPINAN TINGGI MADYA", Self::JptMadya),
        ("JABATAN PIMPINAN TINGGI MADYA", Self::JptMadya),
        ("ESELON I", Self::JptMadya),
        ("ESELON I A", Self::JptMadya),
        ("ESELON I B", Self::JptMadya),
        ("ESELON IA", Self::JptMadya),
        ("ESELON IB", Self::JptMadya),
        ("I A", Self::JptMadya),
        ("I B", Self::JptMadya),
        ("JPT", Self::JptPratama),
        ("PIMPINAN TINGGI PRATAMA", Self::JptPratama),
        ("JABATAN PIMPINAN TINGGI PRATAMA", Self::JptPratama),
        ("ESELON II", Self::JptPratama),
        ("ESELON II A", Self::JptPratama),
        ("ESELON II B", Self::JptPratama),
        ("ESELON IIA", Self::JptPratama),
        ("ESELON IIB", Self::JptPratama),
        ("II A", Self::JptPratama),
        ("II B", Self::JptPratama),
        ("JABATAN ADMINISTRATOR", Self::Administrator),
        ("ESELON III", Self::Administrator),
        ("ESELON III A", Self::Administrator),
        ("ESELON III B", Self::Administrator),
        ("ESELON IIIA", Self::Administrator),
        ("ESELON IIIB", Self::Administrator),
        ("III A", Self::Administrator),
        ("III B", Self::Administrator),
        ("JABATAN PENGAWAS", Self::Supervisor),
        ("ESELON IV", Self::Supervisor),
        ("ESELON IV A", Self::Supervisor),
        ("ESELON IV B", Self::Supervisor),
        ("ESELON IVA", Self::Supervisor),
        ("ESELON IVB", Self::Supervisor),
        ("IV A", Self::Supervisor),
        ("IV B", Self::Supervisor),
        ("JABATAN PELAKSANA", Self::Implementer),
        ("FUNGSIONAL UMUM", Self::Implementer),
        ("JABATAN FUNGSIONAL UMUM", Self::Implementer),
        ("JFU", Self::Implementer),
        ("ESELON V", Self::Implementer),
        ("STAF", Self::Implementer),
        ("STAF PELAKSANA", Self::Implementer),
        ("JABATAN FUNGSIONAL", Self::Functional),
        ("FUNGSIONAL TERTENTU", Self::Functional),
        ("JABATAN FUNGSIONAL TERTENTU", Self::Functional),
        ("JF TERTENTU", Self::Functional),
        ("FUNGSIONAL KEAHLIAN", Self::Functional),
        ("FUNGSIONAL KETERAMPILAN", Self::Functional),
        ("JF", Self::Functional),
        ("JFT", Self::Functional),
        ("POLITIK", Self::Political),
        ("PEJABAT NEGARA", Self::Political),
        ("KEPALA DAERAH", Self::Political),
    ];
}

impl Words for UnitKind {
    const SYNONYMS: &'static [(&'static str, Self)] = &[
        ("KOTA", Self::Agency),
        ("KABUPATEN", Self::Agency),
        ("PROVINSI", Self::Agency),
        ("PEMDA", Self::Agency),
        ("PEMKOT", Self::Agency),
        ("PEMKAB", Self::Agency),
        ("PEMERINTAH DAERAH", Self::Agency),
        ("PEMERINTAH KOTA", Self::Agency),
        ("PEMERINTAH KABUPATEN", Self::Agency),
        ("PEMERINTAH PROVINSI", Self::Agency),
        ("DINAS", Self::Opd),
        ("BADAN", Self::Opd),
        ("KANTOR", Self::Opd),
        ("SKPD", Self::Opd),
        ("PERANGKAT DAERAH", Self::Opd),
        ("ORGANISASI PERANGKAT DAERAH", Self::Opd),
        ("INSPEKTORAT", Self::Opd),
        ("SEKRETARIAT DAERAH", Self::Opd),
        ("SETDA", Self::Opd),
        ("SEKRETARIAT DPRD", Self::Opd),
        ("SATPOL PP", Self::Opd),
        ("SATUAN", Self::Opd),
        ("SATUAN POLISI PAMONG PRAJA", Self::Opd),
        ("BIDANG", Self::Bidang),
        ("BAGIAN", Self::Bidang),
        ("BIRO", Self::Bidang),
        ("SEKRETARIAT", Self::Bidang),
        ("INSPEKTUR PEMBANTU", Self::Bidang),
        ("IRBAN", Self::Bidang),
        ("SUBBAG", Self::Subbag),
        ("SUB BAGIAN", Self::Subbag),
        ("SUBBAGIAN", Self::Subbag),
        ("SUB BAG", Self::Subbag),
        ("SEKSI", Self::Subbag),
        ("SUB BIDANG", Self::Subbag),
        ("SUBBIDANG", Self::Subbag),
        ("SUBBID", Self::Subbag),
        ("SUB SEKSI", Self::Subbag),
        ("TIM", Self::Subbag),
        ("TIM KERJA", Self::Subbag),
        ("UPT", Self::Uptd),
        ("UPTB", Self::Uptd),
        ("UNIT PELAKSANA TEKNIS", Self::Uptd),
        ("UNIT PELAKSANA TEKNIS DAERAH", Self::Uptd),
        ("RSUD", Self::Uptd),
        ("RUMAH SAKIT", Self::Uptd),
        ("RUMAH SAKIT UMUM DAERAH", Self::Uptd),
        ("UPTD SEKOLAH", Self::School),
        ("UPTD SATUAN PENDIDIKAN", Self::School),
        ("SATUAN PENDIDIKAN", Self::School),
        ("SEKOLAH DASAR", Self::School),
        ("SEKOLAH DASAR NEGERI", Self::School),
        ("SEKOLAH MENENGAH PERTAMA", Self::School),
        ("SEKOLAH MENENGAH PERTAMA NEGERI", Self::School),
        ("SEKOLAH MENENGAH ATAS", Self::School),
        ("SEKOLAH MENENGAH KEJURUAN", Self::School),
        ("TAMAN KANAK KANAK", Self::School),
        ("TKN", Self::School),
        ("TK", Self::School),
        ("PAUD", Self::School),
        ("SD", Self::School),
        ("SDN", Self::School),
        ("SD NEGERI", Self::School),
        ("SMP", Self::School),
        ("SMPN", Self::School),
        ("SMP NEGERI", Self::School),
        ("SMA", Self::School),
        ("SMK", Self::School),
        ("PUSAT KESEHATAN MASYARAKAT", Self::Puskesmas),
        ("UPTD PUSKESMAS", Self::Puskesmas),
        ("UPT PUSKESMAS", Self::Puskesmas),
        ("KEC", Self::Kecamatan),
        ("KANTOR CAMAT", Self::Kecamatan),
        ("KEL", Self::Kelurahan),
        ("KANTOR LURAH", Self::Kelurahan),
        ("LAIN LAIN", Self::Other),
        ("LAIN", Self::Other),
    ];
}

impl Words for Capacity {
    const SYNONYMS: &'static [(&'static str, Self)] = &[
        ("DEF", Self::Definitive),
        ("TETAP", Self::Definitive),
        ("PELAKSANA TUGAS", Self::Plt),
        ("PELAKSANA HARIAN", Self::Plh),
    ];
}

/// The levels of functional positions, and the ranks of lecturers.
pub const LEVELS: [&str; 12] = [
    "Ahli Pertama",
    "Ahli Muda",
    "Ahli Madya",
    "Ahli Utama",
    "Pemula",
    "Terampil",
    "Mahir",
    "Penyelia",
    "Asisten Ahli",
    "Lektor",
    "Lektor Kepala",
    "Profesor",
];
/// Other words for levels, in the form that [`normal`] returns, including the names before 2017.
const LEVEL_SYNONYMS: [(&str, &str); 9] = [
    ("PERTAMA", "Ahli Pertama"),
    ("MUDA", "Ahli Muda"),
    ("MADYA", "Ahli Madya"),
    ("UTAMA", "Ahli Utama"),
    ("PELAKSANA PEMULA", "Pemula"),
    ("PELAKSANA", "Terampil"),
    ("PELAKSANA LANJUTAN", "Mahir"),
    ("GURU BESAR", "Profesor"),
    ("PROF", "Profesor"),
];

/// The level of a functional position that a text names, in the usual spelling (`Ahli Muda`).
#[must_use]
pub fn known_level(text: &str) -> Option<&'static str> {
    let word = normal(text);
    let synonym = LEVEL_SYNONYMS.iter().find(|(known, _)| *known == word).map(|(_, level)| *level);
    synonym.or_else(|| LEVELS.into_iter().find(|level| normal(level) == word))
}

/// The value of a yes-or-no cell; `None` for an unknown word.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    match normal(text).as_str() {
        "YA" | "Y" | "YES" | "TRUE" | "BENAR" | "1" | "V" => Some(true),
        "TIDAK" | "T" | "NO" | "N" | "FALSE" | "SALAH" | "BUKAN" | "0" => Some(false),
        _ if matches!(text.trim(), "√" | "✓" | "✔") => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_real_lists_are_understood() {
        for (word, kind) in [
            ("P3K", Some(EmploymentKind::Pppk)),
            ("PPPK Penuh Waktu", Some(EmploymentKind::Pppk)),
            ("pppk-paruh waktu", Some(EmploymentKind::PppkPartTime)),
            ("PPPK_PART_TIME", Some(EmploymentKind::PppkPartTime)),
            ("PNS Daerah", Some(EmploymentKind::Pns)),
            ("Civil servant", Some(EmploymentKind::Pns)),
            ("Honorer", Some(EmploymentKind::NonAsn)),
            ("Non-ASN", Some(EmploymentKind::NonAsn)),
            ("Pensiunan", None),
            ("", None),
        ] {
            assert_eq!(EmploymentKind::read(word), kind, "{word}");
        }
        for (word, kind) in [
            ("JPT Pratama", Some(PositionKind::JptPratama)),
            ("Jabatan Fungsional", Some(PositionKind::Functional)),
            ("Fungsional Umum", Some(PositionKind::Implementer)),
            ("EXECUTIVE", Some(PositionKind::Implementer)),
            ("Eselon II.b", Some(PositionKind::JptPratama)),
            ("III.a", Some(PositionKind::Administrator)),
            ("Struktural", None),
        ] {
            assert_eq!(PositionKind::read(word), kind, "{word}");
        }
        assert_eq!(UnitKind::read("Sub-Bagian"), Some(UnitKind::Subbag));
        assert_eq!(UnitKind::read("Bidang/Bagian"), Some(UnitKind::Bidang));
        assert_eq!(Capacity::read("Plt."), Some(Capacity::Plt));
        assert_eq!(Capacity::read("Pj"), None, "a caretaker is neither");
        assert_eq!(
            ["AHLI MUDA", "Madya", "Lektor", "Pelaksana Lanjutan", "Ahli Hebat", ""].map(known_level),
            [Some("Ahli Muda"), Some("Ahli Madya"), Some("Lektor"), Some("Mahir"), None, None]
        );
        assert_eq!(
            (yes_or_no("Ya"), yes_or_no("tidak"), yes_or_no("mungkin")),
            (Some(true), Some(false), None)
        );
    }

    #[test]
    fn each_synonym_is_normal_and_names_one_value() {
        fn check<T: Words + std::fmt::Debug>() {
            let mut known = std::collections::BTreeSet::new();
            for (word, value) in T::SYNONYMS {
                assert_eq!(normal(word), *word);
                assert!(known.insert(*word), "{word}");
                assert_eq!(T::read(word), Some(*value), "{word}");
                let other = T::iter().find(|one| one != value && normal(one.label(Locale::Id)) == *word);
                assert_eq!(other, None, "{word}");
            }
            for value in T::iter() {
                assert_eq!(T::read(value.label(Locale::Id)), Some(value));
            }
        }
        check::<EmploymentKind>();
        check::<PositionKind>();
        check::<UnitKind>();
        check::<Capacity>();
    }
}
