//! Records which changes of a unit of work can give power over results. The module `power` checks them before the unit
//! of work ends.

use super::Record;
use crate::error::{Error, Result};
use domain::{
    actor::{Role, RoleGrant},
    assignment::{Assignment, Delegation},
    evaluation::{Evaluation, EvaluationStatus},
    id::{AssignmentId, DelegationId, PeriodId, StaffId, UnitId},
    objection::Objection,
    staff::Staff,
    unit::OrgUnit,
};
use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

/// A way to gain power over results that a check prevents. Tests turn single checks off, to see that they would notice
/// the gained power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(strum::EnumIter))]
pub(crate) enum Way {
    /// A head acts for the head of the unit above, and sets the predicate of their own unit.
    Predicate,
    /// An admin makes themselves the superior of another person, for example by an import.
    Superior,
    /// An admin becomes the head of a unit.
    Leads,
    /// An admin issues the activation code of a person to whom they gave power, and uses it.
    Code,
    /// An admin issues the activation code of their own rater, and uses it.
    OwnRater,
    /// An admin gives their rater's post to another person, for example by a delegation.
    RatersPost,
    /// An admin lets their rater's superior act for their rater.
    RatersSuperior,
    /// An admin ends the delegation of a person who acts for their rater.
    ActingRater,
    /// An admin assigns another superior to their rater.
    SuperiorOfRater,
    /// An admin changes their own employment kind to one that is not appraised.
    EmploymentKind,
    /// An admin controls the account of a person before that person becomes their rater.
    CodeFirst,
    /// An admin issues the activation code of a person who becomes their rater on a later day.
    LaterRater,
    /// A head controls the account of a person who sets the predicate of their unit.
    ControlledPredicate,
    /// A person controls the account of an admin who verifies their training.
    Training,
    /// An admin cancels a change of their own post that another person scheduled.
    Cancel,
    /// An admin leaves their assignment before the day of such a change, which then fails.
    Defeat,
    /// A head moves their own unit below another one.
    MovedUnit,
    /// A head grants the role of the performance team for their own unit.
    OwnTeam,
    /// A head records that they do not head their unit.
    NotHeading,
    /// An admin lets somebody act for the former rater of a result of theirs that can still change.
    RecordedRater,
    /// An admin moves themselves on a past day, so that an evaluation that is due is cancelled.
    OwnCancellation,
}

/// Settings of the checks of power. With four eyes, a person who gives somebody power must not control the
/// account of the one who gets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Separation {
    /// Whether these checks also consider who controls an account (`KINERJA_FOUR_EYES`).
    pub four_eyes: bool,
    /// Whether people can log in with the agency's tokens. The first token finds its person by NIP or external id.
    pub token_login: bool,
    /// The way whose check a test turns off.
    #[cfg(test)]
    pub(crate) open: Option<Way>,
}

impl Separation {
    /// Whether the check for a way is on. Only tests turn one off.
    pub(crate) fn closes(self, way: Way) -> bool {
        #[cfg(test)]
        let open = self.open;
        #[cfg(not(test))]
        let open = None;
        open != Some(way)
    }

    /// Whether the person who gives power and a person who controls the account must be different. Tests can
    /// turn this off.
    pub(crate) fn accounts(self) -> bool {
        self.four_eyes && self.closes(Way::Code)
    }
}

/// The changes of a unit of work that can give power, with the state of the objects before.
#[derive(Default)]
pub(crate) struct Changes(Mutex<Noted>);

/// The recorded changes of a unit of work.
#[derive(Clone, Default)]
pub(crate) struct Noted {
    /// The changed assignments as they were before; `None` for new ones.
    pub assignments: BTreeMap<AssignmentId, Option<Assignment>>,
    /// The delegations before and after.
    pub delegations: BTreeMap<DelegationId, (Option<Delegation>, Delegation)>,
    /// The units that got another parent, with the parent before.
    pub units: BTreeMap<UnitId, Option<UnitId>>,
    /// The people who got the role of the performance team, with its unit.
    pub teams: Vec<(StaffId, UnitId)>,
    /// The people who were assigned to decide on an objection.
    pub deciders: Vec<NotedDecider>,
    /// The people with another NIP or external id than before.
    pub identities: BTreeSet<StaffId>,
    /// The people in `identities` whose NIP or external id was replaced or removed, not only set for the first time.
    pub replaced: BTreeSet<StaffId>,
    /// The people with another employment kind than before.
    pub kinds: BTreeSet<StaffId>,
    /// The people whose evaluation was cancelled, with its year or part.
    pub cancelled: Vec<(StaffId, PeriodId)>,
    /// The people to whom a change that is being scheduled will give power on its day.
    pub later: BTreeSet<StaffId>,
    /// The person who scheduled the change that the system now brings into force.
    pub scheduled_by: Option<StaffId>,
}

/// A person who was assigned to decide on an objection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotedDecider {
    /// The person.
    pub staff: StaffId,
    /// The person who objects.
    pub objector: StaffId,
    /// The unit of the person who objects.
    pub unit: UnitId,
}

impl Changes {
    /// The changes that were recorded so far.
    pub fn noted(&self) -> Result<Noted> {
        Ok(self.0.lock().map_err(|_| Error::internal("changes of powers were lost"))?.clone())
    }

    /// Records that an object was created or changed.
    pub fn note<R: Record>(&self, before: Option<&R>, after: &R) {
        let Ok(mut noted) = self.0.lock() else { return };
        let before = before.map(|before| before as &dyn Any);
        let after: &dyn Any = after;
        if let Some(after) = after.downcast_ref::<Assignment>() {
            let before = before.and_then(|before| before.downcast_ref::<Assignment>());
            noted.assignments.entry(after.id).or_insert_with(|| before.cloned());
        } else if let Some(after) = after.downcast_ref::<Delegation>() {
            let before = before.and_then(|before| before.downcast_ref::<Delegation>());
            let entry = noted.delegations.entry(after.id);
            entry.or_insert_with(|| (before.cloned(), after.clone())).1 = after.clone();
        } else if let Some(after) = after.downcast_ref::<OrgUnit>() {
            let before = before.and_then(|before| before.downcast_ref::<OrgUnit>());
            if let Some(before) = before.filter(|before| before.parent != after.parent) {
                noted.units.entry(after.id).or_insert(before.parent);
            }
        } else if let Some(after) = after.downcast_ref::<Staff>() {
            let before = before.and_then(|before| before.downcast_ref::<Staff>());
            let identity = |person: &Staff| (person.nip.clone(), person.external_id.clone());
            if let Some(before) = before.filter(|before| identity(before) != identity(after)) {
                noted.identities.insert(after.id);
                let replaces =
                    |before: &Option<String>, after: &Option<String>| before.is_some() && before != after;
                if replaces(&before.nip, &after.nip) || replaces(&before.external_id, &after.external_id) {
                    noted.replaced.insert(after.id);
                }
            }
            if before.is_some_and(|before| before.employment_kind != after.employment_kind) {
                noted.kinds.insert(after.id);
            }
        } else if let Some(after) = after.downcast_ref::<RoleGrant>()
            && after.role == Role::PerformanceTeam
            && before.is_none()
        {
            noted.teams.push((after.staff, after.unit));
        } else if let Some(after) = after.downcast_ref::<Objection>()
            && after.detail.assigned.is_some()
        {
            let before = before.and_then(|before| before.downcast_ref::<Objection>());
            let assigned = before.is_none_or(|before| before.detail.assigned != after.detail.assigned);
            let decider = |staff| NotedDecider { staff, objector: after.staff, unit: after.unit };
            noted.deciders.extend(after.decider.filter(|_| assigned).map(decider));
        } else if let Some(after) = after.downcast_ref::<Evaluation>()
            && after.status == EvaluationStatus::Cancelled
        {
            noted.cancelled.push((after.staff, after.period));
        }
    }

    /// Sets the person who scheduled the change that the system now brings into force. The checks treat this person as
    /// the one who makes the change.
    pub fn scheduled_by(&self, staff: Option<StaffId>) {
        if let Ok(mut noted) = self.0.lock() {
            noted.scheduled_by = staff;
        }
    }

    /// Adds the changes of a savepoint.
    pub fn join(&self, other: &Self) {
        let (Ok(mut noted), Ok(other)) = (self.0.lock(), other.0.lock()) else { return };
        for (id, before) in &other.assignments {
            noted.assignments.entry(*id).or_insert_with(|| before.clone());
        }
        for (id, (before, after)) in &other.delegations {
            noted.delegations.entry(*id).or_insert_with(|| (before.clone(), after.clone())).1 = after.clone();
        }
        for (id, before) in &other.units {
            noted.units.entry(*id).or_insert(*before);
        }
        noted.teams.extend_from_slice(&other.teams);
        noted.deciders.extend_from_slice(&other.deciders);
        noted.identities.extend(&other.identities);
        noted.replaced.extend(&other.replaced);
        noted.kinds.extend(&other.kinds);
        noted.cancelled.extend_from_slice(&other.cancelled);
        noted.later.extend(&other.later);
    }

    /// Adds the people to whom a change that is being scheduled will give power on its day.
    pub fn later(&self, people: BTreeSet<StaffId>) {
        if let Ok(mut noted) = self.0.lock() {
            noted.later.extend(people);
        }
    }
}
