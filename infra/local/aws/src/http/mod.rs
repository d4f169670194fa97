//! What the services share on the wire.
