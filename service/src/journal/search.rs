//! Searches the journal by unit, person, actor and time.
//!
//! Entries come in the order of their numbers, a page at a time. Each search starts from an index that leads to few
//! entries: those of a person, of an actor, or of each unit of a subtree. A range of time becomes a range of numbers,
//! because times never run backwards in the order of the numbers (`sequencer`). ADR 33 explains it.

use super::{
    entry::{Entry, Topic},
    follow::Start,
    position::{checked, newest},
};
use crate::{
    db::{Backend, any_of},
    env::Env,
    error::Result,
    position::Position,
    store::{
        self,
        meta::{self, GENERATED},
    },
};
use domain::{
    actor::Actor,
    event::EventKind,
    id::{StaffId, UnitId},
    time::{Instant, to_micros},
};
use entity::{
    assignment,
    event::{Column, Entity},
    org_unit,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Statement,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Filter for journal entries; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Of these kinds.
    pub kinds: Option<BTreeSet<EventKind>>,
    /// Concerns this unit, one below it, or a person who was assigned to one of them between `from` and `until`. With
    /// the root of the agency, every entry matches.
    pub unit: Option<UnitId>,
    /// Concerns this person.
    pub staff: Option<StaffId>,
    /// This person made the change.
    pub actor: Option<StaffId>,
    /// At or after this instant.
    pub from: Option<Instant>,
    /// Before this instant.
    pub until: Option<Instant>,
}

/// Reads one page of the entries that match, and the position after which the next page begins.
///
/// # Errors
/// `CURSOR_UNKNOWN` if the start names no entry of this journal; `BAD_USER_INPUT` if the range ends before it begins.
pub async fn search(
    env: &Env,
    actor: &Actor,
    filter: &EventFilter,
    start: Start,
    limit: u64,
) -> Result<(Vec<Entry>, Position)> {
    domain::error::in_order(filter.from, filter.until)?;
    let head = newest(env).await?;
    let after = match start {
        Start::Now => head,
        Start::Oldest => Position::default(),
        Start::After(claimed) => checked(env, claimed).await?,
    };
    let Some((from, to)) = numbers(env, filter, head.number).await? else { return Ok((Vec::new(), head)) };
    let range = Range { after: Ord::max(after.number, from), to };
    let mut numbers = BTreeSet::new();
    for statement in statements(env, actor, filter, range, limit).await? {
        for row in env.db.reader().query_all_raw(statement).await? {
            numbers.insert(row.try_get_by_index::<i64>(0)?);
        }
    }
    let numbers = numbers.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
    let found = Entity::find()
        .filter(Column::Number.is_in(numbers))
        .order_by_asc(Column::Number)
        .all(env.db.reader())
        .await?;
    let found = found.into_iter().map(Entry::try_from).collect::<Result<Vec<_>>>()?;
    let end = match found.last() {
        Some(last) if found.len() as u64 == limit => last.position(),
        _ if after.number > head.number => after,
        _ => head,
    };
    Ok((found, end))
}

/// The entries with a number greater than `after` and at most `to`.
#[derive(Clone, Copy)]
struct Range {
    after: i64,
    to: i64,
}

/// Converts the range of time to numbers: the entries have a larger number than the first and at most the second.
/// `None` if no entry is in the range.
async fn numbers(env: &Env, filter: &EventFilter, head: i64) -> Result<Option<(i64, i64)>> {
    if filter.from.is_none() && filter.until.is_none() {
        return Ok(Some((0, head)));
    }
    // A generated history was written person by person, so its times are not in order.
    let generated = meta::get(env.db.reader(), GENERATED).await?;
    let generated: i64 = generated.and_then(|value| value.parse().ok()).unwrap_or(0);
    let edge = |which: Condition, order: sea_orm::Order| {
        Entity::find()
            .select_only()
            .column(Column::Number)
            .filter(which.add(Column::Number.is_not_null()))
            .order_by(Column::At, order.clone())
            .order_by(Column::Number, order)
            .limit(1)
            .into_tuple::<Option<i64>>()
    };
    let mut range = (0, head);
    if let Some(from) = filter.from {
        let first = edge(Condition::all().add(Column::At.gte(to_micros(from))), sea_orm::Order::Asc);
        match first.one(env.db.reader()).await?.flatten() {
            None => return Ok(None),
            Some(first) if first > generated => range.0 = first - 1,
            Some(_) => {}
        }
    }
    if let Some(until) = filter.until {
        let last = edge(Condition::all().add(Column::At.lt(to_micros(until))), sea_orm::Order::Desc);
        match last.one(env.db.reader()).await?.flatten() {
            None => return Ok(None),
            Some(last) => range.1 = Ord::min(head, Ord::max(last, generated)),
        }
    }
    Ok(Some(range))
}

/// Builds the statements that select the numbers of the first entries of the range, each by its own index. Together
/// they select at least the first `limit` entries that match.
async fn statements(
    env: &Env,
    actor: &Actor,
    filter: &EventFilter,
    range: Range,
    limit: u64,
) -> Result<Vec<Statement>> {
    let backend = env.db.backend();
    let topic = Topic { kinds: filter.kinds.clone(), ..Topic::all(actor.agency) };
    let which = topic
        .condition(backend)
        .add(Column::Number.gt(range.after))
        .add(Column::Number.lte(range.to))
        .add_option(filter.from.map(|from| Column::At.gte(to_micros(from))))
        .add_option(filter.until.map(|until| Column::At.lt(to_micros(until))))
        .add_option(filter.staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(filter.actor.map(|by| Column::ActorId.eq(by.0).and(Column::ActorKind.eq("STAFF"))));
    let select = |which: Condition| {
        Entity::find()
            .select_only()
            .column(Column::Number)
            .filter(which)
            .order_by_asc(Column::Number)
            .limit(limit)
            .into_query()
    };
    let queries = match filter.unit {
        Some(unit) if unit.0 != actor.agency.0 => {
            let units = units(env, actor, unit, filter).await?;
            let people =
                Column::UnitId.is_null().and(Column::StaffId.in_subquery(people(env, actor, filter, &units)));
            let of_people = select(which.clone().add(people));
            if filter.staff.is_some() || filter.actor.is_some() {
                let there = any_of(backend, (Entity, Column::UnitId), units);
                vec![select(which.add(there)), of_people]
            } else {
                vec![of_units(backend, units, which, limit), of_people]
            }
        }
        _ => vec![select(which)],
    };
    let builder = env.db.reader().get_database_backend();
    Ok(queries.iter().map(|query| builder.build(query)).collect())
}

/// Selects the first entries of each unit, by the index of units. A condition on all units at once would make the
/// database read the whole range in the order of the numbers, or sort all entries of the units.
fn of_units(backend: Backend, units: Vec<Uuid>, which: Condition, limit: u64) -> SelectStatement {
    let (unit, entry) = (Alias::new("unit"), Alias::new("entry"));
    let of_unit = Entity::find()
        .select_only()
        .column(Column::Number)
        .filter(which.add(Expr::col((Entity, Column::UnitId)).equals((unit.clone(), org_unit::Column::Id))))
        .order_by_asc(Column::Number)
        .limit(limit)
        .into_query();
    let mut query = Query::select();
    query
        .column((entry.clone(), Column::Number))
        .from_as(org_unit::Entity, unit.clone())
        .and_where(any_of(backend, (unit, org_unit::Column::Id), units))
        .order_by((entry.clone(), Column::Number), sea_orm::Order::Asc)
        .limit(limit);
    match backend {
        Backend::Postgres => query.join_lateral(JoinType::InnerJoin, of_unit, entry, Expr::val(true)),
        // SQLite has no lateral joins, but a subquery of IN may refer to the unit.
        Backend::Sqlite => {
            let on = Expr::col((entry.clone(), Column::Number)).in_subquery(of_unit);
            query.join_as(JoinType::InnerJoin, Entity, entry, on)
        }
    };
    query
}

/// The unit and all units below it, both today and on the first day of the range.
async fn units(env: &Env, actor: &Actor, unit: UnitId, filter: &EventFilter) -> Result<Vec<Uuid>> {
    let days = [Some(env.today(actor)), filter.from.map(|from| actor.calendar.day(from))];
    let mut units: BTreeSet<Uuid> = BTreeSet::from([unit.0]);
    for day in days.into_iter().flatten() {
        let tree = store::org_unit::tree(env.db.reader(), actor.agency, day).await?;
        units.extend(tree.subtree(unit).iter().map(|unit| unit.0));
    }
    Ok(units.into_iter().collect())
}

/// Selects the people who were assigned to one of these units in the range of time. They are needed because some
/// entries, such as a corrected name, concern a person and no unit.
fn people(env: &Env, actor: &Actor, filter: &EventFilter, units: &[Uuid]) -> SelectStatement {
    use assignment::Column as Of;
    let day = |at: Instant| actor.calendar.day(at);
    let lasts = |from| Condition::any().add(Of::ValidTo.is_null()).add(Of::ValidTo.gt(day(from)));
    assignment::Entity::find()
        .select_only()
        .column(Of::StaffId)
        .filter(any_of(env.db.backend(), (assignment::Entity, Of::UnitId), units.iter().copied()))
        .filter(
            Condition::all()
                .add_option(filter.until.map(|until| Of::ValidFrom.lte(day(until))))
                .add_option(filter.from.map(lasts)),
        )
        .into_query()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::Db,
        env::Clock,
        generated,
        testing::{TestDb, city},
    };
    use domain::{actor::Coverage, time::from_micros};

    async fn in_a_city(db: &TestDb, staff: u32) -> (Env, Actor) {
        let now = "2026-08-20T02:00:00Z";
        generated::city(db, now, staff, 2).await;
        let connected = Db::connect(&db.options).await.expect("a connection");
        let env = Env::new(connected, Clock::fixed(now.parse().expect("an instant")), db.folder.path());
        super::super::sequence(&env).await.expect("numbers");
        // The entries of a generated city have no actor.
        let acted = "UPDATE event SET actor_kind = 'STAFF', actor_id = staff_id WHERE kind LIKE 'PLAN%' OR kind LIKE 'ACT%'";
        crate::testing::sql(&env, acted).await.expect("actors");
        let root = org_unit::Entity::find()
            .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
            .one(env.db.reader())
            .await
            .expect("units")
            .expect("a root");
        let agency = domain::id::AgencyId(root.id);
        let actor = Actor { auditor: true, admin: Coverage::Everything, ..Actor::system(agency) };
        (env, actor)
    }

    fn may(filter: EventFilter) -> EventFilter {
        let day = |text: &str| text.parse().expect("an instant");
        EventFilter {
            from: Some(day("2026-05-01T00:00:00Z")),
            until: Some(day("2026-06-01T00:00:00Z")),
            ..filter
        }
    }

    /// A unit below the root with people, one of these people, and a person who made entries.
    async fn examples(env: &Env) -> (UnitId, StaffId, StaffId) {
        let entry = Entity::find()
            .filter(Column::Kind.eq(EventKind::PlanCreated.to_string()))
            .filter(Column::UnitId.is_not_null())
            .filter(Column::ActorId.is_not_null())
            .one(env.db.reader())
            .await
            .expect("entries")
            .expect("a plan");
        let (unit, staff) = (entry.unit_id.expect("a unit"), entry.staff_id.expect("a person"));
        (UnitId(unit), StaffId(staff), StaffId(entry.actor_id.expect("an actor")))
    }

    fn filters((unit, staff, by): (UnitId, StaffId, StaffId)) -> Vec<(&'static str, EventFilter)> {
        let none = EventFilter::default;
        vec![
            ("event_by_unit", EventFilter { unit: Some(unit), ..none() }),
            ("event_by_unit", may(EventFilter { unit: Some(unit), ..none() })),
            ("event_by_staff", EventFilter { staff: Some(staff), ..none() }),
            ("event_by_staff", may(EventFilter { staff: Some(staff), ..none() })),
            ("event_by_actor", EventFilter { actor: Some(by), ..none() }),
            ("event_by_actor", may(EventFilter { actor: Some(by), ..none() })),
        ]
    }

    async fn plan_of(env: &Env, statement: Statement) -> String {
        let backend = env.db.backend();
        let explained = env.db.snapshot(move |connection| async move {
            let explain = match backend {
                Backend::Sqlite => "EXPLAIN QUERY PLAN",
                Backend::Postgres => {
                    // A small table is read whole; a large one must not be.
                    connection.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
                    "EXPLAIN"
                }
            };
            let sql = format!("{explain} {}", statement.sql);
            let statement = Statement { sql, ..statement };
            let column = if backend == Backend::Sqlite { 3 } else { 0 };
            let rows = connection.query_all_raw(statement).await?;
            rows.iter().map(|row| Ok(row.try_get_by_index::<String>(column)?)).collect::<Result<Vec<_>>>()
        });
        explained.await.expect("a plan").join("\n")
    }

    /// Makes PostgreSQL's planner assume a large journal with unknown columns. Otherwise the plan would depend on
    /// chance: once autovacuum has analysed a small journal, reading it by number is best.
    async fn with_the_planner_of_a_large_journal(env: &Env) {
        for statement in [
            "ALTER TABLE event SET (autovacuum_enabled = false)",
            "DELETE FROM pg_statistic WHERE starelid = 'event'::regclass",
            "UPDATE pg_class SET relpages = 1, reltuples = 100000 WHERE oid = 'event'::regclass",
        ] {
            crate::testing::sql(env, statement).await.expect("statistics");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn each_search_uses_its_index() {
        let sqlite = TestDb::sqlite().await.expect("a database");
        let postgres = TestDb::postgres().await.expect("a database");
        for db in std::iter::once(sqlite).chain(postgres) {
            let (env, actor) = in_a_city(&db, 60).await;
            if env.db.backend() == Backend::Postgres {
                with_the_planner_of_a_large_journal(&env).await;
            }
            for (index, filter) in filters(examples(&env).await) {
                let head = newest(&env).await.expect("a position").number;
                let (after, to) = numbers(&env, &filter, head).await.expect("a range").expect("entries");
                let range = Range { after, to };
                let found = statements(&env, &actor, &filter, range, 20).await.expect("statements");
                for statement in found {
                    let plan = plan_of(&env, statement).await;
                    assert!(plan.contains(index), "{filter:?} without {index}:\n{plan}");
                    assert!(!plan.contains("SCAN event"), "{filter:?}:\n{plan}");
                }
            }
            // The negative control: without a filter the entries are read by number.
            let range = Range { after: 0, to: 1 };
            let all = statements(&env, &actor, &EventFilter::default(), range, 20).await.expect("one");
            let plan = plan_of(&env, all.into_iter().next().expect("one")).await;
            assert!(plan.contains("event_by_number"), "{plan}");
        }
    }

    /// The expected numbers, found by reading all entries.
    async fn expected(env: &Env, actor: &Actor, filter: &EventFilter) -> Vec<i64> {
        let there: BTreeSet<Uuid> = match filter.unit {
            Some(unit) => units(env, actor, unit, filter).await.expect("units").into_iter().collect(),
            None => BTreeSet::new(),
        };
        let units: Vec<Uuid> = there.iter().copied().collect();
        let builder = env.db.reader().get_database_backend();
        let people = env.db.reader().query_all_raw(builder.build(&people(env, actor, filter, &units))).await;
        let people: BTreeSet<Uuid> =
            people.expect("people").iter().map(|row| row.try_get_by_index(0).expect("an id")).collect();
        let all = Entity::find().order_by_asc(Column::Number).all(env.db.reader()).await.expect("entries");
        all.into_iter()
            .filter(|row| {
                let at = from_micros(row.at);
                let is_there = || match row.unit_id {
                    Some(unit) => there.contains(&unit),
                    None => row.staff_id.is_some_and(|staff| people.contains(&staff)),
                };
                filter.from.is_none_or(|from| at >= from)
                    && filter.until.is_none_or(|until| at < until)
                    && filter.staff.is_none_or(|staff| row.staff_id == Some(staff.0))
                    && filter.actor.is_none_or(|by| row.actor_id == Some(by.0))
                    && filter.unit.is_none_or(|_| is_there())
            })
            .filter_map(|row| row.number)
            .collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn pages_of_a_search_contain_every_match_once() {
        let sqlite = TestDb::sqlite().await.expect("a database");
        let postgres = TestDb::postgres().await.expect("a database");
        for db in std::iter::once(sqlite).chain(postgres) {
            let (env, actor) = in_a_city(&db, 60).await;
            let (unit, staff, by) = examples(&env).await;
            let both = EventFilter { unit: Some(unit), staff: Some(staff), ..EventFilter::default() };
            let mut all: Vec<EventFilter> =
                filters((unit, staff, by)).into_iter().map(|(_, filter)| filter).collect();
            all.extend([both.clone(), may(both), may(EventFilter::default())]);
            for filter in all {
                let (mut start, mut found) = (Start::Oldest, Vec::new());
                loop {
                    let (page, end) = search(&env, &actor, &filter, start, 50).await.expect("a page");
                    let full = page.len() == 50;
                    found.extend(page.into_iter().map(|entry| entry.number));
                    if !full {
                        break;
                    }
                    start = Start::After(end);
                }
                let expected = expected(&env, &actor, &filter).await;
                assert!(!expected.is_empty(), "{filter:?}");
                assert_eq!(found, expected, "{filter:?}");
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_range_without_entries_or_in_reverse_order() {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let now: Instant = "2026-03-02T02:00:00Z".parse().expect("an instant");
        let env = Env::new(connected, Clock::fixed(now), db.folder.path());
        city::found(&env).await.expect("a city");
        super::super::sequence(&env).await.expect("numbers");
        let actor = Actor { auditor: true, ..Actor::system(city::AGENCY) };
        let later = EventFilter { from: Some(now + chrono::Duration::days(1)), ..EventFilter::default() };
        let (found, end) = search(&env, &actor, &later, Start::Oldest, 20).await.expect("a page");
        assert_eq!((found.len(), end), (0, newest(&env).await.expect("a number")));
        let reversed = EventFilter { until: Some(now), ..later };
        assert!(search(&env, &actor, &reversed, Start::Oldest, 20).await.is_err());
    }

    /// `cargo test --release -p service --lib -- four_thousand_people --ignored --nocapture`
    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "takes minutes: it generates a city of 4,000 people"]
    async fn times_of_searches_among_four_thousand_people() {
        let sqlite = TestDb::sqlite().await.expect("a database");
        let postgres = TestDb::postgres().await.expect("a database");
        for db in std::iter::once(sqlite).chain(postgres) {
            let (env, actor) = in_a_city(&db, 4_000).await;
            println!("{:?}: {} entries", env.db.backend(), newest(&env).await.expect("a position").number);
            let mut all = filters(examples(&env).await);
            all.push(("at", may(EventFilter::default())));
            for (index, filter) in all {
                let began = std::time::Instant::now();
                for _ in 0..20 {
                    search(&env, &actor, &filter, Start::Oldest, 100).await.expect("a page");
                }
                let range = if filter.from.is_some() { "in May" } else { "at any time" };
                println!("{index} {range}: {:.2} ms", began.elapsed().as_secs_f64() * 1000.0 / 20.0);
            }
        }
    }
}
