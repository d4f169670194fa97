//! The public pages of the user pool: its keys and its OpenID configuration.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::cognito::Cognito;
use crate::hosted;

impl Cognito {
    /// `openid-configuration` of the user pool.
    pub fn openid_configuration(&self) -> Value {
        let issuer = self.pools.config.pool.issuer();
        json!({
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
        })
    }

    /// `GET /<poolId>/.well-known/jwks.json` and `…/openid-configuration`, and the hosted pages.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/{pool_id}/.well-known/jwks.json", get(jwks))
            .route("/{pool_id}/.well-known/openid-configuration", get(configuration))
            .merge(hosted::routes())
            .with_state(self.clone())
    }

    fn publish(&self, pool_id: &str, page: Value) -> Result<Json<Value>, StatusCode> {
        if pool_id == self.pools.config.pool.pool_id { Ok(Json(page)) } else { Err(StatusCode::NOT_FOUND) }
    }
}

async fn jwks(
    State(cognito): State<Cognito>,
    Path(pool_id): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    cognito.publish(&pool_id, cognito.jwks())
}

async fn configuration(
    State(cognito): State<Cognito>,
    Path(pool_id): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    cognito.publish(&pool_id, cognito.openid_configuration())
}
