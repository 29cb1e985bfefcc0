//! SQL conditions for the rows that an actor can see. Every finder and list uses one of them. The decision about one
//! object is in `domain::policy`; a test compares both.

#[cfg(test)]
mod tests;

use crate::{
    db::{Backend, Source, any_of, counted},
    error::Result,
};
use domain::actor::{Actor, Coverage};
use entity::superior_closure;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr, extension::postgres::PgFunc},
};
use uuid::Uuid;

/// Superiors who head more units than this have many people below them. On a database of 4,000 people, [`below`] is
/// faster than [`below_many`] for up to some hundred people below, and a unit has ten to thirty people.
const MANY_UNITS: usize = 20;

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
    /// The condition for personal rows. They are visible to the person, the rater, the chain of superiors, the
    /// performance team of the unit, the admins of the unit, and auditors.
    pub fn personal(&self, backend: Backend, actor: &Actor) -> Condition {
        let many = heads_many(actor);
        self.visible(backend, actor, if many { below_many } else { below })
    }

    /// Selects the rows of a list that are visible to the actor, and counts them if the count is `wanted`.
    pub async fn list<E: EntityTrait<Column = C>, K: ConnectionTrait>(
        &self,
        source: Source<'_, K>,
        actor: &Actor,
        which: Condition,
        wanted: bool,
    ) -> Result<(Select<E>, Option<u64>)> {
        let backend = source.backend;
        // A count reads many of the rows, a page few.
        let visible = self.visible(backend, actor, if heads_many(actor) { below_counted } else { below });
        let total = counted(source, &E::find().filter(visible).filter(which.clone()), wanted).await?;
        Ok((E::find().filter(self.personal(backend, actor)).filter(which), total))
    }

    fn visible(
        &self,
        backend: Backend,
        actor: &Actor,
        below: fn(Backend, &C, &[Uuid]) -> SimpleExpr,
    ) -> Condition {
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
        let mine = own_and_acted_for(actor);
        if !mine.is_empty() {
            if let Some((rater, _)) = &self.rater {
                any = any.add(any_of(backend, rater.as_column_ref(), mine.iter().copied()));
            }
            any = any.add(below(backend, &self.assignment, &mine));
        }
        agency.add(any_or_none(any))
    }
}

/// The condition that one of these alternatives is met. Without alternatives it is met by no row: an actor without any
/// relation sees nothing, and an empty condition would mean all rows.
pub(crate) fn any_or_none(alternatives: Condition) -> Condition {
    // Added only if there are no others: an alternative without an index would make SQLite read the whole table.
    if alternatives.is_empty() { alternatives.add(Expr::val(1).eq(0)) } else { alternatives }
}

/// Returns the assignments that the actor has or acts for today.
pub(crate) fn own_and_acted_for(actor: &Actor) -> Vec<Uuid> {
    actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0).collect()
}

/// The condition that an assignment is below one of these in the chain of superiors, by the closure of today's
/// superiors.
///
/// If few people are below, both databases find their rows by an index of the column, even if this condition is one of
/// several alternatives.
pub(crate) fn below<C: ColumnTrait>(backend: Backend, column: &C, superiors: &[Uuid]) -> SimpleExpr {
    let closure = closure(backend, superiors).column(superior_closure::Column::DescendantId).to_owned();
    one_of(backend, *column, closure)
}

/// The condition that a column has one of the few ids that a statement selects.
pub(crate) fn one_of(backend: Backend, column: impl ColumnTrait, ids: SelectStatement) -> SimpleExpr {
    let column = Expr::col(column.as_column_ref());
    match backend {
        // As an array, the ids are known before rows are searched. `IN` would be computed for each row of the table.
        Backend::Postgres => {
            let array = Func::cust("ARRAY").arg(SimpleExpr::SubQuery(None, Box::new(ids.into())));
            column.eq(PgFunc::any(array))
        }
        Backend::Sqlite => column.in_subquery(ids),
    }
}

/// [`below`] for a count of the rows of many people: the database reads the closure once, into a hash table.
fn below_counted<C: ColumnTrait>(backend: Backend, column: &C, superiors: &[Uuid]) -> SimpleExpr {
    let ids = closure(backend, superiors).column(superior_closure::Column::DescendantId).to_owned();
    Expr::col(column.as_column_ref()).in_subquery(ids)
}

/// [`below`] for superiors with many people below them: the database looks each row up in the closure, so that a page
/// of a list ends at its last row.
fn below_many<C: ColumnTrait>(backend: Backend, column: &C, superiors: &[Uuid]) -> SimpleExpr {
    let mut closure = closure(backend, superiors);
    if backend == Backend::Postgres {
        // Without this, PostgreSQL first reads the whole closure into a hash table, because it does not expect the page
        // to end early.
        closure.offset(0);
    }
    let closure = closure
        .expr(Expr::val(1))
        .and_where(
            Expr::col((superior_closure::Entity, superior_closure::Column::DescendantId))
                .equals(column.as_column_ref()),
        )
        .to_owned();
    Expr::exists(closure)
}

/// The rows of the closure for everyone below these superiors.
fn closure(backend: Backend, superiors: &[Uuid]) -> SelectStatement {
    let ancestor = (superior_closure::Entity, superior_closure::Column::AncestorId);
    Query::select()
        .from(superior_closure::Entity)
        .and_where(any_of(backend, ancestor, superiors.iter().copied()))
        .to_owned()
}

/// Whether the actor heads so many units that probably many people are below them. The result only chooses the cheaper
/// of two equivalent conditions.
fn heads_many(actor: &Actor) -> bool {
    match &actor.headed {
        Coverage::Nothing => false,
        Coverage::Units(units) => units.len() > MANY_UNITS,
        Coverage::Everything => true,
    }
}
