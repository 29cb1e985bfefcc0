//! What is not as it must be, in two languages.

use domain::event::SubjectKind;
use proof::{Language, Say, audit::Finding};
use std::fmt;
use uuid::Uuid;

/// What is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// In the journal itself.
    Journal(Finding),
    /// An entry can't be read.
    UnreadableEntry {
        /// Its id.
        id: Uuid,
    },
    /// An entry is filed under another person, unit or plan than it concerns, so that it would not be found there.
    Misfiled {
        /// Its number.
        number: u64,
    },
    /// There are more rows of a table of the journal than entries explain, or fewer.
    Surplus {
        /// The table.
        table: &'static str,
        /// Rows that are there.
        rows: u64,
        /// Rows that belong there.
        expected: u64,
    },
    /// A row is not as the last entry of its object tells.
    Differs {
        /// What kind of object.
        subject: SubjectKind,
        /// Which.
        id: Uuid,
        /// Where.
        table: &'static str,
        /// In which columns; none where the whole row is missing or too many.
        columns: Vec<String>,
    },
    /// The version of an object is not the number of its entries.
    Versions {
        /// What kind of object.
        subject: SubjectKind,
        /// Which.
        id: Uuid,
        /// Its version.
        version: i32,
        /// How many entries it has.
        entries: usize,
    },
    /// A row has no entry at all.
    Untold {
        /// What kind of object.
        subject: SubjectKind,
        /// Which.
        id: Uuid,
    },
    /// An object that entries tell of has no row.
    Gone {
        /// What kind of object.
        subject: SubjectKind,
        /// Which.
        id: Uuid,
    },
    /// What the last entry of an object said is gone; a server never erases it.
    WithoutImage {
        /// What kind of object.
        subject: SubjectKind,
        /// Which.
        id: Uuid,
    },
    /// The row or the last image of an object can't be read.
    Unreadable {
        /// What kind of object.
        subject: SubjectKind,
        /// Which.
        id: Uuid,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(finding) => finding.fmt(f),
            Self::UnreadableEntry { id } => write!(f, "entry {id} can't be read"),
            Self::Misfiled { number } => {
                write!(f, "entry {number} is filed under another person, unit or plan than it concerns")
            }
            Self::Surplus { table, rows, expected } => {
                write!(f, "{table} has {rows} rows, but {expected} belong there")
            }
            Self::Differs { subject, id, table, columns } if columns.is_empty() => {
                write!(f, "{subject} {id}: a row of {table} is missing or does not belong there")
            }
            Self::Differs { subject, id, table, columns } => {
                let columns = columns.join(", ");
                write!(f, "{subject} {id}: {table} is not as the last entry tells: {columns}")
            }
            Self::Versions { subject, id, version, entries } => {
                write!(f, "{subject} {id} has version {version}, but {entries} entries")
            }
            Self::Untold { subject, id } => write!(f, "{subject} {id} has no entry"),
            Self::Gone { subject, id } => write!(f, "{subject} {id} is gone, but entries tell of it"),
            Self::WithoutImage { subject, id } => {
                write!(f, "what the last entry of {subject} {id} said is gone")
            }
            Self::Unreadable { subject, id } => write!(f, "{subject} {id} or its last image can't be read"),
        }
    }
}

impl Say for Fault {
    fn indonesian(&self) -> String {
        match self {
            Self::Journal(finding) => finding.say(Language::Id),
            Self::UnreadableEntry { id } => format!("entri {id} tidak terbaca"),
            Self::Misfiled { number } => {
                format!("entri {number} tercatat pada pegawai, unit atau SKP lain dari yang dimaksudnya")
            }
            Self::Surplus { table, rows, expected } => {
                format!("{table} berisi {rows} baris, seharusnya {expected}")
            }
            Self::Differs { subject, id, table, columns } if columns.is_empty() => {
                format!("{subject} {id}: sebuah baris {table} hilang atau tidak semestinya ada")
            }
            Self::Differs { subject, id, table, columns } => {
                let columns = columns.join(", ");
                format!("{subject} {id}: {table} tidak sesuai dengan entri terakhirnya: {columns}")
            }
            Self::Versions { subject, id, version, entries } => {
                format!("{subject} {id} berversi {version}, tetapi memiliki {entries} entri")
            }
            Self::Untold { subject, id } => format!("{subject} {id} tidak memiliki entri"),
            Self::Gone { subject, id } => format!("{subject} {id} hilang, padahal ada entri tentangnya"),
            Self::WithoutImage { subject, id } => format!("isi entri terakhir {subject} {id} hilang"),
            Self::Unreadable { subject, id } => {
                format!("{subject} {id} atau citra terakhirnya tidak terbaca")
            }
        }
    }
}
