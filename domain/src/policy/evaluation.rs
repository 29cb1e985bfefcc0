//! Rights on evaluations. The performance team and admins never change a rating. After the period is closed, only an
//! admin can reopen final ratings. A delivered result is reopened by the rater's superior.

use super::{Allowed, Relation, Relations, Right};
use crate::{
    Key, Refusal,
    action::EvaluationAction,
    evaluation::{Evaluation, EvaluationContext, Party},
    period::Period,
};
use strum::IntoEnumIterator;

/// Who may reopen an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub enum Reopener {
    /// The rater: final ratings while the period is open.
    Rater,
    /// An admin: final ratings in a closed period.
    Admin,
    /// The rater's superior: a delivered result.
    RatersSuperior,
}

impl Reopener {
    /// Who may reopen this evaluation of this period.
    #[must_use]
    pub fn of(evaluation: &Evaluation, period: &Period) -> Self {
        if evaluation.is_delivered() {
            Self::RatersSuperior
        } else if period.is_open() {
            Self::Rater
        } else {
            Self::Admin
        }
    }
}

/// The table of rights.
#[must_use]
pub const fn right(action: EvaluationAction, reopener: Reopener) -> Right {
    use Relation::{Admin, Owner, Rater, RatersSuperior, System};
    match action {
        EvaluationAction::ReportRealisation
        | EvaluationAction::AcknowledgeEvaluation
        | EvaluationAction::FileObjection => Right::new(&[Owner], Key::OnlyOwner),
        EvaluationAction::RateEvaluation
        | EvaluationAction::FinaliseEvaluation
        | EvaluationAction::DeliverEvaluation => Right::new(&[Rater], Key::OnlyRater),
        EvaluationAction::SignEvaluation => Right::new(&[Owner, Rater, RatersSuperior], Key::OnlyParties),
        EvaluationAction::CloseEvaluation => Right::new(&[Rater, Admin, System], Key::OnlyRaterOrAdmin),
        EvaluationAction::ReopenEvaluation => match reopener {
            Reopener::Rater => Right::new(&[Rater], Key::OnlyRater),
            Reopener::Admin => Right::new(&[Admin], Key::ReopenByAdmin),
            Reopener::RatersSuperior => Right::new(&[RatersSuperior], Key::OnlyRatersSuperior),
        },
        EvaluationAction::MakeRecommendation => Right::new(&[Rater, RatersSuperior], Key::OnlySuperiors),
    }
}

/// Checks whether the actor may run the action on the evaluation.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: EvaluationAction, relations: &Relations, reopener: Reopener) -> Result<(), Refusal> {
    right(action, reopener).decide(relations)
}

/// The party that the actor signs as next: their first party that can sign now. A person who acts for the rater and is
/// also the rater's superior signs twice.
#[must_use]
pub fn signing_party(evaluation: &Evaluation, relations: &Relations) -> Option<Party> {
    parties_of(relations).into_iter().find(|party| evaluation.permits_signature(*party).is_ok())
}

/// The parties that the actor can sign as, regardless of the state.
#[must_use]
pub fn parties_of(relations: &Relations) -> Vec<Party> {
    [
        (Party::Employee, relations.owner),
        (Party::Rater, relations.rater),
        (Party::RatersSuperior, relations.raters_superior),
    ]
    .into_iter()
    .filter_map(|(party, is)| is.then_some(party))
    .collect()
}

/// Lists all actions on the evaluation and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(
    evaluation: &Evaluation,
    relations: &Relations,
    context: &EvaluationContext<'_>,
) -> Vec<Allowed> {
    let reopener = Reopener::of(evaluation, context.period);
    EvaluationAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations, reopener)
                .and_then(|()| evaluation.permits(action, context))
                .and_then(|()| permits_own_signature(action, evaluation, relations))
                .err(),
            who_can: right(action, reopener).who_can(evaluation.staff, &evaluation.rater),
        })
        .collect()
}

/// Refuses signing if none of the missing signatures is the actor's.
fn permits_own_signature(
    action: EvaluationAction,
    evaluation: &Evaluation,
    relations: &Relations,
) -> Result<(), Refusal> {
    if action != EvaluationAction::SignEvaluation || signing_party(evaluation, relations).is_some() {
        return Ok(());
    }
    parties_of(relations)
        .first()
        .map_or_else(|| Err(super::forbidden(Key::OnlyParties)), |party| evaluation.permits_signature(*party))
}
