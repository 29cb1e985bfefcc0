//! Receipts: each proves one entry to the person that it concerns.

use super::{
    checkpoint::last_row,
    entry::Entry,
    sequencer::{leaf_of, nodes},
    visibility::{fully_visible, images_visible, visible},
};
use crate::{
    db::any_of,
    env::Env,
    error::{Error, Result},
    evaluation,
};
use domain::{actor::Actor, event::SubjectKind, id::EvaluationId};
use entity::{event, event_payload};
use proof::{leaf::Payload, receipt::Receipt, tree::nodes_for_inclusion};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use uuid::Uuid;

/// Builds receipts, as JSON, of the entries that are visible to the actor and covered by a checkpoint. A receipt
/// discloses the payload only if the actor can see all of it.
pub async fn receipts(env: &Env, actor: &Actor, entries: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let which = any_of(env.db.backend(), (event::Entity, event::Column::Id), entries.iter().copied());
    let rows = event::Entity::find().filter(which).all(env.db.reader()).await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.number.is_some()).collect();
    let entries = rows.iter().map(|row| Entry::try_from(row.clone()).map(Arc::new));
    let entries: Vec<_> = entries.collect::<Result<_>>()?;
    let images = images_visible(env, actor, &entries).await?;
    let rows =
        rows.into_iter().zip(visible(env, actor, &entries).await?).filter(|(_, subject)| subject.is_some());
    let rows = rows.map(|(row, _)| {
        let images = images.contains(&row.id);
        (row, images)
    });
    build_receipts(env, actor, rows.collect()).await
}

/// Builds the receipts of the last entries of evaluations that are visible to the actor.
pub async fn receipts_of_evaluations(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<HashMap<EvaluationId, String>> {
    let visible = evaluation::by_ids(env, actor, ids, evaluation::Projection::LINE).await?;
    let which =
        any_of(env.db.backend(), (event::Entity, event::Column::SubjectId), visible.keys().map(|id| id.0));
    let rows = event::Entity::find()
        .filter(which)
        .filter(event::Column::SubjectKind.eq(SubjectKind::Evaluation.to_string()))
        .order_by_desc(event::Column::SubjectVersion)
        .all(env.db.reader())
        .await?;
    let mut subjects_read = HashSet::new();
    let last: Vec<_> = rows.into_iter().filter(|row| subjects_read.insert(row.subject_id)).collect();
    let subjects: HashMap<Uuid, EvaluationId> =
        last.iter().map(|row| (row.id, EvaluationId(row.subject_id))).collect();
    let receipts = build_receipts(env, actor, last.into_iter().map(|row| (row, true)).collect()).await?;
    Ok(receipts.into_iter().filter_map(|(entry, receipt)| Some((*subjects.get(&entry)?, receipt))).collect())
}

/// Builds the receipts of these entries. The flag of an entry says whether the actor can see images of its object at
/// all.
async fn build_receipts(
    env: &Env,
    actor: &Actor,
    rows: Vec<(event::Model, bool)>,
) -> Result<HashMap<Uuid, String>> {
    let Some(checkpoint) = last_row(env).await? else { return Ok(HashMap::new()) };
    let size = u64::try_from(checkpoint.size).map_err(Error::internal)?;
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|(row, _)| row.number.is_some_and(|number| number <= checkpoint.size))
        .collect();
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let mut ids = Vec::new();
    let mut leaves = Vec::with_capacity(rows.len());
    for (row, images) in &rows {
        let leaf = leaf_of(row)?;
        ids.extend(nodes_for_inclusion(leaf.number.saturating_sub(1), size).map_err(Error::internal)?);
        leaves.push((leaf, *images));
    }
    let stored = nodes(env.db.reader(), &ids).await?;
    let with_images = rows.iter().filter(|(_, images)| *images).map(|(row, _)| row.id);
    let which =
        any_of(env.db.backend(), (event_payload::Entity, event_payload::Column::EventId), with_images);
    let mut payloads: HashMap<Uuid, event_payload::Model> = event_payload::Entity::find()
        .filter(which)
        .all(env.db.reader())
        .await?
        .into_iter()
        .map(|payload| (payload.event_id, payload))
        .collect();
    let mut receipts = HashMap::with_capacity(leaves.len());
    for (leaf, _) in leaves {
        let id = leaf.event_id;
        let subject = leaf.subject.kind.parse().map_err(Error::internal)?;
        let payload = payloads.remove(&id).map(payload_of);
        let payload = match payload {
            Some(payload) if fully_visible(env, actor, subject, &payload)? => Some(payload),
            _ => None,
        };
        let receipt =
            Receipt::new(leaf, payload, size, checkpoint.note.clone(), &stored).map_err(Error::internal)?;
        receipts.insert(id, serde_json::to_string(&receipt)?);
    }
    Ok(receipts)
}

/// The payload in the form that the proof covers.
pub(super) fn payload_of(row: event_payload::Model) -> Payload {
    Payload { salt: row.salt, reason: row.reason, before: row.before, after: row.after }
}
