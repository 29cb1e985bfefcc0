//! Loads the first pages of many parents' lists in one statement.
//!
//! PostgreSQL reads the page of each parent separately from an index, and stops at its last row. SQLite has no lateral
//! joins: it numbers the rows of each parent and returns only the rows of the pages.

use super::{Backend, Keyset, Order, Page, Reading, Source, any_of};
use crate::error::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{
        Alias, Expr, ExprTrait, Func, JoinType, OverStatement, Query, SelectStatement, SimpleExpr,
        WindowStatement,
    },
};
use std::collections::HashMap;
use uuid::Uuid;

// Names that exist only inside the statement.
const PARENT: &str = "of_parent";
const ROW_NUMBER: &str = "row_number_in_parent";
const LIST: &str = "numbered";
const PAGE: &str = "page";

/// Loads the first `size` rows of each parent's list.
///
/// `select` selects the rows of all parents, `parent` is the expression for a row's parent, and `keyset` describes
/// the list of one parent. All lists have the same sort order.
pub(crate) async fn first_pages<E, C>(
    source: Source<'_, C>,
    select: Select<E>,
    parent: impl Into<SimpleExpr>,
    size: usize,
    keyset: impl Fn(Uuid) -> Result<Keyset<E>>,
) -> Result<HashMap<Uuid, Page<E::Model>>>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    let reading = Reading::all();
    let statement = numbered(select, &reading, parent.into(), &keyset(Uuid::nil())?, size.saturating_add(1));
    pages(source, &statement, &reading, size, keyset).await
}

/// Loads the first `size` rows of the list of each of these parents, only the columns of `reading`, which include those
/// of the sort key.
///
/// `select` selects the rows whose `parent` is not yet restricted, and `keyset` describes the list of one parent. All
/// lists have the same sort order.
pub(crate) async fn first_pages_of<E, C>(
    source: Source<'_, C>,
    select: Select<E>,
    reading: &Reading<E>,
    (parent, parents): (E::Column, &[Uuid]),
    size: usize,
    keyset: impl Fn(Uuid) -> Result<Keyset<E>>,
) -> Result<HashMap<Uuid, Page<E::Model>>>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    let sorted = keyset(Uuid::nil())?;
    // Reads one row more than a page to learn whether another page follows.
    let at_most = size.saturating_add(1);
    let statement = match source.backend {
        Backend::Postgres => lateral(select, reading, (parent, parents), &sorted, at_most),
        Backend::Sqlite => {
            let of_parents = any_of(source.backend, parent.as_column_ref(), parents.iter().copied());
            numbered(select.filter(of_parents), reading, parent.into_simple_expr(), &sorted, at_most)
        }
    };
    pages(source, &statement, reading, size, keyset).await
}

/// Reads rows that begin with their parent, and makes the pages.
async fn pages<E, C>(
    source: Source<'_, C>,
    statement: &SelectStatement,
    reading: &Reading<E>,
    size: usize,
    keyset: impl Fn(Uuid) -> Result<Keyset<E>>,
) -> Result<HashMap<Uuid, Page<E::Model>>>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    let mut lists: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
    for result in source.connection.query_all(statement).await? {
        let parent: Uuid = result.try_get_by_index(0)?;
        lists.entry(parent).or_default().push(reading.row(&result, 1)?);
    }
    lists.into_iter().map(|(parent, rows)| Ok((parent, keyset(parent)?.first_page(rows, size)))).collect()
}

const fn direction(order: Order) -> sea_orm::Order {
    match order {
        Order::Ascending => sea_orm::Order::Asc,
        Order::Descending => sea_orm::Order::Desc,
    }
}

/// One subquery per parent. The rows of a parent may arrive in any order, because an `ORDER BY` of the whole result
/// would sort it once more. [`Keyset::first_page`] therefore checks the order and sorts if necessary.
fn lateral<E: EntityTrait>(
    select: Select<E>,
    reading: &Reading<E>,
    (parent, parents): (E::Column, &[Uuid]),
    sorted: &Keyset<E>,
    at_most: usize,
) -> SelectStatement {
    let of_parent = || Expr::col((Alias::new(PARENT), Alias::new(PARENT)));
    let mut rows = select
        .select_only()
        .columns(reading.columns.iter().copied())
        .filter(parent.into_simple_expr().eq(of_parent()))
        .limit(u64::try_from(at_most).unwrap_or(u64::MAX))
        .into_query();
    for column in &sorted.columns {
        rows.order_by(column.as_column_ref(), direction(sorted.order));
    }
    Query::select()
        .expr(of_parent())
        .columns(reading.columns.iter().map(|column| (Alias::new(PAGE), *column)))
        .from_function(Func::cust("unnest").arg(Expr::val(parents.to_vec())), Alias::new(PARENT))
        .join_lateral(JoinType::InnerJoin, rows, Alias::new(PAGE), Expr::cust("TRUE"))
        .to_owned()
}

fn numbered<E: EntityTrait>(
    select: Select<E>,
    reading: &Reading<E>,
    parent: SimpleExpr,
    sorted: &Keyset<E>,
    at_most: usize,
) -> SelectStatement {
    let mut window = WindowStatement::new();
    window.add_partition_by(parent.clone());
    for column in &sorted.columns {
        window.order_by(column.as_column_ref(), direction(sorted.order));
    }
    let mut rows = select.select_only().columns(reading.columns.iter().copied()).into_query();
    rows.expr_as(parent, Alias::new(PARENT)).expr_window_as(
        Expr::cust("ROW_NUMBER()"),
        window,
        Alias::new(ROW_NUMBER),
    );
    let most = i64::try_from(at_most).unwrap_or(i64::MAX);
    Query::select()
        .column(Alias::new(PARENT))
        .columns(reading.columns.iter().copied())
        .from_subquery(rows, Alias::new(LIST))
        .and_where(Expr::col(Alias::new(ROW_NUMBER)).lte(most))
        .order_by(Alias::new(PARENT), sea_orm::Order::Asc)
        .order_by(Alias::new(ROW_NUMBER), sea_orm::Order::Asc)
        .to_owned()
}
