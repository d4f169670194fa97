//! `SignUp`, `ConfirmSignUp` and `ResendConfirmationCode`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::attributes::{by_name, is_email};
use crate::cognito::{Pools, heavy};
use crate::config::ClientConfig;
use crate::parts::MailKind;
use crate::random;
use crate::request::{Attribute, Metadata};
use crate::response::Failure;
use crate::srp::Verifier;
use crate::store::users;
use crate::triggers::message::{Letter, delivery_details};
use crate::triggers::sign_up::{Applicant, Decision};
use crate::user::{Purpose, Status, User};
use crate::user_pool::{CODE_TRIES, CODES_SENT};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SignUp {
    client_id: String,
    username: String,
    password: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    validation_data: Option<Vec<Attribute>>,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmSignUp {
    client_id: String,
    username: String,
    confirmation_code: String,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResendConfirmationCode {
    client_id: String,
    username: String,
    #[serde(default)]
    client_metadata: Metadata,
}

impl Pools {
    /// Stores an unconfirmed person and mails a code, unless the trigger decides otherwise.
    pub(crate) async fn sign_up(self: &Arc<Self>, request: SignUp) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let attributes = self.check_sign_up(client, &request)?;
        let sub = random::uuid()?;
        let validation_data = request.validation_data.map(by_name);
        let applicant = Applicant {
            user_name: &sub,
            client_id: &client.client_id,
            attributes: &attributes,
            validation_data: validation_data.as_ref(),
            metadata: &request.client_metadata,
        };
        let decision = self.before_sign_up("PreSignUp_SignUp", applicant).await?;
        let mut user = User::new(sub, attributes, self.parts.clock.now());
        let (subject, password) = (self.subject(&user.sub), request.password);
        user.verifier = Some(heavy(move || Verifier::of(&subject, &password)).await??);
        let code = self.admit(&mut user, decision)?;
        self.store_new(&user)?;
        if user.status == Status::Confirmed {
            let source = "PostConfirmation_ConfirmSignUp";
            self.after_confirmation(source, &client.client_id, &user, &request.client_metadata).await?;
        }
        let mut answer = json!({ "UserConfirmed": user.status == Status::Confirmed, "UserSub": user.sub });
        if let Some(code) = code {
            self.send(Letter {
                kind: MailKind::SignUp,
                client_id: &client.client_id,
                user: &user,
                to: user.email(),
                code: &code,
                metadata: &request.client_metadata,
            })
            .await?;
            answer["CodeDeliveryDetails"] = delivery_details(user.email());
        }
        Ok(answer)
    }

    fn check_sign_up(
        &self,
        client: &ClientConfig,
        request: &SignUp,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let pool = &self.config.pool;
        if pool.admin_creates_only {
            return Err(Failure::not_authorized("SignUp is not permitted for this user pool"));
        }
        if !is_email(&request.username) {
            return Err(Failure::invalid_parameter("Username should be an email."));
        }
        pool.password_policy.check(&request.password)?;
        let mut attributes = by_name(request.user_attributes.clone());
        client.check_writable(attributes.keys())?;
        pool.check_attributes(&attributes)?;
        attributes.retain(|_, value| !value.is_empty());
        let email = attributes.entry("email".to_owned()).or_insert_with(|| request.username.clone());
        if email.to_lowercase() != request.username.to_lowercase() {
            return Err(Failure::invalid_parameter("Username and the email attribute must be the same."));
        }
        pool.check_required(&attributes)?;
        Ok(attributes)
    }

    /// Confirms the person, or gives them a code to be mailed.
    fn admit(&self, user: &mut User, decision: Decision) -> Result<Option<String>, Failure> {
        let verified = decision.auto_verify_email.to_string();
        user.attributes.insert("email_verified".to_owned(), verified);
        if decision.auto_confirm {
            user.status = Status::Confirmed;
            return Ok(None);
        }
        if !self.config.pool.auto_verify_email {
            return Ok(None);
        }
        let code = random::code()?;
        user.put_code(Purpose::SignUp, code.clone(), self.now());
        Ok(Some(code))
    }

    /// Stores a new person under an address that nobody has.
    pub(crate) fn store_new(&self, user: &User) -> Result<(), Failure> {
        if self.store.write(|transaction| users::insert(transaction, user))? {
            return Ok(());
        }
        let words = "An account with the given email already exists.";
        Err(Failure::new("UsernameExistsException", words))
    }

    /// Confirms a person by code. A trigger that fails afterwards does not undo it.
    pub(crate) async fn confirm_sign_up(self: &Arc<Self>, request: ConfirmSignUp) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let tries = |sub: &str| format!("code:{}:{sub}", Purpose::SignUp.name());
        let Some(user) = self.find(&request.username)? else {
            return Err(self.hide_absence(client, &request.username, Purpose::SignUp)?);
        };
        if user.status == Status::Confirmed {
            let words = format!("User cannot be confirmed. Current status is {}", user.status.name());
            return Err(Failure::not_authorized(words));
        }
        if !self.try_once(&tries(&user.sub), CODE_TRIES)? {
            return Err(Failure::limit_exceeded());
        }
        let now = self.now();
        let (user, ()) = self.change(&user.sub, |user| {
            user.take_code(Purpose::SignUp, &request.confirmation_code, now)?;
            user.status = Status::Confirmed;
            user.verify_email();
            Ok(())
        })?;
        self.forget_tries(&tries(&user.sub))?;
        let source = "PostConfirmation_ConfirmSignUp";
        self.after_confirmation(source, &client.client_id, &user, &request.client_metadata).await?;
        Ok(json!({}))
    }

    /// The answer to a code for nobody: the same as to a wrong code, down to the limit.
    pub(crate) fn hide_absence(
        &self,
        client: &ClientConfig,
        username: &str,
        purpose: Purpose,
    ) -> Result<Failure, Failure> {
        if !client.prevent_user_existence_errors {
            return Ok(Failure::user_not_found());
        }
        let tries = format!("code:{}:{}", purpose.name(), username.to_lowercase());
        let failure = if self.try_once(&tries, CODE_TRIES)? {
            Failure::code_mismatch()
        } else {
            Failure::limit_exceeded()
        };
        Ok(failure)
    }

    /// Mails a new code; the one before is void.
    pub(crate) async fn resend_confirmation_code(
        self: &Arc<Self>,
        request: ResendConfirmationCode,
    ) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let Some(user) = self.find(&request.username)? else {
            return self.pretend_to_send(client, &request.username);
        };
        if user.status != Status::Unconfirmed {
            return Err(Failure::invalid_parameter("User is already confirmed."));
        }
        let (user, code) = self.renew_code(&user.sub, Purpose::SignUp)?;
        self.send(Letter {
            kind: MailKind::ResendCode,
            client_id: &client.client_id,
            user: &user,
            to: user.email(),
            code: &code,
            metadata: &request.client_metadata,
        })
        .await?;
        Ok(json!({ "CodeDeliveryDetails": delivery_details(user.email()) }))
    }

    /// The answer to a request for a code for nobody: the same as for somebody, down to the limit.
    pub(crate) fn pretend_to_send(&self, client: &ClientConfig, username: &str) -> Result<Value, Failure> {
        if !client.prevent_user_existence_errors {
            return Err(Failure::user_not_found());
        }
        if !self.try_once(&format!("sent:{}", username.to_lowercase()), CODES_SENT)? {
            return Err(Failure::limit_exceeded());
        }
        Ok(json!({ "CodeDeliveryDetails": delivery_details(username) }))
    }

    /// A fresh code for a person, within the limit.
    pub(crate) fn renew_code(&self, sub: &str, purpose: Purpose) -> Result<(User, String), Failure> {
        if !self.try_once(&format!("sent:{sub}"), CODES_SENT)? {
            return Err(Failure::limit_exceeded());
        }
        let (code, now) = (random::code()?, self.now());
        let (user, ()) = self.change(sub, |user| {
            user.put_code(purpose, code.clone(), now);
            Ok(())
        })?;
        Ok((user, code))
    }
}
