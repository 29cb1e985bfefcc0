//! Rights on evaluations. Performance team and admin never touch a rating; an admin reopens what the rater
//! can't any more.

use super::{Allowed, Relation, Right, Standing};
use crate::{
    Key, Refusal,
    action::EvaluationAction,
    evaluation::{Evaluation, EvaluationContext, Party},
};
use strum::IntoEnumIterator;

/// The table of rights; `period_open` decides who reopens.
#[must_use]
pub const fn right(action: EvaluationAction, period_open: bool) -> Right {
    use Relation::{Admin, Owner, Rater, RatersSuperior, System};
    match action {
        EvaluationAction::ReportRealisation | EvaluationAction::AcknowledgeEvaluation => {
            Right::new(&[Owner], Key::OnlyOwner)
        }
        EvaluationAction::RateEvaluation
        | EvaluationAction::FinaliseEvaluation
        | EvaluationAction::DeliverEvaluation => Right::new(&[Rater], Key::OnlyRater),
        EvaluationAction::SignEvaluation => Right::new(&[Owner, Rater, RatersSuperior], Key::OnlyParties),
        EvaluationAction::CloseEvaluation => Right::new(&[Rater, Admin, System], Key::OnlyRaterOrAdmin),
        EvaluationAction::ReopenEvaluation if period_open => Right::new(&[Rater], Key::OnlyRater),
        EvaluationAction::ReopenEvaluation => Right::new(&[Admin], Key::ReopenByAdmin),
        EvaluationAction::Recommend => Right::new(&[Rater, RatersSuperior], Key::OnlySuperiors),
    }
}

/// Whether the actor may do this to the evaluation.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: EvaluationAction, standing: &Standing, period_open: bool) -> Result<(), Refusal> {
    right(action, period_open).decide(standing)
}

/// As which party the actor signs next: the first of his that can sign now. Who acts for the rater and is the
/// rater's superior signs twice.
#[must_use]
pub fn signing_party(evaluation: &Evaluation, standing: &Standing) -> Option<Party> {
    parties_of(standing).into_iter().find(|party| evaluation.permits_signature(*party).is_ok())
}

/// The parties that the actor can sign as, whatever the state.
#[must_use]
pub fn parties_of(standing: &Standing) -> Vec<Party> {
    [
        (Party::Employee, standing.owner),
        (Party::Rater, standing.rater),
        (Party::RatersSuperior, standing.raters_superior),
    ]
    .into_iter()
    .filter_map(|(party, is)| is.then_some(party))
    .collect()
}

/// What the actor can do to the evaluation now.
#[must_use]
pub fn allowed_actions(
    evaluation: &Evaluation,
    standing: &Standing,
    context: &EvaluationContext<'_>,
) -> Vec<Allowed> {
    let period_open = context.period.is_open();
    EvaluationAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, standing, period_open)
                .and_then(|()| evaluation.permits(action, context))
                .and_then(|()| permits_own_signature(action, evaluation, standing))
                .err(),
            who_can: right(action, period_open).who_can(evaluation.staff, &evaluation.rater),
        })
        .collect()
}

/// That a signature is open does not say that it is the actor's.
fn permits_own_signature(
    action: EvaluationAction,
    evaluation: &Evaluation,
    standing: &Standing,
) -> Result<(), Refusal> {
    if action != EvaluationAction::SignEvaluation || signing_party(evaluation, standing).is_some() {
        return Ok(());
    }
    parties_of(standing)
        .first()
        .map_or_else(|| Err(super::forbidden(Key::OnlyParties)), |party| evaluation.permits_signature(*party))
}
