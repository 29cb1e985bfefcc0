//! Lists which data a person or API key could read in a range of days, and which they did read.

use super::{
    held::for_people,
    reach::{Facts, Reason},
};
use crate::{
    db::any_of,
    env::Env,
    error::{Error, Result},
    store,
};
use chrono::Duration;
use domain::{
    access::AccessKind,
    id::{AgencyId, ApiKeyId, StaffId},
    time::Date,
};
use entity::{access_log, api_key, evaluation, staff};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The person or API key whose access is examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachOf {
    /// A person.
    Staff(StaffId),
    /// An API key.
    ApiKey(ApiKeyId),
}

/// A person in the report.
#[derive(Clone, Debug, Serialize)]
struct Named {
    id: Uuid,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nip: Option<String>,
}

/// A person whose personal data could be read, and on which days.
#[derive(Clone, Debug, Serialize)]
struct Reachable {
    person: Named,
    days: Vec<Days>,
}

/// A range of days on which the reasons were the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Days {
    from: Date,
    /// The last day.
    until: Date,
    /// Why the data could be read: names of roles, SUPERIOR or ACTING_SUPERIOR.
    because: BTreeSet<Reason>,
}

/// The data that an actor could read and did read.
#[derive(Clone, Debug, Serialize)]
pub struct Breach {
    actor: Named,
    from: Date,
    /// The last day.
    until: Date,
    /// The reads in the access log, of ratings, feedback, objections and dialogues. Each object is listed once a day.
    read: Vec<Value>,
    /// Refused requests, which may show attempts.
    refused: Vec<Value>,
    /// The people whose personal data, final ratings and feedback could be read.
    could_read: Vec<Reachable>,
    /// Evaluations whose rater the actor is today. The actor could read their drafts as well.
    rater_of: Vec<Value>,
    /// A text that says which other data could be read, and how far these lists are complete.
    note: &'static str,
}

const OF_PERSON: &str = "Everyone logged in can read the directory: name, position, unit and superior of all active \
    people. could_read is computed from the dated rows as they are stored now, with later corrections. The access log \
    has no entries older than its retention period, and none about downloads of evidence.";
const OF_KEY: &str = "An API key reads figures of its unit and the units below it, never data of single people. \
    Figures about few people are hidden from it.";

/// Lists the data that an actor could read and did read from one day to another, both included.
pub async fn breach(env: &Env, of: BreachOf, from: Date, until: Date) -> Result<Breach> {
    let reader = env.db.reader();
    let (id, agency, name, nip) = match of {
        BreachOf::Staff(id) => {
            let row = staff::Entity::find_by_id(id.0).one(reader).await?.ok_or(Error::NotFound)?;
            (row.id, row.agency_id, row.name, row.nip)
        }
        BreachOf::ApiKey(id) => {
            let row = api_key::Entity::find_by_id(id.0).one(reader).await?.ok_or(Error::NotFound)?;
            (row.id, row.agency_id, row.name, None)
        }
    };
    let entries = access_log::Entity::find()
        .filter(access_log::Column::ActorId.eq(id))
        .filter(access_log::Column::Day.between(from, until))
        .order_by_asc(access_log::Column::FirstAt)
        .all(reader)
        .await?;
    let concerned = entries.iter().filter_map(|entry| entry.staff_id);
    let (could, rated) = match of {
        BreachOf::Staff(staff) => {
            let calendar = store::org_unit::calendar(reader, AgencyId(agency)).await?;
            let facts = Facts::load(env, agency, staff, calendar).await?;
            let rated = evaluation::Entity::find()
                .filter(evaluation::Column::RaterStaffId.eq(id))
                .all(reader)
                .await?;
            (reachable(&facts, from, until), rated)
        }
        BreachOf::ApiKey(_) => (BTreeMap::new(), Vec::new()),
    };
    let people = concerned.chain(could.keys().copied()).chain(rated.iter().map(|row| row.staff_id));
    let people = people_named(env, people.collect()).await?;
    let mut read = Vec::new();
    let mut refused = Vec::new();
    for entry in entries {
        let is_refusal = entry.kind == AccessKind::Refused.to_string();
        let person = entry.staff_id.and_then(|staff| people.get(&staff));
        let mut row = for_people("access_log", serde_json::to_value(&entry)?)?;
        if let (Value::Object(row), Some(person)) = (&mut row, person) {
            row.insert("staff".to_owned(), serde_json::to_value(person)?);
        }
        if is_refusal { refused.push(row) } else { read.push(row) }
    }
    let could_read = could
        .into_iter()
        .filter_map(|(staff, days)| Some(Reachable { person: people.get(&staff)?.clone(), days }));
    let could_read: Vec<Reachable> = could_read.collect();
    let rater_of = rated
        .iter()
        .map(|row| {
            Ok(serde_json::json!({
                "evaluation_id": row.id, "period_id": row.period_id,
                "staff": serde_json::to_value(people.get(&row.staff_id))?,
            }))
        })
        .collect::<Result<_>>()?;
    let note = if matches!(of, BreachOf::Staff(_)) { OF_PERSON } else { OF_KEY };
    let actor = Named { id, name, nip };
    Ok(Breach { actor, from, until, read, refused, could_read, rater_of, note })
}

/// Finds, for each person, the days on which the actor could read their personal data.
fn reachable(facts: &Facts, from: Date, until: Date) -> BTreeMap<Uuid, Vec<Days>> {
    let end = until + Duration::days(1);
    let days = facts.days(from, end);
    let mut found: BTreeMap<Uuid, Vec<Days>> = BTreeMap::new();
    for (at, day) in days.iter().enumerate() {
        let last = days.get(at + 1).copied().unwrap_or(end) - Duration::days(1);
        for (person, because) in facts.on(*day) {
            let ranges = found.entry(person).or_default();
            match ranges.last_mut() {
                Some(range) if range.because == because && range.until + Duration::days(1) == *day => {
                    range.until = last;
                }
                _ => ranges.push(Days { from: *day, until: last, because }),
            }
        }
    }
    found
}

async fn people_named(env: &Env, ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Named>> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut named = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(1_000) {
        let column = (staff::Entity, staff::Column::Id);
        let which = any_of(env.db.backend(), column, ids.iter().copied());
        for row in staff::Entity::find().filter(which).all(env.db.reader()).await? {
            named.insert(row.id, Named { id: row.id, name: row.name, nip: row.nip });
        }
    }
    Ok(named)
}
