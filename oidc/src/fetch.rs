//! Reads documents of an issuer over HTTP: https only, except on this machine; no redirects; bounded in time and size.

use crate::OidcError;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, StatusCode, Uri, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use std::{fmt, net::SocketAddr, path::Path, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring},
};

/// Longest time for one document, from the lookup of the name to the last byte.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// Largest document, in bytes.
pub const LARGEST_ANSWER: usize = 256 * 1024;
/// Largest head of an answer, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;
/// Bounds and default of the time for which an answer is kept.
const SHORTEST_AGE: Duration = Duration::from_secs(60);
const DEFAULT_AGE: Duration = Duration::from_secs(60 * 60);
const LONGEST_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// An address that may be read.
#[derive(Clone, Debug)]
pub struct Address {
    uri: Uri,
    host: String,
    port: u16,
    encrypted: bool,
}

impl Address {
    /// Parses an address.
    ///
    /// # Errors
    /// A sentence for the log, if it is neither https nor on this machine.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("{text:?} {why}");
        let uri: Uri = text.parse().map_err(|_| wrong("is not an address"))?;
        let authority = uri.authority().ok_or_else(|| wrong("is not an address"))?;
        if authority.as_str().contains('@') || text.contains(['#', '?']) {
            return Err(wrong("must have no user, query or fragment"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_this_machine(&host) => false,
            _ => return Err(wrong("must begin with https://")),
        };
        let port = authority.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        Ok(Self { uri, host, port, encrypted })
    }
}

/// Whether a host names this machine, by its form. A name is looked up later, and its addresses must be of this machine
/// too.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A document.
#[derive(Debug)]
pub struct Answer {
    /// Its bytes.
    pub body: Vec<u8>,
    /// How long it may be kept.
    pub max_age: Duration,
}

/// Reads documents.
pub struct Fetcher {
    tls: TlsConnector,
    timeout: Duration,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Creates a fetcher that trusts the public authorities of the web, and those in a file.
    pub fn new(ca_file: Option<&Path>, timeout: Duration) -> Result<Self, OidcError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = ca_file {
            let wrong =
                |error: &dyn fmt::Display| OidcError::Settings(format!("{}: {error}", file.display()));
            let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
            for certificate in certificates {
                roots.add(certificate.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| OidcError::Settings(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), timeout })
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`]: anything but a complete answer of status 200 within the limits.
    pub async fn get(&self, address: &Address) -> Result<Answer, OidcError> {
        let got = tokio::time::timeout(self.timeout, self.connect(address)).await;
        let late = || format!("no answer within {:?}", self.timeout);
        got.unwrap_or_else(|_| Err(late()))
            .map_err(|cause| OidcError::Unavailable(format!("{}: {cause}", address.uri)))
    }

    async fn connect(&self, address: &Address) -> Result<Answer, String> {
        let found = tokio::net::lookup_host((address.host.as_str(), address.port)).await.map_err(text)?;
        let allowed = |found: &SocketAddr| address.encrypted || found.ip().is_loopback();
        let found: Vec<SocketAddr> = found.filter(allowed).collect();
        let tcp = TcpStream::connect(found.as_slice()).await.map_err(text)?;
        if !address.encrypted {
            return exchange(tcp, address).await;
        }
        let name = ServerName::try_from(address.host.clone()).map_err(text)?;
        exchange(self.tls.connect(name, tcp).await.map_err(text)?, address).await
    }
}

async fn exchange(stream: impl AsyncRead + AsyncWrite + Unpin, address: &Address) -> Result<Answer, String> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(LARGEST_HEAD);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(text)?;
    let host = address.uri.authority().map_or("", |authority| authority.as_str());
    let path = address.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::get(path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "application/json")
        .body(Empty::<Bytes>::new())
        .map_err(text)?;
    let reading = async {
        let response = sender.send_request(request).await.map_err(text)?;
        if response.status() != StatusCode::OK {
            return Err(format!("status {}", response.status().as_u16()));
        }
        let control = response.headers().get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
        let max_age = max_age(control);
        let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await.map_err(text)?;
        Ok(Answer { body: body.to_bytes().to_vec(), max_age })
    };
    let mut reading = pin!(reading);
    // The connection ends when the server closes it; what it sent before is still read.
    tokio::select! {
        answer = &mut reading => answer,
        ended = connection => {
            ended.map_err(text)?;
            reading.await
        }
    }
}

/// How long an answer with this `Cache-Control` is kept.
fn max_age(control: Option<&str>) -> Duration {
    let Some(control) = control else { return DEFAULT_AGE };
    let directives = control.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    let mut age = DEFAULT_AGE;
    for directive in directives {
        if directive == "no-store" || directive == "no-cache" {
            return SHORTEST_AGE;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=").and_then(|value| value.parse().ok()) {
            age = Duration::from_secs(seconds);
        }
    }
    age.clamp(SHORTEST_AGE, LONGEST_AGE)
}

fn text(error: impl fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_addresses_and_this_machine_are_read() {
        for good in [
            "https://sso.example/a",
            "https://10.0.0.1",
            "http://127.0.0.1:80/a",
            "http://localhost/a",
            "http://[::1]:9/a",
        ] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://sso.example/a",
            "http://10.0.0.1/a",
            "http://127.0.0.1.example/a",
            "http://localhost.example/a",
            "https://user@sso.example/a",
            "http://127.0.0.1@sso.example/a",
            "https://sso.example/a?b",
            "https://sso.example/a#b",
            "file:///etc/passwd",
            "ftp://127.0.0.1/a",
            "/a",
            "sso.example",
            "",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_are_kept_for_a_minute_to_a_day() {
        for (control, seconds) in [
            (None, 3_600),
            (Some("public"), 3_600),
            (Some("public, Max-Age=600"), 600),
            (Some("max-age=0"), 60),
            (Some("max-age=99999999"), 86_400),
            (Some("max-age=600, no-store"), 60),
            (Some("max-age=-1"), 3_600),
        ] {
            assert_eq!(max_age(control).as_secs(), seconds, "{control:?}");
        }
    }
}
