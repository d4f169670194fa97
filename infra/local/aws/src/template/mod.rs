//! The template reader.
