//! Plans the delegations of acting rows. In such a row, a person with a definitive post acts for another post.

use super::Planner;
use crate::env::fresh_id;
use domain::{
    Key, Message, Refusal,
    assignment::{Assignment, Capacity, Delegation, DelegationInput, NewAssignment, Placement, Post},
    id::{AssignmentId, DelegationId, PositionId, StaffId, UnitId},
    import::{Finding, Fixer, RowKind, Severity, StaffRow, by_name},
    time::Date,
};

/// The reason recorded with imported delegations.
const REASON: &str = "Impor organisasi";

impl Planner<'_> {
    /// Plans the delegation of an acting row, and the vacant post if nobody has held it yet.
    pub(super) fn acting(&mut self, row: &StaffRow) {
        let key = (RowKind::Staff, row.row);
        let (Some(person), Some(unit), Some(position)) =
            (self.people.of_row(row), self.units.get(&row.unit_code), self.positions.get(&row.position_code))
        else {
            // The check of the sheets has already reported the unknown reference.
            return;
        };
        let (unit, position) = (*unit, *position);
        let today = self.stored.today;
        let from = row.valid_from.unwrap_or(today);
        let acts = |post: &Post| {
            post.delegations.iter().any(|one| {
                one.delegate == person
                    && one.capacity == row.capacity()
                    && (one.open_on(today) || one.valid_from == from)
            })
        };
        let existing = self.post_of_row(person, (unit, position), from);
        self.warn_of_leads(row, person, unit);
        if existing.as_ref().is_some_and(acts) {
            return;
        }
        let mut post = existing.unwrap_or_else(|| {
            let assignment = self.vacant(row, person, (unit, position), from);
            self.vacant.push(assignment.clone());
            Post { assignment, delegations: Vec::new() }
        });
        match delegated(row, person, from, &post) {
            Ok(delegation) => {
                self.writes.touched.insert(key);
                self.writes.delegations.push(delegation.clone());
                post.delegations.push(delegation);
                self.acted_for.retain(|other| other.id != post.id);
                self.acted_for.push(post);
            }
            Err(refusals) => self.writes.refuse(key.0, key.1, refusals.into_iter().map(in_column)),
        }
    }

    /// Warns of an acting row that says that its person heads the unit although the unit has a head. An import makes an
    /// acting person the head only in a post that nobody has held yet.
    fn warn_of_leads(&mut self, row: &StaffRow, person: StaffId, unit: UnitId) {
        let head = self
            .now
            .values()
            .find(|one| one.leads && one.unit == unit && one.staff != person)
            .filter(|_| row.leads())
            .and_then(|head| self.name_of(head.staff));
        let Some(head) = head else { return };
        let name = self.stored.units.get(&row.unit_code).map_or(row.unit_code.as_str(), |unit| &unit.name);
        let message = Message::new(Key::ImportActingLeads)
            .with("unit", by_name(name, &row.unit_code))
            .with("person", head);
        let refusal = Refusal::input(["leads"], message);
        let (fixer, severity) = (Fixer::Importer, Severity::Warning);
        self.writes.findings.push(Finding::new(RowKind::Staff, row.row, refusal, fixer, severity));
    }

    fn name_of(&self, person: StaffId) -> Option<String> {
        let new = self.writes.new_staff.iter();
        let changed = self.writes.changed_staff.iter().map(|(_, after)| after);
        let known =
            new.chain(changed).find(|one| one.id == person).or_else(|| self.stored.staff.get(&person));
        known.map(|one| one.name.clone())
    }

    /// The post of an acting row: the post that another person holds on the day; if nobody holds one, the post that
    /// ended last.
    fn post_of_row(
        &self,
        person: StaffId,
        (unit, position): (UnitId, PositionId),
        from: Date,
    ) -> Option<Post> {
        let of_row = |one: &Assignment| one.unit == unit && one.position == position && !one.is_withdrawn();
        let stored = self.stored.posts.iter().filter(|post| of_row(post)).cloned();
        let opened = self.now.values().filter(|one| of_row(one) && self.openings.contains_key(&one.id));
        let opened = opened.map(|one| Post { assignment: one.clone(), delegations: Vec::new() });
        let posts: Vec<Post> = stored
            .chain(opened)
            .filter(|post| post.valid_from <= from && !(post.staff == person && post.open_on(from)))
            .collect();
        let open = posts.iter().filter(|post| post.open_on(from)).max_by_key(|post| post.valid_from);
        open.or_else(|| posts.iter().max_by_key(|post| (post.valid_to, post.valid_from))).cloned()
    }

    /// Plans a post that nobody has held yet. It is vacant from the first day of the acting person on. Its superior is
    /// the head of the nearest unit above.
    fn vacant(
        &self,
        row: &StaffRow,
        person: StaffId,
        (unit, position): (UnitId, PositionId),
        from: Date,
    ) -> Assignment {
        let above = std::iter::successors(self.parents.get(&unit), |unit| self.parents.get(unit));
        let head = |unit: &UnitId| {
            let heads = self.now.values().filter(|one| one.leads && one.unit == *unit && one.staff != person);
            heads.min_by_key(|one| (one.capacity != Capacity::Definitive, one.valid_from, one.id))
        };
        let superior = above.take(100).find_map(head).map(|head| head.id);
        let place = Placement {
            unit,
            position,
            rank: None,
            superior,
            capacity: row.capacity(),
            leads: row.leads(),
            from,
        };
        let (id, agency) = (AssignmentId(fresh_id()), self.stored.agency);
        Assignment::vacant(NewAssignment { id, agency, staff: person, place }, self.stored.today)
    }

    /// The post of a superior: their own assignment, or a post that they act for if that is nearer to the unit.
    pub(super) fn post_of(&self, own: Assignment, unit: UnitId) -> Post {
        let above: Vec<UnitId> =
            std::iter::successors(Some(unit), |unit| self.parents.get(unit).copied()).take(100).collect();
        let distance =
            |one: &Assignment| above.iter().position(|unit| *unit == one.unit).unwrap_or(usize::MAX);
        let today = self.stored.today;
        let acting = self.acted_for.iter().filter(|post| {
            post.delegations.iter().any(|one| one.delegate == own.staff && one.open_on(today))
        });
        let nearest = acting.min_by_key(|post| (distance(post), !post.leads, post.id));
        let rank = |one: &Assignment| (distance(one), !one.leads);
        match nearest.filter(|post| rank(post) < rank(&own)) {
            Some(post) => post.clone(),
            None => Post { assignment: own, delegations: Vec::new() },
        }
    }
}

fn delegated(row: &StaffRow, person: StaffId, from: Date, post: &Post) -> Result<Delegation, Vec<Refusal>> {
    let new = DelegationInput {
        delegate: person,
        capacity: row.capacity(),
        valid_from: from,
        valid_to: None,
        reason: REASON.to_owned(),
    };
    Delegation::create(DelegationId(fresh_id()), new, post)
}

/// Replaces the path of the mutation by the column of the sheet.
fn in_column(refusal: Refusal) -> Refusal {
    let column = match refusal.path.first().map(String::as_str) {
        Some("delegateId") => "positionCode",
        Some("capacity") => "capacity",
        _ => "validFrom",
    };
    Refusal { path: vec![column.to_owned()], ..refusal }
}
