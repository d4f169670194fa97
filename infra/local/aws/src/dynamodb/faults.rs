//! Faults on request: what DynamoDB does on a bad day, repeatable by seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use local_core::principal::Principal;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::capacity::Kind;
use crate::http::Response;

/// How often each fault strikes. Rates are from 0 (never, the default) to 1 (always).
///
/// Only functions are struck: a test that looks at the table as the developer sees it as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The same seed and the same order of calls give the same faults.
    pub seed: u64,
    /// `ProvisionedThroughputExceededException`.
    pub throttle: f64,
    /// `InternalServerError`.
    pub internal_error: f64,
    /// The connection breaks before the call took effect.
    pub lost_before: f64,
    /// The connection breaks after the call took effect.
    pub lost_after: f64,
    /// A write or transaction meets another transaction.
    pub conflict: f64,
    /// A part of a batch is left undone.
    pub unprocessed: f64,
    /// The call is slow.
    pub delay: f64,
    /// The most that a slow call takes, in milliseconds.
    pub delay_ms: u64,
    /// A batch of stream records is delivered again.
    pub stream_duplicate: f64,
    /// A batch of stream records is late, by up to `delay_ms`.
    pub stream_late: f64,
    /// The functions to strike; all of them if none is named.
    pub functions: Vec<String>,
}

/// The plan in force, and what it did so far. Clones share it.
#[derive(Clone, Default)]
pub struct Faults {
    state: Arc<Mutex<Option<State>>>,
}

struct State {
    plan: Plan,
    dice: StdRng,
    struck: BTreeMap<&'static str, u64>,
}

/// What is to happen to one call.
#[derive(Debug, Default)]
pub(super) struct Fate {
    pub(super) delay: Option<Duration>,
    pub(super) blow: Blow,
}

/// What is to happen to one call, apart from the delay.
#[derive(Debug, Default)]
pub(super) enum Blow {
    /// Nothing.
    #[default]
    None,
    /// The call is answered with an error and has no effect.
    Refused(Response),
    /// The call has no effect and no answer.
    LostBefore,
    /// The call takes effect and has no answer.
    LostAfter,
    /// A part of the batch is left undone.
    Unprocessed,
}

impl Faults {
    /// Puts a plan in force, or ends all faults. The counts start anew.
    pub fn set(&self, plan: Option<Plan>) {
        let state =
            plan.map(|plan| State { dice: StdRng::seed_from_u64(plan.seed), plan, struck: BTreeMap::new() });
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// The plan in force.
    pub fn plan(&self) -> Option<Plan> {
        self.with(|state| state.plan.clone())
    }

    /// How often each fault struck since the plan was set.
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.with(|state| state.struck.clone()).unwrap_or_default()
    }

    /// Whether to deliver a batch of stream records to a function again.
    pub(crate) fn duplicates(&self, function: &str) -> bool {
        self.with(|state| {
            state.strikes(function) && state.roll("streamDuplicate", state.plan.stream_duplicate)
        })
        .unwrap_or(false)
    }

    /// How late to deliver a batch of stream records to a function.
    pub(crate) fn lateness(&self, function: &str) -> Option<Duration> {
        self.with(|state| {
            let late = state.strikes(function) && state.roll("streamLate", state.plan.stream_late);
            late.then(|| state.pause())
        })
        .flatten()
    }

    pub(super) fn fate(&self, caller: &Principal, operation: &str, request: &Value) -> Fate {
        let Principal::Function { name } = caller else { return Fate::default() };
        self.with(|state| if state.strikes(name) { state.fate(operation, request) } else { Fate::default() })
            .unwrap_or_default()
    }

    /// Takes a part of a batch out of the request: what is then unprocessed.
    pub(super) fn hold_back(&self, request: &mut Value) -> Map<String, Value> {
        let Some(tables) = request["RequestItems"].as_object_mut() else { return Map::new() };
        let mut held = Map::new();
        for (table, entry) in tables {
            let (list, wrap): (_, fn(&Value, Vec<Value>) -> Value) = match entry {
                Value::Array(_) => (entry.as_array().cloned(), |_, rest| rest.into()),
                _ => (entry["Keys"].as_array().cloned(), |entry, rest| {
                    let mut entry = entry.clone();
                    entry["Keys"] = rest.into();
                    entry
                }),
            };
            let Some(mut list) = list.filter(|list| list.len() > 1) else { continue };
            let length = list.len();
            let kept = self.with(|state| state.dice.gen_range(1..length)).unwrap_or(length);
            let rest = list.split_off(kept);
            held.insert(table.clone(), wrap(entry, rest));
            *entry = wrap(entry, list);
        }
        held
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(look)
    }
}

impl State {
    fn strikes(&self, function: &str) -> bool {
        self.plan.functions.is_empty() || self.plan.functions.iter().any(|name| name == function)
    }

    fn roll(&mut self, fault: &'static str, rate: f64) -> bool {
        let hit = rate > 0.0 && self.dice.gen_bool(rate.min(1.0));
        if hit {
            *self.struck.entry(fault).or_default() += 1;
        }
        hit
    }

    fn pause(&mut self) -> Duration {
        Duration::from_millis(self.dice.gen_range(0..=self.plan.delay_ms))
    }

    fn fate(&mut self, operation: &str, request: &Value) -> Fate {
        let delay = self.roll("delay", self.plan.delay).then(|| self.pause());
        Fate { delay, blow: self.blow(operation, request) }
    }

    fn blow(&mut self, operation: &str, request: &Value) -> Blow {
        let kind = Kind::of(operation);
        if kind == Kind::Control {
            return Blow::None;
        }
        if self.roll("throttle", self.plan.throttle) {
            return Blow::Refused(throttled());
        }
        if self.roll("internalError", self.plan.internal_error) {
            let error = "com.amazonaws.dynamodb.v20120810#InternalServerError";
            return Blow::Refused(Response::refusal(500, error, "Internal server error"));
        }
        if self.roll("lostBefore", self.plan.lost_before) {
            return Blow::LostBefore;
        }
        if kind == Kind::Write && self.roll("conflict", self.plan.conflict) {
            return Blow::Refused(self.conflict(request));
        }
        if self.roll("lostAfter", self.plan.lost_after) {
            return Blow::LostAfter;
        }
        if operation.starts_with("Batch") && self.roll("unprocessed", self.plan.unprocessed) {
            return Blow::Unprocessed;
        }
        Blow::None
    }

    fn conflict(&mut self, request: &Value) -> Response {
        let Some(items) = request["TransactItems"].as_array().filter(|items| !items.is_empty()) else {
            let error = "com.amazonaws.dynamodb.v20120810#TransactionConflictException";
            return Response::refusal(400, error, "Transaction is ongoing for the item");
        };
        let culprit = self.dice.gen_range(0..items.len());
        let codes = (0..items.len()).map(|n| if n == culprit { "TransactionConflict" } else { "None" });
        let reasons: Vec<_> = codes
            .clone()
            .map(|code| match code {
                "None" => json!({ "Code": "None" }),
                code => json!({ "Code": code, "Message": "Transaction is ongoing for the item" }),
            })
            .collect();
        let listed = codes.collect::<Vec<_>>().join(", ");
        Response::json_1_0(
            400,
            &json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": format!(
                    "Transaction cancelled, please refer cancellation reasons for specific reasons [{listed}]"
                ),
                "CancellationReasons": reasons,
            }),
        )
    }
}

/// AWS's words for a partition that is asked for too much.
pub(super) fn throttled() -> Response {
    Response::refusal(
        400,
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
         provisioning level with the UpdateTable API.",
    )
}

/// No answer. What is nearest to it over HTTP is 504, which the SDK retries as it retries a broken connection.
pub(super) fn lost() -> Response {
    Response::json_1_0(504, &json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function() -> Principal {
        Principal::Function { name: "send-message".to_owned() }
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let run = || {
            let faults = Faults::default();
            faults.set(Some(Plan { seed: 7, throttle: 0.3, lost_after: 0.3, ..Plan::default() }));
            let fates = (0..50).map(|_| format!("{:?}", faults.fate(&function(), "PutItem", &Value::Null)));
            (fates.collect::<Vec<_>>(), faults.struck())
        };
        let (fates, struck) = run();
        assert_eq!(fates, run().0);
        assert!(struck["throttle"] > 5 && struck["lostAfter"] > 5, "{struck:?}");
    }

    #[test]
    fn the_developer_is_never_struck() {
        let faults = Faults::default();
        faults.set(Some(Plan { throttle: 1.0, ..Plan::default() }));
        assert!(matches!(faults.fate(&Principal::Developer, "GetItem", &Value::Null).blow, Blow::None));
        assert!(matches!(faults.fate(&function(), "GetItem", &Value::Null).blow, Blow::Refused(_)));
    }

    #[test]
    fn a_part_of_a_batch_is_held_back_and_nothing_is_lost() {
        let faults = Faults::default();
        faults.set(Some(Plan::default()));
        let mut request = json!({ "RequestItems": { "t": { "Keys": [1, 2, 3], "ConsistentRead": true } } });
        let held = faults.hold_back(&mut request);
        let kept = request["RequestItems"]["t"]["Keys"].as_array().unwrap().clone();
        let rest = held["t"]["Keys"].as_array().unwrap().clone();
        assert_eq!([kept, rest].concat(), [json!(1), json!(2), json!(3)]);
        assert_eq!(held["t"]["ConsistentRead"], true);
    }
}
