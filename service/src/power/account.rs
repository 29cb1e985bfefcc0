//! Who controls an account, and who gave a person power, as the journal recorded it.
//!
//! The person who issued the last code that was used can know the password, and one who changed the NIP or external id later
//! can have turned the account over to somebody else. Both are read from journal entries, which nobody can rewrite.

use super::{Way, gain::raters_of};
use crate::{
    db::{self, Concerns, Tx, any_of},
    env::machine_now,
    error::{Error, Result},
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
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::Expr,
};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The column with the order of entries. No entity has it, because only the sequencer reads it otherwise.
const DRAWN: &str = "drawn";

type People = BTreeSet<StaffId>;

/// A place in the order of the journal's entries.
type Drawn = i64;

/// After all entries.
const NOW: Drawn = Drawn::MAX;

/// An entry about an account or its person.
struct Entry {
    at: Drawn,
    kind: EventKind,
    id: Uuid,
    actor: Option<StaffId>,
}

/// What the journal says about accounts and their people.
#[derive(Default)]
struct Accounts {
    /// The entries of each person, in order.
    entries: HashMap<StaffId, Vec<Entry>>,
    /// The people who have a code that can still be used.
    pending: People,
    /// The entries that changed a NIP or an external id.
    renamed: BTreeSet<Uuid>,
}

impl Accounts {
    /// Loads the accounts of these people, and of everyone who had to do with them.
    async fn load(tx: &Tx, people: &People) -> Result<Self> {
        let mut found = Self::default();
        let mut open = people.clone();
        while !open.is_empty() {
            found.entries.extend(open.iter().map(|one| (*one, Vec::new())));
            let mut next = People::new();
            for (staff, entry) in entries(tx, &open).await? {
                next.extend(entry.actor.filter(|actor| *actor != staff));
                found.entries.entry(staff).or_default().push(entry);
            }
            open = next.into_iter().filter(|one| !found.entries.contains_key(one)).collect();
        }
        let all = found.entries.values().flatten();
        let changes = all.filter(|entry| entry.kind == EventKind::StaffUpdated && entry.actor.is_some());
        found.renamed = with_other_identity(tx, changes.map(|entry| entry.id).collect()).await?;
        found.pending = with_valid_code(tx, &found.entries.keys().copied().collect()).await?;
        Ok(found)
    }

    /// Who controlled an account directly at a place of the journal, each with the place at which they got control.
    fn keepers(&self, person: StaffId, until: Drawn) -> Vec<(StaffId, Drawn)> {
        let (mut keepers, mut issued) = (Vec::new(), None);
        let entries = self.entries.get(&person).into_iter().flatten();
        for entry in entries.take_while(|entry| entry.at < until) {
            match (entry.kind, entry.actor) {
                (EventKind::ActivationCodeIssued, issuer) => issued = issuer.map(|one| (one, entry.at)),
                // The server itself records that a code was used.
                (EventKind::AccountActivated | EventKind::PasswordChanged, None) => {
                    keepers = issued.take().into_iter().collect();
                }
                (EventKind::StaffUpdated, Some(actor)) if self.renamed.contains(&entry.id) => {
                    keepers.push((actor, entry.at));
                }
                _ => {}
            }
        }
        keepers.extend(issued.filter(|_| until < NOW || self.pending.contains(&person)));
        keepers
    }

    /// Who could act through an account at a place of the journal: its person, who controlled it, and who controlled
    /// their accounts when they got control.
    fn hands(&self, person: StaffId, until: Drawn) -> People {
        let mut found = People::from([person]);
        let (mut open, mut visited) = (vec![(person, until)], BTreeSet::new());
        while let Some((account, until)) = open.pop() {
            if visited.insert((account, until)) {
                let keepers = self.keepers(account, until);
                found.extend(keepers.iter().map(|(keeper, _)| *keeper));
                open.extend(keepers);
            }
        }
        found
    }
}

/// Finds who can act through the accounts of these people now, themselves included.
pub(super) async fn hands(tx: &Tx, people: &People) -> Result<HashMap<StaffId, People>> {
    let accounts = Accounts::load(tx, people).await?;
    Ok(people.iter().map(|one| (*one, accounts.hands(*one, NOW))).collect())
}

/// Loads the entries about these accounts and people, in order.
async fn entries(tx: &Tx, people: &People) -> Result<Vec<(StaffId, Entry)>> {
    let kinds = [
        EventKind::ActivationCodeIssued,
        EventKind::AccountActivated,
        EventKind::PasswordChanged,
        EventKind::StaffUpdated,
    ];
    let mut found = Vec::new();
    for batch in Vec::from_iter(people).chunks(db::BATCH) {
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
            .filter(any_of(tx.backend(), (event::Entity, event::Column::SubjectId), ids))
            .filter(event::Column::Kind.is_in(kinds.map(|kind| kind.to_string())))
            .order_by(Expr::col(DRAWN), Order::Asc)
            .into_tuple()
            .all(tx.connection())
            .await?;
        for (at, id, kind, actor, subject) in rows {
            let kind = kind.parse().map_err(Error::internal)?;
            found.push((StaffId(subject), Entry { at, kind, id, actor: actor.map(StaffId) }));
        }
    }
    Ok(found)
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

/// Finds who gave power to each of these people, as all who could act through the giver's account at that time.
async fn givers(tx: &Tx, people: &People) -> Result<HashMap<StaffId, People>> {
    let mut given: Vec<(StaffId, StaffId, Drawn)> = Vec::new();
    for batch in Vec::from_iter(people).chunks(db::BATCH) {
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
    let accounts = Accounts::load(tx, &given.iter().map(|(_, giver, _)| *giver).collect()).await?;
    let mut found: HashMap<StaffId, People> = HashMap::new();
    for (staff, giver, at) in given {
        found.entry(staff).or_default().extend(accounts.hands(giver, at));
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

/// Selects those of these people whose accounts the actor may not control: they have power over the actor's own result,
/// or their power came from the actor. People who can act through the actor's account count as the actor.
pub(crate) async fn of_own_power(tx: &Tx, actor: StaffId, people: &People) -> Result<People> {
    if !tx.separation().accounts() {
        return Ok(People::new());
    }
    let powerful = powerful(tx, people).await?;
    if powerful.is_empty() {
        return Ok(People::new());
    }
    let own = Accounts::load(tx, &[actor].into()).await?.hands(actor, NOW);
    let mut found = People::new();
    if tx.separation().closes(Way::OwnRater) {
        found = raters_of(tx, &own).await?.intersection(&powerful).copied().collect();
        found.remove(&actor);
    }
    let linked = givers(tx, &powerful).await?.into_iter().filter(|(_, givers)| !givers.is_disjoint(&own));
    found.extend(linked.map(|(staff, _)| staff));
    Ok(found)
}

/// Who gave power to a person; see [`givers`].
pub(super) async fn givers_of(tx: &Tx, person: StaffId) -> Result<People> {
    Ok(givers(tx, &[person].into()).await?.remove(&person).unwrap_or_default())
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
