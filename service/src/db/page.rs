//! Keyset pages. A cursor is valid for one list with its filter and order.
//!
//! A cursor contains the sort key of its row. A page therefore costs the same wherever it starts, and rows that
//! others insert or delete cause neither gaps nor repetitions.

use super::{Reading, Source};
use crate::error::{Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Key, Message, time::Date};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Default number of items in a page.
pub const DEFAULT_PAGE: u64 = 20;
/// Maximum number of items in a page.
pub const LARGEST_PAGE: u64 = 100;
/// The largest list that is counted exactly.
pub const LARGEST_COUNT: u64 = 10_000;

/// The requested page of a list: Relay's four arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Maximum number of items from the start, or after `after`.
    pub first: Option<i32>,
    /// The page starts after this cursor.
    pub after: Option<String>,
    /// Maximum number of items from the end, or before `before`.
    pub last: Option<i32>,
    /// The page ends before this cursor.
    pub before: Option<String>,
}

/// Cursor of an item in its list. Encoded only on request, because few clients request the cursor of each item.
#[derive(Clone, Debug)]
pub struct Cursor(CursorKind);

#[derive(Clone, Debug)]
enum CursorKind {
    /// A row's sort key and the hash of its list.
    Key { list: Arc<str>, key: Vec<SortKey> },
    /// An encoded cursor, used for the journal.
    Text(String),
}

impl Cursor {
    /// Creates a cursor from its encoded text.
    #[must_use]
    pub const fn from_text(text: String) -> Self {
        Self(CursorKind::Text(text))
    }

    /// The sort key of the row; `None` for an encoded cursor.
    fn key(&self) -> Option<&[SortKey]> {
        match &self.0 {
            CursorKind::Key { key, .. } => Some(key),
            CursorKind::Text(_) => None,
        }
    }

    /// Encodes the cursor for clients.
    pub fn encode(&self) -> Result<String> {
        match &self.0 {
            CursorKind::Key { list, key } => {
                Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&EncodedCursor { b: &**list, k: &**key })?))
            }
            CursorKind::Text(text) => Ok(text.clone()),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items with their cursors, in the list's order.
    pub items: Vec<(Cursor, T)>,
    /// Whether the list has items after this page.
    pub has_next: bool,
    /// Whether the list has items before this page.
    pub has_previous: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), has_next: false, has_previous: false }
    }
}

impl<T> Page<T> {
    /// Converts each item of the page.
    pub fn try_map<U>(self, mut f: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        let items =
            self.items.into_iter().map(|(cursor, item)| Ok((cursor, f(item)?))).collect::<Result<_>>()?;
        Ok(Page { items, has_next: self.has_next, has_previous: self.has_previous })
    }
}

/// The direction of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Value of a sort column. Sort columns are never null, because the databases sort nulls differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum SortKey {
    /// Compared by bytes.
    Text(String),
    /// An integer, or an instant in microseconds.
    Int(i64),
    /// A day.
    Day(Date),
    /// An id; the last key of each list, which makes the order total.
    Id(Uuid),
}

impl SortKey {
    fn value(&self) -> SimpleExpr {
        match self {
            Self::Text(text) => Expr::val(text.clone()),
            Self::Int(int) => Expr::val(*int),
            Self::Day(day) => Expr::val(*day),
            Self::Id(id) => Expr::val(*id),
        }
    }
}

/// Sort order and identity of a list.
pub(crate) struct Keyset<E: EntityTrait> {
    /// The columns, the most significant first; the last is the id.
    pub columns: Vec<E::Column>,
    /// The direction of all columns.
    pub order: Order,
    /// The sort key of a row, in the order of the columns.
    pub key: fn(&E::Model) -> Vec<SortKey>,
    /// A text that identifies the list with its filter. A cursor of another list or filter is refused.
    pub binding: String,
}

#[derive(Serialize, Deserialize)]
struct EncodedCursor<B, K> {
    /// The first bytes of the hash of the list with its filter and order.
    b: B,
    /// The sort key.
    k: K,
}

impl<E: EntityTrait> Keyset<E> {
    fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(&self.binding);
        hasher.update(match self.order {
            Order::Ascending => [0],
            Order::Descending => [1],
        });
        for column in &self.columns {
            hasher.update(format!("{column:?}"));
        }
        URL_SAFE_NO_PAD.encode(&hasher.finalize()[..6])
    }

    /// Adds each row's cursor.
    fn with_cursors(&self, rows: impl Iterator<Item = E::Model>) -> Vec<(Cursor, E::Model)> {
        let list: Arc<str> = self.hash().into();
        rows.map(|row| (Cursor(CursorKind::Key { list: list.clone(), key: (self.key)(&row) }), row)).collect()
    }

    /// Builds the first page of `size` rows. `rows` may have any order, and one row more if another page follows.
    pub fn first_page(&self, rows: Vec<E::Model>, size: usize) -> Page<E::Model> {
        let has_next = rows.len() > size;
        let mut items = self.with_cursors(rows.into_iter());
        let key = |(cursor, _): &(Cursor, E::Model)| cursor.key().map(<[SortKey]>::to_vec);
        let in_order = |one: &(Cursor, E::Model), other: &(Cursor, E::Model)| match self.order {
            Order::Ascending => one.0.key() <= other.0.key(),
            Order::Descending => one.0.key() >= other.0.key(),
        };
        if !items.is_sorted_by(in_order) {
            items.sort_by_cached_key(key);
            if self.order == Order::Descending {
                items.reverse();
            }
        }
        items.truncate(size);
        Page { items, has_next, has_previous: false }
    }

    fn read(&self, argument: &str, text: &str) -> Result<Vec<SortKey>> {
        let bad = || Error::input([argument], Key::BadCursor);
        let keys = decode(text, &self.hash()).ok_or_else(bad)?;
        if keys.len() == self.columns.len() { Ok(keys) } else { Err(bad()) }
    }

    fn beyond(&self, keys: &[SortKey], forward: bool) -> SimpleExpr {
        let row = Expr::tuple(self.columns.iter().map(|column| Expr::col(column.as_column_ref())));
        let mark = Expr::tuple(keys.iter().map(SortKey::value));
        if forward == (self.order == Order::Ascending) { row.gt(mark) } else { row.lt(mark) }
    }

    /// Loads a page in one statement.
    pub async fn load<C: ConnectionTrait>(
        &self,
        connection: &C,
        select: Select<E>,
        request: &PageRequest,
    ) -> Result<Page<E::Model>> {
        self.load_in_part(connection, select, &Reading::all(), request).await
    }

    /// Loads a page in one statement, only the columns of `reading`, which include those of the sort key.
    pub async fn load_in_part<C: ConnectionTrait>(
        &self,
        connection: &C,
        select: Select<E>,
        reading: &Reading<E>,
        request: &PageRequest,
    ) -> Result<Page<E::Model>> {
        let (size, forward) = size(request)?;
        let mut select = select;
        if let Some(after) = &request.after {
            select = select.filter(self.beyond(&self.read("after", after)?, true));
        }
        if let Some(before) = &request.before {
            select = select.filter(self.beyond(&self.read("before", before)?, false));
        }
        let ascending = forward == (self.order == Order::Ascending);
        for column in &self.columns {
            select =
                select.order_by(*column, if ascending { sea_orm::Order::Asc } else { sea_orm::Order::Desc });
        }
        let select = select.select_only().columns(reading.columns.iter().copied()).limit(size + 1);
        let found = connection.query_all(&select.into_query()).await?;
        let mut rows =
            found.iter().map(|row| reading.row(row, 0)).collect::<std::result::Result<Vec<_>, _>>()?;
        let more = rows.len() as u64 > size;
        rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        if !forward {
            rows.reverse();
        }
        // A given cursor belongs to a row of the list, so the list has a row on the other side of the page.
        Ok(Page {
            items: self.with_cursors(rows.into_iter()),
            has_next: if forward { more } else { request.before.is_some() },
            has_previous: if forward { request.after.is_some() } else { more },
        })
    }
}

/// Counts the rows of a list if the count is `wanted`. Stops at [`LARGEST_COUNT`] + 1 rows, which means that the list
/// is longer, so that the time for a count is bounded.
pub(crate) async fn counted<E: EntityTrait, C: ConnectionTrait>(
    source: Source<'_, C>,
    select: &Select<E>,
    wanted: bool,
) -> Result<Option<u64>> {
    if !wanted {
        return Ok(None);
    }
    let rows = select.clone().select_only().expr(Expr::val(1)).limit(LARGEST_COUNT + 1).into_query();
    let counting =
        Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(rows, Alias::new("counted")).to_owned();
    let found = source.connection.query_one(&counting).await?;
    let count: i64 = found.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).ok())
}

/// Returns a page of a list that is completely in memory, such as the rows of a plan. A cursor is valid while its item
/// is in the list.
pub fn page_of_list<T: Clone>(
    items: &[T],
    list: &str,
    id: impl Fn(&T) -> Uuid,
    request: &PageRequest,
) -> Result<Page<T>> {
    let (size, forward) = size(request)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let list: Arc<str> = URL_SAFE_NO_PAD.encode(&Sha256::digest(list)[..6]).into();
    let position = |argument: &str, cursor: &Option<String>| -> Result<Option<usize>> {
        let Some(text) = cursor else { return Ok(None) };
        let bad = || Error::input([argument], Key::BadCursor);
        let keys = decode(text, &list).ok_or_else(bad)?;
        let at = items.iter().position(|item| keys == [SortKey::Id(id(item))]);
        at.map(Some).ok_or_else(bad)
    };
    let start = position("after", &request.after)?.map_or(0, |at| at + 1);
    let end = position("before", &request.before)?.unwrap_or(items.len()).max(start);
    let (from, to) =
        if forward { (start, end.min(start + size)) } else { (start.max(end.saturating_sub(size)), end) };
    let with_cursor = |item: &T| {
        (Cursor(CursorKind::Key { list: list.clone(), key: vec![SortKey::Id(id(item))] }), item.clone())
    };
    Ok(Page {
        items: items[from..to].iter().map(with_cursor).collect(),
        has_next: to < items.len(),
        has_previous: from > 0,
    })
}

/// Decodes a cursor of this list; `None` if it is malformed or belongs to another list.
fn decode(text: &str, list: &str) -> Option<Vec<SortKey>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let cursor: EncodedCursor<String, Vec<SortKey>> = serde_json::from_slice(&bytes).ok()?;
    (cursor.b == list).then_some(cursor.k)
}

/// Returns the page size and whether it counts from the start.
fn size(request: &PageRequest) -> Result<(u64, bool)> {
    let bad = |argument: &str| Error::input([argument], Message::new(Key::BadPage).with("max", LARGEST_PAGE));
    let (asked, forward, argument) = match (request.first, request.last) {
        (Some(_), Some(_)) => return Err(bad("first")),
        (first, None) => (first, true, "first"),
        (None, last) => (last, false, "last"),
    };
    let size = asked.map_or(Some(DEFAULT_PAGE), |asked| u64::try_from(asked).ok());
    match size {
        Some(size) if size <= LARGEST_PAGE => Ok((size, forward)),
        _ => Err(bad(argument)),
    }
}
