//! Appends journal entries about codes, passwords, second factors and API keys. They contain no secret, hash or image,
//! and the audit compares no rows with them (ADR 33).

use crate::{
    db::{Concerns, Notice, Tx, append_notices},
    error::Result,
    store::{self, credentials::api_key},
};
use domain::event::{EventKind, SubjectKind};
use uuid::Uuid;

/// Appends an entry of this kind about the account of each of these people.
pub(super) async fn of_accounts(
    tx: &Tx,
    kind: EventKind,
    agency: Uuid,
    people: &[Uuid],
    reason: Option<&str>,
) -> Result<()> {
    let units = store::staff::units_on(tx, people.iter().copied(), tx.today()).await?;
    let notice = |person: &Uuid| {
        // A person without a unit today belongs to the root unit.
        let unit = units.get(person).map_or(agency, |unit| unit.0);
        let concerns = Concerns::default().staff(*person).unit(unit);
        Notice { subject: SubjectKind::Account, id: *person, agency, concerns }
    };
    append_notices(tx, kind, &people.iter().map(notice).collect::<Vec<_>>(), reason).await
}

/// Appends an entry of this kind about an API key. The entry concerns the person who created the key.
pub(super) async fn of_key(tx: &Tx, kind: EventKind, key: &api_key::Row) -> Result<()> {
    let concerns = Concerns { staff: Some(key.created_by).filter(|by| !by.is_nil()), ..Concerns::default() };
    let notice = Notice {
        subject: SubjectKind::ApiKey,
        id: key.id,
        agency: key.agency_id,
        concerns: concerns.unit(key.unit_id),
    };
    append_notices(tx, kind, &[notice], None).await
}
