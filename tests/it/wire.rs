//! The form of cursors and of error extensions, without a server.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Refusal;
use graphql::{
    cursor::{encode, later, start},
    error::extensions,
};
use service::journal::{Mark, Position, Start};
use uuid::Uuid;

fn cursor(number: i64) -> String {
    encode(Position { number, mark: Mark::parse("00ff00ff00ff") })
}

#[test]
fn the_later_cursor_counts() {
    let (early, late) = (cursor(9), cursor(10));
    for (one, other, expected) in [
        (early.as_str(), late.as_str(), late.as_str()),
        (&late, &early, &late),
        (&late, &late, &late),
        ("start", &early, &early),
        (&early, "start", &early),
        ("start", "start", "start"),
        ("nonsense", &late, "nonsense"),
        (&late, "nonsense", "nonsense"),
    ] {
        assert_eq!(later(one, other), expected, "{one} {other}");
    }
}

#[test]
fn a_cursor_is_read_as_it_was_written() {
    let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for (cursor, expected) in [
        (cursor(7), Some((7, Some("00ff00ff00ff")))),
        (text("j123"), Some((123, None))),
        (text("j0"), Some((0, None))),
        (text("j7."), None),
        (text("j7.00ff"), None),
        (text("j7.00FF00FF00FF"), None),
        (text("j7.00ff00ff00ff."), None),
        (text("j-7.00ff00ff00ff"), None),
        (text("j.00ff00ff00ff"), None),
        (text("j99999999999999999999"), None),
    ] {
        let Some((number, mark)) = expected else {
            assert!(start(Some(&cursor)).is_err(), "{cursor}");
            continue;
        };
        let position = Position { number, mark: mark.and_then(Mark::parse) };
        assert_eq!(start(Some(&cursor)).ok(), Some(Start::After(position)), "{cursor}");
        assert_eq!(encode(position), cursor);
    }
}

#[test]
fn an_error_has_the_extensions_that_clients_need() {
    let of = |error: service::Error| {
        let values = extensions(&error, Uuid::nil());
        ["code", "cursor", "currentVersion", "retryAfterSeconds", "requestId"]
            .map(|key| values.get(key).map(ToString::to_string))
            .to_vec()
    };
    let text = |text: &str| Some(format!("{text:?}"));
    let conflict = service::Error::from(Refusal::conflict(7));
    assert_eq!(of(conflict), [text("CONFLICT"), None, Some("7".to_owned()), None, None]);
    let limited = service::Error::RateLimited { seconds: 9 };
    assert_eq!(of(limited), [text("RATE_LIMITED"), None, None, Some("9".to_owned()), None]);
    let internal = of(service::Error::internal("a secret"));
    assert_eq!(internal[0], text("INTERNAL_SERVER_ERROR"));
    assert_eq!(internal[4], text(&Uuid::nil().to_string()));
    assert_eq!(of(service::Error::Overloaded), [text("OVERLOADED"), None, None, None, None]);
}
