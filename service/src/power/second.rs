//! Finds who else can make a change that its actor may not make alone.

use super::{Basis, hands};
use crate::{db::Connection, directory::UnitAdmins, error::Result, store};
use domain::{
    id::{StaffId, UnitId},
    staff::StaffStatus,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

type People = BTreeSet<StaffId>;

/// The admins of an agency other than the actor, and who can act through their accounts.
pub(super) struct Second {
    fixers: UnitAdmins,
    root: UnitId,
    /// The names of those who have not left.
    admins: BTreeMap<StaffId, String>,
    /// Who can act through the accounts of the admins and of the people concerned; none without four eyes.
    hands: Option<HashMap<StaffId, People>>,
}

impl Second {
    /// Loads the admins for changes of the actor that concern these people.
    pub async fn load<C: Connection>(
        basis: Basis<'_, C>,
        actor: StaffId,
        concerned: &People,
    ) -> Result<Self> {
        let fixers = UnitAdmins::load(basis.source, basis.agency, basis.today).await?;
        let admins: People = fixers.all().filter(|admin| *admin != actor).collect();
        let hands = match basis.separation.four_eyes {
            true => Some(hands(basis, &admins.union(concerned).copied().collect()).await?),
            false => None,
        };
        let ids: Vec<StaffId> = admins.into_iter().collect();
        let people = store::staff::by_ids(basis.source, basis.agency, &ids).await?;
        let active = people.into_values().filter(|person| person.status == StaffStatus::Active);
        let admins = active.map(|person| (person.id, person.name)).collect();
        Ok(Self { fixers, root: UnitId(basis.agency.0), admins, hands })
    }

    /// Selects the admins who cover all these units (without units, the admins of the whole agency) and can make the
    /// change, with their names. Without four eyes, it leaves out `concerned`. With four eyes, it leaves out an admin if
    /// one person can use both the admin's account and the account of one of `concerned`.
    pub fn who_can(&self, units: &BTreeSet<UnitId>, concerned: &People) -> Vec<(StaffId, String)> {
        let mut admins: People = self.admins.keys().copied().collect();
        let root = BTreeSet::from([self.root]);
        for unit in if units.is_empty() { &root } else { units } {
            let of_unit = People::from_iter(self.fixers.of(*unit));
            admins.retain(|admin| of_unit.contains(admin));
        }
        match &self.hands {
            Some(hands) => {
                let of_concerned: People =
                    concerned.iter().filter_map(|one| hands.get(one)).flatten().copied().collect();
                admins.retain(|admin| hands.get(admin).is_some_and(|of| of.is_disjoint(&of_concerned)));
            }
            None => admins.retain(|admin| !concerned.contains(admin)),
        }
        admins.into_iter().filter_map(|admin| Some((admin, self.admins.get(&admin)?.clone()))).collect()
    }
}

/// The admins of these units who can make a change of the actor that concerns these people; see [`Second::who_can`].
pub(super) async fn who_can<C: Connection>(
    basis: Basis<'_, C>,
    units: &BTreeSet<UnitId>,
    actor: StaffId,
    concerned: &[StaffId],
) -> Result<Vec<(StaffId, String)>> {
    let concerned = concerned.iter().copied().collect();
    Ok(Second::load(basis, actor, &concerned).await?.who_can(units, &concerned))
}

/// The name of a person, for a sentence.
pub(super) async fn name<C: Connection>(basis: Basis<'_, C>, person: StaffId) -> Result<String> {
    let found = store::staff::by_ids(basis.source, basis.agency, &[person]).await?;
    Ok(found.get(&person).map(|person| person.name.clone()).unwrap_or_default())
}
