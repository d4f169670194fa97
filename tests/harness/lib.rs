//! People and a cloud for them, as values: `alice.sends(&talk, "hello")`, `bob.sees(…)`.

pub mod house;
