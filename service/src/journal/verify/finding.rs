//! Findings of the audit, in two languages.

use domain::event::SubjectKind;
use proof::{Language, Localize, audit};
use std::fmt;
use uuid::Uuid;

/// A finding of the audit: stored data that contradicts the journal or a kept checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A finding in the entries and the Merkle tree.
    Journal(audit::Finding),
    /// An entry can't be read.
    UnreadableEntry {
        /// The id of the entry.
        id: Uuid,
    },
    /// The person, unit or plan columns of an entry differ from its image, so queries would not find the entry.
    Misfiled {
        /// The number of the entry.
        number: u64,
    },
    /// A table has more or fewer rows than the entries explain.
    RowCount {
        /// The table.
        table: &'static str,
        /// The number of rows found.
        rows: u64,
        /// The number of rows expected.
        expected: u64,
    },
    /// A row differs from the last image of its object.
    Differs {
        /// The kind of object.
        subject: SubjectKind,
        /// The id of the object.
        id: Uuid,
        /// The table of the row.
        table: &'static str,
        /// The columns that differ; empty if the whole row is missing or unexpected.
        columns: Vec<String>,
    },
    /// The version of an object is not the number of its entries, or a version is missing.
    VersionMismatch {
        /// The kind of object.
        subject: SubjectKind,
        /// The id of the object.
        id: Uuid,
        /// The version in the row.
        version: i32,
        /// The number of its entries.
        entries: usize,
    },
    /// A row has no entry at all.
    WithoutEntry {
        /// The kind of object.
        subject: SubjectKind,
        /// The id of the object.
        id: Uuid,
    },
    /// An object has entries but no row.
    MissingRow {
        /// The kind of object.
        subject: SubjectKind,
        /// The id of the object.
        id: Uuid,
    },
    /// The last entry of an object has no payload; a server never erases the payload of a last entry.
    MissingPayload {
        /// The kind of object.
        subject: SubjectKind,
        /// The id of the object.
        id: Uuid,
    },
    /// The row or the last image of an object can't be read.
    Unreadable {
        /// The kind of object.
        subject: SubjectKind,
        /// The id of the object.
        id: Uuid,
    },
    /// The stored author of feedback in confidence is missing, or does not match the salted hash in the feedback.
    AuthorMismatch {
        /// The id of the feedback.
        id: Uuid,
    },
    /// A file of evidence is missing.
    EvidenceMissing {
        /// The id of the file.
        id: Uuid,
    },
    /// A file of evidence has other bytes than were received.
    EvidenceChanged {
        /// The id of the file.
        id: Uuid,
    },
    /// A file of evidence can't be read.
    EvidenceUnreadable {
        /// The id of the file.
        id: Uuid,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(finding) => finding.fmt(f),
            Self::UnreadableEntry { id } => write!(f, "entry {id} can't be read"),
            Self::Misfiled { number } => {
                write!(f, "the person, unit or plan columns of entry {number} differ from its image")
            }
            Self::RowCount { table, rows, expected } => {
                write!(f, "{table} has {rows} rows, but {expected} were expected")
            }
            Self::Differs { subject, id, table, columns } if columns.is_empty() => {
                write!(f, "{subject} {id}: a row of {table} is missing or unexpected")
            }
            Self::Differs { subject, id, table, columns } => {
                let columns = columns.join(", ");
                write!(f, "{subject} {id}: {table} differs from the last entry: {columns}")
            }
            Self::VersionMismatch { subject, id, version, entries } => {
                write!(f, "{subject} {id} has version {version}, but {entries} entries")
            }
            Self::WithoutEntry { subject, id } => write!(f, "{subject} {id} has no entry"),
            Self::MissingRow { subject, id } => write!(f, "{subject} {id} has entries but no row"),
            Self::MissingPayload { subject, id } => {
                write!(f, "the payload of the last entry of {subject} {id} is missing")
            }
            Self::Unreadable { subject, id } => write!(f, "{subject} {id} or its last image can't be read"),
            Self::AuthorMismatch { id } => {
                write!(f, "the stored author of feedback {id} does not match the hash in the feedback")
            }
            Self::EvidenceMissing { id } => write!(f, "the file of evidence {id} is missing"),
            Self::EvidenceChanged { id } => write!(f, "the file of evidence {id} was changed"),
            Self::EvidenceUnreadable { id } => write!(f, "the file of evidence {id} can't be read"),
        }
    }
}

impl Localize for Finding {
    fn indonesian(&self) -> String {
        match self {
            Self::Journal(finding) => finding.localized(Language::Id),
            Self::UnreadableEntry { id } => format!("entri {id} tidak terbaca"),
            Self::Misfiled { number } => {
                format!("kolom pegawai, unit atau SKP pada entri {number} berbeda dari isinya")
            }
            Self::RowCount { table, rows, expected } => {
                format!("{table} berisi {rows} baris, seharusnya {expected}")
            }
            Self::Differs { subject, id, table, columns } if columns.is_empty() => {
                format!("{subject} {id}: satu baris {table} hilang atau tidak seharusnya ada")
            }
            Self::Differs { subject, id, table, columns } => {
                let columns = columns.join(", ");
                format!("{subject} {id}: {table} tidak sesuai dengan entri terakhirnya: {columns}")
            }
            Self::VersionMismatch { subject, id, version, entries } => {
                format!("{subject} {id} berversi {version}, tetapi memiliki {entries} entri")
            }
            Self::WithoutEntry { subject, id } => format!("{subject} {id} tidak memiliki entri"),
            Self::MissingRow { subject, id } => {
                format!("{subject} {id} memiliki entri tetapi tidak memiliki baris")
            }
            Self::MissingPayload { subject, id } => format!("isi entri terakhir {subject} {id} hilang"),
            Self::Unreadable { subject, id } => {
                format!("{subject} {id} atau citra terakhirnya tidak terbaca")
            }
            Self::AuthorMismatch { id } => {
                format!("penulis umpan balik {id} yang tersimpan tidak cocok dengan hash pada umpan balik")
            }
            Self::EvidenceMissing { id } => format!("berkas bukti {id} hilang"),
            Self::EvidenceChanged { id } => format!("berkas bukti {id} telah diubah"),
            Self::EvidenceUnreadable { id } => format!("berkas bukti {id} tidak terbaca"),
        }
    }
}
