//! What a script's function gave, and what it asked of the engine on the way.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Failure;
use crate::resolve::FieldCall;

/// A run of one function.
#[derive(Debug)]
pub(crate) struct ScriptOutcome {
    pub(crate) ending: Ending,
    pub(crate) stash: Value,
    pub(crate) effects: Effects,
}

/// How a function ended.
#[derive(Debug)]
pub(crate) enum Ending {
    Value(Value),
    /// By `runtime.earlyReturn`.
    Early(Value, SkipTo),
    /// By `util.error`, `util.unauthorized` or a crash.
    Failure(Failure),
}

/// Where `runtime.earlyReturn` goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkipTo {
    /// To the next function of the pipeline.
    Next,
    /// To the end of the pipeline.
    End,
}

/// What a function asked of the engine.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// By `util.appendError`.
    pub(crate) appended: Vec<Failure>,
    /// By `extensions.setSubscriptionFilter`.
    pub(crate) filter: Option<Value>,
    /// By `extensions.setSubscriptionInvalidationFilter`.
    pub(crate) invalidation_filter: Option<Value>,
    /// By `extensions.invalidateSubscriptions`.
    pub(crate) invalidations: Vec<Invalidation>,
    /// By `util.http.addResponseHeader`.
    pub(crate) headers: Vec<(String, String)>,
}

impl Effects {
    pub(crate) fn extend(&mut self, later: Effects) {
        self.appended.extend(later.appended);
        self.invalidations.extend(later.invalidations);
        self.headers.extend(later.headers);
        self.filter = later.filter.or_else(|| self.filter.take());
        self.invalidation_filter = later.invalidation_filter.or_else(|| self.invalidation_filter.take());
    }
}

/// Ends the subscriptions of a field whose invalidation filter matches a payload.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invalidation {
    pub(crate) subscription_field: String,
    #[serde(default)]
    pub(crate) payload: Value,
}

/// The form in which the module of scripts hands a run over.
#[derive(Deserialize)]
struct Wire {
    ending: WireEnding,
    stash: Value,
    effects: WireEffects,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEnding {
    #[serde(default)]
    value: Value,
    failure: Option<WireFailure>,
    #[serde(default)]
    unauthorized: bool,
    early: Option<Option<Value>>,
    skip_to: Option<String>,
    crash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireFailure {
    message: String,
    error_type: Option<String>,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    error_info: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEffects {
    appended: Vec<WireFailure>,
    filter: Option<Value>,
    invalidation_filter: Option<Value>,
    invalidations: Vec<Value>,
    headers: Vec<(String, String)>,
}

impl From<WireFailure> for Failure {
    fn from(wire: WireFailure) -> Self {
        Failure {
            message: wire.message,
            error_type: wire.error_type,
            data: wire.data,
            error_info: wire.error_info,
        }
    }
}

/// How many invalidations one request may ask for.
const MOST_INVALIDATIONS: usize = 5;

/// Reads what the module of scripts wrote.
pub(super) fn read(text: &str, call: &FieldCall<'_>) -> ScriptOutcome {
    let wire: Wire = match serde_json::from_str(text) {
        Ok(wire) => wire,
        Err(error) => {
            tracing::warn!(%error, field = call.field_name, "a resolver script gave no JSON");
            let ending = Ending::Failure(Failure::new("Code", "Runtime Error"));
            return ScriptOutcome { ending, stash: Value::Null, effects: Effects::default() };
        }
    };
    let mut effects = Effects {
        appended: wire.effects.appended.into_iter().map(Failure::from).collect(),
        filter: wire.effects.filter,
        invalidation_filter: wire.effects.invalidation_filter,
        invalidations: Vec::new(),
        headers: wire.effects.headers,
    };
    let asked = wire.effects.invalidations;
    let ending = if asked.len() > MOST_INVALIDATIONS {
        Ending::Failure(Failure::new("Code", "at most 5 invalidations may be asked for in one request"))
    } else {
        match asked.into_iter().map(serde_json::from_value).collect::<Result<_, _>>() {
            Ok(invalidations) => {
                effects.invalidations = invalidations;
                wire.ending.read(call)
            }
            Err(error) => Ending::Failure(Failure::new("Code", format!("invalidateSubscriptions: {error}"))),
        }
    };
    ScriptOutcome { ending, stash: wire.stash, effects }
}

impl WireEnding {
    fn read(self, call: &FieldCall<'_>) -> Ending {
        if let Some(crash) = self.crash {
            tracing::warn!(field = call.field_name, crash, "a resolver script asked for what there is not");
            return Ending::Failure(Failure::new("Code", "Runtime Error"));
        }
        if self.unauthorized {
            return Ending::Failure(call.unauthorized());
        }
        if let Some(failure) = self.failure {
            return Ending::Failure(failure.into());
        }
        match self.early {
            Some(value) => {
                let skip_to = if self.skip_to.as_deref() == Some("END") { SkipTo::End } else { SkipTo::Next };
                Ending::Early(value.unwrap_or_default(), skip_to)
            }
            None => Ending::Value(self.value),
        }
    }
}
