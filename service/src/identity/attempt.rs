//! Limits for guessing passwords and codes.
//!
//! An attempt is counted before its password is verified, so that parallel attempts can't exceed the limit together. If
//! it succeeds, it is removed from the count, so that only failures remain. All servers count in the same database. An
//! attempt that a limit refuses writes nothing and does not count.
//!
//! No one can lock out another person. A person who has logged in before has a device token; failures with this token
//! are counted separately, so that others can't use up its limit. See docs/adr/0021.

use super::{device, nonce};
use crate::{
    db::{Connection, Tx},
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    store::credentials::attempt::{self as attempts, NewAttempt, Of},
};
use chrono::Duration;
use domain::{
    actor::Actor,
    id::AgencyId,
    time::{Instant, from_micros, to_micros},
};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr};
use uuid::Uuid;

/// Allowed failures of an account from one address block, or of one known device, in [`WINDOW_MINUTES`].
pub const FAILURES_OF_ACCOUNT: u64 = 5;
/// Allowed failures of an account in [`WINDOW_MINUTES`] from all unfamiliar address blocks together.
pub const FAILURES_FROM_ELSEWHERE: u64 = 20;
/// Allowed failures from one address block in a minute.
pub const FAILURES_OF_BLOCK: u64 = 20;
/// Minutes for which failures of an account count.
pub const WINDOW_MINUTES: i64 = 15;
/// Days for which an account's login makes its address block familiar.
pub const FAMILIAR_DAYS: i64 = 90;
/// After this time, an attempt without a result counts as a failure, because its request was lost.
const PENDING: Duration = Duration::seconds(10);

/// The block of addresses that one client can choose from: IPv4 /24, IPv6 /56.
#[must_use]
pub fn address_block(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let first = u128::from(address) >> (128 - 56) << (128 - 56);
            format!("{}/56", Ipv6Addr::from(first))
        }
        // Tests without a connection share one block.
        Err(_) => "unknown".to_owned(),
    }
}

/// The kind of secret that is guessed. Passwords, activation codes and tokens of an issuer are counted separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Password,
    Code,
    Token,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::Code => "CODE",
            Self::Token => "TOKEN",
        }
    }
}

/// One guess, before it is counted.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    kind: Kind,
    /// Hash of the user name, so that names that do not exist count too; empty for a code or token.
    user_key: String,
    /// The account; the nil id if the user name has none.
    account: Uuid,
    /// The known device of this account, if the client proved one.
    device: Option<Uuid>,
    block: String,
}

/// A counted attempt that has no result yet.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    id: Uuid,
    guess: Guess,
}

/// A limit: the number of matching attempts that are allowed within a duration.
struct Limit<'a> {
    of: Of<'a>,
    most: u64,
    within: Duration,
}

impl Guess {
    /// A guess of the password of the account with this user name.
    pub(super) fn password(user: &str, account: Option<Uuid>, device: Option<Uuid>, address: &str) -> Self {
        Self {
            kind: Kind::Password,
            user_key: super::token::hash(user),
            account: account.unwrap_or_default(),
            device,
            block: address_block(address),
        }
    }

    /// A guess of an activation code.
    pub(super) fn code(address: &str) -> Self {
        Self::of_block(Kind::Code, address)
    }

    /// A login with a token of an issuer.
    pub(super) fn token(address: &str) -> Self {
        Self::of_block(Kind::Token, address)
    }

    /// A guess that counts only towards the limit of its block.
    fn of_block(kind: Kind, address: &str) -> Self {
        Self {
            kind,
            user_key: String::new(),
            account: Uuid::nil(),
            device: None,
            block: address_block(address),
        }
    }

    /// Counts the attempt, or refuses it as RATE_LIMITED.
    pub(super) async fn count(self, env: &Env) -> Result<Counted> {
        // During a flood, most attempts are refused here, without a write connection.
        self.check(env.db.reader()).await?;
        env.write(&system(), |tx| async move { self.count_in(&tx).await }).await
    }

    /// Counts the attempt in a unit of work, or refuses it.
    pub(super) async fn count_in(self, tx: &Tx) -> Result<Counted> {
        self.lock(tx).await?;
        self.check(tx.connection()).await?;
        let id = fresh_id();
        let new = NewAttempt {
            id,
            kind: self.kind.name(),
            user_key: self.user_key.clone(),
            block: self.block.clone(),
            device: self.device,
            at: machine_now(),
        };
        attempts::insert(tx, new).await?;
        Ok(Counted { id, guess: self })
    }

    /// Refuses the attempt if a limit is reached. Executes the same statements whether or not the account exists.
    pub(super) async fn check(&self, connection: &impl Connection) -> Result<()> {
        let now = machine_now();
        for limit in self.limits(now) {
            let counted = attempts::newest(connection, limit.of, now - limit.within, limit.most).await?;
            if (counted.len() as u64) < limit.most {
                continue;
            }
            let since = to_micros(now - PENDING);
            let is_pending = |attempt: &attempts::Row| attempt.is_pending && attempt.at > since;
            let seconds = match counted.last() {
                // A pending attempt may succeed within a second and then no longer counts.
                _ if counted.iter().any(is_pending) => 1,
                Some(oldest) => seconds_until(from_micros(oldest.at) + limit.within, now),
                None => 1,
            };
            return Err(Error::RateLimited { seconds });
        }
        Ok(())
    }

    fn limits(&self, now: Instant) -> Vec<Limit<'_>> {
        let within = Duration::minutes(WINDOW_MINUTES);
        if let Some(device) = self.device {
            return vec![Limit { of: Of::Device(device), most: FAILURES_OF_ACCOUNT, within }];
        }
        let (kind, user_key, block) = (self.kind.name(), self.user_key.as_str(), self.block.as_str());
        let of_block =
            Limit { of: Of::Block(kind, block), most: FAILURES_OF_BLOCK, within: Duration::minutes(1) };
        if self.kind != Kind::Password {
            return vec![of_block];
        }
        // For an attempt from a familiar block, failures from other blocks do not count.
        let familiar_since = now - Duration::days(FAMILIAR_DAYS);
        let elsewhere = Of::UserElsewhere { kind, user_key, block, account: self.account, familiar_since };
        vec![
            Limit { of: Of::UserInBlock(kind, user_key, block), most: FAILURES_OF_ACCOUNT, within },
            Limit { of: elsewhere, most: FAILURES_FROM_ELSEWHERE, within },
            of_block,
        ]
    }

    /// Makes attempts that share a limit wait for each other until the unit of work ends. Locks always come in this
    /// order, so two attempts can't wait for each other. SQLite has one writer and needs no locks.
    async fn lock(&self, tx: &Tx) -> Result<()> {
        let keys = match self.device {
            Some(device) => vec![format!("device {device}")],
            None => vec![format!("user {}", self.user_key), format!("block {}", self.block)],
        };
        for key in keys {
            let digest = Sha256::digest(key.as_bytes());
            let number = digest.iter().take(8).fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
            attempts::wait_for(tx, number).await?;
        }
        Ok(())
    }
}

impl Counted {
    /// Removes the attempt from the count.
    pub(super) async fn take_back(&self, tx: &Tx) -> Result<()> {
        attempts::delete(tx, self.id).await
    }

    /// Removes the attempt from the count and makes the address block familiar to the account.
    pub(super) async fn succeeded(&self, tx: &Tx) -> Result<()> {
        self.take_back(tx).await?;
        // A person who travels sees many blocks; only the newest are kept.
        let (account, block) = (self.guess.account, self.guess.block.clone());
        attempts::make_familiar(tx, account, block, machine_now(), BLOCKS_OF_ACCOUNT).await
    }

    /// Records the failure: the attempt stays counted.
    pub(super) async fn failed(self, env: &Env) -> Result<()> {
        env.write(&system(), |tx| async move { self.failed_in(&tx).await }).await
    }

    /// Like [`Counted::failed`], in a unit of work.
    pub(super) async fn failed_in(&self, tx: &Tx) -> Result<()> {
        attempts::fail(tx, self.id).await
    }
}

/// Maximum number of familiar blocks of an account.
const BLOCKS_OF_ACCOUNT: u64 = 100;

fn seconds_until(then: Instant, now: Instant) -> i64 {
    let rounded_up = ((then - now).num_milliseconds() + 999).div_euclid(1_000);
    Ord::max(rounded_up, 1)
}

/// The actor of units of work before anyone is logged in.
pub(super) fn system() -> Actor {
    Actor::system(AgencyId(Uuid::nil()))
}

/// Removes attempts, familiar blocks, known devices and used nonces that no longer count; returns their number.
pub(crate) async fn expire(tx: &Tx) -> Result<u64> {
    let now = machine_now();
    let (attempts, blocks) = (now - Duration::minutes(WINDOW_MINUTES), now - Duration::days(FAMILIAR_DAYS));
    let removed = attempts::remove_before(tx, attempts, blocks).await?;
    let others = device::expire(tx).await? + nonce::expire(tx).await?;
    Ok(removed + others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_block_is_the_network_of_one_client() {
        assert_eq!(address_block("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(address_block("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(address_block("2001:db8:1:2345::1"), "2001:db8:1:2300::/56");
        assert_eq!(address_block("2001:db8:1:23ff:ffff::9"), "2001:db8:1:2300::/56");
        assert_eq!(address_block("unknown"), "unknown");
    }

    #[test]
    fn the_wait_is_at_least_a_second_and_rounded_up() {
        let now = machine_now();
        assert_eq!(seconds_until(now - Duration::seconds(5), now), 1);
        assert_eq!(seconds_until(now + Duration::milliseconds(1_001), now), 2);
        assert_eq!(seconds_until(now + Duration::minutes(15), now), 900);
    }
}
