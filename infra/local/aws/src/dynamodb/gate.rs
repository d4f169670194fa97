//! The gate: every call to DynamoDB passes here, from a socket or from a function in this process.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dynoxide::DynoxideError;
use local_core::clock::Clock;
use local_core::principal::Principal;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::access::{self, Grant};
use super::calls::Started;
use super::capacity::{self, Kind, Units};
use super::engine::{Engine, OpenError};
use super::faults::{self, Blow, Faults};
use super::idempotency::Seen;
use super::throughput::{Partitions, Throughput};
use super::ttl;
use crate::http::{Authorizer, REGION, Response, denial};

/// Where the tables are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In `dynamodb.sqlite` in this folder, which is made if it is absent.
    Folder(PathBuf),
    /// In memory; gone with the gate.
    Memory,
}

/// What the gate needs of others.
pub struct Parts {
    /// The time, for time to live, streams and tokens.
    pub clock: Clock,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// What goes wrong, and when.
    pub faults: Faults,
}

/// DynamoDB and its streams. Cheap to clone; clones are the same gate.
#[derive(Clone)]
pub struct Gate {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) engine: Engine,
    clock: Clock,
    authorizer: Arc<dyn Authorizer>,
    faults: Faults,
    partitions: Partitions,
    version: watch::Sender<u64>,
}

impl Gate {
    /// Opens the tables of a folder, or an empty memory.
    ///
    /// Fails if another process has the folder open. What was acknowledged before a kill is there.
    pub fn open(location: &Location, parts: Parts) -> Result<Self, OpenError> {
        let folder = match location {
            Location::Folder(folder) => Some(folder.as_path()),
            Location::Memory => None,
        };
        let inner = Inner {
            engine: Engine::open(folder, &parts.clock)?,
            partitions: Partitions::new(parts.clock.clone()),
            clock: parts.clock,
            authorizer: parts.authorizer,
            faults: parts.faults,
            version: watch::Sender::new(0),
        };
        Ok(Gate { inner: Arc::new(inner) })
    }

    /// Answers one call, such as `PutItem`, in AWS JSON 1.0, and records it on the current operation of the journal.
    ///
    /// It gives way once before it runs, so that calls which a function makes side by side overlap in the journal.
    /// Status 504 stands for an answer that was lost (only under [`Faults`]).
    pub async fn call(&self, caller: &Principal, operation: &str, body: &[u8]) -> Response {
        let started = Started::now(caller, operation);
        tokio::task::yield_now().await;
        let (response, units) = match serde_json::from_slice(body) {
            Ok(Value::Object(request)) => self.admit(caller, operation, Value::Object(request)).await,
            _ => (coral("SerializationException"), Units::default()),
        };
        started.end(units);
        response
    }

    /// Answers one HTTP request whose signature was verified. `target` is the header `X-Amz-Target`.
    pub async fn handle_http(&self, target: &str, caller: &Principal, body: &[u8]) -> Response {
        let operation = target
            .strip_prefix("DynamoDB_20120810.")
            .or_else(|| target.strip_prefix("DynamoDBStreams_20120810."));
        match operation {
            Some(operation) => self.call(caller, operation, body).await,
            None => coral("UnknownOperationException"),
        }
    }

    /// The faults, to be set and counted.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Limits what one partition gives per second; none is the default.
    pub fn limit_partitions(&self, limit: Option<Throughput>) {
        self.inner.partitions.set(limit);
    }

    /// Deletes what has expired by the clock; gives way between pages. Returns how many items went.
    pub async fn sweep_expired(&self) -> usize {
        let mut swept = 0;
        loop {
            let page = ttl::sweep_page(&mut self.inner.engine.lock(), self.inner.clock.epoch_seconds());
            let page = page.unwrap_or_else(|error| {
                tracing::error!(%error, "expired items could not be deleted");
                ttl::Page { deleted: 0, more: false }
            });
            swept += page.deleted;
            if page.deleted > 0 {
                self.written();
            }
            if !page.more {
                return swept;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Sweeps for ever; to be spawned.
    pub async fn keep_sweeping(self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            let swept = self.sweep_expired().await;
            if swept > 0 {
                tracing::debug!(swept, "expired items deleted");
            }
        }
    }

    /// A number that grows with each write, for those who follow the streams.
    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.inner.version.subscribe()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    fn written(&self) {
        self.inner.version.send_modify(|version| *version += 1);
    }

    async fn admit(&self, caller: &Principal, operation: &str, request: Value) -> (Response, Units) {
        let grants = access::required(operation, &request, &|table| self.inner.engine.keys(table));
        if let Some(missing) = self.missing(caller, &grants) {
            return (denied(caller, missing), Units::default());
        }
        let fate = self.inner.faults.fate(caller, operation, &request);
        let [before, after] = fate.delays;
        pause(before).await;
        match fate.blow {
            Blow::Answered(response) => return (response, Units::default()),
            Blow::LostBefore => return (faults::lost(), Units::default()),
            Blow::Panic => panic!("a fault on request"),
            Blow::Hang => std::future::pending().await,
            _ if self.inner.partitions.exhausted(&grants) => return (faults::throttled(), Units::default()),
            Blow::None | Blow::LostAfter | Blow::Unprocessed => {}
        }
        let question = self.inner.faults.question(operation, &request);
        let (response, units) = self.execute(operation, request, &fate.blow);
        self.inner.faults.remember(question, &response);
        self.inner.partitions.charge(&grants, units);
        pause(after).await;
        match fate.blow {
            Blow::LostAfter => (faults::lost(), units),
            _ => (response, units),
        }
    }

    fn missing<'g>(&self, caller: &Principal, grants: &'g [Grant]) -> Option<&'g Grant> {
        let authorizer = &self.inner.authorizer;
        grants
            .iter()
            .find(|grant| !authorizer.allows(caller, &grant.action, &grant.resource, &grant.leading_keys))
    }

    fn execute(&self, operation: &str, mut request: Value, blow: &Blow) -> (Response, Units) {
        let kind = Kind::of(operation);
        let items = request["TransactItems"].as_array().map_or(1, Vec::len);
        if kind == Kind::Control {
            return match self.run(operation, localised(request, REGION, "dynoxide")) {
                Some(Ok(answer)) => {
                    (Response::json_1_0(200, &published(operation, answer)), Units::default())
                }
                Some(Err(error)) => (refused(&error), Units::default()),
                None => (coral("UnknownOperationException"), Units::default()),
            };
        }
        let held = match blow {
            Blow::Unprocessed => self.inner.faults.hold_back(&mut request),
            _ => Map::new(),
        };
        let shown = capacity::ask(&mut request);
        let answer = self.run(operation, request);
        if kind == Kind::Write {
            self.written();
        }
        match answer {
            Some(Ok(mut answer)) => {
                let units = capacity::take(kind, &mut answer, shown);
                leave_undone(operation, &mut answer, held);
                (Response::json_1_0(200, &answer), units)
            }
            Some(Err(error)) => {
                let response = refused(&error);
                let name = response.error_type().unwrap_or_default();
                let units = capacity::of_refusal(operation, &name, items);
                (response, units)
            }
            None => (coral("UnknownOperationException"), Units::default()),
        }
    }

    fn run(&self, operation: &str, request: Value) -> Option<dynoxide::Result<Value>> {
        let mut state = self.inner.engine.lock();
        let token = request["ClientRequestToken"].as_str().filter(|_| operation == "TransactWriteItems");
        let Some(token) = token.map(str::to_owned) else { return state.run(operation, request) };
        let digest = match state.tokens.look_up(&token, &request["TransactItems"]) {
            Seen::Committed(answer) => return Some(Ok(answer)),
            Seen::Different => {
                let message = "IdempotentParameterMismatch".to_owned();
                return Some(Err(DynoxideError::IdempotentParameterMismatchException(message)));
            }
            Seen::Never(digest) => digest,
        };
        let answer = state.run(operation, request)?;
        if let Ok(answer) = &answer {
            state.tokens.remember(token, digest, answer.clone());
        }
        Some(answer)
    }
}

/// A pause of no length gives nobody else a turn, so that without faults the order of calls is theirs.
async fn pause(length: Duration) {
    if !length.is_zero() {
        tokio::time::sleep(length).await;
    }
}

fn coral(name: &str) -> Response {
    Response::json_1_0(400, &json!({ "__type": format!("com.amazon.coral.service#{name}") }))
}

fn refused(error: &DynoxideError) -> Response {
    if error.status_code() >= 500 {
        tracing::error!(%error, "the database failed");
    }
    Response {
        status: error.status_code(),
        content_type: "application/x-amz-json-1.0",
        body: error.to_json().into(),
    }
}

fn denied(caller: &Principal, grant: &Grant) -> Response {
    Response::json_1_0(
        400,
        &json!({
            "__type": "com.amazon.coral.service#AccessDeniedException",
            "Message": denial(caller, &grant.action, &grant.resource),
        }),
    )
}

fn leave_undone(operation: &str, answer: &mut Value, held: Map<String, Value>) {
    let field = if operation == "BatchGetItem" { "UnprocessedKeys" } else { "UnprocessedItems" };
    for (table, rest) in held {
        answer[field][table] = rest;
    }
}

/// The engine's ARNs name a region of its own; ours name the region of the template.
fn localised(value: Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => {
            let prefix = format!("arn:aws:dynamodb:{from}:");
            match text.strip_prefix(&prefix) {
                Some(rest) => format!("arn:aws:dynamodb:{to}:{rest}").into(),
                None => text.into(),
            }
        }
        Value::Array(list) => list.into_iter().map(|value| localised(value, from, to)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, localised(value, from, to))).collect(),
        other => other,
    }
}

/// A control answer, as AWS would write it.
fn published(operation: &str, answer: Value) -> Value {
    if operation != "GetRecords" {
        return localised(answer, "dynoxide", REGION);
    }
    let mut answer = answer;
    for record in answer["Records"].as_array_mut().into_iter().flatten() {
        record["awsRegion"] = REGION.into();
        if let Some(identity) = record.get("userIdentity").filter(|identity| !identity.is_null()) {
            record["userIdentity"] =
                json!({ "PrincipalId": identity["principalId"], "Type": identity["type"] });
        }
    }
    answer
}
