//! Faults on request: what DynamoDB does on a bad day, repeatable by seed.

mod answers;
mod plan;
mod stale;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use local_core::principal::Principal;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};

use super::capacity::Kind;
use crate::http::Response;

pub(super) use answers::{lost, throttled};
pub use plan::{Plan, Point, When};
use stale::Replica;

/// The plan in force, and what it did so far. Clones share it.
#[derive(Clone, Default)]
pub struct Faults {
    state: Arc<Mutex<Option<State>>>,
}

struct State {
    plan: Plan,
    dice: StdRng,
    struck: BTreeMap<&'static str, u64>,
    /// How many calls each point has counted, in the order of the plan.
    counted: Vec<u64>,
    replica: Replica,
}

/// What is to happen to one call.
#[derive(Debug, Default)]
pub(super) struct Fate {
    /// The pause before the call takes effect, and the one between that and its answer.
    pub(super) delays: [Duration; 2],
    pub(super) blow: Blow,
}

/// What is to happen to one call, apart from the delay.
#[derive(Debug, Default)]
pub(super) enum Blow {
    /// Nothing.
    #[default]
    None,
    /// The call is answered at once, with an error or from a replica, and has no effect.
    Answered(Response),
    /// The call has no effect and no answer.
    LostBefore,
    /// The call takes effect and has no answer.
    LostAfter,
    /// A part of the batch is left undone.
    Unprocessed,
    /// The caller panics, and the call has no effect.
    Panic,
    /// The call has no effect, and there is never an answer.
    Hang,
}

impl Faults {
    /// Puts a plan in force, or ends all faults. The counts start anew.
    pub fn set(&self, plan: Option<Plan>) {
        let state = plan.map(|plan| State {
            dice: StdRng::seed_from_u64(plan.seed),
            struck: BTreeMap::new(),
            counted: vec![0; plan.at.len()],
            replica: Replica::default(),
            plan,
        });
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

    /// How far a function's clock is off at this look.
    pub fn clock_skew(&self) -> SignedDuration {
        self.with(|state| {
            let most = i64::from(state.plan.clock_skew_seconds) * 1_000;
            SignedDuration::from_millis(state.dice.gen_range(-most..=most))
        })
        .unwrap_or_default()
    }

    /// The time limit of a function, where it is shorter than the template's.
    pub fn time_limit(&self, function: &str) -> Option<Duration> {
        self.with(|state| state.plan.time_limit_ms.filter(|_| state.strikes(function)))
            .flatten()
            .map(Duration::from_millis)
    }

    pub(super) fn fate(&self, caller: &Principal, operation: &str, request: &Value) -> Fate {
        let Principal::Function { name } = caller else { return Fate::default() };
        self.with(|state| match state.point(name, operation, request) {
            Some(blow) => Fate { blow, ..Fate::default() },
            None if state.strikes(name) => state.fate(operation, request),
            None => Fate::default(),
        })
        .unwrap_or_default()
    }

    /// What is asked, if it is a read that may be answered as before.
    pub(super) fn question(&self, operation: &str, request: &Value) -> Option<String> {
        let may_be_stale = self.with(|state| state.plan.stale > 0.0).unwrap_or(false);
        may_be_stale.then(|| stale::question(operation, request)).flatten()
    }

    /// Keeps the answer to a question.
    pub(super) fn remember(&self, question: Option<String>, answer: &Response) {
        let Some(question) = question else { return };
        self.with(|state| state.replica.remember(question, answer.clone()));
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

    /// What the points of the plan have for a call; counts it for each of them that it concerns.
    fn point(&mut self, function: &str, operation: &str, request: &Value) -> Option<Blow> {
        if self.plan.at.is_empty() || Kind::of(operation) == Kind::Control {
            return None;
        }
        let text = request.to_string();
        let mut blow = None;
        for (point, counted) in self.plan.at.iter().zip(&mut self.counted) {
            if point.function != function || !text.contains(&point.containing) {
                continue;
            }
            *counted += 1;
            let last = point.times.map_or(u64::MAX, |times| point.call.saturating_add(times) - 1);
            if (point.call..=last).contains(counted) {
                blow = Some(point.when);
            }
        }
        let blow = blow?;
        *self.struck.entry("at").or_default() += 1;
        Some(match blow {
            When::Before => Blow::LostBefore,
            When::After => Blow::LostAfter,
            When::Panic => Blow::Panic,
            When::Hang => Blow::Hang,
        })
    }

    fn fate(&mut self, operation: &str, request: &Value) -> Fate {
        let mut delays = [Duration::ZERO; 2];
        if self.roll("delay", self.plan.delay) {
            let whole = self.pause();
            delays[0] = whole.mul_f64(self.dice.gen_range(0.0..=1.0));
            delays[1] = whole - delays[0];
        }
        Fate { delays, blow: self.blow(operation, request) }
    }

    fn stale(&mut self, operation: &str, request: &Value) -> Option<Response> {
        if self.plan.stale <= 0.0 {
            return None;
        }
        let answer = self.replica.answer(&stale::question(operation, request)?)?;
        self.roll("stale", self.plan.stale).then_some(answer)
    }

    fn blow(&mut self, operation: &str, request: &Value) -> Blow {
        let kind = Kind::of(operation);
        if kind == Kind::Control {
            return Blow::None;
        }
        if self.roll("throttle", self.plan.throttle) {
            return Blow::Answered(throttled());
        }
        if self.roll("internalError", self.plan.internal_error) {
            return Blow::Answered(answers::broken());
        }
        if self.roll("lostBefore", self.plan.lost_before) {
            return Blow::LostBefore;
        }
        if kind == Kind::Write && self.roll("conflict", self.plan.conflict) {
            return Blow::Answered(answers::conflict(request, |parts| self.dice.gen_range(0..parts)));
        }
        if self.roll("lostAfter", self.plan.lost_after) {
            return Blow::LostAfter;
        }
        if operation.starts_with("Batch") && self.roll("unprocessed", self.plan.unprocessed) {
            return Blow::Unprocessed;
        }
        self.stale(operation, request).map_or(Blow::None, Blow::Answered)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
        assert!(matches!(faults.fate(&function(), "GetItem", &Value::Null).blow, Blow::Answered(_)));
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

    #[test]
    fn a_point_strikes_the_calls_that_it_names_and_no_others() {
        let faults = Faults::default();
        let point = Point {
            function: "send-message".to_owned(),
            call: 2,
            times: Some(2),
            containing: "C#1".to_owned(),
            when: When::After,
        };
        faults.set(Some(Plan { at: vec![point], ..Plan::default() }));
        let strikes = |key: &str| {
            let blow = faults.fate(&function(), "PutItem", &json!({ "Item": key })).blow;
            matches!(blow, Blow::LostAfter)
        };
        assert_eq!(["C#1", "C#2", "C#1", "C#1", "C#1"].map(strikes), [false, false, true, true, false]);
        assert_eq!(faults.struck(), BTreeMap::from([("at", 2)]));
    }

    #[test]
    fn a_stale_answer_is_one_that_was_given_before_to_a_read_that_takes_it() {
        let faults = Faults::default();
        faults.set(Some(Plan { stale: 1.0, ..Plan::default() }));
        let blow = |request: &Value| faults.fate(&function(), "GetItem", request).blow;
        let (weak, strong) = (json!({ "Key": 1 }), json!({ "Key": 1, "ConsistentRead": true }));
        assert!(matches!(blow(&weak), Blow::None));
        for request in [&weak, &strong] {
            faults.remember(faults.question("GetItem", request), &lost());
        }
        assert!(matches!(blow(&weak), Blow::Answered(_)));
        assert!(matches!(blow(&strong), Blow::None));
    }

    #[test]
    fn clocks_are_off_both_ways_and_no_further_than_said() {
        let faults = Faults::default();
        assert_eq!(faults.clock_skew(), SignedDuration::ZERO);
        faults.set(Some(Plan { clock_skew_seconds: 150, ..Plan::default() }));
        let skews: Vec<_> = (0..100).map(|_| faults.clock_skew().as_millis()).collect();
        assert!(skews.iter().all(|skew| skew.abs() <= 150_000));
        assert!(skews.iter().any(|skew| *skew > 30_000) && skews.iter().any(|skew| *skew < -30_000));
    }
}
