//! The second factor.

use serde_json::{Value, json};

use super::world::{CLIENT, PASSWORD, Refusal, Tokens, World};
use crate::config::Mfa;
use crate::totp::SoftwareToken;

fn world(mfa: Mfa) -> World {
    World::with(|config| config.pool.mfa = mfa)
}

fn shown(world: &World, secret: &str) -> String {
    SoftwareToken::shown(secret, world.clock.epoch_seconds())
}

async fn answer(world: &World, name: &str, session: &Value, responses: Value) -> Result<Value, Refusal> {
    let body = json!({
        "ClientId": CLIENT, "ChallengeName": name, "Session": session, "ChallengeResponses": responses,
    });
    world.call("RespondToAuthChallenge", body).await
}

/// Sets the token up for a person who is signed in; the answer is its secret.
async fn set_up(world: &World, access: &str) -> String {
    let answer = world.call("AssociateSoftwareToken", json!({ "AccessToken": access })).await.unwrap();
    let secret = answer["SecretCode"].as_str().unwrap().to_owned();
    let body = json!({ "AccessToken": access, "UserCode": shown(world, &secret) });
    assert_eq!(world.call("VerifySoftwareToken", body).await.unwrap()["Status"], "SUCCESS");
    let settings = json!({ "Enabled": true, "PreferredMfa": true });
    let body = json!({ "AccessToken": access, "SoftwareTokenMfaSettings": settings });
    world.call("SetUserMFAPreference", body).await.unwrap();
    secret
}

#[tokio::test]
async fn whoever_set_it_up_is_asked_for_a_code() {
    let world = world(Mfa::Optional);
    let sub = world.person("alice@example.com").await;
    let access = world.tokens("alice@example.com").await.access;
    let secret = set_up(&world, &access).await;
    let me = world.get_user(&access).await.unwrap();
    assert_eq!(me["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    assert_eq!(me["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");

    world.advance(60);
    let challenge = world.sign_in("alice@example.com", PASSWORD).await.unwrap();
    assert_eq!(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(challenge.get("AuthenticationResult"), None);
    let session = &challenge["Session"];
    let with = |code: &str| json!({ "USERNAME": sub, "SOFTWARE_TOKEN_MFA_CODE": code });
    let refusal = answer(&world, "SOFTWARE_TOKEN_MFA", session, with("nonsense")).await.unwrap_err();
    assert_eq!(refusal.0, "CodeMismatchException");
    let code = shown(&world, &secret);
    let tokens = Tokens::of(&answer(&world, "SOFTWARE_TOKEN_MFA", session, with(&code)).await.unwrap());
    world.get_user(&tokens.access).await.unwrap();
    let refusal = answer(&world, "SOFTWARE_TOKEN_MFA", session, with(&code)).await.unwrap_err();
    assert_eq!(refusal.1, "Invalid session for the user.", "a session serves once");

    let again = world.sign_in("alice@example.com", PASSWORD).await.unwrap();
    let refusal = answer(&world, "SOFTWARE_TOKEN_MFA", &again["Session"], with(&code)).await.unwrap_err();
    assert_eq!(refusal.0, "ExpiredCodeException", "a code serves once");
}

#[tokio::test]
async fn the_second_factor_cannot_be_guessed() {
    let world = world(Mfa::Optional);
    world.person("alice@example.com").await;
    let secret = set_up(&world, &world.tokens("alice@example.com").await.access).await;
    world.advance(60);
    let mut refusals = Vec::new();
    for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 0] {
        world.advance(seconds);
        let challenge = world.sign_in("alice@example.com", PASSWORD).await.unwrap();
        let responses = json!({ "USERNAME": "a", "SOFTWARE_TOKEN_MFA_CODE": "nonsense" });
        refusals
            .push(answer(&world, "SOFTWARE_TOKEN_MFA", &challenge["Session"], responses).await.unwrap_err());
    }
    let last = refusals.pop().unwrap();
    assert!(refusals.iter().all(|refusal| refusal.0 == "CodeMismatchException"), "{refusals:?}");
    assert_eq!(last.1, "Password attempts exceeded");
    world.advance(60);
    let challenge = world.sign_in("alice@example.com", PASSWORD).await.unwrap();
    let responses = json!({ "USERNAME": "a", "SOFTWARE_TOKEN_MFA_CODE": shown(&world, &secret) });
    answer(&world, "SOFTWARE_TOKEN_MFA", &challenge["Session"], responses).await.unwrap();
}

#[tokio::test]
async fn where_everybody_must_the_first_sign_in_sets_it_up() {
    let world = world(Mfa::On);
    let sub = world.person("alice@example.com").await;
    let challenge = world.sign_in("alice@example.com", PASSWORD).await.unwrap();
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");
    assert_eq!(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"], "[\"SOFTWARE_TOKEN_MFA\"]");
    let user = json!({ "USERNAME": sub });
    assert!(
        answer(&world, "MFA_SETUP", &challenge["Session"], user.clone()).await.is_err(),
        "not set up yet"
    );

    let associated =
        world.call("AssociateSoftwareToken", json!({ "Session": challenge["Session"] })).await.unwrap();
    let code = shown(&world, associated["SecretCode"].as_str().unwrap());
    let wrong = json!({ "Session": associated["Session"], "UserCode": "nonsense" });
    let refusal = world.call("VerifySoftwareToken", wrong).await.unwrap_err();
    assert_eq!(refusal.0, "EnableSoftwareTokenMFAException");
    let body = json!({ "Session": associated["Session"], "UserCode": code });
    let verified = world.call("VerifySoftwareToken", body).await.unwrap();
    let signed_in = answer(&world, "MFA_SETUP", &verified["Session"], user).await.unwrap();
    world.get_user(&Tokens::of(&signed_in).access).await.unwrap();

    let next = world.sign_in("alice@example.com", PASSWORD).await.unwrap();
    assert_eq!(next["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused() {
    let world = world(Mfa::Optional);
    world.person("alice@example.com").await;
    let access = world.tokens("alice@example.com").await.access;
    for name in ["SoftwareTokenMfaSettings", "SMSMfaSettings", "EmailMfaSettings"] {
        let mut body = json!({ "AccessToken": access });
        body[name] = json!({ "Enabled": true });
        let refusal = world.call("SetUserMFAPreference", body).await.unwrap_err();
        assert_eq!(refusal.0, "InvalidParameterException", "{name}");
    }
    let body = json!({ "AccessToken": access, "UserCode": "123456" });
    let refusal = world.call("VerifySoftwareToken", body).await.unwrap_err();
    assert_eq!(refusal.0, "SoftwareTokenMFANotFoundException");

    let off = self::world(Mfa::Off);
    off.person("alice@example.com").await;
    let body = json!({ "AccessToken": off.tokens("alice@example.com").await.access });
    let refusal = off.call("AssociateSoftwareToken", body).await.unwrap_err();
    assert_eq!(refusal.0, "SoftwareTokenMFANotFoundException");
}
