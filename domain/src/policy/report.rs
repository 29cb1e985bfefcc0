//! Rights on aggregates of a unit and the units below it.

use crate::{actor::Actor, id::UnitId};

/// Whether the actor can see the aggregates of a unit. The following can: the heads of the unit and of the units above,
/// its performance team, its admins, auditors, and reporting accounts that cover it.
#[must_use]
pub fn may_report(actor: &Actor, unit: UnitId) -> bool {
    sees_exact_figures(actor, unit) || actor.reporting.covers(unit)
}

/// Whether the actor sees the exact figures of a unit and the people in them. Its heads, performance team, admins and
/// auditors do. Reporting accounts see what [`crate::disclosure`] shows.
#[must_use]
pub fn sees_exact_figures(actor: &Actor, unit: UnitId) -> bool {
    actor.auditor
        || actor.headed.covers(unit)
        || actor.performance_team.covers(unit)
        || actor.admin.covers(unit)
}
