//! The environment of use cases: the database, the clock, ids and randomness.
//!
//! No other code in the workspace reads the machine's clock or creates ids; `clippy.toml` enforces that.

use crate::{db::Db, regulation::Library};
use arc_swap::ArcSwap;
use chrono::Duration;
use domain::time::{self, Instant};
use std::sync::Arc;
use uuid::Uuid;

/// The clock for appraisals. Sessions and rate limits always use the machine's time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<ArcSwap<Source>>);

#[derive(Clone, Copy, Debug)]
enum Source {
    /// The machine's clock, shifted by this duration.
    Shifted(Duration),
    /// A fixed instant; tests move it.
    Fixed(Instant),
}

impl Clock {
    /// Returns the machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::shifted(Duration::zero())
    }

    /// Returns the machine's clock shifted by a duration; only for a synthetic database.
    #[must_use]
    pub fn shifted(by: Duration) -> Self {
        Self::of(Source::Shifted(by))
    }

    /// Returns a clock that stands still.
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self::of(Source::Fixed(at))
    }

    fn of(source: Source) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(source)))
    }

    /// Sets a fixed clock to an instant, or shifts a running one so that it shows that instant now.
    pub fn set(&self, at: Instant) {
        self.0.rcu(|source| match **source {
            Source::Fixed(_) => Source::Fixed(at),
            Source::Shifted(_) => Source::Shifted(at - machine_now()),
        });
    }

    /// Returns the current time in whole microseconds.
    #[must_use]
    pub fn now(&self) -> Instant {
        match **self.0.load() {
            Source::Shifted(by) => time::micros(machine_now() + by),
            Source::Fixed(at) => at,
        }
    }
}

/// Returns the machine's time, used for sessions, keys and rate limits.
#[expect(clippy::disallowed_methods, reason = "only this function reads the machine's clock")]
#[must_use]
pub fn machine_now() -> Instant {
    time::micros(chrono::Utc::now())
}

/// Creates an id. Its time part only helps the index; no code reads it.
#[expect(clippy::disallowed_methods, reason = "only this function creates ids")]
#[must_use]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

/// Returns random bytes for secrets and salts.
#[expect(clippy::disallowed_methods, reason = "only this function draws randomness")]
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    rand::random()
}

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
    pub uploads: Arc<std::path::Path>,
    /// Sequencer and readers of the newest journal entries.
    pub(crate) journal: crate::journal::Journal,
    /// Cache of regulations, which never change.
    pub(crate) regulations: Library,
    /// Signs checkpoints of the journal; `None` if they are not signed.
    pub notary: Option<Arc<crate::journal::Notary>>,
    /// Cache of recently authenticated tokens.
    pub(crate) token_cache: crate::identity::TokenCache,
    /// Grace period in which a client may repeat a refresh after losing the response.
    pub refresh_grace: Duration,
    /// The fewest people that figures for API keys count, see [`domain::disclosure`].
    pub minimum_group: u32,
    /// Who read or was refused what, waiting to be written.
    pub access: crate::access::AccessLog,
    /// Days for which the access log is kept.
    pub access_log_days: u32,
    /// Whether who gives power over results and who controls the account must be different people.
    pub separation: crate::power::Separation,
    /// The capacity for imports and uploads.
    pub imports: crate::import::Imports,
    /// Limits how many password hashes run and wait.
    pub(crate) hashing: crate::identity::Hashing,
    /// Encrypts the secrets of second factors.
    pub(crate) vault: Arc<crate::identity::Vault>,
    /// The agency's issuer of tokens; `None`: people log in by password only.
    pub issuer: Option<Arc<crate::identity::Issuer>>,
    /// Whether admins and auditors who log in by password must have a second factor.
    pub second_factor_required: bool,
}

impl Env {
    /// Returns the same environment with the read connections of a class of work.
    #[must_use]
    pub fn for_work(&self, work: crate::db::Work) -> Self {
        Self { db: self.db.for_work(work), ..self.clone() }
    }

    /// Creates the environment of a connected database. Its key for secrets ends with the process: a server sets the
    /// stored one with [`Env::with_vault`].
    #[must_use]
    pub fn new(db: Db, clock: Clock, uploads: &std::path::Path) -> Self {
        let regulations = Library::default();
        Self {
            db,
            clock,
            uploads: uploads.into(),
            journal: crate::journal::Journal::default(),
            regulations,
            notary: None,
            token_cache: crate::identity::TokenCache::default(),
            refresh_grace: Duration::seconds(60),
            minimum_group: domain::disclosure::MINIMUM_GROUP,
            access: crate::access::AccessLog::default(),
            access_log_days: crate::access::ACCESS_LOG_DAYS,
            separation: crate::power::Separation::default(),
            imports: crate::import::Imports::default(),
            hashing: crate::identity::Hashing::new(cores(), crate::identity::LOGINS_WAITING),
            vault: Arc::new(crate::identity::Vault::temporary()),
            issuer: None,
            second_factor_required: false,
        }
    }

    /// Sets how many logins per core may wait for their password hash.
    #[must_use]
    pub fn with_logins_waiting(self, waiting: usize) -> Self {
        Self { hashing: crate::identity::Hashing::new(cores(), waiting), ..self }
    }

    /// Sets the key that encrypts secrets.
    #[must_use]
    pub fn with_vault(self, vault: crate::identity::Vault) -> Self {
        Self { vault: Arc::new(vault), ..self }
    }

    /// Adds a notary that signs checkpoints of the journal.
    #[must_use]
    pub fn signed_by(self, notary: crate::journal::Notary) -> Self {
        Self { notary: Some(Arc::new(notary)), ..self }
    }

    /// Returns the current time of the clock for appraisals.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Returns today in the calendar of the actor's agency.
    #[must_use]
    pub fn today(&self, actor: &domain::actor::Actor) -> time::Date {
        actor.calendar.day(self.now())
    }

    /// Returns the database, for metrics and readiness checks.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }
}
