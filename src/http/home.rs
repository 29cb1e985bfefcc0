//! `GET /`: the page for staff in a browser. Other clients get a text that describes this server and lists the URLs of
//! its parts.

use super::{app::App, negotiate, web};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{Key, Locale, Message};

/// The paths, each with the key of its description.
const ADDRESSES: [(&str, Key); 6] = [
    ("/", Key::HomePage),
    ("/graphql", Key::HomePlayground),
    ("/graphql", Key::HomeQueries),
    ("/graphql/stream", Key::HomeStreams),
    ("/journal/checkpoint", Key::HomeProofs),
    ("/version", Key::HomeVersion),
];

/// The page for staff, or a text for other clients.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    if negotiate::wants_playground(request.method(), request.headers()) {
        return web::page(&app, &request);
    }
    let locale = negotiate::locale(request.headers());
    let headers = [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("Accept, Accept-Language")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(code(locale))),
    ];
    (headers, text(locale, app.demo().is_some())).into_response()
}

const fn code(locale: Locale) -> &'static str {
    match locale {
        Locale::Id => "id",
        Locale::En => "en",
    }
}

fn text(locale: Locale, demo: bool) -> String {
    let keys = [Key::HomeAbout].into_iter().chain(demo.then_some(Key::HomeDemo));
    let mut lines: Vec<String> = keys.map(|key| Message::new(key).render(locale)).collect();
    lines.push(String::new());
    for (address, key) in ADDRESSES {
        lines.push(format!("{address:<20} {}", Message::new(key).render(locale)));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_every_address_and_only_a_demo_says_that_it_is_one() {
        for locale in [Locale::Id, Locale::En] {
            for demo in [true, false] {
                let text = text(locale, demo);
                for (address, key) in ADDRESSES {
                    let what = Message::new(key).render(locale);
                    assert!(text.contains(address) && text.contains(&what), "{address}: {text}");
                }
                assert_eq!(text.contains(&Message::new(Key::HomeDemo).render(locale)), demo);
            }
        }
    }
}
