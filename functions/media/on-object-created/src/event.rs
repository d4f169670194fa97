//! What S3 tells.

use serde::Deserialize;

/// Objects that came, as S3 tells of them ("Event message structure" in the S3 user guide), as far as it matters here.
#[derive(Debug, Deserialize)]
pub struct Event {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Debug, Deserialize)]
struct Entity {
    object: Object,
}

/// An object that came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Object {
    /// Its key, percent-encoded; those of uploads hold nothing that would have to be.
    pub(crate) key: String,
    /// What tells it from others that had the same key.
    #[serde(rename = "eTag")]
    pub(crate) e_tag: String,
}

impl Event {
    /// The objects.
    pub(crate) fn objects(self) -> impl Iterator<Item = Object> {
        self.records.into_iter().map(|record| record.s3.object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it is in the user guide, with a key of ours.
    const EVENT: &str = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2",
        "eventTime":"1970-01-01T00:00:00.000Z","eventName":"ObjectCreated:Post",
        "userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},"requestParameters":{"sourceIPAddress":"172.16.0.1"},
        "responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8"},
        "s3":{"s3SchemaVersion":"1.0","configurationId":"testConfigRule","bucket":{"name":"amzn-s3-demo-bucket",
        "ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::amzn-s3-demo-bucket"},
        "object":{"key":"uploads/00000000-0000-4000-8000-00000000000a/01ARZ3NDEKTSV4RRFFQ69G5FAV","size":1024,
        "eTag":"d41d8cd98f00b204e9800998ecf8427e","versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko",
        "sequencer":"0055AED6DCD90281E5"}}}]}"#;

    #[test]
    fn an_event_names_its_objects() {
        let event: Event = serde_json::from_str(EVENT).unwrap();
        let objects: Vec<_> = event.objects().collect();
        assert_eq!(objects.len(), 1);
        assert_eq!(objects[0].e_tag, "d41d8cd98f00b204e9800998ecf8427e");
        assert!(media::UploadPlace::of_key(&objects[0].key).is_some());
    }
}
