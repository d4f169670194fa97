//! `InitiateAuth`: the first step of every sign-in.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::{Pools, heavy};
use crate::config::{AuthFlow, ClientConfig};
use crate::random;
use crate::request::Metadata;
use crate::response::Failure;
use crate::sessions::{Challenge, Session};
use crate::srp::{ClientValue, Exchange, Subject, Verifier};
use crate::store::attempts::Limit;
use crate::user::User;

/// Parameters and answers by name.
pub(crate) type Parameters = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InitiateAuth {
    client_id: String,
    auth_flow: String,
    #[serde(default)]
    auth_parameters: Parameters,
    #[serde(default)]
    client_metadata: Metadata,
}

/// Somebody who wants to sign in, or nobody under a made-up id that cannot be told from a real one.
pub(crate) struct Candidate {
    pub(crate) user: Option<User>,
    pub(crate) subject: Subject,
    pub(crate) verifier: Option<Verifier>,
}

/// A parameter that the flow cannot do without.
pub(crate) fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Failure> {
    let found = parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    found.ok_or_else(|| Failure::invalid_parameter(format!("Missing required parameter {name}")))
}

impl Pools {
    pub(crate) async fn initiate_auth(self: &Arc<Self>, request: InitiateAuth) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let flow = flow(client, &request.auth_flow)?;
        let (parameters, metadata) = (&request.auth_parameters, &request.client_metadata);
        match flow {
            AuthFlow::UserSrp => self.start_srp(client, parameters, metadata).await,
            AuthFlow::UserPassword => self.check_password(client, parameters, metadata).await,
            AuthFlow::RefreshToken if client.refresh_rotation_grace.is_some() => {
                Err(not_enabled(&request.auth_flow))
            }
            AuthFlow::RefreshToken => {
                self.refresh(client, required(parameters, "REFRESH_TOKEN")?, metadata).await
            }
            AuthFlow::AdminUserPassword | AuthFlow::Custom | AuthFlow::UserAuth => {
                Err(not_enabled(&request.auth_flow))
            }
        }
    }

    async fn start_srp(
        self: &Arc<Self>,
        client: &ClientConfig,
        parameters: &Parameters,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        let username = required(parameters, "USERNAME")?;
        let client_value = ClientValue::parse(required(parameters, "SRP_A")?)
            .ok_or_else(|| Failure::invalid_parameter("SRP_A is not valid"))?;
        let candidate = self.candidate(client, username)?;
        let (user, subject) = (candidate.user.as_ref(), candidate.subject.clone());
        self.before_authentication(&client.client_id, &subject.user, user, metadata).await?;
        let (known, seed) = (candidate.verifier.is_some(), self.seed("verifier", username));
        let verifier = candidate.verifier;
        let exchange = heavy(move || {
            let fake = Verifier::fake(&seed);
            Exchange::start(client_value, verifier.unwrap_or(fake))
        })
        .await??;
        let secret_block = STANDARD.encode(random::bytes::<256>()?);
        let (salt, public) = (exchange.salt().to_owned(), exchange.public());
        let challenge = Challenge::Password { subject: subject.clone(), known, exchange: Box::new(exchange) };
        self.sessions.put(secret_block.clone(), self.session(client, challenge), self.now());
        Ok(json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "SALT": salt,
                "SECRET_BLOCK": secret_block,
                "SRP_B": public,
                "USERNAME": subject.user,
                "USER_ID_FOR_SRP": subject.user,
            },
        }))
    }

    async fn check_password(
        self: &Arc<Self>,
        client: &ClientConfig,
        parameters: &Parameters,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        let username = required(parameters, "USERNAME")?;
        let password = required(parameters, "PASSWORD")?.to_owned();
        let user = self.prove_password(client, username, password, metadata).await?;
        self.password_is_right(client, user, metadata).await
    }

    /// The person whose password this is; everybody else is refused in the same words.
    pub(crate) async fn prove_password(
        self: &Arc<Self>,
        client: &ClientConfig,
        username: &str,
        password: String,
        metadata: &Metadata,
    ) -> Result<User, Failure> {
        let candidate = self.candidate(client, username)?;
        let (user, subject) = (candidate.user.as_ref(), candidate.subject);
        self.before_authentication(&client.client_id, &subject.user, user, metadata).await?;
        let tries = self.claim_password_try(&subject.user)?;
        let (known, seed) = (candidate.verifier.is_some(), self.seed("verifier", username));
        let verifier = candidate.verifier;
        let right = heavy(move || {
            let fake = Verifier::fake(&seed);
            verifier.unwrap_or(fake).matches(&subject, &password)
        })
        .await?;
        match candidate.user {
            Some(user) if right && known => {
                self.forget_tries(&tries)?;
                Ok(user)
            }
            _ => Err(Failure::bad_credentials()),
        }
    }

    /// Counts a guess at a password; the answer is the name to clear.
    pub(crate) fn claim_password_try(&self, user_id: &str) -> Result<String, Failure> {
        let name = format!("password:{user_id}");
        if self.try_once(&name, Limit::Password)? {
            Ok(name)
        } else {
            Err(Failure::not_authorized("Password attempts exceeded"))
        }
    }

    fn candidate(&self, client: &ClientConfig, username: &str) -> Result<Candidate, Failure> {
        match self.find(username)? {
            Some(user) => Ok(Candidate {
                subject: self.subject(&user.sub),
                verifier: user.verifier.clone(),
                user: Some(user),
            }),
            None if !client.prevent_user_existence_errors => Err(Failure::user_not_found()),
            None => {
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&self.seed("sub", username)[..16]);
                let sub = random::uuid_of(bytes);
                Ok(Candidate { user: None, subject: self.subject(&sub), verifier: None })
            }
        }
    }

    /// A session for a challenge of this client.
    pub(crate) fn session(&self, client: &ClientConfig, challenge: Challenge) -> Session {
        let validity = i64::try_from(client.session_validity.as_secs()).unwrap_or(i64::MAX);
        let expires_at = self.now().saturating_add(validity);
        Session { client_id: client.client_id.clone(), challenge, expires_at }
    }
}

/// The flow, if the client may use it.
fn flow(client: &ClientConfig, name: &str) -> Result<AuthFlow, Failure> {
    let flow = match name {
        "USER_SRP_AUTH" => AuthFlow::UserSrp,
        "USER_PASSWORD_AUTH" => AuthFlow::UserPassword,
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => AuthFlow::RefreshToken,
        "CUSTOM_AUTH" => AuthFlow::Custom,
        "USER_AUTH" => AuthFlow::UserAuth,
        "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => {
            return Err(Failure::invalid_parameter("Initiate Auth method not supported."));
        }
        other => {
            return Err(Failure::invalid_parameter(format!(
                "1 validation error detected: Value '{other}' at 'authFlow' failed to satisfy constraint: \
                 Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, \
                 CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
            )));
        }
    };
    if client.explicit_auth_flows.contains(&flow) { Ok(flow) } else { Err(not_enabled(name)) }
}

fn not_enabled(flow: &str) -> Failure {
    Failure::invalid_parameter(format!("{flow} flow not enabled for this client"))
}
