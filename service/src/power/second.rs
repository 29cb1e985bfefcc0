//! Finds who else can make a change that its actor may not make alone.

use super::hands;
use crate::{db::Tx, directory::Fixers, error::Result, store};
use domain::{
    id::{StaffId, UnitId},
    staff::StaffStatus,
};
use std::collections::BTreeSet;

/// The admins of the units that a change touches.
pub(super) struct Second(BTreeSet<StaffId>);

impl Second {
    /// Loads the admins who cover all these units; without units, the admins of the whole agency.
    pub async fn load(tx: &Tx, units: &BTreeSet<UnitId>) -> Result<Self> {
        let fixers = Fixers::load(tx.source(), tx.actor().agency, tx.today()).await?;
        let mut admins: BTreeSet<StaffId> = fixers.all().collect();
        let root = BTreeSet::from([UnitId(tx.actor().agency.0)]);
        for unit in if units.is_empty() { &root } else { units } {
            let of_unit = BTreeSet::from_iter(fixers.of(*unit));
            admins.retain(|admin| of_unit.contains(admin));
        }
        Ok(Self(admins))
    }

    /// Selects the admins who can make the change, with their names. Leaves out the actor. Without four eyes, it also
    /// leaves out `concerned`. With four eyes, it leaves out an admin if one person can use both the admin's account
    /// and the account of one of `concerned`.
    pub async fn who_can(
        self,
        tx: &Tx,
        actor: StaffId,
        concerned: &[StaffId],
    ) -> Result<Vec<(StaffId, String)>> {
        let mut admins: Vec<StaffId> = self.0.into_iter().filter(|admin| *admin != actor).collect();
        if tx.separation().four_eyes {
            let all: BTreeSet<StaffId> = admins.iter().chain(concerned).copied().collect();
            let hands = hands(tx, &all).await?;
            let of_concerned: BTreeSet<StaffId> =
                concerned.iter().filter_map(|one| hands.get(one)).flatten().copied().collect();
            admins.retain(|admin| hands.get(admin).is_some_and(|of| of.is_disjoint(&of_concerned)));
        } else {
            admins.retain(|admin| !concerned.contains(admin));
        }
        let people = store::staff::by_ids(tx.source(), tx.actor().agency, &admins).await?;
        let active = admins.into_iter().filter_map(|admin| {
            let person = people.get(&admin).filter(|person| person.status == StaffStatus::Active)?;
            Some((admin, person.name.clone()))
        });
        Ok(active.collect())
    }
}

/// The name of a person, for a sentence.
pub(super) async fn name(tx: &Tx, person: StaffId) -> Result<String> {
    let found = store::staff::by_ids(tx.source(), tx.actor().agency, &[person]).await?;
    Ok(found.get(&person).map(|person| person.name.clone()).unwrap_or_default())
}
