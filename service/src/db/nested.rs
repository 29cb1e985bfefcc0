//! Loads the first pages of many parents' lists in one statement. The database numbers the rows of each parent and
//! returns only the rows of the pages.

use super::{Keyset, Order, Page, Source};
use crate::error::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, QueryResult, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, OverStatement, Query, SelectStatement, SimpleExpr, WindowStatement},
};
use std::collections::HashMap;
use uuid::Uuid;

// Names used only inside the statement; no table has such a column.
const PARENT: &str = "of_parent";
const ROW_NUMBER: &str = "row_number_in_parent";
const LIST: &str = "numbered";

/// A row with the parent of its list.
struct RowOfParent<M> {
    parent: Uuid,
    row: M,
}

impl<M: FromQueryResult> FromQueryResult for RowOfParent<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> std::result::Result<Self, sea_orm::DbErr> {
        Ok(Self { parent: result.try_get(prefix, PARENT)?, row: M::from_query_result(result, prefix)? })
    }
}

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
    let sorted = keyset(Uuid::nil())?;
    // Reads one row more than a page to learn whether another page follows.
    let numbered = numbered(select, parent.into(), &sorted, size.saturating_add(1));
    let statement = source.connection.get_database_backend().build(&numbered);
    let mut lists: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
    for RowOfParent { parent, row } in
        RowOfParent::<E::Model>::find_by_statement(statement).all(source.connection).await?
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
        Alias::new(ROW_NUMBER),
    );
    let most = i64::try_from(at_most).unwrap_or(i64::MAX);
    Query::select()
        .columns(E::Column::iter())
        .column(Alias::new(PARENT))
        .from_subquery(rows, Alias::new(LIST))
        .and_where(Expr::col(Alias::new(ROW_NUMBER)).lte(most))
        .order_by(Alias::new(PARENT), sea_orm::Order::Asc)
        .order_by(Alias::new(ROW_NUMBER), sea_orm::Order::Asc)
        .to_owned()
}
