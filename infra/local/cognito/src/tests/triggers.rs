//! Functions that the pool calls: when, with what, and what comes of it.

use std::time::Duration;

use futures::future::BoxFuture;
use local_core::invoke::InvokeError;
use serde_json::{Value, json};

use super::world::{CLIENT, PASSWORD, POOL, World};
use crate::config::{Config, PreTokenGeneration, TokenEventVersion, Triggers};

type Answer = BoxFuture<'static, Result<Value, InvokeError>>;

/// All triggers but the token's go to the function `f`.
fn all(config: &mut Config) {
    let function = || Some("f".to_owned());
    config.pool.triggers = Triggers {
        pre_sign_up: function(),
        post_confirmation: function(),
        pre_authentication: function(),
        post_authentication: function(),
        pre_token_generation: Some(PreTokenGeneration {
            function: "f".to_owned(),
            version: TokenEventVersion::V2,
        }),
        custom_message: function(),
    };
}

/// A function that fills in `response` for one source and answers the others with their event.
fn filling(source: &'static str, response: Value) -> impl Fn(&str, Value) -> Answer + Send + Sync + 'static {
    move |_, mut event| {
        if event["triggerSource"] == source {
            event["response"] = response.clone();
        }
        Box::pin(async { Ok(event) })
    }
}

fn sources(world: &World) -> Vec<String> {
    let events = world.events.lock().unwrap();
    events.iter().map(|event| event["triggerSource"].as_str().unwrap().to_owned()).collect()
}

fn event(world: &World, source: &str) -> Value {
    let events = world.events.lock().unwrap();
    events.iter().rev().find(|event| event["triggerSource"] == source).expect(source).clone()
}

#[tokio::test]
async fn each_turning_point_calls_its_trigger_in_order() {
    let world = World::with(all);
    world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    world.refresh(&tokens.refresh).await.unwrap();
    let named = json!({ "ClientId": CLIENT, "Username": "alice@example.com" });
    world.call("ForgotPassword", named).await.unwrap();
    let body = json!({
        "ClientId": CLIENT, "Username": "alice@example.com", "ConfirmationCode": world.code(), "Password": PASSWORD,
    });
    world.call("ConfirmForgotPassword", body).await.unwrap();
    let expected = [
        "PreSignUp_SignUp",
        "CustomMessage_SignUp",
        "PostConfirmation_ConfirmSignUp",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
        "TokenGeneration_RefreshTokens",
        "CustomMessage_ForgotPassword",
        "PostConfirmation_ConfirmForgotPassword",
    ];
    assert_eq!(sources(&world), expected);
}

#[tokio::test]
async fn the_events_of_sign_up_are_exact() {
    let world = World::with(all);
    let body = json!({
        "ClientId": CLIENT, "Username": "alice@example.com", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "alice@example.com" }],
        "ValidationData": [{ "Name": "termsVersion", "Value": "3" }],
        "ClientMetadata": { "source": "widget" },
    });
    let sub = world.call("SignUp", body).await.unwrap()["UserSub"].clone();
    let expected = json!({
        "version": "1",
        "triggerSource": "PreSignUp_SignUp",
        "region": "us-east-1",
        "userPoolId": POOL,
        "userName": sub,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": CLIENT },
        "request": {
            "userAttributes": { "email": "alice@example.com" },
            "validationData": { "termsVersion": "3" },
            "clientMetadata": { "source": "widget" },
        },
        "response": { "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false },
    });
    assert_eq!(event(&world, "PreSignUp_SignUp"), expected);

    world.confirm("alice@example.com", &world.code()).await.unwrap();
    let confirmation = event(&world, "PostConfirmation_ConfirmSignUp");
    let attributes = json!({
        "sub": sub, "email": "alice@example.com", "email_verified": "true", "cognito:user_status": "CONFIRMED",
    });
    assert_eq!(confirmation["request"], json!({ "userAttributes": attributes }));
    assert_eq!(confirmation["response"], json!({}));
}

#[tokio::test]
async fn a_function_may_confirm_at_once() {
    let response = json!({ "autoConfirmUser": true, "autoVerifyEmail": true });
    let world = World::with_functions(all, filling("PreSignUp_SignUp", response));
    let answer = world.sign_up("alice@example.com").await.unwrap();
    assert_eq!((&answer["UserConfirmed"], answer.get("CodeDeliveryDetails")), (&json!(true), None));
    assert!(world.mails().is_empty());
    assert_eq!(sources(&world), ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]);
    world.sign_in("alice@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn refusals_and_failures_have_their_names() {
    let function_error = |message: &str| InvokeError::Function {
        error_type: "BadRequest".to_owned(),
        message: message.to_owned(),
    };
    let table: Vec<(Result<Value, InvokeError>, &str, &str)> = vec![
        (
            Err(function_error("accept the terms")),
            "UserLambdaValidationException",
            "PreSignUp failed with error accept the terms.",
        ),
        (Ok(json!("nonsense")), "InvalidLambdaResponseException", "Unrecognizable lambda output"),
        (Ok(Value::Null), "InvalidLambdaResponseException", "Unrecognizable lambda output"),
        (
            Err(InvokeError::Unavailable("f".to_owned())),
            "UnexpectedLambdaException",
            "PreSignUp invocation failed due to error function is not available: f.",
        ),
        (
            Err(InvokeError::TimedOut { seconds: 3 }),
            "UnexpectedLambdaException",
            "PreSignUp invocation failed due to error task timed out after 3 seconds.",
        ),
    ];
    for (answer, name, words) in table {
        let world = World::with_functions(all, move |_, _| {
            let answer = answer.clone();
            Box::pin(async move { answer })
        });
        let refusal = world.sign_up("alice@example.com").await.unwrap_err();
        assert_eq!(refusal, (name.to_owned(), words.to_owned()));
        assert!(world.mails().is_empty());
        let nobody = world.admin("AdminGetUser", json!({ "Username": "alice@example.com" })).await;
        assert_eq!(nobody.unwrap_err().0, "UserNotFoundException", "a refused sign-up leaves nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_that_does_not_answer_is_tried_three_times() {
    let world = World::with_functions(all, |_, event| {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(event)
        })
    });
    let began = tokio::time::Instant::now();
    let refusal = world.sign_up("alice@example.com").await.unwrap_err();
    assert_eq!(refusal.0, "UnexpectedLambdaException");
    assert!(refusal.1.contains("Socket timeout while invoking Lambda function"), "{}", refusal.1);
    assert_eq!(sources(&world), ["PreSignUp_SignUp"; 3]);
    assert_eq!(began.elapsed().as_secs(), 15);
}

#[tokio::test]
async fn a_confirmation_stands_even_if_its_trigger_fails() {
    let world = World::with_functions(all, |_, event| {
        Box::pin(async move {
            match event["triggerSource"].as_str() {
                Some("PostConfirmation_ConfirmSignUp") => {
                    Err(InvokeError::Function { error_type: "Internal".to_owned(), message: "oh".to_owned() })
                }
                _ => Ok(event),
            }
        })
    });
    world.sign_up("alice@example.com").await.unwrap();
    let refusal = world.confirm("alice@example.com", &world.code()).await.unwrap_err();
    assert_eq!(refusal.1, "PostConfirmation failed with error oh.");
    let user = world.admin("AdminGetUser", json!({ "Username": "alice@example.com" })).await.unwrap();
    assert_eq!(user["UserStatus"], "CONFIRMED");
}

#[tokio::test]
async fn mails_are_worded_by_the_function() {
    let response = json!({ "emailSubject": "Welcome", "emailMessage": "<b>{####}</b>", "smsMessage": null });
    let world = World::with_functions(all, filling("CustomMessage_SignUp", response));
    world.sign_up("alice@example.com").await.unwrap();
    let mail = world.mails().pop().unwrap();
    assert_eq!((mail.subject.as_str(), mail.body), ("Welcome", format!("<b>{}</b>", mail.code)));
    let request = &event(&world, "CustomMessage_SignUp")["request"];
    assert_eq!((&request["codeParameter"], &request["usernameParameter"]), (&json!("{####}"), &Value::Null));
    assert!(!request.to_string().contains(&mail.code), "the function does not learn the code");

    let response = json!({ "emailSubject": "Welcome", "emailMessage": "no code" });
    let world = World::with_functions(all, filling("CustomMessage_SignUp", response));
    let refusal = world.sign_up("alice@example.com").await.unwrap_err();
    assert_eq!(refusal.0, "InvalidLambdaResponseException");
}

#[tokio::test]
async fn tokens_say_what_the_function_adds() {
    let access = json!({ "claimsToAddOrOverride": { "businesses": ["b1"], "sub": "forged" } });
    let details =
        json!({ "accessTokenGeneration": access, "groupOverrideDetails": { "groupsToOverride": ["vip"] } });
    let response = json!({ "claimsAndScopeOverrideDetails": details });
    let world = World::with_functions(all, filling("TokenGeneration_Authentication", response));
    let sub = world.person("alice@example.com").await;
    let tokens = world.tokens("alice@example.com").await;
    let claims = world.cognito.pools.verify_token(&tokens.access).unwrap().claims;
    assert_eq!((&claims["businesses"], &claims["sub"]), (&json!(["b1"]), &json!(sub)));
    assert_eq!(claims["cognito:groups"], json!(["vip"]));
    let event = event(&world, "TokenGeneration_Authentication");
    assert_eq!(event["version"], "2");
    assert_eq!(event["request"]["scopes"], json!(["aws.cognito.signin.user.admin"]));
    let groups = json!({ "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null });
    assert_eq!(event["request"]["groupConfiguration"], groups);
}

#[tokio::test]
async fn a_refused_token_signs_nobody_in() {
    let world = World::with_functions(all, |_, event| {
        Box::pin(async move {
            match event["triggerSource"].as_str() {
                Some("TokenGeneration_Authentication") => Err(InvokeError::Function {
                    error_type: "Forbidden".to_owned(),
                    message: "no".to_owned(),
                }),
                _ => Ok(event),
            }
        })
    });
    world.person("alice@example.com").await;
    let refusal = world.sign_in("alice@example.com", PASSWORD).await.unwrap_err();
    let words = "PreTokenGeneration failed with error no.";
    assert_eq!(refusal, ("UserLambdaValidationException".to_owned(), words.to_owned()));
}

#[tokio::test]
async fn an_unknown_person_is_announced_where_existence_is_hidden() {
    let world = World::with(all);
    assert!(world.sign_in("nobody@example.com", PASSWORD).await.is_err());
    let request = &event(&world, "PreAuthentication_Authentication")["request"];
    assert_eq!((&request["userNotFound"], &request["userAttributes"]), (&json!(true), &json!({})));
}
