//! Appends one entry per change, in the transaction of the change. The sequencer numbers it later.
//!
//! Personal data of an entry is stored in a separate table, `event_payload`, because the law may require its
//! erasure. The entry keeps a salted commitment to the payload, so proofs stay valid after an erasure.

use super::{Concerns, Record, Tx, any_of, insert_many};
use crate::{
    clock::{fresh_id, random},
    error::Result,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::{
    actor::Identity,
    event::{EventKind, SubjectKind},
    time::{Instant, to_micros},
};
use proof::leaf::commitment;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

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
    insert_many(tx, entries).await?;
    insert_many(tx, payloads).await?;
    for record in records {
        tx.journaled(R::SUBJECT, record.id());
    }
    Ok(())
}

/// An entry about an account or an API key: which object, and whom it concerns. It has no image and contains neither a
/// secret nor its hash.
pub(crate) struct Notice {
    /// An account or an API key.
    pub subject: SubjectKind,
    /// The id of the key; for an account, the id of its person.
    pub id: Uuid,
    /// The agency that owns it.
    pub agency: Uuid,
    /// The person and the unit that it concerns.
    pub concerns: Concerns,
}

/// Appends one entry for each notice. The version counts the entries of the object.
pub(crate) async fn append_notices(
    tx: &Tx,
    kind: EventKind,
    notices: &[Notice],
    reason: Option<&str>,
) -> Result<()> {
    let mut versions = versions(tx, notices).await?;
    let (mut entries, mut payloads) = (Vec::with_capacity(notices.len()), Vec::with_capacity(notices.len()));
    for notice in notices {
        let version = versions.entry(notice.id).or_default();
        *version += 1;
        let subject = (notice.subject, notice.id, *version);
        let (entry, payload) =
            rows(tx, kind, notice.agency, subject, notice.concerns, Images::default(), reason, tx.now());
        entries.push(entry);
        payloads.push(payload);
        tx.journaled(notice.subject, notice.id);
    }
    insert_many(tx, entries).await?;
    insert_many(tx, payloads).await
}

/// The number of entries of each of these objects.
async fn versions(tx: &Tx, notices: &[Notice]) -> Result<HashMap<Uuid, i32>> {
    use entity::event::{Column, Entity};
    let ids = notices.iter().map(|notice| notice.id);
    let kinds: BTreeSet<SubjectKind> = notices.iter().map(|notice| notice.subject).collect();
    let found: Vec<(Uuid, i32)> = Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .column_as(Column::SubjectVersion.max(), "version")
        .filter(any_of(tx.backend(), (Entity, Column::SubjectId), ids))
        .filter(Column::SubjectKind.is_in(kinds.iter().map(ToString::to_string)))
        .group_by(Column::SubjectId)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().collect())
}

/// The object before and after a change, as JSON.
#[derive(Default)]
struct Images {
    before: Option<String>,
    after: Option<String>,
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
    let images = Images { before, after: Some(serde_json::to_string(after)?) };
    let subject = (R::SUBJECT, after.id(), after.version());
    Ok(rows(tx, kind, after.agency(), subject, after.concerns(), images, reason, at))
}

fn rows(
    tx: &Tx,
    kind: EventKind,
    agency: Uuid,
    (subject, subject_id, version): (SubjectKind, Uuid, i32),
    concerns: Concerns,
    images: Images,
    reason: Option<&str>,
    at: Instant,
) -> (entity::event::ActiveModel, entity::event_payload::ActiveModel) {
    let salt = STANDARD_NO_PAD.encode(random::<16>());
    let id = fresh_id();
    let (actor_kind, actor_id) = match tx.actor().identity {
        Identity::Staff(staff) => ("STAFF", Some(staff.0)),
        Identity::ApiKey(key) => ("API_KEY", Some(key.0)),
        Identity::System => ("SYSTEM", None),
    };
    let entry = entity::event::ActiveModel {
        id: Set(id),
        number: Set(None),
        agency_id: Set(agency),
        kind: Set(kind.to_string()),
        at: Set(to_micros(at)),
        actor_kind: Set(actor_kind.to_owned()),
        actor_id: Set(actor_id),
        subject_kind: Set(subject.to_string()),
        subject_id: Set(subject_id),
        subject_version: Set(version),
        request_id: Set(tx.request()),
        commitment: Set(commitment(&salt, reason, images.before.as_deref(), images.after.as_deref())),
        staff_id: Set(concerns.staff),
        unit_id: Set(concerns.unit),
        plan_id: Set(concerns.plan),
    };
    let payload = entity::event_payload::ActiveModel {
        event_id: Set(id),
        salt: Set(salt),
        reason: Set(reason.map(str::to_owned)),
        before: Set(images.before),
        after: Set(images.after),
    };
    (entry, payload)
}
