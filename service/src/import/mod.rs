//! Reads a whole organisation in: from a CSV file or workbook to rows, checks, and one unit of work.
//!
//! What may not be put here: what is wrong with a row (`domain::import`).

mod apply;
mod columns;
mod file;
mod stored;
mod parse;
mod plan;
mod run;
mod upload;

pub use apply::{Counts, Progress, Report, ReportRow, RowAction, apply, check};
pub use columns::template;
pub use run::{
    ImportOrganisation, ImportRow, ImportRun, RunStatus, import_organisation, import_rows, import_run,
    recover,
};
pub use upload::{CreateUpload, MAX_BYTES, IncomingFile, Upload, create_upload, receive};
pub(crate) use upload::{read_received, remove_old_files};
