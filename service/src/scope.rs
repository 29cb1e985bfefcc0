//! What an actor can see, as SQL: every finder and list takes one of these conditions, so that an
//! unauthorized load can't be written. The decision about one object is in `domain::policy`; a test
//! holds the two together.

#[cfg(test)]
mod tests;

use crate::db::{Backend, any_of};
use domain::actor::{Actor, Coverage};
use sea_orm::{
    ColumnTrait, Condition, Value,
    sea_query::{ArrayType, Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

/// The columns by which rows of one person are seen.
pub(crate) struct Owned<C> {
    /// The agency.
    pub agency: C,
    /// Whom the row is of.
    pub staff: C,
    /// The unit at the time.
    pub unit: C,
    /// The assignment that the row belongs to.
    pub assignment: C,
    /// The rater's assignment and person, where the row has a rater.
    pub rater: Option<(C, C)>,
}

impl<C: ColumnTrait> Owned<C> {
    /// Rows of the personal class: oneself, the rater, the chain of superiors, the performance team and
    /// admin of the unit's subtree, the auditor.
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
        // Nobody at all, rather than everybody, for an actor without any relation.
        agency.add(any.add(Expr::val(1).eq(0)))
    }
}

/// The assignments whose powers the actor holds today.
pub(crate) fn powers(actor: &Actor) -> Vec<Uuid> {
    actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0).collect()
}

/// The assignment lies below one of these in the chain of superiors.
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
