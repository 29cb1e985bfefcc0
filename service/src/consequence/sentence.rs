//! Writes the sentences of consequences. Names are read in the unit of work, because only it sees the new objects of a
//! dry run.

use super::Found;
use crate::{
    db::{BATCH, Effect, Entry, Tx},
    directory::{Among, in_force, problems},
    error::Result,
    store,
};
use domain::{
    Key, Message,
    assignment::{Assignment, Capacity},
    consequence::{ChangedColumn, Consequence, ConsequenceKind, period_name},
    event::SubjectKind,
    field::field_names,
    id::{AssignmentId, PeriodId, PositionId, StaffId, UnitId},
    period::Period,
    roster::Problem,
    scoring::Label,
    staff::{Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
};
use uuid::Uuid;

/// Lists the consequences of a unit of work, in the order in which they happened, and the gaps in the chain of command.
pub(crate) async fn consequences(tx: &Tx) -> Result<Found> {
    let effects = tx.effects().take();
    let entries = effects.iter().filter_map(|effect| match effect {
        Effect::Entry(entry) => Some(entry),
        Effect::Note(_) | Effect::Gap(_) => None,
    });
    let touched = entries.clone().filter_map(touched).collect();
    let names = Names::load(tx, entries).await?;
    let mut activities: BTreeMap<(Option<StaffId>, String), (usize, usize)> = BTreeMap::new();
    let mut listed: Vec<Consequence> = Vec::with_capacity(effects.len());
    let mut found = Vec::new();
    for effect in effects {
        match effect {
            Effect::Note(consequence) => listed.push(consequence),
            Effect::Gap(gap) => found.push(gap),
            // A person can have many undecided activities, so they are counted.
            Effect::Entry(entry) if entry.subject == SubjectKind::Activity => {
                let (person, after) = (entry.concerns.staff.map(StaffId), names.rater_of_activity(&entry));
                let next = listed.len();
                let (at, count) = activities.entry((person, after.clone())).or_insert((next, 0));
                *count += 1;
                let message = Message::new(Key::ConsequenceRaterOfActivities).with("count", *count);
                let message = message.with("person", names.person(person)).with("after", after);
                let counted = names.consequence(&entry, message, None);
                match listed.get_mut(*at) {
                    Some(listed) => *listed = counted,
                    None => listed.push(counted),
                }
            }
            Effect::Entry(entry) => {
                let message = names.message(&entry);
                listed.push(names.consequence(&entry, message, Some((entry.subject, entry.id))));
            }
        }
    }
    let around = gaps(tx, touched).await?;
    listed.extend(around.iter().map(listed_gap));
    found.extend(around);
    Ok(Found { consequences: listed, gaps: found })
}

fn listed_gap(gap: &Problem) -> Consequence {
    Consequence {
        kind: ConsequenceKind::RosterGap,
        subject: gap.assignment.map(|assignment| (SubjectKind::Assignment, assignment.0)),
        staff: Some(gap.staff),
        sentence: gap.message.clone(),
        columns: Vec::new(),
    }
}

/// If a change concerns more assignments than this, the whole agency is checked for gaps, which takes fewer statements.
const MANY: usize = 500;

/// Finds the gaps in the chain of command around the changed assignments.
async fn gaps(tx: &Tx, touched: BTreeSet<AssignmentId>) -> Result<Vec<Problem>> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let among =
        if touched.len() > MANY { Among::Agency } else { Among::Posts(touched.into_iter().collect()) };
    problems(tx.source(), tx.actor().agency, &among, in_force(tx.today()), tx.today()).await
}

/// The assignment that an entry is about, directly or by a delegation.
fn touched(entry: &Entry) -> Option<AssignmentId> {
    match entry.subject {
        SubjectKind::Assignment => Some(AssignmentId(entry.id)),
        SubjectKind::Delegation => id(&entry.named, "assignment").map(AssignmentId),
        _ => None,
    }
}

/// The names that sentences use.
struct Names {
    people: HashMap<StaffId, Staff>,
    assignments: HashMap<AssignmentId, Assignment>,
    units: HashMap<UnitId, OrgUnit>,
    positions: HashMap<PositionId, Position>,
    periods: HashMap<PeriodId, Period>,
    today: Date,
}

impl Names {
    async fn load(tx: &Tx, entries: impl Iterator<Item = &Entry> + Clone) -> Result<Self> {
        let (source, agency) = (tx.source(), tx.actor().agency);
        let named = |part: &'static str| entries.clone().filter_map(move |entry| id(&entry.named, part));
        let columns = |field: &'static str| {
            let of_field = move |entry: &Entry| {
                let changed = entry.columns.iter().filter(move |(column, ..)| *column == field);
                let ids = |(_, before, after): &(_, Value, Value)| [as_id(before), as_id(after)];
                changed.flat_map(ids).flatten().collect::<Vec<_>>()
            };
            entries.clone().flat_map(of_field)
        };
        let wanted = named("assignment").chain(named("superior")).chain(columns("superiorAssignmentId"));
        let mut assignments = HashMap::new();
        for batch in batches::<AssignmentId>(wanted) {
            assignments.extend(store::assignment::by_ids(source, agency, &batch).await?);
        }
        let people = entries.clone().filter_map(|entry| entry.concerns.staff);
        let raters = entries.clone().filter(|entry| entry.subject == SubjectKind::Activity);
        let raters = raters.filter_map(|entry| id(&entry.named, "rater_staff"));
        let holders = assignments.values().map(|found: &Assignment| found.staff.0);
        let wanted: Vec<Uuid> = people.chain(raters).chain(holders).collect();
        let mut people = HashMap::new();
        for batch in batches::<StaffId>(wanted.into_iter()) {
            people.extend(store::staff::by_ids(source, agency, &batch).await?);
        }
        let mut units = HashMap::new();
        let of_posts = assignments.values().map(|found: &Assignment| found.unit.0);
        for batch in batches::<UnitId>(named("unit").chain(columns("parentId")).chain(of_posts)) {
            units.extend(store::org_unit::by_ids(source, agency, &batch, tx.today()).await?);
        }
        let mut positions = HashMap::new();
        let of_posts = assignments.values().map(|found: &Assignment| found.position.0);
        for batch in batches::<PositionId>(named("position").chain(of_posts)) {
            positions.extend(store::position::by_ids(source, agency, &batch).await?);
        }
        let mut periods = HashMap::new();
        for batch in batches::<PeriodId>(named("period")) {
            periods.extend(store::period::by_ids(source, agency, &batch).await?);
        }
        Ok(Self { people, assignments, units, positions, periods, today: tx.today() })
    }

    fn consequence(
        &self,
        entry: &Entry,
        sentence: Message,
        subject: Option<(SubjectKind, Uuid)>,
    ) -> Consequence {
        let columns = entry.columns.iter().map(|(field, before, after)| ChangedColumn {
            field: (*field).to_owned(),
            before: self.value(field, before),
            after: self.value(field, after),
        });
        Consequence {
            kind: entry.kind,
            subject,
            staff: entry.concerns.staff.map(StaffId),
            sentence,
            columns: columns.collect(),
        }
    }

    fn in_post(&self, message: Message, unit: UnitId, position: PositionId) -> Message {
        message
            .with("position", self.positions.get(&position).map_or("", |position| &position.name))
            .with("office", self.units.get(&unit).map_or("", |unit| &unit.name))
    }

    fn message(&self, entry: &Entry) -> Message {
        use ConsequenceKind as Kind;
        let person = self.person(entry.concerns.staff.map(StaffId));
        let of = |key| Message::new(key).with("person", &person);
        let posted = |message: Message| {
            let named = |part| id(&entry.named, part).unwrap_or_default();
            self.in_post(message, UnitId(named("unit")), PositionId(named("position")))
        };
        let on = |part: &str| entry.named.get(part).and_then(Value::as_str).unwrap_or_default().to_owned();
        match entry.kind {
            Kind::StaffEnded => of(Key::ConsequenceStaffEnded).with("day", on("ended_on")),
            // Nobody has held the post yet.
            Kind::AssignmentOpened if on("valid_to") == on("valid_from") => {
                posted(of(Key::ConsequencePostVacant)).with("day", on("valid_from"))
            }
            Kind::AssignmentOpened => {
                posted(of(Key::ConsequenceAssignmentOpened)).with("day", on("valid_from"))
            }
            Kind::AssignmentClosed if on("valid_to") == on("valid_from") => {
                posted(of(Key::ConsequenceAssignmentWithdrawn)).with("day", on("valid_from"))
            }
            Kind::AssignmentClosed => {
                posted(of(Key::ConsequenceAssignmentClosed)).with("day", day_before(&on("valid_to")))
            }
            Kind::SuperiorAssigned => {
                let superior = entry.named.get("superior").and_then(as_id);
                let (from, to) = (on("superior_from"), on("superior_to"));
                let today = self.today.to_string();
                // Days are ISO texts, whose order is that of the days.
                let message = match (from > today, !to.is_empty() && to <= today) {
                    _ if superior.is_none() => return of(Key::ConsequenceSuperiorNone),
                    (true, _) => of(Key::ConsequenceSuperiorLater).with("from", from),
                    (_, true) => {
                        of(Key::ConsequenceSuperiorEarlier).with("from", from).with("to", day_before(&to))
                    }
                    _ => of(Key::ConsequenceSuperiorAssigned),
                };
                message.with("after", self.holder(superior))
            }
            Kind::Delegated => {
                let capacity: Capacity = on("capacity").parse().unwrap_or(Capacity::Plh);
                let post = id(&entry.named, "assignment").and_then(|id| self.assignments.get(&id.into()));
                // A post that nobody has held yet is recorded under the person who acts in it.
                let message = match post.filter(|post| Some(post.staff.0) == entry.concerns.staff) {
                    Some(post) => self.in_post(of(Key::ConsequenceDelegatedVacant), post.unit, post.position),
                    None => of(Key::ConsequenceDelegated)
                        .with("holder", self.holder(id(&entry.named, "assignment"))),
                };
                message.with_label("capacity", capacity).with("day", on("valid_from"))
            }
            Kind::DelegationUpdated => {
                let capacity: Capacity = on("capacity").parse().unwrap_or(Capacity::Plh);
                let message = of(Key::ConsequenceDelegationUpdated)
                    .with("holder", self.holder(id(&entry.named, "assignment")))
                    .with_label("capacity", capacity)
                    .with("from", on("valid_from"));
                match on("valid_to") {
                    end if end.is_empty() => {
                        message.with_words("to", &Label::new("ada perubahan", "further notice"))
                    }
                    end => message.with("to", day_before(&end)),
                }
            }
            Kind::DelegationEnded => of(Key::ConsequenceDelegationEnded)
                .with("holder", self.holder(id(&entry.named, "assignment")))
                .with("day", on("valid_to")),
            Kind::PlanClosed => {
                self.in_period(of(Key::ConsequencePlanClosed), entry).with("day", on("ends_on"))
            }
            Kind::ChangeScheduled => of(Key::ConsequenceChangeScheduled).with("day", on("effective_on")),
            Kind::ScheduledChangeCancelled => {
                of(Key::ConsequenceScheduledChangeCancelled).with("day", on("effective_on"))
            }
            Kind::StaffReinstated => of(Key::ConsequenceStaffReinstated),
            Kind::AssignmentReopened => posted(of(Key::ConsequenceAssignmentReopened)),
            Kind::PlanReopened => {
                self.in_period(of(Key::ConsequencePlanReopened), entry).with("day", on("ends_on"))
            }
            Kind::EvaluationRestored => self.in_period(of(Key::ConsequenceEvaluationRestored), entry),
            // No journal entry has this kind. The use case adds the consequence itself.
            Kind::AccessReset => of(Key::ConsequenceAccessReset),
            // No journal entry has this kind. Gaps are found after the changes and have their own sentences.
            Kind::RosterGap => of(Key::RosterLoop),
            Kind::PlanCancelled => self.in_period(of(Key::ConsequencePlanCancelled), entry),
            Kind::EvaluationCancelled => self.in_period(of(Key::ConsequenceEvaluationCancelled), entry),
            // No journal entry has this kind. The use case adds the consequence for an evaluation that stays.
            Kind::EvaluationKept => self.in_period(of(Key::ConsequenceEvaluationKept), entry),
            Kind::RaterRenewed => self.rater_renewed(&person, entry),
            Kind::DataChanged => {
                let what = match entry.subject {
                    SubjectKind::OrgUnit | SubjectKind::Position => on("name"),
                    _ => person,
                };
                let fields: Vec<&str> = entry.columns.iter().map(|(field, ..)| *field).collect();
                Message::new(Key::ConsequenceDataChanged)
                    .with("person", what)
                    .with_words("columns", &field_names(&fields))
            }
        }
    }

    fn rater_renewed(&self, person: &str, entry: &Entry) -> Message {
        let name = |rater: &Value| rater.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let after = entry.named.get("rater").cloned().unwrap_or_default();
        let key = match entry.subject {
            _ if entry.rater_before.get("staff") == after.get("staff") => Key::ConsequenceRaterData,
            SubjectKind::Plan => Key::ConsequenceRaterOfPlan,
            _ => Key::ConsequenceRaterOfEvaluation,
        };
        let message = self.in_period(Message::new(key).with("person", person), entry);
        message.with("before", name(&entry.rater_before)).with("after", name(&after))
    }

    fn in_period(&self, message: Message, entry: &Entry) -> Message {
        let period = id(&entry.named, "period").and_then(|id| self.periods.get(&id.into()));
        message.with_words("part", &period.map_or_else(|| Label::same(""), period_name))
    }

    fn person(&self, id: Option<StaffId>) -> String {
        id.and_then(|id| self.people.get(&id)).map(|person| person.name.clone()).unwrap_or_default()
    }

    fn holder(&self, assignment: Option<Uuid>) -> String {
        let found = assignment.and_then(|id| self.assignments.get(&AssignmentId(id)));
        self.person(found.map(|found| found.staff))
    }

    fn rater_of_activity(&self, entry: &Entry) -> String {
        self.person(id(&entry.named, "rater_staff").map(StaffId))
    }

    /// A column's value as text. If the value is the id of an object, the object's name.
    fn value(&self, field: &str, value: &Value) -> Option<String> {
        match (field, as_id(value)) {
            ("superiorAssignmentId", Some(id)) => Some(self.holder(Some(id))),
            ("parentId", Some(id)) => self.units.get(&UnitId(id)).map(|unit| unit.name.clone()),
            _ => match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            },
        }
    }
}

fn as_id(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn id(named: &Value, part: &str) -> Option<Uuid> {
    named.get(part).and_then(as_id)
}

/// The last day before an end date (exclusive).
fn day_before(end: &str) -> String {
    let day = end.parse::<Date>().ok().and_then(|end| end.pred_opt());
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Removes duplicates and divides ids into batches that one statement can bind.
fn batches<T: From<Uuid> + Copy + Ord + Hash>(ids: impl Iterator<Item = Uuid>) -> Vec<Vec<T>> {
    let ids: BTreeSet<Uuid> = ids.collect();
    let ids: Vec<T> = ids.into_iter().map(T::from).collect();
    ids.chunks(BATCH).map(<[T]>::to_vec).collect()
}
