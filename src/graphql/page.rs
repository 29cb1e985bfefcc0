//! Relay connections over the pages of the use cases.

use super::error;
use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use service::db::{Cursor, DEFAULT_PAGE, LARGEST_PAGE, Page, PageRequest};

/// Information about pagination in a connection
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PageInfo {
    /// When paginating backwards, are there more items?
    pub has_previous_page: bool,
    /// When paginating forwards, are there more items?
    pub has_next_page: bool,
    #[graphql(skip)]
    start: Option<Cursor>,
    #[graphql(skip)]
    /// Where to go on; of the journal also behind an empty page.
    pub end: Option<Cursor>,
}

#[ComplexObject]
impl PageInfo {
    /// When paginating backwards, the cursor to continue.
    async fn start_cursor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        self.start.as_ref().map(|cursor| written(ctx, cursor)).transpose()
    }
    /// When paginating forwards, the cursor to continue.
    async fn end_cursor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        self.end.as_ref().map(|cursor| written(ctx, cursor)).transpose()
    }
}

/// A cursor as clients get it.
pub fn written(ctx: &Context<'_>, cursor: &Cursor) -> async_graphql::Result<String> {
    cursor.encode().map_err(|cause| error::failure(ctx, cause))
}

/// The direction of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "service::db::Order")]
pub enum OrderDirection {
    /// Smallest, oldest or alphabetically first.
    #[default]
    Ascending,
    /// Largest or newest first.
    Descending,
}

/// Relay's four arguments as a request.
pub const fn request(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> PageRequest {
    PageRequest { first, after, last, before }
}

/// The size of a first page; none where the arguments are out of bounds, which the list itself refuses.
pub fn first_size(first: Option<i32>) -> Option<usize> {
    let most = i32::try_from(LARGEST_PAGE).ok()?;
    match first {
        None => usize::try_from(DEFAULT_PAGE).ok(),
        Some(first) if (0..=most).contains(&first) => usize::try_from(first).ok(),
        Some(_) => None,
    }
}

/// Whether the client asks for the number of all items: only then is it counted.
pub fn wants_total(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

/// The page info of a page.
pub fn info<T>(page: &Page<T>) -> PageInfo {
    PageInfo {
        has_previous_page: page.has_previous,
        has_next_page: page.has_next,
        start: page.items.first().map(|(cursor, _)| cursor.clone()),
        end: page.items.last().map(|(cursor, _)| cursor.clone()),
    }
}

/// Declares `XConnection` and `XEdge` of a node type, with a constructor from a page.
#[macro_export]
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $what:literal) => {
        #[doc = concat!("A page of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $connection {
            /// The items with their cursors.
            pub edges: Vec<$edge>,
            /// Where the page lies in the list.
            pub page_info: $crate::graphql::page::PageInfo,
            /// The number of all items of the list under its filter; counted only when asked for.
            pub total_count: Option<i32>,
        }

        #[doc = concat!("An item of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub struct $edge {
            #[graphql(skip)]
            place: service::db::Cursor,
            /// The item.
            pub node: $node,
        }

        #[async_graphql::ComplexObject]
        impl $edge {
            /// Where the item lies in the list; good for `after` and `before` under the same filter and order.
            async fn cursor(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<String> {
                $crate::graphql::page::written(ctx, &self.place)
            }
        }

        impl $connection {
            /// From a page of the use cases.
            /// Of a page that was read for this list.
            pub fn new<T>(
                page: service::db::Page<T>,
                total: Option<u64>,
                mut node: impl FnMut(T) -> $node,
            ) -> Self {
                let page_info = $crate::graphql::page::info(&page);
                let edge = |(place, item)| $edge { place, node: node(item) };
                Self {
                    edges: page.items.into_iter().map(edge).collect(),
                    page_info,
                    total_count: total.map(|total| i32::try_from(total).unwrap_or(i32::MAX)),
                }
            }
        }
    };
    ($connection:ident, $edge:ident, $node:ty, $what:literal, nested) => {
        $crate::connection!($connection, $edge, $node, $what);

        impl $connection {
            /// Of a page that was read with those of other parents.
            pub fn shared<T>(page: &service::db::Page<T>, mut node: impl FnMut(&T) -> $node) -> Self {
                let edge = |(place, item): &(service::db::Cursor, T)| $edge {
                    place: place.clone(),
                    node: node(item),
                };
                Self {
                    edges: page.items.iter().map(edge).collect(),
                    page_info: $crate::graphql::page::info(page),
                    total_count: None,
                }
            }
        }
    };
}
