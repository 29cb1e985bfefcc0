//! Rights on figures: aggregates of a unit and the units below it.

use crate::{actor::Actor, id::UnitId};

/// Whether the actor reads the aggregates of a unit: who heads it or one above it, its performance team and
/// admin, the auditor, a reporting account that covers it.
#[must_use]
pub fn may_report(actor: &Actor, unit: UnitId) -> bool {
    actor.auditor
        || actor.headed.covers(unit)
        || actor.performance_team.covers(unit)
        || actor.admin.covers(unit)
        || actor.reporting.covers(unit)
}
