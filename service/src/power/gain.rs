//! Finds who has more power after a unit of work than before it.

use crate::{
    db::{self, Noted, Tx, Way},
    directory,
    error::{Error, Result},
    store,
};
use domain::{
    assignment::{Assignment, Delegation, Post, Power, powers},
    id::{AssignmentId, StaffId, UnitId},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The power that a unit of work gives.
#[derive(Default)]
pub(super) struct Gains {
    /// The people with more power than before.
    pub people: BTreeSet<StaffId>,
    /// Whether the giver, or a person who can act through the giver's account, gets a new rater. If their own post
    /// changed, also whether anybody new gets power over their results.
    pub chooses_rater: bool,
    /// The units of the changed objects.
    pub units: BTreeSet<UnitId>,
}

/// Compares the powers before and after the changes, today and on later days. `hands` are the people who can act through
/// the giver's account, themselves included.
pub(super) async fn find(tx: &Tx, noted: &Noted, giver: StaffId, hands: &BTreeSet<StaffId>) -> Result<Gains> {
    let mut gains = Gains::default();
    let appraised = appraised(tx, hands).await?;
    let organisation = Organisation::load(tx, noted).await?;
    let today = tx.today();
    for ratee in &organisation.ratees {
        let own = appraised.contains(&ratee.staff);
        let own_post = noted.assignments.contains_key(&ratee.id);
        for day in organisation.days(ratee, today) {
            let before = organisation.before(ratee, day)?;
            let after = powers(ratee, day, |id| organisation.after(id)).map_err(unknown)?;
            for (person, power) in after {
                let earlier = before.get(&person).copied();
                if Some(power) > earlier && (person != giver || tx.separation().closes(Way::Superior)) {
                    gains.people.insert(person);
                }
                // A change of another post may give the ratee a new superior, such as an acting secretary of the city:
                // only a new rater counts.
                let chosen = own_post || power == Power::Rater && tx.separation().closes(Way::RatersPost);
                gains.chooses_rater |= own && chosen && earlier.is_none();
            }
        }
    }
    let heads = organisation.heads(today);
    gains
        .people
        .extend(heads.into_iter().filter(|head| *head != giver || tx.separation().closes(Way::Leads)));
    for (before, after) in noted.delegations.values() {
        if lasts(after.valid_to, today) && before.as_ref().is_none_or(|before| is_longer(before, after)) {
            gains.people.insert(after.delegate);
        }
    }
    gains.people.extend(noted.teams.iter().chain(&noted.deciders).map(|(staff, _)| *staff));
    gains.people.extend(heads_of_moved_units(tx, noted).await?);
    gains.units = organisation.touched_units();
    let of_roles = noted.teams.iter().chain(&noted.deciders).map(|(_, unit)| unit);
    gains.units.extend(noted.units.keys().chain(of_roles));
    Ok(gains)
}

fn unknown(_: AssignmentId) -> Error {
    Error::internal("a superior's assignment was not loaded")
}

/// Whether something with this end date (exclusive) is in force today or later.
fn lasts(to: Option<Date>, today: Date) -> bool {
    to.is_none_or(|end| end > today)
}

fn is_longer(before: &Delegation, after: &Delegation) -> bool {
    let ends_later = match (before.valid_to, after.valid_to) {
        (Some(before), after) => after.is_none_or(|after| after > before),
        (None, _) => false,
    };
    ends_later || after.valid_from < before.valid_from
}

/// Selects those of these people who are appraised.
async fn appraised(tx: &Tx, people: &BTreeSet<StaffId>) -> Result<BTreeSet<StaffId>> {
    let people: Vec<StaffId> = people.iter().copied().collect();
    let found = store::staff::by_ids(tx.source(), tx.actor().agency, &people).await?;
    let appraised = found.into_values().filter(|person| person.employment_kind.is_appraised());
    Ok(appraised.map(|person| person.id).collect())
}

/// The part of the organisation that the changes reach, before and after them.
struct Organisation<'a> {
    noted: &'a Noted,
    /// The assignments whose raters may have changed, as they are now.
    ratees: Vec<Assignment>,
    posts: HashMap<AssignmentId, Post>,
    /// The posts that were different before; `None` for new ones.
    earlier: HashMap<AssignmentId, Option<Post>>,
    /// The assignments of each ratee, as they were before.
    before: BTreeMap<StaffId, Vec<Assignment>>,
}

impl<'a> Organisation<'a> {
    async fn load(tx: &Tx, noted: &'a Noted) -> Result<Self> {
        let (source, agency) = (tx.source(), tx.actor().agency);
        let delegated = noted.delegations.values().map(|(_, after)| after.assignment);
        let touched: BTreeSet<AssignmentId> = noted.assignments.keys().copied().chain(delegated).collect();
        let mut posts: HashMap<AssignmentId, Post> = HashMap::new();
        let mut ratees = Vec::new();
        if touched.len() > db::BATCH {
            // An import: reading everything takes fewer statements.
            ratees = store::assignment::of_agency(source, agency).await?;
            posts.extend(
                ratees.iter().map(|one| (one.id, Post { assignment: one.clone(), delegations: Vec::new() })),
            );
            for one in store::delegation::of_agency(source, agency).await? {
                if let Some(post) = posts.get_mut(&one.assignment) {
                    post.delegations.push(one);
                }
            }
        } else if !touched.is_empty() {
            ratees.extend(directory::reached(tx, touched.clone()).await?.into_values());
        }
        let was = noted.assignments.values().flatten();
        let mut wanted: BTreeSet<AssignmentId> = touched.clone();
        wanted.extend(
            ratees.iter().chain(was).flat_map(|one| one.superiors.iter().map(|dated| dated.superior)),
        );
        add_above(tx, &mut posts, wanted).await?;
        let earlier = touched.iter().map(|id| (*id, earlier(*id, noted, &posts))).collect();
        let mut organisation = Self { noted, ratees, posts, earlier, before: BTreeMap::new() };
        let mut before: BTreeMap<StaffId, Vec<Assignment>> = BTreeMap::new();
        for one in &organisation.ratees {
            if let Some(one) = organisation.assignment_before(one) {
                before.entry(one.staff).or_default().push(one.clone());
            }
        }
        organisation.before = before;
        Ok(organisation)
    }

    fn after(&self, id: AssignmentId) -> Option<&Post> {
        self.posts.get(&id)
    }

    /// A post before the changes.
    fn post_before(&self, id: AssignmentId) -> Option<&Post> {
        self.earlier.get(&id).map_or_else(|| self.posts.get(&id), Option::as_ref)
    }

    fn assignment_before<'b>(&'b self, now: &'b Assignment) -> Option<&'b Assignment> {
        self.noted.assignments.get(&now.id).map_or(Some(now), Option::as_ref)
    }

    /// The people who had power over the ratee on a day, before the changes. Their power came from this assignment, or
    /// from another assignment of the ratee that was open on that day, because a transfer moves the ratee from there.
    /// The raters of an ended assignment still rate its unfinished work, but they have no power over a person who is
    /// reinstated.
    fn before(&self, ratee: &Assignment, day: Date) -> Result<BTreeMap<StaffId, Power>> {
        let of_person = self.before.get(&ratee.staff).into_iter().flatten();
        let same = |one: &&Assignment| match ratee.open_on(day) {
            true => one.open_on(day),
            false => one.id == ratee.id,
        };
        let mut found: BTreeMap<StaffId, Power> = BTreeMap::new();
        for one in of_person.filter(same) {
            for (person, power) in powers(one, day, |id| self.post_before(id)).map_err(unknown)? {
                let strongest = found.entry(person).or_insert(power);
                *strongest = power.max(*strongest);
            }
        }
        Ok(found)
    }

    /// Today, and the later days on which the raters of a ratee can change.
    fn days(&self, ratee: &Assignment, today: Date) -> BTreeSet<Date> {
        let own =
            ratee.superiors.iter().map(|dated| dated.from).chain([ratee.valid_from]).chain(ratee.valid_to);
        let mut days: BTreeSet<Date> = own.filter(|day| *day > today).chain([today]).collect();
        let mut add = |post: &Post| {
            let of_delegations = post.delegations.iter().flat_map(|one| [Some(one.valid_from), one.valid_to]);
            let all = post.superiors.iter().map(|dated| Some(dated.from)).chain(of_delegations);
            let all = all.chain([Some(post.valid_from), post.valid_to]);
            days.extend(all.flatten().filter(|day| *day > today));
        };
        let mut open: Vec<AssignmentId> = ratee.superiors.iter().map(|dated| dated.superior).collect();
        let mut visited = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !visited.insert(id) {
                continue;
            }
            for post in [self.after(id), self.post_before(id)].into_iter().flatten() {
                add(post);
                open.extend(post.superiors.iter().map(|dated| dated.superior));
            }
        }
        days
    }

    /// The people who head a unit now and did not before: the holder of the post and the people who act for it.
    fn heads(&self, today: Date) -> BTreeSet<StaffId> {
        let mut people = BTreeSet::new();
        let was = |now: &Assignment| {
            let before = self.noted.assignments.values().flatten();
            let mut headed = before.filter(|one| one.leads && lasts(one.valid_to, today));
            headed.any(|one| (one.staff, one.unit) == (now.staff, now.unit))
        };
        for post in self.noted.assignments.keys().filter_map(|id| self.posts.get(id)) {
            if post.leads && lasts(post.valid_to, today) && !was(post) {
                let acting = post.delegations.iter().filter(|one| lasts(one.valid_to, today));
                people.extend(acting.map(|one| one.delegate).chain([post.staff]));
            }
        }
        people
    }

    /// The units of the changed assignments, before and after, and of the delegated ones.
    fn touched_units(&self) -> BTreeSet<UnitId> {
        let after = self.earlier.keys().filter_map(|id| self.posts.get(id)).map(|post| post.unit);
        let before = self.noted.assignments.values().flatten().map(|one| one.unit);
        after.chain(before).collect()
    }
}

/// Adds these posts and all above them.
async fn add_above(
    tx: &Tx,
    posts: &mut HashMap<AssignmentId, Post>,
    mut wanted: BTreeSet<AssignmentId>,
) -> Result<()> {
    loop {
        let missing: Vec<AssignmentId> = wanted.into_iter().filter(|id| !posts.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found = store::assignment::posts(tx.source(), tx.actor().agency, &missing).await?;
        if found.len() < missing.len() {
            return Err(Error::internal("a superior's assignment does not exist"));
        }
        let above = |post: &Post| post.superiors.iter().map(|dated| dated.superior).collect::<Vec<_>>();
        wanted = found.values().flat_map(above).collect();
        posts.extend(found);
    }
}

/// Finds the people who have power today over the results of these people, as far as they are appraised. They are the
/// rater, the rater's superior, the people who act for both, and people assigned to decide on an objection.
pub(super) async fn raters_of(tx: &Tx, people: &BTreeSet<StaffId>) -> Result<BTreeSet<StaffId>> {
    let appraised: Vec<StaffId> = appraised(tx, people).await?.into_iter().collect();
    let mut own = store::assignment::of_people(tx.source(), &appraised).await?;
    own.retain(|one| one.open_on(tx.today()));
    let mut posts = HashMap::new();
    let above = own.iter().flat_map(|one| one.superiors.iter().map(|dated| dated.superior)).collect();
    add_above(tx, &mut posts, above).await?;
    let mut raters = store::objection::deciders_of(tx, &appraised.iter().copied().collect()).await?;
    for one in &own {
        raters.extend(powers(one, tx.today(), |id| posts.get(&id)).map_err(unknown)?.into_keys());
    }
    Ok(raters)
}

/// A changed post as it was before; `None` for a new one.
fn earlier(id: AssignmentId, noted: &Noted, posts: &HashMap<AssignmentId, Post>) -> Option<Post> {
    let now = posts.get(&id)?;
    let assignment = match noted.assignments.get(&id) {
        Some(before) => before.clone()?,
        None => now.assignment.clone(),
    };
    let unchanged = now.delegations.iter().filter(|one| !noted.delegations.contains_key(&one.id)).cloned();
    let changed = noted.delegations.values().filter_map(|(before, _)| before.clone());
    let changed = changed.filter(|one| one.assignment == id);
    let mut delegations: Vec<Delegation> = unchanged.chain(changed).collect();
    delegations.sort_by_key(|one| (one.valid_from, one.id));
    Some(Post { assignment, delegations })
}

/// Finds the heads of the units that moved units are below now and were not below before, and the people who act for
/// these heads.
async fn heads_of_moved_units(tx: &Tx, noted: &Noted) -> Result<BTreeSet<StaffId>> {
    if noted.units.is_empty() {
        return Ok(BTreeSet::new());
    }
    let (source, agency, today) = (tx.source(), tx.actor().agency, tx.today());
    let tree = store::org_unit::tree(tx.connection(), agency, today).await?;
    let above = |unit: UnitId, parent: &dyn Fn(UnitId) -> Option<UnitId>| {
        let all = std::iter::successors(parent(unit), |unit| parent(*unit)).take(100);
        all.collect::<BTreeSet<_>>()
    };
    let now = |unit: UnitId| tree.parent(unit);
    let before = |unit: UnitId| noted.units.get(&unit).copied().unwrap_or_else(|| tree.parent(unit));
    let new: BTreeSet<UnitId> = noted
        .units
        .keys()
        .flat_map(|unit| above(*unit, &now).difference(&above(*unit, &before)).copied().collect::<Vec<_>>())
        .collect();
    let heads = store::assignment::heads_of(source, agency, &new).await?;
    let acting = store::delegation::of_posts(source, heads.iter().map(|one| one.id)).await?;
    let acting = acting.into_iter().filter(|one| lasts(one.valid_to, today)).map(|one| one.delegate);
    let holders = heads.iter().filter(|one| lasts(one.valid_to, today)).map(|one| one.staff);
    Ok(acting.chain(holders).collect())
}
