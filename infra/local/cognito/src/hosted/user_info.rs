//! `/oauth2/userInfo`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::cognito::{Cognito, Pools};
use crate::response::Failure;

pub(super) async fn get(State(cognito): State<Cognito>, headers: HeaderMap) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = authorization.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match cognito.pools.user_info(token) {
        Ok(info) => Json(info).into_response(),
        Err(_) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
            (StatusCode::UNAUTHORIZED, challenge, Json(json!({ "error": "invalid_token" }))).into_response()
        }
    }
}

impl Pools {
    /// What the client may read of the person, all of it text.
    fn user_info(&self, access_token: &str) -> Result<Value, Failure> {
        let (user, family) = self.holder(access_token, "openid")?;
        let client = self.client(&family.client_id)?;
        let readable = user.attributes.iter().filter(|(name, _)| client.may_read(name));
        let mut info: Map<String, Value> =
            readable.map(|(name, value)| (name.clone(), json!(value))).collect();
        info.insert("sub".to_owned(), json!(user.sub));
        info.insert("username".to_owned(), json!(user.name()));
        Ok(Value::Object(info))
    }
}
