//! Reads that are behind: the answer to the same question a moment ago.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::http::Response;

/// How far a replica may be behind.
const BEHIND: Duration = Duration::from_secs(1);

/// How many answers are kept; the oldest are of no use soon anyway.
const KEPT: usize = 1_000;

/// The last answers to reads that may be stale.
#[derive(Default)]
pub(super) struct Replica {
    answers: HashMap<String, (Instant, Response)>,
}

impl Replica {
    pub(super) fn answer(&self, question: &str) -> Option<Response> {
        let (at, answer) = self.answers.get(question)?;
        (at.elapsed() <= BEHIND).then(|| answer.clone())
    }

    pub(super) fn remember(&mut self, question: String, answer: Response) {
        if self.answers.len() >= KEPT {
            self.answers.retain(|_, (at, _)| at.elapsed() <= BEHIND);
        }
        if self.answers.len() < KEPT {
            self.answers.insert(question, (Instant::now(), answer));
        }
    }
}

/// The request as a key, if it is a read that may be stale.
pub(super) fn question(operation: &str, request: &Value) -> Option<String> {
    let is_weak = |part: &Value| part["ConsistentRead"] != true;
    let may_be_stale = match operation {
        "GetItem" | "Query" | "Scan" => is_weak(request),
        "BatchGetItem" => {
            request["RequestItems"].as_object().is_some_and(|tables| tables.values().all(is_weak))
        }
        _ => false,
    };
    may_be_stale.then(|| format!("{operation} {request}"))
}
