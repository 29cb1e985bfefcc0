//! Shows the address of a database without its secrets.

use crate::error::{Error, Result};
use sea_orm::{
    DbErr,
    sqlx::{self, Connection, postgres::PgConnection},
};
use std::time::Duration;
use url::Url;

/// Timeout of the single connection that learns why PostgreSQL can't be reached.
const PATIENCE: Duration = Duration::from_secs(5);

/// Shows an address without passwords. If an address does not have the form `postgres://…` or `sqlite:…`, any part of
/// it may be a password, so only its scheme and its length are shown.
#[must_use]
pub fn shown_address(address: &str) -> String {
    if address.starts_with("sqlite:") {
        return address.to_owned();
    }
    let Some(url) = parsed(address) else {
        let scheme = address.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| is_plain(scheme));
        let scheme = scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
        return format!("{scheme}… ({} characters)", address.chars().count());
    };
    let plain = |text: &str| if is_plain(text) { text.to_owned() } else { "***".to_owned() };
    let mut shown = format!("{}://", url.scheme());
    if !url.username().is_empty() {
        shown += &plain(url.username());
        shown += if url.password().is_some() { ":***@" } else { "@" };
    }
    let host = url.host_str().unwrap_or_default();
    shown +=
        if host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:[]%".contains(c)) { host } else { "***" };
    if let Some(port) = url.port() {
        shown += &format!(":{port}");
    }
    let name = url.path().trim_start_matches('/');
    if !name.is_empty() {
        shown += &format!("/{}", plain(name));
    }
    let known = |key: &str| ["host", "port", "user", "dbname", "sslmode"].contains(&key);
    let parameters: Vec<String> = url
        .query_pairs()
        .map(|(key, value)| match known(&key) && value.chars().all(|c| is_plain_letter(c) || c == '/') {
            true => format!("{key}={value}"),
            false => format!("{}=***", plain(&key)),
        })
        .collect();
    if !parameters.is_empty() {
        shown += &format!("?{}", parameters.join("&"));
    }
    shown
}

fn is_plain_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-".contains(letter)
}

fn is_plain(text: &str) -> bool {
    text.chars().all(is_plain_letter)
}

/// The parts of an address of PostgreSQL.
fn parsed(address: &str) -> Option<Url> {
    let is_postgres =
        |url: &Url| ["postgres", "postgresql"].contains(&url.scheme()) && address.contains("://");
    Url::parse(address).ok().filter(is_postgres)
}

/// Refuses an address that is neither of PostgreSQL nor of SQLite.
pub(super) fn check(address: &str) -> Result<()> {
    if address.starts_with("sqlite:") || parsed(address).is_some() {
        return Ok(());
    }
    Err(Error::internal(format!(
        "DATABASE_URL (database_url) is {}, which is neither sqlite:PATH nor postgres://USER:PASSWORD@HOST:PORT/DATABASE. \
         Write special characters of a password by their number: @ as %40, / as %2F, # as %23",
        shown_address(address)
    )))
}

/// The error for a database that can't be opened. It names the address and the cause. The error of a pool says only
/// that it timed out, so a single connection tries again to learn the cause.
pub(super) async fn unreachable(address: &str, cause: &DbErr) -> Error {
    let again = tokio::time::timeout(PATIENCE, PgConnection::connect(address)).await;
    let why = match again {
        Ok(Err(sqlx::Error::Io(cause))) => cause.to_string(),
        Ok(Err(cause)) => cause.to_string(),
        Ok(Ok(_)) | Err(_) => cause.to_string(),
    };
    let mut why = why.replace(address, &shown_address(address));
    let password = parsed(address).and_then(|url| url.password().map(str::to_owned)).unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(&password).decode_utf8_lossy();
    for secret in [&*decoded, &password].into_iter().filter(|secret| !secret.is_empty()) {
        why = why.replace(secret, "***");
    }
    Error::internal(format!("PostgreSQL at {} can't be reached: {why}", shown_address(address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_shows_a_secret() {
        for (address, shown) in [
            ("postgres://app:GEHEIM@db/kinerja", "postgres://app:***@db/kinerja"),
            (
                "postgresql://app:GE%40HEIM@10.0.0.5:5433/kinerja",
                "postgresql://app:***@10.0.0.5:5433/kinerja",
            ),
            ("postgres://db/kinerja", "postgres://db/kinerja"),
            ("postgres:///kinerja?host=/run/postgresql", "postgres:///kinerja?host=/run/postgresql"),
            ("postgres://app@db/kinerja?password=GEHEIM", "postgres://app@db/kinerja?password=***"),
            (
                "postgres://db/kinerja?host=GE@HEIM&sslmode=require",
                "postgres://db/kinerja?host=***&sslmode=require",
            ),
            ("sqlite:data/kinerja.db", "sqlite:data/kinerja.db"),
            ("mysql://app:GEHEIM@db/kinerja", "mysql://… (29 characters)"),
            ("postgres//app:GEHEIM@db/kinerja", "… (31 characters)"),
            ("host=db password=GEHEIM", "… (23 characters)"),
            ("GEHEIM", "… (6 characters)"),
        ] {
            assert_eq!(shown_address(address), shown);
        }
        // If characters of the password are not encoded, parts of the password are parsed as other parts of the
        // address.
        for password in [
            "GE/HEIM",
            "1/GEHEIM@x",
            "1?GEHEIM",
            "1#GEHEIM",
            "a@GEHEIM",
            "GE:HEIM",
            "G E H E I M",
            "1/GEHEIM",
        ] {
            for address in [
                format!("postgres://app:{password}@db/kinerja"),
                format!("postgres://app:{password}@db:5432/x?a={password}"),
            ] {
                let shown = shown_address(&address);
                assert!(!shown.to_uppercase().contains("HEIM"), "{address}: {shown}");
                let refused = check(&address).err().map(|error| error.to_string()).unwrap_or_default();
                assert!(!refused.contains("HEIM"), "{refused}");
            }
        }
    }

    #[tokio::test]
    async fn an_unreachable_server_is_named_without_its_password() {
        let cause = DbErr::Custom("postgres://app:GE%40HEIM@127.0.0.1:1/kinerja: GE@HEIM".to_owned());
        let error = unreachable("postgres://app:GE%40HEIM@127.0.0.1:1/kinerja", &cause).await.to_string();
        assert!(
            error.contains("postgres://app:***@127.0.0.1:1/kinerja") && !error.contains("HEIM"),
            "{error}"
        );
    }
}
