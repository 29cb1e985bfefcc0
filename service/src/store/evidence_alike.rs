//! Activities that are alike: with the same file, the same description, or at the same time.
//!
//! For each activity of a page, finds the first few like it that the actor can see, and whether there are others. The
//! number of statements is the same for any number of activities.

use crate::{
    db::{Source, any_of},
    error::Result,
    store::activity::{OWNED, is_kept, text_hash},
};
use domain::{
    activity::{Activity, Alike, Found, MARKED_MAX, RULES},
    actor::Actor,
    id::ActivityId,
};
use entity::{
    activity::{Column, Entity},
    evidence_use,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, OverStatement, Query, SelectStatement, SimpleExpr, WindowStatement},
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

// Column names that exist only inside the statements below.
const KEY: &str = "alike_key";
const PLACE: &str = "alike_place";
const TOTAL: &str = "alike_total";
const OWN: &str = "own";

/// Finds the activities that are like each of these. The actor can see all of `activities`.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    activities: &[Activity],
) -> Result<HashMap<ActivityId, Found>> {
    let texts: BTreeSet<String> = activities.iter().filter_map(|of| text_hash(&of.description)).collect();
    let by_text = by_hash(source, actor, Hash::Text, texts).await?;
    let hashes = activities.iter().flat_map(|of| of.evidence.iter().filter_map(|file| file.hash.clone()));
    let by_file = by_hash(source, actor, Hash::File, hashes.collect()).await?;
    let mut by_time = at_the_same_time(source, actor, activities).await?;
    Ok(activities
        .iter()
        .map(|of| {
            let text = text_hash(&of.description).and_then(|hash| by_text.get(&hash));
            let files = of.evidence.iter().filter_map(|file| {
                let hash = file.hash.clone()?;
                let alike = by_file.get(&hash)?.without(of.id);
                Some((hash, alike))
            });
            let found = Found {
                files: files.collect(),
                text: text.map(|group| group.without(of.id)).unwrap_or_default(),
                times: by_time.remove(&of.id).unwrap_or_default(),
            };
            (of.id, found)
        })
        .collect())
}

/// The activities whose description or file has one hash.
#[derive(Default)]
struct Group {
    /// The first ones that the actor can see: one more than a mark lists, because the compared activity may be among
    /// them.
    visible: Vec<ActivityId>,
    /// Whether there are others that the actor can't see.
    elsewhere: bool,
}

impl Group {
    fn without(&self, id: ActivityId) -> Alike {
        let others = self.visible.iter().copied().filter(|other| *other != id).take(MARKED_MAX).collect();
        Alike { others, elsewhere: self.elsewhere }
    }
}

/// The hash by which activities are compared.
#[derive(Clone, Copy)]
enum Hash {
    Text,
    File,
}

impl Hash {
    /// The activities with these hashes that are not discarded, and the expression for the hash.
    fn rows(self, which: Condition, hashes: &BTreeSet<String>) -> (SelectStatement, SimpleExpr) {
        let all = Entity::find().select_only().filter(which).filter(is_kept());
        match self {
            Self::Text => {
                let rows = all.filter(Column::TextHash.is_in(hashes));
                (rows.into_query(), Expr::col((Entity, Column::TextHash)))
            }
            Self::File => {
                let hash = Expr::col((evidence_use::Entity, evidence_use::Column::Sha256));
                let mut rows = all.filter(evidence_use::Column::Sha256.is_in(hashes)).into_query();
                rows.inner_join(
                    evidence_use::Entity,
                    Expr::col((evidence_use::Entity, evidence_use::Column::ActivityId))
                        .equals((Entity, Column::Id)),
                );
                (rows, hash)
            }
        }
    }
}

#[derive(FromQueryResult)]
struct Placed {
    id: Uuid,
    alike_key: String,
    alike_total: i64,
}

#[derive(FromQueryResult)]
struct Total {
    alike_key: String,
    alike_total: i64,
}

async fn by_hash<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    what: Hash,
    hashes: BTreeSet<String>,
) -> Result<HashMap<String, Group>> {
    if hashes.is_empty() {
        return Ok(HashMap::new());
    }
    let backend = source.connection.get_database_backend();
    let (mut rows, key) = what.rows(OWNED.personal(source.backend, actor), &hashes);
    let mut newest = WindowStatement::new();
    newest
        .add_partition_by(key.clone())
        .order_by((Entity, Column::StartedAt), Order::Desc)
        .order_by((Entity, Column::Id), Order::Asc);
    let mut each = WindowStatement::new();
    each.add_partition_by(key.clone());
    rows.column((Entity, Column::Id))
        .expr_as(key, Alias::new(KEY))
        .expr_window_as(Expr::cust("ROW_NUMBER()"), newest, Alias::new(PLACE))
        .expr_window_as(Expr::cust("COUNT(*)"), each, Alias::new(TOTAL));
    let most = i64::try_from(MARKED_MAX).unwrap_or(i64::MAX).saturating_add(1);
    let first = Query::select()
        .columns([Alias::new("id"), Alias::new(KEY), Alias::new(TOTAL)])
        .from_subquery(rows, Alias::new("placed"))
        .and_where(Expr::col(Alias::new(PLACE)).lte(most))
        .order_by(Alias::new(PLACE), Order::Asc)
        .to_owned();
    let mut groups: HashMap<String, Group> = HashMap::new();
    let mut seen: HashMap<String, i64> = HashMap::new();
    for row in Placed::find_by_statement(backend.build(&first)).all(source.connection).await? {
        let group = groups.entry(row.alike_key.clone()).or_default();
        // An activity can have the same file twice.
        if !group.visible.contains(&ActivityId(row.id)) {
            group.visible.push(ActivityId(row.id));
        }
        seen.insert(row.alike_key, row.alike_total);
    }
    let (mut rows, key) = what.rows(Condition::all().add(Column::AgencyId.eq(actor.agency.0)), &hashes);
    rows.expr_as(key.clone(), Alias::new(KEY))
        .expr_as(Expr::cust("COUNT(*)"), Alias::new(TOTAL))
        .add_group_by([key]);
    for row in Total::find_by_statement(backend.build(&rows)).all(source.connection).await? {
        let visible = seen.get(&row.alike_key).copied().unwrap_or_default();
        groups.entry(row.alike_key).or_default().elsewhere = row.alike_total > visible;
    }
    Ok(groups)
}

#[derive(FromQueryResult)]
struct Pair {
    own_id: Uuid,
    id: Uuid,
}

/// The activities of the same person at the same time as each of these.
async fn at_the_same_time<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    activities: &[Activity],
) -> Result<HashMap<ActivityId, Alike>> {
    if activities.is_empty() {
        return Ok(HashMap::new());
    }
    let own = |column: Column| Expr::col((Alias::new(OWN), column));
    let other = |column: Column| Expr::col((Entity, column));
    let longest = RULES.hours_max * 60 * 60 * 1_000_000;
    let ids = activities.iter().map(|of| of.id.0);
    let mut first = WindowStatement::new();
    first
        .add_partition_by(own(Column::Id))
        .order_by((Entity, Column::StartedAt), Order::Asc)
        .order_by((Entity, Column::Id), Order::Asc);
    let mut pairs = Entity::find().select_only().filter(is_kept()).into_query();
    pairs
        .column((Entity, Column::Id))
        .expr_as(own(Column::Id), Alias::new("own_id"))
        .expr_window_as(Expr::cust("ROW_NUMBER()"), first, Alias::new(PLACE))
        .join_as(
            sea_orm::JoinType::InnerJoin,
            Entity,
            Alias::new(OWN),
            Condition::all()
                .add(own(Column::StaffId).equals((Entity, Column::StaffId)))
                .add(own(Column::Id).not_equals((Entity, Column::Id))),
        )
        .and_where(any_of(source.backend, (Alias::new(OWN), Column::Id), ids))
        .and_where(other(Column::StartedAt).lt(own(Column::EndedAt)))
        .and_where(other(Column::EndedAt).gt(own(Column::StartedAt)))
        // Activities have a maximum duration, so the index by start finds the overlapping ones.
        .and_where(other(Column::StartedAt).gt(own(Column::StartedAt).sub(longest)));
    let most = i64::try_from(MARKED_MAX).unwrap_or(i64::MAX);
    let placed = Query::select()
        .columns([Alias::new("own_id"), Alias::new("id")])
        .from_subquery(pairs, Alias::new("placed"))
        .and_where(Expr::col(Alias::new(PLACE)).lte(most))
        .order_by(Alias::new(PLACE), Order::Asc)
        .to_owned();
    let statement = source.connection.get_database_backend().build(&placed);
    let pairs = Pair::find_by_statement(statement).all(source.connection).await?;
    if pairs.is_empty() {
        return Ok(HashMap::new());
    }
    let others: BTreeSet<Uuid> = pairs.iter().map(|pair| pair.id).collect();
    let visible: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(OWNED.personal(source.backend, actor))
        .filter(any_of(source.backend, (Entity, Column::Id), others))
        .into_tuple()
        .all(source.connection)
        .await?;
    let visible: HashSet<Uuid> = visible.into_iter().collect();
    let mut found: HashMap<ActivityId, Alike> = HashMap::new();
    for Pair { own_id, id } in pairs {
        let alike = found.entry(ActivityId(own_id)).or_default();
        match visible.contains(&id) {
            true => alike.others.push(ActivityId(id)),
            false => alike.elsewhere = true,
        }
    }
    Ok(found)
}
