//! The actor of a request, with all data that policy decisions need. Computed once, at authentication.

use crate::{
    id::{AgencyId, ApiKeyId, AssignmentId, RoleGrantId, StaffId, UnitId},
    message::Locale,
    time::{Calendar, Instant},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A granted role. Rater and unit head are not roles: they follow from assignments.
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
    /// Tim Pengelola Kinerja: manages the plans and evaluations of a unit's subtree; never rates.
    PerformanceTeam,
    /// Admin instansi: manages units, staff, periods and accounts of a unit's subtree; never rates.
    Admin,
    /// Reads everything in the agency and changes nothing.
    Auditor,
    /// Reads aggregates only; the role of API keys.
    Reporting,
}

/// A role of a person over a unit's subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGrant {
    /// Its id.
    pub id: RoleGrantId,
    /// The agency.
    pub agency: AgencyId,
    /// The person who has the role.
    pub staff: StaffId,
    /// The role.
    pub role: Role,
    /// The unit; the role covers its subtree.
    pub unit: UnitId,
    /// When it was granted.
    pub granted_at: Instant,
    /// When it was revoked; `None` while current.
    pub revoked_at: Option<Instant>,
    /// The version, from 1.
    pub version: i32,
}

/// The units that a role covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// None: the actor does not have the role.
    #[default]
    Nothing,
    /// Every unit of the granted subtrees.
    Units(BTreeSet<UnitId>),
    /// All units: the role was granted on the agency's root.
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

    /// The units that are in either of the two.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Everything, _) | (_, Self::Everything) => Self::Everything,
            (Self::Nothing, one) | (one, Self::Nothing) => one.clone(),
            (Self::Units(a), Self::Units(b)) => Self::Units(a.union(b).copied().collect()),
        }
    }
}

/// Identity behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// A person, logged in.
    Staff(StaffId),
    /// A reporting tool with its key.
    ApiKey(ApiKeyId),
    /// The system itself: the tick, an import from the command line, the generator.
    System,
}

/// An actor: identity, agency and rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The identity.
    pub identity: Identity,
    /// The agency of the actor. Rows of other agencies are invisible to them.
    pub agency: AgencyId,
    /// The actor's own current assignments.
    pub assignments: BTreeSet<AssignmentId>,
    /// The assignments for which the actor acts by a current delegation (Plt, Plh).
    pub acting_for: BTreeSet<AssignmentId>,
    /// The units that the actor currently heads, as their head or acting for their head, with all units below them.
    pub headed: Coverage,
    /// Units covered as performance team.
    pub performance_team: Coverage,
    /// Units covered as admin.
    pub admin: Coverage,
    /// Whether the actor is an auditor of the agency.
    pub auditor: bool,
    /// Units whose aggregates a reporting account can read.
    pub reporting: Coverage,
    /// The agency's calendar. It defines "today" and deadlines.
    pub calendar: Calendar,
    /// The language of messages.
    pub locale: Locale,
}

impl Actor {
    /// Creates the system actor. It has no person and no role; its use cases check their own rights.
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

    /// The person, if the actor is one.
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

    /// Whether the actor currently has the powers of an assignment, directly or by delegation.
    #[must_use]
    pub fn acts_as(&self, assignment: AssignmentId) -> bool {
        self.assignments.contains(&assignment) || self.acting_for.contains(&assignment)
    }
}
