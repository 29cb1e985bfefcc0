//! Notes in brackets after the header of a column. Some say how to fill the column, such as `(wajib)`. Others make it a
//! different column, such as `TMT (CPNS)`.

use super::columns::normal;

/// Words of notes about how to fill a column.
const WORDS: &[&str] = &[
    "wajib",
    "opsional",
    "boleh",
    "kosong",
    "kosongkan",
    "isi",
    "isian",
    "diisi",
    "harus",
    "jika",
    "bila",
    "apabila",
    "tidak",
    "ada",
    "ya",
    "dan",
    "atau",
    "dengan",
    "tanpa",
    "gelar",
    "lengkap",
    "sesuai",
    "lihat",
    "lembar",
    "kamus",
    "pilih",
    "salah",
    "satu",
    "digit",
    "angka",
    "huruf",
    "karakter",
    "contoh",
    "misal",
    "misalnya",
    "mis",
    "cth",
    "format",
    "teks",
    "text",
    "tgl",
    "tanggal",
    "bln",
    "bulan",
    "thn",
    "tahun",
    "hari",
    "hh",
    "bb",
    "tttt",
    "dd",
    "mm",
    "yyyy",
    "required",
    "optional",
    "siasn",
    "simpeg",
    "yes",
    "no",
];
/// Further such words that count only in the column of one field.
const OF_FIELD: &[(&str, &[&str])] = &[
    ("nip", &["asn", "pns", "pppk"]),
    ("rank", &["asn", "pns", "pppk"]),
    ("unitCode", &["unit"]),
    ("positionCode", &["jabatan"]),
    ("employmentKind", &["asn", "pns", "pppk", "cpns", "non", "paruh", "penuh", "waktu"]),
    ("capacity", &["definitif", "def", "plt", "plh"]),
    ("kind", &["opd", "bidang", "subbag", "struktural", "fungsional", "pelaksana"]),
    ("level", &["ahli", "pertama", "muda", "madya", "utama"]),
    ("staff", &["nip"]),
    ("superior", &["nip"]),
];

/// Whether a note does not change the meaning of the column: it consists of known words, numbers, Roman numerals and
/// single letters.
pub(super) fn is_harmless(note: &str, field: &str) -> bool {
    let of_field = OF_FIELD.iter().find(|(name, _)| *name == field).map_or(&[][..], |(_, words)| words);
    let is_known = |word: &str| {
        WORDS.contains(&word)
            || of_field.contains(&word)
            || word.chars().count() == 1
            || word.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(word, "ii" | "iii" | "iv")
    };
    normal(note).split('_').filter(|word| !word.is_empty()).all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_about_how_to_fill_a_column_are_harmless() {
        for note in
            ["wajib)", "18 digit)", "tgl/bln/thn)", "contoh: III/c)", "ya/tidak)", "1)", ")", "PNS/PPPK)"]
        {
            assert!(is_harmless(note, "nip"), "{note}");
        }
        assert!(is_harmless("PNS/CPNS/PPPK)", "employmentKind"));
        for note in ["CPNS)", "lama)", "Awal)", "Ibu Kandung)", "Atasan)", "NIP)"] {
            assert!(!is_harmless(note, "validFrom"), "{note}");
        }
    }
}
