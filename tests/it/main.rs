//! One binary for all integration tests, so that they link once.

mod authorization;
mod bootstrap;
mod costs;
mod docs;
mod drift;
mod house;
mod messages;
mod reliability;
mod scenarios;
mod security;
