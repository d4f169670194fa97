//! The event bus.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
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
    client: Client,
    name: Option<String>,
}

impl Bus {
    pub(crate) fn new(client: Client, name: Option<&str>) -> Self {
        Bus { client, name: name.map(str::to_owned) }
    }

    /// Puts events on the bus in their order, ten per call.
    ///
    /// All or an error: `Unavailable` when EventBridge took some or none, and then the whole list has to be sent
    /// again, so listeners may see an event twice.
    pub async fn announce(&self, announcements: Vec<Announcement>) -> Result<(), Error> {
        let name = self.name.as_deref().ok_or_else(|| Error::internal("EVENT_BUS_NAME is not set"))?;
        for chunk in announcements.chunks(MAX_ENTRIES) {
            let entries = chunk.iter().map(|announcement| entry(name, announcement)).collect();
            self.put(entries).await?;
        }
        Ok(())
    }

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
