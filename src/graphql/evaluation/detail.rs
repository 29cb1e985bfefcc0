//! What stands in an evaluation: reports, ratings of rows, the explanation, signatures, feedback.

use crate::graphql::{
    activity::Evidence,
    context::ContextExt,
    enums::{Expectation, FeedbackKind, Party, RecommendationKind},
    id::{self, Kind},
    labels::Locale,
    organisation::{Staff, one_staff},
    scalars::{DateTime, Decimal},
    scoring::TrainingCountsFor,
};
use async_graphql::{Context, ID, Object};
use domain::{evaluation, feedback::FeedbackAbout};

pub struct Realisation(pub evaluation::Realisation);

/// What was reached of a row or an indicator (realisasi berdasarkan bukti dukung).
#[Object]
impl Realisation {
    /// The row's id.
    async fn plan_result_id(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.result)
    }
    /// The indicator's id; null for the row as a whole.
    async fn indicator_id(&self) -> Option<ID> {
        self.0.indicator.map(|indicator| id::encode(Kind::Indicator, indicator))
    }
    /// The figure, in the indicator's unit.
    async fn value(&self) -> Option<Decimal> {
        self.0.value.map(Decimal)
    }
    /// In words.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// What shows it.
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().cloned().map(Evidence).collect()
    }
}

pub struct RowRating(pub evaluation::RowRating);

/// The rater's rating of a row: it explains, it counts for nothing.
#[Object]
impl RowRating {
    /// The row's id.
    async fn plan_result_id(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.result)
    }
    /// The rating.
    async fn rating(&self) -> Expectation {
        self.0.rating.into()
    }
    /// A note.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

pub struct ValueRating(pub evaluation::ValueRating);

/// The rater's rating of a behaviour value: it explains, it counts for nothing.
#[Object]
impl ValueRating {
    /// The criterion's id; see `criteria`.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// The rating.
    async fn rating(&self) -> Expectation {
        self.0.rating.into()
    }
    /// A note.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

pub struct RecognisedTraining(pub domain::scoring::RecognisedTraining);

/// A recognised training (pengembangan kompetensi) as evidence. How much of it counts tells its node in the explanation.
#[Object]
impl RecognisedTraining {
    /// What it is known by: the same training has the same reference wherever it is named.
    async fn reference(&self) -> &str {
        &self.0.reference
    }
    /// Its name.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// Lesson hours (JP).
    async fn hours(&self) -> i32 {
        i32::try_from(self.0.hours).unwrap_or(i32::MAX)
    }
    /// What it is evidence of.
    async fn counts_for(&self) -> TrainingCountsFor {
        self.0.counts_for.into()
    }
    /// The result row or behaviour value, in words.
    async fn of(&self) -> Option<&str> {
        self.0.of.as_deref()
    }
}

pub struct Signature(pub evaluation::Signature);

/// A signature on the annual document.
#[Object]
impl Signature {
    /// As what the person signed.
    async fn party(&self) -> Party {
        self.0.party.into()
    }
    /// Who signed.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

pub struct Feedback(pub domain::feedback::Feedback);

/// A superior's feedback (umpan balik) on a result row, an activity or a behaviour value.
#[Object]
impl Feedback {
    /// The global id.
    async fn id(&self) -> ID {
        id::encode(Kind::Feedback, self.0.id)
    }
    /// What sort of thing it is about.
    async fn about_kind(&self) -> FeedbackKind {
        self.0.about.kind().into()
    }
    /// The id of the result row, activity or criterion that it is about.
    async fn about_id(&self) -> ID {
        match self.0.about {
            FeedbackAbout::Result(row) => id::encode(Kind::PlanResult, row),
            FeedbackAbout::Activity(activity) => id::encode(Kind::Activity, activity),
            FeedbackAbout::Behaviour(criterion) => id::encode(Kind::Criterion, criterion),
        }
    }
    /// Who gave it.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.author).await
    }
    /// What it says.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// When it was given.
    async fn given_at(&self) -> DateTime {
        DateTime(self.0.given_at)
    }
}

pub struct Recommendation(pub domain::recommendation::Recommendation);

/// A recommendation for a person's career: what ends a year.
#[Object]
impl Recommendation {
    /// The global id.
    async fn id(&self) -> ID {
        id::encode(Kind::Recommendation, self.0.id)
    }
    /// What is recommended.
    async fn kind(&self) -> RecommendationKind {
        self.0.kind.into()
    }
    /// The label of `kind`.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        RecommendationKind::from(self.0.kind).label(locale.unwrap_or_else(|| ctx.locale().into()))
    }
    /// In words.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// Who recommends it.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.author).await
    }
    /// When it was made.
    async fn made_at(&self) -> DateTime {
        DateTime(self.0.made_at)
    }
}
