//! Steps that continue earlier steps of the same people. Independent random changes rarely fit together in this way.

use super::{act::Act, world::World};
use domain::{id::StaffId, staff::Staff};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

/// A random next step: of a head who acts for others and sets their own predicate, of an account and the people who can
/// act through it, or of a person with a scheduled change of their post.
pub(super) fn step(world: &World, rng: &mut ChaCha8Rng) -> Option<(Option<StaffId>, Act)> {
    match rng.random_range(0..3) {
        0 => {
            let acting = world.delegations.choose(rng)?.delegate;
            Some((Some(acting), Act::Predicate(world.post_of(acting)?.unit)))
        }
        1 => {
            let change = world.scheduled.choose(rng)?;
            Some((Some(change.staff), Act::Cancel(change.staff)))
        }
        _ => {
            let controlled = |one: &&Staff| world.hands_of(one.id).len() > 1;
            let accounts: Vec<StaffId> = world.people.iter().filter(controlled).map(|one| one.id).collect();
            let account = *accounts.choose(rng)?;
            let keepers: Vec<StaffId> = world.hands_of(account).into_iter().collect();
            let keeper = *keepers.choose(rng)?;
            let own = world.post_of(keeper)?;
            Some(match rng.random_range(0..3) {
                0 => {
                    let by = world.admins.choose(rng).copied()?;
                    (Some(by), Act::Assign(own.id, world.post_of(account)?.id, 0))
                }
                1 => (Some(account), Act::Verify(keeper)),
                _ => (Some(account), Act::Predicate(own.unit)),
            })
        }
    }
}
