//! An API with all that it needs to serve.

use std::fmt;
use std::sync::Arc;

use local_core::clock::Clock;
use local_core::invoke::Invoker;
use local_core::journal::Journal;
use local_core::tables::Tables;
use local_core::verify::{Signatures, TokenVerifier};
use serde_json::Value;

use crate::api::Parts;
use crate::auth::Authorizations;
use crate::config::{ApiConfig, ConfigError};
use crate::document::{Documents, Limits};
use crate::realtime::{Deliveries, Registry};
use crate::schema::Catalog;
use crate::schema::modes::Modes;

/// How many resolvers a request may run if the API says nothing.
const MOST_RESOLVERS: u32 = 10_000;
/// The deepest limit there is.
const DEEPEST_LIMIT: u32 = 75;

/// Everything that requests share.
pub(crate) struct Engine {
    pub(crate) catalog: Catalog,
    pub(crate) modes: Modes,
    pub(crate) documents: Documents,
    pub(crate) limits: Limits,
    pub(crate) resolver_limit: u32,
    pub(crate) environment: Value,
    pub(crate) api_id: String,
    pub(crate) region: String,
    pub(crate) account_id: String,
    pub(crate) invoker: Arc<dyn Invoker>,
    pub(crate) tables: Arc<dyn Tables>,
    pub(crate) tokens: Arc<dyn TokenVerifier>,
    pub(crate) signatures: Arc<dyn Signatures>,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) authorizations: Authorizations,
    pub(crate) subscriptions: Registry,
    pub(crate) deliveries: Deliveries,
}

impl Engine {
    pub(crate) fn new(config: ApiConfig, parts: Parts) -> Result<Self, ConfigError> {
        if config.query_depth_limit > DEEPEST_LIMIT {
            return Err(ConfigError::Limit("the depth of queries is at most 75".to_owned()));
        }
        if config.resolver_count_limit > MOST_RESOLVERS {
            return Err(ConfigError::Limit("a request runs at most 10,000 resolvers".to_owned()));
        }
        let modes = Modes::new(&config)?;
        let catalog = Catalog::new(&config, &modes)?;
        let resolver_limit = match config.resolver_count_limit {
            0 => MOST_RESOLVERS,
            limit => limit,
        };
        let environment = config.environment.into_iter().map(|(name, value)| (name, Value::String(value)));
        Ok(Engine {
            catalog,
            modes,
            documents: Documents::default(),
            limits: Limits { introspection: config.introspection, depth: config.query_depth_limit },
            resolver_limit,
            environment: Value::Object(environment.collect()),
            api_id: config.api_id,
            region: config.region,
            account_id: config.account_id,
            invoker: parts.invoker,
            tables: parts.tables,
            tokens: parts.tokens,
            signatures: parts.signatures,
            clock: parts.clock,
            journal: parts.journal,
            authorizations: Authorizations::default(),
            subscriptions: Registry::default(),
            deliveries: Deliveries::default(),
        })
    }

    /// The ARN of a field.
    pub(crate) fn field_arn(&self, ty: &str, field: &str) -> String {
        let Engine { region, account_id, api_id, .. } = self;
        format!("arn:aws:appsync:{region}:{account_id}:apis/{api_id}/types/{ty}/fields/{field}")
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("api_id", &self.api_id).finish_non_exhaustive()
    }
}
