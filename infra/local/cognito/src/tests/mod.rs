//! The pools as their callers see them.

mod admin;
mod discovery;
mod errors;
mod hosted;
mod hostile_tokens;
mod hostile_tries;
mod identities;
mod mfa;
mod people;
mod persistence;
mod srp;
mod tokens;
mod triggers;
mod world;
