//! The columns of import sheets: Indonesian names, aliases, templates, and accepted values.

use domain::import::RowKind;

/// Layout of a sheet that can be imported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// The kind of row.
    pub kind: RowKind,
    /// The name in reports and in the URL of the template.
    pub name: &'static str,
    /// Required columns.
    pub required: &'static [&'static str],
    /// Optional columns.
    pub optional: &'static [&'static str],
    /// The column that identifies this sheet.
    pub mark: &'static str,
    /// Column names that personnel offices use, each with the name used here.
    pub aliases: &'static [(&'static str, &'static str)],
    /// The example row of the template.
    pub example: &'static [&'static str],
}

impl Layout {
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    /// Replaces aliases in the headers by this sheet's column names, unless that column is already present.
    pub fn own(&self, headers: &[String]) -> Vec<String> {
        let own = |header: &String| {
            let alias = self.aliases.iter().find(|(alias, _)| alias == header).map(|(_, name)| *name);
            alias
                .filter(|name| !headers.iter().any(|other| other == name))
                .map_or(header.clone(), str::to_owned)
        };
        headers.iter().map(own).collect()
    }

    /// Lists the required columns that are missing.
    pub fn missing(&self, headers: &[String]) -> impl Iterator<Item = &'static str> {
        let headers = self.own(headers);
        self.required.iter().copied().filter(move |name| !headers.iter().any(|header| header == name))
    }
}

/// All sheets, in order of application.
pub(super) const LAYOUTS: [Layout; 4] = [
    Layout {
        kind: RowKind::Unit,
        name: "units",
        required: &["kode", "nama", "jenis", "kode_induk"],
        optional: &["id_eksternal"],
        mark: "kode_induk",
        aliases: &[("kode_unit", "kode"), ("nama_unit", "nama"), ("jenis_unit", "jenis")],
        example: &["DISDIK", "Dinas Pendidikan", "OPD", "KOTA", ""],
    },
    Layout {
        kind: RowKind::Position,
        name: "positions",
        required: &["kode", "nama", "jenis", "jenjang"],
        optional: &[],
        mark: "jenjang",
        aliases: &[("kode_jabatan", "kode"), ("nama_jabatan", "nama"), ("jenis_jabatan", "jenis")],
        example: &["GURU-AM", "Guru Ahli Muda", "FUNGSIONAL", "Ahli Muda"],
    },
    Layout {
        kind: RowKind::Staff,
        name: "staff",
        required: &["nip", "nama", "jenis_kepegawaian", "kode_unit", "kode_jabatan"],
        optional: &["golongan", "kapasitas", "pimpinan", "mulai", "id_eksternal"],
        mark: "kode_jabatan",
        aliases: &[
            ("jenis_pegawai", "jenis_kepegawaian"),
            ("kepala_unit", "pimpinan"),
            ("nama_pegawai", "nama"),
            ("nama_lengkap", "nama"),
        ],
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
        aliases: &[("nip", "pegawai")],
        example: &["198001012005011003", "197001011995011001"],
    },
];

/// Finds the sheet with these headers: among the sheets with their identifying column present, the one with the
/// fewest missing columns.
pub(super) fn layout(headers: &[String]) -> Option<Layout> {
    let marked =
        LAYOUTS.into_iter().filter(|layout| layout.own(headers).iter().any(|own| own == layout.mark));
    marked.min_by_key(|layout| layout.missing(headers).count())
}

/// Normalises a header to a column name: lower case, `_` for spaces, hyphens and slashes, common aliases replaced.
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

/// Translates a value of a list to the domain's spelling; returns unknown values in upper case with `_`.
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

/// Converts a day-first date, as written in Indonesia, to `YYYY-MM-DD`; returns other text unchanged.
pub(super) fn day(value: &str) -> String {
    let parts: Vec<&str> = value.trim().split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [day, month, year] if day.len() <= 2 && month.len() <= 2 && year.len() == 4 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => value.to_owned(),
    }
}

/// Builds a template with headers and one example row, as CSV for Indonesian Excel (`;`); none for an unknown name.
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
            for (_, name) in layout.aliases {
                assert!(layout.columns().any(|column| column == *name), "{name}");
            }
            assert!(template(layout.name).is_some());
        }
        assert_eq!(template("passwords"), None);
    }

    #[test]
    fn headers_days_and_values_are_normalised() {
        assert_eq!(column("\u{feff}Kode Induk "), "kode_induk");
        assert_eq!(column("TMT"), "mulai");
        assert_eq!(day("1/3/2025"), "2025-03-01");
        assert_eq!(day("2025-03-01"), "2025-03-01");
        assert_eq!(day("01.03.25"), "01.03.25", "a year of two digits is refused by the check");
        assert_eq!(word("pppk paruh waktu"), "PPPK_PART_TIME");
        assert_eq!(word("JPT Pratama"), "JPT_PRATAMA");
    }
}
