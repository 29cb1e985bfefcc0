//! Database access: connections, open units of work with their journal entries, keyset pages. No other module opens
//! connections.

mod address;
mod append;
mod check_only;
mod command;
mod connect;
mod effect;
mod filling;
mod health;
mod in_part;
mod maintenance;
mod nested;
#[cfg(test)]
mod overload;
mod page;
mod powers;
mod record;
mod tail;
mod unit_of_work;

pub use address::shown_address;
#[cfg(test)]
pub(crate) use append::append;
#[cfg(any(test, feature = "testing"))]
pub(crate) use append::append_all;
pub(crate) use append::{Notice, append_notices, entry};
pub use check_only::check_only;
pub(crate) use check_only::{inherit, is_check_only};
pub(crate) use command::Command;
pub use command::IdempotencyKey;
pub(crate) use connect::lock as lock_sqlite;
pub use connect::{Backend, Db, MINIMUM_SQLITE, Occupied, Options, Pool, Watch, Work};
pub(crate) use effect::{Effect, Effects, Entry};
pub(crate) use filling::{begin_filling, end_filling, write_through};
pub use health::CLOCK_TOLERANCE;
pub(crate) use in_part::{InPart, Reading, in_part};
pub(crate) use maintenance::{copy_sqlite, maintain};
pub(crate) use nested::{first_pages, first_pages_of};
pub use page::{Cursor, DEFAULT_PAGE, LARGEST_COUNT, LARGEST_PAGE, Order, Page, PageRequest, page_of_list};
pub(crate) use page::{Keyset, SortKey, counted};
pub use powers::Separation;
pub(crate) use powers::{Changes, Noted, Way};
pub(crate) use record::{BATCH, Concerns, Record, Source, any_of, insert, insert_many, lock_row, update};
pub(crate) use tail::Tail;
pub use unit_of_work::Tx;
pub(crate) use unit_of_work::{Beginning, Ending};

/// What use cases pass on to the stores: a connection or an open transaction, and the trait of both.
pub(crate) use sea_orm::{ConnectionTrait as Connection, DatabaseConnection, DatabaseTransaction};
