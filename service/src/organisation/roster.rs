//! Finds gaps in the chain of command: people whom nobody can rate on a day, and units with several heads.
//!
//! One statement selects the assignments without a superior who can act; only these are decided one by one. So the check
//! is cheap where everything is in order.

use super::{directory::visible_unit, rater::Raters};
use crate::{
    db::{Backend, Source},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message,
    actor::{Actor, Coverage, Role},
    assignment::{Assignment, WhoRates},
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    policy,
    roster::{Problem, ProblemKind},
    scheduled::{ScheduledChange, ScheduledStatus},
    staff::{EmploymentKind, Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use entity::role_grant;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement, Value,
    sea_query::ArrayType,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Whose problems to find.
#[derive(Clone, Debug)]
pub enum Among {
    /// Everyone in the agency.
    Agency,
    /// The assignments in these units.
    Units(BTreeSet<UnitId>),
    /// These assignments, and those whose superiors they are.
    Posts(Vec<AssignmentId>),
}

impl Among {
    /// The people in the units that the actor manages; none if there are no such units.
    #[must_use]
    pub fn managed_by(actor: &Actor) -> Option<Self> {
        match actor.performance_team.union(&actor.admin) {
            Coverage::Nothing => None,
            Coverage::Units(units) => Some(Self::Units(units)),
            Coverage::Everything => Some(Self::Agency),
        }
    }
}

/// Finds all problems in a unit and those below it on a day, by default today; for those who can see its reports.
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
    problems(source, actor.agency, &among, on.unwrap_or(today), today).await
}

/// The day on which the changes of today are all in force: whose last day is today has left then.
pub(crate) fn in_force(today: Date) -> Date {
    today.succ_opt().unwrap_or(today)
}

/// Finds the problems of a person's assignments and of those below them: what a change of today leaves behind.
pub async fn problems_around(env: &Env, actor: &Actor, staff: StaffId) -> Result<Vec<Problem>> {
    let source = env.db.source();
    let today = env.today(actor);
    let of_person = store::assignment::of_staff(source, actor.agency, &[staff]).await?;
    let posts = of_person.into_values().flatten().map(|one| one.id).collect();
    problems(source, actor.agency, &Among::Posts(posts), in_force(today), today).await
}

/// Finds all problems on a day, by kind.
pub(crate) async fn problems<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    among: &Among,
    on: Date,
    today: Date,
) -> Result<Vec<Problem>> {
    let query = Query { source, agency, among, on };
    let unrated = query.assignments(&query.without_rater()).await?;
    let mut raters = Raters::on(agency, on);
    let answers = raters.find_all(source, &unrated).await?;
    let looped = query.assignments(&query.loops(today)).await?;
    let heads = query.several_heads().await?;
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
    let fixers =
        if names.people.is_empty() { Fixers::default() } else { Fixers::load(source, agency, on).await? };
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
        if let Some((kind, message)) = names.unrated(of, answer, post.map(|post| &post.assignment)) {
            add(kind, of, message);
        }
    }
    for (post, count) in &vacant {
        let Some(post) = raters.post(*post) else { continue };
        let message = names.of(Key::RosterPostVacant, post).with("count", count);
        add(ProblemKind::NobodyCanAct, post, message.with("day", since(post)));
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
        let people: Vec<&str> = all.iter().map(|head| names.name(head.staff)).collect();
        let message = Message::new(Key::RosterTwoHeads).with("office", names.unit(first.unit));
        add(ProblemKind::TwoHeads, first, message.with("people", people.join(", ")));
    }
    if on == today {
        found.extend(failed_changes(source, agency, among, on).await?);
    }
    found.sort_by_key(|one| (one.kind, one.unit, one.assignment));
    Ok(found)
}

/// The scheduled changes that were refused on their day and that nobody has cancelled yet.
async fn failed_changes<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    among: &Among,
    on: Date,
) -> Result<Vec<Problem>> {
    let which = store::scheduled_change::in_status(agency, ScheduledStatus::Failed);
    let mut failed = store::scheduled_change::load(source, which).await?;
    match among {
        Among::Agency => {}
        Among::Units(units) => failed.retain(|change| units.contains(&change.unit)),
        // What a change leaves behind are no failures of other changes.
        Among::Posts(_) => failed.clear(),
    }
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    let people: BTreeSet<StaffId> = failed.iter().map(|change| change.staff).collect();
    let people = store::staff::by_ids(source, agency, &Vec::from_iter(people)).await?;
    let fixers = Fixers::load(source, agency, on).await?;
    let problem = |change: ScheduledChange| {
        let why = change.refusals.first().map(|refusal| refusal.message.words());
        let why = why.unwrap_or_else(|| Message::new(Key::NotFound).words());
        let message = Message::new(Key::RosterChangeFailed)
            .with_label("change", change.change.kind())
            .with("person", people.get(&change.staff).map_or("", |person| &person.name))
            .with("day", change.effective_on)
            .with_words("refusal", &why);
        let (kind, unit, staff) = (ProblemKind::ChangeFailed, change.unit, change.staff);
        Problem { kind, unit, assignment: None, staff, message, fixers: fixers.of(change.unit) }
    };
    Ok(failed.into_iter().map(problem).collect())
}

/// Explains why nobody rates an assignment on a day; none if somebody does, or if the person is not appraised.
pub(super) async fn explain<C: ConnectionTrait>(
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
    let Some((kind, message)) = names.unrated(of, answer, post) else { return Ok(None) };
    let fixers = Fixers::load(source, of.agency, on).await?.of(of.unit);
    let (unit, assignment, staff) = (of.unit, Some(of.id), of.staff);
    Ok(Some(Problem { kind, unit, assignment, staff, message, fixers }))
}

/// The first day on which an ended assignment was vacant.
fn since(post: &Assignment) -> Date {
    post.valid_to.unwrap_or(post.valid_from)
}

/// The statements of one check.
struct Query<'a, C> {
    source: Source<'a, C>,
    agency: AgencyId,
    among: &'a Among,
    on: Date,
}

/// A statement: SQL whose first parameters are the agency and the day, the third the ids of `among`.
struct Select(String);

impl<C: ConnectionTrait> Query<'_, C> {
    fn is_postgres(&self) -> bool {
        self.source.backend == Backend::Postgres
    }

    fn place(&self, number: usize) -> String {
        format!("{}{number}", if self.is_postgres() { '$' } else { '?' })
    }

    /// The condition that a dated row of an alias is current on the day.
    fn open(&self, alias: &str) -> String {
        let day = self.place(2);
        format!("{alias}.valid_from <= {day} AND ({alias}.valid_to IS NULL OR {alias}.valid_to > {day})")
    }

    /// The condition that an assignment `a` is among those wanted.
    fn among(&self) -> String {
        let one_of = |column: &str| match self.source.backend {
            Backend::Postgres => format!("{column} = ANY({})", self.place(3)),
            Backend::Sqlite => {
                let places: Vec<String> = (0..self.ids().len()).map(|at| self.place(3 + at)).collect();
                format!("{column} IN ({})", places.join(", "))
            }
        };
        match self.among {
            Among::Agency => String::new(),
            Among::Units(_) => format!(" AND {}", one_of("a.unit_id")),
            Among::Posts(_) => format!(
                " AND ({} OR EXISTS (SELECT 1 FROM assignment_superior u WHERE u.assignment_id = a.id AND {} AND {}))",
                one_of("a.id"),
                self.open("u"),
                one_of("u.superior_id")
            ),
        }
    }

    fn ids(&self) -> Vec<Uuid> {
        match self.among {
            Among::Agency => Vec::new(),
            Among::Units(units) => units.iter().map(|unit| unit.0).collect(),
            Among::Posts(posts) => posts.iter().map(|post| post.0).collect(),
        }
    }

    /// The open assignments of people who are appraised without a superior who can act: who is somebody else and
    /// holds the post or acts for it.
    fn without_rater(&self) -> Select {
        let delegate =
            format!("SELECT 1 FROM delegation d WHERE d.assignment_id = p.id AND {}", self.open("d"));
        Select(format!(
            "SELECT a.id FROM assignment a JOIN staff w ON w.id = a.staff_id \
             WHERE a.agency_id = {agency} AND {open} AND w.employment_kind <> '{outside}'{among} \
             AND NOT EXISTS (SELECT 1 FROM assignment_superior s JOIN assignment p ON p.id = s.superior_id \
             WHERE s.assignment_id = a.id AND {above} AND (\
             ({holds} AND p.staff_id <> a.staff_id) OR EXISTS ({delegate} AND d.delegate_id <> a.staff_id)))",
            agency = self.place(1),
            open = self.open("a"),
            outside = EmploymentKind::NonAsn,
            among = self.among(),
            above = self.open("s"),
            holds = self.open("p"),
        ))
    }

    /// The open assignments that are above themselves. UNION removes duplicates, so the recursion ends.
    fn loops(&self, today: Date) -> Select {
        let (agency, open, among) = (self.place(1), self.open("a"), self.among());
        if self.on == today {
            return Select(format!(
                "SELECT a.id FROM assignment a JOIN superior_closure c \
                 ON c.descendant_id = a.id AND c.ancestor_id = a.id \
                 WHERE a.agency_id = {agency} AND {open}{among}"
            ));
        }
        let days = self.open("s");
        Select(format!(
            "WITH RECURSIVE above (of_id, id) AS (\
             SELECT s.assignment_id, s.superior_id FROM assignment_superior s WHERE {days} \
             UNION SELECT b.of_id, s.superior_id FROM above b \
             JOIN assignment_superior s ON s.assignment_id = b.id WHERE {days}) \
             SELECT a.id FROM assignment a JOIN above b ON b.of_id = a.id AND b.id = a.id \
             WHERE a.agency_id = {agency} AND {open}{among}"
        ))
    }

    /// Runs a statement that selects the ids of assignments, and loads them.
    async fn assignments(&self, select: &Select) -> Result<Vec<Assignment>> {
        let mut values: Vec<Value> = vec![self.agency.0.into(), self.on.into()];
        let ids = self.ids();
        match self.among {
            Among::Agency => {}
            Among::Units(_) | Among::Posts(_) if ids.is_empty() => return Ok(Vec::new()),
            _ => {
                let ids = ids.into_iter().map(Value::from);
                if self.is_postgres() {
                    values.push(Value::Array(ArrayType::Uuid, Some(Box::new(ids.collect()))));
                } else {
                    values.extend(ids);
                }
            }
        }
        let connection = self.source.connection;
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), &select.0, values);
        let mut found = Vec::new();
        for row in connection.query_all_raw(statement).await? {
            found.push(AssignmentId(row.try_get_by_index(0)?));
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let loaded = store::assignment::by_ids(self.source, self.agency, &found).await?;
        let mut loaded: Vec<Assignment> = loaded.into_values().collect();
        loaded.sort_by_key(|one| one.id);
        Ok(loaded)
    }

    /// The heads of units that have several.
    async fn several_heads(&self) -> Result<Vec<Assignment>> {
        let (agency, open, among) = (self.place(1), self.open("a"), self.among());
        let other = self.open("o");
        let select = format!(
            "SELECT a.id FROM assignment a WHERE a.agency_id = {agency} AND a.leads = {yes} AND {open}{among} \
             AND EXISTS (SELECT 1 FROM assignment o WHERE o.unit_id = a.unit_id AND o.leads = {yes} \
             AND o.staff_id <> a.staff_id AND {other})",
            yes = if self.is_postgres() { "TRUE" } else { "1" },
        );
        self.assignments(&Select(select)).await
    }
}

/// The names in the sentences.
struct Names {
    people: HashMap<StaffId, Staff>,
    positions: HashMap<PositionId, Position>,
    units: HashMap<UnitId, OrgUnit>,
}

impl Names {
    async fn load<'a, C: ConnectionTrait>(
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

    /// Why nobody rates an assignment; none if somebody does, or if the person is not appraised.
    fn unrated(
        &self,
        of: &Assignment,
        answer: &WhoRates,
        vacant: Option<&Assignment>,
    ) -> Option<(ProblemKind, Message)> {
        if !self.people.get(&of.staff)?.employment_kind.is_appraised() {
            return None;
        }
        match answer {
            WhoRates::Person(_) => None,
            WhoRates::Vacant(_) => {
                let post = vacant?;
                let message = self.of(Key::RosterSuperiorGone, post).with("day", since(post));
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
pub(crate) struct Fixers {
    admins: Vec<(StaffId, UnitId)>,
    tree: store::org_unit::Tree,
}

impl Fixers {
    /// Loads the admins of an agency, with the units below each other on a day.
    pub(crate) async fn load<C: ConnectionTrait>(
        source: Source<'_, C>,
        agency: AgencyId,
        on: Date,
    ) -> Result<Self> {
        let grants = role_grant::Entity::find()
            .filter(role_grant::Column::AgencyId.eq(agency.0))
            .filter(role_grant::Column::Role.eq(Role::Admin.to_string()))
            .filter(role_grant::Column::RevokedAt.is_null())
            .order_by_asc(role_grant::Column::StaffId)
            .all(source.connection)
            .await?;
        let admins = grants.into_iter().map(|grant| (StaffId(grant.staff_id), UnitId(grant.unit_id)));
        let admins = admins.collect();
        Ok(Self { admins, tree: store::org_unit::tree(source.connection, agency, on).await? })
    }

    /// The admins of any unit.
    pub(crate) fn all(&self) -> impl Iterator<Item = StaffId> {
        self.admins.iter().map(|(staff, _)| *staff)
    }

    /// The admins of a unit, those of the units above included.
    pub(crate) fn of(&self, unit: UnitId) -> Vec<StaffId> {
        let above: BTreeSet<UnitId> =
            std::iter::successors(Some(unit), |unit| self.tree.parent(*unit)).take(100).collect();
        let mut found: Vec<StaffId> =
            self.admins.iter().filter(|(_, of)| above.contains(of)).map(|(staff, _)| *staff).collect();
        found.dedup();
        found
    }
}
