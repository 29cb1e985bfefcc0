//! Errors of the command line, with plain sentences in English.

use crate::config::ConfigError;
use domain::Locale;
use std::{fmt::Display, io, net::SocketAddr, path::PathBuf};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The log can't be started.
    #[error("log: {0}")]
    Log(String),
    /// A use case failed.
    #[error("{}", sentence(.0, Locale::En))]
    Service(service::Error),
    /// A named file does not exist.
    #[error("there is no file {}", .0.display())]
    NoFile(PathBuf),
    /// A file can't be read or written.
    #[error("{}: {cause}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The cause.
        cause: io::Error,
    },
    /// A file has invalid content.
    #[error("{}: {cause}", .file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// The reason why it is invalid.
        cause: String,
    },
    /// Reading or writing failed, but the error does not concern a named file.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The server can't listen on the address.
    #[error("can't listen on {address}: {cause}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The cause.
        cause: io::Error,
    },
    /// The process may open too few files.
    #[error("the process may open {limit} files; the server needs {needed}: raise ulimit -n")]
    FewFiles {
        /// The limit.
        limit: u64,
        /// The minimum.
        needed: u64,
    },
    /// PostgreSQL can lose acknowledged changes.
    #[error(
        "this PostgreSQL loses acknowledged changes in a crash: {0} is off. Switch it on, or accept the loss with \
         KINERJA_ALLOW_UNSAFE_POSTGRES=true"
    )]
    UnsafePostgres(String),
    /// A command that needs a database found none.
    #[error(
        "there is no database at {database}: DATABASE_URL (database_url), or KINERJA_DATA_DIR (data_dir) for SQLite, names \
         it. kinerja create-admin creates one"
    )]
    NoDatabase {
        /// Its address without its password.
        database: String,
    },
    /// A folder that should have checkpoints has none.
    #[error("{} contains no signed checkpoint", .0.display())]
    NoCheckpoints(PathBuf),
    /// The database has pending migrations.
    #[error("the database has pending migrations; run kinerja migrate first")]
    PendingMigrations,
    /// The database does not belong to this version.
    #[error(
        "the database has another schema than this version expects: audit it with the version that serves it, or run \
         kinerja migrate"
    )]
    OtherSchema,
    /// `serve` on the database of `demo` or `generate`.
    #[error("this database is synthetic (made by demo or generate); serve refuses it")]
    SyntheticData,
    /// `serve` on a database without an agency.
    #[error(
        "the database is empty; create the agency and its first administrator with: kinerja create-admin; to try the \
         server with invented people, start: kinerja demo"
    )]
    Empty,
    /// `demo` on a real database.
    #[error("this database contains real data; demo does not change it")]
    RealData,
    /// `demo` was interrupted while it generated the city.
    #[error("generating the city in {database} was interrupted; remove it and start demo again")]
    UnfinishedCity {
        /// The database's URL without its password.
        database: String,
    },
    /// `demo` can't restart itself.
    #[error("the city is ready, but can't be served: {0}; start demo again")]
    Restart(io::Error),
    /// There is no agency to import into.
    #[error("there is no agency yet; create it with: kinerja create-admin")]
    NoAgency,
    /// A sentence in the language of the command's output.
    #[error("{0}")]
    Sentence(String),
    /// Recalculated results differ from the stored ones.
    #[error("{0} results differ from the recalculated ones")]
    Deviations(u64),
    /// No person or API key has the name or id in the argument.
    #[error("there is no person or API key {0}")]
    NoSuchPerson(String),
    /// A range of days ends before it begins.
    #[error("--until must not be before --from")]
    RangeReversed,
    /// An argument is neither the number nor the id of a journal entry.
    #[error("{0} is neither a number nor an id")]
    NotAnEntry(String),
    /// The audit has findings.
    #[error("{0}")]
    AuditFailed(&'static str),
}

impl CliError {
    /// Makes the error of a file.
    pub(super) fn file(file: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let file = file.into();
        move |cause| Self::File { file, cause }
    }

    /// Makes the error of a file's content.
    pub(super) fn content(file: impl Into<PathBuf>, cause: impl Display) -> Self {
        Self::Content { file: file.into(), cause: cause.to_string() }
    }
}

impl From<service::Error> for CliError {
    fn from(error: service::Error) -> Self {
        Self::Service(error)
    }
}

/// The text for an error: the cause if it is internal, otherwise its sentence.
pub(super) fn sentence(error: &service::Error, locale: Locale) -> String {
    match error {
        service::Error::Internal(cause) => cause.clone(),
        other => other.message().render(locale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Key, Refusal};

    #[test]
    fn internal_errors_show_their_cause_and_other_errors_their_sentence() {
        let internal = CliError::from(service::Error::internal("disk on fire"));
        assert_eq!(internal.to_string(), "disk on fire");
        let refused = CliError::from(service::Error::from(Refusal::input(["code"], Key::ReasonRequired)));
        assert_eq!(refused.to_string(), "A reason is required.");
        let absent = io::Error::from(io::ErrorKind::NotFound);
        assert!(CliError::file("a.csv")(absent).to_string().starts_with("a.csv: "));
    }
}
