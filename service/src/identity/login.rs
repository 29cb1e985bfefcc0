//! Logs in by NIP or user name.

use super::{
    password,
    session::{self, Tokens},
    token,
};
use crate::{
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
};
use chrono::Duration;
use domain::{Key, Refusal, actor::Actor, id::AgencyId, time::to_micros};
use entity::{account, login_attempt};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

/// Failed logins of one user from one address within 15 minutes that trigger rate limiting.
pub const FAILURES_OF_USER: u64 = 5;
/// Failed logins from one address within a minute that trigger rate limiting.
pub const FAILURES_OF_ADDRESS: u64 = 20;

/// Input of a login.
#[derive(Clone, Debug)]
pub struct Login {
    /// NIP (with or without spaces) or user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// The client's address, for rate limiting.
    pub address: String,
    /// The client's name for itself, shown in the list of sessions.
    pub client: Option<String>,
}

/// Logs in.
///
/// A wrong password, an unknown user and an account without activation give the same response in the same time. After
/// too many failures the address must wait. The account itself is never locked, so that no one can lock out another
/// person on the last day of a deadline.
pub async fn login(env: &Env, input: Login) -> Result<Tokens> {
    let user = normalise(&input.user);
    let user_key = token::hash(&user);
    limit(env, &user_key, &input.address).await?;
    let account =
        account::Entity::find().filter(account::Column::UserName.eq(user)).one(env.db.reader()).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let good = password::verify(env, input.password, hash).await?;
    let agency = account.as_ref().map_or(AgencyId(uuid::Uuid::nil()), |account| AgencyId(account.agency_id));
    let attempt = login_attempt::ActiveModel {
        id: Set(fresh_id()),
        user_key: Set(user_key),
        address: Set(input.address),
        at: Set(to_micros(machine_now())),
        succeeded: Set(good),
    };
    let client = input.client;
    env.write(&Actor::system(agency), move |tx| async move {
        login_attempt::Entity::insert(attempt).exec_without_returning(tx.connection()).await?;
        match account {
            Some(account) if good => session::open(&tx, &account, client).await.map(Some),
            _ => Ok(None),
        }
    })
    .await?
    .ok_or_else(|| Refusal::input(["user"], Key::LoginFailed).into())
}

/// Removes spaces and lowers the case of a user name, because a NIP is printed in groups.
pub(crate) fn normalise(user: &str) -> String {
    user.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

async fn limit(env: &Env, user_key: &str, address: &str) -> Result<()> {
    let now = machine_now();
    let failures = |since: Duration| {
        login_attempt::Entity::find()
            .filter(login_attempt::Column::Address.eq(address))
            .filter(login_attempt::Column::Succeeded.eq(false))
            .filter(login_attempt::Column::At.gt(to_micros(now - since)))
    };
    let quarter = Duration::minutes(15);
    let of_user =
        failures(quarter).filter(login_attempt::Column::UserKey.eq(user_key)).count(env.db.reader()).await?;
    if of_user >= FAILURES_OF_USER {
        return Err(Error::RateLimited { seconds: quarter.num_seconds() });
    }
    let minute = Duration::minutes(1);
    if failures(minute).count(env.db.reader()).await? >= FAILURES_OF_ADDRESS {
        return Err(Error::RateLimited { seconds: minute.num_seconds() });
    }
    Ok(())
}
