//! Recommendations at the end of a year, and what became of them.

use super::types::{Evaluation, one_in_part, projection};
use crate::{
    allowed::AllowedAction,
    context::ContextExt,
    enums::{RecommendationKind, RecommendationOutcome, RecommendationResponsible, RecommendationStatus},
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    reader::Reader,
    scalars::DateTime,
    training::{self, Training},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    id::{EvaluationId, RecommendationId},
    recommendation::{self, RecommendationInput},
};
use futures_util::FutureExt;
use service::evaluation::{self as use_case, Projection};
use std::sync::Arc;
use uuid::Uuid;

/// Mutations of recommendations.
#[derive(Default)]
pub struct RecommendationMutation;

#[derive(Clone)]
pub struct Recommendation(pub recommendation::Recommendation);

/// A recommendation for a person's career, made at the end of the year. It is open until somebody responsible follows
/// it up or declines it, or until a training that answers it is verified. Visible to everyone who can see the ratings.
#[Object]
impl Recommendation {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Recommendation, self.0.id)
    }
    /// Kind of recommendation.
    async fn kind(&self) -> RecommendationKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// Text.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// The evaluation that it is based on.
    async fn evaluation(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Evaluation>> {
        one_in_part(ctx, self.0.evaluation, projection(&[ctx.look_ahead()])).await
    }
    /// The person it is about.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The person who made it.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.author).await
    }
    /// Time at which it was made.
    async fn made_at(&self) -> DateTime {
        DateTime(self.0.made_at)
    }
    /// Who follows it up; it is in their worklist. The rater's superior can follow up what the rater is responsible for, and
    /// the performance team and admins of the unit everything.
    async fn responsible(&self) -> RecommendationResponsible {
        self.0.kind.responsible().into()
    }
    /// Label of `responsible` in the requested language.
    async fn responsible_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind.responsible())
    }
    /// Its status.
    async fn status(&self) -> RecommendationStatus {
        self.0.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.status)
    }
    /// What became of it; null while it is open.
    async fn follow_up(&self) -> Option<RecommendationFollowUp> {
        self.0.follow_up.clone().map(RecommendationFollowUp)
    }
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let key = (self.0.evaluation, Projection::WITHOUT_DETAIL);
        let Some(evaluation) = ctx.loaders()?.evaluations.find(ctx, key).await? else {
            return Ok(Vec::new());
        };
        let found = use_case::recommendation_actions(ctx.actor()?, &self.0, &evaluation);
        Ok(AllowedAction::list(&Arc::new(found)))
    }
}

pub struct RecommendationFollowUp(recommendation::FollowUp);

/// What became of a recommendation.
#[Object]
impl RecommendationFollowUp {
    /// The person who recorded it. For a training: who verified it.
    async fn by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.by).await
    }
    /// Time at which it was recorded.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// What was done, or why nothing is. Null for a training.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
    /// The verified training that answers the recommendation; null if none, or if you can't see it.
    async fn training(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Training>> {
        match self.0.training {
            Some(training) => training::one(ctx, training).await,
            None => Ok(None),
        }
    }
}

/// Input of `makeRecommendation`: a career recommendation after an annual evaluation.
#[derive(InputObject)]
struct MakeRecommendationInput {
    /// The annual evaluation that it is based on; FINAL or later.
    evaluation_id: Given<EvaluationId>,
    /// Kind of recommendation.
    kind: RecommendationKind,
    /// Text, 1 to 2,000 characters.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `followUpRecommendation`: what became of a recommendation.
#[derive(InputObject)]
struct FollowUpRecommendationInput {
    /// The recommendation.
    recommendation_id: Given<RecommendationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Whether something was done.
    outcome: RecommendationOutcome,
    /// What was done, or why nothing is, 1 to 2,000 characters. The person reads it. It can't be changed later.
    note: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a mutation of a recommendation.
#[derive(SimpleObject)]
struct RecommendationPayload {
    /// The recommendation; null if `errors` is not empty.
    recommendation: Option<Recommendation>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl RecommendationMutation {
    /// Makes a recommendation for the person's career. For the rater and the rater's superior.
    async fn make_recommendation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, the recommendation and an optional idempotency key.")]
        input: MakeRecommendationInput,
    ) -> async_graphql::Result<RecommendationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let evaluation = read.get("evaluationId", input.evaluation_id);
        let recommendation = RecommendationInput { kind: input.kind.into(), text: input.text };
        let recommend = use_case::Recommend { evaluation, recommendation };
        payload(ctx, read.run(use_case::recommend(ctx.env()?, ctx.actor()?, key, recommend)).await).await
    }

    /// Records what was done about a recommendation, or why nothing is, once. For who is responsible for it, and for the
    /// performance team and admins of the unit; never for the person it is about, who gets it as an update.
    async fn follow_up_recommendation(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The recommendation, its version, the outcome, a note and an optional idempotency key."
        )]
        input: FollowUpRecommendationInput,
    ) -> async_graphql::Result<RecommendationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let follow_up = use_case::FollowUpRecommendation {
            recommendation: read.get("recommendationId", input.recommendation_id),
            expected_version: input.expected_version,
            outcome: input.outcome.into(),
            note: input.note,
        };
        let run = use_case::follow_up_recommendation(ctx.env()?, ctx.actor()?, key, follow_up);
        payload(ctx, read.run(run).await).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<RecommendationId>,
) -> async_graphql::Result<RecommendationPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let recommendation = match id {
        Some(id) => Some(one_recommendation(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(RecommendationPayload { recommendation, errors })
}

/// Loads a recommendation; none if the caller can't see the ratings of its evaluation.
pub(crate) async fn one_recommendation(
    ctx: &Context<'_>,
    id: RecommendationId,
) -> async_graphql::Result<Option<Recommendation>> {
    let found = use_case::recommendation(ctx.env()?, ctx.actor()?, id).boxed().await;
    Ok(found.or_fail(ctx)?.map(Recommendation))
}
