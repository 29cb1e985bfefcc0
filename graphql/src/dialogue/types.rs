//! `Dialogue`, `Agreement`.

use crate::{
    allowed::AllowedAction,
    context::ContextExt,
    enums::{DialogueKind, DialogueParty},
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    plan::{self, Plan},
    scalars::{Date, DateTime},
    weight::list_size,
};
use async_graphql::{Context, ID, Object};
use domain::id::DialogueId;
use std::sync::Arc;

#[derive(Clone)]
pub struct Dialogue(pub Arc<domain::dialogue::Dialogue>);

/// A dialogue of a superior with an employee (dialog kinerja, bimbingan kinerja, konseling kinerja), recorded after it
/// was held. Visible to everyone who can see the plan, and to the superior who held it. Of counselling, only the two
/// people can read the text and the agreements; everyone else sees its kind, its day and the two people.
#[Object]
impl Dialogue {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Dialogue, self.0.id)
    }
    /// The plan that it belongs to; null if you can't see it any more.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        plan::one(ctx, self.0.plan).await
    }
    /// The employee.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The superior who held it: the rater of the plan at that time, or the person who acted for the rater. A later
    /// change of rater does not change it.
    async fn superior(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.superior).await
    }
    /// Its kind.
    async fn kind(&self) -> DialogueKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// The day on which it was held.
    async fn held_on(&self) -> Date {
        Date(self.0.held_on)
    }
    /// Time at which it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }
    /// Record of the conversation. Null for counselling, unless you are one of the two people.
    async fn text(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        Ok(self.content(ctx)?.map(|content| content.text.as_str()))
    }
    /// The agreements. Null for counselling, unless you are one of the two people.
    #[graphql(directive = list_size::apply(3))]
    async fn agreements(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<Agreement>>> {
        let content = self.content(ctx)?;
        let numbered = |(number, agreement)| Agreement { number, agreement };
        Ok(content.map(|content| (1..).zip(content.agreements.iter().cloned()).map(numbered).collect()))
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
    /// The actions on it: whether you can run each one now, on any of its agreements, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = service::dialogue::actions(ctx.actor()?, &self.0);
        Ok(AllowedAction::list(&Arc::new(found)))
    }
}

impl Dialogue {
    /// Returns the dialogue if the caller may read its text and agreements.
    fn content(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&domain::dialogue::Dialogue>> {
        let reads = service::dialogue::reads_content(ctx.env()?, ctx.actor()?, &self.0);
        Ok(reads.then_some(&*self.0))
    }
}

/// Loads a dialogue by id, if the caller can see it.
pub(crate) async fn one(ctx: &Context<'_>, id: DialogueId) -> async_graphql::Result<Option<Dialogue>> {
    Ok(ctx.loaders()?.dialogues.find(ctx, id).await?.map(Dialogue))
}

pub struct Agreement {
    number: i32,
    agreement: domain::dialogue::Agreement,
}

/// An agreement from a dialogue: a task for one of the two people. Until it is completed, it is in the worklist of the
/// person who has to act.
#[Object]
impl Agreement {
    /// Number within the dialogue, from 1; `completeAgreement` takes it.
    async fn number(&self) -> i32 {
        self.number
    }
    /// The task.
    async fn text(&self) -> &str {
        &self.agreement.text
    }
    /// The person who has to act.
    async fn doer(&self) -> DialogueParty {
        self.agreement.doer.into()
    }
    /// Label of `doer` in the requested language.
    async fn doer_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.agreement.doer)
    }
    /// Deadline: the last day to do it on time. It can still be completed later.
    async fn due_on(&self) -> Date {
        Date(self.agreement.due_on)
    }
    /// Time at which it was completed; null while it is open.
    async fn completed_at(&self) -> Option<DateTime> {
        self.agreement.completion.as_ref().map(|completion| DateTime(completion.at))
    }
    /// The person who completed it; null while it is open.
    async fn completed_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match &self.agreement.completion {
            Some(completion) => one_staff(ctx, completion.by).await,
            None => Ok(None),
        }
    }
    /// Note on how it was carried out; null while it is open, or if there is no note.
    async fn note(&self) -> Option<&str> {
        self.agreement.completion.as_ref()?.note.as_deref()
    }
}
