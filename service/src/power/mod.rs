//! Power over results: no change gives it to the person who makes it.
//!
//! A unit of work notes which objects that carry powers it changed. Before it ends, [`check`] compares who had power
//! over whom with who has it now. So a new use case needs no check of its own.

mod account;
mod gain;
mod operator;
mod second;
#[cfg(test)]
mod tests;

pub(crate) use account::of_own_power;
pub use operator::Operator;

use crate::{
    db::{Record, Tx},
    error::{Error, Result},
    identity::RoleGrant,
    store,
};
use account::{givers_of, hands};
use domain::{
    Key, Message, Refusal,
    actor::Role,
    assignment::{Assignment, Delegation},
    id::{AssignmentId, DelegationId, StaffId, UnitId},
    staff::Staff,
    unit::OrgUnit,
};
use second::Second;
use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

/// A way to power that a check closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A head acts for the head of the unit above, and sets the predicate of their own unit.
    Predicate,
    /// An admin becomes the superior of somebody, such as by an import.
    Superior,
    /// An admin becomes the head of a unit.
    Leads,
    /// An admin issues the code of an account to which they gave power, and uses it.
    Code,
    /// An admin issues the code of their own rater, and uses it.
    OwnRater,
}

/// Whether the person who gives power and the person who controls the account must differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Separation {
    /// `KINERJA_FOUR_EYES`.
    pub four_eyes: bool,
    /// The way that a test opens, to see that it is noticed.
    #[cfg(test)]
    pub(crate) open: Option<Way>,
}

impl Separation {
    /// Whether a way is closed. Only tests open one.
    pub(crate) fn closes(self, way: Way) -> bool {
        #[cfg(test)]
        let open = self.open;
        #[cfg(not(test))]
        let open = None;
        open != Some(way)
    }

    /// Whether who gives power and who controls the account must be different people.
    fn accounts(self) -> bool {
        self.four_eyes && self.closes(Way::Code)
    }
}

/// The changes of a unit of work that can give power, with what the objects were before.
#[derive(Default)]
pub(crate) struct Changes(Mutex<Noted>);

/// What a unit of work changed.
#[derive(Clone, Default)]
struct Noted {
    /// The assignments before; `None` for new ones.
    assignments: BTreeMap<AssignmentId, Option<Assignment>>,
    /// The delegations before and after.
    delegations: BTreeMap<DelegationId, (Option<Delegation>, Delegation)>,
    /// The units that got another parent, with the parent before.
    units: BTreeMap<UnitId, Option<UnitId>>,
    /// The people who got the role of the performance team, with its unit.
    teams: Vec<(StaffId, UnitId)>,
    /// The people with another NIP or external id than before.
    identities: BTreeSet<StaffId>,
    /// The people to whom a rehearsed change will give power on a later day.
    later: BTreeSet<StaffId>,
    /// Who scheduled the change that the system makes now.
    scheduled_by: Option<StaffId>,
}

impl Changes {
    /// Notes that a record is created or changed.
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
            if before.is_some_and(|before| identity(before) != identity(after)) {
                noted.identities.insert(after.id);
            }
        } else if let Some(after) = after.downcast_ref::<RoleGrant>()
            && after.role == Role::PerformanceTeam
            && before.is_none()
        {
            noted.teams.push((after.staff, after.unit));
        }
    }

    /// Sets the person who scheduled the change that the system makes now. They count as the one who makes it.
    pub fn scheduled_by(&self, staff: Option<StaffId>) {
        if let Ok(mut noted) = self.0.lock() {
            noted.scheduled_by = staff;
        }
    }

    /// Adds what a savepoint changed.
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
        noted.identities.extend(&other.identities);
        noted.later.extend(&other.later);
    }

    /// Adds the people to whom a rehearsed change will give power.
    pub fn later(&self, people: BTreeSet<StaffId>) {
        if let Ok(mut noted) = self.0.lock() {
            noted.later.extend(people);
        }
    }
}

/// Refuses a unit of work that gives its person power over results, lets them choose their rater, or, with four eyes,
/// gives power to an account that they control. Records who gave power to whom, and returns who got it.
pub(crate) async fn check(tx: &Tx) -> Result<BTreeSet<StaffId>> {
    let noted = tx.powers().0.lock().map_err(|_| Error::internal("changes of powers were lost"))?.clone();
    let Some(giver) = noted.scheduled_by.or(tx.actor().staff()) else { return Ok(BTreeSet::new()) };
    let separation = tx.separation();
    let changes_nothing = noted.assignments.is_empty()
        && noted.delegations.is_empty()
        && noted.units.is_empty()
        && noted.teams.is_empty()
        && noted.later.is_empty();
    if changes_nothing && (noted.identities.is_empty() || !separation.four_eyes) {
        return Ok(BTreeSet::new());
    }
    if separation.four_eyes {
        // No code is issued and no NIP changed between this check and the commit.
        store::superior::lock(tx, tx.actor().agency).await?;
    }
    let mut gains = gain::find(tx, &noted, giver).await?;
    gains.people.extend(&noted.later);
    let second = || Second::load(tx, &gains.units);
    let own = gains.people.contains(&giver);
    if own || gains.chooses_rater {
        let key = if own { Key::PowerForOneself } else { Key::ChosenRater };
        let who_can = second().await?.who_can(tx, giver, &[giver]).await?;
        return Err(Refusal::another_person(Message::new(key), who_can).into());
    }
    if separation.four_eyes {
        account_of_own_power(tx, &noted, giver, &gains.people).await?;
        let people: Vec<StaffId> = gains.people.iter().copied().collect();
        let mut hands = hands(tx, &people.iter().copied().chain([giver]).collect()).await?;
        let own = hands.remove(&giver).unwrap_or_default();
        let linked = people.iter().find(|one| hands.get(one).is_some_and(|of| !of.is_disjoint(&own)));
        if let Some(person) = linked.filter(|_| separation.accounts()) {
            let who_can = second().await?.who_can(tx, giver, &people).await?;
            let message =
                Message::new(Key::PowerOfOwnAccount).with("person", second::name(tx, *person).await?);
            return Err(Refusal::another_person(message, who_can).into());
        }
        if tx.actor().staff().is_some() {
            account::record_given(tx, &people).await?;
        }
    }
    Ok(gains.people)
}

/// Refuses another NIP or external id for a person whose power came from the one who changes it.
async fn account_of_own_power(
    tx: &Tx,
    noted: &Noted,
    giver: StaffId,
    gaining: &BTreeSet<StaffId>,
) -> Result<()> {
    let both = noted.identities.intersection(gaining).copied();
    let others = noted.identities.difference(gaining).copied().collect();
    let blocked = account::of_own_power(tx, giver, &others).await?;
    let Some(person) = both.chain(blocked).next() else { return Ok(()) };
    Err(account_refusal(tx, giver, person).await?.into())
}

/// The refusal of a code, a NIP or an external id for a person whose power came from the actor.
pub(crate) async fn account_refusal(tx: &Tx, giver: StaffId, person: StaffId) -> Result<Refusal> {
    let units = store::staff::units_on(tx, [person.0], tx.today()).await?;
    let root = UnitId(tx.actor().agency.0);
    let unit = units.get(&person.0).copied().unwrap_or(root);
    let mut givers = givers_of(tx, person).await?;
    givers.insert(giver);
    let givers: Vec<StaffId> = givers.into_iter().collect();
    let who_can = Second::load(tx, &[unit].into()).await?.who_can(tx, giver, &givers).await?;
    let message = Message::new(Key::AccountOfOwnPower).with("person", second::name(tx, person).await?);
    Ok(Refusal::another_person(message, who_can))
}
