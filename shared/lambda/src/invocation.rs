//! The one line that an invocation leaves in the log.

use std::sync::OnceLock;
use std::time::Instant;

use domain::id::{ConversationId, UserId};
use domain::{Error, ErrorKind};
use serde_json::Value;
use tracing::Level;

use crate::context::Context;

/// The target of the line, by which [`Lines`](crate::Lines) knows it.
pub(crate) const TARGET: &str = "lambda::invocation";

/// The error type of a batch of which a part has to be done again.
pub(crate) const PARTIAL_BATCH: &str = "PartialBatch";

/// What becomes known of an invocation on its way. Ids only, and only legal ones: nothing that somebody wrote fits in.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    user: OnceLock<UserId>,
    conversation: OnceLock<ConversationId>,
    partial: OnceLock<()>,
}

impl Facts {
    /// Who calls.
    pub(crate) fn is_by(&self, user: Option<&UserId>) {
        if let Some(user) = user {
            self.user.get_or_init(|| user.clone());
        }
    }

    /// Takes the conversation from the arguments, if they name one.
    pub(crate) fn is_about(&self, arguments: &Value) {
        let given = arguments.pointer("/input/conversationId").or_else(|| arguments.get("conversationId"));
        let id = given.and_then(Value::as_str).and_then(|id| ConversationId::parse(id).ok());
        if let Some(id) = id {
            self.conversation.get_or_init(|| id);
        }
    }

    /// Takes the person from the event of a trigger of the user pool.
    pub(crate) fn is_triggered(&self, event: &Value) {
        let name = event.get("userName").and_then(Value::as_str);
        self.is_by(name.and_then(|name| UserId::parse(name).ok()).as_ref());
    }

    /// A part of the batch has to be done again.
    pub(crate) fn is_partial(&self) {
        self.partial.get_or_init(|| ());
    }
}

/// How an invocation ended.
struct Ending<'a> {
    outcome: &'static str,
    error_type: Option<&'static str>,
    /// The inner words of the error. The outer ones stay out: they may quote what somebody typed.
    inner: Option<&'a str>,
    level: Level,
}

impl<'a> Ending<'a> {
    fn new<T>(result: &'a Result<T, Error>, facts: &Facts) -> Self {
        let (error_type, inner) = match result {
            Ok(_) if facts.partial.get().is_some() => (PARTIAL_BATCH, None),
            Ok(_) => return Ending { outcome: "ok", error_type: None, inner: None, level: Level::INFO },
            Err(error) => (error.kind().as_str(), error.inner()),
        };
        let (outcome, level) = match result.as_ref().err().map(Error::kind) {
            None => ("partial", Level::WARN),
            Some(ErrorKind::Internal) => ("failed", Level::ERROR),
            Some(ErrorKind::Unavailable) => ("failed", Level::WARN),
            Some(_) => ("refused", Level::INFO),
        };
        Ending { outcome, error_type: Some(error_type), inner, level }
    }
}

/// Writes the line.
pub(crate) fn log<T>(operation: &str, ctx: &Context, started: Instant, result: &Result<T, Error>) {
    let facts = ctx.facts();
    let Ending { outcome, error_type, inner, level } = Ending::new(result, facts);
    macro_rules! line {
        ($level:expr) => {
            tracing::event!(
                target: TARGET,
                $level,
                time = ctx.now().as_millisecond(),
                operation,
                stage = ctx.variable("STAGE").unwrap_or("none"),
                outcome,
                error_type,
                inner,
                latency = tenths_of_millis(started),
                request_id = ctx.request_id(),
                trace_id = ctx.sampled_trace(),
                user_id = facts.user.get().map(UserId::as_str),
                conversation_id = facts.conversation.get().map(ConversationId::as_str),
            )
        };
    }
    // A level is part of the place in the code, so that each needs a place of its own.
    match level {
        Level::ERROR => line!(Level::ERROR),
        Level::WARN => line!(Level::WARN),
        _ => line!(Level::INFO),
    }
}

/// Milliseconds since then, to a tenth.
fn tenths_of_millis(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_legal_ids_are_kept() {
        let facts = Facts::default();
        facts.is_about(&json!({"conversationId": "my secret"}));
        facts.is_triggered(&json!({"userName": "my secret"}));
        assert!(facts.conversation.get().is_none() && facts.user.get().is_none());

        let conversation = "g-0123456789abcdef0123456789abcdef";
        facts.is_about(&json!({"input": {"conversationId": conversation}}));
        facts.is_triggered(&json!({"userName": "00000000-0000-4000-8000-00000000000b"}));
        assert_eq!(facts.conversation.get().unwrap().as_str(), conversation);
        assert!(facts.user.get().is_some());
    }
}
