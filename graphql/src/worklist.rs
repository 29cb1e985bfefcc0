//! Pending tasks of the person who is logged in.

use super::{
    activity::Activity,
    context::ContextExt,
    error::OrFail,
    evaluation::Evaluation,
    labels::{Locale, label},
    organisation::{RosterProblem, Staff, one_staff},
    period::Period,
    plan::Plan,
    scalars::Date,
    subject_status::SubjectStatus,
};
use async_graphql::{Context, Enum, Object, Union};
use domain::{Labelled, action::Action, id::StaffId};
use service::worklist::{self, MAX_WORKLIST, WorklistSubject as Subject};
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
    /// Submit your activities that are drafts or were returned.
    SubmitActivities,
    /// Approve or return activities.
    ReviewActivities,
    /// Report your realisations for a period that has ended.
    ReportRealisation,
    /// Rate an evaluation: realisations are reported, or the report deadline has passed.
    RateEvaluation,
    /// Make a draft of ratings final.
    FinaliseEvaluation,
    /// Deliver a final annual evaluation.
    DeliverEvaluation,
    /// Acknowledge your annual evaluation.
    AcknowledgeEvaluation,
    /// Sign an annual evaluation.
    SignEvaluation,
    /// Close a gap in the chain of command; for the performance team and admins of the unit.
    FixRoster,
}

/// Pending tasks are named like the actions that complete them.
impl Labelled for WorklistKind {
    fn label(self, locale: domain::Locale) -> &'static str {
        let action = match (self, locale) {
            (Self::CreatePlan, domain::Locale::Id) => return "Susun SKP",
            (Self::CreatePlan, domain::Locale::En) => return "Start the plan",
            (Self::FixRoster, domain::Locale::Id) => return "Perbaiki susunan atasan",
            (Self::FixRoster, domain::Locale::En) => return "Fix the chain of command",
            (Self::SubmitPlan, _) => Action::SubmitPlan,
            (Self::ReviewPlan, _) => Action::ReviewPlan,
            (Self::SubmitActivities, _) => Action::SubmitActivities,
            (Self::ReviewActivities, _) => Action::ReviewActivities,
            (Self::ReportRealisation, _) => Action::ReportRealisation,
            (Self::RateEvaluation, _) => Action::RateEvaluation,
            (Self::FinaliseEvaluation, _) => Action::FinaliseEvaluation,
            (Self::DeliverEvaluation, _) => Action::DeliverEvaluation,
            (Self::AcknowledgeEvaluation, _) => Action::AcknowledgeEvaluation,
            (Self::SignEvaluation, _) => Action::SignEvaluation,
        };
        action.label(locale)
    }
}

/// The object that a pending task is about.
#[derive(Clone, Union)]
pub enum WorklistSubject {
    /// The year that has no plan yet.
    Period(Period),
    /// A plan.
    Plan(Plan),
    /// An activity.
    Activity(Activity),
    /// An evaluation.
    Evaluation(Evaluation),
    /// A gap in the chain of command.
    RosterProblem(RosterProblem),
}

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
    /// Last day to do it on time; later is possible but late. Null if there is no deadline.
    async fn deadline(&self) -> Option<Date> {
        self.deadline.map(Date)
    }
    /// The person who owns the plan, activity or evaluation, or whom nobody can rate.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.staff).await
    }
    /// Status of the object, whatever its type: to select it without aliases.
    async fn subject_status(&self) -> Option<SubjectStatus> {
        SubjectStatus::of_task(&self.subject)
    }
    /// The object that it is about.
    async fn subject(&self) -> WorklistSubject {
        self.subject.clone()
    }
}

/// Loads the viewer's worklist and prefetches what the document selects of its items.
pub(super) async fn of_viewer(
    ctx: &Context<'_>,
    kinds: Option<Vec<WorklistKind>>,
    first: i32,
) -> async_graphql::Result<Vec<WorklistItem>> {
    let kinds: Vec<_> = match kinds {
        Some(kinds) => kinds.into_iter().map(Into::into).collect(),
        None => worklist::WorklistKind::ALL.to_vec(),
    };
    let first = u64::try_from(first).unwrap_or_default().min(MAX_WORKLIST);
    let found = worklist::worklist(ctx.env()?, ctx.actor()?, &kinds, first).await.or_fail(ctx)?;
    prefetch(ctx, &found).await?;
    Ok(found
        .into_iter()
        .map(|item| WorklistItem {
            kind: item.kind.into(),
            deadline: item.deadline,
            staff: item.staff,
            subject: match item.subject {
                Subject::Period(period) => WorklistSubject::Period(Period(period)),
                Subject::Plan(plan) => WorklistSubject::Plan(Plan(Arc::new(*plan))),
                Subject::Activity(activity) => WorklistSubject::Activity(Activity(Arc::new(*activity))),
                Subject::Evaluation(evaluation) => {
                    WorklistSubject::Evaluation(Evaluation(Arc::new(*evaluation)))
                }
                Subject::Roster(problem) => WorklistSubject::RosterProblem(RosterProblem(*problem)),
            },
        })
        .collect())
}

async fn prefetch(ctx: &Context<'_>, items: &[worklist::WorklistItem]) -> async_graphql::Result<()> {
    let (selected, loaders) = (ctx.look_ahead(), ctx.loaders()?);
    if selected.field("staff").exists() || selected.field("subject").field("staff").exists() {
        let people: BTreeSet<StaffId> = items.iter().map(|item| item.staff).collect();
        loaders.staff.prefetch(people.into_iter().collect()).await;
    }
    if selected.field("subject").field("allowedActions").exists() {
        let (mut plans, mut activities, mut evaluations) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            match &item.subject {
                Subject::Period(_) | Subject::Roster(_) => {}
                Subject::Plan(plan) => plans.push(plan.id),
                Subject::Activity(activity) => activities.push(activity.id),
                Subject::Evaluation(evaluation) => evaluations.push(evaluation.id),
            }
        }
        loaders.plan_actions.prefetch(plans).await;
        loaders.activity_actions.prefetch(activities).await;
        loaders.evaluation_actions.prefetch(evaluations).await;
    }
    Ok(())
}
