//! Plans the writes of an import from the file and the stored organisation. No I/O.

mod acting;
mod placing;

use super::stored::{ByKey, StoredOrganisation};
use crate::env::fresh_id;
use chrono::Datelike;
use domain::{
    Key, Message, Refusal,
    assignment::{Assignment, Delegation, Post},
    id::{AssignmentId, PositionId, StaffId, UnitId},
    import::{Finding, Fixer, RowKind, Severity, Sheets, StaffRow, UnitRow, acting_rows},
    rank,
    staff::{NewStaff, Position, PositionInput, Staff, StaffChanges, StaffInput},
    time::Date,
    unit::{NewUnit, OrgUnit, UnitChanges, UnitInput, UnitKind},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The value that the field `source` gets for imported people and units with an external id.
const SOURCE: &str = "IMPORT";

/// All writes of an import.
#[derive(Default)]
pub(super) struct Writes {
    /// New units, parents first.
    pub new_units: Vec<OrgUnit>,
    pub changed_units: Vec<(OrgUnit, OrgUnit)>,
    pub new_positions: Vec<Position>,
    pub changed_positions: Vec<(Position, Position)>,
    pub new_staff: Vec<Staff>,
    pub changed_staff: Vec<(Staff, Staff)>,
    /// Assignments that were recorded by mistake.
    pub withdrawn: Vec<Withdrawn>,
    /// Ended assignments that continue in place of withdrawn ones, before and after the change.
    pub reopened: Vec<(Assignment, Assignment)>,
    /// Assignments that end, with the end date (exclusive).
    pub ended: Vec<(Assignment, Date)>,
    /// First assignments of people, superiors first.
    pub opened: Vec<Assignment>,
    /// Assignments opened by a transfer, superiors first.
    pub transferred: Vec<Assignment>,
    pub changed_assignments: Vec<(Assignment, Assignment)>,
    /// Delegations of acting rows.
    pub delegations: Vec<Delegation>,
    /// Rows that write something.
    pub touched: BTreeSet<(RowKind, u32)>,
    /// The row of each person of the file.
    pub rows: HashMap<StaffId, u32>,
    pub findings: Vec<Finding>,
}

/// An assignment to withdraw.
pub(super) struct Withdrawn {
    pub before: Assignment,
    /// The assignment in its place: a new one, or an ended one that continues.
    pub instead: AssignmentId,
}

impl Writes {
    /// The withdrawn assignments, each with the one in its place.
    pub fn corrected(&self) -> Vec<(Assignment, Assignment)> {
        let placed: HashMap<AssignmentId, &Assignment> = self
            .transferred
            .iter()
            .chain(self.reopened.iter().map(|(_, after)| after))
            .map(|one| (one.id, one))
            .collect();
        let pair = |one: &Withdrawn| Some((one.before.clone(), (*placed.get(&one.instead)?).clone()));
        self.withdrawn.iter().filter_map(pair).collect()
    }

    pub const fn len(&self) -> usize {
        self.new_units.len()
            + self.changed_units.len()
            + self.new_positions.len()
            + self.changed_positions.len()
            + self.new_staff.len()
            + self.changed_staff.len()
            + self.withdrawn.len()
            + self.reopened.len()
            + self.ended.len()
            + self.opened.len()
            + self.transferred.len()
            + self.changed_assignments.len()
            + self.delegations.len()
    }

    fn refuse(&mut self, sheet: RowKind, row: u32, refusals: impl IntoIterator<Item = Refusal>) {
        let (fixer, severity) = (Fixer::UnitAdmin, Severity::Error);
        let finding = |refusal| Finding::new(sheet, row, refusal, fixer, severity);
        self.findings.extend(refusals.into_iter().map(finding));
    }
}

/// Plans the writes for checked sheets. A refusal by the domain becomes a finding on its row.
pub(super) fn plan(file: &Sheets, stored: &StoredOrganisation) -> Writes {
    let mut planner = Planner {
        stored,
        writes: Writes::default(),
        units: stored.units.values().map(|unit| (unit.code.clone(), unit.id)).collect(),
        positions: stored.positions.values().map(|position| (position.code.clone(), position.id)).collect(),
        people: without_freed(stored, file),
        now: stored.main.clone(),
        openings: BTreeMap::new(),
        reopened: BTreeMap::new(),
        parents: BTreeMap::new(),
        acted_for: stored.acted_for.clone(),
        vacant: Vec::new(),
    };
    planner.units(file);
    planner.positions(file);
    let acting = acting_rows(file, &stored.sheets);
    let (acting, own): (Vec<_>, Vec<_>) = file.staff.iter().partition(|row| acting.contains(&row.row));
    for row in own {
        planner.person(row);
    }
    for row in acting {
        planner.acting(row);
    }
    planner.superiors(file);
    planner.without_superior(file);
    planner.assignments();
    planner.writes
}

/// The kind of change by which this import opens an assignment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    First,
    Transfer,
}

struct Planner<'a> {
    stored: &'a StoredOrganisation,
    writes: Writes,
    units: HashMap<String, UnitId>,
    positions: HashMap<String, PositionId>,
    people: ByKey,
    /// The assignment of each person after the import.
    now: HashMap<StaffId, Assignment>,
    /// The assignments that this import opens.
    openings: BTreeMap<AssignmentId, Opening>,
    /// The ended assignments that continue because of this import, as they are stored.
    reopened: BTreeMap<AssignmentId, Assignment>,
    /// The unit above each unit after the import.
    parents: BTreeMap<UnitId, UnitId>,
    /// The posts for which somebody acts after the import.
    acted_for: Vec<Post>,
    /// Posts that nobody has held yet.
    vacant: Vec<Assignment>,
}

impl Planner<'_> {
    fn units(&mut self, file: &Sheets) {
        for row in &file.units {
            let stored = self.stored.units.contains_key(&row.code);
            let root = row.parent_code.is_none() && row.kind == UnitKind::Agency;
            let id = if root { UnitId(self.stored.agency.0) } else { UnitId(fresh_id()) };
            if !stored {
                self.units.insert(row.code.clone(), id);
            }
        }
        let parents: BTreeMap<UnitId, UnitId> = self
            .stored
            .units
            .values()
            .filter_map(|unit| Some((unit.id, unit.parent?)))
            .chain(file.units.iter().filter_map(|row| {
                Some((*self.units.get(&row.code)?, *self.units.get(row.parent_code.as_ref()?)?))
            }))
            .collect();
        self.parents.clone_from(&parents);
        let from = first_day(file, self.stored.today);
        let mut made: Vec<(usize, OrgUnit)> = Vec::new();
        for row in &file.units {
            let Some(id) = self.units.get(&row.code).copied() else { continue };
            match self.stored.units.get(&row.code) {
                Some(before) => self.changed_unit(row, before, &parents),
                None => match self.new_unit(row, id, from) {
                    Ok(unit) => {
                        self.writes.touched.insert((RowKind::Unit, row.row));
                        made.push((depth(id, |id| parents.get(&id).copied()), unit));
                    }
                    Err(refusals) => self.writes.refuse(RowKind::Unit, row.row, refusals),
                },
            }
        }
        made.sort_by_key(|(depth, _)| *depth);
        self.writes.new_units = made.into_iter().map(|(_, unit)| unit).collect();
    }

    fn new_unit(&self, row: &UnitRow, id: UnitId, from: Date) -> Result<OrgUnit, Vec<Refusal>> {
        OrgUnit::create(NewUnit {
            id,
            agency: self.stored.agency,
            parent: row.parent_code.as_ref().and_then(|code| self.units.get(code)).copied(),
            input: UnitInput {
                code: row.code.clone(),
                name: row.name.clone(),
                kind: row.kind,
                external_id: row.external_id.clone(),
                valid_from: from,
            },
            time_zone: None,
            approximate: false,
            source: row.external_id.is_some().then(|| SOURCE.to_owned()),
        })
    }

    fn changed_unit(&mut self, row: &UnitRow, before: &OrgUnit, parents: &BTreeMap<UnitId, UnitId>) {
        let parent = row.parent_code.as_ref().and_then(|code| self.units.get(code)).copied();
        let changes = UnitChanges {
            name: Some(row.name.clone()),
            kind: Some(row.kind),
            parent: parent.filter(|parent| before.parent != Some(*parent)),
            external_id: row.external_id.clone().into(),
            ..UnitChanges::default()
        };
        match before.update(changes, |unit| parents.get(&unit).copied()) {
            Ok(after) if after == *before => {}
            Ok(after) => {
                self.writes.touched.insert((RowKind::Unit, row.row));
                self.writes.changed_units.push((before.clone(), after));
            }
            Err(refusals) => self.writes.refuse(RowKind::Unit, row.row, refusals),
        }
    }

    fn positions(&mut self, file: &Sheets) {
        for row in &file.positions {
            let input = PositionInput {
                code: row.code.clone(),
                name: row.name.clone(),
                kind: row.kind,
                level: row.level.clone(),
            };
            let key = (RowKind::Position, row.row);
            match self.stored.positions.get(&row.code) {
                Some(before) => match before.update(input) {
                    Ok(after) if after == *before => {}
                    Ok(after) => {
                        self.writes.touched.insert(key);
                        self.writes.changed_positions.push((before.clone(), after));
                    }
                    Err(refusals) => self.writes.refuse(key.0, key.1, refusals),
                },
                None => match Position::create(PositionId(fresh_id()), self.stored.agency, input) {
                    Ok(position) => {
                        self.writes.touched.insert(key);
                        self.positions.insert(row.code.clone(), position.id);
                        self.writes.new_positions.push(position);
                    }
                    Err(refusals) => self.writes.refuse(key.0, key.1, refusals),
                },
            }
        }
    }

    fn person(&mut self, row: &StaffRow) {
        let key = (RowKind::Staff, row.row);
        if let Some(nip) = row.nip.as_ref().filter(|nip| self.stored.taken.contains(*nip)) {
            let message = Message::new(Key::Duplicate).with("field", "nip").with("value", nip);
            return self.writes.refuse(key.0, key.1, [Refusal::input(["nip"], message)]);
        }
        for (field, value) in [("nip", &row.nip), ("externalId", &row.external_id)] {
            let known = |value: &&String| self.people.find(value).is_none();
            if let Some(left) = value.as_ref().filter(known).and_then(|value| self.stored.left.get(value)) {
                return self.writes.refuse(key.0, key.1, [left.can_be_reinstated(field)]);
            }
        }
        if let Some(refusals) = self.identity_of_two(row) {
            return self.writes.refuse(key.0, key.1, refusals);
        }
        let by_nip = row.nip.as_ref().and_then(|nip| self.people.with_nip(nip));
        let by_id = row.external_id.as_ref().and_then(|id| self.people.with_external_id(id));
        if by_nip.zip(by_id).is_some_and(|(person, holder)| person != holder) {
            let message = Message::new(Key::Duplicate)
                .with("field", "externalId")
                .with("value", row.external_id.as_deref().unwrap_or_default());
            return self.writes.refuse(key.0, key.1, [Refusal::input(["externalId"], message)]);
        }
        let stored = self.people.of_row(row).and_then(|id| self.stored.staff.get(&id));
        let person = match stored {
            Some(before) => before.update(StaffChanges {
                nip: row.nip.clone().into(),
                name: Some(row.name.clone()),
                employment_kind: Some(row.employment_kind),
                external_id: row.external_id.clone().into(),
            }),
            None => Staff::create(NewStaff {
                id: StaffId(fresh_id()),
                agency: self.stored.agency,
                input: StaffInput {
                    nip: row.nip.clone(),
                    name: row.name.clone(),
                    employment_kind: row.employment_kind,
                    external_id: row.external_id.clone(),
                },
                source: row.external_id.is_some().then(|| SOURCE.to_owned()),
            }),
        };
        let person = match person {
            Ok(person) => person,
            Err(refusals) => return self.writes.refuse(key.0, key.1, refusals),
        };
        if let Some(refusal) = self.kept_rank(row, &person) {
            return self.writes.refuse(key.0, key.1, [refusal]);
        }
        self.people.add(row.nip.as_ref(), row.external_id.as_ref(), person.id);
        self.writes.rows.insert(person.id, row.row);
        if let Err(refusals) = self.place(row, &person) {
            return self.writes.refuse(key.0, key.1, refusals);
        }
        match stored {
            None => {
                self.writes.touched.insert(key);
                self.writes.new_staff.push(person);
            }
            Some(before) if *before != person => {
                self.writes.touched.insert(key);
                self.writes.changed_staff.push((before.clone(), person));
            }
            Some(_) => {}
        }
    }

    /// Refuses a row that changes the employment kind but keeps a rank that the new kind does not have.
    fn kept_rank(&self, row: &StaffRow, person: &Staff) -> Option<Refusal> {
        let kind = person.employment_kind;
        let rank = self.stored.main.get(&person.id)?.rank.as_ref().filter(|_| row.rank.is_none())?;
        let before = self.stored.staff.get(&person.id)?.employment_kind;
        // People of the new kind may have no ranks at all: then the stored one goes.
        let goes = before == kind || rank::of_kind(kind).is_empty();
        rank::must_fit(Some(rank), kind).err().filter(|_| !goes)
    }

    /// Refuses a row that has the NIP of one stored person and the external id of another. If it were applied, one of
    /// the two would get the results and the login of the other. Also refuses two rows that exchange the ids of two
    /// people.
    fn identity_of_two(&self, row: &StaffRow) -> Option<[Refusal; 2]> {
        let by_key = &self.stored.by_key;
        let person = by_key.with_nip(row.nip.as_deref()?)?;
        let holder = by_key.with_external_id(row.external_id.as_deref()?)?;
        if person == holder {
            return None;
        }
        let name = |id| self.stored.staff.get(&id).map_or("", |staff| staff.name.as_str());
        let message =
            Message::new(Key::IdentityOfTwo).with("person", name(person)).with("holder", name(holder));
        Some(["nip", "externalId"].map(|field| Refusal::input([field], message.clone())))
    }

    fn superiors(&mut self, file: &Sheets) {
        for row in &file.superiors {
            let of = |key: &str| self.people.find(key).and_then(|person| self.now.get(&person)).cloned();
            let (Some(assignment), Some(superior)) = (of(&row.staff), of(&row.superior)) else { continue };
            let superior = self.post_of(superior, assignment.unit);
            let last = assignment.superiors.last().map(|last| last.superior);
            if [assignment.superior, last].contains(&Some(superior.id)) {
                continue;
            }
            let today = self.stored.today;
            let first = assignment.valid_from.max(superior.valid_from);
            let acts = superior.delegations.iter().rev().find(|acts| acts.open_on(today));
            let first = if superior.is_filled_on(first) {
                first
            } else {
                acts.map_or(first, |acts| first.max(acts.valid_from))
            };
            // The superior of a new assignment applies from the first day of the assignment on, any other superior from
            // today on.
            let from = if self.openings.contains_key(&assignment.id) { first } else { first.max(today) };
            // The check has already searched all rows for loops.
            match assignment.assign_superior(&superior, from, today, |_| None) {
                Ok(after) => {
                    self.writes.touched.insert((RowKind::Superior, row.row));
                    self.now.insert(after.staff, after);
                }
                Err(refusals) => self.writes.refuse(RowKind::Superior, row.row, refusals),
            }
        }
    }

    /// Warns of people of the file whom nobody rates after the import.
    fn without_superior(&mut self, file: &Sheets) {
        let acting = acting_rows(file, &self.stored.sheets);
        for row in file.staff.iter().filter(|row| row.employment_kind.is_appraised()) {
            let assignment = self.people.of_row(row).and_then(|person| self.now.get(&person));
            let has_none = assignment.is_some_and(|one| one.superior.is_none() && one.superiors.is_empty());
            if has_none && !acting.contains(&row.row) {
                let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], Key::ImportNoSuperior) };
                let (fixer, severity) = (Fixer::UnitAdmin, Severity::Warning);
                self.writes.findings.push(Finding::new(RowKind::Staff, row.row, refusal, fixer, severity));
            }
        }
    }

    /// Collects the changed and opened assignments, superiors first.
    fn assignments(&mut self) {
        let superiors: HashMap<AssignmentId, AssignmentId> =
            self.now.values().filter_map(|assignment| Some((assignment.id, assignment.superior?))).collect();
        let mut opened: Vec<(usize, Opening, Assignment)> = Vec::new();
        for (staff, after) in std::mem::take(&mut self.now) {
            if let Some(how) = self.openings.get(&after.id) {
                opened.push((depth(after.id, |id| superiors.get(&id).copied()), *how, after));
            } else if let Some(before) = self.reopened.remove(&after.id) {
                self.writes.reopened.push((before, after));
            } else if let Some(before) = self.stored.main.get(&staff).filter(|before| **before != after) {
                self.writes.changed_assignments.push((before.clone(), after));
            }
        }
        opened.extend(std::mem::take(&mut self.vacant).into_iter().map(|post| (0, Opening::First, post)));
        opened.sort_by_key(|(depth, _, assignment)| (*depth, assignment.id));
        for (_, how, assignment) in opened {
            match how {
                Opening::First => self.writes.opened.push(assignment),
                Opening::Transfer => self.writes.transferred.push(assignment),
            }
        }
        self.writes.changed_assignments.sort_by_key(|(before, _)| before.id);
    }
}

/// The stored people by key. Leaves out the NIPs that the file corrects, because another row can use such a NIP.
fn without_freed(stored: &StoredOrganisation, file: &Sheets) -> ByKey {
    let mut people = stored.by_key.clone();
    for row in &file.staff {
        let known = row.external_id.as_ref().and_then(|id| stored.by_key.with_external_id(id));
        let old = known.and_then(|id| stored.staff.get(&id)).and_then(|person| person.nip.as_ref());
        if let Some(old) = old.filter(|old| row.nip.as_ref().is_some_and(|nip| nip != *old)) {
            people.free(old);
        }
    }
    people
}

/// First day of new units: the earliest date in the file, but no later than 1 January of this year.
fn first_day(file: &Sheets, today: Date) -> Date {
    let new_year = Date::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    file.staff.iter().filter_map(|row| row.valid_from).chain([new_year]).min().unwrap_or(new_year)
}

/// The depth below the root, at most 1,000. Loops are refused elsewhere.
fn depth<T: Copy>(id: T, above: impl Fn(T) -> Option<T>) -> usize {
    std::iter::successors(Some(id), |id| above(*id)).take(1_000).count()
}
