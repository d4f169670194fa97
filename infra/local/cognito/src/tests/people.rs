//! What people do: sign up, forget, change, leave.

use serde_json::{Value, json};

use super::world::{CLIENT, LEGACY, PASSWORD, World, attribute};
use crate::config::{AttributeKind, AttributeSchema};
use crate::parts::MailKind;

async fn update(world: &World, access: &str, name: &str, value: &str) -> Result<Value, (String, String)> {
    let attributes = json!([{ "Name": name, "Value": value }]);
    world.call("UpdateUserAttributes", json!({ "AccessToken": access, "UserAttributes": attributes })).await
}

async fn verify(world: &World, access: &str, code: &str) -> Result<Value, (String, String)> {
    let body = json!({ "AccessToken": access, "AttributeName": "email", "Code": code });
    world.call("VerifyUserAttribute", body).await
}

#[tokio::test]
async fn a_person_signs_up_confirms_and_signs_in() {
    let world = World::new();
    let answer = world.sign_up("Alice@Example.com").await.unwrap();
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "A***@E***");
    let mail = world.mails().pop().unwrap();
    assert_eq!((mail.to.as_str(), mail.kind), ("Alice@Example.com", MailKind::SignUp));
    assert!(mail.code.len() == 6 && mail.body.contains(&mail.code) && !mail.body.contains("{####}"));

    let body = json!({ "ClientId": CLIENT, "Username": "alice@example.com" });
    world.call("ResendConfirmationCode", body).await.unwrap();
    if mail.code != world.code() {
        let refusal = world.confirm("alice@example.com", &mail.code).await.unwrap_err();
        assert_eq!(refusal.0, "CodeMismatchException", "the new code voids the old one");
    }
    world.confirm("alice@example.com", &world.code()).await.unwrap();

    let access = world.tokens("ALICE@example.com").await.access;
    let me = world.get_user(&access).await.unwrap();
    assert_eq!(me["Username"], answer["UserSub"]);
    assert_eq!(attribute(&me, "email").as_deref(), Some("Alice@Example.com"));
    assert_eq!(attribute(&me, "email_verified").as_deref(), Some("true"));
    assert_eq!(attribute(&me, "sub").as_deref(), answer["UserSub"].as_str());
    assert_eq!(me.get("UserMFASettingList"), None);
}

#[tokio::test]
async fn one_address_is_one_account_even_when_signed_up_twice_at_once() {
    let world = World::new();
    let all = futures::future::join_all((0..8).map(|_| world.sign_up("alice@example.com"))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_code() {
    let world = World::new();
    world.person("alice@example.com").await;
    let answer = world
        .call("ForgotPassword", json!({ "ClientId": CLIENT, "Username": "alice@example.com" }))
        .await
        .unwrap();
    assert_eq!(answer["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
    assert_eq!(world.mails().last().unwrap().kind, MailKind::ForgotPassword);
    let body = json!({
        "ClientId": CLIENT, "Username": "alice@example.com",
        "ConfirmationCode": world.code(), "Password": "Another-horse-1",
    });
    world.call("ConfirmForgotPassword", body.clone()).await.unwrap();
    assert_eq!(world.sign_in("alice@example.com", PASSWORD).await.unwrap_err().0, "NotAuthorizedException");
    world.sign_in("alice@example.com", "Another-horse-1").await.unwrap();
    assert_eq!(world.call("ConfirmForgotPassword", body).await.unwrap_err().0, "ExpiredCodeException");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let world = World::new();
    world.person("alice@example.com").await;
    let access = world.tokens("alice@example.com").await.access;
    let body = json!({
        "AccessToken": access, "PreviousPassword": PASSWORD, "ProposedPassword": "Another-horse-1",
    });
    world.call("ChangePassword", body).await.unwrap();
    assert!(world.sign_in("alice@example.com", PASSWORD).await.is_err());
    world.sign_in("alice@example.com", "Another-horse-1").await.unwrap();
}

#[tokio::test]
async fn a_new_address_is_unverified_until_its_code_comes_back() {
    let world = World::new();
    world.person("alice@example.com").await;
    world.person("bob@example.com").await;
    let access = world.tokens("alice@example.com").await.access;
    let taken = update(&world, &access, "email", "BOB@example.com").await.unwrap_err();
    assert_eq!(taken.0, "AliasExistsException");

    let answer = update(&world, &access, "email", "alice@work.example").await.unwrap();
    assert_eq!(answer["CodeDeliveryDetailsList"][0]["Destination"], "a***@w***");
    assert_eq!(world.mails().last().unwrap().to, "alice@work.example");
    let me = world.get_user(&access).await.unwrap();
    assert_eq!(attribute(&me, "email").as_deref(), Some("alice@work.example"));
    assert_eq!(attribute(&me, "email_verified").as_deref(), Some("false"));
    assert_eq!(verify(&world, &access, "nonsense").await.unwrap_err().0, "CodeMismatchException");
    verify(&world, &access, &world.code()).await.unwrap();
    let me = world.get_user(&access).await.unwrap();
    assert_eq!(attribute(&me, "email_verified").as_deref(), Some("true"));
    world.sign_in("alice@work.example", PASSWORD).await.unwrap();
    world.sign_up("alice@example.com").await.expect("the old address is free");
}

#[tokio::test]
async fn a_new_address_can_wait_for_its_code() {
    let world = World::with(|config| config.pool.verify_email_before_update = true);
    world.person("alice@example.com").await;
    let access = world.tokens("alice@example.com").await.access;
    update(&world, &access, "email", "alice@work.example").await.unwrap();
    let me = world.get_user(&access).await.unwrap();
    assert_eq!(attribute(&me, "email").as_deref(), Some("alice@example.com"));
    assert_eq!(attribute(&me, "email_verified").as_deref(), Some("true"));

    let body = json!({ "AccessToken": access, "AttributeName": "email" });
    let answer = world.call("GetUserAttributeVerificationCode", body).await.unwrap();
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "a***@w***");
    // Somebody else takes the address before the code comes back.
    world.person("alice@work.example").await;
    let code = world
        .mails()
        .iter()
        .rev()
        .find(|mail| mail.kind == MailKind::VerifyUserAttribute)
        .unwrap()
        .code
        .clone();
    assert_eq!(verify(&world, &access, &code).await.unwrap_err().0, "AliasExistsException");
}

#[tokio::test]
async fn custom_attributes_follow_the_schema() {
    let world = World::with(|config| {
        let kind = AttributeKind::String { min: 1, max: 10 };
        let schema =
            |name: &str, mutable| AttributeSchema { name: name.to_owned(), kind, mutable, required: false };
        config.pool.attributes = vec![schema("custom:termsVersion", true), schema("custom:origin", false)];
    });
    let attributes = json!([
        { "Name": "custom:termsVersion", "Value": "2026-01" }, { "Name": "custom:origin", "Value": "ad" },
    ]);
    let body = json!({
        "ClientId": CLIENT, "Username": "alice@example.com", "Password": PASSWORD, "UserAttributes": attributes,
    });
    world.call("SignUp", body).await.unwrap();
    world.confirm("alice@example.com", &world.code()).await.unwrap();
    let access = world.tokens("alice@example.com").await.access;
    update(&world, &access, "custom:termsVersion", "2026-02").await.unwrap();
    update(&world, &access, "name", "Alice").await.unwrap();
    for (name, value) in
        [("custom:termsVersion", "far too long a version"), ("custom:origin", "x"), ("custom:none", "x")]
    {
        let refusal = update(&world, &access, name, value).await.unwrap_err();
        assert_eq!(refusal.0, "InvalidParameterException", "{name}");
    }
    assert_eq!(
        update(&world, &access, "email_verified", "true").await.unwrap_err().0,
        "NotAuthorizedException"
    );
    let me = world.get_user(&access).await.unwrap();
    assert_eq!(attribute(&me, "custom:termsVersion").as_deref(), Some("2026-02"));

    let delete = |name: &str| json!({ "AccessToken": access, "UserAttributeNames": [name] });
    world.call("DeleteUserAttributes", delete("name")).await.unwrap();
    assert_eq!(attribute(&world.get_user(&access).await.unwrap(), "name"), None);
    for name in ["email", "custom:origin"] {
        let refusal = world.call("DeleteUserAttributes", delete(name)).await.unwrap_err();
        assert_eq!(refusal.0, "InvalidParameterException", "{name}");
    }
}

#[tokio::test]
async fn whoever_leaves_frees_the_address() {
    let world = World::new();
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    world.call("DeleteUser", json!({ "AccessToken": tokens.access })).await.unwrap();
    assert_eq!(world.get_user(&tokens.access).await.unwrap_err().0, "UserNotFoundException");
    assert_eq!(world.refresh(&tokens.refresh).await.unwrap_err().0, "NotAuthorizedException");
    assert!(world.sign_in("alice@example.com", PASSWORD).await.is_err());
    world.person("alice@example.com").await;
}

#[tokio::test]
async fn a_refresh_token_is_no_use_to_another_client() {
    let world = World::new();
    world.person("alice@example.com").await;
    let refresh = world.tokens("alice@example.com").await.refresh;
    let body = json!({ "ClientId": LEGACY, "RefreshToken": refresh });
    let refusal = world.call("GetTokensFromRefreshToken", body).await.unwrap_err();
    assert_eq!(refusal.1, "Invalid Refresh Token");
}
