//! A small test world with every kind of object and its entries: some people of a generated city.

use super::super::objects::by_subject;
use super::lawful;
use crate::{
    Error,
    db::{Db, Record, Tx},
    env::{Clock, Env},
    error::Result,
    generated, journal,
    testing::{TestDb, journal_shipped},
};
use domain::{
    actor::Actor,
    assignment::{Assignment, Capacity, Delegation},
    event::{EventKind, SubjectKind},
    id::{AgencyId, DelegationId, StaffId},
    time::Date,
};
use entity::{assignment, event, event_payload};
use proof::{checkpoint::Checkpoint, tree::Frontier};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{EntityTrait, QueryOrder};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

pub struct World {
    pub env: Env,
    pub agency: AgencyId,
    /// Checkpoints that someone kept outside the database. They do not cover the last entries.
    pub kept: Vec<Checkpoint>,
}

/// The time of the world.
const NOW: &str = "2026-05-04T02:00:00Z";
/// The number of activities to copy.
const ACTIVITIES: usize = 12;
/// The number of employees to copy, together with all their superiors.
const EMPLOYEES: usize = 3;

impl World {
    pub async fn build(db: &TestDb) -> Self {
        // Keep `file` alive: the source opens further connections to it.
        let file = TestDb::sqlite().await.expect("a database");
        let source = generated(&file).await;
        let entries = picked(&source).await;
        let env = env(db).await;
        let agency = AgencyId(entries[0].0.agency_id);
        env.write(&Actor::system(agency), |tx| async move {
            for (row, image) in &entries {
                create(&tx, row, image).await?;
            }
            Ok(())
        })
        .await
        .expect("the small world");
        let mut kept = Vec::new();
        for seed in 0..6 {
            let act = move |tx: Tx| async move {
                if seed == 0 {
                    delegation(&tx).await?;
                }
                for part in 0..3 {
                    lawful::acts(&tx, ChaCha8Rng::seed_from_u64(1_000 * seed + part)).await?;
                }
                Ok(())
            };
            env.write(&Actor::system(agency), act).await.expect("lawful acts");
            journal::sequence(&env).await.expect("numbers");
            if seed < 5 {
                kept.push(checkpoint(&env).await);
            }
        }
        Self { env, agency, kept }
    }
}

async fn env(db: &TestDb) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = NOW.parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    journal_shipped(&env).await.expect("the entries of regulations");
    env
}

/// Generates a small city.
pub async fn generated(db: &TestDb) -> Env {
    generated::city(db, NOW, 50, 1).await;
    env(db).await
}

/// Builds an unsigned checkpoint over all entries.
async fn checkpoint(env: &Env) -> Checkpoint {
    let rows = event::Entity::find()
        .order_by_asc(event::Column::Number)
        .all(env.db.reader())
        .await
        .expect("the entries");
    let mut tree = Frontier::new();
    for row in &rows {
        tree.append(journal::sequencer::leaf_of(row).expect("a leaf").hash());
    }
    Checkpoint { origin: "contoh".to_owned(), size: tree.size(), root: tree.root(), at: None }
}

/// Picks the entries of units, positions, criteria, periods and roles, and of some people with all their superiors.
async fn picked(env: &Env) -> Vec<(event::Model, String)> {
    let people = people(env).await;
    let mut images: HashMap<Uuid, event_payload::Model> = event_payload::Entity::find()
        .all(env.db.reader())
        .await
        .expect("payloads")
        .into_iter()
        .map(|payload| (payload.event_id, payload))
        .collect();
    let rows =
        event::Entity::find().order_by_asc(event::Column::Id).all(env.db.reader()).await.expect("entries");
    let mut activities = 0;
    let mut picked = Vec::new();
    for row in rows {
        let image = images.remove(&row.id).and_then(|payload| payload.after).expect("an image");
        let kind: SubjectKind = row.subject_kind.parse().expect("a kind");
        let taken = match kind {
            // Every database already has the shipped regulations.
            SubjectKind::Regulation => false,
            SubjectKind::Activity => {
                activities += usize::from(row.staff_id.is_some_and(|staff| people.contains(&staff)));
                activities <= ACTIVITIES
            }
            _ => true,
        };
        if taken && row.staff_id.is_none_or(|staff| people.contains(&staff)) {
            picked.push((row, image));
        }
    }
    picked
}

async fn people(env: &Env) -> BTreeSet<Uuid> {
    let all = assignment::Entity::find()
        .order_by_asc(assignment::Column::Id)
        .all(env.db.reader())
        .await
        .expect("assignments");
    let by_id: HashMap<Uuid, &assignment::Model> = all.iter().map(|row| (row.id, row)).collect();
    let superiors: BTreeSet<Uuid> = all.iter().filter_map(|row| row.superior_id).collect();
    let mut people = BTreeSet::new();
    for employee in all.iter().filter(|row| !superiors.contains(&row.id)).take(EMPLOYEES) {
        let mut at = Some(employee.id);
        while let Some(row) = at.and_then(|id| by_id.get(&id)) {
            people.insert(row.staff_id);
            at = row.superior_id;
        }
    }
    people
}

async fn create(tx: &Tx, row: &event::Model, image: &str) -> Result<()> {
    let kind: EventKind = row.kind.parse().map_err(Error::internal)?;
    let subject: SubjectKind = row.subject_kind.parse().map_err(Error::internal)?;
    by_subject!(subject, Kind => {
        let object: Kind = serde_json::from_str(image)?;
        assert_eq!(object.id(), row.subject_id);
        tx.create(object, kind, None).await?;
    }, entry => ());
    Ok(())
}

/// Creates a delegation, because the generator creates none.
async fn delegation(tx: &Tx) -> Result<()> {
    let row = assignment::Entity::find().one(tx.connection()).await?.ok_or(Error::NotFound)?;
    let of: Assignment = crate::store::assignment::value(row)?;
    let created = Delegation {
        id: DelegationId(crate::env::fresh_id()),
        agency: of.agency,
        assignment: of.id,
        delegate: StaffId(of.staff.0),
        capacity: Capacity::Plh,
        valid_from: Date::from_ymd_opt(2026, 4, 1).unwrap_or_default(),
        valid_to: None,
        reason: "Cuti".to_owned(),
        version: 1,
    };
    tx.create(created, EventKind::Delegated, None).await?;
    Ok(())
}
