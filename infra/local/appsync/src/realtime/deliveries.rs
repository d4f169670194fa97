//! What is on its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts what has been begun and not ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deliveries {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    pending: AtomicUsize,
    idle: Notify,
}

/// Something on its way; it has arrived, or is lost for good, when this is dropped.
#[derive(Debug)]
pub(crate) struct Pending {
    inner: Arc<Inner>,
}

impl Deliveries {
    pub(crate) fn begin(&self) -> Pending {
        self.inner.pending.fetch_add(1, Ordering::AcqRel);
        Pending { inner: Arc::clone(&self.inner) }
    }

    /// Waits until nothing is on its way.
    pub(crate) async fn settle(&self) {
        loop {
            let idle = self.inner.idle.notified();
            if self.inner.pending.load(Ordering::Acquire) == 0 {
                return;
            }
            idle.await;
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.inner.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.inner.idle.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn settling_waits_for_the_last() {
        let deliveries = Deliveries::default();
        assert!(deliveries.settle().now_or_never().is_some());
        let (one, other) = (deliveries.begin(), deliveries.begin());
        let mut settled = Box::pin(deliveries.settle());
        assert!((&mut settled).now_or_never().is_none());
        drop(one);
        assert!((&mut settled).now_or_never().is_none());
        drop(other);
        settled.await;
    }
}
