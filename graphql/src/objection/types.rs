//! `Objection`.

use super::parts::{Contested, Ground, ObjectionAnswer, ObjectionAssignment, ObjectionDecision};
use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::{ObjectionStatus, Party},
    evaluation::{self, Evaluation},
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    period::{self, Period},
    scalars::{Date, DateTime},
    weight::list_size,
};
use async_graphql::{Context, ID, Object};
use domain::{
    id::{EvaluationId, ObjectionId},
    objection::ObjectionDetail,
};
use std::sync::Arc;

#[derive(Clone)]
pub struct Objection(pub Arc<domain::objection::Objection>);

connection!(ObjectionConnection, ObjectionEdge, Objection, "objections", count = 50);

/// An objection (keberatan) of a person to their final result, PP 30/2019 art. 59. A person who neither rated nor
/// reopened the result reads the explanations of both sides and decides; the decision is final. Visible to those who
/// can see the result, and to the person who decides.
#[Object]
impl Objection {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Objection, self.0.id)
    }
    /// The evaluation with the contested result. Null if you decide on the objection but can't see the person's
    /// evaluations; `contested` then contains what you need.
    async fn evaluation(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Evaluation>> {
        evaluation::one(ctx, self.0.evaluation).await
    }
    /// The person who objects.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The year or the part of the year.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// Status of the objection.
    async fn status(&self) -> ObjectionStatus {
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
    /// Time at which it was filed, by the server's clock.
    async fn filed_at(&self) -> DateTime {
        DateTime(self.0.filed_at)
    }
    /// Day on which it was filed, in the agency's time zone.
    async fn filed_on(&self) -> Date {
        Date(self.0.filed_on)
    }
    /// Last day of the objection period. An objection filed later is INADMISSIBLE.
    async fn last_day(&self) -> Date {
        Date(self.0.objection_until)
    }
    /// The grounds.
    #[graphql(directive = list_size::apply(3))]
    async fn grounds(&self, ctx: &Context<'_>) -> Vec<Ground> {
        self.read(ctx).grounds.iter().cloned().map(Ground).collect()
    }
    /// The result as it was when the objection was filed; it does not change any more.
    async fn contested(&self, ctx: &Context<'_>) -> Contested {
        Contested(self.read(ctx).contested.clone())
    }
    /// The person who decides. By default this is the person who held or acted for the post above the rater's on the
    /// day of filing; otherwise it is the person whom the performance team assigned. Null while nobody may decide.
    async fn decider(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.decider {
            Some(decider) => one_staff(ctx, decider).await,
            None => Ok(None),
        }
    }
    /// The performance team's assignment of the person who decides; null if the holder of the post above the rater's
    /// decides.
    async fn decider_assignment(&self, ctx: &Context<'_>) -> Option<ObjectionAssignment> {
        self.read(ctx).assigned.clone().map(ObjectionAssignment)
    }
    /// Last day for the explanations of both sides; null while nobody may decide.
    async fn answer_until(&self) -> Option<Date> {
        self.0.answer_until.map(Date)
    }
    /// Last day on which a decision is on time. A later decision is possible, but counts as late. Null while nobody may
    /// decide.
    async fn decide_until(&self) -> Option<Date> {
        self.0.decide_until.map(Date)
    }
    /// The explanations of the employee and the rater.
    #[graphql(directive = list_size::apply(2))]
    async fn answers(&self, ctx: &Context<'_>) -> Vec<ObjectionAnswer> {
        self.read(ctx).answers.iter().cloned().map(ObjectionAnswer).collect()
    }
    /// The sides that gave no explanation in time.
    async fn silent_sides(&self) -> Vec<Party> {
        self.0.detail.silent.iter().map(|party| (*party).into()).collect()
    }
    /// Labels of `silentSides` in the requested language.
    async fn silent_side_labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Vec<&str> {
        self.0.detail.silent.iter().map(|party| label(ctx, locale, *party)).collect()
    }
    /// Time of the decision; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }
    /// The decision; null until then.
    async fn decision(&self, ctx: &Context<'_>) -> Option<ObjectionDecision> {
        self.read(ctx).decision.clone().map(ObjectionDecision)
    }
    /// The journal entries about it, oldest first.
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
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = service::objection::actions(ctx.env()?, ctx.actor()?, &self.0);
        AllowedAction::of_person(ctx, found, (self.0.staff, self.0.unit)).await
    }
}

impl Objection {
    /// Returns the document, and records that the caller reads it.
    fn read(&self, ctx: &Context<'_>) -> &ObjectionDetail {
        if let (Ok(env), Ok(actor)) = (ctx.env(), ctx.actor()) {
            service::objection::reads_objection(env, actor, &self.0);
        }
        &self.0.detail
    }
}

/// Loads an objection by id, if the caller can see it.
pub(crate) async fn one(ctx: &Context<'_>, id: ObjectionId) -> async_graphql::Result<Option<Objection>> {
    Ok(ctx.loaders()?.objections.find(ctx, id).await?.map(Objection))
}

/// Loads the objection to an evaluation: the last one filed in time; if there is none, the last one filed too late.
pub(crate) async fn of_evaluation(
    ctx: &Context<'_>,
    id: EvaluationId,
) -> async_graphql::Result<Option<Objection>> {
    let found = ctx.loaders()?.objections_of_evaluations.find(ctx, id).await?.unwrap_or_default();
    let late = domain::objection::ObjectionStatus::Inadmissible;
    let admissible = found.iter().find(|one| one.status != late);
    Ok(admissible.or(found.first()).cloned().map(Objection))
}
