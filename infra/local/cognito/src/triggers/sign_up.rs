//! `PreSignUp` and `PostConfirmation`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::request::Metadata;
use crate::response::Failure;
use crate::triggers::Firing;
use crate::user::User;

/// What a person brings along.
pub(crate) struct Applicant<'a> {
    pub(crate) user_name: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) attributes: &'a BTreeMap<String, String>,
    pub(crate) validation_data: Option<&'a BTreeMap<String, String>>,
    pub(crate) metadata: &'a Metadata,
}

/// What `PreSignUp` decides.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Decision {
    pub(crate) auto_confirm: bool,
    pub(crate) auto_verify_email: bool,
}

impl Pools {
    /// Asks whether the person may sign up. `source` is `PreSignUp_SignUp`, `PreSignUp_AdminCreateUser` or
    /// `PreSignUp_ExternalProvider`.
    pub(crate) async fn before_sign_up(
        &self,
        source: &str,
        applicant: Applicant<'_>,
    ) -> Result<Decision, Failure> {
        let Some(function) = &self.config.pool.triggers.pre_sign_up else { return Ok(Decision::default()) };
        let mut request =
            json!({ "userAttributes": applicant.attributes, "validationData": applicant.validation_data });
        add_metadata(&mut request, applicant.metadata);
        let firing = Firing {
            trigger: "PreSignUp",
            source,
            version: "1",
            user_name: applicant.user_name,
            client_id: applicant.client_id,
            request,
            response: json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false }),
        };
        let response = self.fire(function, firing).await?;
        let says = |name: &str| response[name].as_bool().unwrap_or(false);
        Ok(Decision { auto_confirm: says("autoConfirmUser"), auto_verify_email: says("autoVerifyEmail") })
    }

    /// Tells that a person is confirmed. The confirmation stands even if the function fails.
    pub(crate) async fn after_confirmation(
        &self,
        source: &str,
        client_id: &str,
        user: &User,
        metadata: &Metadata,
    ) -> Result<(), Failure> {
        let Some(function) = &self.config.pool.triggers.post_confirmation else { return Ok(()) };
        let mut request = json!({ "userAttributes": user.event_attributes() });
        add_metadata(&mut request, metadata);
        let firing = Firing {
            trigger: "PostConfirmation",
            source,
            version: "1",
            user_name: user.name(),
            client_id,
            request,
            response: json!({}),
        };
        self.fire(function, firing).await.map(drop)
    }
}

/// `clientMetadata` is in the event only if the client sent some.
pub(crate) fn add_metadata(request: &mut Value, metadata: &Metadata) {
    if !metadata.is_empty() {
        request["clientMetadata"] = json!(metadata);
    }
}
