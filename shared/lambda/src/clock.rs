//! What time it is.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use jiff::Timestamp;

/// The time of a function: the system's in the cloud, a movable one in the local cloud and in tests.
#[derive(Clone)]
pub struct Clock {
    read: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Clock {
    /// A clock that is read by calling.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Clock { read: Arc::new(read) }
    }

    /// The clock of the machine.
    #[expect(clippy::disallowed_methods, reason = "the one place where functions read the wall clock")]
    pub fn system() -> Self {
        Clock::new(Timestamp::now)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        (self.read)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// Signatures carry the same time as everything else, or a moved clock would make them expire.
impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Clock::now(self).into()
    }
}
