//! EventBridge Scheduler, and the schedules of functions in the template: what starts functions by the movable clock.
//!
//! Schedules are kept in `services.sqlite`; what is due is handed to the bus in the transaction that notes it, so that a
//! kill neither loses a run nor repeats one that was handed over.

mod expression;
mod request;
mod service;
mod store;

#[cfg(test)]
mod tests;

pub use expression::is_known;
pub use service::{Parts, Recurring, Scheduler, subscription};
