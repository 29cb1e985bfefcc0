//! The changes of plans and results that people try: their own, those of people below them, and any others.

use super::{
    act::{Act, why},
    world::World,
};
use crate::{
    db::IdempotencyKey,
    env::{Env, fresh_id},
    error::Result,
    evaluation::{
        FinaliseEvaluation, RateEvaluation, ReportRealisation, finalise_evaluation, rate_evaluation,
        report_realisation,
    },
    plan::{
        ActionPlanInput, ContentInput, CreatePlan, IndicatorInput, ResultInput, ReviewPlan, SubmitPlan,
        create_plan, review_plan, submit_plan,
    },
    store,
    testing::city,
    training::{RecordTraining, record_training},
};
use chrono::Duration;
use domain::{
    activity::GivenEvidence,
    actor::Actor,
    decision::Decision,
    evaluation::{Expectation, Finalisation, Rating, Realisation},
    id::{AssignmentId, EvaluationId, PlanId, StaffId},
    plan::{Approach, Aspect, Direction, ResultKind, Target},
    training::TrainingInput,
};
use entity::{evaluation, plan};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

/// A plan or an evaluation, with the version and the people that concern it.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub id: Uuid,
    pub version: i32,
    pub assignment: AssignmentId,
    pub ratee: StaffId,
    pub rater: StaffId,
    pub rater_post: AssignmentId,
    pub cancelled: bool,
    /// Whether its result can still change.
    pub open: bool,
}

impl Work {
    fn new(id: Uuid, version: i32, [assignment, ratee, rater, rater_post]: [Uuid; 4]) -> Self {
        let (assignment, rater_post) = (AssignmentId(assignment), AssignmentId(rater_post));
        let (ratee, rater) = (StaffId(ratee), StaffId(rater));
        Self { id, version, assignment, ratee, rater, rater_post, cancelled: false, open: true }
    }
}

/// Loads the plans, and the evaluations of the first quarter.
pub(super) async fn load(env: &Env) -> Result<(Vec<Work>, Vec<Work>)> {
    let plans = plan::Entity::find().all(env.db.reader()).await?;
    let plans = plans.into_iter().map(|row| {
        let people = [row.assignment_id, row.staff_id, row.rater_staff_id, row.rater_assignment_id];
        Work::new(row.id, row.version, people)
    });
    let found = evaluation::Entity::find()
        .filter(evaluation::Column::PeriodId.eq(city::quarter(1).0))
        .all(env.db.reader())
        .await?;
    let evaluations = found.into_iter().map(|row| {
        let open = !["CLOSED", "CANCELLED"].contains(&row.status.as_str());
        let people = [row.assignment_id, row.staff_id, row.rater_staff_id, row.rater_assignment_id];
        let cancelled = row.status == "CANCELLED";
        Work { open, cancelled, ..Work::new(row.id, row.version, people) }
    });
    Ok((plans.collect(), evaluations.collect()))
}

/// A random person and the change that they try. The person is usually the ratee or the rater.
pub(super) fn random(world: &World, rng: &mut ChaCha8Rng) -> Option<(StaffId, Act)> {
    let who = |of: &Work, rng: &mut ChaCha8Rng| match rng.random_range(0..10) {
        0..3 => of.ratee,
        3..8 => of.rater,
        _ => world.people.choose(rng).map_or(of.rater, |one| one.id),
    };
    let (plan, result) = (world.plans.choose(rng).cloned(), world.evaluations.choose(rng).cloned());
    match (rng.random_range(0..4), plan, result) {
        (1, Some(plan), _) => Some((who(&plan, rng), Act::Review(plan))),
        (2, _, Some(result)) => Some((who(&result, rng), Act::Rate(result))),
        (3, _, Some(result)) => Some((who(&result, rng), Act::Finalise(result))),
        _ => {
            let post = world.posts.choose(rng)?;
            Some((post.staff, Act::Plan(post.id)))
        }
    }
}

/// A person who records a training, or a person, usually an admin, who verifies one.
pub(super) fn train(world: &World, rng: &mut ChaCha8Rng) -> (Option<StaffId>, Act) {
    let one = |rng: &mut ChaCha8Rng| world.people.choose(rng).expect("a person").id;
    match world.trainings.choose(rng) {
        Some(training) if rng.random_bool(0.7) => {
            let by = world.admins.choose(rng).copied().filter(|_| rng.random_bool(0.7));
            (Some(by.unwrap_or_else(|| one(rng))), Act::Verify(training.staff))
        }
        _ => {
            let person = one(rng);
            (Some(person), Act::Train)
        }
    }
}

/// Records a training of the actor.
pub(super) async fn record(env: &Env, actor: &Actor) -> Result<()> {
    let day = env.today(actor) - Duration::days(1);
    let certificate =
        GivenEvidence { url: Some("https://contoh.go.id/sertifikat".to_owned()), upload: None, label: None };
    let input = TrainingInput {
        kind: "WORKSHOP".to_owned(),
        title: "Pelayanan prima".to_owned(),
        organiser: "Balai Pelatihan".to_owned(),
        hours: Some(8),
        starts_on: day,
        ends_on: day,
        certificate_number: None,
        evidence: vec![certificate],
        supports: None,
        recommendation: None,
    };
    let input = RecordTraining { client_key: fresh_id(), input };
    record_training(env, actor, IdempotencyKey::NONE, input).await.map(|_| ())
}

/// Creates and submits a plan of the actor.
pub(super) async fn plan(env: &Env, actor: &Actor, assignment: AssignmentId) -> Result<()> {
    let indicator = IndicatorInput {
        id: None,
        aspect: Some(Aspect::Quantity),
        perspective: None,
        text: "Dokumen selesai".to_owned(),
        target: Target::value(domain::Decimal::whole(12)),
        unit: "dokumen".to_owned(),
        direction: Direction::HigherIsBetter,
        target_is_maximum: false,
    };
    let row = ResultInput {
        id: None,
        kind: ResultKind::Main,
        title: "Layanan tertib".to_owned(),
        serves: None,
        provisional: true,
        assigned_by: None,
        indicators: vec![indicator],
        action_plans: vec![ActionPlanInput {
            id: None,
            period: city::quarter(1),
            text: "Menyusun dokumen".to_owned(),
            target: None,
        }],
    };
    let content = ContentInput {
        approach: Approach::Quantitative,
        results: vec![row],
        behaviour_expectations: Vec::new(),
    };
    let input = CreatePlan { assignment, period: city::YEAR, content: Some(content), copy_from: None };
    let plan = create_plan(env, actor, IdempotencyKey::NONE, input).await?;
    submit_plan(env, actor, IdempotencyKey::NONE, SubmitPlan { plan, expected_version: 1 }).await?;
    Ok(())
}

/// Approves a plan.
pub(super) async fn review(env: &Env, actor: &Actor, of: &Work) -> Result<()> {
    let (plan, expected_version) = (PlanId(of.id), of.version);
    let input = ReviewPlan { plan, expected_version, decision: Decision::Approve };
    review_plan(env, actor, IdempotencyKey::NONE, input).await?;
    Ok(())
}

/// Rates a result. If the ratee has not reported yet, the ratee reports first.
pub(super) async fn rate(env: &Env, actor: &Actor, of: &Work, ratee: &Actor) -> Result<()> {
    let evaluation = EvaluationId(of.id);
    let mut expected_version = of.version;
    let which = Condition::all().add(plan::Column::AssignmentId.eq(of.assignment.0));
    for plan in store::plan::load(env.db.source(), which).await? {
        let row = plan.effective().and_then(|revision| revision.content.results.first());
        let Some(result) = row.map(|row| row.id) else { continue };
        let text = "Selesai".to_owned();
        let realisations =
            vec![Realisation { result, indicator: None, value: None, text, evidence: Vec::new() }];
        let input = ReportRealisation { evaluation, expected_version, realisations, self_note: None };
        if report_realisation(env, ratee, IdempotencyKey::NONE, input).await.is_ok() {
            expected_version += 1;
        }
    }
    let input = RateEvaluation {
        evaluation,
        expected_version,
        rating: Rating {
            result_rating: Some(Expectation::AsExpected),
            behaviour_rating: Some(Expectation::AsExpected),
            ..Rating::default()
        },
    };
    rate_evaluation(env, actor, IdempotencyKey::NONE, input).await?;
    Ok(())
}

/// Makes a result final.
pub(super) async fn finalise(env: &Env, actor: &Actor, of: &Work) -> Result<()> {
    let input = FinaliseEvaluation {
        evaluation: EvaluationId(of.id),
        expected_version: of.version,
        finalisation: Finalisation { missing_unit_predicate_reason: Some(why()), ..Finalisation::default() },
    };
    finalise_evaluation(env, actor, IdempotencyKey::NONE, input).await.map(|_| ())
}
