//! Finds who has more power after a unit of work than before it.

use super::{Basis, over, record, unit};
use crate::{
    db::{self, Connection, Noted, Separation, Tx, Way},
    directory,
    error::{Error, Result},
    store,
};
use domain::{
    Key,
    assignment::{Assignment, Delegation, Post, Power, WhoRates, powers, who_rates},
    id::{AssignmentId, StaffId, UnitId},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The power that a unit of work gives.
#[derive(Default)]
pub(super) struct Gains {
    /// The people with more power than before.
    pub people: BTreeSet<StaffId>,
    /// Pairs of a person with more power over a result, and the person whose result it is.
    pub over: BTreeSet<(StaffId, StaffId)>,
    /// The sentence that refuses the change because it affects the result of the giver, or of a person who can act
    /// through the giver's account.
    pub own_result: Option<Key>,
    /// The units of the changed objects.
    pub units: BTreeSet<UnitId>,
}

/// Compares the powers before and after the changes, today and on later days. `hands` are the people who can act
/// through the giver's account, themselves included.
pub(super) async fn find(tx: &Tx, noted: &Noted, giver: StaffId, hands: &BTreeSet<StaffId>) -> Result<Gains> {
    let mut gains = Gains::default();
    let appraised = appraised(Basis::of(tx), hands).await?;
    let organisation = Organisation::load(tx, noted).await?;
    let (separation, today) = (tx.separation(), tx.today());
    let replaced = [Way::ActingRater, Way::RatersPost, Way::RatersSuperior];
    let replaced = replaced.into_iter().all(|way| separation.closes(way));
    let mut chooses_rater = noted.deciders.iter().any(|one| appraised.contains(&one.objector));
    for ratee in &organisation.ratees {
        let own = appraised.contains(&ratee.staff);
        for day in organisation.days(ratee, today) {
            chooses_rater |= own && replaced && organisation.replaces_rater(ratee, day)?;
            let before = organisation.before(ratee, day)?;
            let after = powers(ratee, day, |id| organisation.after(id)).map_err(unknown)?;
            let more = after.into_iter().filter(|(person, power)| Some(*power) > before.get(person).copied());
            for (person, power) in more {
                if person != giver || separation.closes(Way::Superior) {
                    gains.people.insert(person);
                    gains.over.insert((person, ratee.staff));
                }
                let earlier = before.get(&person).copied();
                chooses_rater |=
                    own && organisation.is_chosen(ratee, day, person, (earlier, power), separation)?;
            }
        }
    }
    chooses_rater =
        chooses_rater || record::chooses_recorded(tx, noted, &appraised, |id| organisation.after(id)).await?;
    let heads = organisation.heads(today);
    gains.people.extend(heads.into_iter().filter(|head| *head != giver || separation.closes(Way::Leads)));
    for (before, after) in noted.delegations.values() {
        if is_new_or_longer(before.as_ref(), after, today) {
            gains.people.insert(after.delegate);
        }
    }
    gains.people.extend(noted.teams.iter().map(|(staff, _)| *staff));
    gains.people.extend(noted.deciders.iter().map(|one| one.staff));
    gains.over.extend(noted.deciders.iter().map(|one| (one.staff, one.objector)));
    let moved = unit::over_moved(tx, noted).await?;
    gains.people.extend(moved);
    gains.units = organisation.touched_units();
    let of_roles = noted.teams.iter().map(|(_, unit)| *unit).chain(noted.deciders.iter().map(|one| one.unit));
    gains.units.extend(noted.units.keys().copied().chain(of_roles));
    gains.own_result = if chooses_rater {
        Some(Key::ChosenRater)
    } else if separation.closes(Way::EmploymentKind) && !noted.kinds.is_disjoint(hands) {
        Some(Key::OwnEmploymentKind)
    } else if separation.closes(Way::NotHeading) && organisation.hides_heading(&appraised, today) {
        Some(Key::OwnHeading)
    } else if unit::chooses_setter(tx, noted, &appraised).await? {
        Some(Key::ChosenPredicate)
    } else if over::defeats_change(tx, noted, giver, |id| organisation.after(id)).await? {
        Some(Key::OwnScheduledChange)
    } else if record::cancels_due(tx, noted, &appraised).await? {
        Some(Key::OwnResult)
    } else {
        None
    };
    Ok(gains)
}

pub(super) fn unknown(_: AssignmentId) -> Error {
    Error::internal("a superior's assignment was not loaded")
}

/// Whether something with this end date (exclusive) is in force today or later.
pub(super) fn lasts(to: Option<Date>, today: Date) -> bool {
    to.is_none_or(|end| end > today)
}

/// Whether a delegation gives power that it did not give before, today or later.
pub(super) fn is_new_or_longer(before: Option<&Delegation>, after: &Delegation, today: Date) -> bool {
    lasts(after.valid_to, today) && before.is_none_or(|before| is_longer(before, after))
}

fn is_longer(before: &Delegation, after: &Delegation) -> bool {
    let ends_later = match (before.valid_to, after.valid_to) {
        (Some(before), after) => after.is_none_or(|after| after > before),
        (None, _) => false,
    };
    ends_later || after.valid_from < before.valid_from
}

/// Selects those of these people who are appraised.
pub(super) async fn appraised<C: Connection>(
    basis: Basis<'_, C>,
    people: &BTreeSet<StaffId>,
) -> Result<BTreeSet<StaffId>> {
    let people: Vec<StaffId> = people.iter().copied().collect();
    let found = store::staff::by_ids(basis.source, basis.agency, &people).await?;
    let appraised = found.into_values().filter(|person| person.employment_kind.is_appraised());
    Ok(appraised.map(|person| person.id).collect())
}

/// The part of the organisation that the changes affect, before and after the changes.
struct Organisation<'a> {
    noted: &'a Noted,
    /// The assignments whose raters may have changed, as they are now.
    ratees: Vec<Assignment>,
    posts: HashMap<AssignmentId, Post>,
    /// The posts that were different before; `None` for new ones.
    earlier: HashMap<AssignmentId, Option<Post>>,
    /// The changed posts as they are now, with the delegations from before.
    with_earlier_delegations: HashMap<AssignmentId, Post>,
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
        add_above(Basis::of(tx), &mut posts, wanted).await?;
        let earlier: HashMap<AssignmentId, Option<Post>> =
            touched.iter().map(|id| (*id, earlier(*id, noted, &posts))).collect();
        let with_earlier = |(id, earlier): (&AssignmentId, &Option<Post>)| {
            let delegations = earlier.as_ref().map(|post| post.delegations.clone()).unwrap_or_default();
            Some((*id, Post { assignment: posts.get(id)?.assignment.clone(), delegations }))
        };
        let with_earlier_delegations = earlier.iter().filter_map(with_earlier).collect();
        let before = BTreeMap::new();
        let mut organisation = Self { noted, ratees, posts, earlier, with_earlier_delegations, before };
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

    fn with_earlier_delegations(&self, id: AssignmentId) -> Option<&Post> {
        self.with_earlier_delegations.get(&id).or_else(|| self.posts.get(&id))
    }

    fn assignment_before<'b>(&'b self, now: &'b Assignment) -> Option<&'b Assignment> {
        self.noted.assignments.get(&now.id).map_or(Some(now), Option::as_ref)
    }

    /// The people who had power over the ratee on a day, before the changes. Counts the power from this assignment, and
    /// from the ratee's other assignments that were open on that day, because a transfer replaces an assignment. Does
    /// not count ended assignments for a person who is reinstated: their raters still rate unfinished work, but have no
    /// other power.
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

    /// Whether the maker of the change chose this person, who gets more power over the ratee. Otherwise a rule or an
    /// earlier decision gave the power.
    fn is_chosen(
        &self,
        ratee: &Assignment,
        day: Date,
        person: StaffId,
        (earlier, power): (Option<Power>, Power),
        separation: Separation,
    ) -> Result<bool> {
        if self.noted.assignments.contains_key(&ratee.id) {
            return Ok(earlier.is_none() || separation.closes(Way::RatersSuperior));
        }
        if power == Power::Rater {
            let closed = if earlier.is_none() { Way::RatersPost } else { Way::RatersSuperior };
            return Ok(separation.closes(closed));
        }
        // A new delegation of a post above may give the ratee an acting superior, such as an acting secretary of the
        // city. That is no choice, so only a person who has the power without the new delegation counts.
        let assigned = powers(ratee, day, |id| self.with_earlier_delegations(id)).map_err(unknown)?;
        Ok(assigned.contains_key(&person) && separation.closes(Way::SuperiorOfRater))
    }

    /// Whether the change makes another person the rater of the ratee on a day, for example because it ends the
    /// delegation of the rater's post. The other person may have had the same power before.
    fn replaces_rater(&self, ratee: &Assignment, day: Date) -> Result<bool> {
        if !ratee.open_on(day) {
            return Ok(false);
        }
        let mut of_person =
            self.before.get(&ratee.staff).into_iter().flatten().filter(|one| one.open_on(day));
        let same = self.assignment_before(ratee).filter(|one| one.open_on(day));
        // After a transfer, the earlier state is the assignment that the person had before.
        let Some(earlier) = same.or_else(|| of_person.next()) else { return Ok(false) };
        let rater = |found| match found {
            WhoRates::Person(found) | WhoRates::Vacant(found) => Some(found.rater.staff),
            WhoRates::NobodyAbove | WhoRates::NoSuperior | WhoRates::Loop => None,
        };
        let before = rater(who_rates(earlier, day, |id| self.post_before(id)).map_err(unknown)?);
        let after = rater(who_rates(ratee, day, |id| self.after(id)).map_err(unknown)?);
        Ok(before.is_some() && after.is_some() && after != before)
    }

    /// Whether the change denies that one of these people headed a unit by their own post, on a past day or today.
    fn hides_heading(&self, people: &BTreeSet<StaffId>, today: Date) -> bool {
        let tomorrow = today.succ_opt().unwrap_or(today);
        let led = |one: &Assignment| {
            let until = one.valid_to.map_or(tomorrow, |end| end.min(tomorrow));
            (one.leads && one.has_days() && one.valid_from < until).then_some((one.valid_from, until))
        };
        let own = self.noted.assignments.values().flatten().filter(|before| people.contains(&before.staff));
        own.filter_map(|before| Some((before, led(before)?))).any(|(before, (from, until))| {
            let after = self.posts.get(&before.id).and_then(|post| led(&post.assignment));
            // After a transfer of today, the person headed the unit until yesterday. That hides nothing.
            !after.is_some_and(|after| after.0 <= from && after.1 >= until.min(today))
        })
    }

    /// Today, and the later days on which the raters of a ratee can change.
    fn days(&self, ratee: &Assignment, today: Date) -> BTreeSet<Date> {
        days(ratee, today, |id| [self.after(id), self.post_before(id)].into_iter().flatten())
    }

    /// The people who head a unit now but did not before: the holder of a post, and the people who act for it.
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

/// Today, and the later days on which the raters of a ratee can change. `posts` returns a post in each of its states,
/// such as before and after the changes.
pub(super) fn days<'a, P: Iterator<Item = &'a Post>>(
    ratee: &Assignment,
    today: Date,
    posts: impl Fn(AssignmentId) -> P,
) -> BTreeSet<Date> {
    let own = ratee.superiors.iter().map(|dated| dated.from).chain([ratee.valid_from]).chain(ratee.valid_to);
    let mut days: BTreeSet<Date> = own.filter(|day| *day > today).chain([today]).collect();
    let mut open: Vec<AssignmentId> = ratee.superiors.iter().map(|dated| dated.superior).collect();
    let mut visited = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !visited.insert(id) {
            continue;
        }
        for post in posts(id) {
            let of_delegations = post.delegations.iter().flat_map(|one| [Some(one.valid_from), one.valid_to]);
            let all = post.superiors.iter().map(|dated| Some(dated.from)).chain(of_delegations);
            let all = all.chain([Some(post.valid_from), post.valid_to]);
            days.extend(all.flatten().filter(|day| *day > today));
            open.extend(post.superiors.iter().map(|dated| dated.superior));
        }
    }
    days
}

/// Adds these posts and all above them.
pub(super) async fn add_above<C: Connection>(
    basis: Basis<'_, C>,
    posts: &mut HashMap<AssignmentId, Post>,
    mut wanted: BTreeSet<AssignmentId>,
) -> Result<()> {
    loop {
        let missing: Vec<AssignmentId> = wanted.into_iter().filter(|id| !posts.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found = store::assignment::posts(basis.source, basis.agency, &missing).await?;
        if found.len() < missing.len() {
            return Err(Error::internal("a superior's assignment does not exist"));
        }
        let above = |post: &Post| post.superiors.iter().map(|dated| dated.superior).collect::<Vec<_>>();
        wanted = found.values().flat_map(above).collect();
        posts.extend(found);
    }
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
