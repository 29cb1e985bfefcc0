//! Finds the rater of an assignment on a day: the person who has the powers of the superior's post.

use super::{
    form::{FormSubject, forms_foreseen},
    outlook::outlook,
    roster::explain,
};
use crate::{
    db::{Connection, Source},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    actor::Actor,
    assignment::{Assignment, Outlook, Post, RaterOnDay, WhoRates, who_rates as decide},
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    plan::{Form, RaterSnapshot},
    roster::Problem,
    staff::{Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use std::collections::{BTreeSet, HashMap};

/// Finds the rater of an assignment on a day, as the snapshot that plans store; `None` if the assignment has no rater.
/// If the superior's post is vacant and nobody acts for it, the snapshot has its last holder.
pub(crate) async fn rater_of<C: Connection>(
    source: Source<'_, C>,
    assignment: &Assignment,
    on: Date,
) -> Result<Option<RaterSnapshot>> {
    Raters::on(assignment.agency, on).snapshot(source, assignment).await
}

/// The posts above some assignments and the people who hold them, on one day. Loaded posts are used again for other
/// assignments below them.
pub(crate) struct Raters {
    agency: AgencyId,
    on: Date,
    outlook: Outlook,
    posts: HashMap<AssignmentId, Post>,
    people: HashMap<StaffId, Staff>,
    positions: HashMap<PositionId, Position>,
    units: HashMap<UnitId, OrgUnit>,
}

impl Raters {
    pub fn on(agency: AgencyId, on: Date) -> Self {
        Self::foreseen(agency, on, Outlook::default())
    }

    /// Like [`Self::on`], for a later day, after the scheduled changes of the outlook.
    pub fn foreseen(agency: AgencyId, on: Date, outlook: Outlook) -> Self {
        let (people, positions, units) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { agency, on, outlook, posts: HashMap::new(), people, positions, units }
    }

    /// Finds who rates an assignment.
    pub async fn find<C: Connection>(
        &mut self,
        source: Source<'_, C>,
        assignment: &Assignment,
    ) -> Result<WhoRates> {
        loop {
            match decide(assignment, self.on, |id| self.posts.get(&id)) {
                Ok(found) => return Ok(found),
                Err(unknown) => self.load(source, BTreeSet::from([unknown])).await?,
            }
        }
    }

    /// Finds who rates each of these assignments, in their order. Needs one round of statements for each level above
    /// them.
    pub async fn find_all<C: Connection>(
        &mut self,
        source: Source<'_, C>,
        assignments: &[Assignment],
    ) -> Result<Vec<WhoRates>> {
        loop {
            let found: Vec<_> = assignments
                .iter()
                .map(|assignment| decide(assignment, self.on, |id| self.posts.get(&id)))
                .collect();
            let unknown: BTreeSet<AssignmentId> =
                found.iter().filter_map(|found| found.as_ref().err()).copied().collect();
            if unknown.is_empty() {
                return Ok(found.into_iter().filter_map(std::result::Result::ok).collect());
            }
            self.load(source, unknown).await?;
        }
    }

    /// A post that has been loaded.
    pub fn post(&self, id: AssignmentId) -> Option<&Post> {
        self.posts.get(&id)
    }

    async fn load<C: Connection>(
        &mut self,
        source: Source<'_, C>,
        ids: BTreeSet<AssignmentId>,
    ) -> Result<()> {
        let (foreseen, wanted): (Vec<AssignmentId>, Vec<AssignmentId>) =
            ids.into_iter().partition(|id| self.outlook.post(*id).is_some());
        for id in foreseen {
            self.posts.extend(self.outlook.post(id).map(|post| (id, post.clone())));
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let found = store::assignment::posts(source, self.agency, &wanted).await?;
        if found.len() < wanted.len() {
            return Err(Error::internal("a superior's assignment does not exist"));
        }
        self.posts.extend(found);
        Ok(())
    }

    /// Finds the rater of an assignment as the snapshot that plans store.
    pub async fn snapshot<C: Connection>(
        &mut self,
        source: Source<'_, C>,
        assignment: &Assignment,
    ) -> Result<Option<RaterSnapshot>> {
        match self.find(source, assignment).await? {
            WhoRates::Person(found) | WhoRates::Vacant(found) => {
                self.snapshot_on_day(source, found).await.map(Some)
            }
            WhoRates::NobodyAbove | WhoRates::NoSuperior | WhoRates::Loop => Ok(None),
        }
    }

    async fn snapshot_on_day<C: Connection>(
        &mut self,
        source: Source<'_, C>,
        found: RaterOnDay,
    ) -> Result<RaterSnapshot> {
        let RaterOnDay { rater, superior } = found;
        let Some(post) = self.posts.get(&rater.post) else {
            return Err(Error::internal("a rater without a post"));
        };
        let (position, unit) = (post.position, post.unit);
        if !self.people.contains_key(&rater.staff) {
            self.people.extend(store::staff::by_ids(source, self.agency, &[rater.staff]).await?);
        }
        if !self.positions.contains_key(&position) {
            self.positions.extend(store::position::by_ids(source, self.agency, &[position]).await?);
        }
        if !self.units.contains_key(&unit) {
            self.units.extend(store::org_unit::by_ids(source, self.agency, &[unit], self.on).await?);
        }
        let person =
            self.people.get(&rater.staff).ok_or_else(|| Error::internal("a rater who is no staff"))?;
        Ok(RaterSnapshot {
            assignment: rater.post,
            staff: rater.staff,
            name: person.name.clone(),
            nip: person.nip.clone(),
            position: self.positions.get(&position).map(|found| found.name.clone()).unwrap_or_default(),
            unit_name: self.units.get(&unit).map(|found| found.name.clone()).unwrap_or_default(),
            capacity: rater.capacity,
            superior_assignment: superior.map(|above| above.post),
            superior_staff: superior.map(|above| above.staff),
        })
    }
}

/// The answer to who rates an assignment on a day.
#[derive(Clone, Debug)]
pub struct Rated {
    /// The assignment.
    pub assignment: Assignment,
    /// The rater, or the reason why there is none.
    pub answer: WhoRates,
    /// The rater with the people on the form; only if somebody can act.
    pub rater: Option<(RaterSnapshot, Form)>,
    /// The gap in the chain of command, if nobody can act.
    pub problem: Option<Problem>,
}

/// Finds who rates each visible assignment of a person that is open on a day, by default today. For a later day, the
/// answer includes the scheduled changes that the actor can see.
pub async fn who_rates(env: &Env, actor: &Actor, staff: StaffId, on: Option<Date>) -> Result<Vec<Rated>> {
    let on = on.unwrap_or_else(|| env.today(actor));
    let source = env.db.source();
    let outlook = outlook(env, actor, on).await?;
    let mut assignments = store::assignment::held_on(source, actor.agency, staff, on).await?;
    assignments.retain(|one| outlook.post(one.id).is_none());
    let changed = outlook.changed().filter(|post| post.staff == staff && post.open_on(on));
    assignments.extend(changed.map(|post| post.assignment.clone()));
    assignments.sort_by_key(|one| (one.valid_from, one.id));
    let hidden = super::find::hidden(env, actor, assignments.iter()).await?;
    let mut raters = Raters::foreseen(actor.agency, on, outlook.clone());
    let mut rated = Vec::new();
    for assignment in assignments.into_iter().filter(|assignment| !hidden.contains(&assignment.id)) {
        let answer = raters.find(source, &assignment).await?;
        let rater = match answer {
            WhoRates::Person(found) => {
                let rater = raters.snapshot_on_day(source, found).await?;
                let subject =
                    FormSubject { staff: assignment.staff, assignment: assignment.id, rater: rater.clone() };
                let forms = forms_foreseen(source, actor.agency, &[subject], on, &outlook).await?;
                forms.into_iter().next().map(|form| (rater, form))
            }
            _ => None,
        };
        let problem = explain(source, &assignment, &answer, &raters, on).await?;
        rated.push(Rated { assignment, answer, rater, problem });
    }
    Ok(rated)
}
