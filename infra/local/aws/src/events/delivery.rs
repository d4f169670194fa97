//! One event on its way to one function.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use local_core::invoke::InvokeError;
use rusqlite::Connection;
use serde_json::Value;

use super::bus::{Bus, Inner, Rule, Subscription, Target};
use crate::http::{ACCOUNT, REGION, uuid};
use crate::queues::{DeadLetter, StoreError};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often Lambda tries an event again that its function failed.
const OF_LAMBDA: u32 = 2;

/// Attributes of dead letters, from which they can be delivered again.
const RULE: &str = "RULE_ARN";
const TARGET: &str = "TARGET_ARN";
const SUBSCRIPTION: &str = "SUBSCRIPTION";

/// A delivery, kept in the store until it is over.
pub(crate) struct Delivery {
    id: i64,
    origin: Origin,
    target: Target,
    event: Value,
}

/// Why something is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A rule of a bus, by its name.
    Rule(String),
    /// A subscription, by its name.
    Subscription(String),
}

impl Bus {
    /// Keeps an event's deliveries, then starts them.
    pub(super) fn dispatch(&self, rules: &[&Rule], event: &Value) -> Result<(), StoreError> {
        for rule in rules {
            for target in &rule.targets {
                self.send(Origin::Rule(rule.name.clone()), target, event)?;
            }
        }
        Ok(())
    }

    /// Keeps the delivery of a subscription, within the transaction of what it tells of; none if the subscription is
    /// gone. It starts with [`Bus::begin`].
    pub(crate) fn keep(
        &self,
        conn: &Connection,
        subscription: &str,
        event: &Value,
    ) -> rusqlite::Result<Option<Delivery>> {
        let subscription = self.inner.subscriptions.iter().find(|known| known.name == subscription);
        let Some(Subscription { name, target }) = subscription else { return Ok(None) };
        Delivery::keep(conn, Origin::Subscription(name.clone()), target, event).map(Some)
    }

    /// Starts what was kept. Must be called within a Tokio runtime.
    pub(crate) fn begin(&self, kept: impl IntoIterator<Item = Delivery>) {
        kept.into_iter().for_each(|delivery| self.start(delivery));
    }

    /// Starts what a kill interrupted. What nobody wants any more is dropped.
    pub(super) fn resume(&self) -> Result<(), StoreError> {
        let kept = self.inner.parts.queues.store().with(|conn| {
            let mut query = conn.prepare("SELECT id, rule, event FROM deliveries ORDER BY id")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect::<Result<Vec<(i64, String, String)>, _>>()
        })?;
        for (id, name, event) in kept {
            match self.named(&name) {
                Some((origin, target)) => {
                    let event = serde_json::from_str(&event)?;
                    self.start(Delivery { id, origin, target: target.clone(), event });
                }
                None => self.inner.forget(id),
            }
        }
        Ok(())
    }

    /// Delivers a dead letter once more, with retries as at first, and takes it out of its queue.
    ///
    /// Answers false if the letter comes from no rule and no subscription that is still there.
    pub fn redrive(&self, letter: &DeadLetter) -> Result<bool, StoreError> {
        let Some((origin, target)) = name_on(letter).and_then(|name| self.named(&name)) else {
            return Ok(false);
        };
        self.send(origin, target, &letter.body)?;
        self.inner.parts.queues.remove(letter.id)?;
        Ok(true)
    }

    fn named(&self, name: &str) -> Option<(Origin, &Target)> {
        let subscription = self.inner.subscriptions.iter().find(|known| known.name == name);
        if let Some(Subscription { name, target }) = subscription {
            return Some((Origin::Subscription(name.clone()), target));
        }
        let targets =
            self.inner.rules.iter().flat_map(|rule| rule.targets.iter().map(move |target| (rule, target)));
        let (rule, target) = targets
            .into_iter()
            .find(|(rule, target)| Origin::Rule(rule.name.clone()).delivery_name(&target.function) == name)?;
        Some((Origin::Rule(rule.name.clone()), target))
    }

    fn send(&self, origin: Origin, target: &Target, event: &Value) -> Result<(), StoreError> {
        let store = self.inner.parts.queues.store();
        self.start(store.with(|conn| Delivery::keep(conn, origin, target, event))?);
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

impl Origin {
    /// The name under which a delivery is kept.
    fn delivery_name(&self, function: &str) -> String {
        match self {
            Origin::Rule(rule) => format!("{rule} > {function}"),
            Origin::Subscription(name) => name.clone(),
        }
    }

    /// Who calls, as the journal and the log have it.
    fn caller(&self) -> String {
        match self {
            Origin::Rule(rule) => format!("rule:{rule}"),
            Origin::Subscription(name) => name.clone(),
        }
    }

    /// The attributes of a dead letter. The function's own words are left out, since they may be of people.
    fn attributes(&self, function: &str, error: &InvokeError, retries: u32) -> BTreeMap<String, String> {
        let attributes = match self {
            // The names are EventBridge's.
            Origin::Rule(rule) => vec![
                (RULE, format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}")),
                (TARGET, format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}")),
                ("ERROR_CODE", error_type(error).to_owned()),
                ("RETRY_ATTEMPTS", retries.to_string()),
            ],
            // The names are Lambda's, but for the last, from which the letter can be delivered again.
            Origin::Subscription(name) => vec![
                ("RequestID", uuid()),
                ("ErrorCode", "200".to_owned()),
                ("ErrorMessage", error_type(error).to_owned()),
                (SUBSCRIPTION, name.clone()),
            ],
        };
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Delivery {
    pub(super) fn keep(
        conn: &Connection,
        origin: Origin,
        target: &Target,
        event: &Value,
    ) -> rusqlite::Result<Self> {
        let name = origin.delivery_name(&target.function);
        conn.execute("INSERT INTO deliveries (rule, event) VALUES (?1, ?2)", (name, event.to_string()))?;
        let id = conn.last_insert_rowid();
        Ok(Delivery { id, origin, target: target.clone(), event: event.clone() })
    }

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
            let (origin, function) = (delivery.origin.caller(), &delivery.target.function);
            tracing::warn!(origin, function, error = error_type(&error), "an event was not processed");
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
            entry.caller = delivery.origin.caller();
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
        let (origin, function) = (delivery.origin.caller(), &delivery.target.function);
        tracing::error!(origin, function, error = error_type(error), "an event is set aside");
        let Some(queue) = &delivery.target.dead_letter else { return };
        let attributes = delivery.origin.attributes(function, error, retries);
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

/// The name of the delivery that a dead letter was.
fn name_on(letter: &DeadLetter) -> Option<String> {
    if let Some(name) = letter.attributes.get(SUBSCRIPTION) {
        return Some(name.clone());
    }
    let attribute = |name: &str| letter.attributes.get(name).and_then(|arn| arn.rsplit(['/', ':']).next());
    Some(Origin::Rule(attribute(RULE)?.to_owned()).delivery_name(attribute(TARGET)?))
}

fn error_type(error: &InvokeError) -> &str {
    match error {
        InvokeError::Function { error_type, .. } => error_type,
        InvokeError::TimedOut { .. } => "TimedOut",
        InvokeError::Unavailable(_) => "Unavailable",
    }
}
