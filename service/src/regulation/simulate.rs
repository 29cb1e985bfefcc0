//! Which regulation a what-if goes by. The what-ifs themselves are those of `domain::scoring`: the same core as
//! for the real thing, over what the caller gives. They read, and never write.

use super::LoadedRegulation;
use crate::{env::Env, error::Result};
use domain::{Key, Message, Refusal, id::AgencyId, time::Date};
use std::sync::Arc;

/// A regulation that is named, or left to be found.
#[derive(Clone, Debug, Default)]
pub struct RegulationChoice {
    /// Its code; none: that of the one in force.
    pub code: Option<String>,
    /// Its version; none: the newest.
    pub version: Option<i32>,
}

/// The regulation that was chosen; by default the one in force on a day that serves evaluations. One with
/// parameters to fill in serves for what needs none of them.
pub async fn chosen(
    env: &Env,
    agency: AgencyId,
    choice: &RegulationChoice,
    day: Date,
) -> Result<Arc<LoadedRegulation>> {
    let known = super::all(env, agency).await?;
    let found = match &choice.code {
        Some(code) => known
            .into_iter()
            .filter(|one| one.head().code == *code)
            .filter(|one| choice.version.is_none_or(|version| one.head().version == version))
            .max_by_key(|one| one.head().version),
        None => known.into_iter().find(|one| one.head().in_force_on(day) && one.serves_evaluations()),
    };
    found.ok_or_else(|| {
        let message = match &choice.code {
            Some(code) => Message::new(Key::RegulationUnknown).with("code", code).with(
                "version",
                choice.version.map_or_else(|| "-".to_owned(), |version| version.to_string()),
            ),
            None => Message::new(Key::NoRegulationInForce).with("day", day),
        };
        Refusal::input(["regulation"], message).into()
    })
}
