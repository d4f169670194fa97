//! One event on its way to one function.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use local_core::invoke::InvokeError;
use serde_json::Value;

use super::bus::{Bus, Inner, Rule, Target};
use crate::http::{ACCOUNT, REGION};
use crate::queues::{DeadLetter, StoreError};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often Lambda tries an event again that its function failed.
const OF_LAMBDA: u32 = 2;

/// A delivery, kept in the store until it is over.
struct Delivery {
    id: i64,
    rule: String,
    target: Target,
    event: Value,
}

impl Bus {
    /// Keeps an event's deliveries, then starts them.
    pub(super) fn dispatch(&self, rules: &[&Rule], event: &Value) -> Result<(), StoreError> {
        for rule in rules {
            for target in &rule.targets {
                self.send(&rule.name, target, event)?;
            }
        }
        Ok(())
    }

    /// Starts what a kill interrupted. What no rule wants any more is dropped.
    pub(super) fn resume(&self) -> Result<(), StoreError> {
        let kept = self.inner.parts.queues.store().with(|conn| {
            let mut query = conn.prepare("SELECT id, rule, event FROM deliveries ORDER BY id")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect::<Result<Vec<(i64, String, String)>, _>>()
        })?;
        for (id, name, event) in kept {
            match self.named(&name) {
                Some((rule, target)) => {
                    let event = serde_json::from_str(&event)?;
                    self.start(Delivery { id, rule: rule.name.clone(), target: target.clone(), event });
                }
                None => self.inner.forget(id),
            }
        }
        Ok(())
    }

    /// Delivers a dead letter of a rule once more, with retries as at first, and takes it out of its queue.
    ///
    /// Answers false if the letter does not come from a rule that is still there.
    pub fn redrive(&self, letter: &DeadLetter) -> Result<bool, StoreError> {
        let attribute =
            |name: &str| letter.attributes.get(name).and_then(|arn| arn.rsplit(['/', ':']).next());
        let (Some(rule), Some(function)) = (attribute("RULE_ARN"), attribute("TARGET_ARN")) else {
            return Ok(false);
        };
        let Some((rule, target)) = self.named(&delivery_name(rule, function)) else { return Ok(false) };
        self.send(&rule.name, target, &letter.body)?;
        self.inner.parts.queues.remove(letter.id)?;
        Ok(true)
    }

    fn named(&self, name: &str) -> Option<(&Rule, &Target)> {
        let targets =
            self.inner.rules.iter().flat_map(|rule| rule.targets.iter().map(move |target| (rule, target)));
        targets.into_iter().find(|(rule, target)| delivery_name(&rule.name, &target.function) == name)
    }

    fn send(&self, rule: &str, target: &Target, event: &Value) -> Result<(), StoreError> {
        let name = delivery_name(rule, &target.function);
        let id = self.inner.parts.queues.store().with(|conn| {
            conn.execute("INSERT INTO deliveries (rule, event) VALUES (?1, ?2)", (name, event.to_string()))?;
            Ok(conn.last_insert_rowid())
        })?;
        self.start(Delivery { id, rule: rule.to_owned(), target: target.clone(), event: event.clone() });
        Ok(())
    }

    fn start(&self, delivery: Delivery) {
        let inner = Arc::clone(&self.inner);
        inner.pending.send_modify(|pending| *pending += 1);
        tokio::spawn(async move {
            let slot = inner.slots.acquire().await;
            inner.deliver(&delivery).await;
            drop(slot);
            inner.pending.send_modify(|pending| *pending -= 1);
        });
    }
}

impl Delivery {
    /// The rule's own retries are for a function that cannot be reached. Lambda took over one that can: it tries a
    /// failed event twice more, whatever the rule says.
    fn most_retries(&self, error: &InvokeError) -> u32 {
        match error {
            InvokeError::Unavailable(_) => self.target.max_retries,
            InvokeError::Function { .. } | InvokeError::TimedOut { .. } => {
                self.target.max_retries.min(OF_LAMBDA)
            }
        }
    }
}

impl Inner {
    async fn deliver(&self, delivery: &Delivery) {
        let mut retries = 0;
        loop {
            let Err(error) = self.invoke(delivery).await else { break };
            let (rule, function) = (&delivery.rule, &delivery.target.function);
            tracing::warn!(rule, function, error = error_type(&error), "an event was not processed");
            if retries == delivery.most_retries(&error) {
                self.give_up(delivery, &error, retries);
                break;
            }
            let doubled = self.parts.retry_delay.saturating_mul(2_u32.saturating_pow(retries));
            tokio::time::sleep(doubled.min(LONGEST_PAUSE)).await;
            retries += 1;
        }
        self.forget(delivery.id);
    }

    async fn invoke(&self, delivery: &Delivery) -> Result<Value, InvokeError> {
        let function = &delivery.target.function;
        let operation = self.parts.journal.open(format!("event {function}"));
        operation.with(|entry| {
            entry.caller = format!("rule:{}", delivery.rule);
            entry.invocations.push(function.clone());
        });
        let invocation = AssertUnwindSafe(self.parts.invoker.invoke(function, delivery.event.clone()));
        let answer = operation.scope(invocation.catch_unwind()).await.unwrap_or_else(|_| {
            let (error_type, message) = ("Runtime.Panic".to_owned(), "the function panicked".to_owned());
            Err(InvokeError::Function { error_type, message })
        });
        operation.close(answer.as_ref().map_or_else(error_type, |_| "ok"));
        answer
    }

    fn give_up(&self, delivery: &Delivery, error: &InvokeError, retries: u32) {
        let (rule, function) = (&delivery.rule, &delivery.target.function);
        tracing::error!(rule, function, error = error_type(error), "an event is set aside");
        let Some(queue) = &delivery.target.dead_letter else { return };
        // The names of the message attributes are EventBridge's; the function's own words are left out, since they
        // may be of people.
        let attributes = BTreeMap::from([
            ("RULE_ARN".to_owned(), format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}")),
            ("TARGET_ARN".to_owned(), format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}")),
            ("ERROR_CODE".to_owned(), error_type(error).to_owned()),
            ("RETRY_ATTEMPTS".to_owned(), retries.to_string()),
        ]);
        if let Err(error) = self.parts.queues.push(queue, &delivery.event, &attributes) {
            tracing::error!(queue, %error, "a dead letter cannot be written");
        }
    }

    fn forget(&self, id: i64) {
        let forgotten =
            self.parts.queues.store().with(|conn| conn.execute("DELETE FROM deliveries WHERE id = ?1", [id]));
        if let Err(error) = forgotten {
            tracing::error!(%error, "a delivery that is over cannot be forgotten; it will be repeated at the next start");
        }
    }
}

fn delivery_name(rule: &str, function: &str) -> String {
    format!("{rule} > {function}")
}

fn error_type(error: &InvokeError) -> &str {
    match error {
        InvokeError::Function { error_type, .. } => error_type,
        InvokeError::TimedOut { .. } => "TimedOut",
        InvokeError::Unavailable(_) => "Unavailable",
    }
}
