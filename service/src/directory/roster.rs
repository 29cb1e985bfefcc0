//! Finds gaps in the chain of command: people whom nobody can rate on a day, and units with several heads.
//!
//! The store finds the assignments without a superior who can act. Only these are checked one by one, so the check is
//! fast if there are few gaps.

use super::{find::visible_unit, foreseen::Foreseen, outlook::outlook, rater::Raters};
use crate::{
    db::{Connection, Source},
    env::Env,
    error::{Error, Result},
    store::{
        self,
        directory::{Among, Roster},
    },
};
use domain::{
    Key, Message, Refusal,
    actor::Actor,
    assignment::{Assignment, Outlook, WhoRates},
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    policy,
    roster::{Problem, ProblemKind},
    scheduled::{ScheduledChange, ScheduledStatus},
    staff::{Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Finds all gaps in a unit and the units below it on a day, by default today. For actors who can see the unit's
/// reports. For a later day, the answer includes the scheduled changes that the actor can see.
pub async fn roster_problems(
    env: &Env,
    actor: &Actor,
    unit: UnitId,
    on: Option<Date>,
) -> Result<Vec<Problem>> {
    let unit = visible_unit(env, actor, unit).await?;
    if !policy::report::may_report(actor, unit.id) {
        return Err(Error::Forbidden);
    }
    let source = env.db.source();
    let today = env.today(actor);
    let among = if unit.id.0 == actor.agency.0 {
        Among::Agency
    } else {
        Among::Units(store::org_unit::tree(source.connection, actor.agency, today).await?.subtree(unit.id))
    };
    let on = on.unwrap_or(today);
    let outlook = outlook(env, actor, on).await?;
    problems_foreseen(source, actor.agency, &among, (on, today), &outlook).await
}

/// Returns tomorrow. All changes that are made today are in force then: people whose last day is today have left.
pub(crate) fn in_force(today: Date) -> Date {
    today.succ_opt().unwrap_or(today)
}

/// Finds the gaps at a person's assignments and at the assignments below them, after the changes of today.
pub async fn problems_around(env: &Env, actor: &Actor, staff: StaffId) -> Result<Vec<Problem>> {
    let source = env.db.source();
    let today = env.today(actor);
    let of_person = store::assignment::of_staff(source, actor.agency, &[staff]).await?;
    let posts = of_person.into_values().flatten().map(|one| one.id).collect();
    let on = in_force(today);
    let outlook = outlook(env, actor, on).await?;
    problems_foreseen(source, actor.agency, &Among::Posts(posts), (on, today), &outlook).await
}

/// Finds all gaps on a day, ordered by kind.
pub(crate) async fn problems<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    among: &Among,
    on: Date,
    today: Date,
) -> Result<Vec<Problem>> {
    problems_foreseen(source, agency, among, (on, today), &Outlook::default()).await
}

/// Finds all gaps on a later day, after the scheduled changes of the outlook.
pub(crate) async fn problems_foreseen<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    among: &Among,
    (on, today): (Date, Date),
    outlook: &Outlook,
) -> Result<Vec<Problem>> {
    let query = Roster { source, agency, among, on };
    let foreseen = Foreseen { source, among, on, outlook };
    let unrated = foreseen.maybe_unrated(query.without_rater(today).await?).await?;
    let mut raters = Raters::foreseen(agency, on, outlook.clone());
    let answers = raters.find_all(source, &unrated).await?;
    let looped = query.loops(today).await?;
    let heads = foreseen.several_heads(query.several_heads().await?).await?;
    let mut vacant: BTreeMap<AssignmentId, usize> = BTreeMap::new();
    for answer in &answers {
        if let WhoRates::Vacant(found) = answer {
            *vacant.entry(found.rater.post).or_default() += 1;
        }
    }
    let posts: Vec<&Assignment> =
        vacant.keys().filter_map(|id| raters.post(*id)).map(|post| &post.assignment).collect();
    let names =
        Names::load(source, agency, on, unrated.iter().chain(&looped).chain(&heads).chain(posts)).await?;
    let fixers = if names.people.is_empty() {
        UnitAdmins::default()
    } else {
        UnitAdmins::load(source, agency, on).await?
    };
    let mut found = Vec::new();
    let mut add = |kind, of: &Assignment, message| {
        let fixers = fixers.of(of.unit);
        let (unit, assignment, staff) = (of.unit, Some(of.id), of.staff);
        found.push(Problem { kind, unit, assignment, staff, message, fixers });
    };
    for (of, answer) in unrated.iter().zip(&answers) {
        let post = match answer {
            WhoRates::Vacant(found) => raters.post(found.rater.post),
            _ => None,
        };
        if let Some((kind, message)) = names.unrated(of, answer, post.map(|post| &post.assignment), on) {
            add(kind, of, message);
        }
    }
    for (post, count) in &vacant {
        let Some(post) = raters.post(*post) else { continue };
        let message = match Vacancy::of(post, on) {
            Vacancy::Since(day) => names.of(Key::RosterPostVacant, post).with("day", day),
            Vacancy::Until(day) => names.of(Key::RosterPostNotYetHeld, post).with("day", day),
            Vacancy::NeverHeld => names.of(Key::RosterPostNeverHeld, post),
        };
        add(ProblemKind::NobodyCanAct, post, message.with("count", count));
    }
    for of in &looped {
        add(ProblemKind::SuperiorLoop, of, names.of(Key::RosterLoop, of));
    }
    let mut by_unit: BTreeMap<UnitId, Vec<&Assignment>> = BTreeMap::new();
    for head in &heads {
        by_unit.entry(head.unit).or_default().push(head);
    }
    for all in by_unit.values() {
        let Some(first) = all.first() else { continue };
        // After a scheduled change, only one head may be left.
        if all.iter().all(|head| head.staff == first.staff) {
            continue;
        }
        let people: Vec<&str> = all.iter().map(|head| names.name(head.staff)).collect();
        let message = Message::new(Key::RosterTwoHeads).with("office", names.unit(first.unit));
        add(ProblemKind::TwoHeads, first, message.with("people", people.join(", ")));
    }
    let mut failed = outlook.refused().to_vec();
    if on == today {
        let which = store::scheduled_change::in_status(agency, ScheduledStatus::Failed);
        let all = store::scheduled_change::load(source, which).await?;
        failed.extend(all.into_iter().map(|change| (change.clone(), change.refusals)));
    }
    found.extend(failed_changes(source, agency, among, on, failed).await?);
    found.sort_by_key(|one| (one.kind, one.unit, one.assignment));
    Ok(found)
}

/// The scheduled changes that were refused on their day and that nobody has cancelled yet, and those that will be
/// refused.
async fn failed_changes<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    among: &Among,
    on: Date,
    mut failed: Vec<(ScheduledChange, Vec<Refusal>)>,
) -> Result<Vec<Problem>> {
    match among {
        Among::Agency => {}
        Among::Units(units) => failed.retain(|(change, _)| units.contains(&change.unit)),
        // The gaps after one change do not include failures of other changes.
        Among::Posts(_) => failed.clear(),
    }
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    let people: BTreeSet<StaffId> = failed.iter().map(|(change, _)| change.staff).collect();
    let people = store::staff::by_ids(source, agency, &Vec::from_iter(people)).await?;
    let fixers = UnitAdmins::load(source, agency, on).await?;
    let problem = |(change, refusals): (ScheduledChange, Vec<Refusal>)| {
        let is_over = change.status == ScheduledStatus::Failed;
        let key = if is_over { Key::RosterChangeFailed } else { Key::RosterChangeWillFail };
        let why = refusals.first().map(|refusal| refusal.message.words());
        let why = why.unwrap_or_else(|| Message::new(Key::NotFound).words());
        let message = Message::new(key)
            .with_label("change", change.change.kind())
            .with("person", people.get(&change.staff).map_or("", |person| &person.name))
            .with("day", change.effective_on)
            .with_words("refusal", &why);
        let (kind, unit, staff) = (ProblemKind::ChangeFailed, change.unit, change.staff);
        Problem { kind, unit, assignment: None, staff, message, fixers: fixers.of(change.unit) }
    };
    Ok(failed.into_iter().map(problem).collect())
}

/// Explains why nobody rates an assignment on a day; `None` if somebody does, or if the person is not appraised.
pub(super) async fn explain<C: Connection>(
    source: Source<'_, C>,
    of: &Assignment,
    answer: &WhoRates,
    raters: &Raters,
    on: Date,
) -> Result<Option<Problem>> {
    let post = match answer {
        WhoRates::Person(_) => return Ok(None),
        WhoRates::Vacant(found) => raters.post(found.rater.post).map(|post| &post.assignment),
        _ => None,
    };
    let names = Names::load(source, of.agency, on, [of].into_iter().chain(post)).await?;
    let Some((kind, message)) = names.unrated(of, answer, post, on) else { return Ok(None) };
    let fixers = UnitAdmins::load(source, of.agency, on).await?.of(of.unit);
    let (unit, assignment, staff) = (of.unit, Some(of.id), of.staff);
    Ok(Some(Problem { kind, unit, assignment, staff, message, fixers }))
}

/// The time for which a post is vacant.
enum Vacancy {
    /// Its holder has left; this is the first day without them.
    Since(Date),
    /// Its holder begins on this day.
    Until(Date),
    /// Nobody has held it yet.
    NeverHeld,
}

impl Vacancy {
    /// The vacancy of a post on a day on which it is vacant.
    fn of(post: &Assignment, on: Date) -> Self {
        match post.valid_to {
            _ if post.never_held => Self::NeverHeld,
            Some(end) if end <= on => Self::Since(end),
            _ => Self::Until(post.valid_from),
        }
    }
}

/// The names that the sentences about gaps use.
struct Names {
    people: HashMap<StaffId, Staff>,
    positions: HashMap<PositionId, Position>,
    units: HashMap<UnitId, OrgUnit>,
}

impl Names {
    async fn load<'a, C: Connection>(
        source: Source<'_, C>,
        agency: AgencyId,
        on: Date,
        of: impl Iterator<Item = &'a Assignment>,
    ) -> Result<Self> {
        let (mut people, mut positions, mut units) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for one in of {
            people.insert(one.staff);
            positions.insert(one.position);
            units.insert(one.unit);
        }
        if people.is_empty() {
            return Ok(Self { people: HashMap::new(), positions: HashMap::new(), units: HashMap::new() });
        }
        let people = store::staff::by_ids(source, agency, &Vec::from_iter(people)).await?;
        let positions = store::position::by_ids(source, agency, &Vec::from_iter(positions)).await?;
        let units = store::org_unit::by_ids(source, agency, &Vec::from_iter(units), on).await?;
        Ok(Self { people, positions, units })
    }

    fn name(&self, staff: StaffId) -> &str {
        self.people.get(&staff).map_or("", |person| &person.name)
    }

    fn unit(&self, unit: UnitId) -> &str {
        self.units.get(&unit).map_or("", |unit| &unit.name)
    }

    /// A sentence about an assignment, with its holder, position and unit.
    fn of(&self, key: Key, one: &Assignment) -> Message {
        let position = self.positions.get(&one.position).map_or("", |position| &position.name);
        Message::new(key)
            .with("holder", self.name(one.staff))
            .with("position", position)
            .with("office", self.unit(one.unit))
    }

    /// Explains why nobody rates an assignment; `None` if somebody does, or if the person is not appraised.
    fn unrated(
        &self,
        of: &Assignment,
        answer: &WhoRates,
        vacant: Option<&Assignment>,
        on: Date,
    ) -> Option<(ProblemKind, Message)> {
        if !self.people.get(&of.staff)?.employment_kind.is_appraised() {
            return None;
        }
        match answer {
            WhoRates::Person(_) => None,
            WhoRates::Vacant(_) => {
                let post = vacant?;
                let message = match Vacancy::of(post, on) {
                    Vacancy::Since(day) => self.of(Key::RosterSuperiorGone, post).with("day", day),
                    Vacancy::Until(day) => self.of(Key::RosterSuperiorNotYet, post).with("day", day),
                    Vacancy::NeverHeld => self.of(Key::RosterSuperiorNever, post),
                };
                Some((ProblemKind::SuperiorGone, message.with("person", self.name(of.staff))))
            }
            WhoRates::NobodyAbove => Some((ProblemKind::NobodyCanAct, self.of(Key::RosterNobodyAbove, of))),
            WhoRates::NoSuperior => Some((ProblemKind::NoSuperior, self.of(Key::RosterNoSuperior, of))),
            WhoRates::Loop => Some((ProblemKind::SuperiorLoop, self.of(Key::RosterLoop, of))),
        }
    }
}

/// The admins of units.
#[derive(Default)]
pub(crate) struct UnitAdmins {
    admins: Vec<(StaffId, UnitId)>,
    tree: store::org_unit::Tree,
}

impl UnitAdmins {
    /// Loads the admins of an agency, with the units below each other on a day.
    pub(crate) async fn load<C: Connection>(
        source: Source<'_, C>,
        agency: AgencyId,
        on: Date,
    ) -> Result<Self> {
        let admins = store::directory::admins(source, agency).await?;
        Ok(Self { admins, tree: store::org_unit::tree(source.connection, agency, on).await? })
    }

    /// The admins of any unit.
    pub(crate) fn all(&self) -> impl Iterator<Item = StaffId> {
        self.admins.iter().map(|(staff, _)| *staff)
    }

    /// The admins of a unit, including those of the units above.
    pub(crate) fn of(&self, unit: UnitId) -> Vec<StaffId> {
        let above: BTreeSet<UnitId> =
            std::iter::successors(Some(unit), |unit| self.tree.parent(*unit)).take(100).collect();
        let mut found: Vec<StaffId> =
            self.admins.iter().filter(|(_, of)| above.contains(of)).map(|(staff, _)| *staff).collect();
        found.dedup();
        found
    }
}
