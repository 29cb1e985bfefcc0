//! Imports a whole organisation from CSV files or workbooks: parses rows, checks them, writes in one unit of work.
//!
//! The checks of rows are in `domain::import`.

mod apply;
mod columns;
mod file;
mod parse;
mod plan;
mod run;
mod stored;
mod upload;

pub use apply::{Counts, Progress, Report, ReportRow, RowAction, apply, check};
pub use columns::template;
pub use file::MAX_ROWS;
pub use run::{
    ImportOrganisation, ImportRow, ImportRun, RunStatus, import_organisation, import_rows, import_run,
    recover,
};
pub use upload::{
    CreateUpload, IncomingFile, MAX_BYTES, MINUTES as UPLOAD_MINUTES, Upload, create_upload, receive,
};
pub(crate) use upload::{read_received, remove_old_files};
