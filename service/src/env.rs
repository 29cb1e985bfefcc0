//! The environment of use cases: the database, the clock, the settings, and the values that the process keeps.

pub use crate::clock::{Clock, fresh_id, machine_now, random};

use crate::{
    capacity::{Hashing, Imports, LOGINS_WAITING},
    db::{Db, Separation, Work},
    files::Evidence,
    kept::Kept,
    keys::{Notary, Vault},
    store::Library,
};
use chrono::Duration;
use domain::{
    actor::Actor,
    time::{Date, Instant},
};
use std::{path::Path, sync::Arc};

/// Default number of days for which entries of the access log are kept.
pub const ACCESS_LOG_DAYS: u32 = 365;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The environment of a use case. Cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// The database; private to `service`.
    pub(crate) db: Db,
    /// The clock for appraisals.
    pub clock: Clock,
    /// The folder of uploaded files.
    pub uploads: Arc<Path>,
    /// Values that modules of `service` keep between requests, such as caches.
    pub(crate) kept: Kept,
    /// Signs checkpoints of the journal; `None` if they are not signed.
    pub notary: Option<Arc<Notary>>,
    /// Grace period in which a client may send a refresh of its session again because the response was lost.
    pub refresh_grace: Duration,
    /// The minimum number of people that a figure for API keys counts, see [`domain::disclosure`].
    pub minimum_group: u32,
    /// Days for which the access log is kept.
    pub access_log_days: u32,
    /// Whether two different people must give a person power over results and control that person's account.
    pub separation: Separation,
    /// The capacity for imports and uploads.
    pub imports: Imports,
    /// The place where evidence is stored, and its limits.
    pub evidence: Evidence,
    /// Limits how many password hashes run and wait.
    pub(crate) hashing: Hashing,
    /// Encrypts the secrets of second factors.
    pub(crate) vault: Arc<Vault>,
    /// The agency's issuer of tokens; `None`: people log in by password only.
    pub issuer: Option<Arc<oidc::Issuer>>,
    /// Whether admins and auditors who log in by password must have a second factor.
    pub second_factor_required: bool,
}

impl Env {
    /// Returns the same environment, which reads with the connections for this class of work.
    #[must_use]
    pub fn for_work(&self, work: Work) -> Self {
        Self { db: self.db.for_work(work), ..self.clone() }
    }

    /// Creates the environment of a connected database. Its key for secrets is temporary: a server sets the stored key
    /// with [`Env::with_vault`].
    #[must_use]
    pub fn new(db: Db, clock: Clock, uploads: &Path) -> Self {
        Self {
            db,
            clock,
            uploads: uploads.into(),
            kept: Kept::default(),
            notary: None,
            refresh_grace: Duration::seconds(60),
            minimum_group: domain::disclosure::MINIMUM_GROUP,
            access_log_days: ACCESS_LOG_DAYS,
            separation: Separation::default(),
            imports: Imports::default(),
            evidence: Evidence::below(uploads),
            hashing: Hashing::new(cores(), LOGINS_WAITING),
            vault: Arc::new(Vault::temporary()),
            issuer: None,
            second_factor_required: false,
        }
    }

    /// Sets another clock for appraisals, such as a fixed one on a day in the past.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Sets how many logins per core may wait for their password hash.
    #[must_use]
    pub fn with_logins_waiting(self, waiting: usize) -> Self {
        Self { hashing: Hashing::new(cores(), waiting), ..self }
    }

    /// Sets the key that encrypts secrets.
    #[must_use]
    pub fn with_vault(self, vault: Vault) -> Self {
        Self { vault: Arc::new(vault), ..self }
    }

    /// Adds a notary that signs checkpoints of the journal.
    #[must_use]
    pub fn signed_by(self, notary: Notary) -> Self {
        Self { notary: Some(Arc::new(notary)), ..self }
    }

    /// Returns the current time of the clock for appraisals.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Returns today in the calendar of the actor's agency.
    #[must_use]
    pub fn today(&self, actor: &Actor) -> Date {
        actor.calendar.day(self.now())
    }

    /// Returns the database, for metrics and readiness checks.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Returns the cache of regulations, which never change.
    pub(crate) fn regulations(&self) -> Library {
        self.kept.of()
    }
}
