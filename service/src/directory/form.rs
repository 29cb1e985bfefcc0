//! Builds the lists of people on the forms of plans and evaluations, with their present data.

use crate::{
    db::{Connection, Source},
    error::Result,
    store,
};
use domain::{
    assignment::{Assignment, Outlook},
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    plan::{Form, FormPerson, RaterSnapshot},
    staff::{Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use std::collections::{BTreeSet, HashMap};

/// A plan, an evaluation or an assignment to print: the ratee, their assignment, and their rater.
#[derive(Clone, Debug)]
pub(crate) struct FormSubject {
    pub staff: StaffId,
    pub assignment: AssignmentId,
    pub rater: RaterSnapshot,
}

/// Builds the forms of these objects, in their order. Needs the same number of statements for any number of objects.
pub(crate) async fn forms<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    subjects: &[FormSubject],
    on: Date,
) -> Result<Vec<Form>> {
    forms_foreseen(source, agency, subjects, on, &Outlook::default()).await
}

/// Like [`forms`], on a later day, after the scheduled changes of the outlook.
pub(super) async fn forms_foreseen<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    subjects: &[FormSubject],
    on: Date,
    outlook: &Outlook,
) -> Result<Vec<Form>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::load(source, agency, subjects, on, outlook).await?;
    Ok(subjects.iter().map(|of| directory.form(of)).collect())
}

/// Everyone on the forms, with their assignments, positions and units.
struct Directory {
    on: Date,
    people: HashMap<StaffId, Staff>,
    assignments: HashMap<AssignmentId, Assignment>,
    /// The assignments of each person with a rank, oldest first.
    ranked: HashMap<StaffId, Vec<Assignment>>,
    positions: HashMap<PositionId, Position>,
    units: HashMap<UnitId, OrgUnit>,
}

impl Directory {
    async fn load<C: Connection>(
        source: Source<'_, C>,
        agency: AgencyId,
        subjects: &[FormSubject],
        on: Date,
        outlook: &Outlook,
    ) -> Result<Self> {
        let people: BTreeSet<StaffId> = subjects
            .iter()
            .flat_map(|of| [Some(of.staff), Some(of.rater.staff), of.rater.superior_staff])
            .flatten()
            .collect();
        let posts: BTreeSet<AssignmentId> = subjects
            .iter()
            .flat_map(|of| [Some(of.assignment), Some(of.rater.assignment), of.rater.superior_assignment])
            .flatten()
            .collect();
        let mut found = store::assignment::of_people_or_posts(source, agency, &people, &posts).await?;
        found.retain(|one| outlook.post(one.id).is_none());
        let foreseen =
            outlook.changed().filter(|post| people.contains(&post.staff) || posts.contains(&post.id));
        found.extend(foreseen.map(|post| post.assignment.clone()));
        found.sort_by_key(|one| (one.valid_from, one.id));
        let printed_posts = || found.iter().filter(|one| posts.contains(&one.id));
        let positions: BTreeSet<PositionId> = printed_posts().map(|one| one.position).collect();
        let units: BTreeSet<UnitId> = printed_posts().map(|one| one.unit).collect();
        let ids = |set: BTreeSet<PositionId>| set.into_iter().collect::<Vec<_>>();
        let positions = store::position::by_ids(source, agency, &ids(positions)).await?;
        let units: Vec<UnitId> = units.into_iter().collect();
        let units = store::org_unit::by_ids(source, agency, &units, on).await?;
        let people: Vec<StaffId> = people.into_iter().collect();
        let people = store::staff::by_ids(source, agency, &people).await?;
        let mut ranked: HashMap<StaffId, Vec<Assignment>> = HashMap::new();
        for one in found.iter().filter(|one| one.rank.is_some()) {
            ranked.entry(one.staff).or_default().push(one.clone());
        }
        let assignments = found.into_iter().map(|one| (one.id, one)).collect();
        Ok(Self { on, people, assignments, ranked, positions, units })
    }

    fn form(&self, of: &FormSubject) -> Form {
        let superior = of.rater.superior_assignment.zip(of.rater.superior_staff);
        Form {
            ratee: self.person(of.staff, of.assignment),
            rater_rank: self.rank(of.rater.staff, of.rater.assignment),
            superior: superior.map(|(post, staff)| self.person(staff, post)),
        }
    }

    fn person(&self, staff: StaffId, post: AssignmentId) -> FormPerson {
        let (person, post_of) = (self.people.get(&staff), self.assignments.get(&post));
        let position = post_of.and_then(|one| self.positions.get(&one.position));
        let unit = post_of.and_then(|one| self.units.get(&one.unit));
        FormPerson {
            staff,
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            nip: person.and_then(|person| person.nip.clone()),
            rank: self.rank(staff, post),
            position: position.map(|position| position.name.clone()).unwrap_or_default(),
            unit_name: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        }
    }

    /// The rank in the assignment. For a delegate, the rank in one of their own assignments.
    fn rank(&self, staff: StaffId, post: AssignmentId) -> Option<String> {
        if let Some(held) = self.assignments.get(&post).filter(|held| held.staff == staff) {
            return held.rank.clone();
        }
        let own = self.ranked.get(&staff)?;
        let current = own.iter().rev().find(|one| one.open_on(self.on));
        current.or_else(|| own.last())?.rank.clone()
    }
}
