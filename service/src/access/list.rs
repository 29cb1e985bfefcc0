//! Lists the access log: all of it for auditors, for everyone else the reads of what is about them.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey},
    env::Env,
    error::{Error, Result},
    organisation::must_be_person,
};
use domain::{
    access::AccessKind,
    actor::{Actor, Identity},
    id::{ApiKeyId, StaffId},
    time::{Date, Instant, from_micros},
};
use entity::access_log::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use uuid::Uuid;

/// Filter of the access log; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct AccessFilter {
    /// About this person.
    pub staff: Option<StaffId>,
    /// By this person or API key.
    pub actor: Option<Uuid>,
    /// Of this kind.
    pub kind: Option<String>,
    /// On this day or later.
    pub from: Option<Date>,
    /// On this day or earlier.
    pub until: Option<Date>,
}

/// What one person or API key did on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    /// The day, in the agency's calendar.
    pub day: Date,
    /// Who it was.
    pub actor: Identity,
    /// What it was.
    pub kind: AccessKind,
    /// The refused operation; `None` for a read.
    pub operation: Option<String>,
    /// The name of the object's type, and its id; `None` without an object.
    pub object: Option<(String, Uuid)>,
    /// The person concerned; `None` of a refusal.
    pub staff: Option<StaffId>,
    /// How often; 1 for a read.
    pub count: i64,
    /// When it was first.
    pub first_at: Instant,
    /// When it was last; of a read the same as `first_at`.
    pub last_at: Instant,
}

/// Loads a page of the access log, the latest first or last.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &AccessFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<AccessEntry>, Option<u64>)> {
    must_be_person(actor)?;
    let AccessFilter { staff, actor: by, kind, from, until } = filter;
    let mut which = Condition::all()
        .add(Column::AgencyId.eq(actor.agency.0))
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(by.map(|by| Column::ActorId.eq(by)))
        .add_option(kind.as_ref().map(|kind| Column::Kind.eq(kind)))
        .add_option(from.map(|from| Column::Day.gte(from)))
        .add_option(until.map(|until| Column::Day.lte(until)));
    if !actor.auditor {
        let me = actor.staff().map_or_else(Uuid::nil, |me| me.0);
        which = which.add(Column::StaffId.eq(me));
    }
    let select = Entity::find().filter(which);
    let source = env.db.source();
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset {
        columns: vec![Column::FirstAt, Column::Id],
        order,
        key: |row: &Model| vec![SortKey::Int(row.first_at), SortKey::Id(row.id)],
        binding: format!("accessLog {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(AccessEntry::try_from)?, total))
}

impl TryFrom<Model> for AccessEntry {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        let actor = match row.by_key {
            true => Identity::ApiKey(ApiKeyId(row.actor_id)),
            false => Identity::Staff(StaffId(row.actor_id)),
        };
        Ok(Self {
            day: row.day,
            actor,
            kind: row.kind.parse().map_err(Error::internal)?,
            operation: Some(row.operation).filter(|operation| !operation.is_empty()),
            object: Some((row.object_kind, row.object_id)).filter(|(_, id)| !id.is_nil()),
            staff: row.staff_id.map(StaffId),
            count: row.count,
            first_at: from_micros(row.first_at),
            last_at: from_micros(row.last_at),
        })
    }
}
