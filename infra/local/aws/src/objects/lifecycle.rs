//! What ends by itself: objects and unfinished uploads, by the rules of their bucket and by our clock.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use local_core::principal::Principal;

use super::notify::Happened;
use super::service::{Inner, Objects, Trouble};
use super::store::{self, Object, Upload};
use crate::queues::StoreError;
use crate::template::{BucketSpec, LifecycleRule};

impl Objects {
    /// Ends what is due, and says how many objects and uploads that were. Must be called within a Tokio runtime.
    pub fn sweep(&self) -> Result<usize, StoreError> {
        let mut ended = 0;
        for bucket in &self.inner.buckets {
            if !bucket.lifecycle.is_empty() {
                ended += self.inner.sweep(bucket)?;
            }
        }
        Ok(ended)
    }

    /// Sweeps for ever, with this pause.
    pub async fn keep_sweeping(self, pause: Duration) {
        loop {
            tokio::time::sleep(pause).await;
            if let Err(error) = self.sweep() {
                tracing::error!(%error, "objects that are over cannot be removed");
            }
        }
    }
}

impl Inner {
    fn sweep(&self, bucket: &BucketSpec) -> Result<usize, StoreError> {
        let now = self.parts.clock.now();
        let store = self.parts.queues.store();
        let objects = store.with(|conn| store::list(conn, &bucket.name, "", ""))?;
        let uploads = store.with(|conn| store::uploads(conn, &bucket.name))?;
        let objects: Vec<_> = objects
            .into_iter()
            .filter(|object| bucket.lifecycle.iter().any(|rule| ends_object(rule, object, now)))
            .collect();
        let uploads: Vec<_> = uploads
            .into_iter()
            .filter(|upload| bucket.lifecycle.iter().any(|rule| ends_upload(rule, upload, now)))
            .collect();
        let mut ended = 0;
        for object in objects {
            ended += usize::from(self.expire(&object));
        }
        for upload in uploads {
            store.with(|conn| store::end(conn, &upload.id))?;
            ended += 1;
        }
        Ok(ended)
    }

    /// Removes an object unless it was replaced meanwhile.
    fn expire(&self, object: &Object) -> bool {
        let removed = self.change(|change| {
            let there = store::get(change.conn, &object.bucket, &object.key)?;
            if there.as_ref() != Some(object) {
                return Ok::<_, Trouble>(false);
            }
            store::delete(change.conn, &object.bucket, &object.key)?;
            self.tell(change, Happened::Expired, object, &Principal::Developer)?;
            Ok(true)
        });
        removed.unwrap_or_else(|error| {
            tracing::error!(%error, "an object that is over cannot be removed");
            false
        })
    }
}

fn ends_object(rule: &LifecycleRule, object: &Object, now: Timestamp) -> bool {
    let fits = object.key.starts_with(&rule.prefix)
        && rule.tags.iter().all(|(name, value)| object.tags.get(name) == Some(value));
    fits && rule.expiration_days.is_some_and(|days| now >= midnight_after(object.modified, days))
}

fn ends_upload(rule: &LifecycleRule, upload: &Upload, now: Timestamp) -> bool {
    upload.key.starts_with(&rule.prefix)
        && rule.abort_days.is_some_and(|days| now >= midnight_after(upload.started, days))
}

/// The first midnight UTC that is so many days after a moment in milliseconds.
fn midnight_after(millis: i64, days: u32) -> Timestamp {
    let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    let later = moment.saturating_add(SignedDuration::from_hours(24 * i64::from(days)));
    let day = later.unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC).date();
    let next = day.checked_add(1.day()).ok();
    let midnight = next.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_after_is_counted_to_the_next_midnight() {
        let put: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let end = midnight_after(put.as_millisecond(), 1);
        assert_eq!(end.to_string(), "2026-11-24T00:00:00Z");
    }
}
