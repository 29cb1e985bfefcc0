//! Imports a whole organisation from CSV files or workbooks: parses rows, checks them, writes in one unit of work.
//!
//! The checks of rows are in `domain::import`.

mod apply;
mod budget;
mod columns;
mod csv;
mod distance;
#[cfg(test)]
mod faults;
mod file;
mod gauge;
mod header;
mod notes;
mod parse;
mod plan;
mod run;
mod sheet;
mod stored;
mod template;
mod workbook;
mod write;

pub use crate::capacity::{DEFAULT_MEMORY_BYTES, Imports};
pub use crate::upload::{
    CreateUpload, IncomingFile, MAX_BYTES, MAX_BYTES_OF_PERSON as UPLOAD_BYTES_OF_PERSON,
    MAX_OPEN as UPLOADS_OPEN, MINUTES as UPLOAD_MINUTES, Upload, create_upload, receive,
};
pub use apply::{Counts, Progress, Report, ReportRow, RowAction, apply, check, rehearse};
pub use budget::{MAX_COLUMNS, MAX_FINDINGS, MAX_ROWS, MAX_UNPACKED_BYTES};
pub use columns::template;
pub use file::ImportFile;
pub use run::{
    ImportOrganisation, ImportRow, ImportRun, MAX_WAITING, RunStatus, end_lost_runs, import_consequences,
    import_organisation, import_rows, import_run, recover,
};
pub use template::template_workbook;
