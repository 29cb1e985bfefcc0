//! Uploads of files, and the templates of import files.

use super::{
    app::App,
    front::{Call, HttpError},
    negotiate,
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Key, id::UploadId};
use futures_util::StreamExt;
use graphql::global_id;
use serde::Deserialize;
use service::{Env, Error, evidence, import};
use std::time::Duration;

/// The longest pause of a sender.
pub(crate) const PAUSE: Duration = Duration::from_secs(30);
/// The timeout for a whole file: 64 MiB at 128 KiB/s.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// The secret of the signed address.
#[derive(Deserialize)]
pub struct Parameters {
    token: String,
}

/// `PUT /uploads/{id}?token=`: receives the bytes of a file after `createUpload`.
pub async fn receive(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let call = Call::new(negotiate::locale(&headers));
    let malformed = |status, key: Key| HttpError::malformed(status, key, call.locale).into_plain_response();
    let stored = tokio::time::timeout(UPLOAD_TIMEOUT, store(&app.env, &id, &parameters.token, body));
    match stored.await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(UploadError::Service(error))) => HttpError::of(&error, call).into_plain_response(),
        Ok(Err(UploadError::TooSlow)) | Err(_) => malformed(StatusCode::REQUEST_TIMEOUT, Key::BodyTooSlow),
        Ok(Err(UploadError::Broken)) => malformed(StatusCode::BAD_REQUEST, Key::BodyBroken),
    }
}

/// Why a file was not stored.
enum UploadError {
    /// The use case refused it.
    Service(Error),
    /// The sender paused for too long.
    TooSlow,
    /// The body ended before it was complete.
    Broken,
}

impl From<Error> for UploadError {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

/// A file for an import, or evidence.
enum Receiving {
    Import(import::IncomingFile),
    Evidence(evidence::IncomingFile),
}

impl Receiving {
    async fn begin(env: &Env, id: UploadId, token: &str) -> Result<Self, Error> {
        match evidence::receive(env, id, token).await {
            // Both kinds of uploads have the same form of address.
            Err(Error::NotFound) => import::receive(env, id, token).await.map(Self::Import),
            found => found.map(Self::Evidence),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Self::Import(file) => file.write(bytes).await,
            Self::Evidence(file) => file.write(bytes).await,
        }
    }

    async fn finish(self) -> Result<(), Error> {
        match self {
            Self::Import(file) => file.finish().await.map(drop),
            Self::Evidence(file) => file.finish().await,
        }
    }
}

async fn store(env: &Env, id: &str, token: &str, body: Body) -> Result<(), UploadError> {
    // A malformed id is reported like an unknown one.
    let id = global_id::upload(id).map_err(|_| Error::NotFound)?;
    let mut receiving = Receiving::begin(env, id, token).await?;
    let mut body = body.into_data_stream();
    loop {
        match tokio::time::timeout(PAUSE, body.next()).await {
            Err(_) => return Err(UploadError::TooSlow),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(UploadError::Broken),
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

/// The templates of all sheets as one workbook.
pub async fn workbook(headers: HeaderMap) -> Response {
    match import::template_workbook() {
        Ok(bytes) => {
            let disposition = "attachment; filename=\"import-templates.xlsx\"";
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes)
                .into_response()
        }
        Err(error) => HttpError::of(&error, Call::new(negotiate::locale(&headers))).into_plain_response(),
    }
}

fn template(name: &str) -> Response {
    let Some(text) = import::template(name) else { return StatusCode::NOT_FOUND.into_response() };
    let disposition = format!("attachment; filename=\"import-template-{name}.csv\"");
    let kind = "text/csv; charset=utf-8".to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}
