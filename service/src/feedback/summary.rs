//! The summary of feedback for the rater.

use crate::{env::Env, error::Result, store};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind},
    feedback::{Feedback, SummaryLine, summary as summarised},
    id::FeedbackId,
    policy::{self, Relations},
};

/// Summarises the feedback of the year, or the part of the year, that an evaluation covers. Empty unless the actor is
/// the rater: only the rater knows the authors.
pub async fn summary(env: &Env, actor: &Actor, evaluation: &Evaluation) -> Result<Vec<SummaryLine>> {
    let relations = Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater);
    if !policy::feedback::sees_author(&relations) {
        return Ok(Vec::new());
    }
    let source = env.db.source();
    let found = store::feedback::of_plans(source, &[evaluation.plan]).await?.remove(&evaluation.plan);
    let found = found.unwrap_or_default();
    let period = store::period::find(source, evaluation.agency, evaluation.period).await?;
    let is_of_part = |one: &&Feedback| match (one.evaluation, &period) {
        _ if evaluation.kind == EvaluationKind::Annual => true,
        (Some(of), _) => of == evaluation.id,
        (None, Some(part)) => (part.starts_on..=part.ends_on).contains(&actor.calendar.day(one.given_at)),
        (None, None) => false,
    };
    let found: Vec<&Feedback> = found.iter().filter(is_of_part).collect();
    let sealed: Vec<FeedbackId> = found.iter().filter(|one| one.author.is_none()).map(|one| one.id).collect();
    let authors = store::feedback::authors(source, &sealed).await?;
    let with_author = |one: &'_ Feedback| one.author.or_else(|| authors.get(&one.id).copied());
    let lines = found.iter().map(|one| (*one, with_author(one)));
    Ok(summarised(lines, actor.calendar))
}
