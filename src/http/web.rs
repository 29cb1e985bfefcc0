//! The page for staff: files built by `scripts/build-web`, embedded in the binary.

use super::{
    app::App,
    documents::{Documents, ManifestError},
    playground,
};
use axum::{
    extract::{Path, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use include_dir::{Dir, include_dir};
use std::sync::Arc;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/web");

/// Allows only this server's files, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The service worker. Its name stays the same, so that browsers find its newer versions.
const WORKER: &str = "sw.js";
/// Allows the service worker below `/web/` to cache the page at `/`.
const WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// The documents that the page sends by their ids. Every server knows them, even a server without trusted documents.
///
/// # Errors
/// If the built manifest is damaged.
pub fn documents() -> Result<Arc<Documents>, ManifestError> {
    let manifest = FILES.get_file("documents.json").and_then(|file| file.contents_utf8()).unwrap_or_default();
    Documents::read(manifest).map(Arc::new)
}

/// The page. In a demo it contains the time of the server's clock and, for a browser on this machine, the logins.
pub fn page(app: &App, request: &Request) -> Response {
    let Some(index) = FILES.get_file("index.html").and_then(|file| file.contents_utf8()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let html = app.demo().map_or_else(
        || index.to_owned(),
        |logins| {
            let logins = if playground::is_local(request) { logins } else { &[] };
            playground::filled(index, app.env.now(), logins)
        },
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("Accept")),
    ];
    (headers, Html(html)).into_response()
}

/// A file of the page.
pub async fn asset(Path(name): Path<String>) -> Response {
    let Some(file) = FILES.get_file(format!("{name}.br")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let kind = match extension {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    // Scripts and styles have a hash of their content in their names.
    let hashed = name != WORKER && matches!(extension, Some("js" | "css"));
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        // Every browser that can run the page accepts brotli.
        (header::CONTENT_ENCODING, HeaderValue::from_static("br")),
        // A worker follows the policy of its own file.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let mut response = (headers, file.contents()).into_response();
    if name == WORKER {
        response.headers_mut().insert(WORKER_ALLOWED, HeaderValue::from_static("/"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn cache_of(name: &str) -> Option<String> {
        let response = asset(Path(name.to_owned())).await;
        response.headers().get(header::CACHE_CONTROL)?.to_str().ok().map(str::to_owned)
    }

    #[tokio::test]
    async fn only_names_with_a_hash_are_kept_for_ever() {
        let index = FILES.get_file("index.html").and_then(|file| file.contents_utf8()).expect("the page");
        let script =
            index.split('"').find_map(|part| part.strip_prefix("/web/").filter(|name| name.ends_with(".js")));
        let hashed = cache_of(script.expect("a script")).await.expect("the script");
        assert!(hashed.ends_with("immutable"), "{hashed}");
        for fixed in [WORKER, "app.webmanifest", "icon.svg"] {
            assert_eq!(cache_of(fixed).await.as_deref(), Some("no-cache"), "{fixed}");
        }
        for absent in ["documents.json", "../Cargo.toml", "index.html", ""] {
            assert_eq!(asset(Path(absent.to_owned())).await.status(), StatusCode::NOT_FOUND, "{absent}");
        }
    }

    #[tokio::test]
    async fn the_service_worker_may_keep_the_page() {
        let worker = asset(Path(WORKER.to_owned())).await;
        assert_eq!(worker.headers().get(WORKER_ALLOWED), Some(&HeaderValue::from_static("/")));
        let icon = asset(Path("icon.svg".to_owned())).await;
        assert_eq!(icon.headers().get(WORKER_ALLOWED), None);
    }

    #[test]
    fn the_page_has_places_for_the_time_and_the_logins_and_its_documents_are_known() {
        let index = FILES.get_file("index.html").and_then(|file| file.contents_utf8()).expect("the page");
        assert_eq!((index.matches("data-now=\"\"").count(), index.matches("data-demo=\"\"").count()), (1, 1));
        documents().expect("the manifest of the page");
    }
}
