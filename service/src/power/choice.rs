//! Which changes of posts and delegations would always choose the actor's own rater, so that the lists of allowed actions
//! can say so. The unit of work itself decides by comparing powers.

use super::{
    Basis,
    gain::{add_above, appraised, lasts, unknown},
    over::selves,
    second::who_can,
};
use crate::{env::Env, error::Result, store};
use domain::{
    Key, Message, Refusal,
    action::{Action, OrganisationAction},
    actor::Actor,
    assignment::{Assignment, Delegation, WhoRates, who_rates},
    id::{AssignmentId, StaffId, UnitId},
    policy::Allowed,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The posts of the actor, as far as they are appraised, with those that rate them today. With four eyes, also of the
/// people who can act through the actor's account.
#[derive(Debug, Default)]
pub struct OwnRaters {
    posts: BTreeSet<AssignmentId>,
    raters: BTreeSet<(AssignmentId, StaffId)>,
}

/// Loads the posts of the actor and their raters.
pub async fn own_raters(env: &Env, actor: &Actor) -> Result<Arc<OwnRaters>> {
    let Some(person) = actor.staff() else { return Ok(Arc::default()) };
    let basis = Basis::of_query(env, actor);
    let people = appraised(basis, &selves(basis, person).await?).await?;
    let mut own = store::assignment::of_people(basis.source, &Vec::from_iter(people)).await?;
    own.retain(|one| lasts(one.valid_to, basis.today));
    let mut posts = HashMap::new();
    let above = own.iter().flat_map(|one| one.superiors.iter().map(|dated| dated.superior)).collect();
    add_above(basis, &mut posts, above).await?;
    let mut found = OwnRaters { posts: own.iter().map(|one| one.id).collect(), ..OwnRaters::default() };
    for one in own.iter().filter(|one| one.open_on(basis.today)) {
        let rates = who_rates(one, basis.today, |id| posts.get(&id)).map_err(unknown)?;
        if let WhoRates::Person(found_on) | WhoRates::Vacant(found_on) = rates {
            found.raters.insert((found_on.rater.post, found_on.rater.staff));
        }
    }
    Ok(Arc::new(found))
}

/// The post or the delegation that an action changes.
#[derive(Clone, Copy, Debug)]
pub enum Changed<'a> {
    /// A post.
    Post(&'a Assignment),
    /// A delegation of a post.
    Delegation(&'a Delegation),
}

impl OwnRaters {
    fn is_choice(&self, action: Action, changed: Changed<'_>) -> bool {
        use OrganisationAction::{AssignSuperior, CreateDelegation, EndDelegation};
        match changed {
            Changed::Post(post) if action == AssignSuperior.into() => self.posts.contains(&post.id),
            Changed::Post(post) if action == CreateDelegation.into() => {
                self.raters.iter().any(|(rater, _)| *rater == post.id)
            }
            Changed::Delegation(one) if action == EndDelegation.into() => {
                self.raters.contains(&(one.assignment, one.delegate))
            }
            _ => false,
        }
    }
}

/// Whether one of these actions is allowed only if it does not choose a rater; see [`refuse_choices`].
#[must_use]
pub fn depends_on_raters(allowed: &[Allowed]) -> bool {
    use OrganisationAction::{AssignSuperior, CreateDelegation, EndDelegation};
    let chooses = [AssignSuperior, CreateDelegation, EndDelegation].map(Action::from);
    allowed.iter().any(|one| one.refusal.is_none() && chooses.contains(&one.action))
}

/// Refuses the allowed actions that would always choose who rates the actor. `unit` is the unit of the post.
pub async fn refuse_choices(
    env: &Env,
    actor: &Actor,
    own: &OwnRaters,
    (changed, unit): (Changed<'_>, Option<UnitId>),
    allowed: &mut [Allowed],
) -> Result<()> {
    let Some(by) = actor.staff() else { return Ok(()) };
    for one in allowed.iter_mut().filter(|one| one.refusal.is_none()) {
        if own.is_choice(one.action, changed) {
            let basis = Basis::of_query(env, actor);
            let who_can = who_can(basis, &unit.into_iter().collect(), by, &[by]).await?;
            one.refusal = Some(Refusal::another_person(Message::new(Key::ChosenRater), who_can));
        }
    }
    Ok(())
}
