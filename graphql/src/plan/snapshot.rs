//! The people on the form of a plan or an evaluation. Their data is a snapshot once the form is finished.

use crate::{
    context::ContextExt,
    enums::Capacity,
    error::OrFail,
    labels::{Locale, label},
    organisation::{Staff, one_staff},
};
use async_graphql::{Context, Object};
use domain::{
    id::{EvaluationId, PlanId, StaffId},
    plan::{Form, FormPerson, RaterSnapshot},
};
use std::sync::Arc;

/// The object with the form.
#[derive(Clone)]
pub enum FormOf {
    /// A plan.
    Plan(PlanId),
    /// An evaluation.
    Evaluation(EvaluationId),
    /// A form that is already loaded; none for a past state whose form was not finished yet.
    Loaded(Option<Arc<Form>>),
}

impl FormOf {
    /// Loads the form.
    async fn load(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Arc<Form>>> {
        match self {
            Self::Plan(plan) => ctx.loaders()?.forms_of_plans.find(ctx, *plan).await,
            Self::Evaluation(evaluation) => ctx.loaders()?.forms_of_evaluations.find(ctx, *evaluation).await,
            Self::Loaded(form) => Ok(form.clone()),
        }
    }

    /// Loads the snapshot of the ratee; none for a past state whose form was not finished yet.
    pub async fn ratee(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PersonSnapshot>> {
        let form = self.load(ctx).await?;
        Ok(form.map(|form| PersonSnapshot { person: form.ratee.clone(), ratee: Some(form.ratee.staff) }))
    }
}

/// Loads the snapshot of the ratee on a visible plan or evaluation.
pub async fn ratee(ctx: &Context<'_>, of: FormOf) -> async_graphql::Result<PersonSnapshot> {
    of.ratee(ctx).await?.ok_or(service::Error::NotFound).or_fail(ctx)
}

/// Returns whether the reader can see the NIP and rank of a person on a form. Ratees can read everything on their own
/// form.
async fn sees(ctx: &Context<'_>, person: StaffId, ratee: Option<StaffId>) -> async_graphql::Result<bool> {
    let actor = ctx.actor()?;
    if ratee.is_some_and(|ratee| actor.is(ratee)) {
        return Ok(true);
    }
    Ok(ctx.loaders()?.personal.find(ctx, person).await?.is_some())
}

pub struct PersonSnapshot {
    person: FormPerson,
    ratee: Option<StaffId>,
}

/// A person as printed on the form of a plan or an evaluation. Until the evaluation is final, or the plan is closed or
/// cancelled, the data follows the directory; after that it no longer changes.
#[Object]
impl PersonSnapshot {
    /// The person, as they are now.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.person.staff).await
    }
    /// The name with titles.
    async fn name(&self) -> &str {
        &self.person.name
    }
    /// NIP; null for a person from outside, or if you can't see it. The ratee sees it on their own form.
    async fn nip(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let visible = sees(ctx, self.person.staff, self.ratee).await?;
        Ok(self.person.nip.as_deref().filter(|_| visible))
    }
    /// Rank (golongan/ruang), such as `III/c`; null if none, or if you can't see it. The ratee sees it on their own
    /// form.
    async fn rank(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let visible = sees(ctx, self.person.staff, self.ratee).await?;
        Ok(self.person.rank.as_deref().filter(|_| visible))
    }
    /// The name of the position.
    async fn position(&self) -> &str {
        &self.person.position
    }
    /// The name of the unit.
    async fn unit(&self) -> &str {
        &self.person.unit_name
    }
}

pub struct Rater {
    snapshot: RaterSnapshot,
    /// The ratee of the form; none for the current rater of an assignment, which has no form.
    ratee: Option<StaffId>,
    form: FormOf,
}

impl Rater {
    /// The rater on the form of this person.
    pub const fn on_form(snapshot: RaterSnapshot, ratee: StaffId, form: FormOf) -> Self {
        Self { snapshot, ratee: Some(ratee), form }
    }

    /// The rater that an assignment has now.
    pub fn of_assignment(snapshot: RaterSnapshot, form: Form) -> Self {
        Self { snapshot, ratee: None, form: FormOf::Loaded(Some(Arc::new(form))) }
    }
}

/// The rater (pejabat penilai kinerja), as printed on forms.
#[Object]
impl Rater {
    /// The person, as they are now.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.snapshot.staff).await
    }
    /// The name with titles.
    async fn name(&self) -> &str {
        &self.snapshot.name
    }
    /// NIP; null for a rater from outside, or if you can't see it. The ratee sees it on their own form.
    async fn nip(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let visible = sees(ctx, self.snapshot.staff, self.ratee).await?;
        Ok(self.snapshot.nip.as_deref().filter(|_| visible))
    }
    /// Rank (golongan/ruang), such as `III/c`; null if none, or if you can't see it. The ratee sees it on their own
    /// form.
    async fn rank(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        if !sees(ctx, self.snapshot.staff, self.ratee).await? {
            return Ok(None);
        }
        Ok(self.form.load(ctx).await?.and_then(|form| form.rater_rank.clone()))
    }
    /// The name of the position.
    async fn position(&self) -> &str {
        &self.snapshot.position
    }
    /// The name of the unit.
    async fn unit(&self) -> &str {
        &self.snapshot.unit_name
    }
    /// Definitive or acting.
    async fn capacity(&self) -> Capacity {
        self.snapshot.capacity.into()
    }
    /// Label of `capacity` in the requested language.
    async fn capacity_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.snapshot.capacity)
    }
    /// The rater's superior (atasan pejabat penilai kinerja); null at the top of the hierarchy.
    async fn superior(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PersonSnapshot>> {
        let form = self.form.load(ctx).await?;
        let superior = form.and_then(|form| form.superior.clone());
        Ok(superior.map(|person| PersonSnapshot { person, ratee: self.ratee }))
    }
}
