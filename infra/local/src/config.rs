//! What clients have to be told.

use local_aws::template::Deployment;
use serde_json::{Value, json};

use crate::error::StartError;

/// Endpoints and ids of a running local cloud.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// Where everything answers, such as `http://localhost:4000`.
    pub endpoint: String,
    /// Queries and mutations, and subscriptions for clients that take one address for both.
    pub graphql_url: String,
    /// Subscriptions.
    pub realtime_url: String,
    /// The region in signatures and ARNs.
    pub region: String,
    /// The user pool.
    pub user_pool_id: String,
    /// The app client of the user pool.
    pub user_pool_client_id: String,
    /// The identity pool.
    pub identity_pool_id: String,
    /// `iss` of the user pool's tokens.
    pub issuer: String,
    /// The table.
    pub table_name: String,
}

impl Endpoints {
    /// What a deployment amounts to at a port.
    pub(crate) fn of(deployment: &Deployment, endpoint: &str) -> Result<Self, StartError> {
        let pool = deployment.user_pools.first().ok_or(StartError::Absent("user pool"))?;
        let client = pool.clients.first().ok_or(StartError::Absent("client of the user pool"))?;
        let table = deployment.tables.first().ok_or(StartError::Absent("table"))?;
        let realtime = endpoint.replacen("http", "ws", 1);
        Ok(Endpoints {
            endpoint: endpoint.to_owned(),
            graphql_url: format!("{endpoint}/graphql"),
            realtime_url: format!("{realtime}/graphql/realtime"),
            region: deployment.region.clone(),
            user_pool_id: pool.pool_id.clone(),
            user_pool_client_id: client.client_id.clone(),
            identity_pool_id: deployment
                .identity_pools
                .first()
                .map(|pool| pool.pool_id.clone())
                .unwrap_or_default(),
            issuer: format!("{endpoint}/{}", pool.pool_id),
            table_name: table.name.clone(),
        })
    }

    /// The argument of `Amplify.configure`.
    ///
    /// Amplify makes `wss:` of every address that begins with lower-case `http:`; of `HTTP:` it makes `ws:`.
    pub fn amplify(&self) -> Value {
        let plain = self.graphql_url.replacen("http:", "HTTP:", 1);
        let base = format!("{}/", self.endpoint);
        json!({
            "Auth": { "Cognito": {
                "userPoolId": self.user_pool_id,
                "userPoolClientId": self.user_pool_client_id,
                "userPoolEndpoint": base,
                "identityPoolId": self.identity_pool_id,
                "identityPoolEndpoint": base,
                "allowGuestAccess": true,
                "loginWith": { "email": true },
            } },
            "API": { "GraphQL": { "endpoint": plain, "region": self.region, "defaultAuthMode": "userPool" } },
        })
    }
}
