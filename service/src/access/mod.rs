//! The access log records who was refused which operation, and who read ratings, objections, dialogues or feedback of
//! another person. It is not part of the journal and is kept for a limited time. A background task writes it in
//! batches, so that reads don't wait for it.
//!
//! A read is recorded where the right to read is decided: [`crate::evaluation::see_and_record_ratings`],
//! [`crate::feedback::record_feedback_read`] and [`crate::dialogue::reads_content`] for objects, `journal::visibility`
//! for images. So reads by lists, lookups by id, streams and past states are all recorded. Refusals are recorded where
//! they become a response.

mod list;
mod write;

pub use list::{AccessEntry, AccessFilter, list};
pub(crate) use write::expire;
pub use write::{flush, run};

use crate::{
    env::Env,
    store::lists::access_log::{Access, Times},
};
use chrono::Duration;
use domain::{
    access::AccessKind,
    actor::{Actor, Identity},
    id::{DialogueId, EvaluationId, FeedbackId, ObjectionId, StaffId},
    time::Instant,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use uuid::Uuid;

pub use crate::env::ACCESS_LOG_DAYS;
/// Maximum number of entries that wait to be written. Further entries are dropped, and counted in `lost`.
const WAITING: usize = 20_000;
/// Maximum number of today's reads that are remembered. A remembered read is not written again.
const REMEMBERED: usize = 50_000;

/// Entries that wait to be written, and the reads that were already recorded today. Cheap to clone; all clones share
/// them.
#[derive(Clone, Default)]
pub struct AccessLog(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    lost: AtomicU64,
    written: AtomicU64,
    /// Whether a benchmark has turned off the recording of reads.
    #[cfg(any(test, feature = "testing"))]
    off: std::sync::atomic::AtomicBool,
}

#[derive(Default)]
struct State {
    waiting: HashMap<Access, Times>,
    /// The reads that were recorded today, by reader and object, each with the end of its day.
    remembered: HashMap<(Uuid, Uuid), Instant>,
}

/// The kind of data that was read, with its object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    Ratings(EvaluationId),
    Feedback(FeedbackId),
    Objection(ObjectionId),
    Dialogue(DialogueId),
}

impl Env {
    /// Returns the access log of this process.
    #[must_use]
    pub fn access(&self) -> AccessLog {
        self.kept.of()
    }
}

impl AccessLog {
    /// Number of entries that were dropped because too many waited.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Number of entries that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }

    /// Forgets what was read, and records reads from now on or not. For benchmarks of its cost.
    #[cfg(any(test, feature = "testing"))]
    pub fn restart(&self, records: bool) {
        self.state().remembered.clear();
        self.0.off.store(!records, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A poisoned lock is safe to use: nothing panics while holding it.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that the actor read data about another person. Does nothing if the data is about the actor.
    pub(crate) fn read(&self, env: &Env, actor: &Actor, read: Read, about: StaffId) {
        let Some((reader, by_key)) = identity(actor) else { return };
        if actor.is(about) {
            return;
        }
        #[cfg(any(test, feature = "testing"))]
        if self.0.off.load(Ordering::Relaxed) {
            return;
        }
        let (kind, object_kind, object) = match read {
            Read::Ratings(id) => (AccessKind::RatingRead, "Evaluation", id.0),
            Read::Feedback(id) => (AccessKind::FeedbackRead, "Feedback", id.0),
            Read::Objection(id) => (AccessKind::ObjectionRead, "Objection", id.0),
            Read::Dialogue(id) => (AccessKind::DialogueRead, "Dialogue", id.0),
        };
        let now = env.now();
        let mut state = self.state();
        if state.remembered.get(&(reader, object)).is_some_and(|until| now < *until) {
            return;
        }
        let day = actor.calendar.day(now);
        let access = Access {
            agency: actor.agency.0,
            day,
            actor: reader,
            by_key,
            kind,
            operation: String::new(),
            object_kind: object_kind.to_owned(),
            object,
            staff: Some(about.0),
        };
        let added = state.add(access, Times { count: 1, first: now, last: now });
        if added {
            if state.remembered.len() >= REMEMBERED {
                state.remembered.clear();
            }
            state.remembered.insert((reader, object), actor.calendar.start_of(day + Duration::days(1)));
        } else {
            self.0.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records that the actor was refused an operation, on an object if it named one by its type and id. `operation`
    /// and the name of the type must come from the schema, never from the client.
    pub fn refused(&self, env: &Env, actor: &Actor, operation: &str, object: Option<(&str, Uuid)>) {
        let Some((actor_id, by_key)) = identity(actor) else { return };
        let now = env.now();
        let (object_kind, object) = object.unwrap_or_default();
        let access = Access {
            agency: actor.agency.0,
            day: actor.calendar.day(now),
            actor: actor_id,
            by_key,
            kind: AccessKind::Refused,
            operation: operation.to_owned(),
            object_kind: object_kind.to_owned(),
            object,
            staff: None,
        };
        if !self.state().add(access, Times { count: 1, first: now, last: now }) {
            self.0.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl State {
    /// Adds to the entries that wait; false if there are too many.
    fn add(&mut self, access: Access, times: Times) -> bool {
        let is_full = self.waiting.len() >= WAITING;
        if is_full && !self.waiting.contains_key(&access) {
            return false;
        }
        let known = self.waiting.entry(access).or_insert(Times { count: 0, ..times });
        known.count += times.count;
        known.first = known.first.min(times.first);
        known.last = known.last.max(times.last);
        true
    }
}

/// The id of a person or key, and whether it is a key; `None` for the system.
fn identity(actor: &Actor) -> Option<(Uuid, bool)> {
    match actor.identity {
        Identity::Staff(staff) => Some((staff.0, false)),
        Identity::ApiKey(key) => Some((key.0, true)),
        Identity::System => None,
    }
}
