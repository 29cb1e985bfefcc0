//! SQL conditions for the rows that an actor can see. Every finder and list uses one of them. The decision about one
//! object is in `domain::policy`; a test compares both.

#[cfg(test)]
mod tests;

use crate::db::{Backend, any_of};
use domain::actor::{Actor, Coverage};
use sea_orm::{
    ColumnTrait, Condition, Value,
    sea_query::{ArrayType, Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

/// The columns that decide who can see rows about a person.
pub(crate) struct Owned<C> {
    /// The agency.
    pub agency: C,
    /// The person that the row is about.
    pub staff: C,
    /// The person's unit when the row was written.
    pub unit: C,
    /// The assignment that the row belongs to.
    pub assignment: C,
    /// The rater's assignment and person, if the row has a rater.
    pub rater: Option<(C, C)>,
}

impl<C: ColumnTrait> Owned<C> {
    /// The condition for personal rows: they are visible to the person, the rater, the chain of superiors, the
    /// performance team and admins of the unit, and auditors.
    pub fn personal(&self, backend: Backend, actor: &Actor) -> Condition {
        let agency = Condition::all().add(self.agency.eq(actor.agency.0));
        let covered = actor.performance_team.union(&actor.admin);
        if covered == Coverage::Everything || actor.auditor {
            return agency;
        }
        let mut any = Condition::any();
        if let Some(me) = actor.staff() {
            any = any.add(self.staff.eq(me.0));
            if let Some((_, rater)) = &self.rater {
                any = any.add(rater.eq(me.0));
            }
        }
        if let Coverage::Units(units) = covered {
            any = any.add(any_of(backend, self.unit.as_column_ref(), units.iter().map(|unit| unit.0)));
        }
        let mine = powers(actor);
        if !mine.is_empty() {
            if let Some((rater, _)) = &self.rater {
                any = any.add(any_of(backend, rater.as_column_ref(), mine.iter().copied()));
            }
            any = any.add(below(backend, &self.assignment, &mine));
        }
        // An actor without any relation can see no rows; an empty condition would mean all rows.
        agency.add(any.add(Expr::val(1).eq(0)))
    }
}

/// Returns the assignments that the actor has or acts for today.
pub(crate) fn powers(actor: &Actor) -> Vec<Uuid> {
    actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0).collect()
}

/// The condition that an assignment is below one of these in the chain of superiors.
pub(crate) fn below<C: ColumnTrait>(backend: Backend, column: &C, superiors: &[Uuid]) -> SimpleExpr {
    let (start, values): (String, Vec<Value>) = match backend {
        Backend::Postgres => {
            let ids = superiors.iter().map(|id| Value::from(*id)).collect();
            ("= ANY($1)".to_owned(), vec![Value::Array(ArrayType::Uuid, Some(Box::new(ids)))])
        }
        Backend::Sqlite => (
            format!("IN ({})", vec!["?"; superiors.len()].join(", ")),
            superiors.iter().map(|id| Value::from(*id)).collect(),
        ),
    };
    let chain = Expr::cust_with_values(
        format!(
            "(WITH RECURSIVE below (id) AS (SELECT id FROM assignment WHERE superior_id {start} \
             UNION SELECT a.id FROM assignment a JOIN below b ON a.superior_id = b.id) SELECT id FROM below)"
        ),
        values,
    );
    Expr::col(column.as_column_ref()).binary(sea_orm::sea_query::BinOper::In, chain)
}
