//! Sessions: a short access token and a rotating refresh token.

use super::{
    actor,
    token::{self, Purpose},
};
use crate::{
    db::Tx,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
};
use chrono::Duration;
use domain::{
    actor::Actor,
    id::{AgencyId, SessionId, StaffId},
    time::{Instant, from_micros, to_micros},
};
use entity::{account, session};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set, sea_query::Expr};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

/// How long an access token lives.
pub const ACCESS_MINUTES: i64 = 15;
/// How long a refresh token lives.
pub const REFRESH_DAYS: i64 = 30;
/// How old what is known of a session may be.
pub(super) const CACHED_SECONDS: i64 = 5;

/// What a login or a refresh gives; the tokens are told once and stored as hashes.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// For the next refresh; each is good for one.
    pub refresh_token: String,
    /// When the access token ends.
    pub expires_at: Instant,
    /// Who is logged in.
    pub authenticated: Authenticated,
}

/// Who is behind a token.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// With all rights of this moment.
    pub actor: Arc<Actor>,
    /// The session; none for an API key.
    pub session: Option<SessionId>,
    /// When the token ends; none: not before it is revoked.
    pub expires_at: Option<Instant>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// What the client called itself.
    pub client: Option<String>,
    /// When it began.
    pub created_at: Instant,
    /// When its tokens were last renewed.
    pub refreshed_at: Instant,
}

type Cache = HashMap<String, (Instant, Authenticated)>;

/// What is known of the tokens seen in the last seconds.
static KNOWN: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);
/// Past this many tokens the cache starts anew.
const KNOWN_AT_MOST: usize = 20_000;

/// Who is behind a bearer token; at most five seconds old.
pub async fn authenticate(env: &Env, bearer: &str) -> Result<Authenticated> {
    let now = machine_now();
    let hash = token::hash(bearer);
    // Several databases may live in one process (tests): their tokens never meet, being random.
    if let Ok(known) = KNOWN.lock()
        && let Some((at, authenticated)) = known.get(&hash)
        && now - *at < Duration::seconds(CACHED_SECONDS)
        && authenticated.expires_at.is_none_or(|end| end > now)
    {
        return Ok(authenticated.clone());
    }
    let authenticated = if bearer.starts_with(Purpose::ApiKey.prefix()) {
        super::api_key::authenticate(env, &hash).await?
    } else {
        by_access_token(env, &hash, now).await?
    };
    if let Ok(mut known) = KNOWN.lock() {
        if known.len() >= KNOWN_AT_MOST {
            known.clear();
        }
        known.insert(hash, (now, authenticated.clone()));
    }
    Ok(authenticated)
}

/// Forgets what is known: after a change of rights or an end of sessions on this server.
pub(crate) fn forget() {
    if let Ok(mut known) = KNOWN.lock() {
        known.clear();
    }
}

async fn by_access_token(env: &Env, hash: &str, now: Instant) -> Result<Authenticated> {
    let found = session::Entity::find()
        .filter(session::Column::AccessHash.eq(hash))
        .one(env.db.reader())
        .await?
        .filter(|session| session.ended_at.is_none() && session.access_expires_at > to_micros(now))
        .ok_or(Error::Unauthenticated)?;
    let account = account::Entity::find_by_id(found.account_id)
        .one(env.db.reader())
        .await?
        .filter(|account| account.epoch == found.epoch)
        .ok_or(Error::Unauthenticated)?;
    let actor = actor::load(env, AgencyId(account.agency_id), StaffId(account.staff_id)).await?;
    Ok(Authenticated {
        actor: Arc::new(actor),
        session: Some(SessionId(found.id)),
        expires_at: Some(from_micros(found.access_expires_at)),
    })
}

/// Opens a session of an account.
pub(super) async fn open(tx: &Tx, account: &account::Model, client: Option<String>) -> Result<Tokens> {
    let now = machine_now();
    let id = fresh_id();
    let (access, refresh) = (token::issue(Purpose::Access), token::issue(Purpose::Refresh));
    let expires_at = now + Duration::minutes(ACCESS_MINUTES);
    let row = session::ActiveModel {
        id: Set(id),
        account_id: Set(account.id),
        epoch: Set(account.epoch),
        access_hash: Set(token::hash(&access)),
        access_expires_at: Set(to_micros(expires_at)),
        refresh_hash: Set(token::hash(&refresh)),
        previous_refresh_hash: Set(None),
        refresh_expires_at: Set(to_micros(now + Duration::days(REFRESH_DAYS))),
        client: Set(client.map(|client| client.chars().take(120).collect())),
        created_at: Set(to_micros(now)),
        refreshed_at: Set(to_micros(now)),
        ended_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    tokens(tx, account, id, access, refresh, expires_at).await
}

async fn tokens(
    tx: &Tx,
    account: &account::Model,
    session: uuid::Uuid,
    access_token: String,
    refresh_token: String,
    expires_at: Instant,
) -> Result<Tokens> {
    let actor =
        actor::load_in(tx.connection(), tx.now(), AgencyId(account.agency_id), StaffId(account.staff_id))
            .await?;
    let authenticated = Authenticated {
        actor: Arc::new(actor),
        session: Some(SessionId(session)),
        expires_at: Some(expires_at),
    };
    Ok(Tokens { access_token, refresh_token, expires_at, authenticated })
}

/// Renews the tokens of a session. A refresh token is good once: a second use of an older one betrays
/// a theft and ends the session.
pub async fn refresh_session(env: &Env, refresh_token: &str) -> Result<Tokens> {
    let hash = token::hash(refresh_token);
    let renewed = env
        .write(&Actor::system(AgencyId(uuid::Uuid::nil())), move |tx| async move {
            let now = machine_now();
            let Some(found) = session::Entity::find()
                .filter(
                    Condition::any()
                        .add(session::Column::RefreshHash.eq(&hash))
                        .add(session::Column::PreviousRefreshHash.eq(&hash)),
                )
                .one(tx.connection())
                .await?
            else {
                return Ok(None);
            };
            let account = account::Entity::find_by_id(found.account_id).one(tx.connection()).await?;
            let account = account.filter(|account| account.epoch == found.epoch);
            let alive = found.ended_at.is_none() && found.refresh_expires_at > to_micros(now);
            let (Some(account), true) = (account, alive) else { return Ok(None) };
            if found.refresh_hash != hash {
                end(&tx, Condition::all().add(session::Column::Id.eq(found.id))).await?;
                return Ok(None);
            }
            let (access, refresh) = (token::issue(Purpose::Access), token::issue(Purpose::Refresh));
            let expires_at = now + Duration::minutes(ACCESS_MINUTES);
            let id = found.id;
            let changed = session::Entity::update_many()
                .col_expr(session::Column::AccessHash, Expr::value(token::hash(&access)))
                .col_expr(session::Column::AccessExpiresAt, Expr::value(to_micros(expires_at)))
                .col_expr(session::Column::PreviousRefreshHash, Expr::value(hash.clone()))
                .col_expr(session::Column::RefreshHash, Expr::value(token::hash(&refresh)))
                .col_expr(
                    session::Column::RefreshExpiresAt,
                    Expr::value(to_micros(now + Duration::days(REFRESH_DAYS))),
                )
                .col_expr(session::Column::RefreshedAt, Expr::value(to_micros(now)))
                .filter(session::Column::Id.eq(id))
                .filter(session::Column::RefreshHash.eq(hash))
                .exec(tx.connection())
                .await?;
            if changed.rows_affected == 0 {
                return Ok(None);
            }
            tokens(&tx, &account, id, access, refresh, expires_at).await.map(Some)
        })
        .await?;
    renewed.ok_or_else(|| {
        forget();
        Error::Unauthenticated
    })
}

/// Ends the session behind a request.
pub async fn logout(env: &Env, authenticated: &Authenticated) -> Result<()> {
    let Some(session) = authenticated.session else { return Ok(()) };
    revoke_session(env, &authenticated.actor, session).await
}

/// Ends one of the actor's own sessions: a lost phone.
pub async fn revoke_session(env: &Env, actor: &Actor, session: SessionId) -> Result<()> {
    let staff = actor.staff().ok_or(Error::NotFound)?;
    let ended = env
        .write(actor, move |tx| async move {
            let Some(account) = account::Entity::find()
                .filter(account::Column::StaffId.eq(staff.0))
                .one(tx.connection())
                .await?
            else {
                return Ok(0);
            };
            end(
                &tx,
                Condition::all()
                    .add(session::Column::Id.eq(session.0))
                    .add(session::Column::AccountId.eq(account.id)),
            )
            .await
        })
        .await?;
    forget();
    if ended == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Ends sessions that are still alive; gives their number.
pub(super) async fn end(tx: &Tx, which: Condition) -> Result<u64> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(to_micros(machine_now())))
        .filter(which)
        .filter(session::Column::EndedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(ended.rows_affected)
}

/// The actor's own sessions that are alive, the newest first.
pub async fn sessions(env: &Env, actor: &Actor) -> Result<Vec<Session>> {
    let Some(staff) = actor.staff() else { return Ok(Vec::new()) };
    let Some(account) =
        account::Entity::find().filter(account::Column::StaffId.eq(staff.0)).one(env.db.reader()).await?
    else {
        return Ok(Vec::new());
    };
    let rows = session::Entity::find()
        .filter(session::Column::AccountId.eq(account.id))
        .filter(session::Column::Epoch.eq(account.epoch))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::RefreshExpiresAt.gt(to_micros(machine_now())))
        .order_by_desc(session::Column::RefreshedAt)
        .all(env.db.reader())
        .await?;
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
