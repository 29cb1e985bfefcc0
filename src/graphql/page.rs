//! Relay connections over the pages of the use cases.

use async_graphql::{Context, Enum};
use service::db::{DEFAULT_PAGE, LARGEST_PAGE, Page, PageRequest};

pub use async_graphql::connection::PageInfo;

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
        start_cursor: page.items.first().map(|(cursor, _)| cursor.clone()),
        end_cursor: page.items.last().map(|(cursor, _)| cursor.clone()),
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
        pub struct $edge {
            /// Where the item lies in the list; good for `after` and `before` under the same filter and order.
            pub cursor: String,
            /// The item.
            pub node: $node,
        }

        impl $connection {
            /// From a page of the use cases.
            pub fn new<T>(
                page: service::db::Page<T>,
                total: Option<u64>,
                node: impl FnMut(T) -> $node,
            ) -> Self {
                let page_info = $crate::graphql::page::info(&page);
                let mut node = node;
                Self {
                    edges: page
                        .items
                        .into_iter()
                        .map(|(cursor, item)| $edge { cursor, node: node(item) })
                        .collect(),
                    page_info,
                    total_count: total.map(|total| i32::try_from(total).unwrap_or(i32::MAX)),
                }
            }
        }
    };
}
