//! Who is told of a message while they are away, and on what.

mod decision;
mod device;
mod window;

pub use decision::{Circumstances, Reason, Verdict, decide};
pub use device::{Device, DeviceName, Platform, PushToken, Registration};
pub use window::PushWindow;

/// The most devices of one person.
pub const MAX_DEVICES: usize = 10;
