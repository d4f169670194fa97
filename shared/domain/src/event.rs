//! What subscribers are told.
