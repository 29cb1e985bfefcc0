//! Database access: connections, the unit of work, records, keyset pages. No other module opens connections.

#[cfg(test)]
mod cancellation;
mod check_only;
mod command;
mod connect;
mod health;
mod maintenance;
mod nested;
#[cfg(test)]
mod overload;
mod page;
mod record;
#[cfg(test)]
mod refusal;
mod unit_of_work;

pub use check_only::check_only;
pub(crate) use check_only::is_check_only;
pub(crate) use command::Command;
pub use command::IdempotencyKey;
pub(crate) use connect::lock as lock_sqlite;
pub use connect::{Backend, Db, MINIMUM_SQLITE, Occupied, Options, Pool, Watch, Work};
pub use health::CLOCK_TOLERANCE;
pub(crate) use maintenance::{copy_sqlite, maintain};
pub(crate) use nested::first_pages;
pub use page::{Cursor, DEFAULT_PAGE, LARGEST_PAGE, Order, Page, PageRequest, page_of_list};
pub(crate) use page::{Keyset, SortKey};
pub(crate) use record::{BATCH, Concerns, Record, Source, any_of, insert, insert_many, lock_row, update};
pub use unit_of_work::Tx;
