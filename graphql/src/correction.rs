//! Corrections of personnel data: people request them, an admin of the unit answers.

use crate::{
    activity::{Evidence, EvidenceInput},
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::{CorrectionOutcome, CorrectionStatus, CorrectionSubject, EventKind},
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{OrgUnit, Staff, one_staff},
    page::{self, OrderDirection},
    reader::Reader,
    scalars::{Date, DateTime},
    weight::list_size,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    correction::{self, CorrectionInput, RecordChange},
    id::CorrectionId,
};
use futures_util::FutureExt;
use service::correction as use_case;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Clone)]
pub struct Correction(pub Arc<correction::Correction>);

connection!(CorrectionConnection, CorrectionEdge, Correction, "corrections", count = 50);

/// A request of a person to correct their record (perbaikan data): their superior, unit, position or name is wrong. It
/// changes nothing by itself: an admin of the unit changes the record and answers. Visible to the person, admins of the
/// unit and auditors; never to the superior whom the request is about.
#[Object]
impl Correction {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Correction, self.0.id)
    }
    /// The person.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The unit whose admins answer: the person's unit at the time of the request.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The part of the record that is wrong.
    async fn subject(&self) -> CorrectionSubject {
        self.0.recorded.subject().into()
    }
    /// Label of `subject` in the requested language.
    async fn subject_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.recorded.subject())
    }
    /// Recorded value at the time of the request, as text for people; null if there was none.
    async fn recorded(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<String> {
        self.0.recorded.words().map(|words| words.text(ctx.language(locale)).to_owned())
    }
    /// The value that the person says is right.
    async fn proposed(&self) -> &str {
        &self.0.proposed
    }
    /// The person's reason.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// First day on which the proposed value applies; null if not given.
    async fn on(&self) -> Option<Date> {
        self.0.on.map(Date)
    }
    /// Proof, such as a decree: files and links.
    #[graphql(directive = list_size::apply(1))]
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().map(Evidence::of_result).collect()
    }
    /// Status of the correction.
    async fn status(&self) -> CorrectionStatus {
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
    /// Time of the request.
    async fn requested_at(&self) -> DateTime {
        DateTime(self.0.requested_at)
    }
    /// Deadline for the answer, counted in working days of the agency's calendar. A later answer is still possible.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }
    /// The admin who answered; null until then.
    async fn resolved_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match &self.0.resolution {
            Some(resolution) => one_staff(ctx, resolution.by).await,
            None => Ok(None),
        }
    }
    /// Time of the answer; null until then.
    async fn resolved_at(&self) -> Option<DateTime> {
        self.0.resolution.as_ref().map(|resolution| DateTime(resolution.at))
    }
    /// The admin's answer; for DECLINED, the reason. Null if there is none.
    async fn answer(&self) -> Option<&str> {
        self.0.resolution.as_ref()?.answer.as_deref()
    }
    /// If the answer is FIXED: the newest change of the record at that time. Null for other answers.
    async fn change(&self) -> Option<CorrectionChange> {
        self.0.resolution.as_ref()?.change.clone().map(CorrectionChange)
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
        let found = use_case::actions(ctx.actor()?, &self.0);
        AllowedAction::of_person(ctx, found, (self.0.staff, self.0.unit)).await
    }
}

pub struct CorrectionChange(RecordChange);

/// The journal entry that changed a record.
#[Object]
impl CorrectionChange {
    /// Kind of journal entry.
    async fn kind(&self) -> EventKind {
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
    /// Time of the change.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// Global id of the changed object: the person, an assignment, the unit or the position.
    async fn subject_id(&self) -> Option<ID> {
        Kind::of_subject(self.0.object).map(|kind| id::encode(kind, self.0.object_id))
    }
    /// Version of the changed object after the change.
    async fn subject_version(&self) -> i32 {
        self.0.object_version
    }
}

/// Loads a correction by id, if the caller can see it.
pub async fn one(ctx: &Context<'_>, id: CorrectionId) -> async_graphql::Result<Option<Correction>> {
    Ok(ctx.loaders()?.corrections.find(ctx, id).await?.map(Correction))
}

/// Queries on corrections.
#[derive(Default)]
pub struct CorrectionQuery;

/// Filter of corrections; all conditions must match.
#[derive(InputObject, Default)]
struct CorrectionFilter {
    /// Only corrections of this person.
    staff_id: Option<ID>,
    /// Only corrections of this unit and its subunits.
    org_unit_id: Option<ID>,
    /// Only corrections about one of these parts of the record.
    subject: Option<Vec<CorrectionSubject>>,
    /// Only corrections with one of these statuses.
    status: Option<Vec<CorrectionStatus>>,
}

/// Sort order of corrections.
#[derive(InputObject, Default)]
struct CorrectionOrder {
    /// By time of the request.
    requested_at: OrderDirection,
}

#[Object]
impl CorrectionQuery {
    /// The corrections of personnel data that you can see.
    async fn corrections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of corrections; all conditions must match.")] filter: Option<
            CorrectionFilter,
        >,
        #[graphql(desc = "Sort order.")] order_by: Option<CorrectionOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<CorrectionConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().requested_at.into();
        let request = page::request(first, after, last, before);
        let total = page::wants_total(ctx);
        let found = use_case::list(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        let node = page::Items::of(&ctx.look_ahead());
        let (loaders, items) = (ctx.loaders()?, || found.items.iter().map(|(_, item)| item));
        if node.field("staff").exists() {
            loaders.staff.prefetch(items().map(|one| one.staff).collect()).await;
        }
        if node.field("resolvedBy").exists() {
            let admins = items().filter_map(|one| Some(one.resolution.as_ref()?.by));
            loaders.staff.prefetch(admins.collect()).await;
        }
        if node.field("orgUnit").exists() {
            loaders.units.prefetch(items().map(|one| one.unit).collect()).await;
        }
        Ok(Some(CorrectionConnection::new(found, total, |one| Correction(Arc::new(one)))))
    }
}

impl CorrectionFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::CorrectionFilter> {
        Ok(use_case::CorrectionFilter {
            staff: self
                .staff_id
                .map(|id| id::argument(ctx, Kind::Staff, &id, "filter.staffId"))
                .transpose()?,
            unit: self
                .org_unit_id
                .map(|id| id::argument(ctx, Kind::OrgUnit, &id, "filter.orgUnitId"))
                .transpose()?,
            subject: self.subject.map(|subject| subject.into_iter().map(Into::into).collect()),
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
        })
    }
}

/// Mutations of corrections.
#[derive(Default)]
pub struct CorrectionMutation;

/// Input of `requestCorrection`: a correction of your own record.
#[derive(InputObject)]
struct RequestCorrectionInput {
    /// A UUID that you never use for another request. If the key is already stored, the existing request is returned;
    /// if its content differs, you get a CONFLICT.
    client_key: Given<Uuid>,
    /// The part of the record that is wrong. You can have one open request for each.
    subject: CorrectionSubject,
    /// The value that is right, 1 to 300 characters.
    proposed: String,
    /// The reason, 1 to 2,000 characters.
    reason: String,
    /// First day on which the proposed value applies; not in the future.
    on: Option<Given<domain::time::Date>>,
    /// Proof, such as a decree: at most 20 files or links.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `resolveCorrection`: the answer to a correction.
#[derive(InputObject)]
struct ResolveCorrectionInput {
    /// The correction.
    correction_id: Given<CorrectionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// FIXED after you have changed the record; DECLINED if you leave the record as it is.
    outcome: CorrectionOutcome,
    /// The answer, at most 2,000 characters; required for DECLINED, as the reason.
    answer: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `withdrawCorrection`: your own correction.
#[derive(InputObject)]
struct WithdrawCorrectionInput {
    /// The correction.
    correction_id: Given<CorrectionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of a correction.
#[derive(SimpleObject)]
struct CorrectionPayload {
    /// The correction; null if `errors` is not empty.
    correction: Option<Correction>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl CorrectionMutation {
    /// Requests a correction of your own record; an admin of the unit answers by `dueOn`. To change a request, withdraw it
    /// and make a new one.
    async fn request_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The wrong part of the record, the right value and an optional idempotency key.")]
        input: RequestCorrectionInput,
    ) -> async_graphql::Result<CorrectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let request = use_case::RequestCorrection {
            client_key: read.get("clientKey", input.client_key),
            input: CorrectionInput {
                subject: input.subject.into(),
                proposed: input.proposed,
                reason: input.reason,
                on: read.optional("on", input.on),
                evidence: read.each("evidence", input.evidence, EvidenceInput::read),
            },
        };
        payload(ctx, read.run(use_case::request_correction(ctx.env()?, ctx.actor()?, key, request)).await)
            .await
    }

    /// Answers a correction: FIXED after you have changed the record, which the server checks, or DECLINED with a
    /// reason. For admins of the unit; nobody can answer their own request.
    async fn resolve_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction, its version, the answer and an optional idempotency key.")]
        input: ResolveCorrectionInput,
    ) -> async_graphql::Result<CorrectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let resolve = use_case::ResolveCorrection {
            correction: read.get("correctionId", input.correction_id),
            expected_version: input.expected_version,
            outcome: input.outcome.into(),
            answer: input.answer,
        };
        payload(ctx, read.run(use_case::resolve_correction(ctx.env()?, ctx.actor()?, key, resolve)).await)
            .await
    }

    /// Withdraws your correction before it is answered. For the person.
    async fn withdraw_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction, its version and an optional idempotency key.")]
        input: WithdrawCorrectionInput,
    ) -> async_graphql::Result<CorrectionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let withdraw = use_case::WithdrawCorrection {
            correction: read.get("correctionId", input.correction_id),
            expected_version: input.expected_version,
        };
        payload(ctx, read.run(use_case::withdraw_correction(ctx.env()?, ctx.actor()?, key, withdraw)).await)
            .await
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<CorrectionId>,
) -> async_graphql::Result<CorrectionPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let correction = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(CorrectionPayload { correction, errors })
}
