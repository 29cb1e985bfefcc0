//! Global ids in places outside of GraphQL: the address of an export, the command line.

use super::id::{self, Kind};
use async_graphql::ID;
use domain::id::{EvaluationId, PeriodId, UnitId, UploadId};
use service::Error;

/// A unit's id.
///
/// # Errors
/// BAD_USER_INPUT for anything else.
pub fn unit(text: &str) -> Result<UnitId, Error> {
    Ok(id::parse(Kind::OrgUnit, &ID::from(text), "unit")?)
}

/// The id of a unit, as GraphQL gives it.
#[must_use]
pub fn of_unit(unit: UnitId) -> String {
    id::encode(Kind::OrgUnit, unit).0
}

/// The id of an evaluation, as GraphQL gives it.
#[must_use]
pub fn of_evaluation(evaluation: EvaluationId) -> String {
    id::encode(Kind::Evaluation, evaluation).0
}

/// An upload's id.
///
/// # Errors
/// BAD_USER_INPUT for anything else.
pub fn upload(text: &str) -> Result<UploadId, Error> {
    Ok(id::parse(Kind::Upload, &ID::from(text), "upload")?)
}

/// A period's id.
///
/// # Errors
/// BAD_USER_INPUT for anything else.
pub fn period(text: &str) -> Result<PeriodId, Error> {
    Ok(id::parse(Kind::Period, &ID::from(text), "period")?)
}
