//! Content negotiation: media types with their q-values, and the language.

use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use domain::Locale;
use mediatype::{
    MediaType, MediaTypeList, Name, ReadParams,
    names::{_STAR, APPLICATION, CHARSET, EVENT_STREAM, HTML, JSON, MIXED, MULTIPART, Q, TEXT},
};

/// `application/json`.
const PLAIN: MediaType = MediaType::new(APPLICATION, JSON);
/// `application/graphql-response+json`.
const NEWER: MediaType =
    MediaType::from_parts(APPLICATION, Name::new_unchecked("graphql-response"), Some(JSON), &[]);
/// The parameter of `multipart/mixed` with the version of the protocol.
const SUBSCRIPTION_SPEC: Name = Name::new_unchecked("subscriptionSpec");

/// The media type of an answer, one of the two of GraphQL over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status gives the outcome.
    GraphqlResponse,
    /// `application/json`, for clients that may ignore the status. Data always has the status 200; in the draft, errors
    /// have it too.
    Json,
}

impl Media {
    /// The content type of the answer.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// The media type that the client prefers; `None` if it accepts neither.
///
/// Without `Accept`, and for `*/*`, it is `application/json`, as GraphQL over HTTP requires for older clients. Between
/// types of equal quality, the one that matches the more specific range is preferred, then the newer type.
#[must_use]
pub fn media(headers: &HeaderMap) -> Option<Media> {
    let Some(ranges) = ranges(headers) else {
        return Some(Media::Json);
    };
    let (newer, plain) = (weight(&ranges, &NEWER), weight(&ranges, &PLAIN));
    match (newer, plain) {
        (None, None) => None,
        (Some(_), None) => Some(Media::GraphqlResponse),
        (None, Some(_)) => Some(Media::Json),
        (Some(newer), Some(plain)) if newer > plain => Some(Media::GraphqlResponse),
        (Some(newer), Some(plain)) if newer == plain && newer.exactness == EXACT => {
            Some(Media::GraphqlResponse)
        }
        _ => Some(Media::Json),
    }
}

/// Whether a request asks for the playground: a GET that names `text/html` and prefers it to the media types of
/// GraphQL.
#[must_use]
pub fn wants_playground(method: &Method, headers: &HeaderMap) -> bool {
    let Some(ranges) = ranges(headers).filter(|_| method == Method::GET) else {
        return false;
    };
    let html = weight(&ranges, &MediaType::new(TEXT, HTML)).filter(|weight| weight.exactness == EXACT);
    let data = weight(&ranges, &NEWER).max(weight(&ranges, &PLAIN));
    html.is_some() && html > data
}

/// Whether a request opens a WebSocket: by an upgrade, or by CONNECT in HTTP/2.
#[must_use]
pub fn wants_socket(method: &Method, headers: &HeaderMap) -> bool {
    let upgrade = headers.get(UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    (method == Method::GET && upgrade) || method == Method::CONNECT
}

/// Whether the client accepts server-sent events; a client without `Accept` does.
#[must_use]
pub fn takes_events(headers: &HeaderMap) -> bool {
    ranges(headers).is_none_or(|ranges| weight(&ranges, &MediaType::new(TEXT, EVENT_STREAM)).is_some())
}

/// Whether the client accepts subscriptions as multipart answers: it names `multipart/mixed;subscriptionSpec=1.0`.
#[must_use]
pub fn takes_multipart(headers: &HeaderMap) -> bool {
    let named = |range: &Range| {
        let version = range.media.get_param(SUBSCRIPTION_SPEC);
        range.media.essence() == MediaType::new(MULTIPART, MIXED)
            && version.is_some_and(|version| version.unquoted_str() == "1.0")
    };
    ranges(headers).is_some_and(|ranges| ranges.iter().any(|range| named(range) && range.quality > 0))
}

/// Whether a page may open a socket: pages of this host and of allowed origins. Browsers send no preflight for sockets
/// but always send the origin; a request without one does not come from a browser.
#[must_use]
pub fn may_connect(headers: &HeaderMap, uri: &Uri, allowed: &[HeaderValue]) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (None, _) => return true,
        (Some(origin), None) => origin,
        (Some(_), Some(_)) => return false,
    };
    if allowed.contains(origin) {
        return true;
    }
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| uri.authority().map(|it| it.as_str()));
    let page = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((page, host), (Some((scheme, page)), Some(host)) if {
        let port = if scheme == "https" { ":443" } else { ":80" };
        page.trim_end_matches(port).eq_ignore_ascii_case(host.trim_end_matches(port))
    })
}

/// Whether the body is declared as uncompressed JSON in UTF-8.
///
/// No other type is read, because this type makes a browser send a preflight for pages of another site.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    let mut declared = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (declared.next(), declared.next()) else {
        return false;
    };
    let declared = value.to_str().ok().and_then(|value| MediaType::parse(value).ok());
    let json = declared.is_some_and(|media| media.essence() == PLAIN && is_utf8(&media));
    let plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    json && plain
}

/// The language of messages, by `Accept-Language`: Indonesian unless English is preferred.
#[must_use]
pub fn locale(headers: &HeaderMap) -> Locale {
    let mut best = (0, Locale::Id);
    let values = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    for item in values.flat_map(|value| value.split(',')) {
        let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let language = tag.trim().split('-').next().unwrap_or_default();
        let locale = match language.to_ascii_lowercase().as_str() {
            // "in" is what Java and old Android still call Indonesian.
            "id" | "in" => Locale::Id,
            "en" => Locale::En,
            _ => continue,
        };
        let Some((name, given)) = weight.split_once('=') else {
            continue;
        };
        let given = quality(given.trim()).filter(|_| name.trim().eq_ignore_ascii_case("q"));
        if let Some(quality) = given.filter(|quality| *quality > best.0) {
            best = (quality, locale);
        }
    }
    best.1
}

/// The exactness of the range `type/subtype`.
const EXACT: u8 = 2;

/// The client's preference for a type; quality is compared first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    /// Thousandths, 1 to 1000.
    quality: u16,
    /// 2 for `type/subtype`, 1 for `type/*`, 0 for `*/*`.
    exactness: u8,
}

/// A range of `Accept` and its quality in thousandths.
struct Range<'a> {
    media: MediaType<'a>,
    quality: u16,
}

/// The ranges of `Accept`; `None` if the header is missing or empty. Skips malformed ranges, and those of another charset
/// than UTF-8.
fn ranges(headers: &HeaderMap) -> Option<Vec<Range<'_>>> {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut values = values.filter(|value| !value.trim_matches([' ', '\t', ',']).is_empty()).peekable();
    values.peek()?;
    let ranges = values.flat_map(MediaTypeList::new).filter_map(|media| {
        let media = media.ok().filter(is_utf8)?;
        let quality = media.get_param(Q).map_or(Some(1000), |given| quality(given.as_str()))?;
        Some(Range { media, quality })
    });
    Some(ranges.collect())
}

/// The weight of a type, from the most specific range that matches it. `None` if no range matches or its quality is 0.
fn weight(ranges: &[Range<'_>], wanted: &MediaType<'_>) -> Option<Weight> {
    ranges
        .iter()
        .filter_map(|Range { media, quality }| {
            let exactness = if media.essence() == *wanted {
                EXACT
            } else if media.subty == _STAR && media.ty == wanted.ty {
                1
            } else if media.subty == _STAR && media.ty == _STAR {
                0
            } else {
                return None;
            };
            Some(Weight { quality: *quality, exactness })
        })
        .max_by_key(|weight| (weight.exactness, weight.quality))
        .filter(|weight| weight.quality > 0)
}

/// Parses a quality into thousandths; `None` if it is not a number from 0 to 1.
fn quality(given: &str) -> Option<u16> {
    let (whole, fraction) = given.split_once('.').unwrap_or((given, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// Whether a media type has no charset, or the charset UTF-8.
fn is_utf8(media: &MediaType<'_>) -> bool {
    media.params().filter(|(name, _)| *name == CHARSET).all(|(_, charset)| {
        let charset = charset.unquoted_str();
        charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(name: HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn q_values_choose_the_media_type() {
        use Media::{GraphqlResponse, Json};
        assert_eq!(media(&HeaderMap::new()), Some(Json));
        for (accept, wanted) in [
            ("application/json", Some(Json)),
            ("Application/GraphQL-Response+JSON", Some(GraphqlResponse)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("", Some(Json)),
            ("application/json, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json;q=0.5, application/graphql-response+json;q=0.9", Some(GraphqlResponse)),
            ("application/json;q=0.9, application/graphql-response+json;q=0.5", Some(Json)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlResponse)),
            ("application/json, */*", Some(Json)),
            ("application/graphql-response+json, */*", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.1, */*", Some(Json)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("application/json; charset=utf-8", Some(Json)),
            ("application/json; charset=latin1", None),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some(Json)),
            ("text/html", None),
            ("text/event-stream", None),
            ("*/*;q=0", None),
            ("application/json;q=2", None),
            ("nonsense", None),
            ("nonsense, application/json", Some(Json)),
            (", ,", Some(Json)),
            ("text/html;title=\"a, b\", application/json", Some(Json)),
            ("text/html;title=\", application/json, \"", None),
        ] {
            assert_eq!(media(&headers(ACCEPT, &[accept])), wanted, "{accept}");
        }
        let two = headers(ACCEPT, &["text/html", "application/json"]);
        assert_eq!(media(&two), Some(Json));
    }

    #[test]
    fn multipart_answers_must_be_named_with_their_version() {
        for (accept, wanted) in [
            ("multipart/mixed;subscriptionSpec=1.0", true),
            ("multipart/mixed; subscriptionSpec=\"1.0\", application/json", true),
            ("application/json;q=0.9, Multipart/Mixed;boundary=\"graphql\";subscriptionspec=1.0;q=0.8", true),
            ("multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json", true),
            ("multipart/mixed;boundary=\"a;b,c\";subscriptionSpec=1.0", true),
            ("multipart/mixed;subscriptionSpec=1.0;q=0", false),
            ("multipart/mixed;subscriptionSpec=2.0", false),
            ("multipart/mixed;deferSpec=20220824, application/json", false),
            ("multipart/mixed", false),
            ("multipart/*", false),
            ("*/*", false),
            ("", false),
        ] {
            assert_eq!(takes_multipart(&headers(ACCEPT, &[accept])), wanted, "{accept}");
        }
        assert!(!takes_multipart(&HeaderMap::new()));
    }

    #[test]
    fn only_browsers_get_the_playground() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, wanted) in [
            (browser, true),
            ("text/html", true),
            ("*/*", false),
            ("text/html, application/json", false),
            ("text/html;q=0.5, application/json", false),
        ] {
            let headers = headers(ACCEPT, &[accept]);
            assert_eq!(wants_playground(&Method::GET, &headers), wanted, "{accept}");
            assert!(!wants_playground(&Method::POST, &headers));
        }
        assert!(!wants_playground(&Method::GET, &HeaderMap::new()));
    }

    #[test]
    fn only_json_in_utf8_is_accepted() {
        for (value, wanted) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json;charset=\"utf-8\"", true),
            ("application/json; charset=utf-16", false),
            ("application/jsonp", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("", false),
        ] {
            assert_eq!(is_json(&headers(CONTENT_TYPE, &[value])), wanted, "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
        assert!(!is_json(&headers(CONTENT_TYPE, &["application/json", "text/plain"])));
        let mut packed = headers(CONTENT_TYPE, &["application/json"]);
        packed.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!is_json(&packed));
    }

    #[test]
    fn the_language_is_indonesian_unless_english_is_preferred() {
        assert_eq!(locale(&HeaderMap::new()), Locale::Id);
        for (value, wanted) in [
            ("en", Locale::En),
            ("en-GB,en;q=0.9", Locale::En),
            ("id,en;q=0.9", Locale::Id),
            ("en;q=0.4, id;q=0.5", Locale::Id),
            ("fr, en;q=0.1", Locale::En),
            ("en;q=0", Locale::Id),
            ("in-ID, en;q=0.8", Locale::Id),
            ("id;q=0.3, EN ; Q=0.4", Locale::En),
            ("en;q=NaN, id;q=0.1", Locale::Id),
            ("en;q=2", Locale::Id),
            ("en;x=1", Locale::Id),
            ("*", Locale::Id),
        ] {
            let headers = headers(ACCEPT_LANGUAGE, &[value]);
            assert_eq!(locale(&headers), wanted, "{value}");
        }
    }
}
