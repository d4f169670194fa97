//! The way in: a WebSocket with the header of the client's mode, in one of three places.

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::auth::{Credentials, Intent, authenticate};
use crate::engine::Engine;
use crate::realtime::frames::Problem;
use crate::realtime::socket;

/// The name of the protocol.
const PROTOCOL: &str = "graphql-ws";
/// What comes before the header within the list of protocols.
const HEADER_PROTOCOL: &str = "header-";
/// What authorizers are told of a connection.
const CONNECT: &str = "DeepDish:Connect";
/// How long a message may be, in bytes.
const LONGEST_MESSAGE: usize = 1024 * 1024;
/// What is read from a socket at once, in bytes. Each socket holds as much for as long as it lives: the library's
/// 128 KB would be more than a gigabyte for ten thousand of them.
const READ_AT_ONCE: usize = 4 * 1024;

/// Accepts a WebSocket. A client that is refused is told so on the socket, which then closes.
pub(crate) async fn upgrade(
    engine: Arc<Engine>,
    upgrade: WebSocketUpgrade,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let verdict = connect(&engine, &uri, &headers).await;
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(LONGEST_MESSAGE)
        .read_buffer_size(READ_AT_ONCE)
        .on_upgrade(move |socket| socket::serve(engine, socket, verdict, headers))
}

async fn connect(engine: &Engine, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let protocols = protocols(headers);
    if !protocols.iter().any(|protocol| protocol == PROTOCOL) {
        return Err(Problem {
            error_type: Some("NoProtocolError".to_owned()),
            message: None,
            code: Some(400),
        });
    }
    let shown = shown_headers(&protocols, uri, headers)?;
    let variables = Value::Object(Map::new());
    let credentials = Credentials {
        headers: &shown,
        method: "POST",
        path: "/graphql/connect",
        query: "",
        body: b"{}",
        intent: Intent { query: "", operation_name: Some(CONNECT), variables: &variables },
    };
    match authenticate(engine, credentials).await {
        Ok(_) => Ok(()),
        Err(refusal) => Err(Problem { code: Some(401), ..Problem::new("UnauthorizedException", refusal.0) }),
    }
}

fn protocols(headers: &HeaderMap) -> Vec<String> {
    let lists = headers.get_all("sec-websocket-protocol").iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(|protocol| protocol.trim().to_owned()).collect()
}

/// The headers that carry the credentials: from the protocols, from the query, or the request's own.
fn shown_headers(protocols: &[String], uri: &Uri, headers: &HeaderMap) -> Result<HeaderMap, Problem> {
    let of_protocol = protocols.iter().find_map(|protocol| protocol.strip_prefix(HEADER_PROTOCOL));
    let of_query = || {
        let parameters = uri.query().unwrap_or_default().split('&');
        let encoded = parameters.filter_map(|parameter| parameter.strip_prefix("header=")).next()?;
        Some(percent_decode_str(encoded).decode_utf8_lossy().into_owned())
    };
    match of_protocol.map(str::to_owned).or_else(of_query) {
        Some(encoded) => {
            let malformed = || Problem {
                code: Some(400),
                ..Problem::new("BadRequestException", "The header of the connection cannot be read.")
            };
            let json = decode(&encoded).ok_or_else(malformed)?;
            let members = serde_json::from_slice::<Map<String, Value>>(&json).map_err(|_| malformed())?;
            let shown = header_map(&members).ok_or_else(malformed)?;
            if shown.contains_key("host") { Ok(shown) } else { Err(missing()) }
        }
        None if headers.contains_key("authorization") || headers.contains_key("x-api-key") => {
            Ok(headers.clone())
        }
        None => Err(missing()),
    }
}

fn missing() -> Problem {
    Problem { error_type: None, message: Some("Required headers are missing.".to_owned()), code: Some(400) }
}

/// Base64 in either alphabet, padded or not.
fn decode(encoded: &str) -> Option<Vec<u8>> {
    let standard = encoded.trim_end_matches('=').replace('-', "+").replace('_', "/");
    STANDARD_NO_PAD.decode(standard).ok()
}

/// Headers that came as JSON. Their names are compared without regard to case.
pub(super) fn header_map(members: &Map<String, Value>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in members {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        headers.insert(name, HeaderValue::try_from(text).ok()?);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    const JSON: &str = r#"{"host":"localhost","Authorization":"t?>~"}"#;

    fn shown(protocols: &[&str], uri: &str) -> Result<HeaderMap, Problem> {
        let protocols: Vec<String> = protocols.iter().map(|protocol| (*protocol).to_owned()).collect();
        shown_headers(&protocols, &uri.parse().unwrap(), &HeaderMap::new())
    }

    #[test]
    fn the_header_comes_in_a_protocol_or_in_the_query() {
        let protocol = format!("header-{}", URL_SAFE_NO_PAD.encode(JSON));
        assert_eq!(shown(&["graphql-ws", &protocol], "/graphql").unwrap()["authorization"], "t?>~");
        let uri = format!("/graphql?header={}&payload=e30=", STANDARD.encode(JSON));
        assert_eq!(shown(&["graphql-ws"], &uri).unwrap()["authorization"], "t?>~");
        let uri = format!("/graphql?payload=e30=&header={}", STANDARD.encode(JSON).replace('=', "%3D"));
        assert_eq!(shown(&["graphql-ws"], &uri).unwrap()["host"], "localhost");
    }

    #[test]
    fn without_a_header_or_a_host_headers_are_missing() {
        assert_eq!(shown(&["graphql-ws"], "/graphql").unwrap_err(), missing());
        let protocol = format!("header-{}", URL_SAFE_NO_PAD.encode(r#"{"x-api-key":"k"}"#));
        assert_eq!(shown(&[&protocol], "/graphql").unwrap_err(), missing());
    }

    #[test]
    fn an_unreadable_header_is_a_bad_request() {
        assert_eq!(shown(&["header-!!"], "/graphql").unwrap_err().code, Some(400));
    }
}
