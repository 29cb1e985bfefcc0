//! Mutations of objections.

use super::{
    parts::Outcome,
    types::{Objection, one},
};
use crate::{
    activity::EvidenceLinkInput,
    context::ContextExt,
    enums::Expectation,
    error::{self, OrFail, UserError},
    evaluation::{ScoresInput, YearDecisionInput},
    given::Given,
    reader::Reader,
};
use async_graphql::{Context, InputObject, Object, OneofObject, SimpleObject};
use domain::{
    id::{CriterionId, EvaluationId, ObjectionId, ResultId, StaffId},
    objection::{GroundAbout, GroundInput, NewRatings},
};
use service::objection as use_case;
use uuid::Uuid;

/// Mutations of objections.
#[derive(Default)]
pub struct ObjectionMutation;

/// Subject of a ground: give exactly one field.
#[derive(OneofObject, Clone)]
enum GroundAboutInput {
    /// A result row of the plan, by its `rowKey` or its `id` in any revision.
    #[graphql(name = "planResultId")]
    PlanResult(Given<ResultId>),
    /// A behaviour value; see `criteria`.
    #[graphql(name = "criterionId")]
    Criterion(Given<CriterionId>),
}

/// A ground of an objection.
#[derive(InputObject)]
struct ObjectionGroundInput {
    /// The subject; null for the result as a whole.
    about: Option<GroundAboutInput>,
    /// The reason, 1 to 2,000 characters.
    text: String,
    /// The evidence for it, at most 20 links.
    #[graphql(default)]
    evidence: Vec<EvidenceLinkInput>,
}

/// Input of `fileObjection`: an objection to your own result.
#[derive(InputObject)]
struct FileObjectionInput {
    /// The evaluation.
    evaluation_id: Given<EvaluationId>,
    /// The evaluation's `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The grounds, 1 to 50.
    grounds: Vec<ObjectionGroundInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `answerObjection`: the explanation of your side.
#[derive(InputObject)]
struct AnswerObjectionInput {
    /// The objection.
    objection_id: Given<ObjectionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The explanation, 1 to 2,000 characters. It can't be changed later.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `withdrawObjection`: your own objection.
#[derive(InputObject)]
struct WithdrawObjectionInput {
    /// The objection.
    objection_id: Given<ObjectionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `assignObjectionDecider`: the person who decides, for an objection without a decider.
#[derive(InputObject)]
struct AssignObjectionDeciderInput {
    /// The objection.
    objection_id: Given<ObjectionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The person, who may be outside the appraisal (NON_ASN). Not the person who objects, the person who rated or
    /// reopened the result, or yourself.
    decider_id: Given<StaffId>,
    /// The reason for choosing this person, 1 to 2,000 characters.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Ratings that a decision sets. Fields that are null stay unchanged.
#[derive(InputObject)]
struct NewRatingsInput {
    /// Rating of the results. Not for a numeric scheme, nor for the head of a unit, whose rating is the unit's predicate.
    result_rating: Option<Expectation>,
    /// Rating of the behaviour. Not for a numeric scheme.
    behaviour_rating: Option<Expectation>,
    /// Scores for a numeric scheme. They replace those of the rater.
    scores: Option<ScoresInput>,
    /// The decision on a year with several plans, if the rater made one.
    year_decision: Option<YearDecisionInput>,
}

/// Input of `decideObjection`: the final decision.
#[derive(InputObject)]
struct DecideObjectionInput {
    /// The objection.
    objection_id: Given<ObjectionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason for the decision, 1 to 2,000 characters.
    reason: String,
    /// The new ratings; null upholds the result.
    new_ratings: Option<NewRatingsInput>,
    /// True: only compute the result of the decision; write nothing and store nothing under the idempotency key.
    #[graphql(default)]
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of an objection.
#[derive(SimpleObject)]
struct ObjectionPayload {
    /// The objection; null if `errors` is not empty.
    objection: Option<Objection>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Outcome of `decideObjection`.
#[derive(SimpleObject)]
struct DecideObjectionPayload {
    /// The objection; null if `errors` is not empty, and after a dry run.
    objection: Option<Objection>,
    /// The result that the decision gives, or would give in a dry run; null if `errors` is not empty.
    outcome: Option<Outcome>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl ObjectionMutation {
    /// Objects to your final result, once, until its `objectionUntil`. After that day the objection is recorded as
    /// INADMISSIBLE, with the last day and the day of filing. Such an objection changes neither the result nor your
    /// right to object. For the employee.
    async fn file_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version, the grounds and an optional idempotency key.")]
        input: FileObjectionInput,
    ) -> async_graphql::Result<ObjectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let file = use_case::FileObjection {
            evaluation: read.get("evaluationId", input.evaluation_id),
            expected_version: input.expected_version,
            grounds: read.each("grounds", input.grounds, ObjectionGroundInput::read),
        };
        payload(ctx, read.run(use_case::file_objection(ctx.env()?, ctx.actor()?, key, file)).await).await
    }

    /// Explains your side of an objection, once, until its `answerUntil`. For the employee and the rater.
    async fn answer_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The objection, its version, the explanation and an optional idempotency key.")]
        input: AnswerObjectionInput,
    ) -> async_graphql::Result<ObjectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let answer = use_case::AnswerObjection {
            objection: read.get("objectionId", input.objection_id),
            expected_version: input.expected_version,
            text: input.text,
        };
        payload(ctx, read.run(use_case::answer_objection(ctx.env()?, ctx.actor()?, key, answer)).await).await
    }

    /// Withdraws your objection before the decision. The evaluation returns to its earlier status, and you can't object
    /// to this result again. For the employee.
    async fn withdraw_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The objection, its version and an optional idempotency key.")]
        input: WithdrawObjectionInput,
    ) -> async_graphql::Result<ObjectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let withdraw = use_case::WithdrawObjection {
            objection: read.get("objectionId", input.objection_id),
            expected_version: input.expected_version,
        };
        payload(ctx, read.run(use_case::withdraw_objection(ctx.env()?, ctx.actor()?, key, withdraw)).await)
            .await
    }

    /// Assigns the person who decides on a FILED objection without a decider, for example because there is no post above
    /// the rater's. The time limits for explanations and for the decision start then. For the performance team of the
    /// unit.
    async fn assign_objection_decider(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The objection, its version, the person, the reason and an optional idempotency key."
        )]
        input: AssignObjectionDeciderInput,
    ) -> async_graphql::Result<ObjectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let assign = use_case::AssignObjectionDecider {
            objection: read.get("objectionId", input.objection_id),
            expected_version: input.expected_version,
            decider: read.get("deciderId", input.decider_id),
            reason: input.reason,
        };
        let assigned = use_case::assign_objection_decider(ctx.env()?, ctx.actor()?, key, assign);
        payload(ctx, read.run(assigned).await).await
    }

    /// Decides on an objection: upholds the result, or changes ratings and computes the predicate again by the same
    /// regulation. Possible once both sides have given their explanations or the time limit for them has passed. The
    /// decision is final. For the person who decides.
    async fn decide_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The objection, its version, the reason, the new ratings, whether to write, and an optional \
                    idempotency key."
        )]
        input: DecideObjectionInput,
    ) -> async_graphql::Result<DecideObjectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let ratings = input.new_ratings.map(|ratings| read.at("newRatings", |read| ratings.read(read)));
        let decide = use_case::DecideObjection {
            objection: read.get("objectionId", input.objection_id),
            expected_version: input.expected_version,
            reason: input.reason,
            ratings: ratings.unwrap_or_default(),
        };
        let run = use_case::decide_objection(ctx.env()?, ctx.actor()?, key, decide, input.dry_run);
        let (decided, errors) = error::outcome(ctx, read.run(run).await)?;
        let Some(decided) = decided else {
            return Ok(DecideObjectionPayload { objection: None, outcome: None, errors });
        };
        let objection = match decided.objection {
            Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
            None => None,
        };
        let stored = objection.as_ref().and_then(|one| one.0.detail.decision.as_ref());
        let outcome = decided.after.or_else(|| stored.map(|decision| decision.after.clone()));
        Ok(DecideObjectionPayload { objection, outcome: outcome.map(Outcome), errors })
    }
}

impl ObjectionGroundInput {
    fn read(read: &mut Reader, ground: Self) -> GroundInput {
        GroundInput {
            about: ground.about.map(|about| {
                read.at("about", |read| match about {
                    GroundAboutInput::PlanResult(id) => GroundAbout::Result(read.get("planResultId", id)),
                    GroundAboutInput::Criterion(id) => GroundAbout::Behaviour(read.get("criterionId", id)),
                })
            }),
            text: ground.text,
            evidence: ground.evidence.into_iter().map(Into::into).collect(),
        }
    }
}

impl NewRatingsInput {
    fn read(self, read: &mut Reader) -> NewRatings {
        NewRatings {
            result_rating: self.result_rating.map(Into::into),
            behaviour_rating: self.behaviour_rating.map(Into::into),
            scores: self.scores.map(|scores| scores.read(read)),
            year_decision: self.year_decision.map(Into::into),
        }
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<ObjectionId>,
) -> async_graphql::Result<ObjectionPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let objection = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(ObjectionPayload { objection, errors })
}
