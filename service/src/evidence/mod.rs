//! Files as evidence: people upload them, activities use them, and who can see such an activity can read them.
//!
//! A file that no activity has used a day after its announcement is removed; one that was used is kept. ADR 46 explains it.

mod read;
mod receive;
mod sniff;
mod upload;

pub use crate::files::{Evidence, FILE_BYTES, PERSON_BYTES, Pieces};
pub use read::{Address, DOWNLOAD_MINUTES, Download, address, download, person_of};
pub use receive::{IncomingFile, receive};
pub(crate) use upload::remove_unused;
pub use upload::{CreateUpload, MAX_OPEN, MINUTES, Upload, create_upload};
