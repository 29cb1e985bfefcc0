//! Reads the contents of a database in a form that can be compared with another database.

use crate::{env::Env, error::Result};
use entity::{
    account, activity, assignment, calendar, criteria_set, criterion, evaluation, event, event_payload,
    feedback, org_unit, period, plan, plan_result, plan_revision, position, recommendation, role_grant,
    staff, training, unit_predicate,
};
use sea_orm::EntityTrait;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// For each table the number of rows, and a hash of the sorted rows.
pub type Content = BTreeMap<&'static str, (usize, String)>;

/// Tables with journalled objects.
pub const JOURNALLED: [&str; 15] = [
    "activity",
    "assignment",
    "calendar",
    "criteria_set",
    "evaluation",
    "feedback",
    "org_unit",
    "period",
    "plan",
    "position",
    "recommendation",
    "role_grant",
    "staff",
    "training",
    "unit_predicate",
];

/// Reads everything except random values: omits salts, commitments, ids of entries and password hashes.
pub async fn content(env: &Env) -> Result<Content> {
    let mut content = Content::new();
    macro_rules! tables {
        ($($table:ident),*) => {$(
            let rows = $table::Entity::find().all(env.db.reader()).await?;
            content.insert(stringify!($table), hashed(&rows)?);
        )*};
    }
    tables!(
        activity,
        assignment,
        calendar,
        criteria_set,
        criterion,
        evaluation,
        feedback,
        org_unit,
        period,
        plan,
        plan_result,
        plan_revision,
        position,
        recommendation,
        role_grant,
        staff,
        training,
        unit_predicate
    );
    let accounts = account::Entity::find().all(env.db.reader()).await?;
    let accounts: Vec<_> = accounts.into_iter().map(|row| (row.id, row.staff_id, row.user_name)).collect();
    content.insert("account", hashed(&accounts)?);
    let payloads = event_payload::Entity::find().all(env.db.reader()).await?;
    let mut payloads: BTreeMap<_, _> = payloads.into_iter().map(|row| (row.event_id, row)).collect();
    let entries: Vec<_> = event::Entity::find()
        .all(env.db.reader())
        .await?
        .into_iter()
        // Shipped regulations are in the database before the city.
        .filter(|row| !row.agency_id.is_nil())
        .map(|row| {
            let images = payloads.remove(&row.id).map(|payload| (payload.before, payload.after));
            (row.kind, row.at, row.subject_kind, row.subject_id, row.subject_version, images)
        })
        .collect();
    content.insert("event", hashed(&entries)?);
    Ok(content)
}

/// Counts the objects with exactly one entry, and the entries that do not match their commitment.
pub async fn entries(env: &Env) -> Result<(usize, usize)> {
    let payloads = event_payload::Entity::find().all(env.db.reader()).await?;
    let payloads: BTreeMap<_, _> = payloads.into_iter().map(|row| (row.event_id, row)).collect();
    let mut subjects = BTreeMap::<_, usize>::new();
    let mut broken = 0;
    for entry in
        event::Entity::find().all(env.db.reader()).await?.into_iter().filter(|one| !one.agency_id.is_nil())
    {
        *subjects.entry((entry.subject_kind, entry.subject_id)).or_default() += 1;
        let fits = payloads.get(&entry.id).is_some_and(|payload| {
            let (reason, before) = (payload.reason.as_deref(), payload.before.as_deref());
            let after = payload.after.as_deref();
            proof::leaf::commitment(&payload.salt, reason, before, after) == entry.commitment
        });
        broken += usize::from(!fits);
    }
    Ok((subjects.values().filter(|count| **count == 1).count(), broken))
}

fn hashed<T: Serialize>(rows: &[T]) -> Result<(usize, String)> {
    let mut texts = rows.iter().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>()?;
    texts.sort_unstable();
    Ok((texts.len(), format!("{:x}", Sha256::digest(texts.join("\n")))))
}
