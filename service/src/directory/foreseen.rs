//! Completes the gaps that the store finds with those that scheduled changes open or close by a later day.

use crate::{
    db::{Connection, Source},
    error::Result,
    store::{self, directory::Among},
};
use domain::{
    assignment::{Assignment, Outlook},
    id::{AssignmentId, UnitId},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// The gaps of a later day.
pub(super) struct Foreseen<'a, C> {
    pub source: Source<'a, C>,
    /// Which assignments to check.
    pub among: &'a Among,
    /// The day.
    pub on: Date,
    pub outlook: &'a Outlook,
}

impl<C: Connection> Foreseen<'_, C> {
    /// Completes the assignments that the store finds without a rater. Replaces those that scheduled changes alter, and
    /// adds all whose rater scheduled changes can affect. The caller checks which of them have a rater.
    pub async fn maybe_unrated(&self, stored: Vec<Assignment>) -> Result<Vec<Assignment>> {
        if self.outlook.is_empty() {
            return Ok(stored);
        }
        let mut all: BTreeMap<AssignmentId, Assignment> =
            stored.into_iter().map(|one| (one.id, one)).collect();
        for post in self.outlook.below_changed(self.on).chain(self.outlook.changed()) {
            all.insert(post.id, post.assignment.clone());
        }
        let checked = all.into_values().filter(|one| one.has_days() && self.is_among(one));
        let (mut open, ended): (Vec<Assignment>, Vec<Assignment>) =
            checked.filter(|one| one.valid_from <= self.on).partition(|one| one.open_on(self.on));
        open.extend(self.unfinished(ended).await?);
        Ok(open)
    }

    /// Selects the ended assignments that have unfinished evaluations on the day. The end of an assignment cancels the
    /// evaluations of parts that begin after it. This ignores the rule about the last month of an assignment, by which
    /// a real ending may cancel more.
    async fn unfinished(&self, ended: Vec<Assignment>) -> Result<Vec<Assignment>> {
        let ids = ended.iter().map(|one| one.id);
        let evaluations = store::unfinished::evaluations(self.source, ids).await?;
        let Some(first) = evaluations.first() else { return Ok(Vec::new()) };
        let periods: BTreeSet<_> = evaluations.iter().map(|one| one.period).collect();
        let periods = store::period::by_ids(self.source, first.agency, &Vec::from_iter(periods)).await?;
        let starts: Vec<(AssignmentId, Date)> = evaluations
            .iter()
            .filter_map(|one| Some((one.assignment, periods.get(&one.period)?.starts_on)))
            .collect();
        let is_unfinished = |one: &Assignment| {
            let is_stored = self.outlook.post(one.id).is_none();
            let mut of_one = starts.iter().filter(|(of, _)| *of == one.id);
            of_one.any(|(_, starts_on)| is_stored || one.valid_to.is_some_and(|end| *starts_on < end))
        };
        Ok(ended.into_iter().filter(is_unfinished).collect())
    }

    /// The heads of the units that may have several heads on the day. Some of these heads may not be in `among`.
    pub async fn several_heads(&self, stored: Vec<Assignment>) -> Result<Vec<Assignment>> {
        let headed = |one: &&Assignment| one.leads && one.open_on(self.on) && self.is_among(one);
        let changed = self.outlook.changed().map(|post| &post.assignment).filter(headed);
        let units: BTreeSet<UnitId> = stored.iter().chain(changed).map(|head| head.unit).collect();
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let mut heads =
            store::assignment::heads_on(self.source, &Vec::from_iter(units.iter().copied()), self.on).await?;
        heads.retain(|head| self.outlook.post(head.id).is_none());
        let changed = self.outlook.changed().map(|post| &post.assignment);
        heads.extend(
            changed.filter(|one| one.leads && one.open_on(self.on) && units.contains(&one.unit)).cloned(),
        );
        heads.sort_by_key(|head| (head.valid_from, head.id));
        Ok(heads)
    }

    fn is_among(&self, one: &Assignment) -> bool {
        match self.among {
            Among::Agency => true,
            Among::Units(units) => units.contains(&one.unit),
            Among::Posts(posts) => {
                let superior = one.superior_on(self.on);
                posts.contains(&one.id) || superior.is_some_and(|superior| posts.contains(&superior))
            }
        }
    }
}
