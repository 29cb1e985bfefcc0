//! The superiors of assignments by day, and the closure of today's superiors: which assignments are above each
//! assignment. Both are derived from the assignments, and the audit derives them again.

use crate::{
    db::{self, Backend, Tx, lock_row},
    error::Result,
};
use domain::{
    assignment::Assignment,
    id::{AgencyId, AssignmentId},
};
use entity::{assignment_superior, org_unit};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Set, Statement, Value,
    sea_query::ArrayType,
};

/// Locks the superiors of an agency until the unit of work ends. The lock makes changes of superiors run one after
/// another. Otherwise two concurrent changes could together form a loop.
pub(crate) async fn lock(tx: &Tx, agency: AgencyId) -> Result<()> {
    match tx.backend() {
        Backend::Postgres => {
            lock_row::<org_unit::Entity>(tx, Condition::all().add(org_unit::Column::Id.eq(agency.0))).await
        }
        Backend::Sqlite => Ok(()),
    }
}

/// The rows of an assignment's superiors by day.
pub(crate) fn rows(assignment: &Assignment) -> impl Iterator<Item = assignment_superior::ActiveModel> {
    assignment.superiors_of_work().map(|days| assignment_superior::ActiveModel {
        assignment_id: Set(assignment.id.0),
        valid_from: Set(days.from),
        valid_to: Set(days.to),
        superior_id: Set(days.superior.0),
    })
}

/// Writes the superiors by day of new assignments, and the closure of their superiors.
pub(crate) async fn insert(tx: &Tx, assignments: &[Assignment]) -> Result<()> {
    db::insert_many(tx, assignments.iter().flat_map(rows).collect()).await?;
    let below: Vec<&Assignment> = assignments.iter().filter(|one| one.superior.is_some()).collect();
    if let Some(first) = below.first() {
        lock(tx, first.agency).await?;
        derive(tx, &below.iter().map(|one| one.id).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Writes the superiors by day of a changed assignment, and the closure for it and for the assignments below it.
pub(crate) async fn update(tx: &Tx, before: &Assignment, after: &Assignment) -> Result<()> {
    if !before.superiors_of_work().eq(after.superiors_of_work()) {
        assignment_superior::Entity::delete_many()
            .filter(assignment_superior::Column::AssignmentId.eq(after.id.0))
            .exec(tx.connection())
            .await?;
        db::insert_many(tx, rows(after).collect()).await?;
    }
    if before.superior != after.superior {
        lock(tx, after.agency).await?;
        derive(tx, &[after.id]).await?;
    }
    Ok(())
}

/// Derives the closure for these assignments and all assignments below them from `assignment.superior_id`.
pub(crate) async fn derive(tx: &Tx, moved: &[AssignmentId]) -> Result<()> {
    for moved in moved.chunks(db::BATCH) {
        let (these, values): (String, Vec<Value>) = match tx.backend() {
            Backend::Postgres => {
                let ids = moved.iter().map(|id| Value::from(id.0)).collect();
                ("= ANY($1)".to_owned(), vec![Value::Array(ArrayType::Uuid, Some(Box::new(ids)))])
            }
            Backend::Sqlite => (
                format!("IN ({})", vec!["?"; moved.len()].join(", ")),
                moved.iter().map(|id| Value::from(id.0)).collect(),
            ),
        };
        // UNION removes duplicates, so the recursion ends even on a loop.
        let below = format!(
            "below (id) AS (SELECT id FROM assignment WHERE id {these} \
             UNION SELECT a.id FROM assignment a JOIN below b ON a.superior_id = b.id)"
        );
        let delete = format!(
            "WITH RECURSIVE {below} \
             DELETE FROM superior_closure WHERE descendant_id IN (SELECT id FROM below)"
        );
        let insert = format!(
            "WITH RECURSIVE {below}, above (of_id, id) AS (\
                 SELECT a.id, a.superior_id FROM assignment a JOIN below b ON a.id = b.id \
                 WHERE a.superior_id IS NOT NULL \
                 UNION SELECT b.of_id, a.superior_id FROM above b JOIN assignment a ON a.id = b.id \
                 WHERE a.superior_id IS NOT NULL) \
             INSERT INTO superior_closure (ancestor_id, descendant_id) SELECT id, of_id FROM above"
        );
        let backend = tx.connection().get_database_backend();
        for text in [delete, insert] {
            let statement = Statement::from_sql_and_values(backend, text, values.clone());
            tx.connection().execute_raw(statement).await?;
        }
    }
    Ok(())
}
