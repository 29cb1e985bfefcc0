//! Relay connections made from pages of the use cases.

use super::error;
use async_graphql::{ComplexObject, Context, Enum, Lookahead, SimpleObject};
use service::db::{Cursor, DEFAULT_PAGE, LARGEST_COUNT, LARGEST_PAGE, Page, PageRequest};

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
    /// Cursor to continue with; in the journal, an empty page has one too.
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

/// Encodes a cursor for clients.
pub fn written(ctx: &Context<'_>, cursor: &Cursor) -> async_graphql::Result<String> {
    cursor.encode().map_err(|cause| error::to_graphql_error(ctx, cause))
}

/// Sort direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "service::db::Order")]
pub enum OrderDirection {
    /// Smallest, oldest or alphabetically first.
    #[default]
    Ascending,
    /// Largest or newest first.
    Descending,
}

domain::labels! {
    OrderDirection {
        Ascending: "Menaik", "Ascending";
        Descending: "Menurun", "Descending";
    }
}

/// Converts Relay's four arguments to a page request.
pub const fn request(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> PageRequest {
    PageRequest { first, after, last, before }
}

/// Returns the size of a first page; none if `first` is out of range, which the list then refuses.
pub fn first_size(first: Option<i32>) -> Option<usize> {
    let most = i32::try_from(LARGEST_PAGE).ok()?;
    match first {
        None => usize::try_from(DEFAULT_PAGE).ok(),
        Some(first) if (0..=most).contains(&first) => usize::try_from(first).ok(),
        Some(_) => None,
    }
}

/// Returns whether the document selects `totalCount` or `totalCountOver`; only then are the items counted.
pub fn wants_total(ctx: &Context<'_>) -> bool {
    let selected = ctx.look_ahead();
    selected.field("totalCount").exists() || selected.field("totalCountOver").exists()
}

/// Returns the names of the fields in these selections.
pub fn names<'a>(selected: &[Lookahead<'a>]) -> impl Iterator<Item = &'a str> {
    let fields = selected.iter().flat_map(Lookahead::selection_fields);
    fields.flat_map(|field| field.selection_set().collect::<Vec<_>>()).map(|field| field.name())
}

/// The selections on the items of a connection, in `edges { node }` and in `nodes`.
pub struct Items<'a>([Lookahead<'a>; 2]);

impl<'a> Items<'a> {
    /// The items of the connection at this lookahead.
    pub fn of(connection: &Lookahead<'a>) -> Self {
        Self([connection.field("edges").field("node"), connection.field("nodes")])
    }

    /// A field of the items.
    pub fn field(&self, name: &str) -> Self {
        Self(self.0.each_ref().map(|item| item.field(name)))
    }

    /// Whether the document selects it.
    pub fn exists(&self) -> bool {
        self.0.iter().any(Lookahead::exists)
    }

    /// The selections of the items.
    pub fn selections(&self) -> &[Lookahead<'a>] {
        &self.0
    }
}

/// Returns `totalCount` and `totalCountOver` of a list with this count, see [`LARGEST_COUNT`].
pub fn counts(total: Option<u64>) -> (Option<i32>, Option<i32>) {
    let exact = total.filter(|total| *total <= LARGEST_COUNT);
    let over = total.filter(|total| *total > LARGEST_COUNT).map(|_| LARGEST_COUNT);
    let of = |count: Option<u64>| count.and_then(|count| i32::try_from(count).ok());
    (of(exact), of(over))
}

/// Makes the `PageInfo` of a page.
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
        $crate::connection!($connection, $edge, $node, $what, count = 100);
    };
    ($connection:ident, $edge:ident, $node:ty, $what:literal, count = $count:literal) => {
        #[doc = concat!("A page of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub struct $connection {
            /// The items with their cursors.
            pub edges: Vec<$edge>,
            /// Pagination information.
            pub page_info: $crate::page::PageInfo,
            /// Number of all items that match the filter, at most 10,000; counted only if selected. Null if there are
            /// more.
            #[graphql(directive = $crate::weight::cost::apply($count))]
            pub total_count: Option<i32>,
            /// 10,000 if the list has more items than that and `totalCount` is therefore null; null otherwise.
            #[graphql(directive = $crate::weight::cost::apply($count))]
            pub total_count_over: Option<i32>,
        }

        #[doc = concat!("An item in a list of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub struct $edge {
            #[graphql(skip)]
            cursor: service::db::Cursor,
            /// The item.
            pub node: $node,
        }

        #[async_graphql::ComplexObject]
        impl $edge {
            /// Cursor of the item, for `after` and `before` with the same filter and order.
            async fn cursor(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<String> {
                $crate::page::written(ctx, &self.cursor)
            }
        }

        #[async_graphql::ComplexObject]
        impl $connection {
            /// The items without their cursors.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }
        }

        impl $connection {
            /// Makes the connection from a page that was read for this list.
            pub fn new<T>(
                page: service::db::Page<T>,
                total: Option<u64>,
                mut node: impl FnMut(T) -> $node,
            ) -> Self {
                let page_info = $crate::page::info(&page);
                let edge = |(cursor, item)| $edge { cursor, node: node(item) };
                let (total_count, total_count_over) = $crate::page::counts(total);
                Self {
                    edges: page.items.into_iter().map(edge).collect(),
                    page_info,
                    total_count,
                    total_count_over,
                }
            }
        }
    };
    ($connection:ident, $edge:ident, $node:ty, $what:literal, nested) => {
        $crate::connection!($connection, $edge, $node, $what, count = 100, nested);
    };
    ($connection:ident, $edge:ident, $node:ty, $what:literal, count = $count:literal, nested) => {
        $crate::connection!($connection, $edge, $node, $what, count = $count);

        impl $connection {
            /// Makes the connection from a page that was read in one batch with the pages of other parents.
            pub fn shared<T>(page: &service::db::Page<T>, mut node: impl FnMut(&T) -> $node) -> Self {
                let edge = |(cursor, item): &(service::db::Cursor, T)| $edge {
                    cursor: cursor.clone(),
                    node: node(item),
                };
                Self {
                    edges: page.items.iter().map(edge).collect(),
                    page_info: $crate::page::info(page),
                    total_count: None,
                    total_count_over: None,
                }
            }
        }
    };
}
