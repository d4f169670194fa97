//! A function that decides who may call.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::{Caller, Credentials, Refusal};
use crate::config::AuthMode;
use crate::engine::Engine;
use crate::request::{new_id, visible_headers};

/// How long the function may think.
const LONGEST_DECISION: Duration = Duration::from_secs(10);
/// How long an answer may be remembered, in seconds.
const LONGEST_TTL: u32 = 3_600;
/// How many answers are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// Answers of the authorizer that are still good, by token.
#[derive(Debug, Default)]
pub(crate) struct Authorizations {
    known: Mutex<HashMap<String, Remembered>>,
}

#[derive(Debug, Clone)]
struct Remembered {
    decision: Result<Caller, Refusal>,
    /// In seconds since the epoch.
    until: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Decision {
    is_authorized: bool,
    #[serde(default)]
    resolver_context: Value,
    #[serde(default)]
    denied_fields: Vec<String>,
    ttl_override: Option<u32>,
}

/// Asks the function, unless it has been asked about this token lately.
pub(super) async fn authorize(
    engine: &Engine,
    token: &str,
    shown: &Credentials<'_>,
) -> Result<Caller, Refusal> {
    let mode = engine.modes.all.iter().find_map(|mode| match mode {
        AuthMode::Lambda { function, result_ttl_seconds, .. } => Some((function, *result_ttl_seconds)),
        _ => None,
    });
    let Some((function, ttl)) = mode else { return Err(Refusal::not_authorized()) };
    if engine.modes.token_pattern.as_ref().is_some_and(|pattern| !pattern.is_match(token)) {
        return Err(Refusal::not_authorized());
    }
    let now = engine.clock.epoch_seconds();
    if let Some(decision) = engine.authorizations.get(token, now) {
        return decision;
    }
    let asked = engine.invoker.invoke(function, event(engine, token, shown));
    let answer = tokio::time::timeout(LONGEST_DECISION, asked).await;
    let decision = match answer {
        Ok(Ok(answer)) => serde_json::from_value::<Decision>(answer).map_err(|error| error.to_string()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer within 10 seconds".to_owned()),
    };
    let decision = match decision {
        Ok(decision) => decision,
        Err(reason) => {
            tracing::warn!(function, reason, "the authorizer gave no decision");
            return Err(Refusal::not_authorized());
        }
    };
    let ttl = decision.ttl_override.unwrap_or(ttl).min(LONGEST_TTL);
    let decided = if decision.is_authorized {
        Ok(Caller::Lambda { context: decision.resolver_context, denied: decision.denied_fields })
    } else {
        Err(Refusal::not_authorized())
    };
    if ttl > 0 {
        engine
            .authorizations
            .put(token, Remembered { decision: decided.clone(), until: now + i64::from(ttl) });
    }
    decided
}

fn event(engine: &Engine, token: &str, shown: &Credentials<'_>) -> Value {
    let request_id = new_id();
    json!({
        "authorizationToken": token,
        "requestContext": {
            "apiId": engine.api_id,
            "accountId": engine.account_id,
            "requestId": request_id,
            "queryString": shown.intent.query,
            "operationName": shown.intent.operation_name,
            "variables": shown.intent.variables,
        },
        "requestHeaders": visible_headers(shown.headers, &request_id),
    })
}

impl Authorizations {
    fn get(&self, token: &str, now: i64) -> Option<Result<Caller, Refusal>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(token)
            .filter(|remembered| now < remembered.until)
            .map(|remembered| remembered.decision.clone())
    }

    fn put(&self, token: &str, remembered: Remembered) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(token.to_owned(), remembered);
    }
}
