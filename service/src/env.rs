//! The ambient world in one place: the database, the clock, ids and randomness.
//!
//! Nothing else in the workspace reads the machine's clock or draws an id; `clippy.toml` holds that.

use crate::{db::Db, regulation::Library};
use chrono::Duration;
use domain::time::{self, Instant};
use std::sync::{Arc, RwLock};
use uuid::Uuid;

/// Tells the time of appraisals. Sessions and limits use the machine's time even where this is set.
#[derive(Clone, Debug)]
pub struct Clock(Arc<RwLock<Source>>);

#[derive(Clone, Copy, Debug)]
enum Source {
    /// The machine's clock, moved by this much.
    Shifted(Duration),
    /// Stands still; tests move it.
    Fixed(Instant),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::shifted(Duration::zero())
    }

    /// The machine's clock moved by a duration; only for a database that is marked synthetic.
    #[must_use]
    pub fn shifted(by: Duration) -> Self {
        Self(Arc::new(RwLock::new(Source::Shifted(by))))
    }

    /// A clock that stands still.
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self(Arc::new(RwLock::new(Source::Fixed(at))))
    }

    /// Moves a fixed clock, or the shift of a running one, to an instant.
    pub fn set(&self, at: Instant) {
        if let Ok(mut source) = self.0.write() {
            *source = match *source {
                Source::Fixed(_) => Source::Fixed(at),
                Source::Shifted(_) => Source::Shifted(at - machine_now()),
            };
        }
    }

    /// Now, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> Instant {
        let source = self.0.read().map_or(Source::Shifted(Duration::zero()), |source| *source);
        match source {
            Source::Shifted(by) => time::micros(machine_now() + by),
            Source::Fixed(at) => at,
        }
    }
}

/// The machine's time: what sessions, keys and limits go by.
#[expect(clippy::disallowed_methods, reason = "the one home of the machine's clock")]
#[must_use]
pub fn machine_now() -> Instant {
    time::micros(chrono::Utc::now())
}

/// A fresh id; its time part only helps the index, nothing reads it.
#[expect(clippy::disallowed_methods, reason = "the one home of fresh ids")]
#[must_use]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

/// Random bytes for secrets and salts.
#[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    rand::random()
}

/// What a use case needs of the world. Cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// The database; only `service` looks inside.
    pub(crate) db: Db,
    /// The clock of appraisals.
    pub clock: Clock,
    /// Where uploaded files lie.
    pub uploads: Arc<std::path::Path>,
    /// The end of the journal.
    pub(crate) journal: crate::journal::Journal,
    /// The regulations that were read already: they never change.
    pub(crate) regulations: Library,
    /// Signs checkpoints of the journal; none where nobody is to.
    pub notary: Option<Arc<crate::journal::Notary>>,
    /// Who is behind the tokens of the last seconds.
    pub(crate) token_cache: crate::identity::TokenCache,
    /// How long a refresh token may be sent again whose answer was lost.
    pub refresh_grace: Duration,
    /// Bounds how many password hashes run at once: each takes 19 MiB and a core.
    pub(crate) hashing: Arc<tokio::sync::Semaphore>,
}

impl Env {
    /// Over a connected database.
    #[must_use]
    pub fn new(db: Db, clock: Clock, uploads: &std::path::Path) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
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
            hashing: Arc::new(tokio::sync::Semaphore::new(cores)),
        }
    }

    /// The same with somebody who signs checkpoints of the journal.
    #[must_use]
    pub fn signed_by(self, notary: crate::journal::Notary) -> Self {
        Self { notary: Some(Arc::new(notary)), ..self }
    }

    /// Now, by the clock of appraisals.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Today, by the calendar of the actor's agency.
    #[must_use]
    pub fn today(&self, actor: &domain::actor::Actor) -> time::Date {
        actor.calendar.day(self.now())
    }

    /// The database, for counting statements and for readiness.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }
}
