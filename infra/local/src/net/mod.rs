//! One port for plain and encrypted connections.

mod certificate;
mod listen;

pub(crate) use certificate::Certificates;
pub(crate) use certificate::TlsError;
pub(crate) use listen::{Listener, Serving};
