//! Who controls an account, and who gave a person power, as the journal recorded it.
//!
//! Whoever issued the last code that was used can know the password, and whoever changed the NIP or external id later
//! can have turned the account over to somebody else. Both are read from journal entries, which nobody can rewrite.

use crate::{
    db::{self, Concerns, Tx, any_of},
    env::machine_now,
    error::Result,
    journal::{self, Notice},
    store,
};
use domain::{
    actor::Role,
    event::{EventKind, SubjectKind},
    id::StaffId,
    time::to_micros,
};
use entity::{
    account, activation_code, assignment, assignment_superior, delegation, event, event_payload, role_grant,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

type People = BTreeSet<StaffId>;

/// What the journal says about the account of a person.
#[derive(Default)]
struct Account {
    /// Who issued the last code that was used.
    keepers: People,
    /// Who issued the last code that was not used.
    issued: Option<StaffId>,
    /// Changes of the person since the last used code: the entry, and who made it.
    changes: Vec<(Uuid, StaffId)>,
}

impl Account {
    /// Takes the next entry about the account or its person.
    fn add(&mut self, kind: EventKind, id: Uuid, actor: Option<StaffId>) {
        match (kind, actor) {
            (EventKind::ActivationCodeIssued, issuer) => self.issued = issuer,
            // The server itself records that a code was used.
            (EventKind::AccountActivated | EventKind::PasswordChanged, None) => {
                self.keepers = self.issued.take().into_iter().collect();
                self.changes.clear();
            }
            (EventKind::StaffUpdated, Some(actor)) => self.changes.push((id, actor)),
            _ => {}
        }
    }
}

/// Finds who controls the accounts of these people, themselves included: directly, or through an account that they
/// control.
pub(super) async fn hands(tx: &Tx, people: &People) -> Result<HashMap<StaffId, People>> {
    let mut keepers: HashMap<StaffId, People> = HashMap::new();
    let mut open = people.clone();
    while !open.is_empty() {
        let found = self::keepers(tx, &open).await?;
        let next: People = found.values().flatten().copied().collect();
        keepers.extend(open.into_iter().map(|one| (one, found.get(&one).cloned().unwrap_or_default())));
        open = next.into_iter().filter(|one| !keepers.contains_key(one)).collect();
    }
    let of = |person: &StaffId| {
        let (mut found, mut open) = (BTreeSet::from([*person]), vec![*person]);
        while let Some(one) = open.pop() {
            let more = keepers.get(&one).into_iter().flatten();
            open.extend(more.copied().filter(|keeper| found.insert(*keeper)));
        }
        (*person, found)
    };
    Ok(people.iter().map(of).collect())
}

/// Finds who controls these accounts directly.
async fn keepers(tx: &Tx, people: &People) -> Result<HashMap<StaffId, People>> {
    let kinds = [
        EventKind::ActivationCodeIssued,
        EventKind::AccountActivated,
        EventKind::PasswordChanged,
        EventKind::StaffUpdated,
    ];
    let mut accounts: BTreeMap<StaffId, Account> = BTreeMap::new();
    for batch in Vec::from_iter(people).chunks(db::BATCH) {
        let rows: Vec<(Uuid, String, Option<Uuid>, Uuid)> = event::Entity::find()
            .select_only()
            .columns([event::Column::Id, event::Column::Kind, event::Column::ActorId, event::Column::SubjectId])
            .filter(any_of(
                tx.backend(),
                (event::Entity, event::Column::SubjectId),
                batch.iter().map(|one| one.0),
            ))
            .filter(event::Column::Kind.is_in(kinds.map(|kind| kind.to_string())))
            .order_by(Expr::col("drawn"), Order::Asc)
            .into_tuple()
            .all(tx.connection())
            .await?;
        for (id, kind, actor, subject) in rows {
            let kind = kind.parse().map_err(crate::Error::internal)?;
            accounts.entry(StaffId(subject)).or_default().add(kind, id, actor.map(StaffId));
        }
    }
    let pending = accounts.iter().filter(|(_, found)| found.issued.is_some()).map(|(staff, _)| *staff);
    let pending = with_valid_code(tx, &pending.collect()).await?;
    let changes = accounts.values().flat_map(|found| &found.changes).map(|(id, _)| *id);
    let renamed = with_other_identity(tx, changes.collect()).await?;
    let of = |(staff, found): (StaffId, Account)| {
        let issued = found.issued.filter(|_| pending.contains(&staff));
        let changed = found.changes.iter().filter(|(id, _)| renamed.contains(id)).map(|(_, actor)| *actor);
        (staff, found.keepers.iter().copied().chain(issued).chain(changed).collect())
    };
    Ok(accounts.into_iter().map(of).collect())
}

/// Finds those of these people who have a code that can still be used.
async fn with_valid_code(tx: &Tx, people: &People) -> Result<People> {
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
    for batch in Vec::from_iter(people).chunks(db::BATCH) {
        let ids = batch.iter().map(|one| one.0);
        let rows: Vec<Uuid> = account::Entity::find()
            .select_only()
            .column(account::Column::StaffId)
            .filter(any_of(tx.backend(), (account::Entity, account::Column::StaffId), ids))
            .filter(account::Column::Id.in_subquery(valid.clone()))
            .into_tuple()
            .all(tx.connection())
            .await?;
        found.extend(rows.into_iter().map(StaffId));
    }
    Ok(found)
}

/// Selects the entries that changed the NIP or the external id of a person. One whose images were erased counts.
async fn with_other_identity(tx: &Tx, entries: Vec<Uuid>) -> Result<BTreeSet<Uuid>> {
    let mut found: BTreeSet<Uuid> = entries.iter().copied().collect();
    for batch in entries.chunks(db::BATCH) {
        let which = any_of(
            tx.backend(),
            (event_payload::Entity, event_payload::Column::EventId),
            batch.iter().copied(),
        );
        for payload in event_payload::Entity::find().filter(which).all(tx.connection()).await? {
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

/// Finds who gave power to each of these people.
pub(super) async fn givers(tx: &Tx, people: &People) -> Result<HashMap<StaffId, People>> {
    let mut found: HashMap<StaffId, People> = HashMap::new();
    for batch in Vec::from_iter(people).chunks(db::BATCH) {
        let ids = batch.iter().map(|one| one.0);
        let rows: Vec<(Uuid, Option<Uuid>)> = event::Entity::find()
            .select_only()
            .columns([event::Column::SubjectId, event::Column::ActorId])
            .filter(any_of(tx.backend(), (event::Entity, event::Column::SubjectId), ids))
            .filter(event::Column::Kind.eq(EventKind::RatingPowerGiven.to_string()))
            .distinct()
            .into_tuple()
            .all(tx.connection())
            .await?;
        for (staff, giver) in rows {
            found.entry(StaffId(staff)).or_default().extend(giver.map(StaffId));
        }
    }
    Ok(found)
}

/// Records that the actor gave power to these people.
pub(super) async fn record_given(tx: &Tx, people: &[StaffId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let agency = tx.actor().agency.0;
    let units = store::staff::units_on(tx, people.iter().map(|one| one.0), tx.today()).await?;
    let notice = |person: &StaffId| {
        // A person without a unit today belongs to the root unit.
        let unit = units.get(&person.0).map_or(agency, |unit| unit.0);
        let concerns = Concerns::default().staff(person.0).unit(unit);
        Notice { subject: SubjectKind::Account, id: person.0, agency, concerns }
    };
    let notices: Vec<Notice> = people.iter().map(notice).collect();
    journal::append_notices(tx, EventKind::RatingPowerGiven, &notices, None).await
}

/// Selects those of these people whose power came from the actor, or from somebody who controls the actor's account or
/// whose account the actor controls.
pub(crate) async fn of_own_power(tx: &Tx, actor: StaffId, people: &People) -> Result<People> {
    let people = powerful(tx, people).await?;
    let givers = givers(tx, &people).await?;
    let all: People = givers.values().flatten().copied().chain([actor]).collect();
    let hands = hands(tx, &all).await?;
    let Some(own) = hands.get(&actor) else { return Ok(People::new()) };
    let linked = |giver: &StaffId| hands.get(giver).is_some_and(|of| !of.is_disjoint(own));
    Ok(givers.iter().filter(|(_, givers)| givers.iter().any(linked)).map(|(staff, _)| *staff).collect())
}

/// Selects those of these people who have power over results today or on a later day: they head a unit, have people
/// below them, act for somebody, or belong to a performance team.
async fn powerful(tx: &Tx, people: &People) -> Result<People> {
    let today = tx.today();
    let mut found = People::new();
    for batch in Vec::from_iter(people).chunks(db::BATCH) {
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
    }
    Ok(found)
}
