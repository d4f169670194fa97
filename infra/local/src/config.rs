//! What clients have to be told.

use local_aws::template::{ApiAuth, ApiKeySpec, ApiSpec, Deployment, UserPoolSpec};
use serde_json::{Value, json};

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
    /// The user pool; empty if there is none.
    pub user_pool_id: String,
    /// The first app client of the user pool; empty if there is none.
    pub user_pool_client_id: String,
    /// The identity pool; empty if there is none.
    pub identity_pool_id: String,
    /// `iss` of the user pool's tokens; empty if there is none.
    pub issuer: String,
    /// The first table; empty if there is none.
    pub table_name: String,
    /// The first key of the API; empty if there is none.
    pub api_key: String,
    /// The default mode of the API, as Amplify names it: `userPool`, `apiKey`, `iam`, `lambda` or `oidc`.
    pub auth_mode: String,
    /// The hosted sign-in pages, if the template has them.
    pub sign_in: Option<SignInPages>,
}

/// The hosted sign-in pages, as an app uses them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInPages {
    /// Host and port; clients reach them by TLS.
    pub domain: String,
    /// What may be asked for.
    pub scopes: Vec<String>,
    /// Where people may be taken back after sign-in.
    pub callback_urls: Vec<String>,
    /// Where people may be taken back after sign-out.
    pub logout_urls: Vec<String>,
    /// The providers by name.
    pub providers: Vec<String>,
}

impl SignInPages {
    fn of(pool: &UserPoolSpec, endpoint: &str) -> Option<Self> {
        let hosted = pool.clients.first()?.hosted.as_ref().filter(|_| pool.domain.is_some())?;
        let supported = hosted.providers.iter().filter(|name| *name != "COGNITO");
        Some(SignInPages {
            domain: endpoint.split_once("://").map_or(endpoint, |(_, host)| host).to_owned(),
            scopes: hosted.scopes.clone(),
            callback_urls: hosted.callback_urls.clone(),
            logout_urls: hosted.logout_urls.clone(),
            providers: supported.cloned().collect(),
        })
    }

    /// `loginWith.oauth`. Amplify has names of its own for four providers; the others it calls custom.
    fn amplify(&self) -> Value {
        let provider = |name: &String| match name.as_str() {
            "Google" | "Facebook" => json!(name),
            other => json!({ "custom": other }),
        };
        json!({
            "domain": self.domain,
            "scopes": self.scopes,
            "redirectSignIn": self.callback_urls,
            "redirectSignOut": self.logout_urls,
            "responseType": "code",
            "providers": self.providers.iter().map(provider).collect::<Vec<_>>(),
        })
    }
}

fn keys(api: &ApiSpec) -> &[ApiKeySpec] {
    let modes = std::iter::once(&api.default_auth).chain(&api.additional_auth);
    let mut keys = modes.filter_map(|mode| match mode {
        ApiAuth::ApiKey(keys) => Some(keys.as_slice()),
        _ => None,
    });
    keys.next_back().unwrap_or_default()
}

fn auth_mode(api: &ApiSpec) -> &'static str {
    match api.default_auth {
        ApiAuth::UserPool { .. } => "userPool",
        ApiAuth::ApiKey(_) => "apiKey",
        ApiAuth::Iam => "iam",
        ApiAuth::Lambda { .. } => "lambda",
        ApiAuth::Oidc { .. } => "oidc",
    }
}

impl Endpoints {
    /// What a deployment amounts to at a port.
    pub(crate) fn of(deployment: &Deployment, endpoint: &str) -> Self {
        let pool = deployment.user_pools.first();
        let client = pool.and_then(|pool| pool.clients.first());
        let realtime = endpoint.replacen("http", "ws", 1);
        let keys = deployment.apis.iter().flat_map(keys);
        Endpoints {
            endpoint: endpoint.to_owned(),
            graphql_url: format!("{endpoint}/graphql"),
            realtime_url: format!("{realtime}/graphql/realtime"),
            region: deployment.region.clone(),
            user_pool_id: pool.map(|pool| pool.pool_id.clone()).unwrap_or_default(),
            user_pool_client_id: client.map(|client| client.client_id.clone()).unwrap_or_default(),
            identity_pool_id: deployment
                .identity_pools
                .first()
                .map(|pool| pool.pool_id.clone())
                .unwrap_or_default(),
            issuer: pool.map(|pool| format!("{endpoint}/{}", pool.pool_id)).unwrap_or_default(),
            table_name: deployment.tables.first().map(|table| table.name.clone()).unwrap_or_default(),
            api_key: keys.map(|key| key.key.clone()).next().unwrap_or_default(),
            sign_in: pool.and_then(|pool| SignInPages::of(pool, endpoint)),
            auth_mode: deployment.apis.first().map(auth_mode).unwrap_or_default().to_owned(),
        }
    }

    /// The argument of `Amplify.configure`.
    ///
    /// Amplify makes `wss:` of every address that begins with lower-case `http:`; of `HTTP:` it makes `ws:`.
    pub fn amplify(&self) -> Value {
        let plain = self.graphql_url.replacen("http:", "HTTP:", 1);
        let base = format!("{}/", self.endpoint);
        let mut api = json!({ "endpoint": plain, "region": self.region, "defaultAuthMode": self.auth_mode });
        if !self.api_key.is_empty() {
            api["apiKey"] = json!(self.api_key);
        }
        let mut amplify = json!({ "API": { "GraphQL": api } });
        if !self.user_pool_id.is_empty() {
            amplify["Auth"] = json!({ "Cognito": {
                "userPoolId": self.user_pool_id,
                "userPoolClientId": self.user_pool_client_id,
                "userPoolEndpoint": base,
                "identityPoolId": self.identity_pool_id,
                "identityPoolEndpoint": base,
                "allowGuestAccess": true,
                "loginWith": { "email": true },
            } });
        }
        if let Some(pages) = &self.sign_in {
            amplify["Auth"]["Cognito"]["loginWith"]["oauth"] = pages.amplify();
        }
        amplify
    }
}
