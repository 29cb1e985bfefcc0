//! The playground: files built by `scripts/build-playground`, embedded in the binary.

use super::{app::App, listen::Peer};
use axum::{
    extract::{ConnectInfo, Path, Request},
    http::{HeaderName, HeaderValue, StatusCode, header, uri::Authority},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, SecondsFormat, Utc};
use include_dir::{Dir, include_dir};
use serde::Serialize;
use std::net::IpAddr;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/playground");

/// Allows only this server's files, and inline styles, because the editor writes them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    font-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
/// The places in the page for the time and the logins of a demo.
const NOW: &str = "data-now=\"\"";
const DEMO: &str = "data-demo=\"\"";
/// Headers that proxies add. A request with one of them may come from another machine.
const OF_PROXIES: [HeaderName; 5] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// A login that a demo offers as a button of the playground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoLogin {
    /// The role in the demo, such as `EMPLOYEE`.
    pub who: &'static str,
    /// The credential of the login.
    #[serde(flatten)]
    pub with: DemoCredential,
}

/// The credential of a demo login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DemoCredential {
    /// A user name and a password.
    Password {
        /// The user name.
        user: &'static str,
        /// The password.
        password: &'static str,
    },
    /// An API key.
    Key {
        /// The key.
        key: &'static str,
    },
}

/// The playground's page. It contains the demo's logins only for a browser on this machine.
pub fn page(app: &App, request: &Request) -> Response {
    let Some(index) = FILES.get_file("index.html").and_then(|file| file.contents_utf8()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let logins = app.demo().filter(|_| is_local(request)).unwrap_or_default();
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("Accept")),
    ];
    (headers, Html(filled(index, app.env.now(), logins))).into_response()
}

/// Inserts the time of the server's clock and the logins into the page.
pub(super) fn filled(index: &str, now: DateTime<Utc>, logins: &[DemoLogin]) -> String {
    let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    let index = index.replacen(NOW, &format!("data-now=\"{now}\""), 1);
    if logins.is_empty() {
        return index;
    }
    let json = serde_json::to_string(logins).unwrap_or_default();
    let escaped = json.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    index.replacen(DEMO, &format!("data-demo=\"{escaped}\""), 1)
}

/// Whether a request comes from a browser on this machine and its host is this machine. With DNS rebinding, another
/// site gives its own name the address of this machine; the host is then the name of that site.
pub(super) fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let from_here = peer.is_some_and(|ConnectInfo(Peer(peer))| peer.ip().to_canonical().is_loopback());
    let headers = request.headers();
    // Scripts of pages from other origins send an origin; a browser that opens a URL sends none.
    let of_other = headers.contains_key(header::ORIGIN);
    let forwarded = OF_PROXIES.iter().any(|name| headers.contains_key(name));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let named = request.uri().authority().or(host.as_ref());
    from_here && !forwarded && !of_other && named.is_some_and(|named| is_loopback(named.host()))
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A file of the playground. Its name contains a hash, so browsers may cache it forever.
pub async fn asset(Path(name): Path<String>) -> Response {
    let Some(file) = FILES.get_file(format!("{name}.br")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("ttf") => "font/ttf",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        // Every browser that can run the editor accepts brotli.
        (header::CONTENT_ENCODING, HeaderValue::from_static("br")),
        // A worker follows the policy of its own file.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, file.contents()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(peer: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::new(Body::empty());
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        request.extensions_mut().insert(ConnectInfo(Peer(peer.parse().expect("an address"))));
        request
    }

    #[test]
    fn only_a_browser_on_this_machine_is_local() {
        let here = ("host", "127.0.0.1:8000");
        for (peer, headers, local) in [
            ("127.0.0.1:5000", vec![here], true),
            ("[::1]:5000", vec![("host", "[::1]:8000")], true),
            ("[::ffff:127.0.0.1]:5000", vec![("host", "localhost:8000")], true),
            ("127.0.0.1:5000", vec![("host", "LocalHost")], true),
            ("192.0.2.7:5000", vec![here], false),
            ("[2001:db8::1]:5000", vec![here], false),
            ("127.0.0.1:5000", vec![], false),
            ("127.0.0.1:5000", vec![("host", "rebinding.example:8000")], false),
            ("127.0.0.1:5000", vec![("host", "localhost.rebinding.example")], false),
            ("127.0.0.1:5000", vec![("host", "127.0.0.1.rebinding.example")], false),
            ("127.0.0.1:5000", vec![("host", "192.0.2.1")], false),
            ("127.0.0.1:5000", vec![here, ("x-forwarded-for", "127.0.0.1")], false),
            ("127.0.0.1:5000", vec![here, ("forwarded", "for=127.0.0.1")], false),
            ("127.0.0.1:5000", vec![here, ("via", "1.1 proxy")], false),
            ("127.0.0.1:5000", vec![here, ("origin", "https://other.example")], false),
            ("127.0.0.1:5000", vec![here, ("x-real-ip", "127.0.0.1")], false),
            ("127.0.0.1:5000", vec![here, ("x-forwarded-host", "localhost")], false),
        ] {
            assert_eq!(is_local(&request(peer, &headers)), local, "{peer} {headers:?}");
        }
    }

    #[test]
    fn the_page_has_places_for_the_time_and_the_logins() {
        let index = FILES.get_file("index.html").and_then(|file| file.contents_utf8()).expect("the page");
        assert_eq!((index.matches(NOW).count(), index.matches(DEMO).count()), (1, 1));
        let now = "2026-10-15T02:00:00Z".parse().expect("an instant");
        let plain = filled(index, now, &[]);
        assert!(plain.contains("data-now=\"2026-10-15T02:00:00.000Z\"") && plain.contains(DEMO), "{plain}");
        let with = DemoCredential::Password { user: "\"<&>", password: "secret" };
        let offered = filled(index, now, &[DemoLogin { who: "EMPLOYEE", with }]);
        let written = "data-demo=\"[{&quot;who&quot;:&quot;EMPLOYEE&quot;,\
            &quot;user&quot;:&quot;\\&quot;&lt;&amp;&gt;&quot;,&quot;password&quot;:&quot;secret&quot;}]\"";
        assert!(offered.contains(written), "{offered}");
    }
}
