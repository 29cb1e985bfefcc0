//! Answers that the router or a handler gives without a body: a path that does not exist, a method that it does not take.
//! They get the JSON of all other errors.

use super::{front::HttpError, negotiate};
use axum::{body::HttpBody, extract::Request, http::StatusCode, middleware::Next, response::Response};
use domain::{ErrorCode, Key};

/// Says in words why a request failed, if nothing else has said it.
pub async fn explain(request: Request, next: Next) -> Response {
    let locale = negotiate::locale(request.headers());
    let response = next.run(request).await;
    if !response.body().is_end_stream() {
        return response;
    }
    let error = match response.status() {
        StatusCode::NOT_FOUND => HttpError::new(ErrorCode::NotFound, Key::PathUnknown, locale),
        // The router adds the header `Allow` later.
        StatusCode::METHOD_NOT_ALLOWED => {
            HttpError::malformed(StatusCode::METHOD_NOT_ALLOWED, Key::MethodRefused, locale)
        }
        _ => return response,
    };
    error.into_plain_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        Router,
        body::{Body, to_bytes},
        http::header,
        middleware::from_fn,
        routing::{get, put},
    };
    use serde_json::{Value, json};
    use tower::ServiceExt;

    async fn answer(method: &str, path: &str) -> (u16, Option<String>, String) {
        let routes = Router::new()
            .route("/here", get(async || "here"))
            .route("/empty", get(async || StatusCode::NO_CONTENT))
            .route("/said", get(async || (StatusCode::NOT_FOUND, "said")))
            .route("/file", put(async || StatusCode::NOT_FOUND))
            .layer(from_fn(explain));
        let request = Request::builder().method(method).uri(path).header("accept-language", "en");
        let answer =
            routes.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        let allow =
            answer.headers().get(header::ALLOW).map(|methods| methods.to_str().expect("text").to_owned());
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 10_000).await.expect("a body");
        (status, allow, String::from_utf8(body.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn refusals_without_a_body_become_errors_with_a_code() {
        for (method, path, status, allow, code) in [
            ("GET", "/nope", 404, None, "NOT_FOUND"),
            ("POST", "/nope", 404, None, "NOT_FOUND"),
            ("PUT", "/file", 404, None, "NOT_FOUND"),
            ("POST", "/here", 405, Some("GET,HEAD"), "BAD_REQUEST"),
            ("GET", "/file", 405, Some("PUT"), "BAD_REQUEST"),
        ] {
            let (found, allowed, body) = answer(method, path).await;
            assert_eq!((found, allowed.as_deref()), (status, allow), "{method} {path}");
            let body: Value = serde_json::from_str(&body).expect("JSON");
            assert_eq!(body["errors"][0]["extensions"]["code"], json!(code), "{body}");
            assert!(body["errors"][0]["message"].as_str().is_some_and(|said| said.len() > 10), "{body}");
        }
    }

    #[tokio::test]
    async fn other_answers_stay_as_they_are() {
        for (path, status, body) in [("/here", 200, "here"), ("/empty", 204, ""), ("/said", 404, "said")] {
            assert_eq!(answer("GET", path).await, (status, None, body.to_owned()));
        }
    }
}
