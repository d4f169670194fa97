//! The protocol from the outside: requests and sockets in, stubs behind.

mod auth;
mod cost;
mod execution;
mod filters;
mod fixture;
mod http;
mod lambda;
mod realtime;
mod refusals;
mod scripts;
mod socket;
mod stubs;
mod subscriptions;
mod tables;
mod validation;
