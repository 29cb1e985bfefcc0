//! The use cases, one file per verb. Each loads, authorises, decides (in `domain`), saves and journals in one
//! transaction. Only this crate contains SQL.
//!
//! Rules of performance appraisal belong to `domain`; GraphQL belongs to the crate `graphql`, HTTP to the root package.

/// Runs a test on both databases.
#[cfg(test)]
macro_rules! both {
    ($(#[$attribute:meta])* $name:ident) => {
        mod $name {
            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(crate::testing::TestDb::sqlite().await.expect("a database")).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(db) = crate::testing::TestDb::postgres().await.expect("a database") {
                    super::$name(db).await;
                }
            }
        }
    };
}

pub mod access;
pub mod activity;
pub mod backup;
pub mod batch;
pub mod calendar;
mod capacity;
mod clock;
pub mod consequence;
pub mod correction;
pub mod criteria;
pub mod db;
pub mod dialogue;
pub mod directory;
pub mod env;
pub mod error;
pub mod evaluation;
pub mod evidence;
pub mod feedback;
mod files;
#[cfg(test)]
mod generated;
pub mod identity;
pub mod import;
pub mod journal;
mod kept;
mod keys;
mod max_age;
mod migrate;
pub mod objection;
pub mod operator;
pub mod organisation;
pub mod period;
pub mod person;
pub mod plan;
mod position;
pub mod power;
pub mod regulation;
pub mod report;
pub mod request;
mod scope;
mod store;
pub mod synthetic;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tick;
pub mod training;
mod upload;
mod work;
pub mod worklist;

pub use db::IdempotencyKey;
pub use env::Env;
pub use error::{Error, Result};
