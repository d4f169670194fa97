//! `AdminCreateUser`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::NO_CLIENT;
use crate::attributes::{by_name, is_email};
use crate::cognito::{Pools, heavy};
use crate::parts::MailKind;
use crate::random;
use crate::request::{Attribute, Metadata};
use crate::response::Failure;
use crate::srp::Verifier;
use crate::triggers::message::Letter;
use crate::triggers::sign_up::Applicant;
use crate::user::{Status, User};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminCreateUser {
    user_pool_id: String,
    username: String,
    temporary_password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    validation_data: Option<Vec<Attribute>>,
    message_action: Option<MessageAction>,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum MessageAction {
    Resend,
    Suppress,
}

impl Pools {
    /// Makes an account with a temporary password and mails it, unless the message is suppressed.
    pub(crate) async fn admin_create_user(
        self: &Arc<Self>,
        request: AdminCreateUser,
    ) -> Result<Value, Failure> {
        self.check_pool(&request.user_pool_id)?;
        let policy = &self.config.pool.password_policy;
        let password = match &request.temporary_password {
            Some(password) => password.clone(),
            None => policy.generate()?,
        };
        policy.check(&password)?;
        let user = if request.message_action == Some(MessageAction::Resend) {
            self.renew_account(&request.username, password.clone()).await?
        } else {
            self.make_account(&request, password.clone()).await?
        };
        if request.message_action != Some(MessageAction::Suppress) {
            self.send(Letter {
                kind: MailKind::AdminCreateUser,
                client_id: NO_CLIENT,
                user: &user,
                to: user.email(),
                code: &password,
                metadata: &request.client_metadata,
            })
            .await?;
        }
        Ok(json!({ "User": user.describe("Attributes") }))
    }

    async fn make_account(
        self: &Arc<Self>,
        request: &AdminCreateUser,
        password: String,
    ) -> Result<User, Failure> {
        if !is_email(&request.username) {
            return Err(Failure::invalid_parameter("Username should be an email."));
        }
        let mut attributes = by_name(request.user_attributes.clone());
        self.config.pool.check_attributes(&attributes)?;
        attributes.retain(|_, value| !value.is_empty());
        attributes.entry("email".to_owned()).or_insert_with(|| request.username.clone());
        let sub = random::uuid()?;
        let validation_data = request.validation_data.clone().map(by_name);
        let applicant = Applicant {
            user_name: &sub,
            client_id: NO_CLIENT,
            attributes: &attributes,
            validation_data: validation_data.as_ref(),
            metadata: &request.client_metadata,
        };
        let decision = self.before_sign_up("PreSignUp_AdminCreateUser", applicant).await?;
        let mut user = User::new(sub, attributes, self.parts.clock.now());
        if decision.auto_verify_email {
            user.verify_email();
        }
        let subject = self.subject(&user.sub);
        user.verifier = Some(heavy(move || Verifier::of(&subject, &password)).await??);
        user.status = Status::ForceChangePassword;
        user.temporary_until = Some(self.temporary_password_end());
        self.store_new(&user)?;
        Ok(user)
    }

    async fn renew_account(self: &Arc<Self>, username: &str, password: String) -> Result<User, Failure> {
        let user = self.existing(username)?;
        if user.status != Status::ForceChangePassword {
            let words = "Resend not possible. User status is not FORCE_CHANGE_PASSWORD";
            return Err(Failure::new("UnsupportedUserStateException", words));
        }
        self.overwrite_password(&user.sub, password, Status::ForceChangePassword).await
    }
}
