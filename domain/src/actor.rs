//! Who acts, with all that a decision needs to know of him; computed once at authentication.

use crate::id::{AgencyId, ApiKeyId, AssignmentId, StaffId, UnitId};
use crate::{message::Locale, time::Calendar};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A granted right. Rater and unit head are no roles: they follow from the data.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Everyone with an account.
    Employee,
    /// Tim Pengelola Kinerja: looks after the plans and evaluations of a unit's subtree; never rates.
    PerformanceTeam,
    /// Admin instansi: looks after units, staff, periods and accounts of a unit's subtree; never rates.
    Admin,
    /// Reads everything of the agency, changes nothing.
    Auditor,
    /// Reads aggregates only; the role of API keys.
    Reporting,
}

/// The units that a role covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// None: the role is not held.
    #[default]
    Nothing,
    /// The units of granted subtrees, each one listed.
    Units(BTreeSet<UnitId>),
    /// The agency's root was granted: all units.
    Everything,
}

impl Coverage {
    /// Whether a unit is covered.
    #[must_use]
    pub fn covers(&self, unit: UnitId) -> bool {
        match self {
            Self::Nothing => false,
            Self::Units(units) => units.contains(&unit),
            Self::Everything => true,
        }
    }

    /// Whether anything is covered.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// Both together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Everything, _) | (_, Self::Everything) => Self::Everything,
            (Self::Nothing, one) | (one, Self::Nothing) => one.clone(),
            (Self::Units(a), Self::Units(b)) => Self::Units(a.union(b).copied().collect()),
        }
    }
}

/// Who is behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// A person, logged in.
    Staff(StaffId),
    /// A reporting tool with its key.
    ApiKey(ApiKeyId),
    /// The system itself: tick, import from the command line, generator.
    System,
}

/// Who acts, for which agency, with which rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who it is.
    pub identity: Identity,
    /// The agency that the actor belongs to; rows of another agency do not exist for him.
    pub agency: AgencyId,
    /// The assignments that are the actor's own today.
    pub assignments: BTreeSet<AssignmentId>,
    /// The assignments whose powers a delegation gives to the actor today (Plt, Plh).
    pub acting_for: BTreeSet<AssignmentId>,
    /// The units that the actor heads today, himself or for their head, with all units below them.
    pub headed: Coverage,
    /// Units covered as performance team.
    pub performance_team: Coverage,
    /// Units covered as admin.
    pub admin: Coverage,
    /// Whether the actor is an auditor of the agency.
    pub auditor: bool,
    /// Units whose aggregates a reporting account reads.
    pub reporting: Coverage,
    /// The agency's calendar: deadlines and "today" go by it.
    pub calendar: Calendar,
    /// The language of messages.
    pub locale: Locale,
}

impl Actor {
    /// The system as actor: no person, no rights of a role; its use cases decide for themselves.
    #[must_use]
    pub fn system(agency: AgencyId) -> Self {
        Self {
            identity: Identity::System,
            agency,
            assignments: BTreeSet::new(),
            acting_for: BTreeSet::new(),
            headed: Coverage::Nothing,
            performance_team: Coverage::Nothing,
            admin: Coverage::Nothing,
            auditor: false,
            reporting: Coverage::Nothing,
            calendar: Calendar::JAKARTA,
            locale: Locale::Id,
        }
    }

    /// The person, where it is one.
    #[must_use]
    pub const fn staff(&self) -> Option<StaffId> {
        match self.identity {
            Identity::Staff(staff) => Some(staff),
            Identity::ApiKey(_) | Identity::System => None,
        }
    }

    /// Whether this person is the actor.
    #[must_use]
    pub fn is(&self, staff: StaffId) -> bool {
        self.staff() == Some(staff)
    }

    /// Whether the actor holds the powers of an assignment today, as his own or by delegation.
    #[must_use]
    pub fn acts_as(&self, assignment: AssignmentId) -> bool {
        self.assignments.contains(&assignment) || self.acting_for.contains(&assignment)
    }
}
