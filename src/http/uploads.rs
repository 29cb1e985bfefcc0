//! Files on their way in, and the templates of those that an import reads.

use super::{app::App, exports::refused, negotiate};
use crate::graphql::global_id;
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde::Deserialize;
use service::{Env, Error, import};
use std::time::Duration;

/// How long a sender may pause.
const PAUSE: Duration = Duration::from_secs(30);
/// How long a whole file may take: 64 MiB at 128 KiB/s.
const WHOLE: Duration = Duration::from_secs(600);

/// What proves the address.
#[derive(Deserialize)]
pub struct Parameters {
    token: String,
}

/// `PUT /uploads/{id}?token=`: takes the bytes of a file that `createUpload` announced, once.
pub async fn receive(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let all = tokio::time::timeout(WHOLE, store(&app.env, &id, &parameters.token, body));
    match all.await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(Stop::Refused(error))) => refused(&error, negotiate::locale(&headers)),
        Ok(Err(Stop::Late)) | Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
        Ok(Err(Stop::Broken)) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Why a file did not arrive.
enum Stop {
    Refused(Error),
    Late,
    Broken,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

async fn store(env: &Env, id: &str, token: &str, body: Body) -> Result<(), Stop> {
    // A malformed id is as unknown as a wrong one.
    let id = global_id::upload(id).map_err(|_| Error::NotFound)?;
    let mut receiving = import::receive(env, id, token).await?;
    let mut body = body.into_data_stream();
    loop {
        match tokio::time::timeout(PAUSE, body.next()).await {
            Err(_) => return Err(Stop::Late),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Stop::Broken),
            Ok(Some(Ok(bytes))) => receiving.write(&bytes).await?,
        }
    }
    receiving.finish().await?;
    Ok(())
}

/// The template of units.
pub async fn units() -> Response {
    template("units")
}

/// The template of positions.
pub async fn positions() -> Response {
    template("positions")
}

/// The template of people.
pub async fn staff() -> Response {
    template("staff")
}

/// The template of superiors.
pub async fn superiors() -> Response {
    template("superiors")
}

fn template(name: &str) -> Response {
    let Some(text) = import::template(name) else { return StatusCode::NOT_FOUND.into_response() };
    let disposition = format!("attachment; filename=\"import-template-{name}.csv\"");
    let kind = "text/csv; charset=utf-8".to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}
