//! What a restart must not forget.

use serde_json::json;

use super::world::{GUESTS, PASSWORD, World, config};
use crate::cognito::{Cognito, OpenError};
use crate::parts::Location;

#[tokio::test]
async fn people_tokens_keys_and_identities_survive() {
    let directory = tempfile::tempdir().unwrap();
    let location = || Location::Directory(directory.path().join("data"));
    let before = World::at(location());
    let sub = before.person("alice@example.com").await;
    let tokens = before.tokens("alice@example.com").await;
    let revoked = before.tokens("alice@example.com").await;
    before.call("RevokeToken", json!({ "ClientId": "web", "Token": revoked.refresh })).await.unwrap();
    let guest = before.identity("GetId", json!({ "IdentityPoolId": GUESTS })).await.unwrap();
    before.sign_up("bob@example.com").await.unwrap();
    let code = before.code();
    let keys = before.cognito.jwks();
    // Nothing is closed: a kill would not close anything either.
    let after = World::at(location());

    assert_eq!(after.cognito.jwks(), keys);
    assert_eq!(after.get_user(&tokens.access).await.unwrap()["Username"], json!(sub));
    after.refresh(&tokens.refresh).await.unwrap();
    assert_eq!(after.refresh(&revoked.refresh).await.unwrap_err().1, "Refresh Token has been revoked");
    after.sign_in("alice@example.com", PASSWORD).await.unwrap();
    after.confirm("bob@example.com", &code).await.unwrap();
    after.identity("GetCredentialsForIdentity", guest).await.unwrap();
}

#[tokio::test]
async fn locks_survive() {
    let directory = tempfile::tempdir().unwrap();
    let location = || Location::Directory(directory.path().to_owned());
    let before = World::at(location());
    before.person("alice@example.com").await;
    before.sign_up("bob@example.com").await.unwrap();
    for _ in 0..5 {
        assert!(before.confirm("bob@example.com", "wrong").await.is_err());
    }
    let after = World::at(location());
    assert_eq!(after.confirm("bob@example.com", "wrong").await.unwrap_err().0, "LimitExceededException");
}

#[tokio::test]
async fn passwords_and_refresh_tokens_are_not_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::at(Location::Directory(directory.path().to_owned()));
    world.person("alice@example.com").await;
    let refresh = world.tokens("alice@example.com").await.refresh;
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("alice@example.com"), "the file is the right one");
    assert!(!holds(PASSWORD) && !holds(&refresh));
}

#[tokio::test]
async fn the_data_of_another_pool_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::at(Location::Directory(directory.path().to_owned()));
    let mut other = config();
    other.pool.pool_id = "us-east-1_Other".to_owned();
    let parts = world.cognito.pools.parts.clone();
    let opened = Cognito::open(other, parts, Location::Directory(directory.path().to_owned()));
    assert!(matches!(opened.err(), Some(OpenError::OtherPool { .. })));
}
