//! Reads trainings, the hours of a year, and the trainings that an evaluation would recognise.

use crate::{
    db::{Order, Page, PageRequest},
    directory,
    env::Env,
    error::Result,
    store::{self, evaluation::Projection, training::TrainingFilter},
};
use domain::{
    actor::Actor,
    id::{EvaluationId, PeriodId, StaffId, TrainingId},
    policy::{self, Allowed},
    regulation::TrainingKind,
    scoring::RecognisedTraining,
    time::Date,
    training::{self, Training, recognised},
};
use std::collections::{BTreeSet, HashMap};

/// Loads the trainings with these ids that are visible to the actor.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[TrainingId]) -> Result<HashMap<TrainingId, Training>> {
    store::training::by_ids(env.db.source(), actor, ids).await
}

/// Loads a page of the trainings that are visible to the actor, in the order in which they were recorded.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &TrainingFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Training>, Option<u64>)> {
    store::training::list(env.db.source(), (actor, env.today(actor)), filter, order, request, count).await
}

/// Loads, for each of these people, the visible trainings that ended in a year, without withdrawn ones.
pub async fn of_people(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
    year: i32,
) -> Result<HashMap<StaffId, Vec<Training>>> {
    store::training::of_people(env.db.source(), actor, people, year).await
}

/// The lesson hours of a person in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Hours (JP) of verified trainings; each certificate counts once.
    pub hours: u32,
    /// The hours that a person should reach, by the regulation that the agency follows at the end of the year.
    pub target: u32,
}

/// Computes the lesson hours of these people; omits people whose personal data is not visible to the actor.
pub async fn hours(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
    year: i32,
) -> Result<HashMap<StaffId, Hours>> {
    let source = env.db.source();
    let visible = directory::personal(env, actor, people).await?;
    let verified = store::training::verified_of(source, visible.iter().copied()).await?;
    let end = Date::from_ymd_opt(year, 12, 31).unwrap_or_default();
    let rules = env.regulations().in_force(source, actor.agency, end).await?;
    let target = rules.map_or(0, |rules| rules.document.yearly_training_hours());
    let of = |person: StaffId| {
        let all = verified.get(&person).map_or(&[][..], Vec::as_slice);
        (person, Hours { hours: training::hours(all, year), target })
    };
    Ok(visible.into_iter().map(of).collect())
}

/// The kinds of training of the regulation that the agency follows on a day.
pub async fn kinds(env: &Env, actor: &Actor, on: Option<Date>) -> Result<Vec<TrainingKind>> {
    let on = on.unwrap_or_else(|| env.today(actor));
    let rules = env.regulations().in_force(env.db.source(), actor.agency, on).await?;
    Ok(rules.map(|rules| rules.document.training_kinds().to_vec()).unwrap_or_default())
}

/// Finds the trainings that each of these visible evaluations would recognise if it became final now. Leaves out final
/// and cancelled evaluations.
pub async fn proposed(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<RecognisedTraining>>> {
    let source = env.db.source();
    let mut found = store::evaluation::by_ids(source, actor, ids, Projection::WITHOUT_DETAIL).await?;
    found.retain(|_, evaluation| evaluation.status.is_unfinished());
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let people: BTreeSet<StaffId> = found.values().map(|evaluation| evaluation.staff).collect();
    let periods: BTreeSet<PeriodId> = found.values().map(|evaluation| evaluation.period).collect();
    let verified = store::training::verified_of(source, people).await?;
    let periods: Vec<PeriodId> = periods.into_iter().collect();
    let periods = store::period::by_ids(source, actor.agency, &periods).await?;
    let of = |evaluation: domain::evaluation::Evaluation| {
        let period = periods.get(&evaluation.period)?;
        let all = verified.get(&evaluation.staff).map_or(&[][..], Vec::as_slice);
        let days = period.starts_on..=period.ends_on;
        Some((evaluation.id, recognised(all, evaluation.plan, &days)))
    };
    Ok(found.into_values().filter_map(of).collect())
}

/// Lists what the actor can do to a training.
#[must_use]
pub fn actions(actor: &Actor, training: &Training) -> Vec<Allowed> {
    policy::training::allowed_actions(training, &policy::training::relations(actor, training))
}
