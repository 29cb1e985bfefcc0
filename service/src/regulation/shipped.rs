//! Stores the regulations that ship with the server in the database.

use super::{Format, SHIPPED, StoredRegulation, hash};
use crate::{
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    store,
};
use domain::{
    actor::Actor,
    event::EventKind,
    id::RegulationId,
    regulation::{RegulationDocument, SHIPPED_TEXTS},
};

/// Stores the shipped regulations that are missing. Fails if a text differs from the stored text of the same version.
pub(crate) async fn load_shipped(env: &Env) -> Result<()> {
    load(env, &SHIPPED_TEXTS).await
}

async fn load(env: &Env, texts: &[&str]) -> Result<()> {
    let missing = missing(env, texts).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let written = env
        .write(&Actor::system(SHIPPED), move |tx| async move {
            tx.create_all(missing, EventKind::RegulationAdded, None).await
        })
        .await;
    match written {
        // Another server stored them in the same database at the same time.
        Err(_) if self::missing(env, texts).await?.is_empty() => Ok(()),
        written => written,
    }
}

async fn missing(env: &Env, texts: &[&str]) -> Result<Vec<StoredRegulation>> {
    let stored = store::regulation::of_agency(env.db.source(), SHIPPED).await?;
    let mut missing = Vec::new();
    for text in texts {
        let document = RegulationDocument::from_toml(text).map_err(|findings| {
            Error::internal(format!("a shipped regulation can't be read: {findings:?}"))
        })?;
        let (code, version) = (&document.code, document.version);
        match stored.iter().find(|one| one.head.reference() == document.reference()) {
            Some(one) if one.sha256 == hash(text) => {}
            Some(_) => {
                return Err(Error::internal(format!(
                    "the shipped regulation {code} version {version} differs from the stored one: a stored \
                     version never changes, so the file needs a new version number"
                )));
            }
            None => {
                let id = RegulationId(fresh_id());
                let text = (*text).to_owned();
                let one = StoredRegulation::new(id, SHIPPED, &document, Format::Toml, text, machine_now());
                missing.push(one);
            }
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::{Db, Options},
        env::Clock,
        testing::TestDb,
    };
    use entity::regulation::Entity;
    use sea_orm::EntityTrait;

    async fn env(options: &Options, folder: &std::path::Path) -> Env {
        let db = Db::connect(options).await.expect("a connection");
        Env::new(db, Clock::system(), folder)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn shipped_regulations_are_stored_once_and_never_overwritten() {
        let sqlite = TestDb::sqlite().await.expect("a database");
        let postgres = TestDb::postgres().await.expect("a database");
        for db in std::iter::once(sqlite).chain(postgres) {
            let env = env(&db.options, db.folder.path()).await;
            let rows = async || Entity::find().all(env.db.reader()).await.expect("rows");
            let before = rows().await;
            assert_eq!(before.len(), SHIPPED_TEXTS.len());
            load_shipped(&env).await.expect("the same again");
            assert_eq!(rows().await, before);

            let [first, second] = SHIPPED_TEXTS;
            let other = first.replacen("title = \"", "title = \"Lain: ", 1);
            let refused = load(&env, &[&other, second]).await.expect_err("another text");
            assert!(format!("{refused:?}").contains("never changes"), "{refused:?}");
            assert_eq!(rows().await, before);

            let next = first.replacen("version = 1", "version = 2", 1);
            load(&env, &[&next, first, second]).await.expect("a new version");
            assert_eq!(rows().await.len(), before.len() + 1);
            let kinds = crate::testing::audit::kinds(&env).await.expect("entries");
            assert_eq!(kinds, ["REGULATION_ADDED"]);
            let unchanged = rows().await.into_iter().filter(|row| before.contains(row)).count();
            assert_eq!(unchanged, before.len(), "the old ones are unchanged");
        }
    }
}
