//! Guests and members of the identity pool.

use local_core::principal::Principal;
use serde_json::{Value, json};

use super::world::{GUESTS, World};

const PROVIDER: &str = "localhost:4000/us-east-1_Local";

async fn id(world: &World, logins: Value) -> String {
    let body = json!({ "IdentityPoolId": GUESTS, "Logins": logins });
    world.identity("GetId", body).await.unwrap()["IdentityId"].as_str().unwrap().to_owned()
}

fn with(identity_id: &str, logins: Value) -> Value {
    json!({ "IdentityId": identity_id, "Logins": logins })
}

#[tokio::test]
async fn a_guest_gets_an_identity_and_credentials() {
    let world = World::new();
    let guest = id(&world, Value::Null).await;
    assert!(guest.starts_with("us-east-1:"));
    assert_ne!(guest, id(&world, json!({})).await, "each guest is another");
    let answer = world.identity("GetCredentialsForIdentity", with(&guest, Value::Null)).await.unwrap();
    assert_eq!(answer["IdentityId"], json!(guest));
    assert!(answer["Credentials"]["Expiration"].as_i64().unwrap() > world.clock.epoch_seconds() + 3_590);
    assert_eq!(answer["Credentials"]["AccessKeyId"], "ASIA");
    let expected = Principal::Identity {
        pool_id: GUESTS.to_owned(),
        identity_id: guest,
        user_sub: None,
        provider: None,
    };
    assert_eq!(*world.issued.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn a_member_has_one_identity_on_every_device() {
    let world = World::new();
    let sub = world.person("alice@example.com").await;
    let logins = json!({ PROVIDER: world.tokens("alice@example.com").await.id });
    let member = id(&world, logins.clone()).await;
    let elsewhere = json!({ PROVIDER: world.tokens("alice@example.com").await.id });
    assert_eq!(member, id(&world, elsewhere).await);
    let token = logins[PROVIDER].clone();
    let aws = json!({ "cognito-idp.us-east-1.amazonaws.com/us-east-1_Local": token });
    assert_eq!(member, id(&world, aws).await, "the provider's name in AWS is understood too");

    world.identity("GetCredentialsForIdentity", with(&member, logins)).await.unwrap();
    let Some(Principal::Identity { user_sub, provider, .. }) = world.issued.lock().unwrap().pop() else {
        panic!("no identity")
    };
    assert_eq!(user_sub, Some(sub.clone()));
    let name = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Local";
    assert_eq!(provider, Some(format!("\"{name}\",\"{name}:CognitoSignIn:{sub}\"")));
}

#[tokio::test]
async fn a_guest_who_signs_in_becomes_the_member() {
    let world = World::new();
    world.person("alice@example.com").await;
    let logins = json!({ PROVIDER: world.tokens("alice@example.com").await.id });
    let guest = id(&world, Value::Null).await;
    let linked = world.identity("GetCredentialsForIdentity", with(&guest, logins.clone())).await.unwrap();
    assert_eq!(linked["IdentityId"], json!(guest));
    assert_eq!(id(&world, logins.clone()).await, guest);
    let other_guest = id(&world, Value::Null).await;
    let merged = world.identity("GetCredentialsForIdentity", with(&other_guest, logins)).await.unwrap();
    assert_eq!(merged["IdentityId"], json!(guest), "a second guest gives way to the member");
}

#[tokio::test]
async fn nobody_takes_another_ones_identity() {
    let world = World::new();
    world.person("alice@example.com").await;
    world.person("bob@example.com").await;
    let alice = json!({ PROVIDER: world.tokens("alice@example.com").await.id });
    let bob = world.tokens("bob@example.com").await;
    let identity = id(&world, alice).await;
    let forged = format!("{}x", bob.id);
    for (identity_id, logins, name, words) in [
        (identity.as_str(), Value::Null, "NotAuthorizedException", "is forbidden"),
        (&identity, json!({ PROVIDER: bob.id }), "NotAuthorizedException", "Logins don't match"),
        (&identity, json!({ PROVIDER: bob.access }), "NotAuthorizedException", "Invalid login token"),
        (&identity, json!({ PROVIDER: forged }), "NotAuthorizedException", "Invalid login token"),
        (&identity, json!({ "accounts.google.com": bob.id }), "NotAuthorizedException", "supported provider"),
        ("us-east-1:none", Value::Null, "ResourceNotFoundException", "not found"),
    ] {
        let refusal =
            world.identity("GetCredentialsForIdentity", with(identity_id, logins)).await.unwrap_err();
        assert!(refusal.0 == name && refusal.1.contains(words), "{refusal:?}");
    }
    assert!(world.issued.lock().unwrap().is_empty());
    let elsewhere = world.identity("GetId", json!({ "IdentityPoolId": "us-east-1:other" })).await;
    assert_eq!(elsewhere.unwrap_err().0, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_pool_may_keep_guests_out_and_untrusted_clients_too() {
    let world = World::with(|config| {
        let pool = config.identity_pool.as_mut().unwrap();
        pool.allow_unauthenticated = false;
        pool.providers[0].client_id = "another".to_owned();
    });
    let refusal = world.identity("GetId", json!({ "IdentityPoolId": GUESTS })).await.unwrap_err();
    assert_eq!(refusal.1, "Unauthenticated access is not supported for this identity pool.");
    world.person("alice@example.com").await;
    let logins = json!({ PROVIDER: world.tokens("alice@example.com").await.id });
    let body = json!({ "IdentityPoolId": GUESTS, "Logins": logins });
    assert_eq!(
        world.identity("GetId", body).await.unwrap_err().1,
        "Invalid login token. Incorrect token audience."
    );
}

#[tokio::test]
async fn a_pool_may_ask_whether_the_sign_in_still_stands() {
    for (checks, refused) in [(false, false), (true, true)] {
        let world = World::with(|config| {
            config.identity_pool.as_mut().unwrap().providers[0].server_side_token_check = checks;
        });
        world.person("alice@example.com").await;
        let tokens = world.tokens("alice@example.com").await;
        let body = json!({ "IdentityPoolId": GUESTS, "Logins": { PROVIDER: tokens.id } });
        world.identity("GetId", body.clone()).await.unwrap();
        world.call("GlobalSignOut", json!({ "AccessToken": tokens.access })).await.unwrap();
        assert_eq!(world.identity("GetId", body).await.is_err(), refused);
    }
}
