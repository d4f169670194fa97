use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use local_core::clock::Clock;
use local_core::invoke::{InvokeError, Invoker};
use local_core::journal::Journal;
use local_core::principal::Principal;
use serde_json::{Value, json};

use super::{Bus, Parts, Pattern, Routes, Rule, Target};
use crate::dynamodb::Location;
use crate::http::{Authorizer, Response};
use crate::queues::Queues;

/// Lets everyone put events on every bus but `forbidden`.
struct NotForbidden;

impl Authorizer for NotForbidden {
    fn allows(&self, _: &Principal, action: &str, resource: &str, _: &[String]) -> bool {
        action == "events:PutEvents" && !resource.ends_with("event-bus/forbidden")
    }
}

/// A function that fails so often, then remembers what it gets.
#[derive(Default)]
struct Audit {
    failures: AtomicUsize,
    seen: Mutex<Vec<Value>>,
}

impl Invoker for Audit {
    fn invoke<'a>(&'a self, _: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(async move {
            let fail = |left: usize| left.checked_sub(1);
            if self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fail).is_ok() {
                return Err(InvokeError::TimedOut { seconds: 3 });
            }
            self.seen.lock().unwrap().push(event);
            Ok(Value::Null)
        })
    }
}

struct World {
    bus: Bus,
    queues: Queues,
    audit: Arc<Audit>,
}

fn world() -> World {
    world_over(Queues::open(&Location::Memory, Clock::default()).unwrap())
}

fn world_over(queues: Queues) -> World {
    let audit = Arc::new(Audit::default());
    let pattern =
        Pattern::parse(&json!({ "source": ["smartchat"], "detail": { "kind": ["message"] } })).unwrap();
    let target =
        Target { function: "audit".to_owned(), max_retries: 185, dead_letter: Some("failed".to_owned()) };
    let rules =
        vec![Rule { name: "to-audit".to_owned(), bus: "chat".to_owned(), pattern, targets: vec![target] }];
    let parts = Parts {
        clock: Clock::default(),
        authorizer: Arc::new(NotForbidden),
        invoker: Arc::clone(&audit) as Arc<dyn Invoker>,
        queues: queues.clone(),
        journal: Journal::default(),
        retry_delay: Duration::from_millis(1),
    };
    let buses = vec!["chat".to_owned(), "forbidden".to_owned()];
    let bus = Bus::open(Routes { buses, rules, ..Routes::default() }, parts).unwrap();
    World { bus, queues, audit }
}

fn entry(kind: &str) -> Value {
    let detail = json!({ "kind": kind }).to_string();
    json!({ "EventBusName": "chat", "Source": "smartchat", "DetailType": "message.created", "Detail": detail })
}

impl World {
    fn put(&self, entries: Value) -> Response {
        let request = json!({ "Entries": entries }).to_string();
        self.bus.handle_http("AWSEvents.PutEvents", &Principal::Developer, request.as_bytes())
    }

    fn seen(&self) -> Vec<Value> {
        self.audit.seen.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn an_event_reaches_the_functions_whose_rules_match() {
    let world = world();
    let answer = world.put(json!([entry("message"), entry("receipt")])).json();
    assert_eq!(answer["FailedEntryCount"], 0);
    world.bus.settle().await;
    let seen = world.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["id"], answer["Entries"][0]["EventId"]);
    assert_eq!(seen[0]["detail-type"], "message.created");
    assert_eq!(seen[0]["detail"], json!({ "kind": "message" }));
    let archive = world.bus.archive();
    assert_eq!((archive[0].rules.len(), archive[1].rules.len()), (1, 0));
}

#[tokio::test]
async fn bad_entries_fail_alone() {
    let world = world();
    let mut without_source = entry("message");
    without_source.as_object_mut().unwrap().remove("Source");
    let mut malformed = entry("message");
    malformed["Detail"] = "not json".into();
    let mut of_aws = entry("message");
    of_aws["Source"] = "aws.s3".into();
    let answer = world.put(json!([without_source, malformed, of_aws, entry("message")])).json();
    assert_eq!(answer["FailedEntryCount"], 3);
    let codes: Vec<_> =
        answer["Entries"].as_array().unwrap().iter().map(|entry| &entry["ErrorCode"]).collect();
    let null = Value::Null;
    assert_eq!(
        codes,
        [&json!("InvalidArgument"), &json!("MalformedDetail"), &json!("NotAuthorizedForSource"), &null]
    );
    world.bus.settle().await;
    assert_eq!(world.seen().len(), 1);
}

#[tokio::test]
async fn a_call_that_aws_would_refuse_is_refused_whole() {
    let world = world();
    let mut large = entry("message");
    large["Detail"] = json!({ "kind": "message", "pad": "x".repeat(256 * 1024) }).to_string().into();
    let mut forbidden = entry("message");
    forbidden["EventBusName"] = "arn:aws:events:us-east-1:000000000000:event-bus/forbidden".into();
    let mut absent = entry("message");
    absent["EventBusName"] = "absent".into();
    for (entries, expected) in [
        (json!([]), "ValidationException"),
        (json!(vec![entry("message"); 11]), "ValidationException"),
        (json!([large]), "ValidationException"),
        (json!([entry("message"), forbidden]), "AccessDeniedException"),
        (json!([absent]), "ResourceNotFoundException"),
    ] {
        assert_eq!(world.put(entries).error_type().as_deref(), Some(expected));
    }
    let other = world.bus.handle_http("AWSEvents.PutRule", &Principal::Developer, b"{}");
    assert_eq!(other.error_type().as_deref(), Some("UnknownOperationException"));
    world.bus.settle().await;
    assert!(world.seen().is_empty() && world.bus.archive().is_empty());
}

#[tokio::test]
async fn a_failed_delivery_is_retried_then_set_aside_and_can_be_redriven() {
    let world = world();
    world.audit.failures.store(2, Ordering::Relaxed);
    world.put(json!([entry("message")]));
    world.bus.settle().await;
    assert_eq!((world.seen().len(), world.queues.list(None).unwrap().len()), (1, 0));
    world.audit.failures.store(3, Ordering::Relaxed);
    world.put(json!([entry("message")]));
    world.bus.settle().await;
    let letter = world.queues.list(Some("failed")).unwrap().remove(0);
    assert_eq!((letter.attributes["ERROR_CODE"].as_str(), world.seen().len()), ("TimedOut", 1));
    assert!(world.bus.redrive(&letter).unwrap());
    world.bus.settle().await;
    assert_eq!((world.seen().len(), world.queues.list(None).unwrap().len()), (2, 0));
}

#[tokio::test]
async fn a_delivery_that_a_kill_interrupted_goes_on_at_the_next_start() {
    let queues = Queues::open(&Location::Memory, Clock::default()).unwrap();
    let first = world_over(queues.clone());
    first.put(json!([entry("message")]));
    // The delivery has not run yet: this runtime has one thread, and nothing has given way.
    assert!(first.seen().is_empty());
    let second = world_over(queues.clone());
    second.bus.settle().await;
    assert_eq!(second.seen().len(), 1);
    let third = world_over(queues);
    third.bus.settle().await;
    assert!(third.seen().is_empty());
}
