//! Global ids in places outside of GraphQL: the address of an export.

use super::id::{self, Kind};
use async_graphql::ID;
use domain::id::{PeriodId, UnitId};
use service::Error;

/// A unit's id.
///
/// # Errors
/// BAD_USER_INPUT for anything else.
pub fn unit(text: &str) -> Result<UnitId, Error> {
    Ok(id::parse(Kind::OrgUnit, &ID::from(text), "unit")?)
}

/// A period's id.
///
/// # Errors
/// BAD_USER_INPUT for anything else.
pub fn period(text: &str) -> Result<PeriodId, Error> {
    Ok(id::parse(Kind::Period, &ID::from(text), "period")?)
}
