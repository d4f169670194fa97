//! Tokens that nobody should believe.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use local_core::verify::{TokenError, TokenVerifier};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::world::World;
use crate::tokens::keys::Use;

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token with genuine signature over changed claims: what only the pool itself could make.
fn signed(world: &World, token: &str, used: Use, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let mut claims = part(token, 1).as_object().unwrap().clone();
    change(&mut claims);
    world.cognito.pools.keys().unwrap().get(used).sign(&claims).unwrap()
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let world = World::new();
    world.person("alice@example.com").await;
    let token = world.tokens("alice@example.com").await.access;
    let (header, claims) = (part(&token, 0), token.split('.').nth(1).unwrap());
    let signature = token.split('.').nth(2).unwrap();
    let with_header = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        encode(&header)
    };
    let mut other_claims = part(&token, 1);
    other_claims["sub"] = json!("somebody-else");

    let public = world.cognito.jwks()["keys"][1]["n"].as_str().unwrap().to_owned();
    let hs256 = format!("{}.{claims}", with_header("alg", json!("HS256")));
    let mac = Hmac::<Sha256>::new_from_slice(public.as_bytes()).unwrap().chain_update(&hs256);
    let forged = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());

    for (case, token) in [
        ("no algorithm", format!("{}.{claims}.", with_header("alg", json!("none")))),
        (
            "no algorithm, old signature",
            format!("{}.{claims}.{signature}", with_header("alg", json!("none"))),
        ),
        ("the public key as a secret", format!("{hs256}.{forged}")),
        ("another algorithm", format!("{}.{claims}.{signature}", with_header("alg", json!("RS512")))),
        ("an unknown key", format!("{}.{claims}.{signature}", with_header("kid", json!("other")))),
        ("no key", format!("{}.{claims}.{signature}", encode(&json!({ "alg": "RS256" })))),
        ("other claims", format!("{}.{}.{signature}", encode(&header), encode(&other_claims))),
        ("a cut signature", token[..token.len() - 4].to_owned()),
    ] {
        assert_eq!(world.cognito.verify(&token), Err(TokenError::Refused), "{case}");
        assert_eq!(world.get_user(&token).await.unwrap_err().1, "Invalid Access Token", "{case}");
    }
    world.cognito.verify(&token).expect("the genuine one still is");
}

#[tokio::test]
async fn wrong_claims_are_refused_under_a_genuine_signature() {
    let world = World::new();
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    let access = |name: &'static str, value: Value| {
        signed(&world, &tokens.access, Use::Access, |claims| {
            claims.insert(name.to_owned(), value);
        })
    };
    let later = world.clock.epoch_seconds() + 60;
    for (case, token) in [
        ("issuer", access("iss", json!("http://localhost:4000/us-east-1_Other"))),
        ("client", access("client_id", json!("other"))),
        ("use", access("token_use", json!("id"))),
        ("not yet", access("nbf", json!(later))),
        ("odd nbf", access("nbf", json!("soon"))),
        ("no end", access("exp", json!(null))),
        ("signed as an id token", signed(&world, &tokens.access, Use::Id, |_| ())),
        (
            "audience",
            signed(&world, &tokens.id, Use::Id, |claims| {
                claims.insert("aud".to_owned(), json!("other"));
            }),
        ),
    ] {
        assert_eq!(world.cognito.verify(&token), Err(TokenError::Refused), "{case}");
    }
    let past = access("exp", json!(world.clock.epoch_seconds()));
    assert_eq!(world.cognito.verify(&past), Err(TokenError::Expired));
    world.cognito.verify(&access("nbf", json!(later - 60))).expect("a token that is good from now on");
}

#[tokio::test]
async fn what_is_no_token_is_malformed() {
    let world = World::new();
    let long = format!("{}.{}.{}", encode(&json!({ "alg": "RS256" })), "a".repeat(64 * 1_024), "b");
    for text in ["", "abc", "a.b.c", "a.b.c.d", "..", "eyJhbGciOiJSUzI1NiJ9", long.as_str()] {
        assert_eq!(world.cognito.verify(text), Err(TokenError::Malformed), "{text:.20}");
        assert_eq!(world.get_user(text).await.unwrap_err().1, "Invalid Access Token");
    }
}
