use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use local_core::clock::Clock;
use local_core::invoke::{InvokeError, Invoker};
use local_core::journal::Journal;
use local_core::principal::Principal;
use serde_json::{Value, json};

use super::{Parts, Pump, RedriveError, SourceMapping, Start};
use crate::dynamodb::{self, Authorizer, Faults, Gate, Location, Plan};
use crate::events::Pattern;
use crate::queues::Queues;

struct Everyone;

impl Authorizer for Everyone {
    fn allows(&self, _: &Principal, _: &str, _: &str, _: &[String]) -> bool {
        true
    }
}

/// A function that fails on the items named in `poison`, and remembers what it processed.
#[derive(Default)]
struct Consumer {
    poison: Mutex<Vec<String>>,
    manner: Manner,
    processed: Mutex<Vec<String>>,
    batches: Mutex<Vec<usize>>,
    poisoned: AtomicUsize,
}

/// How the consumer fails.
#[derive(Default, Clone, Copy)]
enum Manner {
    #[default]
    Error,
    Panic,
    Report,
    TimeOut,
}

impl Consumer {
    fn poisoned_by(items: &[&str], manner: Manner) -> Arc<Self> {
        let poison = Mutex::new(items.iter().map(|item| (*item).to_owned()).collect());
        Arc::new(Consumer { poison, manner, ..Consumer::default() })
    }

    fn processed(&self) -> Vec<String> {
        self.processed.lock().unwrap().clone()
    }

    fn consume(&self, event: &Value) -> Result<Value, InvokeError> {
        let records = event["Records"].as_array().unwrap();
        self.batches.lock().unwrap().push(records.len());
        let mut fresh = Vec::new();
        for record in records {
            let item = record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap().to_owned();
            if self.poison.lock().unwrap().contains(&item) {
                self.poisoned.fetch_add(1, Ordering::Relaxed);
                return match self.manner {
                    Manner::Panic => panic!("poison"),
                    Manner::TimeOut => Err(InvokeError::TimedOut { seconds: 60 }),
                    Manner::Error => {
                        let (error_type, message) = ("Internal".to_owned(), "secret words".to_owned());
                        Err(InvokeError::Function { error_type, message })
                    }
                    Manner::Report => {
                        self.processed.lock().unwrap().extend(fresh);
                        let sequence = &record["dynamodb"]["SequenceNumber"];
                        Ok(json!({ "batchItemFailures": [{ "itemIdentifier": sequence }] }))
                    }
                };
            }
            fresh.push(item);
        }
        self.processed.lock().unwrap().extend(fresh);
        Ok(Value::Null)
    }
}

impl Invoker for Consumer {
    fn invoke<'a>(&'a self, _: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(async move { self.consume(&event) })
    }
}

struct World {
    gate: Gate,
    queues: Queues,
    journal: Journal,
    clock: Clock,
}

impl World {
    fn new(location: &Location) -> Self {
        let (clock, authorizer) = (Clock::default(), Arc::new(Everyone));
        let parts = dynamodb::Parts { clock: clock.clone(), authorizer, faults: Faults::default() };
        let gate = Gate::open(location, parts).unwrap();
        gate.ensure_table(
            &json!({
                "TableName": "chat",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    { "AttributeName": "pk", "AttributeType": "S" },
                    { "AttributeName": "sk", "AttributeType": "S" },
                ],
                "KeySchema": [
                    { "AttributeName": "pk", "KeyType": "HASH" },
                    { "AttributeName": "sk", "KeyType": "RANGE" },
                ],
                "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
            }),
            None,
        )
        .unwrap();
        let queues = Queues::open(location, clock.clone()).unwrap();
        World { gate, queues, journal: Journal::default(), clock }
    }

    fn in_memory() -> Self {
        World::new(&Location::Memory)
    }

    async fn put(&self, items: impl IntoIterator<Item = u32>) {
        for n in items {
            let item = json!({ "pk": { "S": "c" }, "sk": { "S": name(n) }, "text": { "S": "canary" } });
            let request = json!({ "TableName": "chat", "Item": item }).to_string();
            let put = self.gate.call(&Principal::Developer, "PutItem", request.as_bytes()).await;
            assert_eq!(put.status, 200, "{:?}", put.json());
        }
    }

    fn pump(&self, mapping: SourceMapping, invoker: &Arc<Consumer>) -> Pump {
        let parts = Parts {
            gate: self.gate.clone(),
            invoker: Arc::clone(invoker) as Arc<dyn Invoker>,
            queues: self.queues.clone(),
            journal: self.journal.clone(),
            retry_delay: Duration::from_millis(1),
        };
        Pump::start(vec![mapping], parts).unwrap()
    }
}

fn name(n: u32) -> String {
    format!("{n:03}")
}

fn names(items: impl IntoIterator<Item = u32>) -> Vec<String> {
    items.into_iter().map(name).collect()
}

fn mapping() -> SourceMapping {
    SourceMapping {
        bisect: true,
        max_retries: Some(2),
        on_failure: Some("arn:aws:sqs:us-east-1:000000000000:failed".to_owned()),
        ..SourceMapping::new("chat", "publish-changes")
    }
}

#[tokio::test]
async fn records_arrive_in_order_and_at_once() {
    let (world, consumer) = (World::in_memory(), Arc::new(Consumer::default()));
    let pump = world.pump(mapping(), &consumer);
    world.put(0..250).await;
    pump.settle().await;
    assert_eq!(consumer.processed(), names(0..250));
    assert!(consumer.batches.lock().unwrap().iter().all(|size| *size <= 100));
    assert!(pump.progress()[0].settled);
    let entry = world.journal.entries().remove(0);
    assert_eq!((entry.name.as_str(), entry.outcome.as_deref()), ("stream publish-changes", Some("ok")));
    assert_eq!(entry.invocations, ["publish-changes"]);
}

#[tokio::test]
async fn a_poison_record_is_set_aside_and_the_others_are_applied_once_and_in_order() {
    let unreported = [Manner::Error, Manner::Panic, Manner::TimeOut].map(|manner| (manner, false));
    for (manner, report) in [(Manner::Report, true)].into_iter().chain(unreported) {
        let (world, consumer) = (World::in_memory(), Consumer::poisoned_by(&["042"], manner));
        world.put(0..100).await;
        let mapping = SourceMapping { report_batch_item_failures: report, ..mapping() };
        let pump = world.pump(mapping, &consumer);
        pump.settle().await;
        assert_eq!(consumer.processed(), names((0..100).filter(|n| *n != 42)));
        let letters = world.queues.list(Some("failed")).unwrap();
        assert_eq!(letters.len(), 1);
        let letter = &letters[0].body;
        assert_eq!(letter["requestContext"]["condition"], "RetryAttemptsExhausted");
        assert_eq!(letter["requestContext"]["approximateInvokeCount"], 3);
        assert_eq!(letter["DDBStreamBatchInfo"]["batchSize"], 1);
        let words = letter.to_string();
        assert!(!words.contains("canary") && !words.contains("secret"), "{words}");
    }
}

#[tokio::test]
async fn without_bisecting_the_whole_batch_is_set_aside_as_on_aws() {
    let (world, consumer) = (World::in_memory(), Consumer::poisoned_by(&["001"], Manner::Error));
    world.put(0..10).await;
    let pump = world.pump(SourceMapping { bisect: false, batch_size: 5, ..mapping() }, &consumer);
    pump.settle().await;
    assert_eq!(consumer.processed(), names(5..10));
    assert_eq!(consumer.poisoned.load(Ordering::Relaxed), 3);
    assert_eq!(world.queues.list(None).unwrap()[0].body["DDBStreamBatchInfo"]["batchSize"], 5);
}

#[tokio::test]
async fn a_failure_that_passes_loses_and_repeats_nothing() {
    let (world, consumer) = (World::in_memory(), Consumer::poisoned_by(&["003"], Manner::Report));
    world.put(0..6).await;
    let mapping =
        SourceMapping { report_batch_item_failures: true, max_retries: None, bisect: false, ..mapping() };
    let pump = world.pump(mapping, &consumer);
    while consumer.poisoned.load(Ordering::Relaxed) < 4 {
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(consumer.processed(), names(0..3));
    consumer.poison.lock().unwrap().clear();
    pump.settle().await;
    assert_eq!(consumer.processed(), names(0..6));
    assert!(world.queues.list(None).unwrap().is_empty());
}

#[tokio::test]
async fn a_restart_goes_on_where_the_checkpoint_is() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().to_owned());
    let first = Arc::new(Consumer::default());
    {
        let world = World::new(&location);
        let pump = world.pump(mapping(), &first);
        world.put(0..20).await;
        pump.settle().await;
        drop(pump);
        world.put(20..30).await;
        // The aborted worker still holds the file until the runtime has dropped it.
        tokio::task::yield_now().await;
    }
    let (world, second) = (World::new(&location), Arc::new(Consumer::default()));
    let pump = world.pump(mapping(), &second);
    pump.settle().await;
    assert_eq!((first.processed(), second.processed()), (names(0..20), names(20..30)));
}

#[tokio::test]
async fn a_kill_before_the_checkpoint_delivers_again() {
    let world = World::in_memory();
    world.put(0..5).await;
    let stuck = Arc::new(Stuck::default());
    let parts = Parts {
        gate: world.gate.clone(),
        invoker: Arc::clone(&stuck) as Arc<dyn Invoker>,
        queues: world.queues.clone(),
        journal: Journal::default(),
        retry_delay: Duration::from_millis(1),
    };
    let pump = Pump::start(vec![mapping()], parts).unwrap();
    while stuck.0.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    drop(pump);
    let consumer = Arc::new(Consumer::default());
    world.pump(mapping(), &consumer).settle().await;
    assert_eq!(consumer.processed(), names(0..5));
}

/// A function that never answers.
#[derive(Default)]
struct Stuck(AtomicUsize);

impl Invoker for Stuck {
    fn invoke<'a>(&'a self, _: &'a str, _: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn latest_leaves_out_what_was_there_before() {
    let (world, consumer) = (World::in_memory(), Arc::new(Consumer::default()));
    world.put(0..5).await;
    let pump = world.pump(SourceMapping { start: Start::Latest, ..mapping() }, &consumer);
    world.put(5..8).await;
    pump.settle().await;
    assert_eq!(consumer.processed(), names(5..8));
}

#[tokio::test]
async fn filters_leave_out_what_does_not_match() {
    let (world, consumer) = (World::in_memory(), Arc::new(Consumer::default()));
    let filter =
        json!({ "eventName": ["INSERT"], "dynamodb": { "Keys": { "sk": { "S": [{ "prefix": "00" }] } } } });
    let filters = vec![Pattern::parse(&filter).unwrap()];
    let pump = world.pump(SourceMapping { filters, ..mapping() }, &consumer);
    world.put(5..15).await;
    world.put(5..15).await;
    pump.settle().await;
    assert_eq!(consumer.processed(), names(5..10));
    assert_eq!(pump.progress()[0].position, world.gate.newest("chat").unwrap().to_string());
}

#[tokio::test]
async fn a_window_gathers_a_batch_and_settling_cuts_it_short() {
    let (world, consumer) = (World::in_memory(), Arc::new(Consumer::default()));
    let pump = world.pump(SourceMapping { window: Duration::from_secs(3_600), ..mapping() }, &consumer);
    world.put(0..7).await;
    pump.settle().await;
    assert_eq!(*consumer.batches.lock().unwrap(), [7]);
}

#[tokio::test]
async fn a_record_that_is_too_old_is_set_aside_without_retries() {
    let (world, consumer) = (World::in_memory(), Consumer::poisoned_by(&["000"], Manner::Error));
    world.put(0..1).await;
    world.clock.advance(jiff::SignedDuration::from_hours(2));
    let mapping = SourceMapping { max_age: Some(Duration::from_secs(3_600)), max_retries: None, ..mapping() };
    world.pump(mapping, &consumer).settle().await;
    let letter = world.queues.list(None).unwrap().remove(0);
    assert_eq!(letter.body["requestContext"]["condition"], "RecordAgeExceeded");
}

#[tokio::test]
async fn a_dead_letter_can_be_given_to_its_function_again() {
    let (world, consumer) = (World::in_memory(), Consumer::poisoned_by(&["002"], Manner::Error));
    world.put(0..5).await;
    let pump = world.pump(mapping(), &consumer);
    pump.settle().await;
    let letter = world.queues.list(None).unwrap().remove(0);
    assert!(matches!(pump.redrive(&letter).await, Err(RedriveError::Failed(_))));
    consumer.poison.lock().unwrap().clear();
    pump.redrive(&letter).await.unwrap();
    assert_eq!(consumer.processed(), ["000", "001", "003", "004", "002"]);
    world.queues.push("other", &json!({}), &BTreeMap::new()).unwrap();
    let other = world.queues.list(Some("other")).unwrap().remove(0);
    assert!(matches!(pump.redrive(&other).await, Err(RedriveError::NotOfAStream)));
}

#[tokio::test]
async fn a_planned_duplicate_is_delivered_twice() {
    let (world, consumer) = (World::in_memory(), Arc::new(Consumer::default()));
    world.put(0..3).await;
    world.gate.faults().set(Some(Plan { stream_duplicate: 1.0, ..Plan::default() }));
    world.pump(mapping(), &consumer).settle().await;
    assert_eq!(consumer.processed(), [names(0..3), names(0..3)].concat());
}
