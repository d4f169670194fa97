//! Who calls, and what they may touch.

mod classify;
mod identity;
mod lambda;

use axum::http::HeaderMap;
use local_core::principal::Principal;
use local_core::verify::SignedRequest;
use serde_json::{Map, Value};

use crate::auth::classify::Presented;
pub(crate) use crate::auth::lambda::Authorizations;
use crate::config::AuthMode;
use crate::engine::Engine;
use crate::schema::access::{Access, Grant};

/// Somebody whose credentials are good.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    ApiKey,
    User { claims: Map<String, Value>, groups: Vec<String> },
    Iam(Principal),
    Lambda { context: Value, denied: Vec<String> },
}

/// Why a call is refused before anything runs: AppSync's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

impl Refusal {
    pub(crate) const NOT_AUTHORIZED: &'static str = "You are not authorized to make this call.";
    const NO_HEADER: &'static str = "Valid authorization header not provided.";

    fn not_authorized() -> Self {
        Refusal(Self::NOT_AUTHORIZED.to_owned())
    }
}

/// What a client shows, in a request or in a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Credentials<'a> {
    pub(crate) headers: &'a HeaderMap,
    /// The request as its signer saw it.
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
    /// What is to be done, for a function that decides.
    pub(crate) intent: Intent<'a>,
}

/// What a client is about to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Intent<'a> {
    pub(crate) query: &'a str,
    pub(crate) operation_name: Option<&'a str>,
    pub(crate) variables: &'a Value,
}

/// Finds out who calls.
pub(crate) async fn authenticate(engine: &Engine, shown: Credentials<'_>) -> Result<Caller, Refusal> {
    match classify::classify(shown.headers, &engine.modes.all) {
        Presented::Nothing => Err(Refusal(Refusal::NO_HEADER.to_owned())),
        Presented::Signature => signed(engine, &shown),
        Presented::ApiKey(key) => api_key(engine, key),
        Presented::Jwt(token) => user(engine, token),
        Presented::Token(token) => lambda::authorize(engine, token, &shown).await,
        Presented::Unknown => Err(Refusal::not_authorized()),
    }
}

fn signed(engine: &Engine, shown: &Credentials<'_>) -> Result<Caller, Refusal> {
    let request = SignedRequest {
        service: "appsync",
        method: shown.method,
        path: shown.path,
        query: shown.query,
        headers: shown.headers,
        body: shown.body,
    };
    engine.signatures.verify(&request).map(Caller::Iam).map_err(|error| {
        tracing::debug!(%error, "a signature is refused");
        Refusal::not_authorized()
    })
}

fn api_key(engine: &Engine, shown: &str) -> Result<Caller, Refusal> {
    let keys = engine.modes.all.iter().find_map(|mode| match mode {
        AuthMode::ApiKey { keys } => Some(keys),
        _ => None,
    });
    let now = engine.clock.now();
    let known = keys
        .into_iter()
        .flatten()
        .any(|known| known.key == shown && known.expires.is_none_or(|expires| now < expires));
    if known { Ok(Caller::ApiKey) } else { Err(Refusal::not_authorized()) }
}

fn user(engine: &Engine, token: &str) -> Result<Caller, Refusal> {
    let claims = engine.tokens.verify(token).map_err(|error| Refusal(error.to_string()))?;
    if let Some(pattern) = &engine.modes.client_pattern {
        let client = claims.get("aud").or_else(|| claims.get("client_id")).and_then(Value::as_str);
        if !client.is_some_and(|client| pattern.is_match(client)) {
            return Err(Refusal::not_authorized());
        }
    }
    let groups = identity::groups(&claims);
    Ok(Caller::User { claims, groups })
}

impl Caller {
    /// Whether a field is open to this caller.
    pub(crate) fn may(&self, engine: &Engine, access: &Access, ty: &str, field: &str) -> bool {
        let granted = access.grants.iter().any(|grant| match (grant, self) {
            (Grant::ApiKey, Caller::ApiKey)
            | (Grant::Iam, Caller::Iam(_))
            | (Grant::Lambda, Caller::Lambda { .. }) => true,
            (Grant::UserPool(None), Caller::User { .. }) => true,
            (Grant::UserPool(Some(admitted)), Caller::User { groups, .. }) => {
                groups.iter().any(|group| admitted.contains(group))
            }
            _ => false,
        });
        granted && self.policy_allows(engine, ty, field)
    }

    /// Policies of IAM speak about the fields of the root types; authorizers may deny any field.
    fn policy_allows(&self, engine: &Engine, ty: &str, field: &str) -> bool {
        match self {
            Caller::Iam(principal) if engine.catalog.is_root(ty) => {
                engine.signatures.allows(principal, "appsync:GraphQL", &engine.field_arn(ty, field))
            }
            Caller::Lambda { denied, .. } => {
                let (short, arn) = (format!("{ty}.{field}"), engine.field_arn(ty, field));
                !denied.iter().any(|denied| *denied == short || *denied == arn)
            }
            _ => true,
        }
    }

    /// What `util.authType()` says.
    pub(crate) fn auth_type(&self) -> &'static str {
        match self {
            Caller::ApiKey => "API Key Authorization",
            Caller::User { .. } => "User Pool Authorization",
            Caller::Iam(_) => "IAM Authorization",
            Caller::Lambda { .. } => "Lambda Authorization",
        }
    }

    /// What the journal calls this kind of caller.
    pub(crate) fn kind(&self) -> String {
        match self {
            Caller::ApiKey => "key".to_owned(),
            Caller::User { .. } | Caller::Iam(Principal::Identity { user_sub: Some(_), .. }) => {
                "user".to_owned()
            }
            Caller::Iam(Principal::Identity { .. }) => "guest".to_owned(),
            Caller::Iam(Principal::Function { name }) => format!("function:{name}"),
            Caller::Iam(Principal::Developer) => "developer".to_owned(),
            Caller::Lambda { .. } => "token".to_owned(),
        }
    }
}
