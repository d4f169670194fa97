//! Tests over whole templates.
