//! AppSync for a laptop: a GraphQL API over HTTP and WebSocket, from a schema and a table of resolvers.
//!
//! It knows neither Cognito nor DynamoDB: functions, tokens, signatures and the clock come in as [`Parts`].
//! What AppSync does by its documentation or was seen to do is done here too; where that is unknown, the stricter
//! behaviour was chosen.

mod api;
mod auth;
mod config;
mod document;
mod engine;
mod error;
mod execute;
mod http;
mod output;
mod realtime;
mod request;
mod resolve;
mod scalars;
mod schema;
mod script;

pub use api::{Api, Parts};
pub use config::{
    ApiConfig, ApiKey, AuthMode, ConfigError, DataSource, DefaultAction, PipelineFunction, Resolver,
};

#[cfg(test)]
mod tests;
