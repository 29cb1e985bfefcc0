//! Those who stay connected: what became of their sessions and rights since, asked for all of them at once.

use super::{Authenticated, actor, api_key as keys};
use crate::{
    db::{BATCH, any_of},
    env::{Env, machine_now},
    error::{Error, Result},
};
use domain::{
    actor::{Actor, Identity},
    event::EventKind,
    id::{ApiKeyId, SessionId},
    staff::StaffStatus,
    time::{Instant, to_micros},
};
use entity::{account, api_key, event, session, staff};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use std::collections::HashSet;
use uuid::Uuid;

/// What lets somebody stay connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// A login.
    Session(SessionId),
    /// A key of a reporting tool.
    Key(ApiKeyId),
}

impl Authenticated {
    /// What lets him stay connected.
    ///
    /// # Errors
    /// UNAUTHENTICATED for the system itself, which never connects.
    pub fn pass(&self) -> Result<Pass> {
        match (self.session, self.actor.identity) {
            (Some(session), _) => Ok(Pass::Session(session)),
            (None, Identity::ApiKey(key)) => Ok(Pass::Key(key)),
            (None, Identity::Staff(_) | Identity::System) => Err(Error::Unauthenticated),
        }
    }
}

/// Of these, the ones that were ended: by logging out, by another password, by leaving, by revoking. That a token
/// runs out is for its bearer to know.
pub async fn ended(env: &Env, passes: &[Pass]) -> Result<HashSet<Pass>> {
    let (mut sessions, mut keys) = (Vec::new(), Vec::new());
    for pass in passes {
        match pass {
            Pass::Session(id) => sessions.push(id.0),
            Pass::Key(id) => keys.push(id.0),
        }
    }
    let mut alive = HashSet::new();
    for ids in sessions.chunks(BATCH) {
        let living = living_sessions(env, ids).await?;
        alive.extend(living.into_iter().map(|id| Pass::Session(SessionId(id))));
    }
    for ids in keys.chunks(BATCH) {
        let living = living_keys(env, ids).await?;
        alive.extend(living.into_iter().map(|id| Pass::Key(ApiKeyId(id))));
    }
    Ok(passes.iter().filter(|pass| !alive.contains(*pass)).copied().collect())
}

async fn living_sessions(env: &Env, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let owner = Query::select()
        .expr(Expr::val(1))
        .from(account::Entity)
        .inner_join(
            staff::Entity,
            Expr::col((staff::Entity, staff::Column::Id)).equals((account::Entity, account::Column::StaffId)),
        )
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .equals((session::Entity, session::Column::AccountId)),
        )
        .and_where(
            Expr::col((account::Entity, account::Column::Epoch))
                .equals((session::Entity, session::Column::Epoch)),
        )
        .and_where(Expr::col((staff::Entity, staff::Column::Status)).eq(StaffStatus::Active.to_string()))
        .to_owned();
    Ok(session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(any_of(env.db.backend(), (session::Entity, session::Column::Id), ids.iter().copied()))
        .filter(session::Column::EndedAt.is_null())
        .filter(Expr::exists(owner))
        .into_tuple()
        .all(env.db.reader())
        .await?)
}

async fn living_keys(env: &Env, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let now = to_micros(machine_now());
    Ok(api_key::Entity::find()
        .select_only()
        .column(api_key::Column::Id)
        .filter(any_of(env.db.backend(), (api_key::Entity, api_key::Column::Id), ids.iter().copied()))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(api_key::Column::ExpiresAt.is_null())
                .add(api_key::Column::ExpiresAt.gt(now)),
        )
        .into_tuple()
        .all(env.db.reader())
        .await?)
}

/// The rights that somebody connected has now.
pub async fn rights_now(env: &Env, before: &Actor) -> Result<Actor> {
    match before.identity {
        Identity::Staff(person) => actor::load(env, before.agency, person).await,
        Identity::ApiKey(key) => keys::load(env, key).await,
        Identity::System => Ok(before.clone()),
    }
}

/// Whether anybody's rights may have changed since an instant, as the journal tells.
pub async fn rights_changed(env: &Env, since: Instant) -> Result<bool> {
    let kinds = [
        EventKind::RoleGranted,
        EventKind::RoleRevoked,
        EventKind::OrgUnitCreated,
        EventKind::OrgUnitUpdated,
        EventKind::StaffTransferred,
        EventKind::StaffEnded,
        EventKind::AssignmentOpened,
        EventKind::AssignmentUpdated,
        EventKind::AssignmentClosed,
        EventKind::Delegated,
        EventKind::DelegationEnded,
    ];
    let found: Option<Uuid> = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::At.gte(to_micros(since)))
        .filter(event::Column::Kind.is_in(kinds.map(|kind| kind.to_string())))
        .limit(1)
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(found.is_some())
}
