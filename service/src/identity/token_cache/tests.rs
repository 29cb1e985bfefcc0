//! The cache of tokens with scripted lookups.

use super::*;
use crate::env::fresh_id;
use domain::{actor::Actor, id::AgencyId};
use futures_util::{FutureExt, future::join};
use std::future::ready;
use tokio::sync::oneshot;

fn authenticated() -> Authenticated {
    let actor = Arc::new(Actor::system(AgencyId(fresh_id())));
    Authenticated { actor, session: None, expires_at: None, lacks_second_factor: false }
}

/// A lookup that must not run.
async fn none() -> Result<Authenticated> {
    panic!("the token is cached")
}

#[tokio::test]
async fn concurrent_requests_share_a_lookup() {
    let cache = TokenCache::default();
    let (done, wait) = oneshot::channel();
    let first = cache.find("a", async { Ok(wait.await.expect("a result")) });
    let second = cache.find("a", none()).map(|found| found.expect("found"));
    let third = async { done.send(authenticated()).expect("a lookup") };
    let (first, (second, ())) = join(first, join(second, third)).await;
    assert!(Arc::ptr_eq(&first.expect("found").actor, &second.actor));
    cache.find("a", none()).await.expect("cached");
    cache.find("b", ready(Ok(authenticated()))).await.expect("another token has its own lookup");
}

#[tokio::test]
async fn a_lookup_that_began_before_the_cache_was_cleared_is_not_used_afterwards() {
    let cache = TokenCache::default();
    let (done, wait) = oneshot::channel();
    let old = cache.find("a", async { Ok(wait.await.expect("a result")) });
    let revoked = async {
        cache.clear();
        // A request that comes now neither joins the running lookup nor finds its result.
        let after = cache.find("a", ready(Err(Error::Unauthenticated))).await;
        assert!(matches!(after, Err(Error::Unauthenticated)));
        done.send(authenticated()).expect("a lookup");
    };
    join(old, revoked).await.0.expect("the request from before gets its result");
    let after = cache.find("a", ready(Err(Error::Unauthenticated))).await;
    assert!(matches!(after, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn results_that_may_change_on_another_server_are_looked_up_again() {
    let cache = TokenCache::default();
    let lacking = Authenticated { lacks_second_factor: true, ..authenticated() };
    assert!(cache.find("a", ready(Ok(lacking))).await.expect("found").lacks_second_factor);
    let unknown = cache.find("a", ready(Err(Error::Unauthenticated))).await;
    assert!(matches!(unknown, Err(Error::Unauthenticated)));
    let found = cache.find("a", ready(Ok(authenticated()))).await.expect("found");
    assert!(!found.lacks_second_factor);
}

#[tokio::test]
async fn a_token_that_has_expired_is_refused_from_the_cache() {
    let cache = TokenCache::default();
    let expired = Authenticated { expires_at: Some(machine_now()), ..authenticated() };
    let found = cache.renew("a", ready(Ok(expired))).await;
    assert!(found.is_ok(), "the lookup decides");
    assert!(matches!(cache.find("a", none()).await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn a_renewed_result_replaces_the_cached_one() {
    let cache = TokenCache::default();
    let first = cache.find("a", ready(Ok(authenticated()))).await.expect("found");
    let newer = cache.renew("a", ready(Ok(authenticated()))).await.expect("found");
    let cached = cache.find("a", none()).await.expect("cached");
    assert!(Arc::ptr_eq(&cached.actor, &newer.actor) && !Arc::ptr_eq(&cached.actor, &first.actor));
    assert!(cache.renew("a", ready(Err(Error::Unauthenticated))).await.is_err());
    let after = cache.find("a", ready(Err(Error::Unauthenticated))).await;
    assert!(matches!(after, Err(Error::Unauthenticated)));
}
