//! Rights on recommendations that were made. Who may make one is in `policy::evaluation`.
//!
//! The person concerned never follows up their own. The performance team and admins of the unit can follow up every
//! recommendation, so that none stays open because its rater has left.

use super::{Allowed, Relation, Relations, Right};
use crate::{
    Key, Refusal,
    action::RecommendationAction,
    evaluation::Evaluation,
    recommendation::{Recommendation, RecommendationResponsible},
};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: RecommendationAction, responsible: RecommendationResponsible) -> Right {
    use Relation::{Admin, Rater, RatersSuperior, Team};
    match (action, responsible) {
        (RecommendationAction::FollowUpRecommendation, RecommendationResponsible::Rater) => {
            Right::new(&[Rater, RatersSuperior, Team, Admin], Key::OnlySuperiorsOrTeam)
        }
        (RecommendationAction::FollowUpRecommendation, RecommendationResponsible::PerformanceTeam) => {
            Right::new(&[Team, Admin], Key::OnlyTeamFollowsUp)
        }
    }
}

/// Checks whether the actor may run the action on the recommendation.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(
    action: RecommendationAction,
    relations: &Relations,
    recommendation: &Recommendation,
) -> Result<(), Refusal> {
    right(action, recommendation.kind.responsible()).decide(relations)
}

/// Whether the actor is the one who has to follow it up, so that it is in their worklist.
#[must_use]
pub fn is_responsible(relations: &Relations, responsible: RecommendationResponsible) -> bool {
    match responsible {
        RecommendationResponsible::Rater => relations.is_any(&[Relation::Rater]),
        RecommendationResponsible::PerformanceTeam => relations.is_any(&[Relation::Team, Relation::Admin]),
    }
}

/// Lists all actions on the recommendation and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(
    recommendation: &Recommendation,
    evaluation: &Evaluation,
    relations: &Relations,
) -> Vec<Allowed> {
    RecommendationAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations, recommendation)
                .and_then(|()| recommendation.permits(action))
                .err(),
            who_can: right(action, recommendation.kind.responsible())
                .who_can(evaluation.staff, &evaluation.rater),
        })
        .collect()
}
