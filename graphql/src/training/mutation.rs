//! Mutations of trainings.

use super::types::{Training, one};
use crate::{
    activity::EvidenceInput,
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
};
use async_graphql::{Context, InputObject, Object, OneofObject, SimpleObject};
use domain::{
    id::{CriterionId, PlanId, RecommendationId, ResultId, TrainingId},
    time::Date,
    training::{SupportAbout, TrainingInput},
};
use service::training as use_case;
use uuid::Uuid;

/// Mutations of trainings.
#[derive(Default)]
pub struct TrainingMutation;

/// The row or value that a training supports: give exactly one field.
#[derive(OneofObject)]
enum TrainingAboutInput {
    /// A result row of the plan, by its `rowKey` or its `id` in any revision.
    #[graphql(name = "planResultId")]
    PlanResult(Given<ResultId>),
    /// A behaviour value; see `criteria`.
    #[graphql(name = "criterionId")]
    Criterion(Given<CriterionId>),
}

/// The part of an evaluation that a training supports.
#[derive(InputObject)]
struct TrainingSupportInput {
    /// Your approved plan of the year in which the training ended.
    plan_id: Given<PlanId>,
    /// The row or value.
    about: TrainingAboutInput,
}

/// Input of `recordTraining`: your own training.
#[derive(InputObject)]
struct RecordTrainingInput {
    /// A UUID that you never use for another training. If the key is already stored, the server returns the existing
    /// training; if that training has different content, you get a CONFLICT.
    client_key: Given<Uuid>,
    /// Code of its kind; see `trainingKinds`.
    kind: String,
    /// Its name, 1 to 300 characters.
    title: String,
    /// The organisation that held or awarded it, 1 to 300 characters.
    organiser: String,
    /// Lesson hours (JP), 1 to 1,000. Leave it out for a kind without hours.
    hours: Option<i32>,
    /// First day.
    starts_on: Given<Date>,
    /// Last day, not in the future. The training counts in the year of this day.
    ends_on: Given<Date>,
    /// Number of the certificate, at most 100 characters.
    certificate_number: Option<String>,
    /// The certificate: 1 to 20 files or links.
    evidence: Vec<EvidenceInput>,
    /// The part of an evaluation that it supports, if its kind can support one. If null, the training only counts
    /// towards the hours of the year.
    supports: Option<TrainingSupportInput>,
    /// The recommendation for you that this training follows.
    recommendation_id: Option<Given<RecommendationId>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `verifyTraining`: the decision on a training.
#[derive(InputObject)]
struct VerifyTrainingInput {
    /// The training.
    training_id: Given<TrainingId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// True: the certificate proves the training. False: it is refused.
    verified: bool,
    /// The reason for the refusal, 1 to 2,000 characters. Required if `verified` is false, and ignored otherwise.
    reason: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `withdrawTraining`: your own training.
#[derive(InputObject)]
struct WithdrawTrainingInput {
    /// The training.
    training_id: Given<TrainingId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of a training.
#[derive(SimpleObject)]
struct TrainingPayload {
    /// The training; null if `errors` is not empty.
    training: Option<Training>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl TrainingMutation {
    /// Records your own training with its certificate; the performance team or an admin of the unit verifies it. To
    /// correct a training that is not verified, withdraw it and record it again. A refused training can be recorded
    /// again.
    async fn record_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The training, its certificate and an optional idempotency key.")]
        input: RecordTrainingInput,
    ) -> async_graphql::Result<TrainingPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let supports = input.supports.map(|supports| {
            read.at("supports", |read| {
                let plan = read.get("planId", supports.plan_id);
                let about = read.at("about", |read| match supports.about {
                    TrainingAboutInput::PlanResult(id) => SupportAbout::Result(read.get("planResultId", id)),
                    TrainingAboutInput::Criterion(id) => SupportAbout::Behaviour(read.get("criterionId", id)),
                });
                (plan, about)
            })
        });
        let record = use_case::RecordTraining {
            client_key: read.get("clientKey", input.client_key),
            input: TrainingInput {
                kind: input.kind,
                title: input.title,
                organiser: input.organiser,
                hours: input.hours.map(Into::into),
                starts_on: read.get("startsOn", input.starts_on),
                ends_on: read.get("endsOn", input.ends_on),
                certificate_number: input.certificate_number,
                evidence: read.each("evidence", input.evidence, EvidenceInput::read),
                supports,
                recommendation: read.optional("recommendationId", input.recommendation_id),
            },
        };
        payload(ctx, read.run(use_case::record_training(ctx.env()?, ctx.actor()?, key, record)).await).await
    }

    /// Verifies a training, or refuses it with a reason. A verified training counts from now on, also in evaluations
    /// that are not final yet. For the performance team and admins of the unit, but not for their own trainings.
    async fn verify_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The training, its version, the decision and an optional idempotency key.")]
        input: VerifyTrainingInput,
    ) -> async_graphql::Result<TrainingPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let verify = use_case::VerifyTraining {
            training: read.get("trainingId", input.training_id),
            expected_version: input.expected_version,
            verified: input.verified,
            reason: input.reason,
        };
        payload(ctx, read.run(use_case::verify_training(ctx.env()?, ctx.actor()?, key, verify)).await).await
    }

    /// Withdraws your training before it is verified. For the person.
    async fn withdraw_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The training, its version and an optional idempotency key.")]
        input: WithdrawTrainingInput,
    ) -> async_graphql::Result<TrainingPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let withdraw = use_case::WithdrawTraining {
            training: read.get("trainingId", input.training_id),
            expected_version: input.expected_version,
        };
        payload(ctx, read.run(use_case::withdraw_training(ctx.env()?, ctx.actor()?, key, withdraw)).await)
            .await
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<TrainingId>,
) -> async_graphql::Result<TrainingPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let training = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(TrainingPayload { training, errors })
}
