//! The public face: an API that can be served.

use std::sync::Arc;

use axum::Router;
use local_core::clock::Clock;
use local_core::invoke::Invoker;
use local_core::journal::Journal;
use local_core::tables::Tables;
use local_core::verify::{Signatures, TokenVerifier};

use crate::config::{ApiConfig, ConfigError};
use crate::engine::Engine;
use crate::http;

/// What an API takes from the rest of the local cloud.
#[derive(Clone)]
pub struct Parts {
    /// Runs the functions behind resolvers and authorizers.
    pub invoker: Arc<dyn Invoker>,
    /// The tables behind data sources.
    pub tables: Arc<dyn Tables>,
    /// Checks the tokens of the user pool.
    pub tokens: Arc<dyn TokenVerifier>,
    /// Checks signatures and policies.
    pub signatures: Arc<dyn Signatures>,
    /// The time.
    pub clock: Clock,
    /// Where operations are recorded.
    pub journal: Journal,
}

/// A GraphQL API. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Api {
    engine: Arc<Engine>,
}

impl Api {
    /// Checks a configuration as AppSync would when it is deployed.
    ///
    /// # Errors
    /// Everything that AppSync refuses: an invalid schema, unknown directives, a resolver for a field that does not
    /// exist, a subscription whose type differs from its mutation's, a script that breaks the rules of `APPSYNC_JS`.
    pub fn new(config: ApiConfig, parts: Parts) -> Result<Self, ConfigError> {
        Ok(Api { engine: Arc::new(Engine::new(config, parts)?) })
    }

    /// `POST`, `GET` and `OPTIONS` on `/graphql`; WebSockets on `/graphql` and `/graphql/realtime`.
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.engine))
    }

    /// Waits until every message to subscribers has been handed to its socket and no asynchronous invocation runs.
    pub async fn settle(&self) {
        self.engine.deliveries.settle().await;
    }

    /// How many subscriptions are running.
    pub fn subscriptions(&self) -> usize {
        self.engine.subscriptions.len()
    }
}
