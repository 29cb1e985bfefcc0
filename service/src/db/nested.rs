//! The first pages of many parents' lists in one statement: the rows are numbered within their parent, so
//! that none beyond the pages is read.

use super::{Keyset, Order, Page, Source};
use crate::error::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, QueryResult, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, OverStatement, Query, SelectStatement, SimpleExpr, WindowStatement},
};
use std::collections::HashMap;
use uuid::Uuid;

/// The statement's own names; no table has such a column.
const PARENT: &str = "of_parent";
const PLACE: &str = "place_in_parent";
const LIST: &str = "placed";

/// A row with the parent that it was read for.
struct Placed<M> {
    parent: Uuid,
    row: M,
}

impl<M: FromQueryResult> FromQueryResult for Placed<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> std::result::Result<Self, sea_orm::DbErr> {
        Ok(Self { parent: result.try_get(prefix, PARENT)?, row: M::from_query_result(result, prefix)? })
    }
}

/// The first `size` rows of each parent's list. `select` gives the rows of all parents, `parent` tells whose a
/// row is, `keyset` is the list of one parent; the lists of all are sorted alike.
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
    let sorted = keyset(Uuid::nil())?;
    // One more than a page shows whether there is another.
    let numbered = numbered(select, parent.into(), &sorted, size.saturating_add(1));
    let statement = source.connection.get_database_backend().build(&numbered);
    let mut lists: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
    for Placed { parent, row } in
        Placed::<E::Model>::find_by_statement(statement).all(source.connection).await?
    {
        lists.entry(parent).or_default().push(row);
    }
    lists.into_iter().map(|(parent, rows)| Ok((parent, keyset(parent)?.first_page(rows, size)))).collect()
}

fn numbered<E: EntityTrait>(
    select: Select<E>,
    parent: SimpleExpr,
    sorted: &Keyset<E>,
    at_most: usize,
) -> SelectStatement {
    let direction = match sorted.order {
        Order::Ascending => sea_orm::Order::Asc,
        Order::Descending => sea_orm::Order::Desc,
    };
    let mut window = WindowStatement::new();
    window.add_partition_by(parent.clone());
    for column in &sorted.columns {
        window.order_by(column.as_column_ref(), direction.clone());
    }
    let mut rows = select.into_query();
    rows.expr_as(parent, Alias::new(PARENT)).expr_window_as(
        Expr::cust("ROW_NUMBER()"),
        window,
        Alias::new(PLACE),
    );
    let most = i64::try_from(at_most).unwrap_or(i64::MAX);
    Query::select()
        .columns(E::Column::iter())
        .column(Alias::new(PARENT))
        .from_subquery(rows, Alias::new(LIST))
        .and_where(Expr::col(Alias::new(PLACE)).lte(most))
        .order_by(Alias::new(PARENT), sea_orm::Order::Asc)
        .order_by(Alias::new(PLACE), sea_orm::Order::Asc)
        .to_owned()
}
