//! Parts of an evaluation: realisations, ratings of rows, trainings, signatures, reopenings.

use crate::{
    activity::Evidence,
    context::ContextExt,
    enums::{EvaluationStatus, Expectation, Party},
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    plan::Rated,
    scalars::{DateTime, Decimal},
    scoring::TrainingCountsFor,
    training::{self, Training},
};
use async_graphql::{Context, ID, Object};
use domain::evaluation;

pub struct Realisation(pub evaluation::Realisation, pub Rated);

/// The reported realisation of a result row or indicator (realisasi berdasarkan bukti dukung).
#[Object]
impl Realisation {
    /// Global id of the result row. Once the evaluation is final, it is the row's id in the revision that was rated;
    /// before, its id in the revision in force.
    async fn plan_result_id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        self.1.result_id(ctx, self.0.result).await
    }
    /// Global id of the indicator, in the same revision; null for the row as a whole.
    async fn indicator_id(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ID>> {
        match self.0.indicator {
            Some(indicator) => self.1.indicator_id(ctx, self.0.result, indicator).await.map(Some),
            None => Ok(None),
        }
    }
    /// Figure in the indicator's unit; null if only described in words.
    async fn value(&self) -> Option<Decimal> {
        self.0.value.map(Decimal)
    }
    /// Text.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// The evidence for it.
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().map(Evidence::of_result).collect()
    }
}

pub struct RowRating(pub evaluation::RowRating, pub Rated);

/// The rater's rating of a result row. It explains the rating of the results and does not affect the predicate.
#[Object]
impl RowRating {
    /// Global id of the result row. Once the evaluation is final, it is the row's id in the revision that was rated;
    /// before, its id in the revision in force.
    async fn plan_result_id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        self.1.result_id(ctx, self.0.result).await
    }
    /// The rating.
    async fn rating(&self) -> Expectation {
        self.0.rating.into()
    }
    /// Label of `rating` in the requested language.
    async fn rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.rating)
    }
    /// A note; null if none.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

pub struct ValueRating(pub evaluation::ValueRating);

/// The rater's rating of a behaviour value. It explains the rating of the behaviour and does not affect the
/// predicate.
#[Object]
impl ValueRating {
    /// Global id of the criterion; see `criteria`.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// The rating.
    async fn rating(&self) -> Expectation {
        self.0.rating.into()
    }
    /// Label of `rating` in the requested language.
    async fn rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.rating)
    }
    /// A note; null if none.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

pub struct RecognisedTraining(pub domain::scoring::RecognisedTraining);

/// A training (pengembangan kompetensi) that is evidence for a rating. Its node in `explanation` shows how much of it
/// counts.
#[Object]
impl RecognisedTraining {
    /// Organiser, with the number of the certificate or the last day of the training. In results from before people
    /// recorded their own trainings, it is the reference that the rater gave.
    async fn reference(&self) -> &str {
        &self.0.reference
    }
    /// The training; null if you can't see it, and in older results, from before people recorded their trainings.
    async fn training(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Training>> {
        match &self.0.registered {
            Some(registered) => training::one(ctx, registered.training).await,
            None => Ok(None),
        }
    }
    /// Name of its kind in the requested language; null in older results, from before people recorded their trainings.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        let registered = self.0.registered.as_ref()?;
        Some(registered.kind.text(ctx.language(locale)))
    }
    /// If another training with the same certificate counts instead of this one: its name and year. Null otherwise.
    async fn same_certificate_as(&self) -> Option<&str> {
        self.0.registered.as_ref()?.same_as.as_deref()
    }
    /// Its name.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// Lesson hours (JP).
    async fn hours(&self) -> i32 {
        i32::try_from(self.0.hours).unwrap_or(i32::MAX)
    }
    /// Whether it is evidence for the results or the behaviour.
    async fn counts_for(&self) -> TrainingCountsFor {
        self.0.counts_for.into()
    }
    /// Label of `countsFor` in the requested language.
    async fn counts_for_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.counts_for)
    }
    /// The result row or behaviour value that the training supports, in words; null if not given.
    async fn of(&self) -> Option<&str> {
        self.0.of.as_deref()
    }
}

pub struct Signature(pub evaluation::Signature);

/// A signature on the annual document.
#[Object]
impl Signature {
    /// The role in which the person signed.
    async fn party(&self) -> Party {
        self.0.party.into()
    }
    /// Label of `party` in the requested language.
    async fn party_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.party)
    }
    /// The person who signed.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// Time of the signature.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

pub struct Reopening(pub evaluation::Reopening);

/// A reopening: a final or delivered result became a draft again.
#[Object]
impl Reopening {
    /// The reason.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// The person who reopened it: the rater, an admin, or the rater's superior.
    async fn by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.by).await
    }
    /// Time of the reopening.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// The status before: FINAL, DELIVERED or ACKNOWLEDGED.
    async fn from_status(&self) -> EvaluationStatus {
        self.0.from.into()
    }
    /// Label of `fromStatus` in the requested language.
    async fn from_status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.from)
    }
}
