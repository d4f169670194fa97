//! S3: objects in the buckets of the template.
//!
//! `s3s` reads and writes the wire: which operation a request is, its fields, the XML. Ours are what depends on the
//! template and on the movable clock: signatures, policies, forms, rules about origins, notifications, and what ends by
//! itself. Objects are kept in `services.sqlite`, so that an object, its tags and who is told of it survive a kill
//! together or not at all.

mod access;
mod address;
mod bodies;
mod calls;
mod checksums;
mod chunked;
mod copying;
mod cors;
mod form;
mod lifecycle;
mod listing;
mod notify;
mod operations;
mod plain;
mod policy;
mod reading;
mod service;
mod store;
mod tags;
mod uploads;
mod writing;

#[cfg(test)]
mod tests;

pub use notify::{Subscriber, subscribers};
pub use service::{ObjectInfo, Objects, Parts};
