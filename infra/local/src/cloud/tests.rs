//! The local cloud as a whole, with the repository's own templates. What the chat does is tested elsewhere.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::Cloud;
use crate::options::{Options, People};
use crate::people;

fn options() -> Options {
    Options::for_tests(concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml"))
}

async fn send<S>(stream: S, request: Request<Full<Bytes>>) -> Response<Bytes>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

async fn plain(cloud: &Cloud, request: http::request::Builder, body: &Value) -> Response<Bytes> {
    let stream = TcpStream::connect(("127.0.0.1", cloud.port())).await.unwrap();
    let request = request.header("host", "localhost").body(Full::from(body.to_string())).unwrap();
    send(stream, request).await
}

async fn cognito(cloud: &Cloud, operation: &str, body: &Value) -> Value {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let response = plain(cloud, Request::post("/").header("x-amz-target", target), body).await;
    serde_json::from_slice(response.body()).unwrap()
}

#[tokio::test]
async fn one_port_speaks_plain_and_tls() {
    let cloud = Cloud::start(options()).await.unwrap();
    let health = plain(&cloud, Request::get("/_local/health"), &json!(null)).await;
    assert_eq!(health.status(), StatusCode::OK);

    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(cloud.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let client = client.unwrap().with_root_certificates(roots).with_no_client_auth();
    for name in ["localhost", "127.0.0.1"] {
        let stream = TcpStream::connect(("127.0.0.1", cloud.port())).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(client.clone()));
        let stream = connector.connect(ServerName::try_from(name).unwrap(), stream).await.unwrap();
        let request = Request::get("/_local/health").header("host", name).body(Full::default()).unwrap();
        assert_eq!(send(stream, request).await.status(), StatusCode::OK, "{name}");
    }
    cloud.shut_down().await;
}

#[tokio::test]
async fn browsers_may_read_every_answer() {
    let cloud = Cloud::start(options()).await.unwrap();
    for path in ["/", "/graphql", "/_local/config", "/nowhere"] {
        let response = plain(&cloud, Request::get(path), &json!(null)).await;
        assert!(response.headers().contains_key("access-control-allow-origin"), "{path}");
        let preflight = Request::options(path)
            .header("origin", "http://localhost:5173")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,x-amz-target");
        let response = plain(&cloud, preflight, &json!(null)).await;
        assert!(response.status().is_success(), "{path}");
        assert_eq!(
            response.headers()["access-control-allow-headers"],
            "authorization,x-amz-target",
            "{path}"
        );
    }
}

#[tokio::test]
async fn seed_people_can_sign_in_and_ask_who_they_are() {
    let cloud = Cloud::start(Options { people: People::Seeded, ..options() }).await.unwrap();
    let request = json!({
        "ClientId": cloud.endpoints().user_pool_client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": people::address("alice").to_string(), "PASSWORD": people::PASSWORD},
    });
    let signed_in = cognito(&cloud, "InitiateAuth", &request).await;
    let token = signed_in["AuthenticationResult"]["AccessToken"].as_str().unwrap().to_owned();
    let query = json!({"query": "{ getMe { id } }"});
    let response = plain(&cloud, Request::post("/graphql").header("authorization", token), &query).await;
    let answer: Value = serde_json::from_slice(response.body()).unwrap();
    assert!(answer["data"]["getMe"]["id"].is_string(), "{answer}");
    let asked = cloud.journal().entries().into_iter().find(|entry| entry.name == "Query.getMe").unwrap();
    assert_eq!(asked.invocations, ["get-me"]);
    assert_eq!(asked.round_trips(), 1);
}

#[tokio::test]
async fn a_stranger_cannot_reach_the_table() {
    let cloud = Cloud::start(options()).await.unwrap();
    let request = Request::post("/").header("x-amz-target", "DynamoDB_20120810.ListTables");
    let response = plain(&cloud, request, &json!({})).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(String::from_utf8_lossy(response.body()).contains("MissingAuthenticationTokenException"));
}

#[tokio::test]
async fn after_the_end_nothing_is_left() {
    let cloud = Cloud::start(options()).await.unwrap();
    let inner = Arc::downgrade(&cloud.control.inner);
    cloud.settle().await;
    cloud.shut_down().await;
    // Tasks that were told to stop need a turn to do so.
    for _ in 0..100 {
        if inner.strong_count() == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{} parts still hold the others", inner.strong_count());
}
