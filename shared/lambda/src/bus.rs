//! The event bus.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;
use domain::Error;
use serde_json::Value;

/// The most that EventBridge takes in one call.
const MAX_ENTRIES: usize = 10;

/// What SmartChat's events name as their source.
const SOURCE: &str = "smartchat";

/// Something that happened, for whoever listens.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    /// What happened, such as `MessageSent`.
    pub detail_type: String,
    /// The event itself, at most 256 KB with the names.
    pub detail: Value,
}

/// The event bus that `EVENT_BUS_NAME` names.
#[derive(Debug, Clone)]
pub struct Bus {
    target: Option<Target>,
}

#[derive(Debug, Clone)]
struct Target {
    client: Client,
    name: String,
}

impl Bus {
    /// Only a function that has a bus pays for the client.
    pub(crate) fn new(sdk: &SdkConfig, name: Option<&str>) -> Self {
        Bus { target: name.map(|name| Target { client: Client::new(sdk), name: name.to_owned() }) }
    }

    /// Puts events on the bus in their order, ten per call.
    ///
    /// All or an error: `Unavailable` when EventBridge took some or none, and then the whole list has to be sent
    /// again, so listeners may see an event twice.
    pub async fn announce(&self, announcements: Vec<Announcement>) -> Result<(), Error> {
        let target = self.target.as_ref().ok_or_else(|| Error::internal("EVENT_BUS_NAME is not set"))?;
        for chunk in announcements.chunks(MAX_ENTRIES) {
            let entries = chunk.iter().map(|announcement| entry(&target.name, announcement)).collect();
            target.put(entries).await?;
        }
        Ok(())
    }
}

impl Target {
    async fn put(&self, entries: Vec<PutEventsRequestEntry>) -> Result<(), Error> {
        let output = self.client.put_events().set_entries(Some(entries)).send().await.map_err(|error| {
            let inner = format!("events:PutEvents: {}", DisplayErrorContext(&error));
            match error.code() {
                Some("AccessDeniedException" | "ValidationException") => Error::internal(inner),
                _ => Error::unavailable(inner),
            }
        })?;
        if output.failed_entry_count() == 0 {
            return Ok(());
        }
        let codes: Vec<_> = output.entries().iter().filter_map(|entry| entry.error_code()).collect();
        Err(Error::unavailable(format!("events:PutEvents refused entries: {}", codes.join(", "))))
    }
}

fn entry(bus: &str, announcement: &Announcement) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(SOURCE)
        .detail_type(&announcement.detail_type)
        .detail(announcement.detail.to_string())
        .build()
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;
    use serde_json::json;

    use super::*;
    use crate::testing::Wire;

    fn announcements(count: usize) -> Vec<Announcement> {
        let one = Announcement { detail_type: "MessageSent".to_owned(), detail: json!({"seq": 1}) };
        vec![one; count]
    }

    #[tokio::test]
    async fn ten_events_go_in_one_call() {
        let wire = Wire::answering(200, r#"{"FailedEntryCount":0,"Entries":[]}"#);
        wire.ctx().bus().announce(announcements(11)).await.unwrap();
        let requests = wire.sent();
        let entries =
            |at: usize| -> Value { serde_json::from_slice(requests[at].body().bytes().unwrap()).unwrap() };
        assert_eq!(requests.len(), 2);
        assert_eq!(entries(0)["Entries"].as_array().unwrap().len(), 10);
        let last = json!({"EventBusName": "bus", "Source": "smartchat", "DetailType": "MessageSent", "Detail": "{\"seq\":1}"});
        assert_eq!(entries(1)["Entries"], json!([last]));
    }

    #[tokio::test]
    async fn a_refused_entry_is_an_error() {
        let wire =
            Wire::answering(200, r#"{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure"}]}"#);
        let error = wire.ctx().bus().announce(announcements(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.inner().unwrap().contains("InternalFailure"));
    }
}
