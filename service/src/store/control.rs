//! Reads from the journal and the tables who controls accounts and who has power over results.

use crate::{
    clock::machine_now,
    db::{BATCH, Connection, Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    actor::Role,
    evaluation::EvaluationStatus,
    event::EventKind,
    id::{AssignmentId, StaffId},
    plan::RaterSnapshot,
    time::to_micros,
};
use entity::{
    account, activation_code, assignment, assignment_superior, delegation, evaluation, event, event_payload,
    role_grant,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::Expr,
};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The column that gives journal entries their order. The generated entities don't have it, because only this module
/// and the sequencer read it.
const DRAWN: &str = "drawn";

/// A place in the order of the journal's entries.
pub(crate) type Drawn = i64;

type People = BTreeSet<StaffId>;

/// An entry about an account or its person.
pub(crate) struct Entry {
    pub at: Drawn,
    pub kind: EventKind,
    pub id: Uuid,
    pub actor: Option<StaffId>,
}

/// Loads the entries about these accounts and people, in order.
pub(crate) async fn entries<C: Connection>(
    source: Source<'_, C>,
    people: &People,
) -> Result<Vec<(StaffId, Entry)>> {
    let kinds = [
        EventKind::ActivationCodeIssued,
        EventKind::AccountActivated,
        EventKind::PasswordChanged,
        EventKind::StaffUpdated,
    ];
    let mut found = Vec::new();
    for batch in Vec::from_iter(people).chunks(BATCH) {
        let ids = batch.iter().map(|one| one.0);
        let rows: Vec<(Drawn, Uuid, String, Option<Uuid>, Uuid)> = event::Entity::find()
            .select_only()
            .column_as(Expr::col(DRAWN), DRAWN)
            .columns([
                event::Column::Id,
                event::Column::Kind,
                event::Column::ActorId,
                event::Column::SubjectId,
            ])
            .filter(any_of(source.backend, (event::Entity, event::Column::SubjectId), ids))
            .filter(event::Column::Kind.is_in(kinds.map(|kind| kind.to_string())))
            .order_by(Expr::col(DRAWN), Order::Asc)
            .into_tuple()
            .all(source.connection)
            .await?;
        for (at, id, kind, actor, subject) in rows {
            let kind = kind.parse().map_err(Error::internal)?;
            found.push((StaffId(subject), Entry { at, kind, id, actor: actor.map(StaffId) }));
        }
    }
    Ok(found)
}

/// Finds those of these people who have an activation code that can still be used.
pub(crate) async fn with_valid_code<C: Connection>(source: Source<'_, C>, people: &People) -> Result<People> {
    if people.is_empty() {
        return Ok(People::new());
    }
    let valid = activation_code::Entity::find()
        .select_only()
        .column(activation_code::Column::AccountId)
        .filter(activation_code::Column::UsedAt.is_null())
        .filter(activation_code::Column::ExpiresAt.gt(to_micros(machine_now())))
        .into_query();
    let mut found = People::new();
    for batch in Vec::from_iter(people).chunks(BATCH) {
        let ids = batch.iter().map(|one| one.0);
        let rows: Vec<Uuid> = account::Entity::find()
            .select_only()
            .column(account::Column::StaffId)
            .filter(any_of(source.backend, (account::Entity, account::Column::StaffId), ids))
            .filter(account::Column::Id.in_subquery(valid.clone()))
            .into_tuple()
            .all(source.connection)
            .await?;
        found.extend(rows.into_iter().map(StaffId));
    }
    Ok(found)
}

/// Selects the entries that changed the NIP or the external id of a person. An entry whose images were erased counts as
/// such a change.
pub(crate) async fn with_other_identity<C: Connection>(
    source: Source<'_, C>,
    entries: Vec<Uuid>,
) -> Result<BTreeSet<Uuid>> {
    let mut found: BTreeSet<Uuid> = entries.iter().copied().collect();
    for batch in entries.chunks(BATCH) {
        let which = any_of(
            source.backend,
            (event_payload::Entity, event_payload::Column::EventId),
            batch.iter().copied(),
        );
        for payload in event_payload::Entity::find().filter(which).all(source.connection).await? {
            let (Some(before), Some(after)) = (payload.before, payload.after) else { continue };
            let (before, after): (Value, Value) =
                (serde_json::from_str(&before)?, serde_json::from_str(&after)?);
            if ["nip", "external_id"].iter().all(|field| before.get(field) == after.get(field)) {
                found.remove(&payload.event_id);
            }
        }
    }
    Ok(found)
}

/// Finds who gave power to each of these people, and when. Leaves out entries of the system, which have no giver.
pub(crate) async fn powers_given(tx: &Tx, people: &People) -> Result<Vec<(StaffId, StaffId, Drawn)>> {
    let mut given = Vec::new();
    for batch in Vec::from_iter(people).chunks(BATCH) {
        let ids = batch.iter().map(|one| one.0);
        let rows: Vec<(Drawn, Uuid, Option<Uuid>)> = event::Entity::find()
            .select_only()
            .column_as(Expr::col(DRAWN), DRAWN)
            .columns([event::Column::SubjectId, event::Column::ActorId])
            .filter(any_of(tx.backend(), (event::Entity, event::Column::SubjectId), ids))
            .filter(event::Column::Kind.eq(EventKind::RatingPowerGiven.to_string()))
            .into_tuple()
            .all(tx.connection())
            .await?;
        let rows =
            rows.into_iter().filter_map(|(at, staff, giver)| Some((StaffId(staff), StaffId(giver?), at)));
        given.extend(rows);
    }
    Ok(given)
}

/// Selects the people, among these, who have power over results today or on a later day. They head a unit, have people
/// below them, act for somebody, belong to a performance team, or were assigned to decide on an objection.
pub(crate) async fn powerful(tx: &Tx, people: &People) -> Result<People> {
    let today = tx.today();
    let mut found = People::new();
    for batch in Vec::from_iter(people).chunks(BATCH) {
        let ids = || batch.iter().map(|one| one.0);
        let below = assignment_superior::Entity::find()
            .select_only()
            .column(assignment_superior::Column::SuperiorId)
            .filter(
                Condition::any()
                    .add(assignment_superior::Column::ValidTo.is_null())
                    .add(assignment_superior::Column::ValidTo.gt(today)),
            )
            .into_query();
        let heads = Condition::all().add(assignment::Column::Leads.eq(true)).add(
            Condition::any()
                .add(assignment::Column::ValidTo.is_null())
                .add(assignment::Column::ValidTo.gt(today)),
        );
        let posts: Vec<Uuid> = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::StaffId)
            .filter(any_of(tx.backend(), (assignment::Entity, assignment::Column::StaffId), ids()))
            .filter(Condition::any().add(heads).add(assignment::Column::Id.in_subquery(below)))
            .into_tuple()
            .all(tx.connection())
            .await?;
        let acting: Vec<Uuid> = delegation::Entity::find()
            .select_only()
            .column(delegation::Column::DelegateId)
            .filter(any_of(tx.backend(), (delegation::Entity, delegation::Column::DelegateId), ids()))
            .filter(
                Condition::any()
                    .add(delegation::Column::ValidTo.is_null())
                    .add(delegation::Column::ValidTo.gt(today)),
            )
            .into_tuple()
            .all(tx.connection())
            .await?;
        let teams: Vec<Uuid> = role_grant::Entity::find()
            .select_only()
            .column(role_grant::Column::StaffId)
            .filter(any_of(tx.backend(), (role_grant::Entity, role_grant::Column::StaffId), ids()))
            .filter(role_grant::Column::Role.eq(Role::PerformanceTeam.to_string()))
            .filter(role_grant::Column::RevokedAt.is_null())
            .into_tuple()
            .all(tx.connection())
            .await?;
        found.extend([posts, acting, teams].into_iter().flatten().map(StaffId));
        found.extend(super::objection::assigned_among(tx, batch).await?);
    }
    Ok(found)
}

/// A result that can still change.
pub(crate) struct OpenResult {
    pub assignment: AssignmentId,
    /// The recorded rater with their superior.
    pub rater: RaterSnapshot,
}

/// Loads the results of these people that can still change.
pub(crate) async fn open_results<C: Connection>(
    source: Source<'_, C>,
    people: &People,
) -> Result<Vec<OpenResult>> {
    let mut found = Vec::new();
    for batch in Vec::from_iter(people).chunks(BATCH) {
        let ids = batch.iter().map(|one| one.0);
        let finished = [EvaluationStatus::Closed, EvaluationStatus::Cancelled].map(|one| one.to_string());
        let rows: Vec<(Uuid, String)> = evaluation::Entity::find()
            .select_only()
            .columns([evaluation::Column::AssignmentId, evaluation::Column::Rater])
            .filter(any_of(source.backend, (evaluation::Entity, evaluation::Column::StaffId), ids))
            .filter(evaluation::Column::Status.is_not_in(finished))
            .into_tuple()
            .all(source.connection)
            .await?;
        for (assignment, rater) in rows {
            let rater = serde_json::from_str(&rater)?;
            found.push(OpenResult { assignment: AssignmentId(assignment), rater });
        }
    }
    Ok(found)
}
