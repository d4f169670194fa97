//! `UpdateUserAttributes`, `DeleteUserAttributes` and the codes for a changed address.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::attributes::by_name;
use crate::cognito::{Pools, address_taken};
use crate::parts::MailKind;
use crate::random;
use crate::request::{Attribute, Metadata};
use crate::response::Failure;
use crate::store::users;
use crate::triggers::message::{Letter, delivery_details};
use crate::user::{Purpose, User};
use crate::user_pool::{CODE_TRIES, CODES_SENT};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateUserAttributes {
    access_token: String,
    user_attributes: Vec<Attribute>,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserAttributes {
    access_token: String,
    user_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetVerificationCode {
    access_token: String,
    attribute_name: String,
    #[serde(default)]
    client_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifyUserAttribute {
    access_token: String,
    attribute_name: String,
    code: String,
}

impl Pools {
    pub(crate) async fn update_user_attributes(
        self: &Arc<Self>,
        request: UpdateUserAttributes,
    ) -> Result<Value, Failure> {
        let (user, family) = self.person(&request.access_token)?;
        let changes = by_name(request.user_attributes);
        self.client(&family.client_id)?.check_writable(changes.keys())?;
        let email = self.new_email(&user, &changes)?;
        let code = match &email {
            Some(_) if self.config.pool.auto_verify_email => Some(self.allow_code(&user.sub)?),
            _ => None,
        };
        let now = self.now();
        let (user, ()) = self.change(&user.sub, |user| {
            self.write_attributes(user, &changes)?;
            if let Some(code) = &code {
                user.put_code(Purpose::Email, code.clone(), now);
            }
            Ok(())
        })?;
        let (Some(to), Some(code)) = (email, code) else {
            return Ok(json!({ "CodeDeliveryDetailsList": [] }));
        };
        self.send(Letter {
            kind: MailKind::UpdateUserAttribute,
            client_id: &family.client_id,
            user: &user,
            to: &to,
            code: &code,
            metadata: &request.client_metadata,
        })
        .await?;
        Ok(json!({ "CodeDeliveryDetailsList": [delivery_details(&to)] }))
    }

    /// The address that the person changes to, if it is another one and free.
    fn new_email(&self, user: &User, changes: &BTreeMap<String, String>) -> Result<Option<String>, Failure> {
        let Some(email) = changes.get("email").filter(|email| *email != user.email()) else {
            return Ok(None);
        };
        if self.store.read(|connection| users::is_taken(connection, email, &user.sub))? {
            return Err(address_taken());
        }
        Ok(Some(email.clone()))
    }

    fn allow_code(&self, sub: &str) -> Result<String, Failure> {
        if self.try_once(&format!("sent:{sub}"), CODES_SENT)? {
            random::code()
        } else {
            Err(Failure::limit_exceeded())
        }
    }

    /// Writes attributes; an empty value deletes one, and a new address waits or is unverified, as the pool says.
    pub(crate) fn write_attributes(
        &self,
        user: &mut User,
        changes: &BTreeMap<String, String>,
    ) -> Result<(), Failure> {
        let pool = &self.config.pool;
        pool.check_attributes(changes)?;
        for (name, value) in changes {
            if user.attributes.get(name) == Some(value) {
                continue;
            }
            pool.check_mutable(name)?;
            let vouched = changes.get("email_verified").is_some_and(|verified| verified == "true");
            if value.is_empty() {
                pool.check_deletable(name)?;
                user.attributes.remove(name);
            } else if name != "email" || vouched {
                user.attributes.insert(name.clone(), value.clone());
            } else if pool.verify_email_before_update {
                user.pending_email = Some(value.clone());
            } else {
                user.attributes.insert(name.clone(), value.clone());
                user.attributes.insert("email_verified".to_owned(), "false".to_owned());
            }
        }
        Ok(())
    }

    pub(crate) fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<Value, Failure> {
        let (user, family) = self.person(&request.access_token)?;
        let names = request.user_attribute_names;
        self.client(&family.client_id)?.check_writable(names.iter())?;
        self.change(&user.sub, |user| {
            names.iter().try_for_each(|name| {
                self.config.pool.check_deletable(name)?;
                user.attributes.remove(name);
                Ok(())
            })
        })?;
        Ok(json!({}))
    }

    /// Mails a code for the present address, or for the new one that waits.
    pub(crate) async fn get_verification_code(
        self: &Arc<Self>,
        request: GetVerificationCode,
    ) -> Result<Value, Failure> {
        let (user, family) = self.person(&request.access_token)?;
        check_is_email(&request.attribute_name)?;
        let (user, code) = self.renew_code(&user.sub, Purpose::Email)?;
        let to = user.pending_email.as_deref().unwrap_or(user.email());
        self.send(Letter {
            kind: MailKind::VerifyUserAttribute,
            client_id: &family.client_id,
            user: &user,
            to,
            code: &code,
            metadata: &request.client_metadata,
        })
        .await?;
        Ok(json!({ "CodeDeliveryDetails": delivery_details(to) }))
    }

    pub(crate) fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<Value, Failure> {
        let (user, _) = self.person(&request.access_token)?;
        check_is_email(&request.attribute_name)?;
        let tries = format!("code:{}:{}", Purpose::Email.name(), user.sub);
        if !self.try_once(&tries, CODE_TRIES)? {
            return Err(Failure::limit_exceeded());
        }
        let now = self.now();
        self.change(&user.sub, |user| {
            user.take_code(Purpose::Email, &request.code, now)?;
            if let Some(email) = user.pending_email.take() {
                user.attributes.insert("email".to_owned(), email);
            }
            user.verify_email();
            Ok(())
        })?;
        self.forget_tries(&tries)?;
        Ok(json!({}))
    }
}

fn check_is_email(name: &str) -> Result<(), Failure> {
    if name == "email" {
        return Ok(());
    }
    Err(Failure::invalid_parameter(format!("{name} cannot be verified")))
}
