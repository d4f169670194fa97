//! S3 as clients meet it: the SDK, addresses that were signed for somebody, forms, and raw requests.

mod addresses;
mod forms;
mod life;
mod notices;
mod sdk;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, Request};
use jiff::SignedDuration;
use local_core::clock::Clock;
use local_core::invoke::{InvokeError, Invoker};
use local_core::journal::Journal;
use serde_json::{Value, json};

use super::{Objects, Parts, subscribers};
use crate::credentials::{CredentialStore, Credentials};
use crate::dynamodb::Location;
use crate::events::{self, Bus, Pattern, Routes, Rule, Subscription, Target};
use crate::policy::{Policies, Role, Statement};
use crate::queues::Queues;
use crate::signature::Verifier;
use crate::template::{BucketSpec, CorsRule, LifecycleRule, NotificationSpec};

/// A function that fails as often as it is told, then remembers what it gets.
#[derive(Default)]
struct Watcher {
    failures: Mutex<usize>,
    seen: Mutex<Vec<(String, Value)>>,
}

impl Invoker for Watcher {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(async move {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(InvokeError::TimedOut { seconds: 3 });
            }
            self.seen.lock().unwrap().push((function.to_owned(), event));
            Ok(Value::Null)
        })
    }
}

struct World {
    objects: Objects,
    clock: Clock,
    credentials: Arc<CredentialStore>,
    policies: Arc<Policies>,
    queues: Queues,
    bus: Bus,
    watcher: Arc<Watcher>,
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What stands in an element of the XML.
    fn element(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0.to_owned())
    }

    /// Status and code of a refusal.
    fn refusal(&self) -> (u16, String) {
        (self.status, self.element("Code").unwrap_or_default())
    }
}

fn world() -> World {
    world_at(&Location::Memory)
}

fn world_at(location: &Location) -> World {
    let clock = Clock::default();
    let credentials = Arc::new(CredentialStore::new(clock.clone(), b"master"));
    let policies = Arc::new(policies());
    let queues = Queues::open(location, clock.clone()).unwrap();
    let watcher = Arc::new(Watcher::default());
    let buckets = vec![media(), other()];
    let bus = bus(&buckets, &queues, &clock, &watcher);
    let parts = Parts {
        clock: clock.clone(),
        verifier: Arc::new(Verifier::new(credentials.clone(), policies.clone(), clock.clone())),
        authorizer: policies.clone(),
        queues: queues.clone(),
        bus: bus.clone(),
    };
    World { objects: Objects::new(buckets, parts), clock, credentials, policies, queues, bus, watcher }
}

/// `uploader` may put below `uploads/` with tags, and nothing else; `reader` may get; `keeper` may do everything.
fn policies() -> Policies {
    let mut policies = Policies::new("us-east-1");
    let mut grant = |name: &str, actions: &[&str], resource: &str| {
        let statement = Statement::allow(actions, vec![resource.to_owned()]);
        policies.grant(Role::Function(name.to_owned()), [statement]);
    };
    grant("uploader", &["s3:PutObject"], "arn:aws:s3:::media/uploads/*");
    grant("reader", &["s3:GetObject"], "arn:aws:s3:::media/*");
    grant("keeper", &["s3:*"], "*");
    policies
}

fn bus(buckets: &[BucketSpec], queues: &Queues, clock: &Clock, watcher: &Arc<Watcher>) -> Bus {
    let pattern = Pattern::parse(&json!({ "source": ["aws.s3"], "detail-type": ["Object Deleted"] }));
    let target =
        |function: String| Target { function, max_retries: 2, dead_letter: Some("failed".to_owned()) };
    let rule = Rule {
        name: "deletions".to_owned(),
        bus: "default".to_owned(),
        pattern: pattern.unwrap(),
        targets: vec![target("count-deletions".to_owned())],
    };
    let told = subscribers(buckets).into_iter();
    let routes = Routes {
        buses: Vec::new(),
        rules: vec![rule],
        subscriptions: told
            .map(|told| Subscription { name: told.name, target: target(told.function) })
            .collect(),
    };
    let parts = events::Parts {
        clock: clock.clone(),
        authorizer: Arc::new(Policies::new("us-east-1")),
        invoker: Arc::clone(watcher) as Arc<dyn Invoker>,
        queues: queues.clone(),
        journal: Journal::default(),
        retry_delay: Duration::from_millis(1),
    };
    Bus::open(routes, parts).unwrap()
}

fn media() -> BucketSpec {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    BucketSpec {
        logical_id: "Media".to_owned(),
        name: "media".to_owned(),
        arn: "arn:aws:s3:::media".to_owned(),
        cors: vec![CorsRule {
            origins: texts(&["http://localhost:5173"]),
            methods: texts(&["POST", "GET"]),
            headers: texts(&["*"]),
            exposed: texts(&["ETag"]),
            max_age: None,
        }],
        lifecycle: vec![
            LifecycleRule {
                id: "unused".to_owned(),
                prefix: "uploads/".to_owned(),
                tags: vec![("used".to_owned(), "no".to_owned())],
                expiration_days: Some(1),
                abort_days: None,
            },
            LifecycleRule {
                id: "unfinished".to_owned(),
                prefix: String::new(),
                tags: Vec::new(),
                expiration_days: None,
                abort_days: Some(1),
            },
        ],
        notifications: vec![NotificationSpec {
            name: "Uploaded".to_owned(),
            events: texts(&["s3:ObjectCreated:*"]),
            prefix: "uploads/".to_owned(),
            suffix: String::new(),
            function: "on-object-created".to_owned(),
        }],
        to_event_bridge: true,
        closed_to_public: true,
        denies: deny("s3:DeleteObject", "arn:aws:s3:::media/kept/*"),
    }
}

fn other() -> BucketSpec {
    let (name, arn) = ("other".to_owned(), "arn:aws:s3:::other".to_owned());
    BucketSpec {
        name,
        arn,
        notifications: Vec::new(),
        lifecycle: Vec::new(),
        cors: Vec::new(),
        denies: Vec::new(),
        ..media()
    }
}

fn deny(action: &str, resource: &str) -> Vec<Statement> {
    let statement = json!({ "Effect": "Deny", "Action": action, "Resource": resource });
    vec![Statement::parse(&statement).unwrap()]
}

impl World {
    fn function(&self, name: &str) -> Credentials {
        self.credentials.function(name)
    }

    async fn send(&self, request: Request<Bytes>) -> Answer {
        let (parts, body) = request.into_parts();
        assert!(self.objects.is_for(&parts), "{} is for S3", parts.uri);
        let (parts, body) = self.objects.handle_http(Request::from_parts(parts, body)).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    async fn get(&self, uri: &str) -> Answer {
        self.send(request("GET", uri, "")).await
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// What the functions were given, in order.
    async fn told(&self) -> Vec<(String, Value)> {
        self.bus.settle().await;
        self.watcher.seen.lock().unwrap().clone()
    }

    fn keys(&self) -> Vec<String> {
        self.objects.list().unwrap().into_iter().map(|object| object.key).collect()
    }
}

/// A request as it comes off the wire: the host is a header, the target a path.
fn request(method: &str, uri: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let uri: http::Uri = uri.parse().unwrap();
    let host = uri.authority().map_or("localhost:4000", |authority| authority.as_str()).to_owned();
    let target = uri.path_and_query().unwrap().as_str().to_owned();
    Request::builder().method(method).uri(target).header("host", host).body(body.into()).unwrap()
}
