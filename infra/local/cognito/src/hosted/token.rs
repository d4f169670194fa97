//! `POST /oauth2/token` and `POST /oauth2/revoke`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::flow::{Flow, Parameters, read};
use crate::cognito::{Cognito, Pools};
use crate::config::ClientConfig;
use crate::request::Metadata;
use crate::response::Failure;
use crate::store::users;
use crate::tokens::issue::{Agreed, SignedIn};
use crate::triggers::token::TokenSource;

/// `error` of RFC 6749, section 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TokenFailure(&'static str);

const INVALID_REQUEST: TokenFailure = TokenFailure("invalid_request");
const INVALID_CLIENT: TokenFailure = TokenFailure("invalid_client");
const INVALID_GRANT: TokenFailure = TokenFailure("invalid_grant");

impl IntoResponse for TokenFailure {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

impl From<Failure> for TokenFailure {
    fn from(failure: Failure) -> Self {
        tracing::info!(code = failure.code, "no tokens for a code or a refresh token");
        INVALID_GRANT
    }
}

pub(super) async fn post(State(cognito): State<Cognito>, body: String) -> Response {
    match cognito.pools.redeem_form(&read(&body)).await {
        Ok(tokens) => ([(header::CACHE_CONTROL, "no-store")], Json(tokens)).into_response(),
        Err(failure) => failure.into_response(),
    }
}

pub(super) async fn revoke(State(cognito): State<Cognito>, body: String) -> Response {
    match cognito.pools.revoke_form(&read(&body)) {
        Ok(()) => StatusCode::OK.into_response(),
        Err(failure) => failure.into_response(),
    }
}

impl Pools {
    async fn redeem_form(self: &Arc<Self>, form: &Parameters) -> Result<Value, TokenFailure> {
        let client = self.form_client(form)?;
        let text = |name: &str| form.get(name).map(String::as_str);
        let (answer, scope) = match text("grant_type").ok_or(INVALID_REQUEST)? {
            "authorization_code" => {
                let flow_of = |code| self.visits.codes.take(code, self.now());
                let grant = flow_of(text("code").ok_or(INVALID_REQUEST)?).ok_or(INVALID_GRANT)?;
                check(&grant.flow, client, form)?;
                (self.redeem_code(client, &grant.sub, &grant.flow).await?, grant.flow.scope)
            }
            "refresh_token" => {
                let token = text("refresh_token").ok_or(INVALID_REQUEST)?;
                let scope = self.scope_of(token)?;
                (self.refresh(client, token, &Metadata::new()).await?, scope)
            }
            "client_credentials" => return Err(TokenFailure("unauthorized_client")),
            _ => return Err(TokenFailure("unsupported_grant_type")),
        };
        Ok(standard(&answer["AuthenticationResult"], &scope))
    }

    /// A client that may use the hosted pages.
    fn form_client(&self, form: &Parameters) -> Result<&ClientConfig, TokenFailure> {
        let client = self.client(form.get("client_id").ok_or(INVALID_REQUEST)?);
        client.ok().filter(|client| client.hosted.is_some()).ok_or(INVALID_CLIENT)
    }

    async fn redeem_code(
        self: &Arc<Self>,
        client: &ClientConfig,
        sub: &str,
        flow: &Flow,
    ) -> Result<Value, Failure> {
        let user = self.store.read(|connection| users::by_sub(connection, sub))?;
        let user = user.filter(|user| user.enabled).ok_or_else(Failure::user_not_found)?;
        let agreed = Agreed { scope: &flow.scope, nonce: flow.nonce.as_deref() };
        let source = TokenSource::HostedPages;
        self.issue(SignedIn { client, user: &user, source, metadata: &Metadata::new(), agreed: Some(agreed) })
            .await
    }

    fn scope_of(&self, refresh_token: &str) -> Result<String, Failure> {
        let found =
            self.store.read(|connection| crate::store::families::by_token(connection, refresh_token))?;
        let family = found.map(|(family, _)| family);
        // Who signed in otherwise has all scopes that the pool itself knows.
        Ok(family.and_then(|family| family.scope).unwrap_or_else(|| "openid".to_owned()))
    }

    fn revoke_form(&self, form: &Parameters) -> Result<(), TokenFailure> {
        let client = self.form_client(form)?;
        let token = form.get("token").ok_or(INVALID_REQUEST)?;
        match self.revoke(&client.client_id, token) {
            Ok(()) => Ok(()),
            Err(failure) if failure.code == "UnsupportedTokenTypeException" => {
                Err(TokenFailure("unsupported_token_type"))
            }
            Err(_) => Err(INVALID_REQUEST),
        }
    }
}

/// Whether this is the client, the address and the secret of the visit that the code came from. A code is gone after one
/// try, right or wrong.
fn check(flow: &Flow, client: &ClientConfig, form: &Parameters) -> Result<(), TokenFailure> {
    let proved = match &flow.challenge {
        Some(challenge) => form
            .get("code_verifier")
            .is_some_and(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == *challenge),
        None => !form.contains_key("code_verifier"),
    };
    let same = flow.client_id == client.client_id && form.get("redirect_uri") == Some(&flow.redirect_uri);
    if same && proved { Ok(()) } else { Err(INVALID_GRANT) }
}

/// Tokens as OAuth names them; an id token only for those who asked for `openid`.
fn standard(result: &Value, scope: &str) -> Value {
    let names = [
        ("AccessToken", "access_token"),
        ("IdToken", "id_token"),
        ("RefreshToken", "refresh_token"),
        ("ExpiresIn", "expires_in"),
        ("TokenType", "token_type"),
    ];
    let open = scope.split_whitespace().any(|scope| scope == "openid");
    let known = names.iter().filter(|(_, to)| open || *to != "id_token");
    known.filter_map(|(from, to)| Some(((*to).to_owned(), result.get(from)?.clone()))).collect()
}
