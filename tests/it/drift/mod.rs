//! What is written in several places says the same in all of them: schema, templates, function crates, local cloud.

mod inputs;
mod policies;
mod roles;
pub(crate) mod walk;
mod wiring;
