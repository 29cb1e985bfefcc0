//! Compares stored objects with their journal entries; every test through HTTP ends with this check.

use super::content::JOURNALLED;
use crate::{env::Env, error::Result};
use domain::event::SubjectKind;
use entity::{event, event_payload};
use proof::leaf::commitment;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, Statement};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// All tables, for checking that nothing was written.
const TABLES: [&str; 31] = [
    "regulation",
    "org_unit",
    "org_unit_parent",
    "position",
    "staff",
    "assignment",
    "assignment_superior",
    "superior_closure",
    "delegation",
    "scheduled_change",
    "role_grant",
    "criteria_set",
    "criterion",
    "calendar",
    "period",
    "unit_predicate",
    "plan",
    "plan_revision",
    "plan_result",
    "activity",
    "evaluation",
    "dialogue",
    "feedback",
    "feedback_author",
    "waiting_feedback",
    "feedback_request",
    "recommendation",
    "training",
    "correction",
    "event",
    "event_payload",
];

/// Lists missing or wrong journal entries.
///
/// An object of version n has n entries. The first has no image before; the image before of each later entry equals
/// the image after of the previous one. The commitment of each entry matches its payload.
pub async fn findings(env: &Env) -> Result<Vec<String>> {
    let entries =
        event::Entity::find().order_by_asc(event::Column::SubjectVersion).all(env.db.reader()).await?;
    let payloads: HashMap<Uuid, event_payload::Model> = event_payload::Entity::find()
        .all(env.db.reader())
        .await?
        .into_iter()
        .map(|payload| (payload.event_id, payload))
        .collect();
    let mut findings = Vec::new();
    let mut counts: HashMap<Uuid, i32> = HashMap::new();
    let mut last: HashMap<Uuid, Option<String>> = HashMap::new();
    for entry in entries {
        let name = format!("{} of {} {}", entry.kind, entry.subject_kind, entry.subject_id);
        let Some(payload) = payloads.get(&entry.id) else {
            findings.push(format!("{name} has no payload"));
            continue;
        };
        let (reason, before, after) =
            (payload.reason.as_deref(), payload.before.as_deref(), payload.after.as_deref());
        if commitment(&payload.salt, reason, before, after) != entry.commitment {
            findings.push(format!("{name} has a commitment that does not match its payload"));
        }
        let bare = entry.subject_kind.parse::<SubjectKind>().is_ok_and(|subject| !subject.has_images());
        if bare {
            if before.is_some() || after.is_some() {
                findings.push(format!("{name} has an image"));
            }
            continue;
        }
        if after.is_none() {
            findings.push(format!("{name} has no image after"));
        }
        if (entry.subject_version > 1) != before.is_some() {
            findings.push(format!("{name} has a wrong image before"));
        }
        if let Some(previous) = last.insert(entry.subject_id, payload.after.clone())
            && previous != payload.before
        {
            findings.push(format!("{name} does not follow from the entry before it"));
        }
        *counts.entry(entry.subject_id).or_default() += 1;
    }
    for table in JOURNALLED {
        let rows =
            env.db.reader().query_all_raw(select(env, &format!("SELECT id, version FROM {table}"))).await?;
        for row in rows {
            let (id, version): (Uuid, i32) = (row.try_get("", "id")?, row.try_get("", "version")?);
            let entries = counts.get(&id).copied().unwrap_or(0);
            if entries != version {
                findings.push(format!("{table} {id} has version {version} and {entries} entries"));
            }
        }
    }
    Ok(findings)
}

/// Counts the rows of each table.
pub async fn rows(env: &Env) -> Result<BTreeMap<&'static str, i64>> {
    let mut counts = BTreeMap::new();
    for table in TABLES {
        let row = env
            .db
            .reader()
            .query_one_raw(select(env, &format!("SELECT COUNT(*) AS rows FROM {table}")))
            .await?;
        counts.insert(table, row.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or(0));
    }
    Ok(counts)
}

fn select(env: &Env, text: &str) -> Statement {
    let backend = match env.db.backend() {
        crate::db::Backend::Sqlite => DbBackend::Sqlite,
        crate::db::Backend::Postgres => DbBackend::Postgres,
    };
    Statement::from_string(backend, text)
}

/// Lists the kinds of all entries in the order in which this process appended them: their ids increase.
pub async fn kinds(env: &Env) -> Result<Vec<String>> {
    let entries = event::Entity::find().order_by_asc(event::Column::Id).all(env.db.reader()).await?;
    Ok(entries.into_iter().map(|entry| entry.kind).collect())
}
