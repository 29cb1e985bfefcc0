//! Uploads: each file has a URL that works once, within 15 minutes.

use crate::{
    capacity::Receiving,
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id, machine_now, random},
    error::{Error, Result},
    files::{Arriving, Part, disk},
    identity,
    store::{
        self,
        upload::{NewUpload, Row},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::{
    Key, Message,
    action::OrganisationAction,
    actor::Actor,
    error::text,
    id::{StaffId, UploadId},
    policy::organisation::{Scope, decide},
    time::{Instant, from_micros, to_micros},
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use uuid::Uuid;

/// Maximum size of a file, in bytes.
pub const MAX_BYTES: i64 = 64 * 1024 * 1024;
/// Days for which the quota of a person counts received files.
const QUOTA_DAYS: i64 = 1;
/// Hours that a received file is kept. Lists of people contain personal data, so no file is kept for a whole day: the
/// next tick after this time removes it.
const FILE_HOURS: i64 = 23;
/// Days that an announcement is kept after it expired.
const ANNOUNCED_DAYS: i64 = 1;
/// Minutes after which an incomplete file is removed; sending one takes at most ten.
const PART_MINUTES: i64 = 30;
/// Minutes that the URL is valid.
pub const MINUTES: i64 = 15;
/// Maximum number of a person's uploads that are announced and have not arrived.
pub const MAX_OPEN: usize = 5;
/// Maximum size of all uploads of a person, in bytes: announced ones, and files that have not been removed.
pub const MAX_BYTES_OF_PERSON: i64 = 1024 * 1024 * 1024;

/// A file that the client wants to upload.
#[derive(Clone, Debug, Serialize)]
pub struct CreateUpload {
    /// The file name.
    pub name: String,
    /// The size in bytes.
    pub size: i64,
}

impl Command for CreateUpload {
    const OPERATION: &'static str = "createUpload";
}

/// A prepared upload.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// The secret in the URL; returned once, not on a replay.
    pub token: Option<String>,
    /// When the URL expires.
    pub expires_at: Instant,
}

#[derive(Serialize, Deserialize)]
struct Outcome {
    id: UploadId,
    expires_at: i64,
}

/// Prepares an upload; for admins of the agency.
pub async fn create_upload(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CreateUpload,
) -> Result<Upload> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default())?;
    let staff = actor.staff().ok_or(Error::Forbidden)?;
    let mut refusals = Vec::new();
    let name = text("name", &input.name, 200, &mut refusals);
    if !(1..=MAX_BYTES).contains(&input.size) {
        let message =
            Message::new(Key::OutOfRange).with("field", "size").with("min", 1).with("max", MAX_BYTES);
        refusals.push(domain::Refusal::input(["size"], message));
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let (id, token) = (UploadId(fresh_id()), URL_SAFE_NO_PAD.encode(random::<32>()));
    let now = machine_now();
    let expires_at = to_micros(now + chrono::Duration::minutes(MINUTES));
    let new = NewUpload {
        id,
        agency: actor.agency,
        staff,
        name,
        size: input.size,
        token_hash: identity::hash_of(&token),
        expires_at,
        at: now,
    };
    let outcome = env
        .write_once(actor, key, input, move |tx, input| async move {
            check_quota(&tx, staff, input.size).await?;
            store::upload::insert(&tx, new).await?;
            Ok(Outcome { id, expires_at })
        })
        .await?;
    let token = (outcome.id == id).then_some(token);
    Ok(Upload { id: outcome.id, token, expires_at: from_micros(outcome.expires_at) })
}

/// Refuses an upload of this size above the quota of its person.
async fn check_quota(tx: &Tx, staff: StaffId, size: i64) -> Result<()> {
    store::staff::lock(tx, staff).await?;
    let now = machine_now();
    let open = store::upload::open_sizes(tx, staff, now).await?;
    if open.len() >= MAX_OPEN {
        let message = Message::new(Key::UploadsOpen)
            .with("found", open.len())
            .with("max", MAX_OPEN)
            .with("minutes", MINUTES);
        return Err(domain::Refusal::input(["size"], message).into());
    }
    let kept = now - chrono::Duration::days(QUOTA_DAYS);
    let received = store::upload::received_sizes(tx, staff, kept).await?;
    let bytes: i64 = open.iter().chain(&received).sum::<i64>().saturating_add(size);
    if bytes > MAX_BYTES_OF_PERSON {
        let mib = |bytes: i64| bytes.unsigned_abs().div_ceil(1024 * 1024);
        let message = Message::new(Key::UploadsBytes)
            .with("found", mib(bytes))
            .with("max", mib(MAX_BYTES_OF_PERSON))
            .with("days", QUOTA_DAYS);
        return Err(domain::Refusal::input(["size"], message).into());
    }
    Ok(())
}

/// A file that is being received. Dropping this value before `finish` removes the incomplete file.
pub struct IncomingFile {
    env: Env,
    upload: Row,
    part: Part,
    arriving: Arriving,
    _receiving: Receiving,
}

/// Starts to receive a file; NOT_FOUND for a wrong, used or expired URL, IN_PROGRESS while another request sends it.
pub async fn receive(env: &Env, id: UploadId, token: &str) -> Result<IncomingFile> {
    let hash = identity::hash_of(token);
    let upload = store::upload::awaited(env.db.source(), id, hash, machine_now()).await?;
    let upload = upload.ok_or(Error::NotFound)?;
    let receiving = env.imports.receive(id.0)?;
    let part = Part::create(&env.uploads, id.0).await?;
    Ok(IncomingFile {
        env: env.clone(),
        arriving: Arriving::new(upload.size),
        upload,
        part,
        _receiving: receiving,
    })
}

impl IncomingFile {
    /// Appends bytes; refuses more than were announced.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.arriving.add(bytes)?;
        self.part.write(bytes).await
    }

    /// Completes the file: it can be used now, and the URL no longer works.
    pub async fn finish(mut self) -> Result<UploadId> {
        let sha256 = self.arriving.complete()?;
        self.part.sync().await?;
        let id = UploadId(self.upload.id);
        let (part, to) = (self.part, path_of(&self.env, id));
        let actor = Actor::system(domain::id::AgencyId(self.upload.agency_id));
        self.env
            .write(&actor, move |tx| async move {
                if !store::upload::claim(&tx, id, sha256, machine_now()).await? {
                    return Err(Error::NotFound);
                }
                tokio::fs::rename(part.path(), to).await.map_err(disk)
            })
            .await?;
        Ok(id)
    }
}

/// The path of a received file.
pub(super) fn path_of(env: &Env, id: UploadId) -> PathBuf {
    env.uploads.join(id.0.to_string())
}

/// Removes received files.
pub(super) async fn erase(env: &Env, files: &[UploadId]) -> Result<()> {
    for file in files {
        match tokio::fs::remove_file(path_of(env, *file)).await {
            // Another run has removed it.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(disk(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Removes old received files, incomplete ones, and announcements that expired; returns the number of files removed.
///
/// Imported data is in the database and its journal; the file is kept only for later questions.
pub(crate) async fn remove_old_files(env: &Env) -> Result<u64> {
    let before = machine_now() - chrono::Duration::days(ANNOUNCED_DAYS);
    if store::upload::has_expired(env.db.source(), before).await? {
        let actor = Actor::system(domain::id::AgencyId(Uuid::nil()));
        env.write(&actor, move |tx| async move { store::upload::delete_expired(&tx, before).await }).await?;
    }
    let mut files = match tokio::fs::read_dir(&env.uploads).await {
        Ok(files) => files,
        // No file has been uploaded yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(disk(error)),
    };
    let mut removed = 0;
    while let Some(file) = files.next_entry().await.map_err(disk)? {
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        let age = match (name.ends_with(".part"), Uuid::parse_str(name)) {
            (true, _) => chrono::Duration::minutes(PART_MINUTES),
            (false, Ok(_)) => chrono::Duration::hours(FILE_HOURS),
            // Not a file of this server.
            (false, Err(_)) => continue,
        };
        let written = file.metadata().await.and_then(|about| about.modified()).map_err(disk)?;
        if DateTime::<Utc>::from(written) < machine_now() - age {
            tokio::fs::remove_file(file.path()).await.map_err(disk)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Loads a completely received file of the agency. The path of a refusal is `field`, the input's field with the id.
pub(super) async fn received(env: &Env, actor: &Actor, id: UploadId, field: &str) -> Result<Row> {
    let upload = store::upload::find(env.db.source(), actor.agency, id).await?;
    let upload = upload.ok_or_else(|| domain::Refusal::not_found([field]))?;
    if upload.received_at.is_none() {
        return Err(Error::input([field], Key::ImportNotReceived));
    }
    Ok(upload)
}

/// Reads the name and the bytes of a received file of the agency; refuses more than `most` bytes.
pub(crate) async fn read_received(
    env: &Env,
    actor: &Actor,
    id: UploadId,
    most: i64,
) -> Result<(String, Vec<u8>)> {
    let upload = received(env, actor, id, "uploadId").await?;
    if upload.size > most {
        let message = Message::new(Key::OutOfRange).with("field", "size").with("min", 1).with("max", most);
        return Err(Error::input(["uploadId"], message));
    }
    match tokio::fs::read(path_of(env, id)).await {
        Ok(bytes) => Ok((upload.name, bytes)),
        // The file was removed after its retention period.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::input(["uploadId"], Key::ImportNotReceived))
        }
        Err(error) => Err(disk(error)),
    }
}
