//! Chooses the regulation for a simulation. `domain::scoring` simulates: it runs the same code as for real results on
//! the caller's input, and writes nothing.

use super::LoadedRegulation;
use crate::{env::Env, error::Result};
use domain::{Key, Message, Refusal, id::AgencyId, time::Date};
use std::sync::Arc;

/// Which regulation to use.
#[derive(Clone, Debug, Default)]
pub struct RegulationChoice {
    /// The code; `None` for the regulation in force.
    pub code: Option<String>,
    /// The version; `None` for the newest.
    pub version: Option<i32>,
}

/// Finds the chosen regulation; by default the complete one in force on a day. A chosen regulation may be incomplete:
/// simulations work as long as they don't need the missing parameters.
pub async fn chosen(
    env: &Env,
    agency: AgencyId,
    choice: &RegulationChoice,
    day: Date,
) -> Result<Arc<LoadedRegulation>> {
    let found = match &choice.code {
        Some(code) => super::all(env, agency)
            .await?
            .into_iter()
            .filter(|one| one.head().code == *code)
            .filter(|one| choice.version.is_none_or(|version| one.head().version == version))
            .max_by_key(|one| one.head().version),
        None => env.regulations().in_force(env.db.source(), agency, day).await?,
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
