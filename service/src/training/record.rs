//! Records a training of the actor.

use crate::{
    activity::evidence_of,
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    activity::GivenEvidence,
    actor::Actor,
    assignment::Capacity,
    error::unless_refused,
    event::{EventKind, SubjectKind},
    id::{AssignmentId, CriterionId, StaffId, TrainingId, UnitId, UploadId},
    plan::Plan,
    policy,
    time::Date,
    training::{Training, TrainingFacts, TrainingInput},
};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A training to record.
#[derive(Clone, Debug, Serialize)]
pub struct RecordTraining {
    /// The key that the client gives the training. A person must not use it for another training.
    pub client_key: Uuid,
    /// The training.
    #[serde(flatten)]
    pub input: TrainingInput<GivenEvidence>,
}

impl Command for RecordTraining {
    const OPERATION: &'static str = "recordTraining";
}

/// Records a training of the actor. If a training with this client key is stored, returns its id; refuses with a
/// conflict if it was recorded with another content.
pub async fn record_training(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RecordTraining,
) -> Result<TrainingId> {
    let me = policy::training::decide_record(actor)?;
    env.write_once(actor, key, input, move |tx, RecordTraining { client_key, input }| async move {
        // The lock makes the person's requests run one after the other. So the checks of the client key and of the
        // maximum number in a year see each earlier training.
        store::staff::lock(&tx, me).await?;
        let uploads: Vec<UploadId> = input.evidence.iter().filter_map(|evidence| evidence.upload).collect();
        let files = store::evidence::received_of(&tx, me, &uploads).await?;
        let (evidence, broken) = match evidence_of(&input.evidence, &files, tx.now()) {
            Ok(evidence) => (evidence, Vec::new()),
            // The refusals of the evidence are in `broken` already, so the rules get a placeholder instead of it.
            Err(broken) => (placeholder(&tx)?, broken),
        };
        let input = input.with_evidence(evidence);
        if let Some(known) = store::training::by_client_key(tx.source(), me, client_key).await? {
            if known.is_of(&input) {
                return Ok(known.id);
            }
            let recorded: Option<Training> =
                store::event::first_image(tx.source(), SubjectKind::Training, known.id.0).await?;
            return match recorded.is_some_and(|recorded| recorded.is_of(&input)) {
                true => Ok(known.id),
                false => {
                    let path = vec!["clientKey".to_owned()];
                    Err(Refusal { path, ..Refusal::client_key_taken(known.version) }.into())
                }
            };
        }
        let found = Found::load(&tx, me, &input).await?;
        let recorded = Training::record(TrainingId(fresh_id()), client_key, input, &found.facts(&tx, me));
        let recorded = match (recorded, broken) {
            (Ok(recorded), broken) => unless_refused(recorded, broken)?,
            (Err(mut refusals), broken) => {
                refusals.extend(broken);
                return Err(refusals.into());
            }
        };
        let recorded = tx.create(recorded, EventKind::TrainingRecorded, None).await?;
        let used = recorded.evidence.iter().filter_map(|evidence| Some(evidence.file.as_ref()?.upload));
        store::evidence::keep(&tx, used.collect::<Vec<_>>(), tx.now()).await?;
        Ok(recorded.id)
    })
    .await
}

fn placeholder(tx: &Tx) -> Result<Vec<domain::activity::Evidence>> {
    let id = domain::id::EvidenceId(fresh_id());
    Ok(vec![domain::activity::Evidence::link(id, "https://example.invalid/", None, tx.now())?])
}

/// The facts that recording needs.
struct Found {
    post: (AssignmentId, UnitId),
    kinds: Vec<domain::regulation::TrainingKind>,
    plan: Option<(Plan, Date, Date)>,
    criteria: BTreeMap<CriterionId, String>,
    recommended: bool,
    in_year: usize,
}

impl Found {
    async fn load(tx: &Tx, me: StaffId, input: &TrainingInput<domain::activity::Evidence>) -> Result<Self> {
        let (source, agency, today) = (tx.source(), tx.actor().agency, tx.today());
        let held = store::assignment::of_staff(source, agency, &[me]).await?.remove(&me).unwrap_or_default();
        let open = || held.iter().filter(|one| one.open_on(today));
        let post = open().find(|one| one.capacity == Capacity::Definitive).or_else(|| open().next());
        let post = post.or(held.first()).map(|one| (one.id, one.unit)).ok_or(Error::Forbidden)?;
        let rules = tx.regulations().in_force(source, agency, input.ends_on).await?;
        let plan = match input.supports {
            Some((plan, _)) => own_plan(tx, me, plan).await?,
            None => None,
        };
        let sets = store::criteria_set::of_agency(source, agency).await?;
        let in_force = sets.iter().filter(|set| set.open_on(input.ends_on)).flat_map(|set| &set.criteria);
        let recommended = match input.recommendation {
            Some(made) => {
                let made = store::recommendation::find(source, made).await?;
                made.is_some_and(|made| (made.agency, made.staff) == (agency, me))
            }
            None => false,
        };
        Ok(Self {
            post,
            kinds: rules.map(|rules| rules.document.training_kinds().to_vec()).unwrap_or_default(),
            plan,
            criteria: in_force.map(|criterion| (criterion.id, criterion.name_id.clone())).collect(),
            recommended,
            in_year: store::training::count_in_year(source, me, input.ends_on).await?,
        })
    }

    fn facts<'a>(&'a self, tx: &Tx, me: StaffId) -> TrainingFacts<'a> {
        TrainingFacts {
            agency: tx.actor().agency,
            staff: me,
            post: self.post,
            kinds: &self.kinds,
            plan: self.plan.as_ref().map(|(plan, first, last)| (plan, *first, *last)),
            criteria: &self.criteria,
            recommended: self.recommended,
            in_year: self.in_year,
            at: tx.now(),
            today: tx.today(),
        }
    }
}

/// Loads a plan of the person with the first and last day of its year; `None` if the plan belongs to someone else.
async fn own_plan(tx: &Tx, me: StaffId, plan: domain::id::PlanId) -> Result<Option<(Plan, Date, Date)>> {
    let (source, agency) = (tx.source(), tx.actor().agency);
    let found = store::plan::find(source, tx.actor(), plan).await?.filter(|plan| plan.staff == me);
    let Some(plan) = found else { return Ok(None) };
    let years = store::period::by_ids(source, agency, &[plan.period]).await?;
    let year = years.get(&plan.period).ok_or_else(|| Error::internal("a plan without its year"))?;
    Ok(Some((plan, year.starts_on, year.ends_on)))
}
