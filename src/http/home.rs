//! `GET /`: says what this server is and where its parts are.

use super::{app::App, negotiate};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use domain::{Key, Locale, Message};

/// The page has no scripts and loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const PAGE: &str = include_str!("home.html");

/// The addresses and what is there.
const ADDRESSES: [(&str, Key); 5] = [
    ("/graphql", Key::HomePlayground),
    ("/graphql", Key::HomeQueries),
    ("/graphql/stream", Key::HomeStreams),
    ("/journal/checkpoint", Key::HomeProofs),
    ("/version", Key::HomeVersion),
];

/// A page for browsers, and a text for other clients.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let locale = negotiate::locale(request.headers());
    let browser = negotiate::wants_playground(request.method(), request.headers());
    let body = if browser {
        Html(page(locale, app.demo().is_some())).into_response()
    } else {
        text(locale, app.demo().is_some()).into_response()
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("Accept, Accept-Language")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(code(locale))),
    ];
    (headers, body).into_response()
}

const fn code(locale: Locale) -> &'static str {
    match locale {
        Locale::Id => "id",
        Locale::En => "en",
    }
}

/// The sentences about the server.
fn about(locale: Locale, demo: bool) -> Vec<String> {
    let keys = [Key::HomeAbout].into_iter().chain(demo.then_some(Key::HomeDemo));
    keys.map(|key| Message::new(key).render(locale)).collect()
}

fn text(locale: Locale, demo: bool) -> String {
    let mut lines = about(locale, demo);
    lines.push(String::new());
    for (address, key) in ADDRESSES {
        lines.push(format!("{address:<20} {}", Message::new(key).render(locale)));
    }
    lines.join("\n") + "\n"
}

/// No part of the page comes from the request, so nothing is escaped.
fn page(locale: Locale, demo: bool) -> String {
    let about =
        about(locale, demo).into_iter().map(|sentence| format!("<p>{sentence}</p>")).collect::<String>();
    let list = ADDRESSES
        .map(|(address, key)| {
            let what = Message::new(key).render(locale);
            // Other addresses answer no plain GET of a browser.
            match key {
                Key::HomeQueries | Key::HomeStreams => format!("<li>{what}: <code>{address}</code></li>"),
                _ => format!("<li><a href=\"{address}\">{what}</a></li>"),
            }
        })
        .concat();
    PAGE.replace("{language}", code(locale)).replace("{about}", &about).replace("{list}", &list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_every_address_and_only_a_demo_says_that_it_is_one() {
        for locale in [Locale::Id, Locale::En] {
            for demo in [true, false] {
                let (text, page) = (text(locale, demo), page(locale, demo));
                for (address, key) in ADDRESSES {
                    let what = Message::new(key).render(locale);
                    assert!(text.contains(address) && text.contains(&what), "{address}: {text}");
                    assert!(page.contains(address) && page.contains(&what), "{address}: {page}");
                }
                let sentence = Message::new(Key::HomeDemo).render(locale);
                assert_eq!((text.contains(&sentence), page.contains(&sentence)), (demo, demo));
                assert!(
                    !["{language}", "{about}", "{list}"].iter().any(|name| page.contains(name)),
                    "{page}"
                );
            }
        }
    }
}
