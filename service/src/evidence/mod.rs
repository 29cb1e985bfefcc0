//! Files as evidence: people upload them, activities and trainings use them, and everyone who can see such an activity
//! or training can read them.
//!
//! If nothing has used a file a day after its announcement, the file is removed; a used file is kept. ADR 46 explains
//! it.

mod read;
mod receive;
mod sniff;
mod upload;

pub use crate::files::{Evidence, FILE_BYTES, PERSON_BYTES, Pieces};
pub use read::{Address, DOWNLOAD_MINUTES, Download, address, download, person_of};
pub use receive::{IncomingFile, receive};
pub(crate) use upload::remove_unused;
pub use upload::{CreateUpload, MAX_OPEN, MINUTES, Upload, create_upload};
