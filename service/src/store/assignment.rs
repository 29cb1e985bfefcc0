//! Dated assignments. They belong to the directory: everyone in the agency can see who works where.

use crate::{
    db::{self, Backend, Concerns, Record, Source, Tx, any_of, lock_row},
    error::{Error, Result},
    scope,
};
use domain::{
    actor::Actor,
    assignment::{Assignment, Post},
    event::SubjectKind,
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    time::Date,
};
use entity::{
    assignment::{ActiveModel, Column, Entity, Model},
    superior_closure,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set, Statement, Value,
    sea_query::{Alias, ArrayType, Expr, ExprTrait, JoinType, Query},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The condition that an assignment is current on a day.
pub(crate) fn open_on(day: Date) -> Condition {
    Condition::all()
        .add(Column::ValidFrom.lte(day))
        .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(day)))
}

/// Loads an assignment of an agency.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: AssignmentId,
) -> Result<Option<Assignment>> {
    Ok(load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.eq(id.0)))
        .await?
        .pop())
}

/// Loads the assignments with these ids.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Assignment>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (Entity, Column::Id),
        ids.iter().map(|id| id.0),
    ));
    Ok(load(source, which).await?.into_iter().map(|assignment| (assignment.id, assignment)).collect())
}

/// Loads the assignments with these ids, each with all its delegations.
pub(crate) async fn posts<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Post>> {
    let mut posts: HashMap<AssignmentId, Post> = by_ids(source, agency, ids)
        .await?
        .into_iter()
        .map(|(id, assignment)| (id, Post { assignment, delegations: Vec::new() }))
        .collect();
    for delegation in super::delegation::of_posts(source, posts.keys().copied()).await? {
        if let Some(post) = posts.get_mut(&delegation.assignment) {
            post.delegations.push(delegation);
        }
    }
    Ok(posts)
}

/// Loads all past, current and future assignments of people, newest first.
pub(crate) async fn of_staff<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<Assignment>>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (Entity, Column::StaffId),
        people.iter().map(|id| id.0),
    ));
    let mut found: HashMap<StaffId, Vec<Assignment>> = HashMap::new();
    for assignment in load(source, which).await?.into_iter().rev() {
        found.entry(assignment.staff).or_default().push(assignment);
    }
    Ok(found)
}

/// Finds those of the given assignments that are below the actor in the chain of superiors.
pub(crate) async fn below_actor<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: impl IntoIterator<Item = AssignmentId>,
) -> Result<BTreeSet<AssignmentId>> {
    use superior_closure::Column::{AncestorId, DescendantId};
    let powers = scope::own_and_acted_for(actor);
    if powers.is_empty() {
        return Ok(BTreeSet::new());
    }
    // Reads only the rows of these assignments: the actor may have many others below them.
    let closure = superior_closure::Entity;
    let found: Vec<Uuid> = superior_closure::Entity::find()
        .select_only()
        .column(DescendantId)
        .filter(any_of(source.backend, (closure, DescendantId), ids.into_iter().map(|id| id.0)))
        .filter(any_of(source.backend, (closure, AncestorId), powers))
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().map(AssignmentId).collect())
}

/// Loads the chain of superiors of each of these assignments, in one statement.
pub(crate) async fn above<C: ConnectionTrait>(
    source: Source<'_, C>,
    ids: BTreeSet<AssignmentId>,
) -> Result<HashMap<AssignmentId, BTreeSet<AssignmentId>>> {
    let mut found: HashMap<AssignmentId, BTreeSet<AssignmentId>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let (start, values): (String, Vec<Value>) = match source.backend {
        Backend::Postgres => {
            let ids = ids.into_iter().map(|id| Value::from(id.0)).collect();
            ("= ANY($1)".to_owned(), vec![Value::Array(ArrayType::Uuid, Some(Box::new(ids)))])
        }
        Backend::Sqlite => (
            format!("IN ({})", vec!["?"; ids.len()].join(", ")),
            ids.into_iter().map(|id| Value::from(id.0)).collect(),
        ),
    };
    // UNION removes duplicates, so the recursion ends even on a cycle.
    let text = format!(
        "WITH RECURSIVE above (of_id, id) AS (\
             SELECT id, superior_id FROM assignment WHERE id {start} AND superior_id IS NOT NULL \
             UNION SELECT b.of_id, a.superior_id FROM above b JOIN assignment a ON a.id = b.id \
             WHERE a.superior_id IS NOT NULL) \
         SELECT of_id, id FROM above"
    );
    let statement = Statement::from_sql_and_values(source.connection.get_database_backend(), text, values);
    for row in source.connection.query_all_raw(statement).await? {
        let (of, above): (Uuid, Uuid) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        found.entry(AssignmentId(of)).or_default().insert(AssignmentId(above));
    }
    Ok(found)
}

/// Loads the assignments of these people and those with these ids.
pub(crate) async fn of_people_or_posts<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    people: &BTreeSet<StaffId>,
    posts: &BTreeSet<AssignmentId>,
) -> Result<Vec<Assignment>> {
    let of_people = any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|id| id.0));
    let by_id = any_of(source.backend, (Entity, Column::Id), posts.iter().map(|id| id.0));
    let which =
        Condition::all().add(Column::AgencyId.eq(agency.0)).add(Condition::any().add(of_people).add(by_id));
    load(source, which).await
}

/// Loads the assignments that a person holds on a day.
pub(crate) async fn held_on<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    staff: StaffId,
    day: Date,
) -> Result<Vec<Assignment>> {
    let which = open_on(day).add(Column::AgencyId.eq(agency.0)).add(Column::StaffId.eq(staff.0));
    load(source, which).await
}

/// Loads the assignments directly below others, whether they are open or have ended.
pub(crate) async fn directly_below<C: ConnectionTrait>(
    source: Source<'_, C>,
    superiors: &[AssignmentId],
) -> Result<Vec<Assignment>> {
    let column = (Entity, Column::SuperiorId);
    let which = any_of(source.backend, column, superiors.iter().map(|id| id.0));
    load(source, Condition::all().add(which)).await
}

/// Finds those of these posts that the search for a rater may skip, because the ratee or the rater may have the powers
/// of the post: somebody acts for it on the day, or its holder also holds a post below it.
pub(crate) async fn passed<C: ConnectionTrait>(
    source: Source<'_, C>,
    posts: &[AssignmentId],
    day: Date,
) -> Result<BTreeSet<AssignmentId>> {
    use entity::delegation::{Column as Acts, Entity as Delegation};
    use superior_closure::{Column as Pair, Entity as Closure};
    let post = (Entity, Column::Id);
    let delegated = Query::select()
        .expr(Expr::val(1))
        .from(Delegation)
        .and_where(Expr::col((Delegation, Acts::AssignmentId)).equals(post))
        .cond_where(super::delegation::open_on(day))
        .to_owned();
    let other = Alias::new("other");
    let of_other = |column: Column| Expr::col((other.clone(), column));
    let held_below = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, other.clone())
        .join(JoinType::InnerJoin, Closure, of_other(Column::Id).equals((Closure, Pair::DescendantId)))
        .and_where(Expr::col((Closure, Pair::AncestorId)).equals(post))
        .and_where(of_other(Column::StaffId).equals((Entity, Column::StaffId)))
        .to_owned();
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(any_of(source.backend, post, posts.iter().map(|post| post.0)))
        .filter(Condition::any().add(Expr::exists(delegated)).add(Expr::exists(held_below)))
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().map(AssignmentId).collect())
}

/// Loads the assignments that match a condition, oldest first.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Assignment>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::ValidFrom)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Assignment> {
    Ok(Assignment {
        id: AssignmentId(row.id),
        agency: AgencyId(row.agency_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        position: PositionId(row.position_id),
        rank: row.rank,
        superior: row.superior_id.map(AssignmentId),
        superiors: serde_json::from_str(&row.superiors)?,
        capacity: row.capacity.parse().map_err(Error::internal)?,
        leads: row.leads,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        never_held: row.never_held,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(assignment: &Assignment) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(assignment.id.0),
        agency_id: Set(assignment.agency.0),
        staff_id: Set(assignment.staff.0),
        unit_id: Set(assignment.unit.0),
        position_id: Set(assignment.position.0),
        rank: Set(assignment.rank.clone()),
        superior_id: Set(assignment.superior.map(|superior| superior.0)),
        superiors: Set(serde_json::to_string(&assignment.superiors)?),
        capacity: Set(assignment.capacity.to_string()),
        leads: Set(assignment.leads),
        valid_from: Set(assignment.valid_from),
        valid_to: Set(assignment.valid_to),
        never_held: Set(assignment.never_held),
        version: Set(assignment.version),
    })
}

impl Record for Assignment {
    const SUBJECT: SubjectKind = SubjectKind::Assignment;

    fn concerns(&self) -> Concerns {
        Concerns::default().staff(self.staff.0).unit(self.unit.0)
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
        db::insert(tx, row(self)?).await?;
        super::superior::insert(tx, std::slice::from_ref(self)).await
    }

    async fn insert_all(records: &[Self], tx: &Tx) -> Result<()> {
        db::insert_many(tx, records.iter().map(row).collect::<Result<Vec<_>>>()?).await?;
        super::superior::insert(tx, records).await
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all().add(Column::Id.eq(before.id.0)).add(Column::Version.eq(before.version));
        let found = db::update(tx, row(self)?, which).await?;
        if found > 0 {
            super::superior::update(tx, before, self).await?;
        }
        Ok(found)
    }
}

/// Locks an assignment until the unit of work ends.
pub(crate) async fn lock(tx: &Tx, assignment: AssignmentId) -> Result<()> {
    lock_row::<Entity>(tx, Condition::all().add(Column::Id.eq(assignment.0))).await
}

/// Loads all assignments of an agency.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<Assignment>> {
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0))).await
}

/// Loads all past, current and future assignments of people, oldest first.
pub(crate) async fn of_people<C: ConnectionTrait>(
    source: Source<'_, C>,
    people: &[StaffId],
) -> Result<Vec<Assignment>> {
    let which = any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|person| person.0));
    load(source, Condition::all().add(which)).await
}

/// Loads all past, current and future assignments that lead one of these units.
pub(crate) async fn heads_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    units: &BTreeSet<UnitId>,
) -> Result<Vec<Assignment>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Leads.eq(true)).add(any_of(
        source.backend,
        (Entity, Column::UnitId),
        units.iter().map(|unit| unit.0),
    ));
    load(source, which).await
}

/// Loads the assignments that lead one of these units on a day.
pub(crate) async fn heads_on<C: ConnectionTrait>(
    source: Source<'_, C>,
    units: &[UnitId],
    day: Date,
) -> Result<Vec<Assignment>> {
    let of_units = any_of(source.backend, (Entity, Column::UnitId), units.iter().map(|unit| unit.0));
    load(source, open_on(day).add(Column::Leads.eq(true)).add(of_units)).await
}

/// The condition that an assignment of a person ends after a day, or has no end.
fn ends_after(day: Date) -> Condition {
    Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(day))
}

/// Loads the assignments of a person that have not ended by a day. Leaves out those without a day, which were withdrawn
/// or never held.
pub(crate) async fn unended<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    staff: StaffId,
    by: Date,
) -> Result<Vec<Assignment>> {
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(Column::StaffId.eq(staff.0))
        .add(ends_after(by));
    let mut found = load(source, which).await?;
    found.retain(Assignment::has_days);
    Ok(found)
}

/// Loads the assignments that are open on a day and whose superior is this one today.
pub(crate) async fn open_below<C: ConnectionTrait>(
    source: Source<'_, C>,
    superior: AssignmentId,
    day: Date,
) -> Result<Vec<Assignment>> {
    load(source, open_on(day).add(Column::SuperiorId.eq(superior.0))).await
}

/// Loads the assignments whose superior is one of these today or on any other day.
pub(crate) async fn ever_below<C: ConnectionTrait>(
    source: Source<'_, C>,
    superiors: &[AssignmentId],
) -> Result<Vec<Assignment>> {
    use entity::assignment_superior::{Column as Days, Entity as ByDay};
    let ids = || superiors.iter().map(|superior| superior.0);
    let by_day = any_of(source.backend, (ByDay, Days::SuperiorId), ids());
    let by_day = ByDay::find().select_only().column(Days::AssignmentId).filter(by_day);
    let which = Condition::any()
        .add(any_of(source.backend, (Entity, Column::SuperiorId), ids()))
        .add(Column::Id.in_subquery(by_day.into_query()));
    load(source, which).await
}

/// Loads the assignments of an agency that got a superior after `since` and until `until` (inclusive).
pub(crate) async fn with_superiors_begun<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    since: Option<Date>,
    until: Date,
) -> Result<Vec<Assignment>> {
    use entity::assignment_superior::{Column as Days, Entity as ByDay};
    let begun = ByDay::find()
        .select_only()
        .column(Days::AssignmentId)
        .filter(Days::ValidFrom.lte(until))
        .filter(Condition::all().add_option(since.map(|since| Days::ValidFrom.gt(since))));
    let which =
        Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.in_subquery(begun.into_query()));
    load(source, which).await
}

/// Loads the assignments of an agency that have not ended by a day.
pub(crate) async fn unended_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    by: Date,
) -> Result<Vec<Assignment>> {
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(ends_after(by))).await
}

/// Loads the assignments of an agency that ended between two days, both inclusive.
pub(crate) async fn ended_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    (first, last): (Date, Date),
) -> Result<Vec<Assignment>> {
    let ended = Column::ValidTo.between(first, last);
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(ended)).await
}

/// Loads the assignments of an agency in one of these units and one of these positions.
pub(crate) async fn in_units_and_positions<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    units: impl IntoIterator<Item = UnitId>,
    positions: impl IntoIterator<Item = PositionId>,
) -> Result<Vec<Assignment>> {
    let units = units.into_iter().map(|unit| unit.0);
    let positions = positions.into_iter().map(|position| position.0);
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(any_of(source.backend, (Entity, Column::UnitId), units))
        .add(any_of(source.backend, (Entity, Column::PositionId), positions));
    load(source, which).await
}
