//! Functions behind a rule of the event bus.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::function::Function;
use crate::handler::EventHandler;
use crate::trigger::trigger;

/// An event from the bus.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BusEvent<D> {
    /// The event's own id; the same event delivered again has the same.
    pub id: String,
    /// Who put it on the bus.
    pub source: String,
    /// What happened, such as `MessageSent`.
    pub detail_type: String,
    /// When it was put on the bus, to the second.
    pub time: jiff::Timestamp,
    /// The event itself.
    pub detail: D,
}

/// A function behind a rule: `async fn(&Context, BusEvent<Detail>) -> Result<(), Error>`.
///
/// Delivery is at least once; an error makes EventBridge and Lambda try again and in the end keep the event in the
/// dead-letter queue.
pub fn event<H, D>(handler: H) -> Function
where
    H: for<'a> EventHandler<'a, BusEvent<D>, Answer = ()> + 'static,
    D: DeserializeOwned + Send + 'static,
{
    trigger(handler)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_of_the_bus_is_read() {
        let event: BusEvent<u64> = serde_json::from_value(json!({
            "version": "0", "id": "e-1", "detail-type": "MessageSent", "source": "smartchat", "account": "000000000000",
            "time": "2026-11-22T12:00:00Z", "region": "us-east-1", "resources": [], "detail": 7
        }))
        .unwrap();
        assert_eq!((event.detail_type.as_str(), event.detail), ("MessageSent", 7));
    }
}
