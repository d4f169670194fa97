//! The public pages, and answers as HTTP.

use axum::body::{Body, to_bytes};
use axum::response::IntoResponse;
use http::Request;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::world::{CLIENT, World};

async fn page(world: &World, path: &str) -> (u16, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = world.cognito.router().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn anybody_can_verify_tokens_with_the_published_keys() {
    let world = World::new();
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    let (_, configuration) = page(&world, "/us-east-1_Local/.well-known/openid-configuration").await;
    assert_eq!(configuration["issuer"], "http://localhost:4000/us-east-1_Local");
    let uri = configuration["jwks_uri"].as_str().unwrap();
    let (status, keys) = page(&world, uri.strip_prefix("http://localhost:4000").unwrap()).await;
    assert_eq!(status, 200);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    for token in [&tokens.id, &tokens.access] {
        let kid = jsonwebtoken::decode_header(token).unwrap().kid;
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(kid)).unwrap();
        assert_eq!((&key["alg"], &key["kty"], &key["use"]), (&json!("RS256"), &json!("RSA"), &json!("sig")));
        let (n, e) = (key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
        let key = DecodingKey::from_rsa_components(n, e).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap();
    }
    assert_eq!(page(&world, "/us-east-1_Other/.well-known/jwks.json").await.0, 404);
}

#[tokio::test]
async fn an_error_is_named_in_header_and_body() {
    let world = World::new();
    let body = json!({ "ClientId": CLIENT }).to_string();
    let target = "AWSCognitoIdentityProviderService.SignUp";
    let response = world.cognito.handle(target, body.as_bytes(), None).await.into_response();
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.1");
    assert_eq!(response.headers()["x-amzn-errortype"], "InvalidParameterException:");
    assert!(response.headers().contains_key("x-amzn-requestid"));
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap()["__type"], "InvalidParameterException");
}
