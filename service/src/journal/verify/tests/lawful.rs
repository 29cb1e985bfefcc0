//! Lawful acts of a server: journalled changes, and erasures that the law requires.

use crate::{Error, db::Tx, error::Result, journal::Erasure, store};
use domain::event::EventKind;
use entity::{activity, evaluation, event, event_payload, org_unit, period, plan, staff};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Performs one to three random acts.
pub async fn acts(tx: &Tx, mut rng: ChaCha8Rng) -> Result<()> {
    for _ in 0..rng.random_range(1..4) {
        let what = rng.random_range(0..7);
        act(tx, &mut rng, what).await?;
    }
    Ok(())
}

macro_rules! any {
    ($tx:expr, $rng:expr, $table:ident) => {{
        let rows = $table::Entity::find().order_by_asc($table::Column::Id).all($tx.connection()).await?;
        let at = $rng.random_range(0..rows.len());
        rows.into_iter().nth(at).ok_or(Error::NotFound)?
    }};
}

async fn act(tx: &Tx, rng: &mut ChaCha8Rng, what: u32) -> Result<()> {
    let word = format!("kata {}", rng.random::<u32>());
    match what {
        0 => {
            let before = store::staff::value(any!(tx, rng, staff))?;
            let after = domain::staff::Staff { name: word, ..before.clone() };
            tx.change(&before, after, EventKind::StaffUpdated, None).await?;
        }
        1 => {
            let before = store::evaluation::value(any!(tx, rng, evaluation))?;
            let mut after = before.clone();
            after.detail.self_note = Some(word);
            tx.change(&before, after, EventKind::RealisationReported, Some("catatan")).await?;
        }
        2 => {
            let row = any!(tx, rng, plan);
            let mut before = store::plan::with_revisions(tx.source(), vec![row]).await?;
            let before = before.pop().ok_or(Error::NotFound)?;
            let mut after = before.clone();
            after.decision_note = Some(word.clone());
            if let Some(row) = after.revisions.first_mut().and_then(|first| first.content.results.first_mut())
            {
                row.title = word;
            }
            tx.change(&before, after, EventKind::PlanUpdated, None).await?;
        }
        3 => {
            let before = store::activity::value(any!(tx, rng, activity))?;
            let after = domain::activity::Activity { description: word, ..before.clone() };
            tx.change(&before, after, EventKind::ActivityUpdated, None).await?;
        }
        4 => {
            let before = store::period::value(any!(tx, rng, period))?;
            let after = domain::period::Period { year: before.year, ..before.clone() };
            tx.change(&before, after, EventKind::PeriodClosed, None).await?;
        }
        5 => moved(tx, rng).await?,
        _ => erased(tx, rng).await?,
    }
    Ok(())
}

/// Moves a random unit below another parent from today on.
async fn moved(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<()> {
    let row = any!(tx, rng, org_unit);
    let other = any!(tx, rng, org_unit);
    let mut units = store::org_unit::with_parents(tx.source(), vec![row], tx.today()).await?;
    let before = units.pop().ok_or(Error::NotFound)?;
    if before.parent.is_none() || before.id.0 == other.id {
        return Ok(());
    }
    let after = domain::unit::OrgUnit { parent: Some(domain::id::UnitId(other.id)), ..before.clone() };
    tx.change(&before, after, EventKind::OrgUnitUpdated, None).await?;
    Ok(())
}

/// Erases the payload of a random entry that is not the last one of its object.
async fn erased(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<()> {
    let rows = event::Entity::find()
        .filter(event::Column::SubjectKind.ne("ENTRY"))
        .order_by_asc(event::Column::Id)
        .all(tx.connection())
        .await?;
    // The payload of an object's last entry is never erased.
    let is_erasable = |row: &&event::Model| {
        rows.iter()
            .any(|other| other.subject_id == row.subject_id && other.subject_version > row.subject_version)
    };
    let erasable: Vec<_> = rows.iter().filter(is_erasable).collect();
    if erasable.is_empty() {
        return Ok(());
    }
    let row = erasable[rng.random_range(0..erasable.len())];
    if event_payload::Entity::find_by_id(row.id).one(tx.connection()).await?.is_none() {
        return Ok(());
    }
    tx.create(Erasure::of(row), EventKind::EntryErased, Some("permohonan")).await?;
    Ok(())
}
