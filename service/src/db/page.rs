//! Pages of lists: keyset cursors, bound to the list, its filter and its order.
//!
//! A cursor carries the sort key of its row, so that a page costs the same wherever it starts, and
//! rows that come or go meanwhile are neither skipped nor repeated.

use crate::error::{Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Key, Message, time::Date};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// The items of a page unless the client says otherwise.
pub const DEFAULT_PAGE: u64 = 20;
/// The most items of a page.
pub const LARGEST_PAGE: u64 = 100;

/// Which part of a list is wanted: Relay's four arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// At most so many from the start, or after `after`.
    pub first: Option<i32>,
    /// The cursor after which to start.
    pub after: Option<String>,
    /// At most so many from the end, or before `before`.
    pub last: Option<i32>,
    /// The cursor before which to end.
    pub before: Option<String>,
}

/// Where an item lies in its list. It is written when a client asks for it, which few do for each item.
#[derive(Clone, Debug)]
pub struct Cursor(Place);

#[derive(Clone, Debug)]
enum Place {
    /// A row's sort key in a list.
    Key { list: Arc<str>, key: Vec<SortKey> },
    /// A place that has a text of its own: of the journal.
    Text(String),
}

impl Cursor {
    /// One that has a text of its own.
    #[must_use]
    pub const fn from_text(text: String) -> Self {
        Self(Place::Text(text))
    }

    /// As clients get it and give it back.
    pub fn encode(&self) -> Result<String> {
        match &self.0 {
            Place::Key { list, key } => {
                Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Written { b: &**list, k: &**key })?))
            }
            Place::Text(text) => Ok(text.clone()),
        }
    }
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items with their cursors, in the list's order.
    pub items: Vec<(Cursor, T)>,
    /// Whether items follow.
    pub has_next: bool,
    /// Whether items go before.
    pub has_previous: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), has_next: false, has_previous: false }
    }
}

impl<T> Page<T> {
    /// The same page of what each item stands for.
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

/// A value that rows are sorted by; never null, so that its order is the same on both databases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// How a list is sorted.
pub(crate) struct Keyset<E: EntityTrait> {
    /// The columns, the most significant first; the last is the id.
    pub columns: Vec<E::Column>,
    /// The direction of all of them.
    pub order: Order,
    /// The sort key of a row, in the order of the columns.
    pub key: fn(&E::Model) -> Vec<SortKey>,
    /// The list with its filter: cursors of another one are refused.
    pub binding: String,
}

#[derive(Serialize, Deserialize)]
struct Written<B, K> {
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

    /// The rows with their cursors.
    fn mark(&self, rows: impl Iterator<Item = E::Model>) -> Vec<(Cursor, E::Model)> {
        let list: Arc<str> = self.hash().into();
        rows.map(|row| (Cursor(Place::Key { list: list.clone(), key: (self.key)(&row) }), row)).collect()
    }

    /// The first page of a list of which one row more was read, where there is one.
    pub fn first_page(&self, rows: Vec<E::Model>, size: usize) -> Page<E::Model> {
        let has_next = rows.len() > size;
        Page { items: self.mark(rows.into_iter().take(size)), has_next, has_previous: false }
    }

    fn read(&self, argument: &str, text: &str) -> Result<Vec<SortKey>> {
        let bad = || Error::input([argument], Key::BadCursor);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let cursor: Written<String, Vec<SortKey>> = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        if cursor.b == self.hash() && cursor.k.len() == self.columns.len() {
            Ok(cursor.k)
        } else {
            Err(bad())
        }
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
        let mut rows = select.limit(size + 1).all(connection).await?;
        let more = rows.len() as u64 > size;
        rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        if !forward {
            rows.reverse();
        }
        // A cursor stands on a row of the list, so that something lies on its other side.
        Ok(Page {
            items: self.mark(rows.into_iter()),
            has_next: if forward { more } else { request.before.is_some() },
            has_previous: if forward { request.after.is_some() } else { more },
        })
    }
}

/// How many items from which end.
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
