//! The pages, as text with places for values.

use axum::extract::RawQuery;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};

use super::flow::read;

/// What all pages look like.
const FRAME: &str = include_str!("frame.html");

/// A page with this title and this content, which is markup.
pub(super) fn page(title: &str, content: &str) -> Response {
    let text = FRAME.replace("{title}", &escaped(title)).replace("{content}", content);
    // Pages hold tickets, which belong in no cache and in no other page's frame.
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::X_FRAME_OPTIONS, "DENY")];
    (headers, Html(text)).into_response()
}

/// Text that is no markup, in content and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// `GET /error`: what went wrong before it was known whose app it is.
pub(super) async fn error(RawQuery(query): RawQuery) -> Response {
    let parameters = read(query.as_deref().unwrap_or_default());
    let error = parameters.get("error").map_or("invalid_request", String::as_str);
    let content =
        format!("<p id=\"error\">An error was encountered with the requested page: {}</p>", escaped(error));
    (StatusCode::BAD_REQUEST, page("Error", &content)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("<a b=\"c\">d&'e'"), "&lt;a b=&quot;c&quot;&gt;d&amp;&#39;e&#39;");
    }
}
