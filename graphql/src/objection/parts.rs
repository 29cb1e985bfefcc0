//! Parts of an objection: grounds, the contested result, explanations, the decision.

use crate::{
    activity::Evidence,
    enums::{Expectation, Party, Predicate},
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    scalars::{DateTime, Decimal},
    weight::list_size,
};
use async_graphql::{Context, ID, Object};
use domain::objection::{self, GroundAbout};

pub struct Ground(pub objection::Ground);

/// A ground of an objection.
#[Object(name = "ObjectionGround")]
impl Ground {
    /// Key of the result row that it is about; null if it is about something else.
    async fn plan_result_id(&self) -> Option<ID> {
        match self.0.about {
            Some(GroundAbout::Result(id)) => Some(id::encode(Kind::PlanResult, id)),
            _ => None,
        }
    }
    /// Global id of the behaviour value that it is about; null if it is about something else.
    async fn criterion_id(&self) -> Option<ID> {
        match self.0.about {
            Some(GroundAbout::Behaviour(id)) => Some(id::encode(Kind::Criterion, id)),
            _ => None,
        }
    }
    /// Text of the row or name of the value when it was filed; null for the result as a whole.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }
    /// The reason.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// The evidence for it.
    #[graphql(directive = list_size::apply(2))]
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().map(Evidence::of_result).collect()
    }
}

pub struct Outcome(pub objection::Outcome);

/// The ratings of a result, its score and its predicate.
#[Object(name = "ObjectionOutcome")]
impl Outcome {
    /// Rating of the results; null under a numeric scheme.
    async fn result_rating(&self) -> Option<Expectation> {
        self.0.result_rating.map(Into::into)
    }
    /// Label of `resultRating` in the requested language.
    async fn result_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.result_rating?))
    }
    /// Rating of the behaviour; null under a numeric scheme.
    async fn behaviour_rating(&self) -> Option<Expectation> {
        self.0.behaviour_rating.map(Into::into)
    }
    /// Label of `behaviourRating` in the requested language.
    async fn behaviour_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.behaviour_rating?))
    }
    /// Score under a numeric scheme; null under a rating matrix.
    async fn score(&self) -> Option<Decimal> {
        self.0.score.map(Decimal)
    }
    /// The predicate.
    async fn predicate(&self) -> Option<Predicate> {
        self.0.predicate.map(Into::into)
    }
    /// Label of `predicate` in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.predicate?))
    }
}

pub struct Contested(pub objection::Contested);

/// A result as it was when an objection to it was filed.
#[Object(name = "ContestedResult")]
impl Contested {
    /// Version of the evaluation at that time.
    async fn evaluation_version(&self) -> i32 {
        self.0.version
    }
    /// The ratings and the predicate.
    async fn outcome(&self) -> Outcome {
        Outcome(self.0.outcome.clone())
    }
    /// The rater's reason if the results are not as expected.
    async fn result_reason(&self) -> Option<&str> {
        self.0.result_reason.as_deref()
    }
    /// The rater's reason if the behaviour is not as expected.
    async fn behaviour_reason(&self) -> Option<&str> {
        self.0.behaviour_reason.as_deref()
    }
    /// The employee's own note in their report.
    async fn self_note(&self) -> Option<&str> {
        self.0.self_note.as_deref()
    }
    /// The result rows with their reports and ratings.
    #[graphql(directive = list_size::apply(6))]
    async fn rows(&self) -> Vec<ContestedRow> {
        self.0.rows.iter().cloned().map(ContestedRow).collect()
    }
    /// The behaviour values that the rater rated.
    #[graphql(directive = list_size::apply(7))]
    async fn values(&self) -> Vec<ContestedValue> {
        self.0.values.iter().cloned().map(ContestedValue).collect()
    }
}

pub struct ContestedRow(objection::ContestedRow);

/// A result row of a contested result.
#[Object]
impl ContestedRow {
    /// Key of the row.
    async fn row_key(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.result)
    }
    /// Its text.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// The employee's report on the row, one text for each reported realisation.
    async fn reported(&self) -> &[String] {
        &self.0.reported
    }
    /// The rater's rating of it; null if the rater gave none.
    async fn rating(&self) -> Option<Expectation> {
        self.0.rating.map(Into::into)
    }
    /// Label of `rating` in the requested language.
    async fn rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.rating?))
    }
    /// The rater's note on it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

pub struct ContestedValue(objection::ContestedValue);

/// A behaviour value of a contested result.
#[Object]
impl ContestedValue {
    /// Global id of the criterion.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// Its name, in Indonesian.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The rater's rating of it.
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
    /// The rater's note on it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

pub struct ObjectionAnswer(pub objection::Answer);

/// The explanation of a side.
#[Object]
impl ObjectionAnswer {
    /// The side: EMPLOYEE or RATER.
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
    /// The person.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The text.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// Time of the explanation.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

pub struct ObjectionAssignment(pub objection::Assigned);

/// The assignment of the person who decides on an objection.
#[Object]
impl ObjectionAssignment {
    /// The member of the performance team who assigned the person.
    async fn by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.by).await
    }
    /// The reason for choosing this person.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Time of the assignment.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

pub struct ObjectionDecision(pub objection::Decision);

/// The decision on an objection, which is final.
#[Object]
impl ObjectionDecision {
    /// The person who decided.
    async fn by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.by).await
    }
    /// The grounds of the decision.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Time of the decision.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// The result before the decision.
    async fn before(&self) -> Outcome {
        Outcome(self.0.before.clone())
    }
    /// The result after the decision; the same as `before` if it was upheld.
    async fn after(&self) -> Outcome {
        Outcome(self.0.after.clone())
    }
}
