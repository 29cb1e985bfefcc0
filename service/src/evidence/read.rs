//! Reads files, for a session or for a signed address that is valid for a few minutes.

use crate::{
    env::{Env, machine_now},
    error::{Error, Result},
    files::{FileName, Pieces, verified},
    identity::{self, Credential, Validity},
    store::{credentials::account, evidence as store},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use domain::{
    Refusal,
    activity::EvidenceFile,
    actor::Actor,
    id::{AgencyId, SessionId, StaffId, UploadId},
    time::{Instant, from_micros, to_micros},
};
use uuid::Uuid;

/// Minutes that the address of a download is valid.
pub const DOWNLOAD_MINUTES: i64 = 5;

/// A file that is being sent.
pub struct Download {
    /// The name, type and size of the file.
    pub file: EvidenceFile,
    /// Its bytes.
    pub pieces: Pieces,
}

/// Reads a file; NOT_FOUND if there is none, or if the actor can't read it. If the server has lost the file, the
/// refusal says so. The pieces end with an error if the stored bytes differ from the received ones.
pub async fn download(env: &Env, actor: &Actor, id: UploadId) -> Result<Download> {
    let found = store::readable(env.db.source(), actor, id).await?.ok_or(Error::NotFound)?;
    let name = FileName::new(id.0, &found.hash);
    let Some(pieces) = env.evidence.files.read(&name).await? else {
        tracing::error!(file = name.text(), "a file of evidence is missing");
        return Err(Refusal::lost_file().into());
    };
    Ok(Download { file: found.file, pieces: verified(pieces, name, found.hash) })
}

/// The signed part of the address of a download.
#[derive(Clone, Debug)]
pub struct Address {
    /// The secret.
    pub token: String,
    /// When it expires.
    pub expires_at: Instant,
}

/// Length of the session's id and of the expiry in a secret, in bytes.
const CLAIMS: usize = 16 + 8;

/// Signs an address for the person of a session. It works while the session lasts and the person can see the file.
#[must_use]
pub fn address(env: &Env, session: SessionId, id: UploadId) -> Address {
    let expires_at = machine_now() + Duration::minutes(DOWNLOAD_MINUTES);
    let claims = [session.0.as_bytes().as_slice(), &to_micros(expires_at).to_be_bytes()].concat();
    let code = env.vault.sign(&signed(id, &claims));
    Address { token: URL_SAFE_NO_PAD.encode([claims, code].concat()), expires_at }
}

fn signed(id: UploadId, claims: &[u8]) -> Vec<u8> {
    [b"download of evidence ".as_slice(), id.0.as_bytes(), claims].concat()
}

/// Returns the person of a signed address with their present rights; NOT_FOUND if the address has expired, was not
/// signed with this server's key, or its session has ended.
pub async fn person_of(env: &Env, id: UploadId, token: &str) -> Result<Actor> {
    let session = checked(env, id, token).ok_or(Error::NotFound)?;
    let credential = Credential::Session(session);
    match identity::validity(env, &[credential]).await?.get(&credential) {
        Some(Validity::Until(_)) => {}
        Some(Validity::Ended) | None => return Err(Error::NotFound),
    }
    let account = account::of_session(env.db.reader(), session).await?.ok_or(Error::NotFound)?;
    let (agency, person) = (AgencyId(account.agency_id), StaffId(account.staff_id));
    match identity::load_actor_in(env.db.reader(), env.now(), agency, person).await {
        Err(Error::Unauthenticated) => Err(Error::NotFound),
        found => found,
    }
}

/// The session in a secret that was signed for this file; `None` if the signature is wrong or the secret has expired.
fn checked(env: &Env, id: UploadId, token: &str) -> Option<SessionId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (claims, code) = bytes.split_at_checked(CLAIMS)?;
    if !env.vault.has_signed(&signed(id, claims), code) {
        return None;
    }
    let (session, expiry) = claims.split_first_chunk::<16>()?;
    let expiry = i64::from_be_bytes(expiry.try_into().ok()?);
    (from_micros(expiry) > machine_now()).then(|| SessionId(Uuid::from_bytes(*session)))
}
