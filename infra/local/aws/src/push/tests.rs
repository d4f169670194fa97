use std::sync::Arc;

use local_core::clock::Clock;
use local_core::principal::Principal;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::Sns;
use crate::dynamodb::Location;
use crate::http::{Authorizer, Response};
use crate::queues::Queues;

const APPLICATION: &str = "arn:aws:sns:us-east-1:000000000000:app/GCM/smartchat";

struct OnlyDeveloper;

impl Authorizer for OnlyDeveloper {
    fn allows(&self, caller: &Principal, _: &str, _: &str, _: &[String]) -> bool {
        *caller == Principal::Developer
    }
}

fn sns() -> Sns {
    let queues = Queues::open(&Location::Memory, Clock::default()).unwrap();
    Sns::new(&queues, Clock::default(), Arc::new(OnlyDeveloper))
}

fn call(sns: &Sns, fields: &[(&str, &str)]) -> Response {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    sns.handle_http(&Principal::Developer, pairs.join("&").as_bytes())
}

fn text(response: &Response) -> String {
    String::from_utf8(response.body.to_vec()).unwrap()
}

fn register(sns: &Sns, token: &str, user: &str) -> Response {
    let fields = [
        ("Action", "CreatePlatformEndpoint"),
        ("PlatformApplicationArn", APPLICATION),
        ("Token", token),
        ("CustomUserData", user),
    ];
    call(sns, &fields)
}

#[test]
fn a_message_to_a_device_is_kept() {
    let sns = sns();
    let answer = text(&register(&sns, "t1", "u1"));
    let arn = sns.endpoints().unwrap().remove(0).arn;
    assert!(
        answer.contains(&format!("<CreatePlatformEndpointResult><EndpointArn>{arn}</EndpointArn>")),
        "{answer}"
    );
    let message = json!({ "default": "new & <old>", "GCM": "{}" }).to_string();
    let publish = [
        ("Action", "Publish"),
        ("TargetArn", arn.as_str()),
        ("Message", &message),
        ("MessageStructure", "json"),
    ];
    let answer = call(&sns, &publish);
    let push = sns.list().remove(0);
    assert!(text(&answer).contains(&push.id));
    assert_eq!((push.target, &push.message["default"]), (arn, &json!("new & <old>")));
}

#[test]
fn a_token_has_one_endpoint() {
    let sns = sns();
    assert_eq!(text(&register(&sns, "t1", "u1")).len(), text(&register(&sns, "t1", "u1")).len());
    assert_eq!(sns.endpoints().unwrap().len(), 1);
    let refused = register(&sns, "t1", "u2");
    assert_eq!(refused.status, 400);
    assert!(text(&refused).contains("already exists with the same Token, but different attributes."));
}

#[test]
fn a_disabled_endpoint_gets_nothing_until_it_is_enabled_again() {
    let sns = sns();
    register(&sns, "t1", "u1");
    let arn = sns.endpoints().unwrap().remove(0).arn;
    assert!(sns.disable(&arn).unwrap());
    let publish = [("Action", "Publish"), ("TargetArn", arn.as_str()), ("Message", "hello")];
    assert!(text(&call(&sns, &publish)).contains("<Code>EndpointDisabled</Code>"));
    let enable = [
        ("Action", "SetEndpointAttributes"),
        ("EndpointArn", arn.as_str()),
        ("Attributes.entry.1.key", "Enabled"),
        ("Attributes.entry.1.value", "true"),
        ("Attributes.entry.2.key", "Token"),
        ("Attributes.entry.2.value", "t2"),
    ];
    assert_eq!(call(&sns, &enable).status, 200);
    assert_eq!(call(&sns, &publish).status, 200);
    let shown = text(&call(&sns, &[("Action", "GetEndpointAttributes"), ("EndpointArn", &arn)]));
    assert!(shown.contains("<key>Token</key><value>t2</value>"), "{shown}");
    call(&sns, &[("Action", "DeleteEndpoint"), ("EndpointArn", &arn)]);
    assert_eq!(call(&sns, &publish).status, 404);
    assert_eq!(sns.list().len(), 1);
}

#[test]
fn what_sns_would_refuse_is_refused_and_not_kept() {
    let sns = sns();
    let topic = ("TopicArn", "arn:aws:sns:us-east-1:000000000000:alarms");
    for (fields, code) in [
        (vec![("Action", "CreateTopic")], "InvalidAction"),
        (vec![("Action", "Publish"), ("Message", "x")], "InvalidParameter"),
        (vec![("Action", "Publish"), topic], "InvalidParameter"),
        (
            vec![("Action", "Publish"), topic, ("Message", "x"), ("MessageStructure", "json")],
            "InvalidParameter",
        ),
        (vec![("Action", "CreatePlatformEndpoint"), ("PlatformApplicationArn", "x")], "InvalidParameter"),
    ] {
        let answer = text(&call(&sns, &fields));
        assert!(answer.contains(&format!("<Code>{code}</Code>")), "{fields:?}: {answer}");
    }
    let stranger = Principal::Function { name: "send-message".to_owned() };
    let denied = sns.handle_http(&stranger, b"Action=Publish&TopicArn=x&Message=y");
    assert_eq!(denied.status, 403);
    assert!(sns.list().is_empty());
}
