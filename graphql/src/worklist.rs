//! Pending tasks of the person who is logged in.

use super::{
    activity::{Activity, ActivityConnection},
    context::ContextExt,
    correction::Correction,
    dialogue::Dialogue,
    enums::SubjectStatus,
    error::OrFail,
    evaluation::{Evaluation, Recommendation},
    feedback::FeedbackRequest,
    labels::{Locale, label},
    objection::Objection,
    organisation::{RosterProblem, Staff, one_staff},
    page::{self, Items},
    period::Period,
    plan::Plan,
    scalars::Date,
    subject_status,
    training::Training,
};
use crate::connection;
use async_graphql::{Context, Enum, Object, Union};
use domain::{Labelled, id::StaffId};
use futures_util::FutureExt;
use service::{
    db::{Cursor, PageRequest},
    worklist::{self, WorklistSubject as Subject},
};
use std::{collections::BTreeSet, sync::Arc};

/// Kind of pending task, named after the mutation that completes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::worklist::WorklistKind")]
pub enum WorklistKind {
    /// Start your plan for an open year.
    CreatePlan,
    /// Complete your plan, or its revision, and submit it.
    SubmitPlan,
    /// Approve or return a plan, or its revision.
    ReviewPlan,
    /// Submit your activities that are drafts or were returned: one task for all of them.
    SubmitActivities,
    /// Approve or return a person's activities: one task for each person.
    ReviewActivities,
    /// Give the feedback that you were asked for, or decline.
    GiveFeedback,
    /// Carry out what you agreed in a dialogue. One task for each dialogue in which you have open agreements; its
    /// deadline is the earliest deadline of these agreements.
    CompleteAgreement,
    /// Report your realisations for a period that has ended.
    ReportRealisation,
    /// Rate an evaluation, because its realisations are reported or the report deadline has passed.
    RateEvaluation,
    /// Make a draft of ratings final.
    FinaliseEvaluation,
    /// Deliver a final annual evaluation.
    DeliverEvaluation,
    /// Acknowledge your annual evaluation.
    AcknowledgeEvaluation,
    /// Explain your side of an objection, as the employee or the rater.
    AnswerObjection,
    /// Assign the person who decides on an objection; for the performance team of the unit.
    AssignObjectionDecider,
    /// Decide on an objection.
    DecideObjection,
    /// Sign an annual evaluation.
    SignEvaluation,
    /// Follow up a recommendation, or decline; for who is responsible for it.
    FollowUpRecommendation,
    /// Verify or refuse a training; for the performance team and admins of the unit.
    VerifyTraining,
    /// Answer a request to correct a record; for admins of the unit.
    ResolveCorrection,
    /// Close a gap in the chain of command; for the performance team and admins of the unit.
    FixRoster,
}

/// Pending tasks are named like the actions that complete them.
impl Labelled for WorklistKind {
    fn label(self, locale: domain::Locale) -> &'static str {
        match (self, locale) {
            (Self::CreatePlan, domain::Locale::Id) => "Susun SKP",
            (Self::CreatePlan, domain::Locale::En) => "Start the plan",
            (Self::FixRoster, domain::Locale::Id) => "Perbaiki susunan atasan",
            (Self::FixRoster, domain::Locale::En) => "Fix the chain of command",
            (other, _) => {
                worklist::WorklistKind::from(other).action().map_or("", |action| action.label(locale))
            }
        }
    }
}

/// The object that a pending task is about.
#[derive(Clone, Union)]
pub enum WorklistSubject {
    /// The year that has no plan yet.
    Period(Period),
    /// A plan.
    Plan(Plan),
    /// The activities of a person.
    ActivityGroup(ActivityGroup),
    /// An evaluation.
    Evaluation(Evaluation),
    /// An objection.
    Objection(Objection),
    /// A recommendation.
    Recommendation(Recommendation),
    /// A training.
    Training(Training),
    /// A request to correct a record.
    Correction(Correction),
    /// A dialogue with open agreements.
    Dialogue(Dialogue),
    /// A request for feedback.
    FeedbackRequest(FeedbackRequest),
    /// A gap in the chain of command.
    RosterProblem(RosterProblem),
}

#[derive(Clone, Copy)]
pub struct ActivityGroup {
    kind: worklist::WorklistKind,
    staff: StaffId,
    count: u64,
}

/// The activities of a person that one task covers.
#[Object]
impl ActivityGroup {
    /// Number of the activities.
    async fn activity_count(&self) -> i32 {
        i32::try_from(self.count).unwrap_or(i32::MAX)
    }

    /// The activities, oldest first.
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ActivityConnection> {
        let key = (self.kind, self.staff);
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let page = ctx.loaders()?.waiting_activities.find(ctx, (key, size)).await?.unwrap_or_default();
            return Ok(ActivityConnection::shared(&page, |item| Activity(item.clone())));
        }
        let (request, total) = (page::request(first, after, None, None), page::wants_total(ctx));
        let found = worklist::activities_of(ctx.env()?, ctx.actor()?, key, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(ActivityConnection::new(found, total, |activity| Activity(Arc::new(activity))))
    }
}

connection!(WorklistConnection, WorklistEdge, WorklistItem, "pending tasks", count = 1);

pub struct WorklistItem {
    kind: WorklistKind,
    deadline: Option<domain::time::Date>,
    staff: StaffId,
    subject: WorklistSubject,
}

/// A pending task.
#[Object]
impl WorklistItem {
    /// Kind of task. The subject's `allowedActions` show whether you can still do it.
    async fn kind(&self) -> WorklistKind {
        self.kind
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.kind)
    }
    /// Last day to do it on time. It can be done later, but counts as late. Null if there is no deadline.
    async fn deadline(&self) -> Option<Date> {
        self.deadline.map(Date)
    }
    /// The person whom the task is about: the owner of the plan, activity, evaluation, training or record; the person
    /// whom the recommendation is about; the person who objects; the employee in the dialogue; the person whom the
    /// feedback is about; or the person whom nobody can rate.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.staff).await
    }
    /// Status of the period, plan, evaluation, objection, training or correction that the task is about; null for other
    /// subjects. You can select it without aliases.
    async fn subject_status(&self) -> Option<SubjectStatus> {
        subject_status::of_task(&self.subject)
    }
    /// The object that the task is about.
    async fn subject(&self) -> WorklistSubject {
        self.subject.clone()
    }
}

/// Loads a page of the viewer's worklist and prefetches the data that the document selects for its items.
pub(super) async fn of_viewer(
    ctx: &Context<'_>,
    kinds: Option<Vec<WorklistKind>>,
    request: PageRequest,
) -> async_graphql::Result<WorklistConnection> {
    let kinds: Vec<_> = match kinds {
        Some(kinds) => kinds.into_iter().map(Into::into).collect(),
        None => worklist::WorklistKind::ALL.to_vec(),
    };
    let found = worklist::worklist(ctx.env()?, ctx.actor()?, &kinds, &request).boxed().await;
    let (found, total) = found.or_fail(ctx)?;
    prefetch(ctx, &found.items).await?;
    Ok(WorklistConnection::new(found, Some(total), |item| WorklistItem {
        kind: item.kind.into(),
        deadline: item.deadline,
        staff: item.staff,
        subject: match item.subject {
            Subject::Period(period) => WorklistSubject::Period(Period(period)),
            Subject::Plan(plan) => WorklistSubject::Plan(Plan(Arc::new(*plan))),
            Subject::Activities(count) => {
                WorklistSubject::ActivityGroup(ActivityGroup { kind: item.kind, staff: item.staff, count })
            }
            Subject::Evaluation(evaluation) => WorklistSubject::Evaluation(Evaluation(Arc::new(*evaluation))),
            Subject::Objection(objection) => WorklistSubject::Objection(Objection(Arc::new(*objection))),
            Subject::Recommendation(made) => WorklistSubject::Recommendation(Recommendation(*made)),
            Subject::Training(training) => WorklistSubject::Training(Training(Arc::new(*training))),
            Subject::Correction(correction) => WorklistSubject::Correction(Correction(Arc::new(*correction))),
            Subject::Dialogue(dialogue) => WorklistSubject::Dialogue(Dialogue(Arc::new(*dialogue))),
            Subject::Request(request) => {
                WorklistSubject::FeedbackRequest(FeedbackRequest(Arc::new(*request)))
            }
            Subject::Roster(problem) => WorklistSubject::RosterProblem(RosterProblem(*problem)),
        },
    }))
}

async fn prefetch(
    ctx: &Context<'_>,
    items: &[(Cursor, worklist::WorklistItem)],
) -> async_graphql::Result<()> {
    let (look, loaders) = (ctx.look_ahead(), ctx.loaders()?);
    let selected = Items::of(&look);
    let items = || items.iter().map(|(_, item)| item);
    if selected.field("staff").exists() || selected.field("subject").field("staff").exists() {
        let people: BTreeSet<StaffId> = items().map(|item| item.staff).collect();
        loaders.staff.prefetch(people.into_iter().collect()).await;
    }
    if selected.field("subject").field("allowedActions").exists() {
        let (mut plans, mut evaluations) = (Vec::new(), Vec::new());
        for item in items() {
            match &item.subject {
                Subject::Period(_)
                | Subject::Roster(_)
                | Subject::Activities(_)
                | Subject::Objection(_)
                | Subject::Recommendation(_)
                | Subject::Training(_)
                | Subject::Correction(_)
                | Subject::Dialogue(_)
                | Subject::Request(_) => {}
                Subject::Plan(plan) => plans.push(plan.id),
                Subject::Evaluation(evaluation) => evaluations.push(evaluation.id),
            }
        }
        loaders.plan_actions.prefetch(plans).await;
        loaders.evaluation_actions.prefetch(evaluations).await;
    }
    Ok(())
}
