//! Corrections of personnel data: people request them, an admin of the unit answers.

pub use crate::store::correction::CorrectionFilter;

use crate::{
    activity::evidence_of,
    db::{Command, Connection, IdempotencyKey, Order, Page, PageRequest, Source, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    power, store,
};
use domain::{
    Refusal,
    action::CorrectionAction,
    activity::GivenEvidence,
    actor::Actor,
    assignment::{Assignment, Capacity},
    correction::{
        Correction, CorrectionFacts, CorrectionInput, CorrectionOutcome, CorrectionSubject, RecordChange,
        Recorded,
    },
    error::unless_refused,
    event::EventKind,
    id::{AgencyId, CorrectionId, StaffId, UnitId, UploadId},
    policy::{self, Allowed},
    regulation::correction_days,
    staff::Staff,
    time::Date,
};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Loads the corrections with these ids that are visible to the actor.
pub async fn by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[CorrectionId],
) -> Result<HashMap<CorrectionId, Correction>> {
    store::correction::by_ids(env.db.source(), actor, ids).await
}

/// Loads a page of the corrections that are visible to the actor, in the order in which they were requested.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &CorrectionFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Correction>, Option<u64>)> {
    store::correction::list(env.db.source(), (actor, env.today(actor)), filter, order, request, count).await
}

/// Loads the visible corrections of each of these people, the newest first.
pub async fn of_people(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<Correction>>> {
    store::correction::of_people(env.db.source(), actor, people).await
}

/// Counts the unanswered corrections of a unit and its subtree. `None` unless the actor is an auditor or an admin of
/// the unit: others see only the corrections of individual people.
pub async fn count_open(env: &Env, actor: &Actor, unit: UnitId) -> Result<Option<u64>> {
    if actor.staff().is_none() || !(actor.auditor || actor.admin.covers(unit)) {
        return Ok(None);
    }
    let source = env.db.source();
    let units = match unit.0 == actor.agency.0 {
        true => None,
        false => {
            let tree = store::org_unit::tree(source.connection, actor.agency, env.today(actor)).await?;
            Some(tree.subtree(unit))
        }
    };
    store::correction::count_open(source, actor, units.as_ref()).await.map(Some)
}

/// Lists what the actor can do to a correction.
#[must_use]
pub fn actions(actor: &Actor, correction: &Correction) -> Vec<Allowed> {
    policy::correction::allowed_actions(correction, &policy::correction::relations(actor, correction))
}

/// A correction to request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestCorrection {
    /// The key that the client gives the request. A person must not use it for another request.
    pub client_key: Uuid,
    /// The correction.
    #[serde(flatten)]
    pub input: CorrectionInput<GivenEvidence>,
}

impl Command for RequestCorrection {
    const OPERATION: &'static str = "requestCorrection";
}

/// Requests a correction of the actor's record. If a request with this client key is stored, returns its id; refuses
/// with a conflict if that request has another content.
pub async fn request_correction(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RequestCorrection,
) -> Result<CorrectionId> {
    let me = policy::correction::decide_request(actor)?;
    env.write_once(actor, key, input, move |tx, RequestCorrection { client_key, input }| async move {
        // The lock makes the person's requests run one after the other. So the checks of the client key and of the
        // subject see each earlier request.
        store::staff::lock(&tx, me).await?;
        let uploads: Vec<UploadId> = input.evidence.iter().filter_map(|evidence| evidence.upload).collect();
        let files = store::evidence::received_of(&tx, me, &uploads).await?;
        let (evidence, broken) = match evidence_of(&input.evidence, &files, tx.now()) {
            Ok(evidence) => (evidence, Vec::new()),
            Err(broken) => (Vec::new(), broken),
        };
        let input = input.with_evidence(evidence);
        if let Some(known) = store::correction::by_client_key(tx.source(), me, client_key).await? {
            // The content of a stored request never changes, so it can be compared.
            return match broken.is_empty() && known.is_of(&input) {
                true => Ok(known.id),
                false => Err(Refusal::correction_key_taken(known.version).into()),
            };
        }
        let (source, agency, today) = (tx.source(), tx.actor().agency, tx.today());
        let (post, recorded) = recorded(source, (agency, today), me, input.subject).await?;
        let open = store::correction::open_of(source, me, input.subject).await?;
        let rules = tx.regulations().in_force(source, agency, today).await?;
        let days_off = store::calendar::days_off(source, agency, today).await?;
        let days = correction_days(rules.as_ref().map(|rules| &rules.document));
        let facts = CorrectionFacts {
            agency,
            staff: me,
            post: (post.id, post.unit),
            recorded,
            open: open.as_ref().map(|open| (open, tx.actor().calendar.day(open.requested_at))),
            due_on: days_off.working_days_after(today, days),
            at: tx.now(),
            today,
        };
        let requested = Correction::request(CorrectionId(fresh_id()), client_key, input, facts);
        let requested = match (requested, broken) {
            (Ok(requested), broken) => unless_refused(requested, broken)?,
            (Err(mut refusals), broken) => {
                refusals.extend(broken);
                return Err(refusals.into());
            }
        };
        let requested = tx.create(requested, EventKind::CorrectionRequested, None).await?;
        let used = requested.evidence.iter().filter_map(|evidence| Some(evidence.file.as_ref()?.upload));
        store::evidence::keep(&tx, used.collect::<Vec<_>>(), tx.now()).await?;
        Ok(requested.id)
    })
    .await
}

/// The answer to a correction.
#[derive(Clone, Debug, Serialize)]
pub struct ResolveCorrection {
    /// The correction.
    pub correction: CorrectionId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The outcome: the record was fixed, or the correction is declined.
    pub outcome: CorrectionOutcome,
    /// The answer, at most 2,000 characters; the reason if it is declined.
    pub answer: Option<String>,
}

impl Command for ResolveCorrection {
    const OPERATION: &'static str = "resolveCorrection";
}

/// Answers a correction: the record was fixed, or the correction is declined. For admins of the unit; no one can answer
/// their own correction.
pub async fn resolve_correction(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ResolveCorrection,
) -> Result<CorrectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let action = CorrectionAction::ResolveCorrection;
        let before = checked(&tx, input.correction, input.expected_version, action).await?;
        let by = tx.actor().staff().ok_or(Error::Forbidden)?;
        let (source, at) = (tx.source(), (tx.actor().agency, tx.today()));
        let subject = before.recorded.subject();
        let (_, now) = recorded(source, at, before.staff, subject).await?;
        let change = match input.outcome {
            CorrectionOutcome::Fixed => change_of(source, at.0, &before, &now).await?,
            CorrectionOutcome::Declined => None,
        };
        let answer = (input.outcome, input.answer.as_deref());
        let after = before.resolve((by, tx.now()), answer, &now, change)?;
        let event = match input.outcome {
            CorrectionOutcome::Fixed => EventKind::CorrectionFixed,
            CorrectionOutcome::Declined => EventKind::CorrectionDeclined,
        };
        let why = after.resolution.as_ref().and_then(|resolution| resolution.answer.clone());
        Ok(tx.change(&before, after, event, why.as_deref()).await?.id)
    })
    .await
}

/// A correction to withdraw.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WithdrawCorrection {
    /// The correction.
    pub correction: CorrectionId,
    /// The version that the client read.
    pub expected_version: i32,
}

impl Command for WithdrawCorrection {
    const OPERATION: &'static str = "withdrawCorrection";
}

/// Withdraws a correction that is not answered yet. For the person who requested it.
pub async fn withdraw_correction(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: WithdrawCorrection,
) -> Result<CorrectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let action = CorrectionAction::WithdrawCorrection;
        let before = checked(&tx, input.correction, input.expected_version, action).await?;
        Ok(tx.change(&before, before.withdraw()?, EventKind::CorrectionWithdrawn, None).await?.id)
    })
    .await
}

/// Loads a correction that the actor can see, and checks the permission and the version.
async fn checked(
    tx: &Tx,
    id: CorrectionId,
    expected_version: i32,
    action: CorrectionAction,
) -> Result<Correction> {
    let found = store::correction::by_ids(tx.source(), tx.actor(), &[id]).await?.remove(&id);
    let found = found.ok_or(Error::NotFound)?;
    policy::correction::decide(action, &policy::correction::relations(tx.actor(), &found))?;
    power::must_be_of_another(tx, action, (found.staff, found.unit)).await?;
    if found.version != expected_version {
        return Err(Refusal::conflict(found.version).into());
    }
    Ok(found)
}

/// Reads the recorded value of a subject on a day, and the person's assignment that it is read from: the definitive
/// assignment of the day, otherwise another one of the day, otherwise the latest one.
async fn recorded<C: Connection>(
    source: Source<'_, C>,
    (agency, day): (AgencyId, Date),
    person: StaffId,
    subject: CorrectionSubject,
) -> Result<(Assignment, Recorded)> {
    let held = store::assignment::of_staff(source, agency, &[person]).await?.remove(&person);
    let held = held.unwrap_or_default();
    let open = || held.iter().filter(|one| one.open_on(day));
    let post = open().find(|one| one.capacity == Capacity::Definitive).or_else(|| open().next());
    let post = post.or(held.first()).cloned().ok_or(Error::Forbidden)?;
    let says = match subject {
        CorrectionSubject::Superior => {
            let above = match post.superior {
                Some(superior) => {
                    store::assignment::by_ids(source, agency, &[superior]).await?.remove(&superior)
                }
                None => None,
            };
            let holder = match &above {
                Some(above) => of_directory(source, agency, above.staff).await?,
                None => None,
            };
            Recorded::Superior {
                assignment: post.superior,
                staff: above.map(|above| above.staff),
                name: holder.map(|holder| holder.name),
            }
        }
        CorrectionSubject::Unit => {
            let unit = store::org_unit::by_ids(source, agency, &[post.unit], day).await?.remove(&post.unit);
            Recorded::Unit { unit: post.unit, name: unit.map(|unit| unit.name).unwrap_or_default() }
        }
        CorrectionSubject::Position => {
            let found = store::position::by_ids(source, agency, &[post.position]).await?;
            let name = found.get(&post.position).map(|position| position.name.clone());
            Recorded::Position { position: post.position, name: name.unwrap_or_default() }
        }
        CorrectionSubject::Rank => Recorded::Rank { rank: post.rank.clone() },
        CorrectionSubject::Employment | CorrectionSubject::Name | CorrectionSubject::Nip => {
            let own = of_directory(source, agency, person).await?.ok_or(Error::NotFound)?;
            match subject {
                CorrectionSubject::Employment => Recorded::Employment { employment: own.employment_kind },
                CorrectionSubject::Nip => Recorded::Nip { nip: own.nip },
                _ => Recorded::Name { name: own.name },
            }
        }
    };
    Ok((post, says))
}

async fn of_directory<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    person: StaffId,
) -> Result<Option<Staff>> {
    Ok(store::staff::by_ids(source, agency, &[person]).await?.remove(&person))
}

/// Finds the newest journal entry that changed the recorded value.
async fn change_of<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    correction: &Correction,
    now: &Recorded,
) -> Result<Option<RecordChange>> {
    let person = correction.staff;
    let held = store::assignment::of_staff(source, agency, &[person]).await?.remove(&person);
    let mut objects: Vec<Uuid> = held.unwrap_or_default().into_iter().map(|one| one.id.0).collect();
    match now {
        Recorded::Superior { .. } | Recorded::Rank { .. } => {}
        Recorded::Unit { unit, .. } => objects.push(unit.0),
        Recorded::Position { position, .. } => objects.push(position.0),
        Recorded::Employment { .. } | Recorded::Name { .. } | Recorded::Nip { .. } => {
            objects = vec![person.0];
        }
    }
    store::event::newest_change(source, objects, now.subject().changed_by()).await
}
