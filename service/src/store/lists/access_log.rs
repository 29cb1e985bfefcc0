//! The access log.

use crate::{
    clock::fresh_id,
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, Tx, counted},
    error::{Error, Result},
};
use domain::{
    access::AccessKind,
    actor::{Actor, Identity},
    id::{ApiKeyId, StaffId},
    time::{Date, Instant, from_micros, to_micros},
};
use entity::access_log::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};
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

/// A read or a refusal of one person or API key on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    /// The day, in the agency's calendar.
    pub day: Date,
    /// The person or API key that read or was refused.
    pub actor: Identity,
    /// The kind of read or refusal.
    pub kind: AccessKind,
    /// The refused operation; `None` for a read.
    pub operation: Option<String>,
    /// The name of the object's type, and its id; `None` without an object.
    pub object: Option<(String, Uuid)>,
    /// The person concerned; `None` for a refusal.
    pub staff: Option<StaffId>,
    /// How often they did it on that day; always 1 for a read.
    pub count: i64,
    /// When they first did it.
    pub first_at: Instant,
    /// When they last did it; for a read the same as `first_at`.
    pub last_at: Instant,
}

/// The content of one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Access {
    pub agency: Uuid,
    pub day: Date,
    pub actor: Uuid,
    pub by_key: bool,
    pub kind: AccessKind,
    /// The refused operation; empty for a read.
    pub operation: String,
    /// The name of the object's type; empty without an object.
    pub object_kind: String,
    /// The object; nil without one.
    pub object: Uuid,
    /// The person concerned.
    pub staff: Option<Uuid>,
}

/// How often it happened, and when first and last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub count: i64,
    pub first: Instant,
    pub last: Instant,
}

/// Loads a page of the access log, ordered by `first_at`. Auditors see all of it; everyone else sees the reads of data
/// about themselves.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    filter: &AccessFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<AccessEntry>, Option<u64>)> {
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
    let total = counted(source, &select, count).await?;
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

/// Writes one row a day for equal reads, whose count stays 1, and one row a day for equal refusals, with their count.
pub(crate) async fn write(tx: &Tx, waiting: Vec<(Access, Times)>) -> Result<()> {
    let key = [Column::Day, Column::ActorId, Column::Kind, Column::ObjectId, Column::Operation];
    let once = OnConflict::columns(key).do_nothing().to_owned();
    let counted = OnConflict::columns(key)
        .value(Column::Count, Expr::col((Entity, Column::Count)).add(Expr::cust("excluded.count")))
        .value(Column::LastAt, Expr::cust("excluded.last_at"))
        .to_owned();
    let (reads, refusals): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|(access, _)| access.kind.is_read());
    for (rows, on_conflict) in [(reads, once), (refusals, counted)] {
        if rows.is_empty() {
            continue;
        }
        Entity::insert_many(rows.into_iter().map(row))
            .on_conflict(on_conflict)
            .exec_without_returning(tx.connection())
            .await?;
    }
    Ok(())
}

fn row((access, times): (Access, Times)) -> ActiveModel {
    let Access { agency, day, actor, by_key, kind, operation, object_kind, object, staff } = access;
    ActiveModel {
        id: Set(fresh_id()),
        agency_id: Set(agency),
        day: Set(day),
        actor_id: Set(actor),
        by_key: Set(by_key),
        kind: Set(kind.to_string()),
        operation: Set(operation),
        object_kind: Set(object_kind),
        object_id: Set(object),
        staff_id: Set(staff),
        count: Set(times.count),
        first_at: Set(to_micros(times.first)),
        last_at: Set(to_micros(times.last)),
    }
}

/// Removes entries from before a day, at most `most`.
pub(crate) async fn remove_before(tx: &Tx, day: Date, most: u64) -> Result<u64> {
    let old =
        Entity::find().select_only().column(Column::Id).filter(Column::Day.lt(day)).limit(most).into_query();
    let delete = Entity::delete_many().filter(Column::Id.in_subquery(old));
    Ok(delete.exec(tx.connection()).await?.rows_affected)
}
