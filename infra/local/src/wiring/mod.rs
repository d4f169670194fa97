//! From what the templates say to what the parts take.

pub(crate) mod adapters;
pub(crate) mod api;
pub(crate) mod functions;
pub(crate) mod pools;
pub(crate) mod rules;
pub(crate) mod streams;
