//! Organisational units and their tree.

use crate::{
    clock::fresh_id,
    db::{self, Concerns, Record, Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    actor::Coverage,
    event::SubjectKind,
    id::{AgencyId, UnitId},
    time::{Calendar, Date},
    unit::OrgUnit,
};
use entity::{criteria_set, org_unit, org_unit_parent};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, RelationDef, Set,
    sea_query::{Expr, ExprTrait, Func},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The unit tree of an agency on a day. It has a few hundred units, so it is always read as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    root: Option<UnitId>,
    children: BTreeMap<UnitId, Vec<UnitId>>,
    parents: BTreeMap<UnitId, UnitId>,
}

impl Tree {
    /// Builds the tree of an agency from its units, each with its parent.
    pub fn of(agency: AgencyId, edges: impl IntoIterator<Item = (Uuid, Uuid)>) -> Self {
        let mut tree = Self { root: Some(UnitId(agency.0)), ..Self::default() };
        for (unit, parent) in edges {
            tree.children.entry(UnitId(parent)).or_default().push(UnitId(unit));
            tree.parents.insert(UnitId(unit), UnitId(parent));
        }
        tree
    }

    /// Returns a unit and all units below it.
    pub fn subtree(&self, top: UnitId) -> BTreeSet<UnitId> {
        let mut found = BTreeSet::new();
        let mut open = vec![top];
        while let Some(unit) = open.pop() {
            if found.insert(unit) {
                open.extend(self.children.get(&unit).into_iter().flatten().copied());
            }
        }
        found
    }

    /// Returns the units directly below a unit.
    pub fn children(&self, unit: UnitId) -> &[UnitId] {
        self.children.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// Returns the parent of a unit.
    pub fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.parents.get(&unit).copied()
    }

    /// Returns the coverage that consists of these units and all units below them.
    pub fn coverage(&self, tops: impl IntoIterator<Item = UnitId>) -> Coverage {
        let tops: BTreeSet<UnitId> = tops.into_iter().collect();
        if tops.is_empty() {
            Coverage::Nothing
        } else if self.root.is_some_and(|root| tops.contains(&root)) {
            Coverage::Everything
        } else {
            Coverage::Units(tops.into_iter().flat_map(|top| self.subtree(top)).collect())
        }
    }
}

/// Loads the calendar of an agency: that of its root unit's time zone.
pub(crate) async fn calendar<C: ConnectionTrait>(connection: &C, agency: AgencyId) -> Result<Calendar> {
    let zone: Option<Option<String>> = org_unit::Entity::find_by_id(agency.0)
        .select_only()
        .column(org_unit::Column::TimeZone)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(zone.flatten().as_deref().and_then(Calendar::of_zone).unwrap_or(Calendar::JAKARTA))
}

/// The condition that a unit is current on a day.
pub(crate) fn open_on(day: Date) -> Condition {
    use org_unit::Column::{ValidFrom, ValidTo};
    Condition::all().add(ValidFrom.lte(day)).add(Condition::any().add(ValidTo.is_null()).add(ValidTo.gt(day)))
}

/// The condition that a parent row is current on a day.
pub(crate) fn placed_on(day: Date) -> Condition {
    use org_unit_parent::Column::{ValidFrom, ValidTo};
    Condition::all().add(ValidFrom.lte(day)).add(Condition::any().add(ValidTo.is_null()).add(ValidTo.gt(day)))
}

/// Joins a unit with all its past and current parents.
pub(crate) fn with_parent() -> RelationDef {
    org_unit::Entity::belongs_to(org_unit_parent::Entity)
        .from(org_unit::Column::Id)
        .to(org_unit_parent::Column::UnitId)
        .into()
}

/// Loads the unit tree of an agency on a day.
pub(crate) async fn tree<C: ConnectionTrait>(connection: &C, agency: AgencyId, on: Date) -> Result<Tree> {
    let edges: Vec<(Uuid, Uuid)> = org_unit_parent::Entity::find()
        .select_only()
        .column(org_unit_parent::Column::UnitId)
        .column(org_unit_parent::Column::ParentId)
        .join(JoinType::InnerJoin, with_parent().rev())
        .filter(org_unit::Column::AgencyId.eq(agency.0))
        .filter(placed_on(on))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(Tree::of(agency, edges))
}

/// Loads the units with these ids, with their parents on a day.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[UnitId],
    on: Date,
) -> Result<HashMap<UnitId, OrgUnit>> {
    let which = Condition::all().add(org_unit::Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (org_unit::Entity, org_unit::Column::Id),
        ids.iter().map(|id| id.0),
    ));
    Ok(load(source, which, on).await?.into_iter().map(|unit| (unit.id, unit)).collect())
}

/// Loads the units that match a condition, ordered by name, with their parents on a day.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
    on: Date,
) -> Result<Vec<OrgUnit>> {
    let parent = org_unit_parent::Entity::find()
        .select_only()
        .column(org_unit_parent::Column::ParentId)
        .filter(
            Expr::col((org_unit_parent::Entity, org_unit_parent::Column::UnitId))
                .equals(org_unit::Column::Id.as_column_ref()),
        )
        .filter(placed_on(on))
        .limit(1)
        .into_query();
    let found = org_unit::Entity::find()
        .column_as(Expr::SubQuery(None, Box::new(parent.into())), PARENT)
        .filter(which)
        .order_by_asc(org_unit::Column::NameKey)
        .order_by_asc(org_unit::Column::Id)
        .into_model::<RowWithParent>()
        .all(source.connection)
        .await?;
    found.into_iter().map(|RowWithParent { row, parent }| value(row, parent.map(UnitId))).collect()
}

/// Extra column: the unit's parent on the day.
const PARENT: &str = "parent_of_day";

struct RowWithParent {
    row: org_unit::Model,
    parent: Option<Uuid>,
}

impl FromQueryResult for RowWithParent {
    fn from_query_result(result: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let row = org_unit::Model::from_query_result(result, prefix)?;
        Ok(Self { row, parent: result.try_get(prefix, PARENT)? })
    }
}

/// Loads the parents of unit rows, in one statement; keeps the order of the rows.
pub(crate) async fn with_parents<C: ConnectionTrait>(
    source: Source<'_, C>,
    rows: Vec<org_unit::Model>,
    on: Date,
) -> Result<Vec<OrgUnit>> {
    let ids = rows.iter().map(|row| row.id);
    let edges = org_unit_parent::Entity::find()
        .filter(any_of(source.backend, (org_unit_parent::Entity, org_unit_parent::Column::UnitId), ids))
        .filter(placed_on(on))
        .all(source.connection)
        .await?;
    let parents: HashMap<Uuid, Uuid> = edges.into_iter().map(|edge| (edge.unit_id, edge.parent_id)).collect();
    rows.into_iter()
        .map(|row| {
            let parent = parents.get(&row.id).copied().map(UnitId);
            value(row, parent)
        })
        .collect()
}

/// Converts a row with its parent on a day to a unit.
pub(crate) fn value(row: org_unit::Model, parent: Option<UnitId>) -> Result<OrgUnit> {
    Ok(OrgUnit {
        parent,
        id: UnitId(row.id),
        agency: AgencyId(row.agency_id),
        code: row.code,
        name: row.name,
        kind: row.kind.parse().map_err(Error::internal)?,
        time_zone: row.time_zone,
        approximate: row.approximate,
        external_id: row.external_id,
        source: row.source,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        version: row.version,
    })
}

/// Converts a unit to a row, without its parent.
pub(crate) fn row(unit: &OrgUnit) -> org_unit::ActiveModel {
    org_unit::ActiveModel {
        id: Set(unit.id.0),
        agency_id: Set(unit.agency.0),
        code: Set(unit.code.clone()),
        name: Set(unit.name.clone()),
        name_key: Set(domain::text::sort_key(&unit.name)),
        kind: Set(unit.kind.to_string()),
        time_zone: Set(unit.time_zone.clone()),
        approximate: Set(unit.approximate),
        external_id: Set(unit.external_id.clone()),
        source: Set(unit.source.clone()),
        valid_from: Set(unit.valid_from),
        valid_to: Set(unit.valid_to),
        version: Set(unit.version),
    }
}

/// Creates the row that puts a unit below its parent from a day on.
pub(crate) fn edge(unit: &OrgUnit, from: Date) -> Option<org_unit_parent::ActiveModel> {
    unit.parent.map(|parent| org_unit_parent::ActiveModel {
        id: Set(fresh_id()),
        unit_id: Set(unit.id.0),
        parent_id: Set(parent.0),
        valid_from: Set(from),
        valid_to: Set(None),
    })
}

/// Moves a unit below its parent from a day on; keeps the earlier parents.
pub(crate) async fn moved_since(tx: &Tx, unit: &OrgUnit, from: Date) -> Result<()> {
    org_unit_parent::Entity::delete_many()
        .filter(org_unit_parent::Column::UnitId.eq(unit.id.0))
        .filter(org_unit_parent::Column::ValidFrom.gte(from))
        .exec(tx.connection())
        .await?;
    let open = Condition::any()
        .add(org_unit_parent::Column::ValidTo.is_null())
        .add(org_unit_parent::Column::ValidTo.gt(from));
    org_unit_parent::Entity::update_many()
        .col_expr(org_unit_parent::Column::ValidTo, Expr::value(from))
        .filter(org_unit_parent::Column::UnitId.eq(unit.id.0))
        .filter(open)
        .exec(tx.connection())
        .await?;
    match edge(unit, from) {
        Some(edge) => db::insert(tx, edge).await,
        None => Ok(()),
    }
}

impl Record for OrgUnit {
    const SUBJECT: SubjectKind = SubjectKind::OrgUnit;

    fn concerns(&self) -> Concerns {
        Concerns::default().unit(self.id.0)
    }

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        db::insert(tx, row(self)).await?;
        match edge(self, self.valid_from) {
            Some(edge) => db::insert(tx, edge).await,
            None => Ok(()),
        }
    }

    async fn insert_all(records: &[Self], tx: &Tx) -> Result<()> {
        db::insert_many(tx, records.iter().map(row).collect()).await?;
        let edges = records.iter().filter_map(|unit| edge(unit, unit.valid_from)).collect();
        db::insert_many(tx, edges).await
    }

    /// Updates the row; a new parent applies from today on, and the old one gets an end date.
    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all()
            .add(org_unit::Column::Id.eq(before.id.0))
            .add(org_unit::Column::Version.eq(before.version));
        let found = db::update(tx, row(self), which).await?;
        if found > 0 && self.parent != before.parent {
            moved_since(tx, self, tx.today()).await?;
        }
        Ok(found)
    }
}

/// Finds a current or former unit of an agency by its code, in small or capital letters.
pub(crate) async fn by_code<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    code: &str,
) -> Result<Option<UnitId>> {
    let found = org_unit::Entity::find()
        .filter(org_unit::Column::AgencyId.eq(agency.0))
        .filter(is_code(org_unit::Column::Code, code))
        .all(source.connection)
        .await?;
    // Databases of earlier versions can have two codes that differ only by small and capital letters.
    let same = found.iter().find(|unit| unit.code == code);
    Ok(same.or(found.first()).map(|unit| UnitId(unit.id)))
}

/// Loads the ids of the agencies of a database. An agency has the id of its root unit.
pub(crate) async fn agencies<C: ConnectionTrait>(source: Source<'_, C>) -> Result<Vec<AgencyId>> {
    let roots = org_unit::Entity::find()
        .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
        .all(source.connection)
        .await?;
    Ok(roots.into_iter().map(|root| AgencyId(root.id)).collect())
}

/// Locks a unit until the unit of work ends.
pub(crate) async fn lock(tx: &Tx, unit: UnitId) -> Result<()> {
    db::lock_row::<org_unit::Entity>(tx, Condition::all().add(org_unit::Column::Id.eq(unit.0))).await
}

/// Data that ships with the server and that each agency starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shipped {
    Criteria,
    Calendars,
}

/// Finds the agencies that have no data of this kind.
pub(crate) async fn agencies_without<C: ConnectionTrait>(
    source: Source<'_, C>,
    what: Shipped,
) -> Result<Vec<AgencyId>> {
    use entity::calendar;
    let with = match what {
        Shipped::Criteria => {
            criteria_set::Entity::find().select_only().column(criteria_set::Column::AgencyId).into_query()
        }
        Shipped::Calendars => {
            calendar::Entity::find().select_only().column(calendar::Column::AgencyId).into_query()
        }
    };
    let roots = org_unit::Entity::find()
        .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
        .filter(org_unit::Column::Id.not_in_subquery(with))
        .all(source.connection)
        .await?;
    Ok(roots.into_iter().map(|root| AgencyId(root.id)).collect())
}

/// Finds the oldest agency of a database, with its calendar.
pub(crate) async fn oldest_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
) -> Result<Option<(AgencyId, Calendar)>> {
    let root = org_unit::Entity::find()
        .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
        .order_by_asc(org_unit::Column::ValidFrom)
        .order_by_asc(org_unit::Column::Id)
        .one(source.connection)
        .await?;
    Ok(root.map(|root| {
        let calendar = root.time_zone.as_deref().and_then(Calendar::of_zone);
        (AgencyId(root.id), calendar.unwrap_or(Calendar::JAKARTA))
    }))
}

/// Whether another unit of the agency has this code.
pub(crate) async fn is_code_taken<C: ConnectionTrait>(source: Source<'_, C>, by: &OrgUnit) -> Result<bool> {
    let other = org_unit::Entity::find()
        .filter(org_unit::Column::AgencyId.eq(by.agency.0))
        .filter(is_code(org_unit::Column::Code, &by.code))
        .filter(org_unit::Column::Id.ne(by.id.0));
    Ok(other.one(source.connection).await?.is_some())
}

/// Whether a column has a code. Codes that differ only by small and capital letters are one code for people.
pub(super) fn is_code(column: impl ColumnTrait, code: &str) -> Condition {
    let lower = Func::lower(Expr::col(column));
    Condition::any().add(column.eq(code)).add(Expr::expr(lower).eq(code.to_ascii_lowercase()))
}

/// Loads all units of an agency, also closed ones, with their parents on a day.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    on: Date,
) -> Result<Vec<OrgUnit>> {
    load(source, Condition::all().add(org_unit::Column::AgencyId.eq(agency.0)), on).await
}
