//! `Evaluation`.

use super::{
    detail::{Realisation, RecognisedTraining, Reopening, RowRating, Signature, ValueRating},
    recommendation::Recommendation,
    scores::Scores,
    year::{self, YearDecision, YearPart},
};
use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::{EvaluationKind, EvaluationStatus, Expectation, OrgUnitPredicate, Predicate},
    error::OrFail,
    feedback::{Feedback, FeedbackSummary},
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    objection::{self, Objection},
    organisation::{OrgUnit, Staff, one_staff},
    page,
    period::{self, Period},
    plan::{self, FormOf, PersonSnapshot, Plan, Rated, Rater},
    regulation::Regulation,
    scalars::{Date, DateTime, Decimal},
    scoring::ScoreNode,
    weight::{cost, list_size},
    written::{self, Leaf, Leaves},
};
use async_graphql::{Context, ID, Lookahead, Object};
use domain::id::EvaluationId;
use futures_util::FutureExt;
use service::evaluation::Projection;
use std::sync::Arc;

#[derive(Clone)]
pub struct Evaluation(pub Arc<domain::evaluation::Evaluation>);

connection!(EvaluationConnection, EvaluationEdge, Evaluation, "evaluations", count = 400, nested);

/// An evaluation of a part of the year (periodic) or of the whole year (annual). It is created when its plan is
/// approved. Until the ratings are FINAL, only the rater can see ratings, predicate, notes and explanation; for
/// everyone else they are null.
#[Object]
impl Evaluation {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Evaluation, self.0.id)
    }
    /// The ratee.
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
    /// The year or part of the year.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// Periodic or annual.
    async fn kind(&self) -> EvaluationKind {
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
    /// Its status. RATED_DRAFT means that the rater has saved a draft; only the rater can read it.
    async fn status(&self) -> EvaluationStatus {
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
    /// The rater.
    async fn rater(&self) -> Rater {
        Rater::on_form(self.0.rater.clone(), self.0.staff, FormOf::Evaluation(self.0.id))
    }
    /// The ratee's data as printed on the form: the current data until the ratings are final; from then on, the data at
    /// the time when they became final.
    async fn ratee(&self, ctx: &Context<'_>) -> async_graphql::Result<PersonSnapshot> {
        plan::ratee(ctx, FormOf::Evaluation(self.0.id)).await
    }
    /// The version of the regulation that determines this result. A newer version does not affect it.
    async fn regulation(&self, ctx: &Context<'_>) -> async_graphql::Result<Regulation> {
        let found = service::regulation::pinned(ctx.env()?, self.0.agency, &self.0.regulation).boxed().await;
        found.map(Regulation).or_fail(ctx)
    }
    /// The realisations reported by the employee.
    #[graphql(directive = list_size::apply(6))]
    async fn realisations(&self) -> Vec<Realisation> {
        let realisations = self.0.detail.realisations.iter().cloned();
        realisations.map(|realisation| Realisation(realisation, self.rated())).collect()
    }
    /// The employee's own note; null if none.
    async fn self_note(&self) -> Option<&str> {
        self.0.detail.self_note.as_deref()
    }
    /// Time of the last report; null until then.
    async fn reported_at(&self) -> Option<DateTime> {
        self.0.detail.reported_at.map(DateTime)
    }
    /// The rater's rating of the results.
    async fn result_rating(&self, ctx: &Context<'_>) -> Option<Expectation> {
        self.with_visible_ratings(ctx)?.result_rating.map(Into::into)
    }
    /// Label of `resultRating` in the requested language.
    async fn result_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.with_visible_ratings(ctx)?.result_rating?))
    }
    /// The rater's rating of the behaviour.
    async fn behaviour_rating(&self, ctx: &Context<'_>) -> Option<Expectation> {
        self.with_visible_ratings(ctx)?.behaviour_rating.map(Into::into)
    }
    /// Label of `behaviourRating` in the requested language.
    async fn behaviour_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.with_visible_ratings(ctx)?.behaviour_rating?))
    }
    /// The reason why the results are not as expected, given by the rater or by the decision on an objection.
    async fn result_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.with_visible_ratings(ctx)?.detail.result_reason.as_deref()
    }
    /// The reason why the behaviour is not as expected, given by the rater or by the decision on an objection.
    async fn behaviour_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.with_visible_ratings(ctx)?.detail.behaviour_reason.as_deref()
    }
    /// Ratings of result rows. They explain the rating and do not affect the predicate.
    #[graphql(directive = list_size::apply(6))]
    async fn result_ratings(&self, ctx: &Context<'_>) -> Vec<RowRating> {
        let rows = self
            .with_visible_ratings(ctx)
            .map(|rated| rated.detail.result_ratings.clone())
            .unwrap_or_default();
        rows.into_iter().map(|row| RowRating(row, self.rated())).collect()
    }
    /// Ratings of behaviour values. They explain the rating and do not affect the predicate.
    #[graphql(directive = list_size::apply(7))]
    async fn behaviour_ratings(&self, ctx: &Context<'_>) -> Vec<ValueRating> {
        let values = self
            .with_visible_ratings(ctx)
            .map(|rated| rated.detail.behaviour_ratings.clone())
            .unwrap_or_default();
        values.into_iter().map(ValueRating).collect()
    }
    /// Scores that the rater gave under a numeric scheme; null under a rating matrix.
    async fn scores(&self, ctx: &Context<'_>) -> Option<Scores> {
        let scores = self.with_visible_ratings(ctx)?.detail.scores.clone()?;
        Some(Scores { scores, rated: self.rated() })
    }
    /// Trainings as evidence. Before FINAL, these are proposals: the verified trainings that support the plan and end
    /// in the period. From FINAL on, they are the trainings that were counted.
    #[graphql(directive = list_size::apply(2))]
    async fn trainings(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RecognisedTraining>> {
        if self.0.status.is_unfinished() {
            let found = ctx.loaders()?.proposed_trainings.find(ctx, self.0.id).await?.unwrap_or_default();
            return Ok(found.iter().cloned().map(RecognisedTraining).collect());
        }
        let counted =
            self.with_visible_ratings(ctx).map(|rated| rated.detail.trainings.clone()).unwrap_or_default();
        Ok(counted.into_iter().map(RecognisedTraining).collect())
    }
    /// Score under a numeric scheme; null under a rating matrix. In a year with several plans, the score of the year.
    async fn score(&self, ctx: &Context<'_>) -> Option<Decimal> {
        self.with_visible_ratings(ctx)?.detail.score.as_ref()?.score().map(Decimal)
    }
    /// The predicate, determined when the ratings became final; in a year with several plans, the predicate of the
    /// year.
    async fn predicate(&self, ctx: &Context<'_>) -> Option<Predicate> {
        self.with_visible_ratings(ctx)?.predicate.map(Into::into)
    }
    /// Label of `predicate` in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        let predicate = self.with_visible_ratings(ctx)?.predicate?;
        Some(label(ctx, locale, predicate))
    }
    /// The unit's predicate at the time the ratings became final; null if it was not set.
    async fn org_unit_predicate(&self, ctx: &Context<'_>) -> Option<OrgUnitPredicate> {
        self.with_visible_ratings(ctx)?.unit_predicate.map(Into::into)
    }
    /// Label of `orgUnitPredicate` in the requested language.
    async fn org_unit_predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.with_visible_ratings(ctx)?.unit_predicate?))
    }
    /// The parts of a year with several plans, as after a transfer, on the annual evaluation of the last plan. The last
    /// rater decides the predicate of the year from them. Empty if the year has one plan, or if you can't see the
    /// ratings.
    async fn year_parts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<YearPart>> {
        Ok(year::parts(&*self.year(ctx).await?))
    }
    /// The predicate proposed for a year with several plans. The regulation determines how it is found: as the best
    /// predicate that was reached in at least half of the months, or from the mean score weighted by months. The last
    /// rater confirms it or departs from it.
    async fn year_proposal(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Predicate>> {
        Ok(self.year(ctx).await?.proposal.map(Into::into))
    }
    /// Label of `yearProposal` in the requested language.
    async fn year_proposal_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> async_graphql::Result<Option<&str>> {
        Ok(self.year(ctx).await?.proposal.map(|predicate| label(ctx, locale, predicate)))
    }
    /// The last rater's decision on a year with several plans, which sets `predicate`; null otherwise.
    async fn year_decision(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<YearDecision>> {
        Ok(year::decision(&*self.year(ctx).await?))
    }
    /// Explanation of the predicate: a tree with the inputs as leaves; null until FINAL.
    #[graphql(directive = cost::apply(1))]
    async fn explanation(&self, ctx: &Context<'_>) -> Option<ScoreNode> {
        self.with_visible_ratings(ctx)?.detail.score.as_ref().map(ScoreNode::root)
    }
    /// The nodes of `explanation` as a flat list, parents before children.
    #[graphql(directive = cost::apply(1))]
    async fn explanation_nodes(&self, ctx: &Context<'_>) -> Vec<ScoreNode> {
        let tree = self.with_visible_ratings(ctx).and_then(|rated| rated.detail.score.as_ref());
        tree.map(ScoreNode::all).unwrap_or_default()
    }
    /// The explanation as one page of text; null until FINAL.
    #[graphql(directive = cost::apply(1))]
    async fn explanation_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<String> {
        let tree = self.with_visible_ratings(ctx)?.detail.score.as_ref()?;
        Some(tree.explanation_text(ctx.language(locale)))
    }
    /// The feedback about this evaluation that you can see.
    #[graphql(directive = list_size::apply(3))]
    async fn feedback(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Feedback>> {
        let found = ctx.loaders()?.feedback_of_plans.find(ctx, self.0.plan).await?.unwrap_or_default();
        let of_this = found.iter().filter(|feedback| feedback.evaluation == Some(self.0.id));
        Ok(of_this.cloned().map(Feedback).collect())
    }
    /// Number of feedback texts and authors in the period, for each month, direction and subject; the oldest month
    /// first. For the rater; empty for everyone else.
    #[graphql(directive = list_size::apply(10))]
    async fn feedback_summary(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FeedbackSummary>> {
        let found = service::feedback::summary(ctx.env()?, ctx.actor()?, &self.0).boxed().await;
        Ok(found.or_fail(ctx)?.into_iter().map(FeedbackSummary).collect())
    }
    /// The career recommendations; empty before FINAL.
    #[graphql(directive = list_size::apply(2))]
    async fn recommendations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Recommendation>> {
        if self.with_visible_ratings(ctx).is_none() {
            return Ok(Vec::new());
        }
        let found = ctx.loaders()?.recommendations.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.iter().cloned().map(Recommendation).collect())
    }
    /// The signatures on the annual document.
    #[graphql(directive = list_size::apply(3))]
    async fn signatures(&self) -> Vec<Signature> {
        self.0.detail.signatures.iter().cloned().map(Signature).collect()
    }
    /// Each time a final or delivered result became a draft again, oldest first. The journal keeps the earlier result:
    /// see `history` and `evaluationAsOf`.
    #[graphql(directive = list_size::apply(2))]
    async fn reopenings(&self) -> Vec<Reopening> {
        self.0.detail.reopenings.iter().cloned().map(Reopening).collect()
    }
    /// Time at which the ratings became final; null until then.
    async fn finalised_at(&self) -> Option<DateTime> {
        self.0.finalised_at.map(DateTime)
    }
    /// Time at which the annual result was delivered; null until then.
    async fn delivered_at(&self) -> Option<DateTime> {
        self.0.delivered_at.map(DateTime)
    }
    /// Day on which the rater handed over the result on paper to a person whose account is not activated; null for
    /// everyone else.
    async fn handed_over_on(&self) -> Option<Date> {
        self.0.detail.handed_over_on.map(Date)
    }
    /// Last day of the objection period, which starts with the last delivery, or on `handedOverOn`; null until the
    /// result is delivered. Until this day the rater's superior can reopen the result. It is closed only after this
    /// day.
    async fn objection_until(&self) -> Option<Date> {
        self.0.objection_until.map(Date)
    }
    /// The objection to the result; null if there was none. An objection filed after the last day is shown only if none
    /// was filed in time.
    async fn objection(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Objection>> {
        objection::of_evaluation(ctx, self.0.id).await
    }
    /// The journal entries about it that you can see, oldest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Journal cursor to start after; by default from the first entry.")] after: Option<
            String,
        >,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// A receipt, as JSON text: proof that the last journal entry about this evaluation is in the journal. Save it as
    /// a file and verify it at any later time with `kinerja-verify receipt FILE --key KEY`, which needs no server
    /// (key: `GET /journal/key`). It contains the entry itself only if you can see all of it, including earlier
    /// drafts of the ratings. Null until a checkpoint covers the entry, which takes about a minute.
    async fn receipt(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        ctx.loaders()?.receipts_of_evaluations.find(ctx, self.0.id).await
    }
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.evaluation_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

impl Evaluation {
    /// Returns the contents of the plan that it rates. Needs the stored document.
    fn rated(&self) -> Rated {
        let frozen = self.0.detail.revision.filter(|_| self.0.status.is_final());
        Rated { plan: self.0.plan, frozen }
    }

    /// Returns the evaluation if the caller can see its ratings, and records that they read them.
    pub(super) fn with_visible_ratings(&self, ctx: &Context<'_>) -> Option<&domain::evaluation::Evaluation> {
        let (env, actor) = (ctx.env().ok()?, ctx.actor().ok()?);
        service::evaluation::see_and_record_ratings(env, actor, &self.0).then_some(&*self.0)
    }
}

impl Leaves for Evaluation {
    fn leaf(field: &str) -> Option<Leaf<Self>> {
        Some(match field {
            "id" => |one, _, text| written::plain(text, &id::encode(Kind::Evaluation, one.0.id)),
            "kind" => |one, _, text| written::name(text, Some(one.0.kind)),
            "status" => |one, _, text| written::name(text, Some(one.0.status)),
            "predicate" => |one, ctx, text| {
                written::name(text, one.with_visible_ratings(ctx).and_then(|rated| rated.predicate));
            },
            "resultRating" => |one, ctx, text| {
                written::name(text, one.with_visible_ratings(ctx).and_then(|rated| rated.result_rating));
            },
            "behaviourRating" => |one, ctx, text| {
                written::name(text, one.with_visible_ratings(ctx).and_then(|rated| rated.behaviour_rating));
            },
            _ => return None,
        })
    }
}

/// The fields that need the stored document of an evaluation.
const DOCUMENT_FIELDS: [&str; 20] = [
    "handedOverOn",
    "realisations",
    "selfNote",
    "reportedAt",
    "resultReason",
    "behaviourReason",
    "resultRatings",
    "behaviourRatings",
    "scores",
    "trainings",
    "score",
    "yearParts",
    "yearProposal",
    "yearProposalLabel",
    "yearDecision",
    "explanation",
    "explanationNodes",
    "explanationText",
    "signatures",
    "reopenings",
];

/// Returns the columns that a field of an evaluation needs. A test reads each field alone and with all others.
fn columns_of(field: &str) -> Projection {
    match field {
        "__typename" | "id" | "staff" | "orgUnit" | "status" | "statusLabel" | "recommendations"
        | "objection" | "history" | "receipt" | "allowedActions" => Projection::LINE,
        "plan" | "feedback" => Projection::PLAN,
        "period" => Projection::PERIOD,
        "kind" | "kindLabel" => Projection::KIND,
        "resultRating" | "resultRatingLabel" | "behaviourRating" | "behaviourRatingLabel" => {
            Projection::RATINGS
        }
        "predicate" | "predicateLabel" => Projection::PREDICATE,
        "orgUnitPredicate" | "orgUnitPredicateLabel" => Projection::UNIT_PREDICATE,
        "version" => Projection::VERSION,
        field if DOCUMENT_FIELDS.contains(&field) => Projection::FULL,
        _ => Projection::WITHOUT_DETAIL,
    }
}

/// Returns the columns of an evaluation that the fields of these selections need.
pub(crate) fn projection(selected: &[Lookahead<'_>]) -> Projection {
    page::names(selected).map(columns_of).fold(Projection::LINE, Projection::and)
}

/// Loads an evaluation by id, if the caller can see it.
pub(crate) async fn one(ctx: &Context<'_>, id: EvaluationId) -> async_graphql::Result<Option<Evaluation>> {
    one_in_part(ctx, id, Projection::FULL).await
}

/// Loads these columns of an evaluation by id, if the caller can see it.
pub(crate) async fn one_in_part(
    ctx: &Context<'_>,
    id: EvaluationId,
    columns: Projection,
) -> async_graphql::Result<Option<Evaluation>> {
    Ok(ctx.loaders()?.evaluations.find(ctx, (id, columns)).await?.map(Evaluation))
}
