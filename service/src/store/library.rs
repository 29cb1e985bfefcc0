//! Cache of stored regulations. Entries never expire, because a stored version never changes.

use super::SHIPPED;
use crate::{
    db::{Source, any_of},
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message,
    id::{AgencyId, RegulationId},
    regulation::{Finding, Regulation, RegulationDocument, RegulationRef},
    time::{Date, Instant},
};
use entity::regulation::{Column, Entity};
use moka::sync::Cache;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{cmp::Reverse, sync::Arc};
use uuid::Uuid;

/// Format of a document's text.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Format {
    /// Parses and validates a text.
    pub(crate) fn read(self, text: &str) -> std::result::Result<RegulationDocument, Vec<Finding>> {
        match self {
            Self::Toml => RegulationDocument::from_toml(text),
            Self::Json => RegulationDocument::from_json(text),
        }
    }
}

/// A stored version of a regulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRegulation {
    /// The id.
    pub id: RegulationId,
    /// The agency that added it; nil if it ships with the server.
    pub agency: AgencyId,
    /// Summary of the document.
    pub head: Regulation,
    /// Format of the text.
    pub format: Format,
    /// The unchanged text.
    pub text: String,
    /// The hash of the text.
    pub sha256: String,
    /// When it was stored.
    pub loaded_at: Instant,
}

impl StoredRegulation {
    /// Builds a stored regulation from a parsed document and its text.
    pub(crate) fn new(
        id: RegulationId,
        agency: AgencyId,
        document: &RegulationDocument,
        format: Format,
        text: String,
        loaded_at: Instant,
    ) -> Self {
        let sha256 = hash(&text);
        Self { id, agency, head: document.summary(), format, text, sha256, loaded_at }
    }
}

/// The hash of a document's text.
pub(crate) fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// A stored regulation with its parsed document.
#[derive(Clone, Debug)]
pub struct LoadedRegulation {
    /// The stored regulation.
    pub stored: StoredRegulation,
    /// The parsed document.
    pub document: RegulationDocument,
}

impl LoadedRegulation {
    fn read(stored: StoredRegulation) -> Result<Self> {
        let named = || format!("the stored regulation {} {}", stored.head.code, stored.head.version);
        if hash(&stored.text) != stored.sha256 {
            return Err(Error::internal(format!("the text of {} was altered", named())));
        }
        match stored.format.read(&stored.text) {
            Ok(document) if document.reference() == stored.head.reference() => Ok(Self { stored, document }),
            Ok(_) => Err(Error::internal(format!("the text of {} is another regulation", named()))),
            Err(findings) => Err(Error::internal(format!("{} can't be read: {findings:?}", named()))),
        }
    }

    /// Summary of the document.
    #[must_use]
    pub const fn head(&self) -> &Regulation {
        &self.stored.head
    }

    /// Whether the regulation ships with the server.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.stored.agency == SHIPPED
    }

    /// Whether evaluations can use it: all parameters are filled in.
    #[must_use]
    pub fn serves_evaluations(&self) -> bool {
        self.document.is_complete()
    }
}

/// Maximum number of cached regulations: several of each of some hundred agencies.
const MAX_CACHED: u64 = 2_000;

/// Cache of loaded regulations. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Library {
    by_id: Cache<Uuid, Arc<LoadedRegulation>>,
    /// The regulation that a reference means in an agency. It never changes: an agency can't add a regulation with the
    /// code and version of one that it can already use.
    pinned: Cache<(AgencyId, RegulationRef), Arc<LoadedRegulation>>,
}

impl Default for Library {
    fn default() -> Self {
        Self::of_capacity(MAX_CACHED)
    }
}

impl Library {
    fn of_capacity(most: u64) -> Self {
        Self { by_id: Cache::new(most), pinned: Cache::new(most) }
    }

    /// Loads the regulations of an agency and the shipped ones, newest first; on a tie, the agency's own come first.
    /// Needs one statement once they are cached.
    pub async fn all<C: ConnectionTrait>(
        &self,
        source: Source<'_, C>,
        agency: AgencyId,
    ) -> Result<Vec<Arc<LoadedRegulation>>> {
        let ids: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::AgencyId.is_in([SHIPPED.0, agency.0]))
            .into_tuple()
            .all(source.connection)
            .await?;
        let (mut found, mut unread) = (Vec::with_capacity(ids.len()), Vec::new());
        for id in ids {
            match self.by_id.get(&id) {
                Some(known) => found.push(known),
                None => unread.push(id),
            }
        }
        if !unread.is_empty() {
            let which = Condition::all().add(any_of(source.backend, (Entity, Column::Id), unread));
            for row in Entity::find().filter(which).all(source.connection).await? {
                let loaded = Arc::new(LoadedRegulation::read(store::regulation::value(row)?)?);
                self.by_id.insert(loaded.stored.id.0, loaded.clone());
                found.push(loaded);
            }
        }
        found.sort_by_key(|one| {
            let head = one.head();
            (Reverse(head.effective_from), Reverse(head.version), head.code.clone(), one.ships())
        });
        // The agency's own regulations come first.
        for one in found.iter().filter(|one| !one.ships()).chain(found.iter().filter(|one| one.ships())) {
            let key = (agency, one.document.reference());
            if !self.pinned.contains_key(&key) {
                self.pinned.insert(key, one.clone());
            }
        }
        Ok(found)
    }

    /// Loads the regulation for evaluations on a day: the newest complete one in force.
    pub async fn in_force<C: ConnectionTrait>(
        &self,
        source: Source<'_, C>,
        agency: AgencyId,
        day: Date,
    ) -> Result<Option<Arc<LoadedRegulation>>> {
        let known = self.all(source, agency).await?;
        Ok(known.into_iter().find(|one| one.head().in_force_on(day) && one.serves_evaluations()))
    }

    /// Loads the regulation that an evaluation pins. Needs no statement once the regulations of the agency are cached.
    pub async fn pinned<C: ConnectionTrait>(
        &self,
        source: Source<'_, C>,
        agency: AgencyId,
        reference: &RegulationRef,
    ) -> Result<Arc<LoadedRegulation>> {
        let key = (agency, reference.clone());
        if let Some(known) = self.pinned.get(&key) {
            return Ok(known);
        }
        // Concurrent readers each load the regulations. If they waited for the first reader, they could block it: they
        // hold connections, and the first reader may still need one.
        let mut known = self.all(source, agency).await?;
        // The cache may have refused the entry. As in the cache, the agency's own regulations come first.
        known.sort_by_key(|one| one.ships());
        known.into_iter().find(|one| one.document.reference() == *reference).ok_or_else(|| {
            let RegulationRef { code, version } = reference;
            Error::internal(format!("the regulation {code} {version} is not stored"))
        })
    }
}

/// Finds the regulation for evaluations of a plan that starts on a day: the newest complete one in force on that day.
pub(crate) async fn for_evaluations<C: ConnectionTrait>(
    source: Source<'_, C>,
    library: &Library,
    agency: AgencyId,
    day: Date,
) -> Result<RegulationRef> {
    let found = library.in_force(source, agency, day).await?;
    found
        .map(|one| one.document.reference())
        .ok_or_else(|| Error::input(["planId"], Message::new(Key::NoRegulationInForce).with("day", day)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{db::Db, testing::TestDb};

    /// A full cache may refuse an entry.
    #[tokio::test]
    async fn a_pinned_regulation_is_found_when_the_cache_is_full() {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let source = connected.source();
        let agency = AgencyId(Uuid::from_u128(1));
        let all = Library::default().all(source, agency).await.expect("regulations");
        assert!(all.len() > 1, "{all:?}");
        let full = Library::of_capacity(0);
        for one in &all {
            let reference = one.document.reference();
            let found = full.pinned(source, agency, &reference).await.expect("a regulation");
            assert_eq!(found.stored, one.stored);
        }
        let unknown = RegulationRef { code: "TIDAK-ADA".to_owned(), version: 1 };
        assert!(full.pinned(source, agency, &unknown).await.is_err());
    }
}
