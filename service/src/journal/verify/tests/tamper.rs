//! Tampering by the owner of the database: edit, delete, swap, truncate, insert, and recompute all hashes.

use super::edit;
use crate::{
    Error,
    db::{Backend, Tx, insert_many},
    error::Result,
    journal::sequencer::leaf_of,
};
use entity::{
    activity, assignment, assignment_superior, calendar, criteria_set, criterion, delegation, evaluation,
    event, event_payload, feedback, journal_node, org_unit, org_unit_parent, period, plan, plan_result,
    plan_revision, position, recommendation, regulation, role_grant, staff, superior_closure, unit_predicate,
};
use proof::{checkpoint::Checkpoint, leaf::commitment, tree::Frontier};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    Set, Statement,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

/// Tampers once, at random, with rows or with entries that a kept checkpoint covers. Returns what was done; `None` if
/// there was nothing to tamper with.
pub async fn once(tx: &Tx, kept: &[Checkpoint], mut rng: ChaCha8Rng) -> Result<Option<String>> {
    disable_foreign_keys(tx).await?;
    let rng = &mut rng;
    let what = if rng.random_bool(0.5) { entries(tx, kept, rng).await? } else { rows(tx, rng).await? };
    Ok(what)
}

/// Disables foreign keys, as the owner of the database can.
async fn disable_foreign_keys(tx: &Tx) -> Result<()> {
    sql(
        tx,
        match tx.backend() {
            Backend::Postgres => "SET LOCAL session_replication_role = replica",
            Backend::Sqlite => "PRAGMA defer_foreign_keys = ON",
        },
    )
    .await
}

async fn sql(tx: &Tx, text: &str) -> Result<()> {
    let backend = tx.connection().get_database_backend();
    tx.connection().execute_raw(Statement::from_string(backend, text.to_owned())).await?;
    Ok(())
}

/// Tampers with a row of a random table of objects or of their parts.
async fn rows(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<Option<String>> {
    macro_rules! table {
        ($rng:expr, $($number:literal $table:ident),*) => {
            match $rng.random_range(0..22) {
                $($number => match $rng.random_range(0..10) {
                    0 => edit::delete::<$table::Entity>(tx, $rng).await,
                    1 => edit::twin::<$table::Entity>(tx, $rng).await,
                    // Nothing refers to the ids of dated parents, so the audit ignores them.
                    _ if stringify!($table) == "org_unit_parent" => {
                        edit::any::<$table::Entity>(tx, $rng, &["id"]).await
                    }
                    _ => edit::any::<$table::Entity>(tx, $rng, &[]).await,
                },)*
                _ => Ok(None),
            }
        };
    }
    table!(
        rng, 0 role_grant, 1 org_unit, 2 org_unit_parent, 3 unit_predicate, 4 position, 5 staff, 6 assignment,
        7 delegation, 8 criteria_set, 9 criterion, 10 period, 11 plan, 12 plan_revision, 13 plan_result, 14 activity,
        15 evaluation, 16 feedback, 17 recommendation, 18 regulation, 19 assignment_superior, 20 superior_closure,
        21 calendar
    )
}

/// Loads all entries in order of their numbers.
async fn numbered(tx: &Tx) -> Result<Vec<event::Model>> {
    Ok(event::Entity::find().order_by_asc(event::Column::Number).all(tx.connection()).await?)
}

async fn entries(tx: &Tx, kept: &[Checkpoint], rng: &mut ChaCha8Rng) -> Result<Option<String>> {
    let all = numbered(tx).await?;
    let covered = kept.iter().map(|kept| kept.size).max().unwrap_or(0);
    let covered = usize::try_from(covered).map_err(Error::internal)?;
    let at = rng.random_range(0..covered);
    let other = rng.random_range(0..covered);
    let (row, number) = (&all[at], (at + 1) as i64);
    let rehashed = rng.random_bool(0.5);
    let what = match rng.random_range(0..16) {
        0 => edit_column(tx, row, rng).await?,
        1 => misfile(tx, row, rng).await?,
        2 => {
            remove(tx, row.id).await?;
            "an entry deleted".to_owned()
        }
        3 => {
            remove(tx, row.id).await?;
            shift(tx, number, -1).await?;
            "an entry deleted, the others renumbered".to_owned()
        }
        4 if at != other => {
            renumber(tx, row.id, None).await?;
            renumber(tx, all[other].id, Some(number)).await?;
            renumber(tx, row.id, Some((other + 1) as i64)).await?;
            "two entries swapped".to_owned()
        }
        5 => match swap_payloads(tx, row.id, all[other].id).await? {
            true => "two payloads swapped".to_owned(),
            false => return Ok(None),
        },
        6 => {
            sql(tx, &format!("DELETE FROM event_payload WHERE event_id IN (SELECT id FROM event WHERE number >= {number})")).await?;
            sql(tx, &format!("DELETE FROM event WHERE number >= {number}")).await?;
            "the end cut off".to_owned()
        }
        7 => {
            sql(tx, &format!("UPDATE event SET number = NULL WHERE number >= {number}")).await?;
            "the numbers of the end removed".to_owned()
        }
        8 => match edit_payload(tx, row, false, rng).await? {
            true => "a payload edited".to_owned(),
            false => return Ok(None),
        },
        9 => match edit_payload(tx, row, true, rng).await? {
            true => "a payload edited with its commitment".to_owned(),
            false => return Ok(None),
        },
        10 => match event_payload::Entity::delete_by_id(row.id).exec(tx.connection()).await?.rows_affected {
            0 => return Ok(None),
            _ => "a payload removed without an erasure".to_owned(),
        },
        11 => restore_payload(tx, &all[..covered], rng).await?,
        12 => fake_erasure(tx, row, &all[other]).await?,
        13 => {
            shift(tx, number, 1).await?;
            insert_forged(tx, row, number, rng).await?;
            "an entry slipped in".to_owned()
        }
        14 => edit_row_with_entry(tx, rng).await?,
        _ => return node(tx, covered, rng).await,
    };
    if what.is_empty() {
        return Ok(None);
    }
    if rehashed {
        rehash(tx).await?;
    }
    Ok(Some(if rehashed { format!("{what}, rehashed") } else { what }))
}

async fn edit_column(tx: &Tx, row: &event::Model, rng: &mut ChaCha8Rng) -> Result<String> {
    use event::Column as C;
    let (column, value): (C, sea_orm::Value) = match rng.random_range(0..11) {
        0 => (C::Id, edit::id(rng).into()),
        1 => (C::AgencyId, edit::id(rng).into()),
        2 => (C::Kind, "PLAN_CLOSED".into()),
        3 => (C::At, (row.at + 1).into()),
        4 => (C::ActorKind, "STAFF".into()),
        5 => (C::ActorId, edit::id(rng).into()),
        6 => (C::SubjectKind, "STAFF".into()),
        7 => (C::SubjectId, edit::id(rng).into()),
        8 => (C::SubjectVersion, (row.subject_version + 1).into()),
        9 => (C::RequestId, edit::id(rng).into()),
        _ => (C::Commitment, "0".repeat(64).into()),
    };
    if sea_orm::ModelTrait::get(row, column) == value {
        return Ok(String::new());
    }
    edit::set::<event::Entity>(tx, row, column, value).await?;
    Ok(format!("event.{} edited", sea_orm::IdenStatic::as_str(&column)))
}

/// Changes the columns with which queries find an entry.
async fn misfile(tx: &Tx, row: &event::Model, rng: &mut ChaCha8Rng) -> Result<String> {
    use event::Column as C;
    let column = [C::StaffId, C::UnitId, C::PlanId][rng.random_range(0..3)];
    // The audit can't check these columns of an erased entry: its image is missing.
    if event_payload::Entity::find_by_id(row.id).one(tx.connection()).await?.is_none() {
        return Ok(String::new());
    }
    edit::set::<event::Entity>(tx, row, column, edit::id(rng).into()).await?;
    Ok("an entry with another person, unit or plan".to_owned())
}

async fn remove(tx: &Tx, id: Uuid) -> Result<()> {
    event::Entity::delete_by_id(id).exec(tx.connection()).await?;
    event_payload::Entity::delete_by_id(id).exec(tx.connection()).await?;
    Ok(())
}

async fn renumber(tx: &Tx, id: Uuid, number: Option<i64>) -> Result<()> {
    event::Entity::update_many()
        .col_expr(event::Column::Number, Expr::value(number))
        .filter(event::Column::Id.eq(id))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Shifts the numbers of all entries from one on. Goes through negative numbers, because numbers are unique.
async fn shift(tx: &Tx, from: i64, by: i64) -> Result<()> {
    sql(tx, &format!("UPDATE event SET number = -number WHERE number >= {from}")).await?;
    sql(tx, &format!("UPDATE event SET number = {by} - number WHERE number < 0")).await
}

async fn payload(tx: &Tx, id: Uuid) -> Result<Option<event_payload::Model>> {
    Ok(event_payload::Entity::find_by_id(id).one(tx.connection()).await?)
}

async fn put(tx: &Tx, row: event_payload::Model) -> Result<()> {
    let row = row.into_active_model().reset_all();
    event_payload::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

async fn swap_payloads(tx: &Tx, one: Uuid, other: Uuid) -> Result<bool> {
    let (Some(mut first), Some(mut second)) = (payload(tx, one).await?, payload(tx, other).await?) else {
        return Ok(false);
    };
    if one == other {
        return Ok(false);
    }
    for id in [one, other] {
        event_payload::Entity::delete_by_id(id).exec(tx.connection()).await?;
    }
    (first.event_id, second.event_id) = (other, one);
    put(tx, first).await?;
    put(tx, second).await?;
    Ok(true)
}

async fn edit_payload(tx: &Tx, row: &event::Model, committed: bool, rng: &mut ChaCha8Rng) -> Result<bool> {
    let Some(mut stored) = payload(tx, row.id).await? else { return Ok(false) };
    match rng.random_range(0..4) {
        0 => stored.reason = Some("lain".to_owned()),
        1 => stored.before = Some("{}".to_owned()),
        2 => stored.after = stored.after.map(|image| image.replacen('"', "\"x", 1)),
        _ => stored.salt.push('x'),
    }
    if committed {
        commit(tx, &stored).await?;
    }
    event_payload::Entity::delete_by_id(row.id).exec(tx.connection()).await?;
    put(tx, stored).await?;
    Ok(true)
}

async fn commit(tx: &Tx, row: &event_payload::Model) -> Result<()> {
    let value = commitment(&row.salt, row.reason.as_deref(), row.before.as_deref(), row.after.as_deref());
    event::Entity::update_many()
        .col_expr(event::Column::Commitment, Expr::value(value))
        .filter(event::Column::Id.eq(row.event_id))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Inserts a forged payload where one was erased.
async fn restore_payload(tx: &Tx, covered: &[event::Model], rng: &mut ChaCha8Rng) -> Result<String> {
    let mut erased = Vec::new();
    for row in covered {
        if payload(tx, row.id).await?.is_none() {
            erased.push(row.id);
        }
    }
    if erased.is_empty() {
        return Ok(String::new());
    }
    let event_id = erased[rng.random_range(0..erased.len())];
    let forged = event_payload::Model {
        event_id,
        salt: "garam".to_owned(),
        reason: None,
        before: None,
        after: Some("{}".to_owned()),
    };
    if rng.random_bool(0.5) {
        commit(tx, &forged).await?;
    }
    put(tx, forged).await?;
    Ok("an erased payload forged".to_owned())
}

/// Removes a payload and turns another entry into its erasure.
async fn fake_erasure(tx: &Tx, row: &event::Model, other: &event::Model) -> Result<String> {
    if row.id == other.id {
        return Ok(String::new());
    }
    event_payload::Entity::delete_by_id(row.id).exec(tx.connection()).await?;
    event::Entity::update_many()
        .col_expr(event::Column::Kind, Expr::value(proof::leaf::ERASURE))
        .col_expr(event::Column::SubjectKind, Expr::value(proof::leaf::ENTRY))
        .col_expr(event::Column::SubjectId, Expr::value(row.id))
        .filter(event::Column::Id.eq(other.id))
        .exec(tx.connection())
        .await?;
    Ok("an entry turned into an erasure".to_owned())
}

async fn insert_forged(tx: &Tx, like: &event::Model, number: i64, rng: &mut ChaCha8Rng) -> Result<()> {
    let id = edit::id(rng);
    let (salt, after) = ("garam".to_owned(), payload(tx, like.id).await?.and_then(|payload| payload.after));
    let forged = event::Model {
        id,
        number: Some(number),
        commitment: commitment(&salt, None, None, after.as_deref()),
        ..like.clone()
    };
    let row = forged.into_active_model().reset_all();
    event::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    put(tx, event_payload::Model { event_id: id, salt, reason: None, before: None, after }).await
}

/// Edits a person together with the image and commitment of their last entry, so that row and entry agree.
async fn edit_row_with_entry(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<String> {
    let Some(row) = edit::pick::<staff::Entity>(tx, rng).await? else { return Ok(String::new()) };
    let last = event::Entity::find()
        .filter(event::Column::SubjectId.eq(row.id))
        .filter(event::Column::SubjectKind.eq("STAFF"))
        .order_by_desc(event::Column::SubjectVersion)
        .one(tx.connection())
        .await?
        .ok_or(Error::NotFound)?;
    let Some(mut stored) = payload(tx, last.id).await? else { return Ok(String::new()) };
    let mut image: domain::staff::Staff = serde_json::from_str(stored.after.as_deref().unwrap_or_default())?;
    image.name.push('x');
    edit::set::<staff::Entity>(tx, &row, staff::Column::Name, image.name.clone().into()).await?;
    stored.after = Some(serde_json::to_string(&image)?);
    commit(tx, &stored).await?;
    event_payload::Entity::delete_by_id(last.id).exec(tx.connection()).await?;
    put(tx, stored).await?;
    Ok("a row edited with its entry".to_owned())
}

/// Changes, deletes or adds a stored hash.
async fn node(tx: &Tx, covered: usize, rng: &mut ChaCha8Rng) -> Result<Option<String>> {
    let rows = journal_node::Entity::find()
        .filter(Expr::col(journal_node::Column::Position).lt(covered as i64))
        .order_by_asc(journal_node::Column::Level)
        .order_by_asc(journal_node::Column::Position)
        .all(tx.connection())
        .await?;
    let row = &rows[rng.random_range(0..rows.len())];
    let hash = proof::Hash(rng.random()).to_string();
    Ok(Some(match rng.random_range(0..3) {
        0 => {
            edit::set::<journal_node::Entity>(tx, row, journal_node::Column::Hash, hash.into()).await?;
            "a stored hash changed".to_owned()
        }
        1 => {
            journal_node::Entity::delete_by_id((row.level, row.position)).exec(tx.connection()).await?;
            "a stored hash deleted".to_owned()
        }
        _ => {
            let row = journal_node::ActiveModel { level: Set(40), position: Set(0), hash: Set(hash) };
            journal_node::Entity::insert(row).exec_without_returning(tx.connection()).await?;
            "a stored hash added".to_owned()
        }
    }))
}

/// Recomputes all stored hashes from the current entries.
async fn rehash(tx: &Tx) -> Result<()> {
    sql(tx, "DELETE FROM journal_node").await?;
    let mut tree = Frontier::new();
    let mut completed = Vec::new();
    for row in numbered(tx).await?.iter().filter(|row| row.number.is_some()) {
        for node in tree.append(leaf_of(row)?.hash()) {
            completed.push(journal_node::ActiveModel {
                level: Set(node.id.level.into()),
                position: Set(i64::try_from(node.id.index).map_err(Error::internal)?),
                hash: Set(node.hash.to_string()),
            });
        }
    }
    insert_many(tx, completed).await
}

/// Changes the last covered entry and recomputes all hashes, so that nothing in the database contradicts it.
pub async fn rewrite_the_last_entry(tx: &Tx, kept: &[Checkpoint]) -> Result<()> {
    let covered = kept.iter().map(|kept| kept.size).max().unwrap_or(0);
    let row = event::Entity::find()
        .filter(event::Column::Number.eq(i64::try_from(covered).map_err(Error::internal)?))
        .one(tx.connection())
        .await?
        .ok_or(Error::NotFound)?;
    edit::set::<event::Entity>(tx, &row, event::Column::At, (row.at + 1).into()).await?;
    rehash(tx).await
}

/// Deletes the last entry with its payload and hashes.
pub async fn cut_the_last_entry(tx: &Tx) -> Result<()> {
    let last = numbered(tx).await?.pop().ok_or(Error::NotFound)?;
    remove(tx, last.id).await?;
    rehash(tx).await
}
