//! Mutations of feedback.

use super::types::Feedback;
use crate::{
    context::ContextExt,
    enums::FeedbackDirection,
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
};
use async_graphql::{Context, InputObject, Object, OneofObject, SimpleObject};
use domain::{
    feedback::{FeedbackAbout, FeedbackInput},
    id::{ActivityId, CriterionId, EvaluationId, FeedbackId, FeedbackRequestId, PlanId, ResultId, StaffId},
};
use futures_util::FutureExt;
use service::feedback as use_case;
use uuid::Uuid;

/// Mutations of feedback.
#[derive(Default)]
pub struct FeedbackMutation;

/// Subject of feedback: give exactly one field.
#[derive(OneofObject, Clone)]
pub(super) enum FeedbackAboutInput {
    /// A result row of the plan, by its `rowKey` or its `id` in any revision.
    #[graphql(name = "planResultId")]
    PlanResult(Given<ResultId>),
    /// An activity under the plan.
    #[graphql(name = "activityId")]
    Activity(Given<ActivityId>),
    /// A behaviour value; see `criteria`.
    #[graphql(name = "criterionId")]
    Criterion(Given<CriterionId>),
}

/// Input of `giveFeedback`: feedback on a plan that you can see, or to a person. Give either `planId` or `staffId`.
#[derive(InputObject)]
struct GiveFeedbackInput {
    /// The plan that the feedback belongs to. Only superiors of the person and the person can use it. Null if you give
    /// `staffId`.
    plan_id: Option<Given<PlanId>>,
    /// The person whom the feedback is about. Everyone who can give feedback can use it, see
    /// `Staff.feedbackDirections`. Null if you give `planId`.
    staff_id: Option<Given<StaffId>>,
    /// Your role towards the person, such as SUPERIOR or PEER; needed only if you have several.
    direction: Option<FeedbackDirection>,
    /// The subject; null for the work as a whole. Feedback in confidence, from colleagues and subordinates, can only be
    /// about a behaviour value or the work as a whole, because a row or an activity would reveal the author.
    about: Option<FeedbackAboutInput>,
    /// The evaluation that lists the feedback; it must not be final yet. Null for feedback outside an evaluation, and for
    /// feedback in confidence, which is listed in the evaluation of the part of the year in which it is released.
    evaluation_id: Option<Given<EvaluationId>>,
    /// The request for feedback that you answer. If you give the feedback in confidence, only you can see that you
    /// answered it.
    feedback_request_id: Option<Given<FeedbackRequestId>>,
    /// Text, 1 to 2,000 characters. If you give it in confidence, write nothing that reveals who you are.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `replyFeedback`: your reply to feedback about you.
#[derive(InputObject)]
struct ReplyFeedbackInput {
    /// The feedback.
    feedback_id: Given<FeedbackId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Text, 1 to 2,000 characters. It can't be changed later.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a mutation of feedback.
#[derive(SimpleObject)]
struct FeedbackPayload {
    /// The feedback; null if `errors` is not empty, if `waits` is true, or if you can't see the plan that it belongs
    /// to.
    feedback: Option<Feedback>,
    /// Whether the text is stored but waits for its release. Feedback in confidence waits until at least three people
    /// have given it and a part of the year ends. Open feedback waits until the person has a plan that it can belong
    /// to. See `Viewer.waitingFeedback`.
    waits: bool,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl FeedbackMutation {
    /// Gives feedback on a result row, an activity, a behaviour value or the work as a whole. Superiors, and people who
    /// write about themselves, give it openly; colleagues and direct subordinates give it in confidence. After the
    /// result of a year is final, feedback on behaviour and on the work as a whole goes to the person's next plan.
    async fn give_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The plan or the person, the subject of the feedback, the text and an optional idempotency key."
        )]
        input: GiveFeedbackInput,
    ) -> async_graphql::Result<FeedbackPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key.clone());
        let give = input.read(&mut read);
        let result = read.run(use_case::give_feedback(ctx.env()?, ctx.actor()?, key, give)).await;
        let (given, errors) = error::outcome(ctx, result)?;
        Ok(FeedbackPayload { waits: given == Some(None), feedback: one(ctx, given.flatten()).await?, errors })
    }

    /// Replies to feedback about yourself, once. Everyone who can see the feedback sees the reply.
    async fn reply_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The feedback, its version, the text and an optional idempotency key.")]
        input: ReplyFeedbackInput,
    ) -> async_graphql::Result<FeedbackPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let reply = use_case::ReplyFeedback {
            feedback: read.get("feedbackId", input.feedback_id),
            expected_version: input.expected_version,
            text: input.text,
        };
        let result = read.run(use_case::reply_feedback(ctx.env()?, ctx.actor()?, key, reply)).await;
        let (replied, errors) = error::outcome(ctx, result)?;
        Ok(FeedbackPayload { feedback: one(ctx, replied).await?, waits: false, errors })
    }
}

async fn one(ctx: &Context<'_>, id: Option<FeedbackId>) -> async_graphql::Result<Option<Feedback>> {
    let Some(id) = id else { return Ok(None) };
    let found = use_case::feedback_by_id(ctx.env()?, ctx.actor()?, id).boxed().await;
    Ok(found.or_fail(ctx)?.map(Feedback))
}

impl FeedbackAboutInput {
    /// Reads the field `about`; null means the work as a whole.
    pub(super) fn read(about: Option<Self>, read: &mut Reader) -> FeedbackAbout {
        read.at("about", |read| match about {
            None => FeedbackAbout::General,
            Some(Self::PlanResult(row)) => FeedbackAbout::Result(read.get("planResultId", row)),
            Some(Self::Activity(activity)) => FeedbackAbout::Activity(read.get("activityId", activity)),
            Some(Self::Criterion(criterion)) => FeedbackAbout::Behaviour(read.get("criterionId", criterion)),
        })
    }
}

impl GiveFeedbackInput {
    fn read(self, read: &mut Reader) -> use_case::GiveFeedback {
        let about = FeedbackAboutInput::read(self.about, read);
        use_case::GiveFeedback {
            plan: read.optional("planId", self.plan_id),
            staff: read.optional("staffId", self.staff_id),
            direction: self.direction.map(Into::into),
            request: read.optional("feedbackRequestId", self.feedback_request_id),
            feedback: FeedbackInput {
                about,
                evaluation: read.optional("evaluationId", self.evaluation_id),
                text: self.text,
            },
        }
    }
}
