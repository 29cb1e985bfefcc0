//! Settings: defaults, then a TOML file, then the environment; the last one wins. Unknown keys are refused.

use crate::http::{
    budget::COST_PER_MINUTE,
    client_address::TrustedProxies,
    connections::ConnectionLimits,
    documents::{Documents, ManifestError},
    front::Edition,
    guard::Limits,
    metrics::MetricsFor,
    settings::Introspection,
    stream::StreamLimits,
};
use axum::http::HeaderValue;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use service::{
    db::shown_address,
    identity::{Issuer, IssuerSettings},
    journal::JournalFiles,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The settings. In the environment their names are in capitals after `KINERJA_`; only `DATABASE_URL` has no prefix.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// A separate address for `/livez`, `/readyz` and `/version`; by default none.
    pub health_listen: Option<SocketAddr>,
    /// A separate address for `/metrics`, which answers everyone who can reach it; by default none.
    pub metrics_listen: Option<SocketAddr>,
    /// Maximum number of client connections; 0 means no limit. By default 10,000, or fewer if the process may not open
    /// that many files.
    pub max_connections: Option<usize>,
    /// The cost of queries that each caller may spend per minute on this server; 0 means no limit.
    pub cost_per_minute: u32,
    /// The directory of the embedded database.
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite:PATH`; by default SQLite in the data directory.
    pub database_url: Option<String>,
    /// Whether to serve with a PostgreSQL that can lose acknowledged changes in a crash.
    pub allow_unsafe_postgres: bool,
    /// The directory of uploads, shared by several servers. By default in the data directory.
    pub uploads_dir: Option<PathBuf>,
    /// A bucket of an S3-compatible store for evidence, `s3://BUCKET/PREFIX`. By default evidence is in the folder
    /// `evidence` in the directory of uploads.
    pub evidence_url: Option<String>,
    /// Maximum size of a file of evidence, in bytes.
    pub evidence_file_bytes: u32,
    /// Maximum size of all files of evidence of a person, in bytes.
    pub evidence_person_bytes: u64,
    /// The file of the key that signs the journal's checkpoints, created on the first start. The checkpoints are stored
    /// beside it. Shared by several servers. By default in the data directory.
    pub journal_key: Option<PathBuf>,
    /// A folder on another disk or machine to which the journal's last checkpoint is also written. By default none.
    pub journal_witness: Option<PathBuf>,
    /// The name of the journal in its checkpoints: the server's address without a scheme.
    pub journal_origin: String,
    /// The file of the key that encrypts the secrets of second factors, created on the first start. Shared by several
    /// servers. By default in the data directory.
    pub secrets_key: Option<PathBuf>,
    /// Whether admins and auditors who log in by password must have a second factor; never in the demo.
    pub second_factor: SecondFactor,
    /// The issuer of the agency's ID tokens (OpenID Connect), an https address; by default none.
    pub oidc_issuer: Option<String>,
    /// The client ids of this system's apps at the issuer.
    pub oidc_client_ids: Vec<String>,
    /// The claim of the tokens with the NIP.
    pub oidc_nip_claim: Option<String>,
    /// The claim of the tokens with the id in the personnel system.
    pub oidc_external_id_claim: Option<String>,
    /// A file with certificates (PEM) of further authorities that may have signed the issuer's certificate.
    pub oidc_ca_file: Option<PathBuf>,
    /// Origins of web pages that may call the API; by default only its own playground.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-For` give the client's address; by default none.
    pub trusted_proxies: TrustedProxies,
    /// Maximum number of logins per core that wait for their password hash. Further logins are OVERLOADED.
    pub logins_waiting: usize,
    /// Who may introspect; by default people who are logged in, and everyone in the demo.
    pub introspection: Option<Introspection>,
    /// Whether one person must not both give an account power over results and issue its activation code; by default
    /// yes, and no in the demo.
    pub four_eyes: Option<bool>,
    /// Who may read `/metrics` on the port for clients.
    pub metrics: MetricsFor,
    /// Seconds during which a refresh token may be sent again because its response was lost.
    pub refresh_grace_seconds: u32,
    /// The minimum number of people in a figure that API keys can read; a number below 5 counts as 5.
    pub minimum_group: u32,
    /// Days for which entries of the access log are kept.
    pub access_log_days: u32,
    /// Memory for the rows and texts of an import, in bytes. An import above it is refused.
    pub import_memory_bytes: u64,
    /// A manifest of trusted documents. With a manifest, people without a role may run no other documents.
    pub trusted_documents: Option<PathBuf>,
    /// Log lines as JSON.
    pub log_json: bool,
    /// The log filter, as `tracing` reads it: `info`, `kinerja=debug`.
    pub log: String,
    /// Whether the HTTP statuses of GraphQL follow the draft instead of the release of September 2026.
    pub http_draft: bool,
    /// Limits of documents.
    pub limits: Limits,
    /// Limits of sockets and event streams.
    pub streams: StreamLimits,
    /// Limits of connections.
    pub connections: ConnectionLimits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            health_listen: None,
            metrics_listen: None,
            max_connections: None,
            cost_per_minute: COST_PER_MINUTE,
            data_dir: PathBuf::from("./data"),
            database_url: None,
            allow_unsafe_postgres: false,
            uploads_dir: None,
            evidence_url: None,
            evidence_file_bytes: service::evidence::FILE_BYTES,
            evidence_person_bytes: service::evidence::PERSON_BYTES,
            journal_key: None,
            journal_witness: None,
            journal_origin: "kinerja.local/journal".to_owned(),
            secrets_key: None,
            second_factor: SecondFactor::Optional,
            oidc_issuer: None,
            oidc_client_ids: Vec::new(),
            oidc_nip_claim: None,
            oidc_external_id_claim: None,
            oidc_ca_file: None,
            allowed_origins: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            logins_waiting: service::identity::LOGINS_WAITING,
            introspection: None,
            four_eyes: None,
            metrics: MetricsFor::default(),
            refresh_grace_seconds: 60,
            access_log_days: service::access::ACCESS_LOG_DAYS,
            minimum_group: domain::disclosure::MINIMUM_GROUP,
            import_memory_bytes: service::import::DEFAULT_MEMORY_BYTES,
            trusted_documents: None,
            log_json: false,
            // PostgreSQL sends a notice for every ROLLBACK without a transaction; the pool sends such a ROLLBACK on
            // purpose.
            log: "info,sqlx::postgres::notice=error,sea_orm_migration=warn".to_owned(),
            http_draft: false,
            limits: Limits::default(),
            streams: StreamLimits::default(),
            connections: ConnectionLimits::default(),
        }
    }
}

/// Who must have a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Nobody. Accounts that have one still use it.
    Optional,
    /// Admins and auditors who log in by password.
    Required,
}

/// The file that is read if none is named.
const FILE: &str = "kinerja.toml";

/// Why the settings can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The named file does not exist.
    #[error("there is no file {}", .0.display())]
    NoFile(PathBuf),
    /// A setting is unknown or has the wrong type.
    #[error(transparent)]
    Setting(#[from] Box<figment::Error>),
    /// The address of the database is set, but empty.
    #[error(
        "DATABASE_URL (database_url) is empty: set it to postgres://… or sqlite:PATH, or remove it to use SQLite in the data \
         directory"
    )]
    EmptyDatabaseUrl,
    /// An allowed origin is malformed.
    #[error("allowed_origins: {0} is not an origin such as https://app.example")]
    Origin(String),
    /// The settings of the issuer are wrong.
    #[error("oidc_issuer: {0}")]
    Issuer(#[from] service::identity::OidcError),
    /// The manifest of trusted documents can't be loaded.
    #[error("{}: {cause}", .file.display())]
    Documents {
        /// The file of the manifest.
        file: PathBuf,
        /// The cause.
        cause: ManifestError,
    },
}

impl Config {
    /// The edition of GraphQL over HTTP that the HTTP statuses follow.
    #[must_use]
    pub const fn edition(&self) -> Edition {
        if self.http_draft { Edition::Draft } else { Edition::Release }
    }

    /// Loads the settings; a named file must exist.
    ///
    /// # Errors
    /// A missing file, or a wrong setting.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(file) = file
            && !file.is_file()
        {
            return Err(ConfigError::NoFile(file.to_owned()));
        }
        let file = file.unwrap_or(Path::new(FILE));
        // In the environment, lists are written `["a", "b"]`, as in the file.
        let environment =
            Env::prefixed("KINERJA_").ignore(&["write_schema", "write_statements"]).lowercase(true);
        let url = Env::raw().only(&["DATABASE_URL"]).lowercase(true);
        let config = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file))
            .merge(environment)
            .merge(url)
            .extract::<Self>()
            .map_err(Box::new)?;
        if config.database_url.as_deref().is_some_and(|url| url.trim().is_empty()) {
            return Err(ConfigError::EmptyDatabaseUrl);
        }
        config.origins()?;
        config.documents()?;
        config.issuer()?;
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
    /// An origin that differs from the form that browsers send.
    pub(crate) fn origins(&self) -> Result<Vec<HeaderValue>, ConfigError> {
        let read = |origin: &String| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            host.filter(|host| !host.is_empty() && !host.contains(['/', '*', ' ']))
                .and_then(|_| HeaderValue::from_str(origin).ok())
                .ok_or_else(|| ConfigError::Origin(origin.clone()))
        };
        self.allowed_origins.iter().map(read).collect()
    }

    /// The trusted documents, loaded from their file or folder.
    ///
    /// # Errors
    /// A file that can't be loaded.
    pub(crate) fn documents(&self) -> Result<Option<Arc<Documents>>, ConfigError> {
        let Some(file) = &self.trusted_documents else { return Ok(None) };
        let documents = Documents::load(file);
        documents
            .map(|documents| Some(Arc::new(documents)))
            .map_err(|cause| ConfigError::Documents { file: file.clone(), cause })
    }

    /// The agency's issuer of tokens.
    ///
    /// # Errors
    /// Wrong settings.
    pub(crate) fn issuer(&self) -> Result<Option<Arc<Issuer>>, ConfigError> {
        let Some(issuer) = &self.oidc_issuer else { return Ok(None) };
        let settings = IssuerSettings {
            issuer: issuer.clone(),
            client_ids: self.oidc_client_ids.clone(),
            nip_claim: self.oidc_nip_claim.clone(),
            external_id_claim: self.oidc_external_id_claim.clone(),
            ca_file: self.oidc_ca_file.clone(),
        };
        Ok(Some(Arc::new(Issuer::new(settings)?)))
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

    /// The paths of the journal's key and checkpoints.
    #[must_use]
    pub fn journal_files(&self) -> JournalFiles {
        JournalFiles {
            key: self.journal_key(),
            origin: self.journal_origin.clone(),
            witness: self.journal_witness.clone(),
        }
    }

    /// The file of the key that encrypts secrets.
    #[must_use]
    pub fn secrets_key(&self) -> PathBuf {
        self.secrets_key.clone().unwrap_or_else(|| self.data_dir.join("keys").join("secrets"))
    }

    /// The settings as JSON without secrets.
    #[must_use]
    pub fn without_secrets(&self) -> String {
        let config = Self {
            database_url: Some(shown_address(&self.database())),
            // Show the defaults of `serve` for settings that are not set.
            introspection: Some(self.introspection.unwrap_or(Introspection::SignedIn)),
            four_eyes: Some(self.four_eyes.unwrap_or(true)),
            uploads_dir: Some(self.uploads()),
            journal_key: Some(self.journal_key()),
            secrets_key: Some(self.secrets_key()),
            ..self.clone()
        };
        serde_json::to_string_pretty(&config).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_overrides_defaults_and_unknown_keys_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kinerja.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:9000\"\n[limits]\ncost = 100\n").expect("a file");
        let config = Config::load(Some(&file)).expect("a configuration");
        assert_eq!((config.listen.port(), config.limits.cost), (9000, 100));
        std::fs::write(&file, "lisen = \"127.0.0.1:9000\"\n").expect("a file");
        assert!(Config::load(Some(&file)).expect_err("an unknown key").to_string().contains("lisen"));
        assert!(Config::load(Some(&folder.path().join("absent.toml"))).is_err());
    }
}
