//! The seven core values of civil servants (BerAKHLAK) with their guiding behaviours, from SE MenPANRB
//! 20/2021.

use super::CriterionSeed;

/// The core values in their order, without weights.
#[must_use]
pub fn berakhlak() -> Vec<CriterionSeed> {
    VALUES
        .iter()
        .map(|(code, name_id, name_en, behaviours)| CriterionSeed {
            code: (*code).to_owned(),
            name_id: (*name_id).to_owned(),
            name_en: (*name_en).to_owned(),
            behaviours: behaviours.iter().map(|&line| line.to_owned()).collect(),
            weight: None,
        })
        .collect()
}

const VALUES: [(&str, &str, &str, [&str; 3]); 7] = [
    (
        "BERORIENTASI_PELAYANAN",
        "Berorientasi Pelayanan",
        "Service oriented",
        [
            "Memahami dan memenuhi kebutuhan masyarakat",
            "Ramah, cekatan, solutif, dan dapat diandalkan",
            "Melakukan perbaikan tiada henti",
        ],
    ),
    (
        "AKUNTABEL",
        "Akuntabel",
        "Accountable",
        [
            "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
            "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
            "Tidak menyalahgunakan kewenangan jabatan",
        ],
    ),
    (
        "KOMPETEN",
        "Kompeten",
        "Competent",
        [
            "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
            "Membantu orang lain belajar",
            "Melaksanakan tugas dengan kualitas terbaik",
        ],
    ),
    (
        "HARMONIS",
        "Harmonis",
        "Harmonious",
        [
            "Menghargai setiap orang apa pun latar belakangnya",
            "Suka menolong orang lain",
            "Membangun lingkungan kerja yang kondusif",
        ],
    ),
    (
        "LOYAL",
        "Loyal",
        "Loyal",
        [
            "Memegang teguh ideologi Pancasila, Undang-Undang Dasar Negara Republik Indonesia Tahun 1945, setia kepada Negara Kesatuan Republik Indonesia serta pemerintahan yang sah",
            "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
            "Menjaga rahasia jabatan dan negara",
        ],
    ),
    (
        "ADAPTIF",
        "Adaptif",
        "Adaptive",
        [
            "Cepat menyesuaikan diri menghadapi perubahan",
            "Terus berinovasi dan mengembangkan kreativitas",
            "Bertindak proaktif",
        ],
    ),
    (
        "KOLABORATIF",
        "Kolaboratif",
        "Collaborative",
        [
            "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
            "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
            "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
        ],
    ),
];
