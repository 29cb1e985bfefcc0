//! Announces uploads of evidence, and removes files that nothing uses.

use crate::{
    db::{Command, IdempotencyKey},
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    files::FileName,
    store::evidence as store,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Key, Message, Refusal,
    activity::{EVIDENCE_MAX, file_name},
    actor::Actor,
    id::{AgencyId, UploadId},
    policy,
    time::{Instant, from_micros, to_micros},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Minutes that the address of an upload is valid.
pub const MINUTES: i64 = 15;
/// Maximum number of a person's uploads that are announced and have not arrived: the files of one activity.
pub const MAX_OPEN: usize = EVIDENCE_MAX;
/// Hours after its announcement for which an unused file is kept.
const UNUSED_HOURS: i64 = 24;
/// Files that are removed at once.
const BATCH: u64 = 100;

/// A file that a person wants to upload as evidence.
#[derive(Clone, Debug, Serialize)]
pub struct CreateUpload {
    /// The file name.
    pub name: String,
    /// The size in bytes.
    pub size: i64,
    /// Distinguishes this command from that of an upload for an import, which has the same operation.
    evidence: bool,
}

impl CreateUpload {
    /// A file with this name and size.
    #[must_use]
    pub const fn new(name: String, size: i64) -> Self {
        Self { name, size, evidence: true }
    }
}

impl Command for CreateUpload {
    const OPERATION: &'static str = crate::upload::CreateUpload::OPERATION;
}

/// A prepared upload.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// The secret in the URL; a replay returns it too.
    pub token: String,
    /// When the URL expires.
    pub expires_at: Instant,
}

#[derive(Serialize, Deserialize)]
struct Outcome {
    id: UploadId,
    expires_at: i64,
}

/// The secret of an upload's address. It is derived from the id and the server's key, so that a replay returns the same
/// secret.
pub(super) fn secret(env: &Env, id: UploadId) -> String {
    URL_SAFE_NO_PAD.encode(env.vault.sign(&signed(id)))
}

/// Whether a text is the secret of an upload's address.
pub(super) fn is_secret(env: &Env, id: UploadId, token: &str) -> bool {
    URL_SAFE_NO_PAD.decode(token).is_ok_and(|code| env.vault.has_signed(&signed(id), &code))
}

fn signed(id: UploadId) -> Vec<u8> {
    [b"upload of evidence ".as_slice(), id.0.as_bytes()].concat()
}

/// Prepares an upload of evidence by the actor. Every person may upload evidence.
pub async fn create_upload(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CreateUpload,
) -> Result<Upload> {
    let person = policy::activity::decide_upload(actor)?;
    let mut refusals = Vec::new();
    let name = file_name(&input.name).unwrap_or_else(|found| {
        refusals.extend(found);
        String::new()
    });
    let most = env.evidence.file_bytes;
    if !(1..=most).contains(&input.size) {
        let message = Message::new(Key::OutOfRange).with("field", "size").with("min", 1).with("max", most);
        refusals.push(Refusal::input(["size"], message));
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let (now, id) = (machine_now(), UploadId(fresh_id()));
    let expires_at = now + chrono::Duration::minutes(MINUTES);
    let file = store::Announced {
        id,
        agency: actor.agency,
        person,
        name,
        size: input.size,
        created_at: now,
        expires_at,
    };
    let limit = env.evidence.person_bytes;
    let outcome = env
        .write_once(actor, key, input, move |tx, input| async move {
            let amount = store::amount(&tx, person, now).await?;
            if amount.open >= MAX_OPEN {
                let message = Message::new(Key::EvidenceUploadsOpen)
                    .with("found", amount.open)
                    .with("max", MAX_OPEN)
                    .with("minutes", MINUTES);
                return Err(Error::input(["size"], message));
            }
            let bytes = amount.bytes.saturating_add(input.size);
            if bytes > limit {
                let mib = |bytes: i64| bytes.unsigned_abs().div_ceil(1024 * 1024);
                let message =
                    Message::new(Key::EvidenceBytes).with("found", mib(bytes)).with("max", mib(limit));
                return Err(Error::input(["size"], message));
            }
            store::announce(&tx, file).await?;
            Ok(Outcome { id, expires_at: to_micros(expires_at) })
        })
        .await?;
    Ok(Upload { id: outcome.id, token: secret(env, outcome.id), expires_at: from_micros(outcome.expires_at) })
}

/// Removes unused files a day after their announcement; returns the number of files removed.
pub(crate) async fn remove_unused(env: &Env) -> Result<u64> {
    let now = machine_now();
    let before = now - chrono::Duration::hours(UNUSED_HOURS);
    let system = Actor::system(AgencyId(Uuid::nil()));
    if store::any_unused(env.db.source(), before).await? {
        env.write(&system, move |tx| async move { store::give_up(&tx, before, now).await }).await?;
    }
    let mut removed = 0;
    loop {
        // Removes the bytes before the rows, so that a crash leaves no bytes without a row.
        let files = store::given_up(env.db.source(), BATCH).await?;
        for (id, hash) in &files {
            if let Some(hash) = hash {
                env.evidence.files.remove(&FileName::new(*id, hash)).await?;
                removed += 1;
            }
        }
        let ids: Vec<Uuid> = files.iter().map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return Ok(removed);
        }
        env.write(&system, move |tx| async move { store::forget(&tx, ids).await }).await?;
    }
}
