//! The account rows of a person.
