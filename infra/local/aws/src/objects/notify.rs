//! Who learns of what happens in a bucket: functions by their events, and EventBridge.

use jiff::Timestamp;
use local_core::principal::Principal;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::access::bucket_arn;
use super::service::{Change, Inner};
use super::store::Object;
use crate::events::OwnEvent;
use crate::http::{ACCOUNT, REGION, caller_arn, request_id};
use crate::template::{BucketSpec, NotificationSpec};

/// How keys stand in notifications: as in a form, but for the slash.
const KEY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/').remove(b' ');

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    Put,
    Post,
    Copied,
    Completed,
    Deleted,
    Expired,
    Tagged,
    Untagged,
}

/// A function that is told of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// The name of the subscription on the bus.
    pub name: String,
    /// The function, by the name of its crate.
    pub function: String,
}

/// The functions that the template wants told, for the bus to know them.
pub fn subscribers(buckets: &[BucketSpec]) -> Vec<Subscriber> {
    let of_bucket = |bucket: &BucketSpec| {
        let subscriber = |wish: &NotificationSpec| Subscriber {
            name: subscription(&bucket.name, wish),
            function: wish.function.clone(),
        };
        bucket.notifications.iter().map(subscriber).collect::<Vec<_>>()
    };
    buckets.iter().flat_map(of_bucket).collect()
}

fn subscription(bucket: &str, wish: &NotificationSpec) -> String {
    format!("s3:{bucket}:{}:{}", wish.function, wish.name)
}

impl Happened {
    /// As notifications name it.
    fn event_name(self) -> &'static str {
        match self {
            Happened::Put => "ObjectCreated:Put",
            Happened::Post => "ObjectCreated:Post",
            Happened::Copied => "ObjectCreated:Copy",
            Happened::Completed => "ObjectCreated:CompleteMultipartUpload",
            Happened::Deleted => "ObjectRemoved:Delete",
            Happened::Expired => "LifecycleExpiration:Delete",
            Happened::Tagged => "ObjectTagging:Put",
            Happened::Untagged => "ObjectTagging:Delete",
        }
    }

    /// As EventBridge names it: the kind of event, and its reason.
    fn detail_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Happened::Put => ("Object Created", Some("PutObject")),
            Happened::Post => ("Object Created", Some("POST Object")),
            Happened::Copied => ("Object Created", Some("CopyObject")),
            Happened::Completed => ("Object Created", Some("CompleteMultipartUpload")),
            Happened::Deleted => ("Object Deleted", Some("DeleteObject")),
            Happened::Expired => ("Object Deleted", Some("Lifecycle Expiration")),
            Happened::Tagged => ("Object Tags Added", None),
            Happened::Untagged => ("Object Tags Deleted", None),
        }
    }

    fn leaves_the_object(self) -> bool {
        !matches!(self, Happened::Deleted | Happened::Expired)
    }
}

impl Inner {
    /// Keeps what is to be told, in the transaction of what happened.
    pub(super) fn tell(
        &self,
        change: &mut Change<'_>,
        happened: Happened,
        object: &Object,
        caller: &Principal,
    ) -> rusqlite::Result<()> {
        let Some(bucket) = self.buckets.iter().find(|bucket| bucket.name == object.bucket) else {
            return Ok(());
        };
        let now = self.parts.clock.now();
        for wish in bucket.notifications.iter().filter(|wish| wants(wish, happened, &object.key)) {
            let event = json!({ "Records": [record(wish, happened, object, caller, now)] });
            let name = subscription(&bucket.name, wish);
            change.kept.extend(self.parts.bus.keep(change.conn, &name, &event)?);
        }
        if bucket.to_event_bridge {
            let (detail_type, reason) = happened.detail_type();
            let detail = detail(happened, reason, object, now);
            let resources = vec![Value::from(bucket.arn.clone())];
            let event = OwnEvent { source: "aws.s3", detail_type, resources, detail };
            change.kept.extend(self.parts.bus.keep_event(change.conn, &event)?);
        }
        Ok(())
    }
}

fn wants(wish: &NotificationSpec, happened: Happened, key: &str) -> bool {
    let name = happened.event_name();
    let named = |event: &String| {
        let event = event.trim_start_matches("s3:");
        event.strip_suffix('*').map_or(event == name, |start| name.starts_with(start))
    };
    wish.events.iter().any(named) && key.starts_with(&wish.prefix) && key.ends_with(&wish.suffix)
}

/// One record of a notification, in the form of version 2.1.
fn record(
    wish: &NotificationSpec,
    happened: Happened,
    object: &Object,
    caller: &Principal,
    now: Timestamp,
) -> Value {
    let mut of_object = json!({ "key": utf8_percent_encode(&object.key, KEY).to_string().replace(' ', "+"), "sequencer": sequencer(now) });
    if happened.leaves_the_object() {
        of_object["size"] = json!(object.size);
        of_object["eTag"] = json!(object.etag);
    }
    json!({
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "eventName": happened.event_name(),
        "userIdentity": { "principalId": format!("AWS:{}", caller_arn(caller)) },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": request_id(), "x-amz-id-2": request_id() },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": wish.name,
            "bucket": {
                "name": object.bucket,
                "ownerIdentity": { "principalId": ACCOUNT },
                "arn": bucket_arn(&object.bucket),
            },
            "object": of_object,
        },
    })
}

fn detail(happened: Happened, reason: Option<&str>, object: &Object, now: Timestamp) -> Value {
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": object.bucket },
        "object": { "key": object.key, "etag": object.etag, "sequencer": sequencer(now) },
        "request-id": request_id(),
        "requester": ACCOUNT,
        "source-ip-address": "127.0.0.1",
    });
    if happened.leaves_the_object() {
        detail["object"]["size"] = json!(object.size);
    } else {
        detail["deletion-type"] = json!("Permanently Deleted");
    }
    if let Some(reason) = reason {
        detail["reason"] = json!(reason);
    }
    detail
}

/// Grows from one event of a key to the next.
fn sequencer(now: Timestamp) -> String {
    format!("{:018X}", now.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(events: &[&str], prefix: &str, suffix: &str) -> NotificationSpec {
        NotificationSpec {
            name: "Uploaded".to_owned(),
            events: events.iter().map(|&event| event.to_owned()).collect(),
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            function: "on-object-created".to_owned(),
        }
    }

    #[test]
    fn a_wish_names_events_and_keys() {
        let all = wish(&["s3:ObjectCreated:*"], "uploads/", "");
        assert!(wants(&all, Happened::Post, "uploads/a"));
        assert!(!wants(&all, Happened::Post, "media/a"));
        assert!(!wants(&all, Happened::Deleted, "uploads/a"));
        let exact = wish(&["s3:ObjectRemoved:Delete", "s3:ObjectCreated:Put"], "", ".jpg");
        assert!(wants(&exact, Happened::Put, "a.jpg") && wants(&exact, Happened::Deleted, "a.jpg"));
        assert!(!wants(&exact, Happened::Copied, "a.jpg") && !wants(&exact, Happened::Put, "a.png"));
    }
}
