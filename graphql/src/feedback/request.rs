//! `FeedbackRequest`, and its mutations.

use super::mutation::FeedbackAboutInput;
use crate::{
    allowed::AllowedAction,
    context::ContextExt,
    enums::{FeedbackKind, FeedbackRequestStatus},
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    plan::{self, Plan},
    reader::Reader,
    scalars::{Date, DateTime},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    feedback::{FeedbackAbout, RequestAnswer, RequestInput},
    id::{FeedbackRequestId, PlanId, StaffId},
};
use service::feedback as use_case;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Clone)]
pub struct FeedbackRequest(pub Arc<domain::feedback::FeedbackRequest>);

/// A request for feedback about a person, made by this person or by their rater. Only the person who asked and the
/// person who was asked can see it. Colleagues and subordinates answer in confidence: only they can see that they
/// answered; to the person who asked, the request always looks unanswered.
#[Object]
impl FeedbackRequest {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::FeedbackRequest, self.0.id)
    }
    /// The plan of the person; null if you can't see it.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        plan::one(ctx, self.0.plan).await
    }
    /// The person whom the feedback should be about.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The person who asked for the feedback.
    async fn from(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.from).await
    }
    /// The person who was asked for the feedback.
    async fn to(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.to).await
    }
    /// Whether the answer is given in confidence; fixed when the request was made.
    async fn in_confidence(&self) -> bool {
        self.0.in_confidence
    }
    /// Kind of object that the feedback should be about; always GENERAL if the answer is given in confidence.
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
    /// Global id of the activity or criterion, or key of the result row; null for the work as a whole.
    async fn about_id(&self) -> Option<ID> {
        match self.0.about {
            FeedbackAbout::Result(row) => Some(id::encode(Kind::PlanResult, row)),
            FeedbackAbout::Activity(activity) => Some(id::encode(Kind::Activity, activity)),
            FeedbackAbout::Behaviour(criterion) => Some(id::encode(Kind::Criterion, criterion)),
            FeedbackAbout::General => None,
        }
    }
    /// The question to answer; null if not given, and if the answer is given in confidence.
    async fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }
    /// Deadline: the last day to answer on time. It can still be answered later.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }
    /// Time at which it was made.
    async fn requested_at(&self) -> DateTime {
        DateTime(self.0.requested_at)
    }
    /// Its status. If the answer is given in confidence, everyone but the person who was asked sees REQUESTED.
    async fn status(&self, ctx: &Context<'_>) -> async_graphql::Result<FeedbackRequestStatus> {
        Ok(self.status_of(ctx)?.into())
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> async_graphql::Result<&str> {
        Ok(label(ctx, locale, self.status_of(ctx)?))
    }
    /// The reason for declining; null if none was given, or if you may not see that it was declined.
    async fn decline_reason(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let answer = ctx.actor()?.staff().and_then(|reader| self.0.answer_for(reader));
        Ok(answer.and_then(|RequestAnswer { reason, .. }| reason.as_deref()))
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = use_case::request_actions(ctx.actor()?, &self.0);
        Ok(AllowedAction::list(&Arc::new(found)))
    }
}

impl FeedbackRequest {
    fn status_of(&self, ctx: &Context<'_>) -> async_graphql::Result<domain::feedback::RequestStatus> {
        let reader = ctx.actor()?.staff();
        Ok(reader.map_or(domain::feedback::RequestStatus::Requested, |reader| self.0.status_for(reader)))
    }
}

/// Loads a request by id, if the caller made it or was asked.
pub(crate) async fn one(
    ctx: &Context<'_>,
    id: FeedbackRequestId,
) -> async_graphql::Result<Option<FeedbackRequest>> {
    Ok(ctx.loaders()?.feedback_requests.find(ctx, id).await?.map(FeedbackRequest))
}

/// Mutations of requests for feedback.
#[derive(Default)]
pub struct RequestMutation;

/// Input of `requestFeedback`: a request for feedback about the owner of a plan.
#[derive(InputObject)]
struct RequestFeedbackInput {
    /// Your own plan, or the plan of a person whom you rate.
    plan_id: Given<PlanId>,
    /// The person to ask: the owner of the plan, or a superior, colleague or direct subordinate of the owner.
    to_id: Given<StaffId>,
    /// Subject of the feedback; null for the work as a whole. Must be null if you ask a colleague or subordinate, who
    /// answers in confidence.
    about: Option<FeedbackAboutInput>,
    /// The question to answer, 1 to 2,000 characters. Must be null if you ask a colleague or subordinate: the answer to
    /// a question would reveal its author.
    message: Option<String>,
    /// Deadline: the last day to answer on time, from today to 366 days later.
    due_on: Given<domain::time::Date>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `declineFeedback`: a request for feedback to decline.
#[derive(InputObject)]
struct DeclineFeedbackInput {
    /// The request.
    feedback_request_id: Given<FeedbackRequestId>,
    /// The reason, at most 2,000 characters. The person who asked can read it, unless you were to answer in confidence.
    reason: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a mutation of a request for feedback.
#[derive(SimpleObject)]
struct FeedbackRequestPayload {
    /// The request; null if `errors` is not empty.
    feedback_request: Option<FeedbackRequest>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl RequestMutation {
    /// Asks somebody for feedback about the owner of a plan. The request appears in the worklist of the person who is
    /// asked; they answer with `giveFeedback` or `declineFeedback`. For the owner and the rater.
    async fn request_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The plan, the person to ask, the subject, the deadline and an optional idempotency key."
        )]
        input: RequestFeedbackInput,
    ) -> async_graphql::Result<FeedbackRequestPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let request = use_case::RequestFeedback {
            plan: read.get("planId", input.plan_id),
            request: RequestInput {
                to: read.get("toId", input.to_id),
                about: FeedbackAboutInput::read(input.about, &mut read),
                message: input.message,
                due_on: read.get("dueOn", input.due_on),
            },
        };
        payload(ctx, read.run(use_case::request_feedback(ctx.env()?, ctx.actor()?, key, request)).await).await
    }

    /// Declines a request for feedback. If the answer would be given in confidence, nobody else can see that it was
    /// declined. For the person who was asked.
    async fn decline_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request, a reason and an optional idempotency key.")]
        input: DeclineFeedbackInput,
    ) -> async_graphql::Result<FeedbackRequestPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let decline = use_case::DeclineFeedback {
            request: read.get("feedbackRequestId", input.feedback_request_id),
            reason: input.reason,
        };
        payload(ctx, read.run(use_case::decline_feedback(ctx.env()?, ctx.actor()?, key, decline)).await).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<FeedbackRequestId>,
) -> async_graphql::Result<FeedbackRequestPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let feedback_request = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(FeedbackRequestPayload { feedback_request, errors })
}
