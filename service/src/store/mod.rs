//! Conversion between rows and domain values, one file per table. Finders of data for people take the actor and apply
//! the actor's scope.

/// Implements `Record` for an object that is one row; its module has `fn row(&Value) -> Result<ActiveModel>`. The
/// braces list the person, unit and plan that it concerns.
macro_rules! record {
    ($value:ty, $subject:ident, $entity:path, {$($concern:ident: $($of:ident).+),*}) => {
        impl crate::db::Record for $value {
            const SUBJECT: domain::event::SubjectKind = domain::event::SubjectKind::$subject;

            fn id(&self) -> uuid::Uuid {
                self.id.0
            }
            fn agency(&self) -> uuid::Uuid {
                self.agency.0
            }
            fn version(&self) -> i32 {
                self.version
            }
            fn concerns(&self) -> crate::db::Concerns {
                crate::db::Concerns::default()$(.$concern(self.$($of).+.0))*
            }
            fn set_version(&mut self, version: i32) {
                self.version = version;
            }

            async fn insert(&self, tx: &crate::db::Tx) -> crate::error::Result<()> {
                crate::db::insert(tx, row(self)?).await
            }

            async fn insert_all(records: &[Self], tx: &crate::db::Tx) -> crate::error::Result<()> {
                let rows = records.iter().map(row).collect::<crate::error::Result<Vec<_>>>()?;
                crate::db::insert_many(tx, rows).await
            }

            async fn update(&self, before: &Self, tx: &crate::db::Tx) -> crate::error::Result<u64> {
                use sea_orm::ColumnTrait;
                use $entity as table;
                let which = sea_orm::Condition::all()
                    .add(table::Column::Id.eq(before.id.0))
                    .add(table::Column::Version.eq(before.version));
                crate::db::update(tx, row(self)?, which).await
            }
        }
    };
}

pub(crate) mod activity;
pub(crate) mod assignment;
pub(crate) mod batch;
pub(crate) mod below;
pub(crate) mod calendar;
pub(crate) mod city_reader;
pub(crate) mod control;
pub(crate) mod correction;
pub(crate) mod credentials;
pub(crate) mod criteria_set;
pub(crate) mod delegation;
pub(crate) mod dialogue;
pub(crate) mod directory;
pub(crate) mod evaluation;
pub(crate) mod event;
pub(crate) mod evidence;
pub(crate) mod evidence_alike;
pub(crate) mod expired;
pub(crate) mod feedback;
pub(crate) mod feedback_request;
pub(crate) mod figures;
pub(crate) mod idempotency;
pub(crate) mod import_run;
mod library;
pub(crate) mod lists;
mod lock;
pub(crate) mod meta;
pub(crate) mod objection;
pub(crate) mod org_unit;
pub(crate) mod period;
pub(crate) mod plan;
pub(crate) mod position;
pub(crate) mod recommendation;
pub(crate) mod regulation;
pub(crate) mod results;
pub(crate) mod rights;
pub(crate) mod role_grant;
pub(crate) mod scheduled_change;
pub(crate) mod staff;
pub(crate) mod superior;
pub(crate) mod training;
pub(crate) mod unfinished;
pub(crate) mod unit_predicate;
pub(crate) mod upload;
pub(crate) mod waiting;
pub(crate) mod waiting_feedback;

pub use library::{Format, LoadedRegulation, StoredRegulation};
pub(crate) use library::{Library, for_evaluations, hash};
pub(crate) use lock::lock_plans;

use crate::db::Tx;
use domain::id::AgencyId;
use uuid::Uuid;

/// The owner of the regulations that ship with the server and apply to every agency.
pub(crate) const SHIPPED: AgencyId = AgencyId(Uuid::nil());

impl Tx {
    /// Returns the cache of regulations, which never change.
    pub(crate) fn regulations(&self) -> Library {
        self.kept().of()
    }
}
