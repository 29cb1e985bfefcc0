//! Sessions with a short-lived access token and a rotating refresh token.

use super::{
    actor,
    device::Device,
    second_factor,
    token::{self, Purpose},
};
use crate::{
    db::Tx,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    store::credentials::{
        account, device as devices,
        session::{self as sessions, NewSession, NewTokens, Which},
    },
};
use chrono::Duration;
use domain::{
    actor::Actor,
    id::{AgencyId, SessionId, StaffId},
    time::{Instant, from_micros, to_micros},
};
use std::sync::Arc;
use uuid::Uuid;

/// Lifetime of an access token, in minutes.
pub const ACCESS_MINUTES: i64 = 15;
/// Lifetime of a refresh token, in days.
pub const REFRESH_DAYS: i64 = 30;

/// Result of a login or a refresh. The server stores only hashes of the tokens.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Access token, for `Authorization: Bearer`.
    pub access_token: String,
    /// Refresh token, valid for one refresh.
    pub refresh_token: String,
    /// Device token, for the next login on this device; `None` after a refresh.
    pub device_token: Option<String>,
    /// When the access token expires.
    pub expires_at: Instant,
    /// The logged-in actor.
    pub authenticated: Authenticated,
}

/// The actor and session of a token.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The actor with their rights at the time of the lookup.
    pub actor: Arc<Actor>,
    /// The session; `None` for an API key.
    pub session: Option<SessionId>,
    /// When the token expires; `None`: valid until revoked.
    pub expires_at: Option<Instant>,
    /// Whether the person must add a second factor before they can do anything else, because the settings require one
    /// of admins and auditors who log in by password.
    pub lacks_second_factor: bool,
}

/// How the person of a session logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// By password.
    Password,
    /// With a token of an issuer, which asks for its own second factor.
    Token,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => sessions::PASSWORD,
            Self::Token => sessions::TOKEN,
        }
    }
}

/// A session as shown to its owner.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The client's name for itself.
    pub client: Option<String>,
    /// When it started.
    pub created_at: Instant,
    /// When its tokens were last renewed.
    pub refreshed_at: Instant,
}

/// Authenticates the bearer token of a request. The result may be cached for some seconds.
pub async fn authenticate(env: &Env, bearer: &str) -> Result<Authenticated> {
    let hash = token::hash(bearer);
    env.token_cache().find(&hash, by_bearer(env, bearer, &hash)).await
}

/// Authenticates the bearer token of a new long-lived connection without the cache: a cached result would add its age
/// to the delay with which a stream notices changed rights.
pub async fn authenticate_uncached(env: &Env, bearer: &str) -> Result<Authenticated> {
    let hash = token::hash(bearer);
    env.token_cache().renew(&hash, by_bearer(env, bearer, &hash)).await
}

async fn by_bearer(env: &Env, bearer: &str, hash: &str) -> Result<Authenticated> {
    if bearer.starts_with(Purpose::ApiKey.prefix()) {
        super::api_key::authenticate(env, hash).await
    } else {
        by_access_token(env, hash).await
    }
}

async fn by_access_token(env: &Env, hash: &str) -> Result<Authenticated> {
    let now = machine_now();
    let found = sessions::with_access_token(env.db.reader(), hash)
        .await?
        .filter(|session| session.ended_at.is_none() && session.access_expires_at > to_micros(now))
        .ok_or(Error::Unauthenticated)?;
    let account = account::find(env.db.reader(), found.account_id)
        .await?
        .filter(|account| account.epoch == found.epoch)
        .ok_or(Error::Unauthenticated)?;
    let actor = actor::load(env, AgencyId(account.agency_id), StaffId(account.staff_id)).await?;
    if found.repeat_until.is_some_and(|until| until > to_micros(now)) {
        confirm_refresh(env, found.id, hash).await;
    }
    let lacks_second_factor = second_factor::must_add_one(env, env.db.reader(), &actor, found.id).await?;
    Ok(Authenticated {
        actor: Arc::new(actor),
        session: Some(SessionId(found.id)),
        expires_at: Some(from_micros(found.access_expires_at)),
        lacks_second_factor,
    })
}

/// Records that the client received the response to a refresh. From now on the previous refresh token is invalid.
async fn confirm_refresh(env: &Env, session: Uuid, access_hash: &str) {
    let hash = access_hash.to_owned();
    let system = Actor::system(AgencyId(Uuid::nil()));
    let noted =
        env.write(&system, move |tx| async move { sessions::end_repetition(&tx, session, hash).await });
    if let Err(cause) = noted.await {
        // This error is harmless: the previous refresh token becomes invalid at the end of the grace period anyway.
        tracing::warn!(%cause, "cannot record the first use of a new token");
    }
}

/// Opens a session of a known device for an account.
pub(super) async fn open(
    env: &Env,
    tx: &Tx,
    account: &account::Row,
    method: Method,
    device: Device,
    client: Option<String>,
) -> Result<Tokens> {
    let now = machine_now();
    let id = fresh_id();
    let family = token::family();
    let (access, refresh) = (token::issue(Purpose::Access), token::refresh(&family));
    let expires_at = now + Duration::minutes(ACCESS_MINUTES);
    let new = NewSession {
        id,
        account: account.id,
        epoch: account.epoch,
        family: token::hash(&family),
        tokens: hashed((&access, expires_at), &refresh, now),
        client: client.map(|client| client.chars().take(120).collect()),
        device: device.id,
        method: method.name(),
        at: now,
    };
    sessions::insert(tx, new).await?;
    let tokens = tokens(env, tx, account, id, access, refresh, expires_at).await?;
    Ok(Tokens { device_token: Some(device.token), ..tokens })
}

/// The hashes and expiries of new tokens, as they are stored.
fn hashed((access, access_until): (&str, Instant), refresh: &str, now: Instant) -> NewTokens {
    NewTokens {
        access_hash: token::hash(access),
        access_until,
        refresh_hash: token::hash(refresh),
        refresh_until: now + Duration::days(REFRESH_DAYS),
    }
}

async fn tokens(
    env: &Env,
    tx: &Tx,
    account: &account::Row,
    session: Uuid,
    access_token: String,
    refresh_token: String,
    expires_at: Instant,
) -> Result<Tokens> {
    let actor =
        actor::load_in(tx.connection(), tx.now(), AgencyId(account.agency_id), StaffId(account.staff_id))
            .await?;
    let lacks_second_factor = second_factor::must_add_one(env, tx.connection(), &actor, session).await?;
    let authenticated = Authenticated {
        actor: Arc::new(actor),
        session: Some(SessionId(session)),
        expires_at: Some(expires_at),
        lacks_second_factor,
    };
    Ok(Tokens { access_token, refresh_token, device_token: None, expires_at, authenticated })
}

/// Renews the tokens of a session.
///
/// A refresh token is valid once. Because the response can be lost, the client may use the same token again during the
/// grace period [`Env::refresh_grace`], until it uses one of the new tokens. Any other use of an old refresh token
/// means that it was stolen, and ends the session.
pub async fn refresh_session(env: &Env, refresh_token: &str) -> Result<Tokens> {
    let family = token::family_of(refresh_token).ok_or(Error::Unauthenticated)?.to_owned();
    let (hash, grace, server) = (token::hash(refresh_token), env.refresh_grace, env.clone());
    let renewed = env
        .write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
            let now = machine_now();
            // If a client sends two refreshes at once, the lock makes the second wait and read what the first wrote.
            let Some(found) = sessions::of_family(&tx, token::hash(&family)).await? else {
                return Ok(None);
            };
            let account = account::find(tx.connection(), found.account_id).await?;
            let account = account.filter(|account| account.epoch == found.epoch);
            let alive = found.ended_at.is_none() && found.refresh_expires_at > to_micros(now);
            let (Some(account), true) = (account, alive) else { return Ok(None) };
            let (previous, repeat_until) = if found.refresh_hash == hash {
                (Some(hash), Some(to_micros(now + grace)))
            } else {
                let in_time = found.repeat_until.is_some_and(|until| until >= to_micros(now));
                if !in_time || found.previous_refresh_hash.as_ref() != Some(&hash) {
                    end(&tx, Which::One(found.id)).await?;
                    return Ok(None);
                }
                (found.previous_refresh_hash, found.repeat_until)
            };
            let (access, refresh) = (token::issue(Purpose::Access), token::refresh(&family));
            let expires_at = now + Duration::minutes(ACCESS_MINUTES);
            let new = hashed((&access, expires_at), &refresh, now);
            sessions::renew(&tx, found.id, new, (previous, repeat_until), now).await?;
            tokens(&server, &tx, &account, found.id, access, refresh, expires_at).await.map(Some)
        })
        .await?;
    renewed.ok_or_else(|| {
        env.token_cache().clear();
        Error::Unauthenticated
    })
}

/// Ends the session of a request. Its device stays known, because the person will log in on it again.
pub async fn logout(env: &Env, authenticated: &Authenticated) -> Result<()> {
    let Some(session) = authenticated.session else { return Ok(()) };
    end_own(env, &authenticated.actor, session, false).await
}

/// Ends one of the actor's own sessions, for example on a lost phone, and forgets its device.
pub async fn revoke_session(env: &Env, actor: &Actor, session: SessionId) -> Result<()> {
    end_own(env, actor, session, true).await
}

async fn end_own(env: &Env, actor: &Actor, session: SessionId, forget_device: bool) -> Result<()> {
    let staff = actor.staff().ok_or(Error::NotFound)?;
    let ended = env
        .write(actor, move |tx| async move {
            let account = account::of_staff(tx.connection(), staff).await?;
            let Some(account) = account else { return Ok(0) };
            if forget_device {
                devices::forget_of_session(&tx, session.0, account.id).await?;
            }
            end(&tx, Which::Own(session.0, account.id)).await
        })
        .await?;
    env.token_cache().clear();
    if ended == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Ends active sessions; returns their number.
pub(super) async fn end(tx: &Tx, which: Which) -> Result<u64> {
    sessions::end(tx, which, machine_now()).await
}

/// The known device of a session; `None` if there is none.
pub(super) async fn device_of(env: &Env, session: Option<SessionId>) -> Result<Option<Uuid>> {
    let Some(session) = session else { return Ok(None) };
    let found = sessions::find(env.db.reader(), session.0).await?;
    Ok(found.and_then(|found| found.device_id))
}

/// Lists the actor's own active sessions, newest first.
pub async fn sessions(env: &Env, actor: &Actor) -> Result<Vec<Session>> {
    let Some(staff) = actor.staff() else { return Ok(Vec::new()) };
    let Some(account) = account::of_staff(env.db.reader(), staff).await? else { return Ok(Vec::new()) };
    let rows = sessions::active_of(env.db.reader(), &account, machine_now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: SessionId(row.id),
            client: row.client,
            created_at: from_micros(row.created_at),
            refreshed_at: from_micros(row.refreshed_at),
        })
        .collect())
}
