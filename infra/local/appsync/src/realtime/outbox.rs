//! The queue in front of a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, mpsc};

use crate::realtime::deliveries::{Deliveries, Pending};

/// How many frames may wait for a socket.
const MOST_FRAMES: usize = 4_096;
/// How many bytes may wait for a socket.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A frame on its way.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) text: String,
    _pending: Pending,
}

/// The way to a socket. A socket that does not keep up is closed.
#[derive(Debug, Clone)]
pub(super) struct Outbox {
    sender: mpsc::Sender<Frame>,
    shared: Arc<Shared>,
    deliveries: Deliveries,
}

#[derive(Debug, Default)]
struct Shared {
    bytes: AtomicUsize,
    overflow: Notify,
}

/// The end of the queue at the socket.
#[derive(Debug)]
pub(super) struct Inbox {
    receiver: mpsc::Receiver<Frame>,
    shared: Arc<Shared>,
}

/// A queue for a new socket.
pub(super) fn queue(deliveries: &Deliveries) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(MOST_FRAMES);
    let shared = Arc::new(Shared::default());
    let outbox = Outbox { sender, shared: Arc::clone(&shared), deliveries: deliveries.clone() };
    (outbox, Inbox { receiver, shared })
}

impl Outbox {
    /// Puts a frame in the queue; says whether it got there.
    pub(super) fn send(&self, text: String) -> bool {
        let size = text.len();
        if self.shared.bytes.fetch_add(size, Ordering::AcqRel) + size <= MOST_BYTES {
            let frame = Frame { text, _pending: self.deliveries.begin() };
            match self.sender.try_send(frame) {
                Ok(()) => return true,
                // The socket has gone and takes nothing any more.
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                Err(mpsc::error::TrySendError::Full(_)) => {}
            }
        }
        self.shared.overflow.notify_one();
        false
    }
}

impl Inbox {
    pub(super) async fn next(&mut self) -> Option<Frame> {
        let frame = self.receiver.recv().await?;
        self.shared.bytes.fetch_sub(frame.text.len(), Ordering::AcqRel);
        Some(frame)
    }

    /// Waits until more has been put in than the queue holds.
    pub(super) fn overflow(&self) -> impl Future<Output = ()> + use<> {
        let shared = Arc::clone(&self.shared);
        async move { shared.overflow.notified().await }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_queue_that_runs_over_says_so() {
        let (outbox, inbox) = queue(&Deliveries::default());
        for _ in 0..MOST_FRAMES {
            assert!(outbox.send("x".to_owned()));
        }
        assert!(inbox.overflow().now_or_never().is_none());
        assert!(!outbox.send("x".to_owned()));
        assert!(inbox.overflow().now_or_never().is_some());
    }

    #[tokio::test]
    async fn bytes_are_bounded_too() {
        let (outbox, _inbox) = queue(&Deliveries::default());
        let half = "x".repeat(MOST_BYTES / 2);
        assert!(outbox.send(half.clone()) && outbox.send(half));
        assert!(!outbox.send("x".to_owned()));
    }
}
