//! Files that are evidence, and which activities, trainings and corrections use them.

use crate::{
    db::{Source, Tx, any_of},
    error::{Error, Result},
    store::{self, activity::OWNED},
};
use domain::{
    activity::{Activity, EvidenceFile, ReceivedFile},
    actor::Actor,
    id::{AgencyId, StaffId, UploadId},
    time::{Instant, from_micros, to_micros},
};
use entity::{
    activity, correction, correction_file,
    evidence_file::{ActiveModel, Column, Entity, Model},
    evidence_use, training, training_file,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::Expr,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The rows of an activity's files.
pub(crate) fn use_rows(activity: &Activity) -> Result<Vec<evidence_use::ActiveModel>> {
    use_rows_of(std::slice::from_ref(activity))
}

/// The rows of the files of several activities.
pub(crate) fn use_rows_of(activities: &[Activity]) -> Result<Vec<evidence_use::ActiveModel>> {
    let mut rows = Vec::new();
    for activity in activities {
        for evidence in &activity.evidence {
            let Some(file) = &evidence.file else { continue };
            let hash = evidence.hash.clone().ok_or_else(|| Error::internal("a file without its hash"))?;
            rows.push(evidence_use::ActiveModel {
                id: Set(evidence.id.0),
                activity_id: Set(activity.id.0),
                file_id: Set(file.upload.0),
                sha256: Set(hash),
            });
        }
    }
    Ok(rows)
}

/// The files of a person that count towards their limits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Amount {
    /// Announced uploads that have not arrived and can still arrive.
    pub open: usize,
    /// Bytes of these announced uploads and of all files that are kept.
    pub bytes: i64,
}

/// Counts the files of a person. Locks the person's row first, so that concurrent uploads are counted one after
/// another.
pub(crate) async fn amount(tx: &Tx, person: StaffId, now: Instant) -> Result<Amount> {
    store::staff::lock(tx, person).await?;
    let open = Condition::all().add(Column::ReceivedAt.is_null()).add(Column::ExpiresAt.gt(to_micros(now)));
    let files: Vec<(i64, Option<i64>)> = Entity::find()
        .select_only()
        .columns([Column::Size, Column::ReceivedAt])
        .filter(Column::StaffId.eq(person.0))
        .filter(Column::RemovedAt.is_null())
        .filter(Condition::any().add(Column::ReceivedAt.is_not_null()).add(open))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(Amount {
        open: files.iter().filter(|(_, received)| received.is_none()).count(),
        bytes: files.iter().fold(0, |sum: i64, (size, _)| sum.saturating_add(*size)),
    })
}

/// A file that a person wants to upload.
pub(crate) struct Announced {
    pub id: UploadId,
    pub agency: AgencyId,
    pub person: StaffId,
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub created_at: Instant,
    pub expires_at: Instant,
}

/// Stores that a file will arrive.
pub(crate) async fn announce(tx: &Tx, file: Announced) -> Result<()> {
    let row = ActiveModel {
        id: Set(file.id.0),
        agency_id: Set(file.agency.0),
        staff_id: Set(file.person.0),
        name: Set(file.name),
        size: Set(file.size),
        expires_at: Set(to_micros(file.expires_at)),
        created_at: Set(to_micros(file.created_at)),
        received_at: Set(None),
        sha256: Set(None),
        media_type: Set(None),
        used_at: Set(None),
        removed_at: Set(None),
    };
    crate::db::insert(tx, row).await
}

/// An announced file whose address is still valid.
pub(crate) struct Expected {
    pub id: UploadId,
    pub agency: AgencyId,
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// The hash of the file if it has arrived already.
    pub received: Option<String>,
}

/// Loads an upload while its address is valid.
pub(crate) async fn expected<C: ConnectionTrait>(
    source: Source<'_, C>,
    id: UploadId,
    now: Instant,
) -> Result<Option<Expected>> {
    let row = Entity::find_by_id(id.0)
        .filter(Column::ExpiresAt.gt(to_micros(now)))
        .filter(Column::RemovedAt.is_null())
        .one(source.connection)
        .await?;
    Ok(row.map(|row| Expected {
        id,
        agency: AgencyId(row.agency_id),
        name: row.name,
        size: row.size,
        received: row.sha256,
    }))
}

/// Records that an upload has arrived; returns whether this was the first time.
pub(crate) async fn complete(tx: &Tx, id: UploadId, found: &ReceivedFile) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::ReceivedAt, Expr::value(to_micros(found.file.received_at)))
        .col_expr(Column::Sha256, Expr::value(found.hash.clone()))
        .col_expr(Column::MediaType, Expr::value(found.file.media_type.to_string()))
        .filter(Column::Id.eq(id.0))
        .filter(Column::ReceivedAt.is_null())
        .filter(Column::RemovedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Converts a row to a value; `None` for a file that has not arrived.
fn received(row: Model) -> Result<Option<ReceivedFile>> {
    let (Some(at), Some(hash), Some(media)) = (row.received_at, row.sha256, row.media_type) else {
        return Ok(None);
    };
    let file = EvidenceFile {
        upload: UploadId(row.id),
        name: row.name,
        media_type: media.parse().map_err(Error::internal)?,
        size: row.size,
        received_at: from_micros(at),
    };
    Ok(Some(ReceivedFile { file, hash }))
}

/// Loads and locks these uploads; omits uploads of other people and uploads that have not arrived.
pub(crate) async fn received_of(
    tx: &Tx,
    person: StaffId,
    ids: &[UploadId],
) -> Result<HashMap<UploadId, ReceivedFile>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = Entity::find()
        .filter(any_of(tx.backend(), (Entity, Column::Id), ids.iter().map(|id| id.0)))
        .filter(Column::StaffId.eq(person.0))
        .filter(Column::RemovedAt.is_null())
        .lock_exclusive()
        .all(tx.connection())
        .await?;
    let mut found = HashMap::new();
    for row in rows {
        if let Some(file) = received(row)? {
            found.insert(file.file.upload, file);
        }
    }
    Ok(found)
}

/// Records that activities, trainings or corrections use these files, so that they are kept from now on. The caller has
/// locked the files.
pub(crate) async fn keep(tx: &Tx, ids: impl IntoIterator<Item = UploadId>, now: Instant) -> Result<()> {
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(to_micros(now)))
        .filter(any_of(tx.backend(), (Entity, Column::Id), ids))
        .filter(Column::UsedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Loads a file that the actor can read: they uploaded it, or they can see an activity, a training or a correction that
/// has it as evidence.
pub(crate) async fn readable<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: UploadId,
) -> Result<Option<ReceivedFile>> {
    let seen = activity::Entity::find()
        .select_only()
        .column(activity::Column::Id)
        .filter(OWNED.personal(source.backend, actor))
        .filter(
            activity::Column::Id.in_subquery(
                evidence_use::Entity::find()
                    .select_only()
                    .column(evidence_use::Column::ActivityId)
                    .filter(evidence_use::Column::FileId.eq(id.0))
                    .into_query(),
            ),
        )
        .into_query();
    let certificate = training::Entity::find()
        .select_only()
        .column(training::Column::Id)
        .filter(store::training::visible(source.backend, actor))
        .filter(
            training::Column::Id.in_subquery(
                training_file::Entity::find()
                    .select_only()
                    .column(training_file::Column::TrainingId)
                    .filter(training_file::Column::FileId.eq(id.0))
                    .into_query(),
            ),
        )
        .into_query();
    let proof = correction::Entity::find()
        .select_only()
        .column(correction::Column::Id)
        .filter(store::correction::visible(source.backend, actor))
        .filter(
            correction::Column::Id.in_subquery(
                correction_file::Entity::find()
                    .select_only()
                    .column(correction_file::Column::CorrectionId)
                    .filter(correction_file::Column::FileId.eq(id.0))
                    .into_query(),
            ),
        )
        .into_query();
    let mine = actor.staff().map(|me| Column::StaffId.eq(me.0));
    let uses = [seen, certificate, proof].map(Expr::exists);
    let sees = uses.into_iter().fold(Condition::any().add_option(mine), Condition::add);
    let row = Entity::find_by_id(id.0)
        .filter(Column::AgencyId.eq(actor.agency.0))
        .filter(Column::RemovedAt.is_null())
        .filter(sees)
        .one(source.connection)
        .await?;
    Ok(row.map(received).transpose()?.flatten())
}

/// Marks for removal the files that were announced before an instant and that nothing has used.
pub(crate) async fn give_up(tx: &Tx, before: Instant, now: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RemovedAt, Expr::value(to_micros(now)))
        .filter(unused(before))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// A file that an activity, a training or a correction uses or has used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeptFile {
    pub id: Uuid,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// In bytes; `None` if the file has no row of its own and only an object names it.
    pub size: Option<i64>,
}

/// The files that activities, trainings and corrections use or have used, by id. If one of them names another hash
/// than the row of the file, the list has an item for each hash. No file can have both hashes, so the audit reports one
/// of them.
pub(crate) async fn kept_files<C: ConnectionTrait>(connection: &C) -> Result<Vec<KeptFile>> {
    let rows: Vec<(Uuid, Option<String>, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Sha256, Column::Size])
        .filter(Column::UsedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    let uses: Vec<(Uuid, String)> = evidence_use::Entity::find()
        .select_only()
        .columns([evidence_use::Column::FileId, evidence_use::Column::Sha256])
        .distinct()
        .into_tuple()
        .all(connection)
        .await?;
    let certificates: Vec<(Uuid, String)> = training_file::Entity::find()
        .select_only()
        .columns([training_file::Column::FileId, training_file::Column::Sha256])
        .distinct()
        .into_tuple()
        .all(connection)
        .await?;
    let proofs: Vec<(Uuid, String)> = correction_file::Entity::find()
        .select_only()
        .columns([correction_file::Column::FileId, correction_file::Column::Sha256])
        .distinct()
        .into_tuple()
        .all(connection)
        .await?;
    let mut files: BTreeMap<(Uuid, String), Option<i64>> =
        rows.into_iter().map(|(id, sha256, size)| ((id, sha256.unwrap_or_default()), Some(size))).collect();
    for used in uses.into_iter().chain(certificates).chain(proofs) {
        files.entry(used).or_insert(None);
    }
    Ok(files.into_iter().map(|((id, sha256), size)| KeptFile { id, sha256, size }).collect())
}

fn unused(before: Instant) -> Condition {
    Condition::all()
        .add(Column::UsedAt.is_null())
        .add(Column::RemovedAt.is_null())
        .add(Column::CreatedAt.lt(to_micros(before)))
}

/// Whether there are files that [`give_up`] would mark.
pub(crate) async fn any_unused<C: ConnectionTrait>(source: Source<'_, C>, before: Instant) -> Result<bool> {
    let found: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(unused(before))
        .into_tuple()
        .one(source.connection)
        .await?;
    Ok(found.is_some())
}

/// The files that are marked for removal and whose bytes may still be stored, each with its hash if it arrived.
pub(crate) async fn given_up<C: ConnectionTrait>(
    source: Source<'_, C>,
    most: u64,
) -> Result<Vec<(Uuid, Option<String>)>> {
    Ok(Entity::find()
        .select_only()
        .columns([Column::Id, Column::Sha256])
        .filter(Column::UsedAt.is_null())
        .filter(Column::RemovedAt.is_not_null())
        .limit(most)
        .into_tuple()
        .all(source.connection)
        .await?)
}

/// Removes the rows of files whose bytes are gone.
pub(crate) async fn forget(tx: &Tx, ids: Vec<Uuid>) -> Result<()> {
    Entity::delete_many()
        .filter(any_of(tx.backend(), (Entity, Column::Id), ids))
        .filter(Column::RemovedAt.is_not_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}
