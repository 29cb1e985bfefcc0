//! `Feedback`, and feedback that waits.

use crate::{
    allowed::AllowedAction,
    context::ContextExt,
    enums::{FeedbackDirection, FeedbackKind},
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    plan::Rated,
    scalars::{Date, DateTime},
};
use async_graphql::{Context, ID, Object};
use domain::feedback::FeedbackAbout;
use std::sync::Arc;

#[derive(Clone)]
pub struct Feedback(pub domain::feedback::Feedback);

/// Feedback (umpan balik) on a result row, an activity, a behaviour value or the work as a whole. Superiors, and people
/// who write about themselves, give it openly. Colleagues and subordinates give it in confidence: at the end of a part
/// of the year, the texts of at least three people of one direction are released together, in random order, without
/// their authors and times.
#[Object]
impl Feedback {
    /// Global id. Feedback in confidence gets it at its release.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Feedback, self.0.id)
    }
    /// Role of the author towards the person, such as SUPERIOR or PEER.
    async fn direction(&self) -> FeedbackDirection {
        self.0.direction.into()
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.direction)
    }
    /// Kind of object that it is about.
    async fn about_kind(&self) -> FeedbackKind {
        self.0.about.kind().into()
    }
    /// Label of `aboutKind` in the requested language.
    async fn about_kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.about.kind())
    }
    /// Global id of the result row, activity or criterion that it is about; the global id of the plan if it is about
    /// the work as a whole. Once the evaluation that lists the feedback is final, the id of a row is its id in the
    /// revision that was rated; before, its id in the revision in force.
    async fn about_id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(match self.0.about {
            FeedbackAbout::Result(row) => {
                let frozen = ctx.loaders()?.frozen_of_plans.find(ctx, self.0.plan).await?.unwrap_or_default();
                let of_this = frozen.iter().find(|frozen| Some(frozen.evaluation) == self.0.evaluation);
                let rated = Rated { plan: self.0.plan, frozen: of_this.map(|frozen| frozen.revision) };
                rated.result_id(ctx, row).await?
            }
            FeedbackAbout::Activity(activity) => id::encode(Kind::Activity, activity),
            FeedbackAbout::Behaviour(criterion) => id::encode(Kind::Criterion, criterion),
            FeedbackAbout::General => id::encode(Kind::Plan, self.0.plan),
        })
    }
    /// The person who gave it. Null for feedback in confidence, unless you are the rater of the plan. The person whom
    /// it is about never sees the author.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        let author = match self.0.author {
            Some(author) => Some(author),
            None => {
                service::feedback::record_feedback_read(ctx.env()?, ctx.actor()?, &self.0);
                ctx.loaders()?.feedback_authors.find(ctx, self.0.id).await?
            }
        };
        match author {
            Some(author) => one_staff(ctx, author).await,
            None => Ok(None),
        }
    }
    /// Text.
    async fn text(&self, ctx: &Context<'_>) -> async_graphql::Result<&str> {
        service::feedback::record_feedback_read(ctx.env()?, ctx.actor()?, &self.0);
        Ok(&self.0.text)
    }
    /// Time at which it was given; null for feedback in confidence, because the time would show who gave it.
    async fn given_at(&self) -> Option<DateTime> {
        (!self.0.direction.is_confidential()).then_some(DateTime(self.0.given_at))
    }
    /// Reply of the person whom it is about; null until they reply.
    async fn reply(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        service::feedback::record_feedback_read(ctx.env()?, ctx.actor()?, &self.0);
        Ok(self.0.reply.as_ref().map(|reply| reply.text.as_str()))
    }
    /// Time of the reply; null until then.
    async fn replied_at(&self) -> Option<DateTime> {
        self.0.reply.as_ref().map(|reply| DateTime(reply.at))
    }
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = service::feedback::feedback_actions(ctx.actor()?, &self.0);
        Ok(AllowedAction::list(&Arc::new(found)))
    }
}

pub struct WaitingFeedback(pub domain::feedback::WaitingFeedback);

/// Your feedback that nobody else can read yet. Feedback in confidence waits until the end of a part of the year; open
/// feedback waits until the person has a plan that it can belong to.
#[Object]
impl WaitingFeedback {
    /// The person whom it is about.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.recipient).await
    }
    /// Your role towards the person, such as SUPERIOR or PEER.
    async fn direction(&self) -> FeedbackDirection {
        self.0.direction.into()
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.direction)
    }
    /// Kind of object that it is about: BEHAVIOUR or GENERAL.
    async fn about_kind(&self) -> FeedbackKind {
        self.0.about.kind().into()
    }
    /// Label of `aboutKind` in the requested language.
    async fn about_kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.about.kind())
    }
    /// Global id of the criterion that it is about; null for the work as a whole.
    async fn criterion_id(&self) -> Option<ID> {
        match self.0.about {
            FeedbackAbout::Behaviour(criterion) => Some(id::encode(Kind::Criterion, criterion)),
            _ => None,
        }
    }
    /// Text.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// Time at which you gave it.
    async fn given_at(&self) -> DateTime {
        DateTime(self.0.given_at)
    }
}

pub struct FeedbackSummary(pub domain::feedback::SummaryLine);

/// Number of texts of feedback about a person, and of their authors, in one month, from one direction and on one
/// subject.
#[Object]
impl FeedbackSummary {
    /// First day of the month. Feedback in confidence counts in the month of its release.
    async fn month(&self) -> Date {
        Date(self.0.month)
    }
    /// Role of the author towards the person, such as SUPERIOR or PEER.
    async fn direction(&self) -> FeedbackDirection {
        self.0.direction.into()
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.direction)
    }
    /// Kind of object that it is about.
    async fn about_kind(&self) -> FeedbackKind {
        self.0.about.into()
    }
    /// Label of `aboutKind` in the requested language.
    async fn about_kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.about)
    }
    /// Global id of the behaviour value; null if it is about something else.
    async fn criterion_id(&self) -> Option<ID> {
        self.0.criterion.map(|criterion| id::encode(Kind::Criterion, criterion))
    }
    /// Number of texts.
    async fn texts(&self) -> i32 {
        i32::try_from(self.0.texts).unwrap_or(i32::MAX)
    }
    /// Number of people who wrote them.
    async fn people(&self) -> i32 {
        i32::try_from(self.0.people).unwrap_or(i32::MAX)
    }
}
