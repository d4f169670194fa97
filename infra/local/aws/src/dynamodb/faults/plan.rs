//! What a plan of faults says.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    /// An eventually consistent read is answered as it was answered before, up to a second ago.
    pub stale: f64,
    /// The call is slow: it takes effect at any moment until its answer.
    pub delay: f64,
    /// The most that a slow call takes, in milliseconds.
    pub delay_ms: u64,
    /// A batch of stream records is delivered again.
    pub stream_duplicate: f64,
    /// A batch of stream records is late, by up to `delay_ms`.
    pub stream_late: f64,
    /// How far each look at a function's clock may be off, in seconds, both ways.
    pub clock_skew_seconds: u32,
    /// A time limit of the functions that is shorter than the template's, in milliseconds.
    pub time_limit_ms: Option<u64>,
    /// The functions to strike; all of them if none is named.
    pub functions: Vec<String>,
    /// Faults at places that are known beforehand, whatever the rates and the functions named.
    pub at: Vec<Point>,
}

/// A fault at a certain call of a function, or at calls that say a certain thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Point {
    /// The function.
    pub function: String,
    /// The first call that is struck, counted from 1 since the plan was set, each try of the SDK for itself.
    #[serde(default = "one")]
    pub call: u64,
    /// How many calls are struck; all further ones if it is absent.
    #[serde(default)]
    pub times: Option<u64>,
    /// Only calls whose request contains this text are struck; they are counted alone then.
    #[serde(default)]
    pub containing: String,
    /// What happens.
    pub when: When,
}

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// The connection breaks before the call took effect.
    Before,
    /// The connection breaks after the call took effect.
    After,
    /// The function panics, before the call took effect.
    Panic,
    /// There is never an answer, and the call has no effect.
    Hang,
}

fn one() -> u64 {
    1
}

impl Plan {
    fn rates(&self) -> [f64; 10] {
        [
            self.throttle,
            self.internal_error,
            self.lost_before,
            self.lost_after,
            self.conflict,
            self.unprocessed,
            self.stale,
            self.delay,
            self.stream_duplicate,
            self.stream_late,
        ]
    }
}

/// A plan as a command line gives it: `seed=1,throttle=0.05,functions=send-message+mark-read`.
impl FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut members = Map::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("{part}: write NAME=VALUE"))?;
            let value = match name {
                "functions" => value.split('+').collect::<Vec<_>>().into(),
                _ => value.parse::<Value>().map_err(|_| format!("{name}: {value} is no number"))?,
            };
            members.insert(name.to_owned(), value);
        }
        let plan: Plan = serde_json::from_value(Value::Object(members)).map_err(|error| error.to_string())?;
        match plan.rates().iter().find(|rate| !(0.0..=1.0).contains(*rate)) {
            Some(rate) => Err(format!("{rate} is no rate: it must be between 0 and 1")),
            None => Ok(plan),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_names_rates_and_functions() {
        let plan: Plan = "seed=7,lostAfter=0.05,delayMs=20,functions=send-message+mark-read".parse().unwrap();
        let functions = vec!["send-message".to_owned(), "mark-read".to_owned()];
        assert_eq!(plan, Plan { seed: 7, lost_after: 0.05, delay_ms: 20, functions, ..Plan::default() });
    }

    #[test]
    fn what_is_no_plan_is_said() {
        let refused = |text: &str| text.parse::<Plan>().unwrap_err();
        assert!(refused("throttel=0.1").contains("unknown field `throttel`"));
        assert!(refused("throttle").contains("NAME=VALUE"));
        assert!(refused("throttle=often").contains("no number"));
        assert!(refused("throttle=5").contains("between 0 and 1"));
    }
}
