//! The legal standing (`kedudukan_hukum`) of a person: whether they are in the service.

use crate::scoring::Label;

/// Ids of people who have left the service.
const LEFT_IDS: [&str; 2] = ["88", "99"];
/// Ids of people in the service. They need no name beside them; if there is a name, the name counts.
const SERVING_IDS: [u32; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
/// Parts of names of standings: people are in the service although the name has a word of those who have left.
const STAYS: [&str; 3] = ["SEMENTARA", "PERSIAPAN PENSIUN", "PENURUNAN JABATAN"];
/// Parts of names of standings of people who have left, with the word that findings show.
const LEAVES: [(&str, &str); 10] = [
    ("PENSIUN", "pensiun"),
    ("MENINGGAL", "meninggal"),
    ("WAFAT", "wafat"),
    ("TEWAS", "tewas"),
    ("ALMARHUM", "almarhum"),
    ("DIBERHENTIKAN", "diberhentikan"),
    ("BERHENTI", "berhenti"),
    ("MENGUNDURKAN DIRI", "mengundurkan diri"),
    ("PUTUS KONTRAK", "putus kontrak"),
    (" BUP ", "pensiun"),
];
/// Words in names of standings of people who are in the service.
const SERVES: [&str; 19] = [
    "AKTIF",
    "CLTN",
    "CUTI",
    "TUGAS",
    "BELAJAR",
    "TUNGGU",
    "PRAJURIT",
    "PEJABAT",
    "KEPALA",
    "BANDING",
    "BAPEK",
    "TITIPAN",
    "PENGUNGSI",
    "HILANG",
    "HUKUMAN",
    "MPP",
    "DIPERBANTUKAN",
    "DIPEKERJAKAN",
    "PENUGASAN",
];

/// Whether a person is in the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Serves,
    Left(&'static str),
}

impl Standing {
    /// Reads id and name of the standing. If both are empty, the person is in the service. The error lists all columns
    /// that are not understood.
    pub fn read(id: &str, name: &str) -> Result<Self, Vec<&'static str>> {
        let number = id.parse::<u32>().ok();
        let is_id = id.is_empty() || number.is_some() && id.len() <= 3;
        let named = Self::named(name);
        let is_name = name.is_empty() || named.is_some();
        let unknown = [("standing", is_id), ("standingName", is_name)];
        let unknown: Vec<_> =
            unknown.iter().filter(|(_, is_known)| !is_known).map(|(column, _)| *column).collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        match named {
            Some(Self::Left(word)) => Ok(Self::Left(word)),
            _ if LEFT_IDS.contains(&id) => Ok(Self::Left("pensiun")),
            Some(Self::Serves) => Ok(Self::Serves),
            None if number.is_none_or(|number| SERVING_IDS.contains(&number)) => Ok(Self::Serves),
            None => Err(vec!["standing"]),
        }
    }

    fn named(name: &str) -> Option<Self> {
        let upper = name.to_uppercase();
        let words: Vec<&str> =
            upper.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let text = format!(" {} ", words.join(" "));
        if STAYS.iter().any(|part| text.contains(part)) {
            return Some(Self::Serves);
        }
        if let Some((_, word)) = LEAVES.iter().find(|(part, _)| text.contains(part)) {
            return Some(Self::Left(word));
        }
        let denies = words.iter().any(|word| ["TIDAK", "NON", "NONAKTIF", "BUKAN"].contains(word));
        (!denies && words.iter().any(|word| SERVES.contains(word))).then_some(Self::Serves)
    }

    /// The standing of someone who has left.
    pub const fn left(self) -> Option<&'static str> {
        match self {
            Self::Serves => None,
            Self::Left(word) => Some(word),
        }
    }

    /// The values that a column of the standing may have.
    pub fn allowed(column: &str) -> Label {
        match column {
            "standing" => Label::new(
                "01 sampai 16 (masih bekerja), 88 dan 99 (sudah keluar), atau nomor lain yang namanya ada di kolom \"kedudukan_hukum_nama\"",
                "01 to 16 (in the service), 88 and 99 (has left), or another number with its name in the column \"kedudukan_hukum_nama\"",
            ),
            _ => Label::new(
                "Aktif, CLTN, Tugas Belajar, Pemberhentian Sementara, Masa Persiapan Pensiun, Hukuman Disiplin, Pensiun, Meninggal, Wafat, Diberhentikan, Mengundurkan Diri",
                "Aktif, CLTN, Tugas Belajar, Pemberhentian Sementara, Masa Persiapan Pensiun, Hukuman Disiplin, Pensiun, Meninggal, Wafat, Diberhentikan, Mengundurkan Diri",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_is_understood_by_id_or_name_and_never_guessed() {
        for (id, name, expected) in [
            ("01", "Aktif", Ok(Standing::Serves)),
            ("71", "PPPK Aktif", Ok(Standing::Serves)),
            ("04", "Pemberhentian sementara", Ok(Standing::Serves)),
            ("", "Masa Persiapan Pensiun", Ok(Standing::Serves)),
            ("", "", Ok(Standing::Serves)),
            ("99", "", Ok(Standing::Left("pensiun"))),
            ("88", "Aktif", Ok(Standing::Left("pensiun"))),
            ("", "Wafat", Ok(Standing::Left("wafat"))),
            ("", "Pensiun", Ok(Standing::Left("pensiun"))),
            ("", "Pejabat Negara Kabupaten", Ok(Standing::Serves)),
            ("01", "Mencapai BUP", Ok(Standing::Left("pensiun"))),
            ("ZZ", "Aktif", Err(vec!["standing"])),
            ("55", "", Err(vec!["standing"])),
            ("01", "XYZ", Err(vec!["standingName"])),
            ("01", "Tidak aktif", Err(vec!["standingName"])),
            ("412868842727448", "Aktif", Err(vec!["standing"])),
            ("ZZ", "XYZ", Err(vec!["standing", "standingName"])),
        ] {
            assert_eq!(Standing::read(id, name), expected, "{id} {name}");
        }
    }
}
