//! A budget of cost for each caller, so that the queries of one caller do not slow down the others.
//!
//! Each server counts separately, in memory: a budget protects the processor of one server. The connection pools for
//! each class of work protect the shared database.

use async_graphql::{Value, value};
use domain::actor::{Actor, Identity};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};
use service::identity;
use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use uuid::Uuid;

/// The default budget a minute. One unit is at most about 0.25 ms of the server's time, so a caller can use an eighth of
/// the time of two cores.
pub const COST_PER_MINUTE: u32 = 60_000;
/// Cost of a report, as a field of the schema and as an export. Queries of at least this cost use the read connections for
/// reports.
pub(super) const REPORT_COST: u64 = 1_000;
/// Cost of a proof of the journal, which takes a few statements. It needs no login, so the sender's address block is
/// charged.
pub(super) const PROOF_COST: u64 = 20;
/// Minimum cost of an operation, because reading, checking and answering it is work too.
const MIN_COST: u32 = 5;
/// Number of operations after which budgets that are full again are removed from memory.
const SWEEP: u32 = 4_096;

/// The caller whose budget an operation is charged to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A person.
    Staff(Uuid),
    /// An API key.
    ApiKey(Uuid),
    /// Clients without a login, by the block of their addresses.
    Addresses(String),
}

impl Payer {
    /// Returns the payer of a caller's operations; none for the server itself.
    #[must_use]
    pub fn of(actor: Option<&Actor>, address: &str) -> Option<Self> {
        match actor.map(|actor| actor.identity) {
            None => Some(Self::Addresses(identity::address_block(address))),
            Some(Identity::Staff(id)) => Some(Self::Staff(id.into())),
            Some(Identity::ApiKey(id)) => Some(Self::ApiKey(id.into())),
            Some(Identity::System) => None,
        }
    }
}

/// The budget that remains after an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// The budget a minute.
    pub limit: u32,
    /// The budget that remains now. It grows by a sixtieth of the limit each second.
    pub remaining: u32,
}

impl Remaining {
    /// The value for `extensions.cost.budget`.
    #[must_use]
    pub fn value(self) -> Value {
        let missing = u64::from(self.limit - self.remaining.min(self.limit));
        let seconds = (missing * 60).div_ceil(u64::from(self.limit));
        value!({ "limit": self.limit, "remaining": self.remaining, "resetSeconds": seconds })
    }
}

type Limiter = RateLimiter<Payer, HashMapStateStore<Payer>, DefaultClock, StateInformationMiddleware>;

/// The budgets of all callers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Budgets(Option<Arc<Running>>);

#[derive(Debug)]
struct Running {
    limit: NonZeroU32,
    limiter: Limiter,
    operations: AtomicU32,
}

impl Budgets {
    /// Budgets of this many units a minute; 0 means no limit.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self(NonZeroU32::new(per_minute).map(|limit| {
            let quota = Quota::per_minute(limit);
            let limiter = Limiter::new(quota, HashMapStateStore::default(), DefaultClock::default());
            Arc::new(Running { limit, limiter, operations: AtomicU32::new(0) })
        }))
    }

    /// Takes the cost of an operation from a budget. Returns the remaining budget; none if budgets have no limit.
    ///
    /// # Errors
    /// If the budget does not cover the cost, nothing is taken. The error is the number of seconds until the budget
    /// covers it.
    pub fn charge(&self, payer: &Payer, cost: u64) -> Result<Option<Remaining>, u32> {
        let Some(running) = &self.0 else { return Ok(None) };
        if running.operations.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            running.limiter.retain_recent();
        }
        // A document that costs more than the whole budget is charged the whole budget, so it can run once a minute.
        let limit = running.limit.get();
        let cost = u32::try_from(cost).unwrap_or(u32::MAX).clamp(MIN_COST.min(limit), limit);
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        match running.limiter.check_key_n(payer, cost) {
            Ok(Ok(state)) => Ok(Some(Remaining { limit, remaining: state.remaining_burst_capacity() })),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(running.limiter.clock().now());
                Err(u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(60).max(1))
            }
            // Unreachable: the cost is at most the burst.
            Err(_) => Err(60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payer(number: u128) -> Payer {
        Payer::Staff(Uuid::from_u128(number))
    }

    #[test]
    fn a_budget_is_spent_by_its_own_payer_only() {
        let budgets = Budgets::new(600);
        let left =
            |answer: Result<Option<Remaining>, u32>| answer.map(|left| left.expect("a budget").remaining);
        assert_eq!(left(budgets.charge(&payer(1), 200)), Ok(400));
        assert!(left(budgets.charge(&payer(1), 390)).is_ok_and(|left| (10..=20).contains(&left)));
        // Ten units come back each second, so 100 need about nine.
        assert!(budgets.charge(&payer(1), 100).is_err_and(|seconds| (8..=10).contains(&seconds)));
        assert_eq!(left(budgets.charge(&payer(2), 100)), Ok(500));
    }

    #[test]
    fn every_operation_costs_something() {
        let budgets = Budgets::new(12);
        assert!(budgets.charge(&payer(1), 0).is_ok());
        assert!(budgets.charge(&payer(1), 0).is_ok());
        assert!(budgets.charge(&payer(1), 0).is_err());
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let budgets = Budgets::new(0);
        for _ in 0..10 {
            assert_eq!(budgets.charge(&payer(1), u64::MAX), Ok(None));
        }
    }

    #[test]
    fn the_reset_is_the_time_until_the_budget_is_whole() {
        let left = Remaining { limit: 60, remaining: 45 };
        assert_eq!(left.value(), value!({ "limit": 60, "remaining": 45, "resetSeconds": 15 }));
    }
}
