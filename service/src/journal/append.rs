//! Appends one entry per change, in the transaction of the change. The sequencer numbers it later.
//!
//! Personal data of an entry is stored in a separate table, `event_payload`, because the law may require its
//! erasure. The entry keeps a salted commitment to the payload, so proofs stay valid after an erasure.

use crate::{
    db::{self, Record, Tx},
    env::{fresh_id, random},
    error::Result,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::{
    actor::Identity,
    event::EventKind,
    time::{Instant, to_micros},
};
use proof::leaf::commitment;
use sea_orm::{EntityTrait, Set};

/// Appends the entry for one change.
pub(crate) async fn append<R: Record>(
    tx: &Tx,
    kind: EventKind,
    before: Option<&R>,
    after: &R,
    reason: Option<&str>,
) -> Result<()> {
    let (entry, payload) = entry(tx, kind, before, after, reason, tx.now())?;
    entity::event::Entity::insert(entry).exec_without_returning(tx.connection()).await?;
    entity::event_payload::Entity::insert(payload).exec_without_returning(tx.connection()).await?;
    tx.journaled(R::SUBJECT, after.id());
    Ok(())
}

/// Appends one entry for each of many new objects, in a few statements.
pub(crate) async fn append_all<R: Record>(
    tx: &Tx,
    kind: EventKind,
    records: &[R],
    reason: Option<&str>,
) -> Result<()> {
    let rows = records
        .iter()
        .map(|record| entry(tx, kind, None, record, reason, tx.now()))
        .collect::<Result<Vec<_>>>()?;
    let (entries, payloads): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    db::insert_many(tx, entries).await?;
    db::insert_many(tx, payloads).await?;
    for record in records {
        tx.journaled(R::SUBJECT, record.id());
    }
    Ok(())
}

/// The rows of an entry. [`append`] writes them one by one, the generator in batches.
pub(crate) fn entry<R: Record>(
    tx: &Tx,
    kind: EventKind,
    before: Option<&R>,
    after: &R,
    reason: Option<&str>,
    at: Instant,
) -> Result<(entity::event::ActiveModel, entity::event_payload::ActiveModel)> {
    let before = before.map(serde_json::to_string).transpose()?;
    let after_image = serde_json::to_string(after)?;
    let salt = STANDARD_NO_PAD.encode(random::<16>());
    let id = fresh_id();
    let (actor_kind, actor_id) = match tx.actor().identity {
        Identity::Staff(staff) => ("STAFF", Some(staff.0)),
        Identity::ApiKey(key) => ("API_KEY", Some(key.0)),
        Identity::System => ("SYSTEM", None),
    };
    let concerns = after.concerns();
    let entry = entity::event::ActiveModel {
        id: Set(id),
        number: Set(None),
        agency_id: Set(after.agency()),
        kind: Set(kind.to_string()),
        at: Set(to_micros(at)),
        actor_kind: Set(actor_kind.to_owned()),
        actor_id: Set(actor_id),
        subject_kind: Set(R::SUBJECT.to_string()),
        subject_id: Set(after.id()),
        subject_version: Set(after.version()),
        request_id: Set(tx.request()),
        commitment: Set(commitment(&salt, reason, before.as_deref(), Some(&after_image))),
        staff_id: Set(concerns.staff),
        unit_id: Set(concerns.unit),
        plan_id: Set(concerns.plan),
    };
    let payload = entity::event_payload::ActiveModel {
        event_id: Set(id),
        salt: Set(salt),
        reason: Set(reason.map(str::to_owned)),
        before: Set(before),
        after: Set(Some(after_image)),
    };
    Ok((entry, payload))
}
