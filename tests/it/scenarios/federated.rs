//! People who come by Google, Facebook or LinkedIn, and the one account that each of them has.

use serde_json::{Value, json};
use tests::visit::{Account, Guest, Visitor, parameter};
use tests::{Credentials, Ear, Person, World};
use uuid::Uuid;

/// What Cognito says when a link was made during the visit.
const TOO_LATE: &str = "Already found an entry for username ";

fn address() -> String {
    format!("f{}@example.com", Uuid::new_v4().simple())
}

/// Signs in twice, because the first visit is the one that links.
async fn links(visitor: &Visitor, account: &Account) -> Guest {
    let told = visitor.signs_in(account).await.err().expect("the link comes too late for this visit");
    assert!(told.starts_with(TOO_LATE), "{told}");
    visitor.signs_in(account).await.expect("the next visit succeeds")
}

/// Signs up with a password; the error is its type.
async fn signs_up(world: &World, email: &str) -> Result<Value, String> {
    let attributes = json!([
        { "Name": "email", "Value": email },
        { "Name": "custom:termsVersion", "Value": "1" },
    ]);
    let body = json!({ "ClientId": world.client_id(), "Username": email, "Password": "Correct-horse-7", "UserAttributes": attributes });
    world.cognito("SignUp", body).await
}

#[tokio::test]
async fn who_has_a_password_comes_by_every_provider_as_the_same_person() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let visitor = Visitor::new(&world);
    for provider in ["Google", "LinkedIn"] {
        let capitals = alice.email.to_uppercase();
        let by_provider = links(&visitor, &Account::verified(provider, &capitals)).await;
        assert_eq!(by_provider.id().await, alice.id, "{provider}");
        let search = "{ searchUsers(query: \"nobody at all\") { items { id } } }";
        by_provider.asks(search, json!({})).await.value();
    }
    let mut again = alice.clone();
    again.signs_in_again().await;
    assert_eq!(again.asks("{ getMe { id } }", json!({})).await.value()["id"], alice.id.as_str());
}

#[tokio::test]
async fn who_comes_by_a_provider_first_accepts_the_terms_before_anything_else() {
    let world = World::shared().await;
    let visitor = Visitor::new(&world);
    let email = address();
    let mut newcomer = visitor.signs_in(&Account::verified("Google", &email)).await.expect("signs in");
    let me = newcomer.asks("{ getMe { termsVersion displayName } }", json!({})).await.value();
    assert_eq!(me, json!({ "termsVersion": "", "displayName": "Somebody" }));
    let search = "{ searchUsers(query: \"alice\") { items { id } } }";
    for token in ["access_token", "id_token"] {
        let reply = tests::person::ask(&world, Some(newcomer.token(token)), search, json!({})).await;
        assert!(reply.refused("Forbidden").contains("accept the terms"), "{token}");
    }
    let mut ear = Ear::connect(&world, newcomer.token("access_token")).await.expect("connects");
    let refused = ear.subscribe("e", "subscription { onEvent { recipients } }", json!({})).await.unwrap_err();
    assert!(refused.to_string().contains("accept the terms"), "{refused}");
    newcomer.accepts("0").await.refused("BadRequest");
    newcomer.refreshes().await;
    newcomer.asks(search, json!({})).await.refused("Forbidden");
    newcomer.accepts_terms().await;
    newcomer.asks(search, json!({})).await.value();
    let version = newcomer.accepts("1").await.value()["version"].clone();
    assert_eq!(version, 2, "the same version again is no change");
    let next = visitor.signs_in(&Account::verified("Google", &email)).await.expect("signs in");
    next.asks(search, json!({})).await.value();
    Ear::open(&world, next.token("access_token")).await;
}

/// An account that an administrator made, signed in for the first time.
async fn made_by_an_administrator(world: &World) -> Guest {
    let email = address();
    let attributes =
        json!([{ "Name": "email", "Value": email }, { "Name": "email_verified", "Value": "true" }]);
    let body = json!({ "Username": email, "TemporaryPassword": "Correct-horse-7", "MessageAction": "SUPPRESS", "UserAttributes": attributes });
    Credentials::developer(world).await.administers(world, "AdminCreateUser", body).await;
    let parameters = json!({ "USERNAME": email, "PASSWORD": "Correct-horse-7" });
    let client = world.client_id();
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": parameters });
    let challenge = world.cognito("InitiateAuth", body).await.expect("a challenge");
    let answers = json!({ "USERNAME": email, "NEW_PASSWORD": "Correct-horse-8" });
    let body = json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "ClientId": client, "Session": challenge["Session"], "ChallengeResponses": answers });
    let answer = world.cognito("RespondToAuthChallenge", body).await.expect("signs in");
    Guest::with(world, &answer["AuthenticationResult"])
}

#[tokio::test]
async fn whom_an_administrator_made_accepts_the_terms_too() {
    let world = World::shared().await;
    let mut newcomer = made_by_an_administrator(&world).await;
    let search = "{ searchUsers(query: \"alice\") { items { id } } }";
    newcomer.asks(search, json!({})).await.refused("Forbidden");
    newcomer.accepts_terms().await;
    newcomer.asks(search, json!({})).await.value();
}

#[tokio::test]
async fn a_second_provider_leads_to_the_account_of_the_first_and_a_password_to_none() {
    let world = World::shared().await;
    let visitor = Visitor::new(&world);
    let email = address();
    let first = visitor.signs_in(&Account::verified("LinkedIn", &email)).await.expect("signs in");
    let second = links(&visitor, &Account::verified("Google", &email)).await;
    assert_eq!(second.id().await, first.id().await);
    let again = visitor.signs_in(&Account::verified("LinkedIn", &email)).await.expect("signs in");
    assert_eq!(again.id().await, first.id().await, "ids of LinkedIn keep their capitals");
    assert_eq!(signs_up(&world, &email).await.unwrap_err(), "UserLambdaValidationException");
}

#[tokio::test]
async fn an_address_that_the_provider_did_not_verify_opens_nothing() {
    let world = World::shared().await;
    let (alice, visitor) = (world.person("alice").await, Visitor::new(&world));
    for email in [alice.email.clone(), address()] {
        for account in [
            Account::unverified("Google", &email),
            Account::unverified("LinkedIn", &email),
            // Facebook does not say it of any address.
            Account::verified("Facebook", &email),
        ] {
            let told = visitor.signs_in(&account).await.err().expect("refused");
            assert!(told.contains("has not verified your email address"), "{account:?}: {told}");
        }
    }
    let told = visitor.signs_in(&Account::verified("Google", "")).await.err().expect("refused");
    assert!(told.contains("email"), "{told}");
}

#[tokio::test]
async fn a_deployment_may_trust_facebook() {
    let mut options = local::Options::for_tests(tests::house::root().join("template.yaml"));
    options.parameters.insert("FacebookVerifiesMail".to_owned(), "on".to_owned());
    let world = World::with(options).await;
    let visitor = Visitor::new(&world);
    let alice = world.person("alice").await;
    assert_eq!(links(&visitor, &Account::verified("Facebook", &alice.email)).await.id().await, alice.id);
    let email = address();
    let brought = visitor.signs_in(&Account::verified("Facebook", &email)).await.expect("signs in");
    assert_eq!(links(&visitor, &Account::verified("Google", &email)).await.id().await, brought.id().await);
    let told = visitor.signs_in(&Account::unverified("Google", &address())).await.err().expect("refused");
    assert!(told.contains("has not verified"), "{told}");
}

/// Somebody signs up with the address of another, hoping that the owner comes along and is linked to it.
#[tokio::test]
async fn an_account_that_never_proved_the_address_gives_way_to_its_owner() {
    let world = World::shared().await;
    let email = address();
    signs_up(&world, &email).await.expect("signs up");
    let code = world.code_for(&email).await;
    let owner = Visitor::new(&world).signs_in(&Account::verified("Google", &email)).await.expect("signs in");
    let confirm = json!({ "ClientId": world.client_id(), "Username": email, "ConfirmationCode": code });
    world.cognito("ConfirmSignUp", confirm).await.expect_err("there is nothing to confirm");
    let parameters = json!({ "USERNAME": email, "PASSWORD": "Correct-horse-7" });
    let sign_in = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": world.client_id(), "AuthParameters": parameters });
    assert_eq!(world.cognito("InitiateAuth", sign_in).await.unwrap_err(), "NotAuthorizedException");
    assert!(!owner.id().await.is_empty());
}

#[tokio::test]
async fn many_visits_at_once_make_one_account() {
    let world = World::shared().await;
    let email = address();
    let visits = (0..8).map(|_| {
        let (visitor, account) = (Visitor::new(&world), Account::verified("Google", &email));
        async move { visitor.signs_in(&account).await }
    });
    let outcomes = futures::future::join_all(visits).await;
    assert!(outcomes.iter().any(Result::is_ok));
    let mut ids = Vec::new();
    for guest in outcomes.into_iter().flatten() {
        ids.push(guest.id().await);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_others_twice_or_late() {
    let world = World::new().await;
    let visitor = Visitor::new(&world);
    let account = Account::verified("Google", &address());
    let fresh = async || parameter(&visitor.comes_by(&account).await, "code").expect("a code");
    let invalid = (400, json!({ "error": "invalid_grant" }));
    for change in [
        ("code_verifier", "another-another-another-another-another-another"),
        ("redirect_uri", "http://localhost:5173/"),
    ] {
        let code = fresh().await;
        assert_eq!(visitor.redeems(&code, &[change]).await, invalid, "{change:?}");
        assert_eq!(visitor.redeems(&code, &[]).await, invalid, "a wrong try uses the code up");
    }
    let code = fresh().await;
    assert_eq!(
        visitor.redeems(&code, &[("client_id", "another")]).await.1,
        json!({ "error": "invalid_client" })
    );
    assert_eq!(visitor.redeems(&code, &[]).await.0, 200, "another client's try does not count");
    assert_eq!(visitor.redeems(&code, &[]).await, invalid, "once");
    let late = fresh().await;
    world.advances(300).await;
    assert_eq!(visitor.redeems(&late, &[]).await, invalid, "five minutes");
    for uri in [
        "http://localhost:3000",
        "http://localhost:3000/x",
        "https://localhost:3000/",
        "http://evil.example/",
    ] {
        let page = visitor.begins(&[("redirect_uri", uri)]).await;
        assert_eq!(
            (page.path(), parameter(&page, "error").as_deref()),
            ("/error", Some("redirect_mismatch")),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn the_identity_pool_takes_who_comes_by_a_provider() {
    let world = World::shared().await;
    let guest =
        Visitor::new(&world).signs_in(&Account::verified("Google", &address())).await.expect("signs in");
    let cognito = &world.config()["Auth"]["Cognito"];
    let pool = cognito["userPoolId"].as_str().expect("a pool");
    let logins = json!({ format!("cognito-idp.us-east-1.amazonaws.com/{pool}"): guest.token("id_token") });
    let body = json!({ "IdentityPoolId": cognito["identityPoolId"], "Logins": logins });
    let identity = world.identity("GetId", body).await.expect("an identity");
    let body = json!({ "IdentityId": identity["IdentityId"], "Logins": logins });
    world.identity("GetCredentialsForIdentity", body).await.expect("credentials");
}

#[tokio::test]
async fn amplify_is_told_where_the_pages_are() {
    let world = World::shared().await;
    let oauth = &world.config()["Auth"]["Cognito"]["loginWith"]["oauth"];
    assert_eq!(oauth["domain"], world.url().trim_start_matches("http://"));
    assert_eq!(oauth["providers"], json!(["Google", "Facebook", { "custom": "LinkedIn" }]));
    assert_eq!(oauth["redirectSignIn"][0], tests::visit::BACK);
}

/// Used in the proof that each right is used: somebody who gives way, somebody who is linked, and newcomers.
pub(crate) async fn everybody(alice: &Person) {
    made_by_an_administrator(alice.world()).await;
    let world = alice.world();
    let visitor = Visitor::new(world);
    links(&visitor, &Account::verified("Google", &alice.email)).await;
    let email = address();
    signs_up(world, &email).await.expect("signs up");
    let mut newcomer = visitor.signs_in(&Account::verified("Google", &email)).await.expect("signs in");
    newcomer.accepts_terms().await;
}
