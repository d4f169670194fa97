//! `ForgotPassword`, `ConfirmForgotPassword` and `ChangePassword`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::{Pools, heavy};
use crate::parts::MailKind;
use crate::request::Metadata;
use crate::response::Failure;
use crate::srp::Verifier;
use crate::triggers::message::{Letter, delivery_details};
use crate::user::{Purpose, Status, User};
use crate::user_pool::CODE_TRIES;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ForgotPassword {
    client_id: String,
    username: String,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmForgotPassword {
    client_id: String,
    username: String,
    confirmation_code: String,
    password: String,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ChangePassword {
    access_token: String,
    previous_password: String,
    proposed_password: String,
}

impl Pools {
    pub(crate) async fn forgot_password(self: &Arc<Self>, request: ForgotPassword) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let found = self.find(&request.username)?;
        let Some(user) = found.filter(|user| is_reachable(user) || !client.prevent_user_existence_errors)
        else {
            return self.pretend_to_send(client, &request.username);
        };
        check_resettable(&user)?;
        self.send_reset_code(&client.client_id, &user, &request.client_metadata).await
    }

    /// Mails a code to set a new password with.
    pub(crate) async fn send_reset_code(
        &self,
        client_id: &str,
        user: &User,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        let (user, code) = self.renew_code(&user.sub, Purpose::Password)?;
        self.send(Letter {
            kind: MailKind::ForgotPassword,
            client_id,
            user: &user,
            to: user.email(),
            code: &code,
            metadata,
        })
        .await?;
        Ok(json!({ "CodeDeliveryDetails": delivery_details(user.email()) }))
    }

    /// Sets a password by code, which also confirms the person.
    pub(crate) async fn confirm_forgot_password(
        self: &Arc<Self>,
        request: ConfirmForgotPassword,
    ) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        self.config.pool.password_policy.check(&request.password)?;
        let found = self.find(&request.username)?;
        let Some(user) = found.filter(|user| user.enabled || !client.prevent_user_existence_errors) else {
            return Err(self.hide_absence(client, &request.username, Purpose::Password)?);
        };
        let tries = format!("code:{}:{}", Purpose::Password.name(), user.sub);
        if !self.try_once(&tries, CODE_TRIES)? {
            return Err(Failure::limit_exceeded());
        }
        let (subject, password, now) = (self.subject(&user.sub), request.password, self.now());
        let verifier = heavy(move || Verifier::of(&subject, &password)).await??;
        let (user, ()) = self.change(&user.sub, |user| {
            user.take_code(Purpose::Password, &request.confirmation_code, now)?;
            user.verifier = Some(verifier);
            user.temporary_until = None;
            user.status = Status::Confirmed;
            Ok(())
        })?;
        self.forget_tries(&tries)?;
        self.forget_tries(&format!("password:{}", user.sub))?;
        let source = "PostConfirmation_ConfirmForgotPassword";
        self.after_confirmation(source, &client.client_id, &user, &request.client_metadata).await?;
        Ok(json!({}))
    }

    pub(crate) async fn change_password(self: &Arc<Self>, request: ChangePassword) -> Result<Value, Failure> {
        let (user, _) = self.person(&request.access_token)?;
        self.config.pool.password_policy.check(&request.proposed_password)?;
        let tries = format!("change-password:{}", user.sub);
        if !self.try_once(&tries, CODE_TRIES)? {
            return Err(Failure::limit_exceeded());
        }
        let (subject, before) = (self.subject(&user.sub), user.verifier.clone());
        let after = heavy(move || {
            let old = before.as_ref()?;
            let right = old.matches(&subject, &request.previous_password);
            right.then(|| Verifier::of(&subject, &request.proposed_password))
        })
        .await?
        .ok_or_else(Failure::bad_credentials)??;
        self.change(&user.sub, |stored| {
            // Another change won the race, so the previous password is no longer right.
            if stored.verifier != user.verifier {
                return Err(Failure::bad_credentials());
            }
            stored.verifier = Some(after);
            Ok(())
        })?;
        self.forget_tries(&tries)?;
        Ok(json!({}))
    }

    /// Sets a password without asking for the old one.
    pub(crate) async fn overwrite_password(
        self: &Arc<Self>,
        sub: &str,
        password: String,
        status: Status,
    ) -> Result<User, Failure> {
        self.config.pool.password_policy.check(&password)?;
        let subject = self.subject(sub);
        let verifier = heavy(move || Verifier::of(&subject, &password)).await??;
        let until = self.temporary_password_end();
        let (user, ()) = self.change(sub, |user| {
            user.verifier = Some(verifier);
            user.status = status;
            user.temporary_until = (status == Status::ForceChangePassword).then_some(until);
            Ok(())
        })?;
        Ok(user)
    }

    /// When a temporary password that is set now ends.
    pub(crate) fn temporary_password_end(&self) -> i64 {
        let days = i64::from(self.config.pool.password_policy.temporary_password_validity_days);
        self.now() + days * 86_400
    }
}

/// Whether a code would reach the person. Source: the developer guide, user existence errors.
fn is_reachable(user: &User) -> bool {
    user.enabled && user.email_is_verified()
}

fn check_resettable(user: &User) -> Result<(), Failure> {
    if !user.enabled {
        return Err(Failure::not_authorized("User is disabled."));
    }
    if !user.email_is_verified() {
        return Err(Failure::invalid_parameter(
            "Cannot reset password for the user as there is no registered/verified email or phone_number",
        ));
    }
    if matches!(user.status, Status::ForceChangePassword | Status::ExternalProvider) {
        return Err(Failure::not_authorized("User password cannot be reset in the current state."));
    }
    Ok(())
}
