//! `Evidence`, its download, and marks.

use super::types::Activity;
use crate::{
    context::ContextExt,
    enums::{EvidenceKind, MarkKind},
    global_id,
    labels::{Locale, label},
    scalars::DateTime,
    weight::list_size,
};
use async_graphql::{Context, Object, SimpleObject};
use domain::{
    activity::{self, EvidenceFile},
    id::ActivityId,
};
use service::evidence;

/// Evidence of an activity or of a reported realisation.
pub struct Evidence {
    evidence: activity::Evidence,
    /// `None` for a realisation, because its evidence consists of links.
    of: Option<ActivityId>,
}

impl Evidence {
    pub(super) fn of_activity(evidence: &activity::Evidence, of: ActivityId) -> Self {
        Self { evidence: evidence.clone(), of: Some(of) }
    }

    pub(crate) fn of_result(evidence: &activity::Evidence) -> Self {
        Self { evidence: evidence.clone(), of: None }
    }

    const fn file(&self) -> Option<&EvidenceFile> {
        self.evidence.file.as_ref()
    }
}

/// Evidence of work done (bukti dukung): a link, or a file that the server keeps.
#[Object]
impl Evidence {
    /// Whether it is a link or a file.
    async fn kind(&self) -> EvidenceKind {
        self.evidence.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.evidence.kind)
    }
    /// The URL; null for evidence that is not a link. The server never opens it.
    async fn url(&self) -> Option<&str> {
        self.evidence.url.as_deref()
    }
    /// Display name; null if not given.
    async fn label(&self) -> Option<&str> {
        self.evidence.label.as_deref()
    }
    /// Time at which it was added.
    async fn added_at(&self) -> DateTime {
        DateTime(self.evidence.added_at)
    }
    /// Name of the file; null for a link.
    async fn name(&self) -> Option<&str> {
        self.file().map(|file| file.name.as_str())
    }
    /// Media type of the file by its bytes, as the server sends it; null for a link.
    async fn media_type(&self) -> Option<&str> {
        self.file().map(|file| file.media_type.mime())
    }
    /// Size of the file in bytes; null for a link.
    async fn size(&self) -> Option<i32> {
        self.file().map(|file| i32::try_from(file.size).unwrap_or(i32::MAX))
    }
    /// SHA-256 of the file's bytes in hexadecimal; null for a link. The journal records it.
    async fn hash(&self) -> Option<&str> {
        self.evidence.hash.as_deref()
    }
    /// Time at which the server had received the file; null for a link.
    async fn received_at(&self) -> Option<DateTime> {
        self.file().map(|file| DateTime(file.received_at))
    }
    /// Download URL of the file, valid for some minutes and only while your session lasts; null for a link. With your
    /// access token you can also call `GET /evidence/…` without `token`.
    async fn download(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<EvidenceDownload>> {
        let session = ctx.request()?.caller.session();
        let Some((file, session)) = self.file().zip(session) else { return Ok(None) };
        let address = evidence::address(ctx.env()?, session, file.upload);
        Ok(Some(EvidenceDownload {
            url: format!("/evidence/{}?token={}", global_id::of_upload(file.upload), address.token),
            expires_at: DateTime(address.expires_at),
        }))
    }
    /// The marks of the activity that are about this evidence.
    #[graphql(directive = list_size::apply(1))]
    async fn marks(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Mark>> {
        let Some(of) = self.of else { return Ok(Vec::new()) };
        let mut marks = marks_of(ctx, of).await?;
        marks.retain(|mark| mark.mark.evidence == Some(self.evidence.id));
        Ok(marks)
    }
}

/// The download URL of a file.
#[derive(SimpleObject)]
struct EvidenceDownload {
    /// URL for GET, relative to the server. It needs no header and is only for you: do not pass it on.
    url: String,
    /// Expiry time of `url`.
    expires_at: DateTime,
}

/// A person's answer to the marks of their activity.
#[derive(SimpleObject)]
pub(super) struct MarkAnswer<'a> {
    /// The answer.
    text: &'a str,
    /// Time at which it was given.
    answered_at: DateTime,
}

impl<'a> MarkAnswer<'a> {
    pub(super) fn new(answer: &'a activity::MarkAnswer) -> Self {
        Self { text: &answer.text, answered_at: DateTime(answer.at) }
    }
}

/// A hint about an activity or its evidence, with the id of the activity.
#[derive(Clone)]
pub(super) struct Mark {
    mark: activity::Mark,
    of: ActivityId,
}

/// A hint about an activity or its evidence, never a verdict. It blocks nothing, and the person can answer it.
#[Object]
impl Mark {
    /// Kind of hint.
    async fn kind(&self) -> MarkKind {
        self.mark.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.mark.kind)
    }
    /// The hint as a sentence in the requested language.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.mark.message().render(ctx.language(locale))
    }
    /// The evidence that the mark is about; null if it is about the activity.
    async fn evidence(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Evidence>> {
        let Some(id) = self.mark.evidence else { return Ok(None) };
        let activity = ctx.loaders()?.activities.find(ctx, self.of).await?;
        let found = activity.and_then(|of| of.evidence.iter().find(|one| one.id == id).cloned());
        Ok(found.map(|evidence| Evidence { evidence, of: Some(self.of) }))
    }
    /// The other activities that the mark is about, at most 20; only those that you can see.
    #[graphql(directive = list_size::apply(2))]
    async fn activities(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Activity>> {
        let loader = &ctx.loaders()?.activities;
        loader.prefetch(self.mark.others.clone()).await;
        let mut found = Vec::with_capacity(self.mark.others.len());
        for id in &self.mark.others {
            found.extend(loader.find(ctx, *id).await?.map(Activity));
        }
        Ok(found)
    }
    /// Whether the mark is also about activities that you can't see. The server does not name these activities or their
    /// people.
    async fn elsewhere(&self) -> bool {
        self.mark.elsewhere
    }
}

/// Loads the marks of an activity.
pub(super) async fn marks_of(ctx: &Context<'_>, of: ActivityId) -> async_graphql::Result<Vec<Mark>> {
    let found = ctx.loaders()?.activity_marks.find(ctx, of).await?.unwrap_or_default();
    Ok(found.iter().map(|mark| Mark { mark: mark.clone(), of }).collect())
}
