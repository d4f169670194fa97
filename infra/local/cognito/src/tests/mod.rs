//! Tests of the pools as their callers see them.
