//! The statuses of answers on `/graphql`.

use crate::http::negotiate::Media;
use async_graphql::ServerError;
use axum::http::StatusCode;
use domain::ErrorCode;

/// The edition of GraphQL over HTTP that the statuses of answers follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// The release of September 2026: 400 only for a request that does not parse, 422 for any other wrong request, 294
    /// for data with errors. Clients that only accept `application/json` get the same, but 200 for all data.
    #[default]
    Release,
    /// The draft before the release: 400 for all wrong requests, 200 for data with errors. Clients that only accept
    /// `application/json` get 200, unless the HTTP request itself was malformed.
    Draft,
}

impl Edition {
    /// The status of an executed operation.
    pub(super) fn executed(self, errors: &[ServerError], media: Media) -> StatusCode {
        match (self, media) {
            (Self::Release, Media::GraphqlResponse) if !errors.is_empty() => partial(),
            _ => StatusCode::OK,
        }
    }

    /// The status and the media type of an operation that is not executed.
    pub(super) fn not_executed(
        self,
        code: ErrorCode,
        status: StatusCode,
        media: Media,
    ) -> (StatusCode, Media) {
        match self {
            Self::Draft if media == Media::Json => (StatusCode::OK, media),
            Self::Draft => (status, media),
            Self::Release => {
                let parsed = status == StatusCode::BAD_REQUEST && code != ErrorCode::GraphqlParseFailed;
                let status = if parsed { StatusCode::UNPROCESSABLE_ENTITY } else { status };
                // Proxies also send this status. Only the media type shows that the answer comes from the GraphQL
                // server.
                (status, Media::GraphqlResponse)
            }
        }
    }
}

/// 294, which has no name yet.
fn partial() -> StatusCode {
    StatusCode::from_u16(294).unwrap_or(StatusCode::OK)
}
