//! Finds in the journal who controls an account and who gave a person power.
//!
//! The person who issued the last used code may know the password. A person who changed the NIP or external id later
//! may have given the account to somebody else. If people log in with the agency's tokens, that person stays in control
//! after a new code, because the first token is linked to the account whose NIP or external id it names. The journal
//! entries about these acts prove them, because nobody can rewrite an entry.

use super::{Basis, over::over_results_of};
use crate::{
    db::{Concerns, Connection, Notice, Tx, Way, append_notices},
    error::Result,
    store::{
        self,
        control::{Drawn, Entry},
    },
};
use domain::{
    event::{EventKind, SubjectKind},
    id::StaffId,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

type People = BTreeSet<StaffId>;

/// A place after all entries.
const NOW: Drawn = Drawn::MAX;

/// The journal entries about accounts and their people.
#[derive(Default)]
struct Accounts {
    /// The entries of each person, in order.
    entries: HashMap<StaffId, Vec<Entry>>,
    /// The people who have a code that can still be used.
    pending: People,
    /// The entries that changed a NIP or an external id.
    renamed: BTreeSet<Uuid>,
    /// Whether people can log in with the agency's tokens.
    token_login: bool,
}

impl Accounts {
    /// Loads the accounts of these people, then the accounts of everyone who acted on the accounts found so far, until
    /// no new account is found.
    async fn load<C: Connection>(basis: Basis<'_, C>, people: &People) -> Result<Self> {
        let mut found = Self { token_login: basis.separation.token_login, ..Self::default() };
        let mut open = people.clone();
        while !open.is_empty() {
            found.entries.extend(open.iter().map(|one| (*one, Vec::new())));
            let mut next = People::new();
            for (staff, entry) in store::control::entries(basis.source, &open).await? {
                next.extend(entry.actor.filter(|actor| *actor != staff));
                found.entries.entry(staff).or_default().push(entry);
            }
            open = next.into_iter().filter(|one| !found.entries.contains_key(one)).collect();
        }
        let all = found.entries.values().flatten();
        let changes = all.filter(|entry| entry.kind == EventKind::StaffUpdated && entry.actor.is_some());
        found.renamed =
            store::control::with_other_identity(basis.source, changes.map(|entry| entry.id).collect())
                .await?;
        found.pending =
            store::control::with_valid_code(basis.source, &found.entries.keys().copied().collect()).await?;
        Ok(found)
    }

    /// The people who directly controlled an account before a place in the journal, each with the place at which they
    /// got control.
    fn keepers(&self, person: StaffId, until: Drawn) -> Vec<(StaffId, Drawn)> {
        let (mut keepers, mut renamers, mut issued) = (Vec::new(), Vec::new(), None);
        let entries = self.entries.get(&person).into_iter().flatten();
        for entry in entries.take_while(|entry| entry.at < until) {
            match (entry.kind, entry.actor) {
                (EventKind::ActivationCodeIssued, issuer) => issued = issuer.map(|one| (one, entry.at)),
                // The server itself records that a code was used.
                (EventKind::AccountActivated | EventKind::PasswordChanged, None) => {
                    keepers = issued.take().into_iter().collect();
                    if !self.token_login {
                        renamers.clear();
                    }
                }
                (EventKind::StaffUpdated, Some(actor)) if self.renamed.contains(&entry.id) => {
                    renamers.push((actor, entry.at));
                }
                _ => {}
            }
        }
        keepers.extend(renamers);
        keepers.extend(issued.filter(|_| until < NOW || self.pending.contains(&person)));
        keepers
    }

    /// The people who could act through an account at a place in the journal. These are the account's own person, the
    /// people who controlled it, everyone who controlled the account of such a person when that person got control, and
    /// so on.
    fn hands(&self, person: StaffId, until: Drawn) -> People {
        let mut found = People::from([person]);
        let (mut open, mut visited) = (vec![(person, until)], BTreeSet::new());
        while let Some((account, until)) = open.pop() {
            if visited.insert((account, until)) {
                let keepers = self.keepers(account, until);
                found.extend(keepers.iter().map(|(keeper, _)| *keeper));
                open.extend(keepers);
            }
        }
        found
    }
}

/// Finds who can act through the accounts of these people now, themselves included.
pub(super) async fn hands<C: Connection>(
    basis: Basis<'_, C>,
    people: &People,
) -> Result<HashMap<StaffId, People>> {
    let accounts = Accounts::load(basis, people).await?;
    Ok(people.iter().map(|one| (*one, accounts.hands(*one, NOW))).collect())
}

/// Finds who gave power to each of these people: everyone who could act through the giver's account at that time.
pub(super) async fn givers(tx: &Tx, people: &People) -> Result<HashMap<StaffId, People>> {
    let given = store::control::powers_given(tx, people).await?;
    let accounts = Accounts::load(Basis::of(tx), &given.iter().map(|(_, giver, _)| *giver).collect()).await?;
    let mut found: HashMap<StaffId, People> = HashMap::new();
    for (staff, giver, at) in given {
        found.entry(staff).or_default().extend(accounts.hands(giver, at));
    }
    Ok(found)
}

/// Records that the actor gave power to these people.
pub(super) async fn record_given(tx: &Tx, people: &[StaffId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let agency = tx.actor().agency.0;
    let units = store::staff::units_on(tx, people.iter().map(|one| one.0), tx.today()).await?;
    let notice = |person: &StaffId| {
        // A person without a unit today belongs to the root unit.
        let unit = units.get(&person.0).map_or(agency, |unit| unit.0);
        let concerns = Concerns::default().staff(person.0).unit(unit);
        Notice { subject: SubjectKind::Account, id: person.0, agency, concerns }
    };
    let notices: Vec<Notice> = people.iter().map(notice).collect();
    append_notices(tx, EventKind::RatingPowerGiven, &notices, None).await
}

/// Selects those of these people whose accounts the actor may not control, because they have power over the actor's own
/// result or got their power from the actor. People who can act through the actor's account count as the actor.
pub(crate) async fn of_own_power(tx: &Tx, actor: StaffId, people: &People) -> Result<People> {
    if !tx.separation().accounts() {
        return Ok(People::new());
    }
    if people.is_empty() {
        return Ok(People::new());
    }
    let own = Accounts::load(Basis::of(tx), &[actor].into()).await?.hands(actor, NOW);
    let mut found = People::new();
    if tx.separation().closes(Way::OwnRater) {
        found = over_results_of(Basis::of(tx), &own).await?.intersection(people).copied().collect();
        found.remove(&actor);
    }
    let powerful = store::control::powerful(tx, people).await?;
    let linked = givers(tx, &powerful).await?.into_iter().filter(|(_, givers)| !givers.is_disjoint(&own));
    found.extend(linked.map(|(staff, _)| staff));
    Ok(found)
}
