//! Global ids outside GraphQL: in export URLs and on the command line.

use super::id::{self, Kind};
use async_graphql::ID;
use domain::id::{EvaluationId, PeriodId, UnitId, UploadId};
use service::Error;

/// Parses the global id of a unit.
///
/// # Errors
/// BAD_USER_INPUT if the text is anything else.
pub fn unit(text: &str) -> Result<UnitId, Error> {
    Ok(id::parse(Kind::OrgUnit, &ID::from(text), "unit")?)
}

/// Returns the global id of a unit.
#[must_use]
pub fn of_unit(unit: UnitId) -> String {
    id::encode(Kind::OrgUnit, unit).0
}

/// Returns the global id of an evaluation.
#[must_use]
pub fn of_evaluation(evaluation: EvaluationId) -> String {
    id::encode(Kind::Evaluation, evaluation).0
}

/// Parses the global id of an upload.
///
/// # Errors
/// BAD_USER_INPUT if the text is anything else.
pub fn upload(text: &str) -> Result<UploadId, Error> {
    Ok(id::parse(Kind::Upload, &ID::from(text), "upload")?)
}

/// Returns the global id of an upload.
#[must_use]
pub fn of_upload(upload: UploadId) -> String {
    id::encode(Kind::Upload, upload).0
}

/// Parses the global id of a period.
///
/// # Errors
/// BAD_USER_INPUT if the text is anything else.
pub fn period(text: &str) -> Result<PeriodId, Error> {
    Ok(id::parse(Kind::Period, &ID::from(text), "period")?)
}
