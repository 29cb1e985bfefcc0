//! Files as evidence: people upload them, and activities, trainings and corrections use them. Everyone who can see such
//! an object can read its files.
//!
//! A file that nothing uses is removed a day after its announcement; a used file is kept. ADR 46 explains it.

mod read;
mod receive;
mod sniff;
mod upload;

pub use crate::files::{Evidence, FILE_BYTES, PERSON_BYTES, Pieces};
pub use read::{Address, DOWNLOAD_MINUTES, Download, address, download, person_of};
pub use receive::{IncomingFile, receive};
pub(crate) use upload::remove_unused;
pub use upload::{CreateUpload, MAX_OPEN, MINUTES, Upload, create_upload};
