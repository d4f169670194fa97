//! Who may call, and what they may see.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::tests::fixture::{ALICE, Fixture, TestApi, pool};
use crate::tests::stubs::function_error;
use crate::{ApiKey, AuthMode, DefaultAction};

const SDL: &str = r#"
type Query {
    plain: String
    admins: String @aws_cognito_user_pools(cognito_groups: ["admins", "staff"])
    system: String @aws_iam
    both: Thing @aws_iam @aws_cognito_user_pools
    thing: Thing
    needed: Strict
}
type Thing @aws_iam @aws_cognito_user_pools {
    name: String
    users: String @aws_cognito_user_pools
}
type Strict { name: String! system: String! @aws_iam }
"#;

fn api() -> TestApi {
    let thing = |_| Ok(json!({"name": "n", "users": "u", "system": "s"}));
    Fixture::new(SDL)
        .field("Query.plain", |_| Ok(json!("p")))
        .field("Query.admins", |_| Ok(json!("a")))
        .field("Query.system", |_| Ok(json!("s")))
        .field("Query.both", thing)
        .field("Query.thing", thing)
        .field("Query.needed", thing)
        .build()
}

#[tokio::test]
async fn credentials_that_are_refused() {
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[], "Valid authorization header not provided."),
        (&[("authorization", "garbage")], "Unable to parse JWT token."),
        (&[("authorization", "late..jwt")], "Token has expired."),
        (&[("authorization", "mallory..jwt")], "You are not authorized to make this call."),
        (&[("x-api-key", "da2-x")], "You are not authorized to make this call."),
        (&[("authorization", "AWS4-HMAC-SHA256 f /other {}")], "You are not authorized to make this call."),
    ];
    let api = api();
    for (headers, message) in cases {
        let answer = api.raw(headers, r#"{"query":"{ plain }"}"#).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(answer.headers["x-amzn-errortype"], "UnauthorizedException");
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        let expected = json!({"errors": [{"errorType": "UnauthorizedException", "message": message}]});
        assert_eq!(answer.body, expected, "{headers:?}");
    }
    assert!(api.invoker.events("Query.plain").is_empty());
}

#[tokio::test]
async fn a_body_is_not_read_for_strangers() {
    assert_eq!(api().raw(&[], "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_bearer_prefix_is_optional() {
    let answer = api().raw(&[("authorization", "Bearer alice..jwt")], r#"{"query":"{ plain }"}"#).await;
    assert_eq!(answer.body, json!({"data": {"plain": "p"}}));
}

#[tokio::test]
async fn a_denied_field_is_null_with_an_error_and_the_rest_goes_on() {
    let api = api();
    let answer = api.ask("{ plain\n system }", Value::Null).await;
    let expected = json!({"data": {"plain": "p", "system": null}, "errors": [{
        "path": ["system"], "data": null, "errorType": "Unauthorized", "errorInfo": null,
        "locations": [{"line": 2, "column": 2, "sourceName": null}],
        "message": "Not Authorized to access system on type Query"
    }]});
    assert_eq!(answer, expected);
    assert!(api.invoker.events("Query.system").is_empty());
}

#[tokio::test]
async fn groups_admit() {
    let api = api();
    for (token, expected) in [
        ("bob.staff.jwt", json!("a")),
        ("bob.x+admins.jwt", json!("a")),
        ("bob.x.jwt", Value::Null),
        (ALICE, Value::Null),
    ] {
        let answer = api.raw(&[("authorization", token)], r#"{"query":"{ admins }"}"#).await;
        assert_eq!(answer.body["data"]["admins"], expected, "{token}");
    }
}

#[tokio::test]
async fn each_type_and_field_admits_its_own_modes() {
    let api = api();
    // For IAM: an unmarked root field is closed, and a field's directive replaces its type's.
    let answer = api.ask_as("f", "{ plain system both { name users } thing { name } }").await;
    assert_eq!(
        answer["data"],
        json!({"plain": null, "system": "s", "both": {"name": "n", "users": null}, "thing": null})
    );
    let denied: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().filter_map(|e| e["message"].as_str()).collect();
    for message in ["plain on type Query", "users on type Thing", "thing on type Query"] {
        assert!(denied.contains(&format!("Not Authorized to access {message}").as_str()), "{denied:?}");
    }
    let answer = api.ask("{ both { name users } }", Value::Null).await;
    assert_eq!(answer, json!({"data": {"both": {"name": "n", "users": "u"}}}));
}

#[tokio::test]
async fn a_denied_field_that_may_not_be_null_takes_its_parent_along() {
    let answer = api().ask("{ needed { name system } }", Value::Null).await;
    assert_eq!(answer["data"], json!({"needed": null}));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    assert_eq!(answer["errors"][0]["path"], json!(["needed", "system"]));
}

#[tokio::test]
async fn policies_speak_about_root_fields() {
    let api = api();
    let arn = "arn:aws:appsync:us-east-1:000000000000:apis/api/types/Query/fields/system";
    assert_eq!(api.ask_as("f", "{ system }").await, json!({"data": {"system": "s"}}));
    assert_eq!(*api.signatures.asked.lock().unwrap(), [arn]);
    api.signatures.denied.lock().unwrap().push(arn.to_owned());
    let answer = api.ask_as("f", "{ system both { name } }").await;
    assert_eq!(answer["data"], json!({"system": null, "both": {"name": "n"}}));
    assert_eq!(answer["errors"][0]["errorType"], "Unauthorized");
}

#[tokio::test]
async fn the_journal_names_kinds_of_callers() {
    let api = api();
    api.ask("{ plain }", Value::Null).await;
    api.ask_as("publish-changes", "{ system }").await;
    api.ask_as("guest", "{ system }").await;
    let callers: Vec<String> = api.journal.entries().into_iter().map(|entry| entry.caller).collect();
    assert_eq!(callers, ["user", "function:publish-changes", "guest"]);
}

#[tokio::test]
async fn api_keys_have_an_end() {
    let keys = |api: &TestApi| api.clock.now() + SignedDuration::from_hours(1);
    let until = keys(&api());
    let key = ApiKey { key: "da2-x".to_owned(), expires: Some(until) };
    let api = Fixture::new("type Query { plain: String }")
        .config(|config| {
            config.default_auth = AuthMode::ApiKey { keys: vec![key] };
            config.additional_auth = vec![pool()];
        })
        .field("Query.plain", |event| Ok(event["identity"].is_null().to_string().into()))
        .build();
    let body = r#"{"query":"{ plain }"}"#;
    assert_eq!(api.raw(&[("x-api-key", "da2-x")], body).await.body, json!({"data": {"plain": "true"}}));
    assert_eq!(api.raw(&[("x-api-key", "da2-y")], body).await.status, StatusCode::UNAUTHORIZED);
    api.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(api.raw(&[("x-api-key", "da2-x")], body).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_pool_that_denies_by_default_admits_only_what_is_marked() {
    let sdl = "type Query { plain: String marked: String @aws_auth(cognito_groups: [\"staff\"]) }";
    let api = Fixture::new(sdl)
        .config(|config| {
            config.default_auth =
                AuthMode::UserPool { default_action: DefaultAction::Deny, app_id_client_regex: None };
            config.additional_auth = Vec::new();
        })
        .field("Query.plain", |_| Ok(json!("p")))
        .field("Query.marked", |_| Ok(json!("m")))
        .build();
    let answer = api.raw(&[("authorization", "bob.staff.jwt")], r#"{"query":"{ plain marked }"}"#).await;
    assert_eq!(answer.body["data"], json!({"plain": null, "marked": "m"}));
}

#[tokio::test]
async fn a_pool_can_be_bound_to_an_app_client() {
    let with = |pattern: &str| {
        let pattern = Some(pattern.to_owned());
        Fixture::new("type Query { plain: String }")
            .config(|config| {
                let default_action = DefaultAction::Allow;
                config.default_auth = AuthMode::UserPool { default_action, app_id_client_regex: pattern };
            })
            .build()
    };
    let body = r#"{"query":"{ plain }"}"#;
    assert_eq!(with("app|web").raw(&[("authorization", ALICE)], body).await.status, StatusCode::OK);
    assert_eq!(with("ap").raw(&[("authorization", ALICE)], body).await.status, StatusCode::UNAUTHORIZED);
}

fn guarded(ttl: u32) -> TestApi {
    let decide = |event: Value| match event["authorizationToken"].as_str() {
        Some("good") => Ok(json!({
            "isAuthorized": true, "resolverContext": {"tenant": "t"},
            "deniedFields": ["Query.closed", "arn:aws:appsync:us-east-1:000000000000:apis/api/types/Query/fields/shut"],
        })),
        Some("broken") => Err(function_error("Boom", "b")),
        Some("empty") => Ok(json!({})),
        _ => Ok(json!({"isAuthorized": false})),
    };
    let fields = ["open", "closed", "shut"];
    let mut fixture = Fixture::new("type Query { open: String closed: String shut: String }")
        .function("decide", decide)
        .config(|config| {
            config.default_auth = AuthMode::Lambda {
                function: "decide".to_owned(),
                result_ttl_seconds: ttl,
                identity_validation_expression: Some("[a-z]+".to_owned()),
            };
            config.additional_auth = Vec::new();
            config.environment = BTreeMap::new();
        });
    for field in fields {
        fixture = fixture.field(&format!("Query.{field}"), |event| {
            Ok(event["identity"]["resolverContext"]["tenant"].clone())
        });
    }
    fixture.build()
}

#[tokio::test]
async fn a_function_decides() {
    let api = guarded(0);
    let body = r#"{"query":"query Q { open closed shut }","variables":{"a":1},"operationName":"Q"}"#;
    let answer = api.raw(&[("authorization", "good")], body).await;
    assert_eq!(answer.body["data"], json!({"open": "t", "closed": null, "shut": null}));
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 2);
    let event = &api.invoker.events("decide")[0];
    assert_eq!(event["requestContext"]["queryString"], "query Q { open closed shut }");
    assert_eq!(event["requestContext"]["operationName"], "Q");
    assert_eq!(event["requestContext"]["variables"], json!({"a": 1}));
    assert_eq!(event["requestContext"]["apiId"], "api");
    for token in ["bad", "broken", "empty"] {
        assert_eq!(
            api.raw(&[("authorization", token)], body).await.status,
            StatusCode::UNAUTHORIZED,
            "{token}"
        );
    }
    let calls = api.invoker.events("decide").len();
    assert_eq!(api.raw(&[("authorization", "BAD1")], body).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(api.invoker.events("decide").len(), calls, "the expression is checked before the function");
}

#[tokio::test]
async fn a_decision_is_remembered_as_long_as_it_says() {
    let api = guarded(60);
    let body = r#"{"query":"{ open }"}"#;
    for _ in 0..3 {
        assert_eq!(api.raw(&[("authorization", "good")], body).await.body["data"]["open"], "t");
    }
    assert_eq!(api.invoker.events("decide").len(), 1);
    api.clock.advance(SignedDuration::from_secs(61));
    api.raw(&[("authorization", "good")], body).await;
    assert_eq!(api.invoker.events("decide").len(), 2);
}
