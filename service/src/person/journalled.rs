//! The journal entries about a person, and those that the person made.

use super::held::{Section, for_people, of_rows};
use crate::{db::any_of, env::Env, error::Result};
use domain::{evaluation::Evaluation, event::SubjectKind};
use entity::{event, event_payload};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Entries whose payloads are read at once.
const BATCH: usize = 500;

/// The entries about the person, with images, and the entries about others that the person made, without images.
pub(super) async fn sections(env: &Env, me: Uuid) -> Result<[Section; 2]> {
    let about = Condition::any().add(event::Column::StaffId.eq(me)).add(event::Column::SubjectId.eq(me));
    let entries = |which| event::Entity::find().filter(which).order_by_asc(event::Column::At);
    let found = entries(about).all(env.db.reader()).await?;
    let mut rows = Vec::with_capacity(found.len());
    for batch in found.chunks(BATCH) {
        let column = (event_payload::Entity, event_payload::Column::EventId);
        let which = any_of(env.db.backend(), column, batch.iter().map(|entry| entry.id));
        let payloads = event_payload::Entity::find().filter(which).all(env.db.reader()).await?;
        let mut payloads: HashMap<Uuid, event_payload::Model> =
            payloads.into_iter().map(|payload| (payload.event_id, payload)).collect();
        for entry in batch {
            let payload = payloads.remove(&entry.id);
            let mut row = for_people("event", serde_json::to_value(entry)?)?;
            if let (Value::Object(row), Some(payload)) = (&mut row, payload) {
                let image = |image: Option<String>| image.map(|image| shown(&entry.subject_kind, &image));
                row.insert("reason".to_owned(), payload.reason.into());
                row.insert("before".to_owned(), image(payload.before).transpose()?.into());
                row.insert("after".to_owned(), image(payload.after).transpose()?.into());
            }
            rows.push(row);
        }
    }
    let by_person = entries(Condition::all().add(event::Column::ActorId.eq(me))).all(env.db.reader()).await?;
    let made = by_person
        .iter()
        .filter(|entry| entry.staff_id != Some(me) && entry.subject_id != me)
        .map(|entry| for_people("event", serde_json::to_value(entry)?))
        .collect::<Result<_>>()?;
    Ok([
        of_rows("event", ("Jejak audit tentang orang ini", "Journal entries about this person"), rows),
        of_rows(
            "event_by_person",
            (
                "Jejak audit perubahan oleh orang ini pada data lain",
                "Journal entries of this person's changes to other data",
            ),
            made,
        ),
    ])
}

/// The evaluation as the ratee may see it.
pub(super) fn for_ratee(evaluation: Evaluation) -> Evaluation {
    if evaluation.results_visible_to_employee() { evaluation } else { evaluation.without_ratings() }
}

/// An image as JSON, without ratings that were a draft.
fn shown(subject: &str, image: &str) -> Result<Value> {
    if subject == SubjectKind::Evaluation.to_string() {
        return Ok(serde_json::to_value(for_ratee(serde_json::from_str(image)?))?);
    }
    Ok(serde_json::from_str(image)?)
}
