//! What tokens say, and how long they are good.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_core::verify::{TokenError, TokenVerifier};
use serde_json::{Value, json};

use super::world::{CLIENT, PASSWORD, Tokens, World};

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn names(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    names.sort();
    names
}

#[tokio::test]
async fn claims_are_exactly_those_of_cognito() {
    let world = World::new();
    let sub = world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    let (id, access) = (part(&tokens.id, 1), part(&tokens.access, 1));
    let mut expected = vec![
        "aud",
        "auth_time",
        "cognito:username",
        "email",
        "email_verified",
        "event_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "origin_jti",
        "sub",
        "token_use",
    ];
    assert_eq!(names(&id), expected);
    expected = vec![
        "auth_time",
        "client_id",
        "event_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "origin_jti",
        "scope",
        "sub",
        "token_use",
        "username",
    ];
    assert_eq!(names(&access), expected);
    for (claims, name, value) in [
        (&id, "sub", json!(sub)),
        (&id, "cognito:username", json!(sub)),
        (&id, "aud", json!(CLIENT)),
        (&id, "iss", json!("http://localhost:4000/us-east-1_Local")),
        (&id, "token_use", json!("id")),
        (&id, "email", json!("alice@example.com")),
        (&id, "email_verified", json!(true)),
        (&access, "sub", json!(sub)),
        (&access, "username", json!(sub)),
        (&access, "client_id", json!(CLIENT)),
        (&access, "token_use", json!("access")),
        (&access, "scope", json!("aws.cognito.signin.user.admin")),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 3_600);
    assert_eq!((&id["origin_jti"], &id["event_id"]), (&access["origin_jti"], &access["event_id"]));
    assert_ne!(id["jti"], access["jti"]);
    assert_eq!(names(&part(&tokens.id, 0)), ["alg", "kid"]);
    assert_ne!(part(&tokens.id, 0)["kid"], part(&tokens.access, 0)["kid"]);
}

#[tokio::test]
async fn groups_come_by_precedence() {
    let world = World::new();
    world.person("alice@example.com").await;
    for group in ["others", "readers", "agents"] {
        let body = json!({ "Username": "alice@example.com", "GroupName": group });
        world.admin("AdminAddUserToGroup", body).await.unwrap();
    }
    let tokens = world.tokens("alice@example.com").await;
    for token in [&tokens.id, &tokens.access] {
        assert_eq!(part(token, 1)["cognito:groups"], json!(["agents", "readers", "others"]));
    }
}

#[tokio::test]
async fn a_refresh_keeps_the_family_and_gives_no_new_refresh_token() {
    let world = World::new();
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    world.advance(60);
    let parameters = json!({ "REFRESH_TOKEN": tokens.refresh });
    let body = json!({ "ClientId": CLIENT, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
    let old_way = world.call("InitiateAuth", body).await.unwrap();
    let new_way = world.refresh(&tokens.refresh).await.unwrap();
    for answer in [old_way, new_way] {
        assert_eq!(answer["AuthenticationResult"].get("RefreshToken"), None);
        let (before, after) = (part(&tokens.access, 1), part(&Tokens::of(&answer).access, 1));
        for name in ["origin_jti", "event_id", "auth_time", "sub"] {
            assert_eq!(before[name], after[name], "{name}");
        }
        assert!(after["iat"].as_i64() >= before["iat"].as_i64().map(|iat| iat + 60));
        assert_ne!(before["jti"], after["jti"]);
    }
}

#[tokio::test]
async fn tokens_end() {
    let world = World::new();
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    assert_eq!(world.cognito.verify(&tokens.access).unwrap()["token_use"], "access");
    assert_eq!(world.cognito.verify(&tokens.id).unwrap()["token_use"], "id");
    world.advance(3_601);
    assert_eq!(world.cognito.verify(&tokens.access), Err(TokenError::Expired));
    assert_eq!(world.get_user(&tokens.access).await.unwrap_err().1, "Access Token has expired");
    world.refresh(&tokens.refresh).await.unwrap();
    world.advance(30 * 86_400);
    assert_eq!(world.refresh(&tokens.refresh).await.unwrap_err().1, "Refresh Token has expired");
}

#[tokio::test]
async fn revoking_one_sign_in_leaves_the_others() {
    let world = World::new();
    world.person("alice@example.com").await;
    let (phone, laptop) = (world.tokens("alice@example.com").await, world.tokens("alice@example.com").await);
    world.call("RevokeToken", json!({ "ClientId": CLIENT, "Token": phone.refresh })).await.unwrap();
    assert_eq!(world.refresh(&phone.refresh).await.unwrap_err().1, "Refresh Token has been revoked");
    assert_eq!(world.get_user(&phone.access).await.unwrap_err().1, "Access Token has been revoked");
    world.refresh(&laptop.refresh).await.unwrap();
    world.get_user(&laptop.access).await.unwrap();
    world.cognito.verify(&phone.access).expect("AppSync does not ask for revocation");

    let body = json!({ "ClientId": CLIENT, "Token": laptop.access });
    assert_eq!(world.call("RevokeToken", body).await.unwrap_err().0, "UnsupportedTokenTypeException");
    let body = json!({ "ClientId": "legacy", "Token": laptop.refresh });
    world.call("RevokeToken", body).await.unwrap();
    world.refresh(&laptop.refresh).await.expect("another client cannot revoke it");
}

#[tokio::test]
async fn a_sign_in_right_after_signing_out_everywhere_works() {
    let world = World::new();
    world.person("alice@example.com").await;
    let before = [world.tokens("alice@example.com").await, world.tokens("alice@example.com").await];
    world.call("GlobalSignOut", json!({ "AccessToken": before[0].access })).await.unwrap();
    let after = world.tokens("alice@example.com").await;
    for tokens in &before {
        assert_eq!(world.get_user(&tokens.access).await.unwrap_err().1, "Access Token has been revoked");
        assert_eq!(world.refresh(&tokens.refresh).await.unwrap_err().0, "NotAuthorizedException");
    }
    world.get_user(&after.access).await.unwrap();
    world.refresh(&after.refresh).await.unwrap();
}

#[tokio::test]
async fn rotated_refresh_tokens_serve_through_their_grace_only() {
    let world = World::with(|config| {
        config.pool.clients[0].refresh_rotation_grace = Some(Duration::from_secs(60));
    });
    world.person("alice@example.com").await;
    let first = world.tokens("alice@example.com").await.refresh;
    let second = Tokens::of(&world.refresh(&first).await.unwrap()).refresh;
    assert!(!second.is_empty() && second != first);
    world.advance(30);
    world.refresh(&first).await.expect("a lost answer can be asked for again");
    world.advance(30);
    assert_eq!(world.refresh(&first).await.unwrap_err().0, "NotAuthorizedException");
    world.refresh(&second).await.unwrap();
    let parameters = json!({ "REFRESH_TOKEN": second });
    let body = json!({ "ClientId": CLIENT, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
    assert_eq!(world.call("InitiateAuth", body).await.unwrap_err().0, "InvalidParameterException");
}

#[tokio::test]
async fn without_revocation_tokens_name_no_family() {
    let world = World::with(|config| config.pool.clients[0].enable_token_revocation = false);
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    assert!(part(&tokens.access, 1).get("origin_jti").is_none() && part(&tokens.id, 1).get("jti").is_none());
    let body = json!({ "ClientId": CLIENT, "Token": tokens.refresh });
    assert_eq!(world.call("RevokeToken", body).await.unwrap_err().0, "UnsupportedOperationException");
    world.call("GlobalSignOut", json!({ "AccessToken": tokens.access })).await.unwrap();
    assert_eq!(world.get_user(&tokens.access).await.unwrap_err().1, "Access Token has been revoked");
    world.sign_in("alice@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_client_sees_the_attributes_that_it_may_read() {
    let world = World::with(|config| {
        config.pool.clients[0].read_attributes = Some(["email_verified".to_owned()].into());
    });
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    let claims = part(&tokens.id, 1);
    assert_eq!((claims.get("email"), &claims["email_verified"]), (None, &json!(true)));
    let list = world.get_user(&tokens.access).await.unwrap()["UserAttributes"].clone();
    let shown: Vec<&str> =
        list.as_array().unwrap().iter().filter_map(|attribute| attribute["Name"].as_str()).collect();
    assert_eq!(shown, ["sub", "email_verified"]);
}
