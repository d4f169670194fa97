//! The error table: each mistake and the name that clients know it by.

use serde_json::{Value, json};

use super::world::{CLIENT, LEGACY, PASSWORD, World};

/// A pool with `alice`, who is confirmed, and `una`, who is not.
async fn world() -> World {
    let world = World::new();
    world.person("alice@example.com").await;
    world.sign_up("una@example.com").await.unwrap();
    world
}

fn sign_up(email: &str, password: &str) -> Value {
    json!({ "ClientId": CLIENT, "Username": email, "Password": password })
}

fn sign_in(client_id: &str, email: &str, password: &str) -> Value {
    let parameters = json!({ "USERNAME": email, "PASSWORD": password });
    json!({ "ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters })
}

fn confirm(client_id: &str, email: &str) -> Value {
    json!({ "ClientId": client_id, "Username": email, "ConfirmationCode": "wrong" })
}

fn reset(client_id: &str, email: &str, password: &str) -> Value {
    json!({ "ClientId": client_id, "Username": email, "ConfirmationCode": "wrong", "Password": password })
}

fn named(client_id: &str, email: &str) -> Value {
    json!({ "ClientId": client_id, "Username": email })
}

async fn check(world: &World, table: Vec<(&str, Value, &str, &str)>) {
    for (operation, body, name, words) in table {
        let refusal = world.call(operation, body.clone()).await;
        let (actual, message) = refusal.expect_err(&format!("{operation} {body} was accepted"));
        assert_eq!(actual, name, "{operation} {body}: {message}");
        assert!(message.contains(words), "{operation} {body}: {message}");
    }
}

#[tokio::test]
async fn signing_up() {
    let world = world().await;
    let (taken, fresh) = ("ALICE@example.com", "new@example.com");
    let missing = "InvalidParameterException";
    let mut other_email = sign_up(fresh, PASSWORD);
    other_email["UserAttributes"] = json!([{ "Name": "email", "Value": "x@example.com" }]);
    let mut vouched = sign_up(fresh, PASSWORD);
    vouched["UserAttributes"] = json!([{ "Name": "email_verified", "Value": "true" }]);
    let mut unknown = sign_up(fresh, PASSWORD);
    unknown["UserAttributes"] = json!([{ "Name": "custom:none", "Value": "1" }]);
    let table = vec![
        ("SignUp", sign_up(taken, PASSWORD), "UsernameExistsException", "already exists"),
        ("SignUp", sign_up("una@example.com", PASSWORD), "UsernameExistsException", "already exists"),
        ("SignUp", sign_up(fresh, "short"), "InvalidPasswordException", "did not conform with policy"),
        ("SignUp", sign_up("alice", PASSWORD), missing, "Username should be an email."),
        ("SignUp", json!({ "ClientId": CLIENT, "Username": fresh }), missing, "'password'"),
        ("SignUp", other_email, missing, "email"),
        ("SignUp", vouched, "NotAuthorizedException", "unauthorized attribute"),
        ("SignUp", unknown, missing, "did not conform to the schema"),
        (
            "ConfirmSignUp",
            confirm(CLIENT, "una@example.com"),
            "CodeMismatchException",
            "Invalid verification",
        ),
        (
            "ConfirmSignUp",
            confirm(CLIENT, "alice@example.com"),
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        ),
        ("ConfirmSignUp", confirm(LEGACY, "nobody@example.com"), "UserNotFoundException", "does not exist"),
        (
            "ConfirmSignUp",
            confirm(CLIENT, "nobody@example.com"),
            "CodeMismatchException",
            "Invalid verification",
        ),
        ("ResendConfirmationCode", named(CLIENT, "alice@example.com"), missing, "already confirmed"),
        (
            "ResendConfirmationCode",
            named(LEGACY, "nobody@example.com"),
            "UserNotFoundException",
            "does not exist",
        ),
    ];
    check(&world, table).await;
    let simulated = world.call("ResendConfirmationCode", named(CLIENT, "nobody@example.com")).await.unwrap();
    assert_eq!(simulated["CodeDeliveryDetails"]["Destination"], "n***@e***");
}

#[tokio::test]
async fn signing_in() {
    let world = world().await;
    let wrong = "Incorrect username or password.";
    let mut no_password = sign_in(CLIENT, "alice@example.com", "");
    no_password["AuthParameters"]["PASSWORD"] = Value::Null;
    let flow = |name: &str| json!({ "ClientId": CLIENT, "AuthFlow": name, "AuthParameters": {} });
    let refresh = json!({ "ClientId": CLIENT, "RefreshToken": "garbage" });
    let table = vec![
        (
            "InitiateAuth",
            sign_in(CLIENT, "una@example.com", PASSWORD),
            "UserNotConfirmedException",
            "User is not confirmed.",
        ),
        ("InitiateAuth", sign_in(CLIENT, "una@example.com", "Wrong-1!"), "NotAuthorizedException", wrong),
        ("InitiateAuth", sign_in(CLIENT, "alice@example.com", "Wrong-1!"), "NotAuthorizedException", wrong),
        ("InitiateAuth", sign_in(CLIENT, "nobody@example.com", PASSWORD), "NotAuthorizedException", wrong),
        (
            "InitiateAuth",
            sign_in(LEGACY, "nobody@example.com", PASSWORD),
            "UserNotFoundException",
            "User does not exist.",
        ),
        ("InitiateAuth", no_password, "InvalidParameterException", "Missing required parameter PASSWORD"),
        ("InitiateAuth", flow("CUSTOM_AUTH"), "InvalidParameterException", "flow not enabled"),
        ("InitiateAuth", flow("MAGIC"), "InvalidParameterException", "Member must satisfy enum value set"),
        ("GetTokensFromRefreshToken", refresh, "NotAuthorizedException", "Invalid Refresh Token"),
    ];
    check(&world, table).await;
}

#[tokio::test]
async fn passwords_and_accounts() {
    let world = world().await;
    let tokens = world.tokens("alice@example.com").await;
    let change = |old: &str, new: &str| json!({ "AccessToken": tokens.access, "PreviousPassword": old, "ProposedPassword": new });
    let get_user = |token: &str| json!({ "AccessToken": token });
    let delivery = "Cannot reset password for the user as there is no registered/verified email";
    let table = vec![
        ("GetUser", get_user("garbage"), "NotAuthorizedException", "Invalid Access Token"),
        ("GetUser", get_user(&tokens.id), "NotAuthorizedException", "Invalid Access Token"),
        ("ChangePassword", change("Wrong-1!", "Another-horse-1"), "NotAuthorizedException", "Incorrect"),
        ("ChangePassword", change(PASSWORD, "weak"), "InvalidPasswordException", "policy"),
        ("ForgotPassword", named(LEGACY, "nobody@example.com"), "UserNotFoundException", "does not exist"),
        ("ForgotPassword", named(LEGACY, "una@example.com"), "InvalidParameterException", delivery),
        (
            "ConfirmForgotPassword",
            reset(CLIENT, "alice@example.com", "weak"),
            "InvalidPasswordException",
            "policy",
        ),
        (
            "ConfirmForgotPassword",
            reset(CLIENT, "alice@example.com", PASSWORD),
            "ExpiredCodeException",
            "request a code again",
        ),
        (
            "ConfirmForgotPassword",
            reset(CLIENT, "nobody@example.com", PASSWORD),
            "CodeMismatchException",
            "Invalid",
        ),
        ("ConfirmForgotPassword", reset(LEGACY, "nobody@example.com", PASSWORD), "UserNotFoundException", ""),
    ];
    check(&world, table).await;
    let mails = world.mails().len();
    for email in ["nobody@example.com", "una@example.com"] {
        world.call("ForgotPassword", named(CLIENT, email)).await.expect("a simulated delivery");
    }
    assert_eq!(world.mails().len(), mails);
    world.call("ForgotPassword", named(CLIENT, "alice@example.com")).await.unwrap();
    let table = vec![(
        "ConfirmForgotPassword",
        reset(CLIENT, "alice@example.com", PASSWORD),
        "CodeMismatchException",
        "Invalid verification code",
    )];
    check(&world, table).await;
}

#[tokio::test]
async fn an_unknown_client_is_named_by_every_call_that_takes_one() {
    let world = world().await;
    let body = json!({
        "ClientId": "none", "Username": "a@b.c", "Password": PASSWORD, "ConfirmationCode": "1",
        "AuthFlow": "USER_PASSWORD_AUTH", "ChallengeName": "PASSWORD_VERIFIER", "RefreshToken": "t", "Token": "t",
    });
    for operation in [
        "SignUp",
        "ConfirmSignUp",
        "ResendConfirmationCode",
        "InitiateAuth",
        "RespondToAuthChallenge",
        "GetTokensFromRefreshToken",
        "RevokeToken",
        "ForgotPassword",
        "ConfirmForgotPassword",
    ] {
        let words = "User pool client none does not exist.";
        check(&world, vec![(operation, body.clone(), "ResourceNotFoundException", words)]).await;
    }
}

#[tokio::test]
async fn codes_expire() {
    let world = world().await;
    world.call("ResendConfirmationCode", named(CLIENT, "una@example.com")).await.unwrap();
    let code = world.code();
    world.advance(86_400);
    assert_eq!(world.confirm("una@example.com", &code).await.unwrap_err().0, "ExpiredCodeException");

    world.call("ForgotPassword", named(CLIENT, "alice@example.com")).await.unwrap();
    let mut body = reset(CLIENT, "alice@example.com", PASSWORD);
    body["ConfirmationCode"] = json!(world.code());
    world.advance(3_600);
    check(&world, vec![("ConfirmForgotPassword", body, "ExpiredCodeException", "request a code again")])
        .await;
}

#[tokio::test]
async fn what_cognito_does_not_know_is_refused() {
    let world = World::new();
    for target in [
        "",
        "SignUp",
        "AWSCognitoIdentityProviderService",
        "Other.SignUp",
        "AWSCognitoIdentityProviderService.Nonsense",
        "AWSCognitoIdentityProviderService.AdminNonsense",
        "AWSCognitoIdentityService.Nonsense",
    ] {
        let caller = Some(local_core::principal::Principal::Developer);
        let response = world.cognito.handle(target, b"{}", caller).await;
        assert_eq!(response.errortype.as_deref(), Some("UnknownOperationException"), "{target}");
    }
    let response = world.cognito.handle("AWSCognitoIdentityProviderService.SignUp", b"\xff", None).await;
    assert_eq!((response.status, response.json["__type"].as_str()), (400, Some("SerializationException")));
}
