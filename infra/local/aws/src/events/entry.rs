//! One entry of `PutEvents`, as it comes in and as it goes out.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::{ACCOUNT, REGION, uuid};

/// An entry that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) bus: String,
    pub(super) event: Value,
}

/// Why an entry was not accepted: AWS's code and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Entry {
    /// Reads an entry; `now` is its time if it names none.
    pub(super) fn read(entry: &Value, now: Timestamp) -> Result<Self, Refused> {
        let source = required(entry, "Source")?;
        let detail_type = required(entry, "DetailType")?;
        let detail = required(entry, "Detail")?;
        if source.starts_with("aws.") {
            let message = "Not authorized for the source.".to_owned();
            return Err(Refused { code: "NotAuthorizedForSource", message });
        }
        let detail: Value = match serde_json::from_str(detail) {
            Ok(detail @ Value::Object(_)) => detail,
            _ => return Err(Refused { code: "MalformedDetail", message: "Detail is malformed.".to_owned() }),
        };
        let time = entry["Time"].as_f64().and_then(from_seconds).unwrap_or(now);
        let resources = entry["Resources"].as_array().cloned().unwrap_or_default();
        let event = OwnEvent { source, detail_type, resources, detail }.at(time);
        Ok(Entry { bus: bus_of(entry).to_owned(), event })
    }
}

/// An event before it has an id and a time; those of AWS's own services begin here.
pub(crate) struct OwnEvent<'a> {
    /// Such as `aws.s3`.
    pub(crate) source: &'a str,
    /// Such as `Object Created`.
    pub(crate) detail_type: &'a str,
    /// The ARNs of what it is about.
    pub(crate) resources: Vec<Value>,
    /// What happened.
    pub(crate) detail: Value,
}

impl OwnEvent<'_> {
    /// As its targets see it.
    pub(crate) fn at(&self, time: Timestamp) -> Value {
        json!({
            "version": "0",
            "id": uuid(),
            "detail-type": self.detail_type,
            "source": self.source,
            "account": ACCOUNT,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": REGION,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

/// The bus that an entry names, by name or ARN.
pub(super) fn bus_of(entry: &Value) -> &str {
    let bus = entry["EventBusName"].as_str().unwrap_or("default");
    bus.rsplit('/').next().unwrap_or(bus)
}

/// The size of an entry as EventBridge counts it.
pub(super) fn size(entry: &Value) -> usize {
    let texts = ["Source", "DetailType", "Detail"].iter().filter_map(|field| entry[*field].as_str());
    let resources = entry["Resources"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let time = if entry["Time"].is_null() { 0 } else { 14 };
    texts.chain(resources).map(str::len).sum::<usize>() + time
}

fn required<'e>(entry: &'e Value, field: &str) -> Result<&'e str, Refused> {
    entry[field].as_str().filter(|text| !text.is_empty()).ok_or_else(|| Refused {
        code: "InvalidArgument",
        message: format!("Parameter {field} is not valid. Reason: {field} is a required argument."),
    })
}

fn from_seconds(seconds: f64) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast saturates, and what is out of range is refused"
    )]
    Timestamp::from_millisecond((seconds * 1_000.0) as i64).ok()
}
