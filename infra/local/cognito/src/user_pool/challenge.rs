//! `RespondToAuthChallenge`: the further steps of a sign-in.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::{Pools, heavy};
use crate::config::{ClientConfig, Mfa};
use crate::random;
use crate::request::Metadata;
use crate::response::Failure;
use crate::sessions::Challenge;
use crate::srp::{Proof, Verifier};
use crate::tokens::issue::SignedIn;
use crate::totp::Verdict;
use crate::triggers::token::TokenSource;
use crate::user::{Status, User};
use crate::user_pool::sign_in::{Parameters, required};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RespondToAuthChallenge {
    client_id: String,
    challenge_name: String,
    #[serde(default)]
    challenge_responses: Parameters,
    session: Option<String>,
    #[serde(default)]
    client_metadata: Metadata,
}

impl Pools {
    pub(crate) async fn respond_to_auth_challenge(
        self: &Arc<Self>,
        request: RespondToAuthChallenge,
    ) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let (answers, metadata) = (&request.challenge_responses, &request.client_metadata);
        if request.challenge_name == "PASSWORD_VERIFIER" {
            return self.check_proof(client, answers, metadata).await;
        }
        let key = request.session.as_deref().ok_or_else(|| Failure::missing_member("Session"))?;
        let session = self.sessions.get(key, &client.client_id, self.now())?;
        match (request.challenge_name.as_str(), session.challenge) {
            ("NEW_PASSWORD_REQUIRED", Challenge::NewPassword { sub }) => {
                let user = self.set_new_password(client, key, &sub, answers).await?;
                self.ask_second_factor(client, user, TokenSource::NewPasswordChallenge, metadata).await
            }
            ("SOFTWARE_TOKEN_MFA", Challenge::SoftwareToken { sub }) => {
                let user = self.check_software_token(key, &sub, answers)?;
                self.complete(client, &user, TokenSource::Authentication, metadata).await
            }
            ("MFA_SETUP", Challenge::SetUp { sub, verified: true, .. }) => {
                self.end_session(key)?;
                let user = self.existing(&sub)?;
                self.complete(client, &user, TokenSource::Authentication, metadata).await
            }
            ("MFA_SETUP", Challenge::SetUp { .. }) => {
                Err(Failure::invalid_parameter("The software token is not verified yet"))
            }
            _ => Err(Failure::invalid_session()),
        }
    }

    async fn check_proof(
        self: &Arc<Self>,
        client: &ClientConfig,
        answers: &Parameters,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        let key = required(answers, "PASSWORD_CLAIM_SECRET_BLOCK")?;
        let proof = Proof {
            secret_block: STANDARD.decode(key).map_err(|_| Failure::bad_credentials())?,
            timestamp: required(answers, "TIMESTAMP")?.to_owned(),
            signature: required(answers, "PASSWORD_CLAIM_SIGNATURE")?.to_owned(),
        };
        let username = required(answers, "USERNAME")?;
        let session = self.sessions.get(key, &client.client_id, self.now())?;
        let Challenge::Password { subject, known, exchange } = session.challenge else {
            return Err(Failure::bad_credentials());
        };
        // A proof can be tried once, and the name must be the one that the exchange is for.
        if !self.sessions.end(key) || username != subject.user {
            return Err(Failure::bad_credentials());
        }
        let tries = self.claim_password_try(&subject.user)?;
        let (sub, verifier) = (subject.user.clone(), exchange.verifier().clone());
        let right = heavy(move || exchange.accepts(&subject, &proof)).await?;
        // The password may have been changed since the exchange began.
        let user = self.find(&sub)?.filter(|user| user.verifier.as_ref() == Some(&verifier));
        match user {
            Some(user) if right && known => {
                self.forget_tries(&tries)?;
                self.password_is_right(client, user, metadata).await
            }
            _ => Err(Failure::bad_credentials()),
        }
    }

    /// What follows a right password: a refusal by status, another challenge, or tokens.
    pub(crate) async fn password_is_right(
        self: &Arc<Self>,
        client: &ClientConfig,
        user: User,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        if !user.enabled {
            return Err(Failure::not_authorized("User is disabled."));
        }
        match user.status {
            Status::Unconfirmed => Err(Failure::new("UserNotConfirmedException", "User is not confirmed.")),
            Status::ResetRequired => {
                let words = "Password reset required for the user";
                Err(Failure::new("PasswordResetRequiredException", words))
            }
            Status::ForceChangePassword => self.ask_new_password(client, &user),
            // They have no password that could be right.
            Status::ExternalProvider => Err(Failure::bad_credentials()),
            Status::Confirmed => {
                self.ask_second_factor(client, user, TokenSource::Authentication, metadata).await
            }
        }
    }

    fn ask_new_password(&self, client: &ClientConfig, user: &User) -> Result<Value, Failure> {
        if user.temporary_until.is_some_and(|until| self.now() >= until) {
            return Err(Failure::not_authorized(
                "Temporary password has expired and must be reset by an administrator.",
            ));
        }
        let attributes: BTreeMap<_, _> =
            user.attributes.iter().filter(|(name, _)| client.may_read(name)).collect();
        let parameters = json!({
            "USER_ID_FOR_SRP": user.sub,
            "requiredAttributes": "[]",
            "userAttributes": json!(attributes).to_string(),
        });
        let challenge = Challenge::NewPassword { sub: user.sub.clone() };
        self.ask(client, "NEW_PASSWORD_REQUIRED", parameters, challenge)
    }

    async fn set_new_password(
        self: &Arc<Self>,
        client: &ClientConfig,
        key: &str,
        sub: &str,
        answers: &Parameters,
    ) -> Result<User, Failure> {
        let password = required(answers, "NEW_PASSWORD")?.to_owned();
        let pool = &self.config.pool;
        pool.password_policy.check(&password)?;
        let written: BTreeMap<String, String> = answers
            .iter()
            .filter_map(|(name, value)| {
                Some((name.strip_prefix("userAttributes.")?.to_owned(), value.clone()))
            })
            .collect();
        client.check_writable(written.keys())?;
        pool.check_attributes(&written)?;
        if written.contains_key("email") {
            return Err(Failure::invalid_parameter("Cannot modify an already provided email"));
        }
        let subject = self.subject(sub);
        let verifier = heavy(move || Verifier::of(&subject, &password)).await??;
        self.end_session(key)?;
        let (user, ()) = self.change(sub, |user| {
            user.attributes.extend(written);
            user.verifier = Some(verifier);
            user.temporary_until = None;
            user.status = Status::Confirmed;
            Ok(())
        })?;
        Ok(user)
    }

    async fn ask_second_factor(
        self: &Arc<Self>,
        client: &ClientConfig,
        user: User,
        source: TokenSource,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        let mfa = self.config.pool.mfa;
        let sub = user.sub.clone();
        if mfa != Mfa::Off && (user.has_mfa() || mfa == Mfa::On && user.totp.is_some()) {
            let parameters = json!({ "USER_ID_FOR_SRP": sub });
            return self.ask(client, "SOFTWARE_TOKEN_MFA", parameters, Challenge::SoftwareToken { sub });
        }
        if mfa == Mfa::On {
            let parameters = json!({ "USER_ID_FOR_SRP": sub, "MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]" });
            let challenge = Challenge::SetUp { sub, token: None, verified: false };
            return self.ask(client, "MFA_SETUP", parameters, challenge);
        }
        self.complete(client, &user, source, metadata).await
    }

    fn check_software_token(&self, key: &str, sub: &str, answers: &Parameters) -> Result<User, Failure> {
        let code = required(answers, "SOFTWARE_TOKEN_MFA_CODE")?;
        let tries = self.claim_password_try(&format!("totp:{sub}"))?;
        let user = self.use_software_token(sub, code)?;
        self.end_session(key)?;
        self.forget_tries(&tries)?;
        Ok(user)
    }

    /// Takes a code of the person's software token, each of them once.
    pub(crate) fn use_software_token(&self, sub: &str, code: &str) -> Result<User, Failure> {
        let now = self.now();
        let (user, ()) = self.change(sub, |user| {
            let verdict = user.totp.as_mut().map_or(Verdict::Wrong, |token| token.check(code, now));
            match verdict {
                Verdict::Accepted => Ok(()),
                Verdict::Wrong => {
                    Err(Failure::new("CodeMismatchException", "Invalid code received for user"))
                }
                Verdict::Replayed => {
                    let words = "Your software token has already been used once.";
                    Err(Failure::new("ExpiredCodeException", words))
                }
            }
        })?;
        Ok(user)
    }

    async fn complete(
        self: &Arc<Self>,
        client: &ClientConfig,
        user: &User,
        source: TokenSource,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        if !user.enabled {
            return Err(Failure::not_authorized("User is disabled."));
        }
        self.after_authentication(&client.client_id, user, metadata).await?;
        self.issue(SignedIn { client, user, source, metadata, agreed: None }).await
    }

    fn ask(
        &self,
        client: &ClientConfig,
        name: &str,
        parameters: Value,
        challenge: Challenge,
    ) -> Result<Value, Failure> {
        let key = random::token::<128>()?;
        self.sessions.put(key.clone(), self.session(client, challenge), self.now());
        Ok(json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": key }))
    }

    /// Ends a session, which only one of two parallel answers can do.
    pub(crate) fn end_session(&self, key: &str) -> Result<(), Failure> {
        if self.sessions.end(key) { Ok(()) } else { Err(Failure::invalid_session()) }
    }
}
