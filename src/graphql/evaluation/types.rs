//! `Evaluation`.

use super::{
    detail::{Feedback, Realisation, RecognisedTraining, Recommendation, RowRating, Signature, ValueRating},
    scores::Scores,
    year::{self, YearDecision, YearPart},
};
use crate::{
    connection,
    graphql::{
        allowed::AllowedAction,
        context::ContextExt,
        enums::{EvaluationKind, EvaluationStatus, Expectation, OrgUnitPredicate, Predicate},
        error::OrFail,
        id::{self, Kind},
        journal::{self, EventConnection},
        labels::Locale,
        organisation::{OrgUnit, Staff, one_staff},
        period::{self, Period},
        plan::{self, Plan, Rater},
        regulation::Regulation,
        scalars::{Date, DateTime, Decimal},
        scoring::ScoreNode,
    },
};
use async_graphql::{Context, ID, Lookahead, Object};
use domain::id::EvaluationId;
use service::evaluation::Extent;
use std::sync::Arc;

#[derive(Clone)]
pub struct Evaluation(pub Arc<domain::evaluation::Evaluation>);

connection!(EvaluationConnection, EvaluationEdge, Evaluation, "evaluations", nested);

/// An evaluation of a part of the year (periodic) or of the year (annual). It comes with the approval of its
/// plan. Ratings, predicate, notes and explanation are null to the person evaluated until it is FINAL, and to
/// everybody but the rater while they are a draft.
#[Object]
impl Evaluation {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Evaluation, self.0.id)
    }
    /// Who is evaluated.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The plan that is evaluated.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        plan::one(ctx, self.0.plan).await
    }
    /// The unit of the plan.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The year or the part of it.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// Periodic or annual.
    async fn kind(&self) -> EvaluationKind {
        self.0.kind.into()
    }
    /// Where it stands. RATED_DRAFT tells that a draft exists, never its content.
    async fn status(&self) -> EvaluationStatus {
        self.0.status.into()
    }
    /// The label of `status`.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        EvaluationStatus::from(self.0.status).label(locale.unwrap_or_else(|| ctx.locale().into()))
    }
    /// Who rates.
    async fn rater(&self) -> Rater {
        Rater(self.0.rater.clone())
    }
    /// The code of the regulation that it is made with.
    async fn regulation_code(&self) -> &str {
        &self.0.regulation.code
    }
    /// The regulation that it is made with, in the version that it pins: a newer one changes nothing here.
    async fn regulation(&self, ctx: &Context<'_>) -> async_graphql::Result<Regulation> {
        let found = service::regulation::pinned(ctx.env()?, self.0.agency, &self.0.regulation).await;
        found.map(Regulation).or_fail(ctx)
    }
    /// What the employee reports as reached.
    async fn realisations(&self) -> Vec<Realisation> {
        self.0.detail.realisations.iter().cloned().map(Realisation).collect()
    }
    /// What the employee adds.
    async fn self_note(&self) -> Option<&str> {
        self.0.detail.self_note.as_deref()
    }
    /// When it was reported last.
    async fn reported_at(&self) -> Option<DateTime> {
        self.0.detail.reported_at.map(DateTime)
    }
    /// The rater's judgement of the results.
    async fn result_rating(&self, ctx: &Context<'_>) -> Option<Expectation> {
        self.rated(ctx)?.result_rating.map(Into::into)
    }
    /// The rater's judgement of the behaviour.
    async fn behaviour_rating(&self, ctx: &Context<'_>) -> Option<Expectation> {
        self.rated(ctx)?.behaviour_rating.map(Into::into)
    }
    /// Why the results are not as expected.
    async fn result_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.rated(ctx)?.detail.result_reason.as_deref()
    }
    /// Why the behaviour is not as expected.
    async fn behaviour_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.rated(ctx)?.detail.behaviour_reason.as_deref()
    }
    /// Ratings of rows: they explain, they count for nothing.
    async fn result_ratings(&self, ctx: &Context<'_>) -> Vec<RowRating> {
        let rows = self.rated(ctx).map(|rated| rated.detail.result_ratings.clone()).unwrap_or_default();
        rows.into_iter().map(RowRating).collect()
    }
    /// Ratings of behaviour values: they explain, they count for nothing.
    async fn behaviour_ratings(&self, ctx: &Context<'_>) -> Vec<ValueRating> {
        let values = self.rated(ctx).map(|rated| rated.detail.behaviour_ratings.clone()).unwrap_or_default();
        values.into_iter().map(ValueRating).collect()
    }
    /// What the rater gave by a numeric scheme; null by a scheme of ratings.
    async fn scores(&self, ctx: &Context<'_>) -> Option<Scores> {
        self.rated(ctx)?.detail.scores.clone().map(Scores)
    }
    /// Recognised training that the rater named as evidence.
    async fn trainings(&self, ctx: &Context<'_>) -> Vec<RecognisedTraining> {
        let named = self.rated(ctx).map(|rated| rated.detail.trainings.clone()).unwrap_or_default();
        named.into_iter().map(RecognisedTraining).collect()
    }
    /// The score, by a numeric scheme; in a year of several plans that of the year. Null by a scheme of ratings.
    async fn score(&self, ctx: &Context<'_>) -> Option<Decimal> {
        self.rated(ctx)?.detail.score.as_ref()?.score().map(Decimal)
    }
    /// The predicate: read from the matrix of the two ratings when they became final; in a year of several plans that
    /// of the year.
    async fn predicate(&self, ctx: &Context<'_>) -> Option<Predicate> {
        self.rated(ctx)?.predicate.map(Into::into)
    }
    /// The label of `predicate`.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> Option<&str> {
        let predicate = self.rated(ctx)?.predicate?;
        Some(Predicate::from(predicate).label(locale.unwrap_or_else(|| ctx.locale().into())))
    }
    /// The unit's predicate as it was when the ratings became final.
    async fn org_unit_predicate(&self, ctx: &Context<'_>) -> Option<OrgUnitPredicate> {
        self.rated(ctx)?.unit_predicate.map(Into::into)
    }
    /// The parts of the year, where this is the annual evaluation of the last of several plans, as after a transfer:
    /// what the last rater decides by. Empty in a year of one plan. As visible as the ratings.
    async fn year_parts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<YearPart>> {
        Ok(year::parts(&*self.year(ctx).await?))
    }
    /// What the months of the parts come to: the predicate that half of them reach, or that of the scores weighted by
    /// months, as the regulation says. For the last rater to confirm or to depart from.
    async fn year_proposal(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Predicate>> {
        Ok(self.year(ctx).await?.proposal.map(Into::into))
    }
    /// What the last rater decided on a year of several plans; `predicate` is this one then.
    async fn year_decision(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<YearDecision>> {
        Ok(year::decision(&*self.year(ctx).await?))
    }
    /// How the predicate came about: a tree whose leaves are the inputs; null until FINAL.
    async fn explanation(&self, ctx: &Context<'_>) -> Option<ScoreNode> {
        self.rated(ctx)?.detail.score.as_ref().map(ScoreNode::root)
    }
    /// The same tree flat, each node before its children.
    async fn explanation_nodes(&self, ctx: &Context<'_>) -> Vec<ScoreNode> {
        let tree = self.rated(ctx).and_then(|rated| rated.detail.score.as_ref());
        tree.map(ScoreNode::all).unwrap_or_default()
    }
    /// The same as one page of text for a person; null until FINAL.
    async fn explanation_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> Option<String> {
        let tree = self.rated(ctx)?.detail.score.as_ref()?;
        Some(tree.explanation_text(locale.map_or_else(|| ctx.locale(), Into::into)))
    }
    /// The superior's feedback that stands in this evaluation.
    async fn feedback(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Feedback>> {
        let found = ctx.loaders()?.feedback_of_plans.find(ctx, self.0.plan).await?.unwrap_or_default();
        let of_this = found.iter().filter(|feedback| feedback.evaluation == Some(self.0.id));
        Ok(of_this.cloned().map(Feedback).collect())
    }
    /// What was recommended for the career; from FINAL on.
    async fn recommendations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Recommendation>> {
        if self.rated(ctx).is_none() {
            return Ok(Vec::new());
        }
        let found = ctx.loaders()?.recommendations.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.iter().cloned().map(Recommendation).collect())
    }
    /// Who has signed the annual document.
    async fn signatures(&self) -> Vec<Signature> {
        self.0.detail.signatures.iter().cloned().map(Signature).collect()
    }
    /// When the ratings became final.
    async fn finalised_at(&self) -> Option<DateTime> {
        self.0.finalised_at.map(DateTime)
    }
    /// When the annual result was handed over.
    async fn delivered_at(&self) -> Option<DateTime> {
        self.0.delivered_at.map(DateTime)
    }
    /// The last day for an objection.
    async fn objection_until(&self) -> Option<Date> {
        self.0.objection_until.map(Date)
    }
    /// What happened to it, oldest first, as far as you may see it.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A cursor of the journal; from the first entry by default.")] after: Option<String>,
        #[graphql(desc = "At most so many, 1 to 100; 20 by default.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// The proof of what was recorded last about this evaluation, as a JSON text: the person evaluated saves it as a
    /// file and can show with it, now or in years, what stood in the journal, with `kinerja-verify receipt FILE
    /// --key KEY`, which needs no server (key: `GET /journal/key`). It discloses the record only where you may see
    /// all of it, drafts of ratings before it included. Null until a checkpoint covers it: about a minute.
    async fn receipt(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        ctx.loaders()?.receipts_of_evaluations.find(ctx, self.0.id).await
    }
    /// The version, from 1; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// What you can do to it now, and if not, why not.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.evaluation_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

impl Evaluation {
    /// The evaluation, if the asker may see its ratings.
    pub(super) fn rated(&self, ctx: &Context<'_>) -> Option<&domain::evaluation::Evaluation> {
        let actor = ctx.actor().ok()?;
        service::evaluation::sees_ratings(actor, &self.0).then_some(&*self.0)
    }
}

/// The fields that are told by the document of an evaluation.
const OF_DOCUMENT: [&str; 13] = [
    "realisations",
    "selfNote",
    "reportedAt",
    "resultReason",
    "behaviourReason",
    "resultRatings",
    "behaviourRatings",
    "scores",
    "score",
    "explanation",
    "explanationNodes",
    "explanationText",
    "signatures",
];

/// How much is to be read of evaluations of which this is selected.
pub(in crate::graphql) fn extent(selected: &Lookahead<'_>) -> Extent {
    if OF_DOCUMENT.iter().any(|field| selected.field(field).exists()) { Extent::Whole } else { Extent::Head }
}

/// An evaluation by id, if you may see it.
pub(in crate::graphql) async fn one(
    ctx: &Context<'_>,
    id: EvaluationId,
) -> async_graphql::Result<Option<Evaluation>> {
    Ok(ctx.loaders()?.evaluations.find(ctx, id).await?.map(Evaluation))
}
