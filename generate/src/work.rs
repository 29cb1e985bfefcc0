//! The work of each post: the rows of a plan, their targets, and the activities for them.

mod texts;

use super::tree;

pub(super) use texts::ADDITIONAL;

use texts::{
    CITY, CLERK, DISTRICT, DOCTOR, EDUCATION, HEALTH, HEALTH_CENTRE, INFORMATICS, INSPECTION, NURSE, OFFICE,
    PERSONNEL, SCHOOL_HEAD, TEACHER,
};

/// A kind of work, as a row of a plan.
pub(super) struct Work {
    pub title: &'static str,
    pub indicator: &'static str,
    pub unit: &'static str,
    /// The lowest and the highest target of a year, in `unit`.
    pub target: (i64, i64),
    /// The description of an activity that is part of this work.
    pub activity: &'static str,
}

/// The unit of targets that are levels. Other targets are counts, which add up over the year.
const PERCENT: &str = "persen";

/// Whether targets in this unit are levels, not counts.
pub(super) fn is_level(unit: &str) -> bool {
    unit == PERCENT
}

/// The field in which a department works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sector {
    Education,
    Health,
    Inspection,
    Personnel,
    Informatics,
    District,
    Other,
}

impl Sector {
    /// Returns the sector of a department by its code.
    pub fn of(department: &str) -> Self {
        match department {
            "DISDIKBUD" => Self::Education,
            "DINKES" | "RSUD" => Self::Health,
            "INSPEKTORAT" => Self::Inspection,
            "BKPSDM" => Self::Personnel,
            "DISKOMINFO" => Self::Informatics,
            _ if department.starts_with("KEC-") => Self::District,
            _ => Self::Other,
        }
    }
}

/// The properties of a person's position that decide their work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub sector: Sector,
    /// The code of the position.
    pub post: &'static str,
}

/// Lists the work of a post, at least three kinds.
pub(super) fn of(place: Place) -> &'static [Work] {
    match (place.post, place.sector) {
        ("SEKDA", _) => &CITY,
        ("KEPSEK", _) => &SCHOOL_HEAD,
        ("GURU-PT" | "GURU-MU" | "GURU-MA", _) => &TEACHER,
        ("KAPUS", _) => &HEALTH_CENTRE,
        ("DOKTER", _) => &DOCTOR,
        ("PERAWAT", _) => &NURSE,
        ("PENGADMINISTRASI", _) => &CLERK,
        ("PRANATA", _) | (_, Sector::Informatics) => &INFORMATICS,
        (_, Sector::Education) => &EDUCATION,
        (_, Sector::Health) => &HEALTH,
        (_, Sector::Inspection) => &INSPECTION,
        (_, Sector::Personnel) => &PERSONNEL,
        (_, Sector::District) => &DISTRICT,
        _ => &OFFICE,
    }
}

/// What office work is about.
const SUBJECTS: [&str; 12] = [
    "anggaran",
    "arsip",
    "aset",
    "data dasar",
    "kepegawaian",
    "laporan bulanan",
    "pengaduan warga",
    "perencanaan",
    "perjalanan dinas",
    "rapat koordinasi",
    "standar pelayanan",
    "surat masuk",
];
const CLASSES: [&str; 12] = ["1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B"];

/// Describes an activity for a row with this title. The number in the person's work book is different for each activity,
/// so that only descriptions that somebody copied are the same.
pub(super) fn description(title: &str, place: Place, roll: usize, number: u32) -> String {
    let subdistricts: Vec<&str> = tree::subdistricts().collect();
    let about = match (place.post, place.sector) {
        ("KEPSEK" | "GURU-PT" | "GURU-MU" | "GURU-MA", _) => {
            format!("kelas {}", CLASSES[roll % CLASSES.len()])
        }
        (_, Sector::Health | Sector::District) => {
            format!("Kelurahan {}", subdistricts[roll % subdistricts.len()])
        }
        _ => SUBJECTS[roll % SUBJECTS.len()].to_owned(),
    };
    format!("{}: {about} (buku kerja {number})", activity_of(title).unwrap_or(title))
}

/// Returns the activity for a row with this title, without its details.
pub(super) fn activity_of(title: &str) -> Option<&'static str> {
    let all: [&[Work]; 15] = [
        &ADDITIONAL,
        &CITY,
        &SCHOOL_HEAD,
        &TEACHER,
        &HEALTH_CENTRE,
        &DOCTOR,
        &NURSE,
        &HEALTH,
        &EDUCATION,
        &INSPECTION,
        &PERSONNEL,
        &INFORMATICS,
        &DISTRICT,
        &CLERK,
        &OFFICE,
    ];
    all.into_iter().flatten().find(|work| work.title == title).map(|work| work.activity)
}
