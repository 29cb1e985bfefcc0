//! The columns of the sheets: their Indonesian names, their templates, and the words of their lists.

use domain::import::RowKind;

/// A sheet that an import knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Which one.
    pub kind: RowKind,
    /// Its name in a workbook and in the address of its template.
    pub name: &'static str,
    /// The columns that must be there.
    pub required: &'static [&'static str],
    /// Those that may be there.
    pub optional: &'static [&'static str],
    /// A column that no other sheet has.
    pub mark: &'static str,
    /// An example for the template.
    pub example: &'static [&'static str],
}

impl Layout {
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// All sheets, in the order in which they are applied.
pub(super) const LAYOUTS: [Layout; 4] = [
    Layout {
        kind: RowKind::Unit,
        name: "units",
        required: &["kode", "nama", "jenis", "kode_induk"],
        optional: &["id_eksternal"],
        mark: "kode_induk",
        example: &["DISDIK", "Dinas Pendidikan", "OPD", "KOTA", ""],
    },
    Layout {
        kind: RowKind::Position,
        name: "positions",
        required: &["kode", "nama", "jenis", "jenjang"],
        optional: &[],
        mark: "jenjang",
        example: &["GURU-AM", "Guru Ahli Muda", "FUNGSIONAL", "Ahli Muda"],
    },
    Layout {
        kind: RowKind::Staff,
        name: "staff",
        required: &["nip", "nama", "jenis_kepegawaian", "kode_unit", "kode_jabatan"],
        optional: &["golongan", "kapasitas", "pimpinan", "mulai", "id_eksternal"],
        mark: "kode_jabatan",
        example: &[
            "198001012005011003",
            "Contoh Pegawai, S.Pd.",
            "PNS",
            "DISDIK",
            "GURU-AM",
            "III/c",
            "DEFINITIF",
            "tidak",
            "2025-01-01",
            "",
        ],
    },
    Layout {
        kind: RowKind::Superior,
        name: "superiors",
        required: &["pegawai", "atasan"],
        optional: &[],
        mark: "atasan",
        example: &["198001012005011003", "197001011995011001"],
    },
];

/// A header as a column's name: lower case, `_` for spaces and hyphens, some common other names.
pub(super) fn column(header: &str) -> String {
    let name = header.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '-', '/'], "_");
    match name.as_str() {
        "kode_unit_induk" | "induk" => "kode_induk",
        "id_external" | "external_id" => "id_eksternal",
        "pangkat" | "golongan_ruang" | "gol" => "golongan",
        "nip_pegawai" => "pegawai",
        "nip_atasan" => "atasan",
        "status_kepegawaian" => "jenis_kepegawaian",
        "tanggal_mulai" | "tmt" => "mulai",
        "pimpinan_unit" | "kepala" => "pimpinan",
        other => other,
    }
    .to_owned()
}

/// A word of a list as the domain spells it; others unchanged.
pub(super) fn word(value: &str) -> String {
    let upper = value.trim().to_uppercase().replace([' ', '-'], "_");
    match upper.as_str() {
        "INSTANSI" | "KOTA" | "PEMDA" => "AGENCY",
        "DINAS" | "BADAN" => "OPD",
        "BAGIAN" => "BIDANG",
        "SUBBAGIAN" | "SEKSI" => "SUBBAG",
        "SEKOLAH" => "SCHOOL",
        "LAINNYA" => "OTHER",
        "PENGAWAS" => "SUPERVISOR",
        "PELAKSANA" => "EXECUTIVE",
        "FUNGSIONAL" => "FUNCTIONAL",
        "POLITIK" => "POLITICAL",
        "PPPK_PARUH_WAKTU" | "PARUH_WAKTU" => "PPPK_PART_TIME",
        "NONASN" => "NON_ASN",
        "DEFINITIF" => "DEFINITIVE",
        other => other,
    }
    .to_owned()
}

/// A sheet with its headers and one example, as CSV for Excel in Indonesia (`;`); none for an unknown name.
#[must_use]
pub fn template(name: &str) -> Option<String> {
    let layout = LAYOUTS.iter().find(|layout| layout.name == name)?;
    let headers: Vec<&str> = layout.columns().collect();
    Some(format!("\u{feff}{}\r\n{}\r\n", headers.join(";"), layout.example.join(";")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_a_cell_for_each_column() {
        for layout in LAYOUTS {
            assert_eq!(layout.example.len(), layout.columns().count(), "{}", layout.name);
            assert!(layout.required.contains(&layout.mark), "{}", layout.name);
            assert!(template(layout.name).is_some());
        }
        assert_eq!(template("passwords"), None);
    }

    #[test]
    fn headers_are_forgiven_their_spelling() {
        assert_eq!(column("\u{feff}Kode Induk "), "kode_induk");
        assert_eq!(column("TMT"), "mulai");
        assert_eq!(word("pppk paruh waktu"), "PPPK_PART_TIME");
        assert_eq!(word("JPT Pratama"), "JPT_PRATAMA");
    }
}
