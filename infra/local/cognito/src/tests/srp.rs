//! Sign-in by SRP, with a client that others wrote.

use aws_cognito_srp::{SrpClient, User};
use serde_json::{Value, json};

use super::world::{CLIENT, LEGACY, PASSWORD, POOL, Refusal, Tokens, World};

type Parts = SrpClient<User>;

async fn start(
    world: &World,
    client_id: &str,
    email: &str,
    password: &str,
) -> Result<(Parts, Value), Refusal> {
    let client = SrpClient::new(User::new(POOL, email, password), client_id, None);
    let a = client.get_auth_parameters().a;
    let body = json!({
        "ClientId": client_id, "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": email, "SRP_A": a },
    });
    let answer = world.call("InitiateAuth", body).await?;
    assert_eq!(answer["ChallengeName"], "PASSWORD_VERIFIER");
    Ok((client, answer["ChallengeParameters"].clone()))
}

fn proof(client: &Parts, parameters: &Value) -> Value {
    let text = |name: &str| parameters[name].as_str().unwrap();
    let proof =
        client.verify(text("SECRET_BLOCK"), text("USER_ID_FOR_SRP"), text("SALT"), text("SRP_B")).unwrap();
    json!({
        "USERNAME": text("USER_ID_FOR_SRP"),
        "PASSWORD_CLAIM_SECRET_BLOCK": proof.password_claim_secret_block,
        "PASSWORD_CLAIM_SIGNATURE": proof.password_claim_signature,
        "TIMESTAMP": proof.timestamp,
    })
}

async fn answer(world: &World, responses: Value) -> Result<Value, Refusal> {
    let body = json!({
        "ClientId": CLIENT, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses,
    });
    world.call("RespondToAuthChallenge", body).await
}

fn wrong_password() -> Refusal {
    ("NotAuthorizedException".to_owned(), "Incorrect username or password.".to_owned())
}

#[tokio::test]
async fn the_right_password_signs_in_and_a_wrong_one_does_not() {
    let world = World::new();
    let sub = world.person("Alice@example.com").await;
    for _ in 0..8 {
        let (client, parameters) = start(&world, CLIENT, "alice@EXAMPLE.com", PASSWORD).await.unwrap();
        assert_eq!(parameters["USERNAME"], json!(sub));
        let signed_in = answer(&world, proof(&client, &parameters)).await.unwrap();
        let tokens = Tokens::of(&signed_in);
        assert!(!tokens.access.is_empty() && !tokens.id.is_empty() && !tokens.refresh.is_empty());
        assert_eq!(signed_in["AuthenticationResult"]["ExpiresIn"], 3_600);
        assert_eq!(signed_in["AuthenticationResult"]["TokenType"], "Bearer");

        let (client, parameters) = start(&world, CLIENT, "alice@example.com", "Wrong-horse-1").await.unwrap();
        assert_eq!(answer(&world, proof(&client, &parameters)).await, Err(wrong_password()));
    }
}

#[tokio::test]
async fn a_proof_serves_once_and_only_for_its_name() {
    let world = World::new();
    world.person("alice@example.com").await;
    let (client, parameters) = start(&world, CLIENT, "alice@example.com", PASSWORD).await.unwrap();
    let responses = proof(&client, &parameters);
    answer(&world, responses.clone()).await.unwrap();
    assert_eq!(answer(&world, responses).await.unwrap_err().0, "NotAuthorizedException");

    let (client, parameters) = start(&world, CLIENT, "alice@example.com", PASSWORD).await.unwrap();
    let mut responses = proof(&client, &parameters);
    responses["USERNAME"] = json!("bob@example.com");
    assert_eq!(answer(&world, responses).await, Err(wrong_password()));
}

#[tokio::test]
async fn an_exchange_ends_after_three_minutes() {
    let world = World::new();
    world.person("alice@example.com").await;
    let (client, parameters) = start(&world, CLIENT, "alice@example.com", PASSWORD).await.unwrap();
    world.advance(180);
    let refusal = answer(&world, proof(&client, &parameters)).await.unwrap_err();
    assert_eq!(refusal.1, "Invalid session for the user, session is expired.");
}

#[tokio::test]
async fn a_password_changed_meanwhile_does_not_sign_in() {
    let world = World::new();
    world.person("alice@example.com").await;
    let (client, parameters) = start(&world, CLIENT, "alice@example.com", PASSWORD).await.unwrap();
    let body = json!({ "Username": "alice@example.com", "Password": "Another-horse-1", "Permanent": true });
    world.admin("AdminSetUserPassword", body).await.unwrap();
    assert_eq!(answer(&world, proof(&client, &parameters)).await, Err(wrong_password()));
}

#[tokio::test]
async fn somebody_unknown_looks_like_somebody_with_another_password() {
    let world = World::new();
    let (client, first) = start(&world, CLIENT, "nobody@example.com", PASSWORD).await.unwrap();
    let (_, second) = start(&world, CLIENT, "Nobody@example.com", PASSWORD).await.unwrap();
    let (_, other) = start(&world, CLIENT, "noone@example.com", PASSWORD).await.unwrap();
    for name in ["SALT", "USER_ID_FOR_SRP"] {
        assert_eq!(first[name], second[name], "the same name, the same {name}");
        assert_ne!(first[name], other[name], "another name, another {name}");
    }
    assert_ne!(first["SRP_B"], second["SRP_B"]);
    assert_eq!(first["USER_ID_FOR_SRP"].as_str().unwrap().len(), 36);
    assert_eq!(answer(&world, proof(&client, &first)).await, Err(wrong_password()));

    let refusal = start(&world, LEGACY, "nobody@example.com", PASSWORD).await.map(|_| ()).unwrap_err();
    assert_eq!(refusal.0, "UserNotFoundException");
}

#[tokio::test]
async fn a_zero_in_disguise_is_refused() {
    let world = World::new();
    world.person("alice@example.com").await;
    for a in ["0", "", "not hex"] {
        let body = json!({
            "ClientId": CLIENT, "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": { "USERNAME": "alice@example.com", "SRP_A": a },
        });
        assert_eq!(world.call("InitiateAuth", body).await.unwrap_err().0, "InvalidParameterException");
    }
}
