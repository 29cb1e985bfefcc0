//! Backups of PostgreSQL, with `pg_dump` and `pg_restore`.

use super::{Audited, BackUp, audit, files, open};
use crate::{
    db::{Backend, Options, Source, maintain},
    env::Env,
    error::{Error, Result},
    journal,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use url::Url;

/// The file of the database in the folder of a backup, in the custom format of `pg_dump`.
const DUMP: &str = "database.dump";

/// Dumps one snapshot of the database, and audits the same snapshot. The servers may run.
pub(super) async fn back_up(of: &BackUp, folder: &Path) -> Result<Audited> {
    let env = open(&of.options).await?;
    let tool = Tool::find("pg_dump", of.tools.as_deref(), &env).await?;
    // Numbers and signs the entries first, as servers do every minute, so that the checkpoint in the backup covers all
    // entries.
    journal::sequence(&env).await?;
    if of.journal.current_key().exists()
        && let Err(cause) = journal::sign_checkpoint(&env.clone().signed_by(of.journal.open()?)).await
    {
        tracing::warn!(%cause, "the journal could not be signed; the backup has its last checkpoint");
    }
    // The file exists before `pg_dump` writes into it, so that only its owner can read it.
    files::private_file(&folder.join(DUMP))?;
    let (of, url, file) = (of.clone(), of.options.url.clone(), folder.join(DUMP));
    let audited = env
        .db
        .snapshot(move |connection| async move {
            let text = Statement::from_string(DbBackend::Postgres, "SELECT pg_export_snapshot()");
            let row = connection.query_one_raw(text).await?.ok_or_else(|| Error::internal("no snapshot"))?;
            let snapshot: String = row.try_get_by_index(0)?;
            let mut dump = tool.command(&url)?;
            dump.arg("--format=custom").arg(format!("--snapshot={snapshot}")).arg("--file").arg(&file);
            dump.args(["--no-owner", "--no-privileges"]);
            let dumping = tokio::task::spawn_blocking(move || dump.output());
            let source = Source { connection: &*connection, backend: Backend::Postgres };
            let audited = audit(&of, source).await;
            finished("pg_dump", dumping.await.map_err(Error::internal)?)?;
            audited
        })
        .await;
    env.db.close().await?;
    audited
}

fn finished(tool: &str, ran: std::io::Result<Output>) -> Result<()> {
    let Output { status, stderr, .. } = ran.map_err(|cause| Error::internal(format!("{tool}: {cause}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::internal(format!("{tool} failed ({status}): {}", String::from_utf8_lossy(&stderr).trim())))
}

/// A tool of PostgreSQL.
struct Tool(PathBuf);

impl Tool {
    /// Finds a tool, and checks that it is not older than the server.
    async fn find(name: &str, folder: Option<&Path>, env: &Env) -> Result<Self> {
        let path = folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
        let text = Statement::from_string(DbBackend::Postgres, "SHOW server_version_num");
        let row = env.db.reader().query_one_raw(text).await?.ok_or_else(|| Error::internal("no version"))?;
        let server: String = row.try_get_by_index(0)?;
        let server = server.parse::<u32>().map_err(Error::internal)? / 10_000;
        let advice = format!(
            "install the client of PostgreSQL {server} (Debian: postgresql-client-{server}), or name its folder with \
             --pg-bin"
        );
        let ran = Command::new(&path).arg("--version").output();
        let ran = ran.map_err(|cause| Error::internal(format!("{}: {cause}; {advice}", path.display())))?;
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        match major(&text) {
            Some(version) if version >= server => Ok(Self(path)),
            _ => Err(Error::internal(format!(
                "{} is {:?}, but the server is PostgreSQL {server}; {advice}",
                path.display(),
                text.trim()
            ))),
        }
    }

    /// The command that runs the tool on a database. The password is in its environment, because other users can read
    /// the command line.
    fn command(&self, url: &str) -> Result<Command> {
        let mut command = Command::new(&self.0);
        command.arg("--no-password").envs(environment(url)?);
        Ok(command)
    }
}

/// The major version in the output of `--version`: `pg_dump (PostgreSQL) 15.8 (Debian …)`.
fn major(text: &str) -> Option<u32> {
    let version = text.split("(PostgreSQL)").nth(1)?.trim_start();
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The parts of a database's URL, as the tools read them from their environment.
fn environment(url: &str) -> Result<Vec<(&'static str, String)>> {
    let url = Url::parse(url).map_err(|cause| Error::internal(format!("the database's URL: {cause}")))?;
    let decoded = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
        decoded.map(Cow::into_owned).map_err(|cause| Error::internal(format!("the database's URL: {cause}")))
    };
    let mut found = Vec::new();
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        found.push(("PGHOST", decoded(host.trim_matches(['[', ']']))?));
    }
    if let Some(port) = url.port() {
        found.push(("PGPORT", port.to_string()));
    }
    if !url.username().is_empty() {
        found.push(("PGUSER", decoded(url.username())?));
    }
    if let Some(password) = url.password() {
        found.push(("PGPASSWORD", decoded(password)?));
    }
    let name = decoded(url.path().trim_start_matches('/'))?;
    if !name.is_empty() {
        found.push(("PGDATABASE", name));
    }
    for (key, value) in url.query_pairs() {
        let variable = match &*key {
            "host" => "PGHOST",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            _ => continue,
        };
        found.push((variable, value.into_owned()));
    }
    Ok(found)
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> Result<String> {
    let mut url = Url::parse(url).map_err(|cause| Error::internal(format!("the database's URL: {cause}")))?;
    url.set_path(name);
    Ok(url.into())
}

/// A restored database: the target itself if it was empty, otherwise a second database beside it.
pub(super) struct Staged {
    target: Options,
    staged: Options,
    /// The names of the target, of the second database, and of the target after it was renamed.
    names: Option<[String; 3]>,
}

/// A name in SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Staged {
    /// Restores the dump of a backup: into an empty target, or into a second database beside the target.
    pub(super) async fn stage(
        folder: &Path,
        target: &Options,
        tools: Option<&Path>,
        replace: bool,
        stamp: &str,
    ) -> Result<Self> {
        let env = Env::new(crate::db::Db::connect(target).await?, crate::env::Clock::system(), Path::new(""));
        let checked = Self::prepare(&env, target, tools, replace, stamp).await;
        env.db.close().await?;
        let (this, tool) = checked?;
        let mut restore = tool.command(&this.staged.url)?;
        // Fails if the URL names no database, because pg_restore would then write to none.
        let name = url_database(&this.staged.url)?;
        restore.args(["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]);
        restore.arg(format!("--dbname={name}")).arg(folder.join(DUMP));
        let ran = tokio::task::spawn_blocking(move || restore.output()).await.map_err(Error::internal)?;
        if let Err(cause) = finished("pg_restore", ran) {
            this.remove().await?;
            return Err(cause);
        }
        Ok(this)
    }

    async fn prepare(
        env: &Env,
        target: &Options,
        tools: Option<&Path>,
        replace: bool,
        stamp: &str,
    ) -> Result<(Self, Tool)> {
        let tool = Tool::find("pg_restore", tools, env).await?;
        let connection = env.db.reader();
        let text = "SELECT current_database()::text, (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = \
                    c.relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ \
                    '^pg_toast' AND c.relkind IN ('r', 'p', 'v', 'm', 'S'))";
        let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
        let row = row.ok_or_else(|| Error::internal("no database"))?;
        let (name, relations): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if relations == 0 {
            return Ok((Self { target: target.clone(), staged: target.clone(), names: None }, tool));
        }
        if !replace {
            return Err(Error::internal(format!(
                "the database {name} is not empty: name an empty one, or use --replace, which puts it aside"
            )));
        }
        let names = [name.clone(), format!("{name}_restoring_{stamp}"), format!("{name}_before_{stamp}")];
        let staged = Options { url: with_database(&target.url, &names[1])?, ..target.clone() };
        let create = format!("CREATE DATABASE {} TEMPLATE template0", quoted(&names[1]));
        maintain(target, &[create]).await.map_err(|cause| {
            let Error::Internal(cause) = cause else { return cause };
            Error::internal(format!(
                "{cause}. To replace a database, its role needs ALTER ROLE … CREATEDB; or name an empty database"
            ))
        })?;
        Ok((Self { target: target.clone(), staged, names: Some(names) }, tool))
    }

    pub(super) fn options(&self) -> Options {
        self.staged.clone()
    }

    /// Renames an existing database and gives the restored one its name. Returns the new name of the old one.
    pub(super) async fn take_over(&self, env: Env) -> Result<Option<String>> {
        env.db.close().await?;
        let Some([target, staged, aside]) = &self.names else { return Ok(None) };
        // A database can be renamed only through a connection to another one, and only while nothing is connected to
        // it.
        let rename =
            |from: &str, to: &str| format!("ALTER DATABASE {} RENAME TO {}", quoted(from), quoted(to));
        if let Err(cause) = maintain(&self.staged, &[rename(target, aside)]).await {
            self.remove().await?;
            return Err(in_use(target, cause));
        }
        let old = Options { url: with_database(&self.target.url, aside)?, ..self.target.clone() };
        if let Err(cause) = maintain(&old, &[rename(staged, target)]).await {
            maintain(&self.staged, &[rename(aside, target)]).await?;
            self.remove().await?;
            return Err(in_use(target, cause));
        }
        Ok(Some(aside.clone()))
    }

    /// Removes a restored database that was not accepted.
    pub(super) async fn remove(&self) -> Result<()> {
        match &self.names {
            Some([_, staged, _]) => {
                maintain(&self.target, &[format!("DROP DATABASE {}", quoted(staged))]).await
            }
            // The target was empty before.
            None => {
                let all = ["DROP SCHEMA public CASCADE".to_owned(), "CREATE SCHEMA public".to_owned()];
                maintain(&self.target, &all).await
            }
        }
    }
}

/// The error for a database that can't be renamed, most often because a server is connected to it.
fn in_use(database: &str, cause: Error) -> Error {
    let Error::Internal(cause) = cause else { return cause };
    Error::internal(format!(
        "{cause}. Stop all servers that use the database {database}; nothing was changed"
    ))
}

fn url_database(url: &str) -> Result<String> {
    let all = environment(url)?;
    let name = all.into_iter().rev().find(|(variable, _)| *variable == "PGDATABASE").map(|(_, name)| name);
    name.ok_or_else(|| Error::internal("the database's URL names no database"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_url_are_decoded() {
        let found = environment(
            "postgres://a%40b:p%3Aq%2Fr@[::1]:5433/kin%65rja?sslmode=require&statement-cache-capacity=9",
        );
        let found = found.expect("parts");
        let expected = [
            ("PGHOST", "::1"),
            ("PGPORT", "5433"),
            ("PGUSER", "a@b"),
            ("PGPASSWORD", "p:q/r"),
            ("PGDATABASE", "kinerja"),
            ("PGSSLMODE", "require"),
        ];
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
        let socket = environment("postgres:///kinerja?host=/run/postgresql").expect("parts");
        assert_eq!(socket, [("PGDATABASE", "kinerja".to_owned()), ("PGHOST", "/run/postgresql".to_owned())]);
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("pg_dump (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("something else"), None);
    }
}
