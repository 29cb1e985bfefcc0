//! Erases the payload of an entry, which the law may require. The entry stays; a new entry records the erasure.

use crate::{
    db::{Concerns, Record, Tx},
    env::Env,
    error::{Error, Result},
};
use domain::{
    Key, Refusal,
    actor::Actor,
    event::{EventKind, SubjectKind},
    id::AgencyId,
};
use entity::{event, event_payload};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The journalled record of an erased payload. It contains no personal data, so there is no need to erase it, and it
/// can't be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Erasure {
    entry: Uuid,
    agency: AgencyId,
    staff: Option<Uuid>,
    unit: Option<Uuid>,
    plan: Option<Uuid>,
    version: i32,
}

impl Erasure {
    /// The erasure of this entry. It concerns the same person, unit and plan.
    pub(super) const fn of(row: &event::Model) -> Self {
        Self {
            entry: row.id,
            agency: AgencyId(row.agency_id),
            staff: row.staff_id,
            unit: row.unit_id,
            plan: row.plan_id,
            version: 1,
        }
    }
}

impl Record for Erasure {
    const SUBJECT: SubjectKind = SubjectKind::Entry;

    fn id(&self) -> Uuid {
        self.entry
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn concerns(&self) -> Concerns {
        Concerns { staff: self.staff, unit: self.unit, plan: self.plan }
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        let erased = event_payload::Entity::delete_by_id(self.entry).exec(tx.connection()).await?;
        if erased.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    async fn update(&self, _: &Self, _: &Tx) -> Result<u64> {
        Err(Error::internal("an erasure can't be changed"))
    }
}

/// Erases the payload of an entry: reason, images and salt. Only the server's operator can call this.
///
/// The payload of an object's last entry can't be erased, because the audit compares the object's row with it. To
/// erase the current state, change the object first; then the entry is no longer the last one.
///
/// # Errors
/// NOT_FOUND if there is no such entry or its payload is already erased; FORBIDDEN if the entry is an erasure.
pub async fn erase(env: &Env, entry: Uuid, reason: String) -> Result<()> {
    if domain::text::is_blank(&reason) {
        return Err(Refusal::required("reason").into());
    }
    let row = event::Entity::find_by_id(entry).one(env.db.reader()).await?.ok_or(Error::NotFound)?;
    if row.subject_kind == SubjectKind::Entry.to_string() {
        return Err(Error::Forbidden);
    }
    let later = event::Entity::find()
        .filter(event::Column::SubjectId.eq(row.subject_id))
        .filter(event::Column::SubjectKind.eq(row.subject_kind.clone()))
        .filter(event::Column::SubjectVersion.gt(row.subject_version))
        .one(env.db.reader())
        .await?;
    if later.is_none() {
        return Err(Error::input(["event"], Key::EntryInForce));
    }
    let erasure = Erasure::of(&row);
    env.write(&Actor::system(erasure.agency), move |tx| async move {
        tx.create(erasure, EventKind::EntryErased, Some(reason.trim())).await?;
        Ok(())
    })
    .await
}

/// Finds the id of the entry with this number.
pub async fn entry_id(env: &Env, number: i64) -> Result<Uuid> {
    let row = event::Entity::find().filter(event::Column::Number.eq(number)).one(env.db.reader()).await?;
    row.map(|row| row.id).ok_or(Error::NotFound)
}
