//! What the publisher needs.
