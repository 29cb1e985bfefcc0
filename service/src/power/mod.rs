//! Ensures that no change gives power over results to the person who makes it.
//!
//! A unit of work records each of its changes that can give power. Before it commits, [`check`] compares who has power
//! over whom before and after the changes. So a new use case needs no check of its own.

mod account;
mod accounts;
mod basis;
mod choice;
mod gain;
mod over;
mod record;
mod second;
#[cfg(test)]
mod tests;
mod unit;

pub use crate::db::Separation;
pub(crate) use crate::db::Way;
pub(crate) use account::of_own_power;
pub use accounts::{depends_on_accounts, own_accounts, refuse_for_own_accounts};
pub(crate) use accounts::{must_be_of_another, refuse_in_list};
pub(crate) use basis::Basis;
pub use choice::{Changed, OwnRaters, depends_on_raters, own_raters, refuse_choices};
pub(crate) use over::{cancel_of_another, selves};

use crate::{
    db::{Noted, Tx},
    error::{Error, Result},
    store,
};
use account::{givers, hands};
use domain::{
    Key, Message, Refusal,
    id::{StaffId, UnitId},
};
use second::{Second, who_can};
use std::collections::{BTreeSet, HashMap};

/// Refuses a unit of work that gives power over results to the person who makes the change. Also refuses that people
/// change who rates them, who sets the predicate of their unit, whether they are appraised, or whether they headed a
/// unit. With four eyes, refuses to give a person power if the maker of the change controls that person's account, or
/// if the ratee controls it. Returns the people who gained power. With four eyes, the journal records who gave them
/// power.
pub(crate) async fn check(tx: &Tx) -> Result<BTreeSet<StaffId>> {
    let noted = tx.powers().noted()?;
    let Some(giver) = noted.scheduled_by.or(tx.actor().staff()) else { return Ok(BTreeSet::new()) };
    let separation = tx.separation();
    let changes_nothing = noted.assignments.is_empty()
        && noted.delegations.is_empty()
        && noted.units.is_empty()
        && noted.teams.is_empty()
        && noted.deciders.is_empty()
        && noted.kinds.is_empty()
        && noted.cancelled.is_empty()
        && noted.later.is_empty();
    if changes_nothing && (noted.identities.is_empty() || !separation.four_eyes) {
        return Ok(BTreeSet::new());
    }
    if separation.four_eyes {
        // The lock ensures that nobody issues a code or changes a NIP between this check and the commit.
        store::superior::lock(tx, tx.actor().agency).await?;
    }
    let basis = Basis::of(tx);
    let hands_of_giver = selves(basis, giver).await?;
    let mut gains = gain::find(tx, &noted, giver, &hands_of_giver).await?;
    gains.people.extend(&noted.later);
    let own = gains.people.contains(&giver).then_some(Key::PowerForOneself);
    if let Some(key) = own.or(gains.own_result) {
        let who_can = who_can(basis, &gains.units, giver, &[giver]).await?;
        return Err(Refusal::another_person(Message::new(key), who_can).into());
    }
    if separation.four_eyes {
        if !noted.replaced.is_disjoint(&hands_of_giver) {
            let who_can = who_can(basis, &gains.units, giver, &[giver]).await?;
            return Err(Refusal::another_person(Message::new(Key::OwnIdentity), who_can).into());
        }
        account_of_own_power(tx, &noted, giver, &gains.people).await?;
        let people: Vec<StaffId> = gains.people.iter().copied().collect();
        let hands = hands(basis, &people.iter().copied().collect()).await?;
        let linked =
            people.iter().find(|one| hands.get(one).is_some_and(|of| !of.is_disjoint(&hands_of_giver)));
        if let Some(person) = linked.filter(|_| separation.accounts()) {
            let who_can = who_can(basis, &gains.units, giver, &people).await?;
            let message =
                Message::new(Key::PowerOfOwnAccount).with("person", second::name(basis, *person).await?);
            return Err(Refusal::another_person(message, who_can).into());
        }
        // A person who becomes appraised must not control the account of someone who already has power over their
        // result.
        for person in &noted.kinds {
            let raters = over::over_results_of(basis, &[*person].into()).await?;
            gains.over.extend(raters.into_iter().map(|rater| (rater, *person)));
        }
        if let Some((person, rated)) = over::controlled_by_ratee(tx, &gains.over).await? {
            let who_can = who_can(basis, &gains.units, giver, &[rated]).await?;
            let message = Message::new(Key::PowerOfRateesAccount)
                .with("person", second::name(basis, person).await?)
                .with("rated", second::name(basis, rated).await?);
            return Err(Refusal::another_person(message, who_can).into());
        }
        if tx.actor().staff().is_some() {
            account::record_given(tx, &people).await?;
        }
    }
    Ok(gains.people)
}

/// Refuses a change of the NIP or external id of a person whose power came from the actor.
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
async fn account_refusal(tx: &Tx, giver: StaffId, person: StaffId) -> Result<Refusal> {
    account_refusals(tx, giver, &[person].into()).await?.remove(&person).ok_or(Error::NotFound)
}

/// The refusals of [`account_refusal`] for several people. The number of statements does not depend on the number of
/// people.
pub(crate) async fn account_refusals(
    tx: &Tx,
    giver: StaffId,
    people: &BTreeSet<StaffId>,
) -> Result<HashMap<StaffId, Refusal>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let units = store::staff::units_on(tx, people.iter().map(|person| person.0), tx.today()).await?;
    let root = UnitId(tx.actor().agency.0);
    let givers = givers(tx, people).await?;
    let concerned: Vec<(StaffId, UnitId, BTreeSet<StaffId>)> = people
        .iter()
        .map(|person| {
            let mut concerned = givers.get(person).cloned().unwrap_or_default();
            concerned.insert(giver);
            (*person, units.get(&person.0).copied().unwrap_or(root), concerned)
        })
        .collect();
    let all = concerned.iter().flat_map(|(_, _, concerned)| concerned).copied().collect();
    let second = Second::load(Basis::of(tx), giver, &all).await?;
    let ids: Vec<StaffId> = people.iter().copied().collect();
    let found = store::staff::by_ids(tx.source(), tx.actor().agency, &ids).await?;
    let refusal = |(person, unit, concerned): (StaffId, UnitId, BTreeSet<StaffId>)| {
        let name = found.get(&person).map(|person| person.name.as_str()).unwrap_or_default();
        let message = Message::new(Key::AccountOfOwnPower).with("person", name);
        (person, Refusal::another_person(message, second.who_can(&[unit].into(), &concerned)))
    };
    Ok(concerned.into_iter().map(refusal).collect())
}
