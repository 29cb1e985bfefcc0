//! Settings: defaults here, then a TOML file, then the environment; the last one wins. Unknown keys are refused.

use crate::http::{
    app::Introspection, documents::Documents, guard::Limits, metrics::MetricsFor, stream::StreamLimits,
};
use axum::http::HeaderValue;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What the server is set to. In the environment each name stands in capitals after `KINERJA_`;
/// `DATABASE_URL` stands alone.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where the embedded database lies.
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite:PATH`; by default SQLite in the data directory.
    pub database_url: Option<String>,
    /// Where uploads lie; several servers share it. By default in the data directory.
    pub uploads_dir: Option<PathBuf>,
    /// The key that signs the journal's checkpoints; made on the first start. The checkpoints lie beside it. Several
    /// servers share it. By default in the data directory.
    pub journal_key: Option<PathBuf>,
    /// The name of the journal in its checkpoints: the server's address without a scheme.
    pub journal_origin: String,
    /// Origins of web pages that may call the API; by default none but its own playground.
    pub allowed_origins: Vec<String>,
    /// Who may introspect; by default who is signed in, and everyone in the demo.
    pub introspection: Option<Introspection>,
    /// Who may read the figures at `/metrics`.
    pub metrics: MetricsFor,
    /// For so many seconds a refresh token may be sent again whose answer was lost.
    pub refresh_grace_seconds: u32,
    /// A manifest of trusted documents: with it, people without a role may run nothing else.
    pub trusted_documents: Option<PathBuf>,
    /// Log lines as JSON.
    pub log_json: bool,
    /// What is logged, as `tracing` filters: `info`, `kinerja=debug`.
    pub log: String,
    /// Limits of documents.
    pub limits: Limits,
    /// Limits of connections that stay open.
    pub streams: StreamLimits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            data_dir: PathBuf::from("./data"),
            database_url: None,
            uploads_dir: None,
            journal_key: None,
            journal_origin: "kinerja.local/journal".to_owned(),
            allowed_origins: Vec::new(),
            introspection: None,
            metrics: MetricsFor::default(),
            refresh_grace_seconds: 60,
            trusted_documents: None,
            log_json: false,
            // PostgreSQL notes every ROLLBACK that finds nothing to roll back: the pool sends them on purpose.
            log: "info,sqlx::postgres::notice=error,sea_orm_migration=warn".to_owned(),
            limits: Limits::default(),
            streams: StreamLimits::default(),
        }
    }
}

/// The file that is read where none is named.
const FILE: &str = "kinerja.toml";

impl Config {
    /// Reads the settings; a file that is named must be there.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn load(file: Option<&Path>) -> Result<Self, String> {
        if let Some(file) = file
            && !file.is_file()
        {
            return Err(format!("there is no file {}", file.display()));
        }
        let file = file.unwrap_or(Path::new(FILE));
        // Lists of the environment are written `["a", "b"]`, as in the file.
        let environment =
            Env::prefixed("KINERJA_").ignore(&["write_schema", "write_statements"]).lowercase(true);
        let url = Env::raw().only(&["DATABASE_URL"]).lowercase(true);
        let mut config = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file))
            .merge(environment)
            .merge(url)
            .extract::<Self>()
            .map_err(|error| error.to_string())?;
        if config.database_url.as_deref().is_some_and(str::is_empty) {
            config.database_url = None;
        }
        config.origins()?;
        config.documents()?;
        Ok(config)
    }

    /// The database's URL.
    #[must_use]
    pub fn database(&self) -> String {
        let embedded = || format!("sqlite:{}", self.data_dir.join("kinerja.db").display());
        self.database_url.clone().unwrap_or_else(embedded)
    }

    /// The allowed origins as headers.
    ///
    /// # Errors
    /// One that isn't written as a browser sends it.
    pub(crate) fn origins(&self) -> Result<Vec<HeaderValue>, String> {
        let read = |origin: &String| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            host.filter(|host| !host.is_empty() && !host.contains(['/', '*', ' ']))
                .and_then(|_| HeaderValue::from_str(origin).ok())
                .ok_or_else(|| format!("allowed_origins: {origin} is no origin such as https://app.example"))
        };
        self.allowed_origins.iter().map(read).collect()
    }

    /// The trusted documents, read from their file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn documents(&self) -> Result<Option<Arc<Documents>>, String> {
        let file = self.trusted_documents.as_deref();
        file.map(|file| Documents::load(file).map(Arc::new)).transpose()
    }

    /// The directory of uploads.
    #[must_use]
    pub fn uploads(&self) -> PathBuf {
        self.uploads_dir.clone().unwrap_or_else(|| self.data_dir.join("uploads"))
    }

    /// The file of the key that signs the journal's checkpoints.
    #[must_use]
    pub fn journal_key(&self) -> PathBuf {
        self.journal_key.clone().unwrap_or_else(|| self.data_dir.join("journal").join("key"))
    }

    /// The settings as JSON without secrets.
    #[must_use]
    pub fn shown(&self) -> String {
        let shown = Self {
            database_url: Some(without_password(&self.database())),
            uploads_dir: Some(self.uploads()),
            journal_key: Some(self.journal_key()),
            ..self.clone()
        };
        serde_json::to_string_pretty(&shown).unwrap_or_default()
    }
}

/// A URL with stars in place of its password.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.split_once('@') {
        Some((user, host)) => {
            let name = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{name}:***@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("postgres://app:secret@db/kinerja"), "postgres://app:***@db/kinerja");
        assert_eq!(without_password("postgres://db/kinerja"), "postgres://db/kinerja");
        assert_eq!(without_password("sqlite:data/kinerja.db"), "sqlite:data/kinerja.db");
    }

    #[test]
    fn unknown_keys_are_refused_and_a_file_sets() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kinerja.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:9000\"\n[limits]\ncost = 100\n").expect("a file");
        let config = Config::load(Some(&file)).expect("a configuration");
        assert_eq!((config.listen.port(), config.limits.cost), (9000, 100));
        std::fs::write(&file, "lisen = \"127.0.0.1:9000\"\n").expect("a file");
        assert!(Config::load(Some(&file)).expect_err("an unknown key").contains("lisen"));
        assert!(Config::load(Some(&folder.path().join("absent.toml"))).is_err());
    }
}
