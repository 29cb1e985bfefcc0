//! The seven core values of civil servants (BerAKHLAK) with their guiding behaviours, from SE MenPANRB
//! 20/2021. The English is our translation.

use super::CriterionSeed;

/// The core values in their order, without weights.
#[must_use]
pub fn berakhlak() -> Vec<CriterionSeed> {
    VALUES
        .iter()
        .map(|(code, name_id, name_en, behaviours, behaviours_en)| CriterionSeed {
            code: (*code).to_owned(),
            name_id: (*name_id).to_owned(),
            name_en: (*name_en).to_owned(),
            behaviours: behaviours.iter().map(|&line| line.to_owned()).collect(),
            behaviours_en: behaviours_en.iter().map(|&line| line.to_owned()).collect(),
            weight: None,
        })
        .collect()
}

/// Code, name in Indonesian and English, behaviours as published, and our translation.
type Value = (&'static str, &'static str, &'static str, [&'static str; 3], [&'static str; 3]);

const VALUES: [Value; 7] = [
    (
        "BERORIENTASI_PELAYANAN",
        "Berorientasi Pelayanan",
        "Service oriented",
        [
            "Memahami dan memenuhi kebutuhan masyarakat",
            "Ramah, cekatan, solutif, dan dapat diandalkan",
            "Melakukan perbaikan tiada henti",
        ],
        [
            "Understand and meet the needs of the public",
            "Be friendly, quick, focused on solutions, and dependable",
            "Never stop improving",
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
        [
            "Carry out duties with honesty, responsibility, care, discipline and high integrity",
            "Use the assets and property of the state responsibly, effectively and efficiently",
            "Do not abuse the authority of the office",
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
        [
            "Improve one's own competence to meet challenges that keep changing",
            "Help others to learn",
            "Carry out duties with the best quality",
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
        [
            "Respect everyone, whatever their background",
            "Be glad to help others",
            "Build a favourable working environment",
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
        [
            "Hold firmly to the ideology of Pancasila and the 1945 Constitution of the Republic of Indonesia, and be loyal to the Unitary State of the Republic of Indonesia and its lawful government",
            "Guard the good name of fellow civil servants, leaders, the agency and the state",
            "Keep the secrets of the office and of the state",
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
        ["Adapt quickly to change", "Keep innovating and developing creativity", "Act proactively"],
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
        [
            "Give all parties the opportunity to contribute",
            "Be open to working together to create added value",
            "Mobilise the use of all kinds of resources for shared goals",
        ],
    ),
];
