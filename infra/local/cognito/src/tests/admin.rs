//! What administrators and functions may do.

use local_core::principal::Principal;
use serde_json::{Value, json};

use super::world::{CLIENT, PASSWORD, POOL, Tokens, World, attribute};
use crate::parts::MailKind;

const SERVICE: &str = "AWSCognitoIdentityProviderService";

fn alice() -> Value {
    json!({ "Username": "alice@example.com" })
}

#[tokio::test]
async fn only_the_entitled_may_ask() {
    let world = World::new();
    world.person("alice@example.com").await;
    let body = json!({ "UserPoolId": POOL, "Username": "alice@example.com" });
    let function = |name: &str| Some(Principal::Function { name: name.to_owned() });
    let guest = Principal::Identity {
        pool_id: "p".to_owned(),
        identity_id: "i".to_owned(),
        user_sub: None,
        provider: None,
    };
    for (caller, operation, refusal) in [
        (None, "AdminGetUser", "MissingAuthenticationTokenException"),
        (None, "ListUsers", "MissingAuthenticationTokenException"),
        (Some(guest), "AdminGetUser", "AccessDeniedException"),
        (function("other"), "AdminGetUser", "AccessDeniedException"),
        (function("granted"), "AdminDeleteUser", "AccessDeniedException"),
    ] {
        let answer = world.send(SERVICE, operation, body.clone(), caller).await;
        assert_eq!(answer.unwrap_err().0, refusal, "{operation}");
    }
    world.send(SERVICE, "AdminGetUser", body, function("granted")).await.unwrap();
    let elsewhere = json!({ "UserPoolId": "us-east-1_Other", "Username": "alice@example.com" });
    let answer = world.send(SERVICE, "AdminGetUser", elsewhere, Some(Principal::Developer)).await;
    assert_eq!(answer.unwrap_err().0, "ResourceNotFoundException");
    let nobody = world.admin("AdminGetUser", json!({ "Username": "nobody@example.com" })).await;
    assert_eq!(nobody.unwrap_err().0, "UserNotFoundException");
}

#[tokio::test]
async fn a_made_account_must_choose_its_own_password() {
    let world = World::new();
    let attributes =
        json!([{ "Name": "email_verified", "Value": "true" }, { "Name": "name", "Value": "Alice" }]);
    let body = json!({ "Username": "alice@example.com", "UserAttributes": attributes });
    let made = world.admin("AdminCreateUser", body.clone()).await.unwrap();
    assert_eq!(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(world.admin("AdminCreateUser", body).await.unwrap_err().0, "UsernameExistsException");
    let mail = world.mails().pop().unwrap();
    assert_eq!(mail.kind, MailKind::AdminCreateUser);
    assert!(mail.body.contains("alice@example.com") && mail.body.contains(&mail.code));

    let challenge = world.sign_in("alice@example.com", &mail.code).await.unwrap();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let known: Value =
        serde_json::from_str(challenge["ChallengeParameters"]["userAttributes"].as_str().unwrap()).unwrap();
    assert_eq!(known["email"], "alice@example.com");
    let respond = |password: &str| {
        json!({
            "ClientId": CLIENT, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
            "ChallengeResponses": {
                "USERNAME": "alice@example.com", "NEW_PASSWORD": password, "userAttributes.name": "Alice B",
            },
        })
    };
    let weak = world.call("RespondToAuthChallenge", respond("weak")).await.unwrap_err();
    assert_eq!(weak.0, "InvalidPasswordException");
    let signed_in = world.call("RespondToAuthChallenge", respond(PASSWORD)).await.unwrap();
    let me = world.get_user(&Tokens::of(&signed_in).access).await.unwrap();
    assert_eq!(attribute(&me, "name").as_deref(), Some("Alice B"));
    world.sign_in("alice@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_temporary_password_ends_and_can_be_sent_again() {
    let world = World::new();
    let body = json!({ "Username": "alice@example.com", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS" });
    world.admin("AdminCreateUser", body).await.unwrap();
    assert!(world.mails().is_empty());
    world.advance(7 * 86_400);
    let refusal = world.sign_in("alice@example.com", PASSWORD).await.unwrap_err();
    assert!(refusal.1.starts_with("Temporary password has expired"), "{}", refusal.1);
    let body = json!({ "Username": "alice@example.com", "MessageAction": "RESEND" });
    world.admin("AdminCreateUser", body.clone()).await.unwrap();
    world.sign_in("alice@example.com", &world.code()).await.unwrap();
    let permanent = json!({ "Username": "alice@example.com", "Password": PASSWORD, "Permanent": true });
    world.admin("AdminSetUserPassword", permanent).await.unwrap();
    assert!(!world.tokens("alice@example.com").await.access.is_empty());
    assert_eq!(world.admin("AdminCreateUser", body).await.unwrap_err().0, "UnsupportedUserStateException");
}

#[tokio::test]
async fn an_account_is_confirmed_disabled_enabled_and_deleted() {
    let world = World::new();
    world.sign_up("alice@example.com").await.unwrap();
    world.admin("AdminConfirmSignUp", alice()).await.unwrap();
    assert_eq!(world.admin("AdminConfirmSignUp", alice()).await.unwrap_err().0, "NotAuthorizedException");
    let tokens = world.tokens("alice@example.com").await;

    world.admin("AdminDisableUser", alice()).await.unwrap();
    assert_eq!(world.admin("AdminGetUser", alice()).await.unwrap()["Enabled"], false);
    assert_eq!(world.sign_in("alice@example.com", PASSWORD).await.unwrap_err().1, "User is disabled.");
    assert!(world.get_user(&tokens.access).await.is_err());
    world.admin("AdminEnableUser", alice()).await.unwrap();
    assert!(world.get_user(&tokens.access).await.is_err(), "the old sign-in stays revoked");

    let fresh = world.tokens("alice@example.com").await;
    world.admin("AdminUserGlobalSignOut", alice()).await.unwrap();
    assert_eq!(world.get_user(&fresh.access).await.unwrap_err().1, "Access Token has been revoked");
    world.admin("AdminDeleteUser", alice()).await.unwrap();
    assert_eq!(world.admin("AdminGetUser", alice()).await.unwrap_err().0, "UserNotFoundException");
}

#[tokio::test]
async fn a_reset_account_needs_a_code() {
    let world = World::new();
    world.person("alice@example.com").await;
    world.admin("AdminResetUserPassword", alice()).await.unwrap();
    let refusal = world.sign_in("alice@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(refusal.0, "PasswordResetRequiredException");
    let body = json!({
        "ClientId": CLIENT, "Username": "alice@example.com",
        "ConfirmationCode": world.code(), "Password": PASSWORD,
    });
    world.call("ConfirmForgotPassword", body).await.unwrap();
    world.sign_in("alice@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn groups_are_joined_listed_and_left() {
    let world = World::new();
    world.person("alice@example.com").await;
    let group = |name: &str| json!({ "Username": "alice@example.com", "GroupName": name });
    world.admin("AdminAddUserToGroup", group("agents")).await.unwrap();
    let unknown = world.admin("AdminAddUserToGroup", group("none")).await.unwrap_err();
    assert_eq!(unknown.0, "ResourceNotFoundException");
    let listed = world.admin("AdminListGroupsForUser", alice()).await.unwrap();
    assert_eq!(listed["Groups"], json!([{ "GroupName": "agents", "Precedence": 1, "UserPoolId": POOL }]));
    world.admin("AdminRemoveUserFromGroup", group("agents")).await.unwrap();
    assert_eq!(world.admin("AdminListGroupsForUser", alice()).await.unwrap()["Groups"], json!([]));
}

#[tokio::test]
async fn an_administrator_vouches_for_an_address() {
    let world = World::new();
    world.person("alice@example.com").await;
    world.person("bob@example.com").await;
    let change = |email: &str| {
        let attributes = json!([
            { "Name": "email", "Value": email }, { "Name": "email_verified", "Value": "true" },
        ]);
        json!({ "Username": "alice@example.com", "UserAttributes": attributes })
    };
    let taken = world.admin("AdminUpdateUserAttributes", change("bob@example.com")).await.unwrap_err();
    assert_eq!(taken.0, "AliasExistsException");
    world.admin("AdminUpdateUserAttributes", change("alice@work.example")).await.unwrap();
    let found = world.admin("AdminGetUser", json!({ "Username": "alice@work.example" })).await.unwrap();
    assert_eq!(attribute(&found, "email_verified").as_deref(), Some("true"));
}

#[tokio::test]
async fn people_are_listed_in_pages_and_filtered() {
    let world = World::new();
    for number in 0..5 {
        world.sign_up(&format!("user{number}@example.com")).await.unwrap();
    }
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let body = json!({ "Limit": 2, "PaginationToken": token, "AttributesToGet": ["email"] });
        let page = world.admin("ListUsers", body).await.unwrap();
        let users = page["Users"].as_array().unwrap().clone();
        assert!(users.len() <= 2);
        seen.extend(users.iter().map(|user| user["Attributes"][0]["Value"].as_str().unwrap().to_owned()));
        token = page["PaginationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    seen.sort();
    assert_eq!(seen, [0, 1, 2, 3, 4].map(|number| format!("user{number}@example.com")));
    for (filter, count) in [
        (r#"email = "USER3@example.com""#, 1),
        (r#"email ^= "user""#, 5),
        (r#"cognito:user_status = "CONFIRMED""#, 0),
    ] {
        let page = world.admin("ListUsers", json!({ "Filter": filter })).await.unwrap();
        assert_eq!(page["Users"].as_array().unwrap().len(), count, "{filter}");
    }
    let refusal = world.admin("ListUsers", json!({ "Filter": "nonsense" })).await.unwrap_err();
    assert_eq!(refusal.0, "InvalidParameterException");
}
