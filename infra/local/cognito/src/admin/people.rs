//! Looking up, confirming, changing and removing people.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::{NO_CLIENT, Whom};
use crate::attributes::by_name;
use crate::cognito::{Pools, address_taken};
use crate::request::{Attribute, Metadata};
use crate::response::Failure;
use crate::store::{families, users};
use crate::user::Status;

#[derive(Deserialize)]
pub(crate) struct AdminConfirmSignUp {
    #[serde(flatten)]
    whom: Whom,
    #[serde(rename = "ClientMetadata", default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
pub(crate) struct AdminSetUserPassword {
    #[serde(flatten)]
    whom: Whom,
    #[serde(rename = "Password")]
    password: String,
    #[serde(rename = "Permanent", default)]
    permanent: bool,
}

#[derive(Deserialize)]
pub(crate) struct AdminUpdateUserAttributes {
    #[serde(flatten)]
    whom: Whom,
    #[serde(rename = "UserAttributes")]
    attributes: Vec<Attribute>,
}

impl Pools {
    /// Confirms a person without a code; their address stays unverified.
    pub(crate) async fn admin_confirm_sign_up(
        self: &Arc<Self>,
        request: AdminConfirmSignUp,
    ) -> Result<Value, Failure> {
        let user = self.whom(&request.whom)?;
        let (user, ()) = self.change(&user.sub, |user| {
            if user.status != Status::Unconfirmed {
                let words = format!("User cannot be confirmed. Current status is {}", user.status.name());
                return Err(Failure::not_authorized(words));
            }
            user.status = Status::Confirmed;
            Ok(())
        })?;
        let source = "PostConfirmation_ConfirmSignUp";
        self.after_confirmation(source, NO_CLIENT, &user, &request.metadata).await?;
        Ok(json!({}))
    }

    /// A permanent password confirms the person; a temporary one must be changed at the next sign-in.
    pub(crate) async fn admin_set_user_password(
        self: &Arc<Self>,
        request: AdminSetUserPassword,
    ) -> Result<Value, Failure> {
        let user = self.whom(&request.whom)?;
        let status = if request.permanent { Status::Confirmed } else { Status::ForceChangePassword };
        self.overwrite_password(&user.sub, request.password, status).await?;
        self.forget_tries(&format!("password:{}", user.sub))?;
        Ok(json!({}))
    }

    /// Makes the password useless until the person sets a new one by code.
    pub(crate) async fn admin_reset_user_password(
        self: &Arc<Self>,
        request: AdminConfirmSignUp,
    ) -> Result<Value, Failure> {
        let user = self.whom(&request.whom)?;
        if user.status != Status::Confirmed {
            return Err(Failure::not_authorized("User password cannot be reset in the current state."));
        }
        let (user, ()) = self.change(&user.sub, |user| {
            user.status = Status::ResetRequired;
            Ok(())
        })?;
        self.send_reset_code(NO_CLIENT, &user, &request.metadata).await?;
        Ok(json!({}))
    }

    pub(crate) fn admin_get_user(&self, request: Whom) -> Result<Value, Failure> {
        let user = self.whom(&request)?;
        let mut answer = user.describe("UserAttributes");
        user.add_mfa_settings(&mut answer);
        Ok(answer)
    }

    pub(crate) fn admin_delete_user(&self, request: Whom) -> Result<Value, Failure> {
        let user = self.whom(&request)?;
        self.store.write(|transaction| users::delete(transaction, &user.sub))?;
        Ok(json!({}))
    }

    /// Ends all sign-ins of the person and allows no new one.
    pub(crate) fn admin_disable_user(&self, request: Whom) -> Result<Value, Failure> {
        let user = self.whom(&request)?;
        self.change(&user.sub, |user| {
            user.enabled = false;
            Ok(())
        })?;
        self.store.write(|transaction| families::revoke_all(transaction, &user.sub))?;
        Ok(json!({}))
    }

    pub(crate) fn admin_enable_user(&self, request: Whom) -> Result<Value, Failure> {
        let user = self.whom(&request)?;
        self.change(&user.sub, |user| {
            user.enabled = true;
            Ok(())
        })?;
        Ok(json!({}))
    }

    pub(crate) fn admin_user_global_sign_out(&self, request: Whom) -> Result<Value, Failure> {
        let user = self.whom(&request)?;
        self.store.write(|transaction| families::revoke_all(transaction, &user.sub))?;
        Ok(json!({}))
    }

    /// Writes attributes, verification marks too.
    pub(crate) fn admin_update_user_attributes(
        &self,
        request: AdminUpdateUserAttributes,
    ) -> Result<Value, Failure> {
        let user = self.whom(&request.whom)?;
        let changes = by_name(request.attributes);
        if changes.contains_key("sub") {
            return Err(Failure::invalid_parameter("user.sub: Attribute cannot be updated.\n"));
        }
        if let Some(email) = changes.get("email")
            && self.store.read(|connection| users::is_taken(connection, email, &user.sub))?
        {
            return Err(address_taken());
        }
        self.change(&user.sub, |user| self.write_attributes(user, &changes))?;
        Ok(json!({}))
    }
}
