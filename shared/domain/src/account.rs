//! The rules of the area.
