//! Plans the assignment of a person: a first one, a correction, or a transfer.

use super::{Opening, Planner, Withdrawn};
use crate::env::fresh_id;
use domain::{
    Edit, Key, Message, Refusal,
    assignment::{Assignment, NewAssignment, Placement, Transfer},
    id::{AssignmentId, PositionId, UnitId},
    import::{RowKind, StaffRow},
    rank,
    staff::Staff,
    time::Date,
};

impl Planner<'_> {
    /// Plans the person's assignment.
    pub(super) fn place(&mut self, row: &StaffRow, person: &Staff) -> Result<(), Vec<Refusal>> {
        let (Some(unit), Some(position)) =
            (self.units.get(&row.unit_code).copied(), self.positions.get(&row.position_code).copied())
        else {
            // The check of the sheets has already reported this.
            return Ok(());
        };
        let key = (RowKind::Staff, row.row);
        let today = self.stored.today;
        let Some(before) = self.stored.main.get(&person.id) else {
            let new = self.new_assignment(row, person, (unit, position), row.valid_from.unwrap_or(today));
            let opened = Assignment::open(new, person.employment_kind, None)?;
            self.openings.insert(opened.id, Opening::First);
            self.now.insert(person.id, opened);
            self.writes.touched.insert(key);
            return Ok(());
        };
        let stays = before.unit == unit && before.position == position && before.capacity == row.capacity();
        if !stays {
            self.transfer(row, person, before, (unit, position))?;
            self.writes.touched.insert(key);
            return Ok(());
        }
        let mut after = before.update(edited_rank(row, person), row.leads, person.employment_kind)?;
        let from = row.valid_from.unwrap_or(before.valid_from);
        if let Some(end) = before.valid_to.filter(|end| *end <= from) {
            let message = Message::new(Key::ImportStartsAfterEnd).with("day", end);
            return Err(Refusal::input(["validFrom"], message).into());
        }
        // The person would have no assignment between today and that day.
        if from > today && before.valid_from <= today {
            let message = Message::new(Key::InTheFuture).with("today", today);
            return Err(Refusal::input(["validFrom"], message).into());
        }
        if from != before.valid_from {
            after = after.starting(from, today);
        }
        if after != *before {
            self.writes.touched.insert(key);
            self.now.insert(person.id, after);
        }
        Ok(())
    }

    /// Plans a transfer, or the correction of one that was recorded by mistake.
    fn transfer(
        &mut self,
        row: &StaffRow,
        person: &Staff,
        before: &Assignment,
        (unit, position): (UnitId, PositionId),
    ) -> Result<(), Vec<Refusal>> {
        let today = self.stored.today;
        let new = self.new_assignment(row, person, (unit, position), today);
        let ended = self.stored.ended.get(&person.id).map(Vec::as_slice).unwrap_or_default();
        let continued = ended.iter().find(|post| post.continues_as(&new.place, before));
        let from = match row.valid_from {
            // The row has the unit and position from before the transfer, so the transfer is undone.
            Some(from) if continued.is_some_and(|post| post.valid_from == from) => before.valid_from,
            // The row may still have the first day of the present assignment, on which the next assignment can't begin.
            Some(from) if from != before.valid_from => from,
            _ => today,
        };
        if from > today {
            let message = Message::new(Key::InTheFuture).with("today", today);
            return Err(Refusal::input(["validFrom"], message).into());
        }
        let how = before.transferred(from, today);
        let how = how.map_err(|refusal| Refusal { path: vec!["validFrom".to_owned()], ..refusal })?;
        if let (Transfer::Replaces, Some(continued)) = (how, continued) {
            let kind = person.employment_kind;
            let after = continued.reopen(today).update(edited_rank(row, person), row.leads, kind)?;
            self.reopened.insert(after.id, continued.clone());
            self.withdraw(before, after.id);
            self.now.insert(person.id, after);
            return Ok(());
        }
        let mut new = new;
        new.place.from = from;
        let opened = Assignment::open(new, person.employment_kind, None)?;
        // A person who changes only their position within the unit keeps their superior, unless the file names another
        // one.
        let corrected = ended.iter().filter(|post| how == Transfer::Replaces && post.valid_to == Some(from));
        let in_unit = std::iter::once(before).chain(corrected).find(|post| post.unit == unit);
        let mut opened = opened.under(in_unit.and_then(|post| post.superior));
        opened.rank = edited_rank(row, person).map(str::to_owned).apply(before.rank.clone());
        match how {
            Transfer::Ends => self.writes.ended.push((before.clone(), from)),
            Transfer::Replaces => self.withdraw(before, opened.id),
        }
        self.openings.insert(opened.id, Opening::Transfer);
        self.now.insert(person.id, opened);
        Ok(())
    }

    fn withdraw(&mut self, before: &Assignment, instead: AssignmentId) {
        self.writes.withdrawn.push(Withdrawn { before: before.clone(), instead });
        self.acted_for.retain(|post| post.id != before.id);
    }

    fn new_assignment(
        &self,
        row: &StaffRow,
        person: &Staff,
        (unit, position): (UnitId, PositionId),
        from: Date,
    ) -> NewAssignment {
        NewAssignment {
            id: AssignmentId(fresh_id()),
            agency: self.stored.agency,
            staff: person.id,
            place: Placement {
                unit,
                position,
                rank: row.rank.clone(),
                // The sheet of superiors names the superior.
                superior: None,
                capacity: row.capacity(),
                leads: row.leads(),
                from,
            },
        }
    }
}

/// What a row does to the rank. An empty cell leaves it, but people of some kinds have none.
fn edited_rank<'a>(row: &'a StaffRow, person: &Staff) -> Edit<&'a str> {
    match row.rank.as_deref() {
        Some(rank) => Edit::Set(rank),
        None if rank::of_kind(person.employment_kind).is_empty() => Edit::Clear,
        None => Edit::Keep,
    }
}
