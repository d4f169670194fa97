//! `PreAuthentication` and `PostAuthentication`.

use serde_json::json;

use crate::cognito::Pools;
use crate::request::Metadata;
use crate::response::Failure;
use crate::triggers::Firing;
use crate::triggers::sign_up::add_metadata;
use crate::user::User;

impl Pools {
    /// Asks whether a sign-in may begin. An unknown person is announced too, where existence is hidden.
    pub(crate) async fn before_authentication(
        &self,
        client_id: &str,
        user_name: &str,
        user: Option<&User>,
        metadata: &Metadata,
    ) -> Result<(), Failure> {
        let Some(function) = &self.config.pool.triggers.pre_authentication else { return Ok(()) };
        let attributes = user.map(User::event_attributes).unwrap_or_default();
        let validation_data = (!metadata.is_empty()).then_some(metadata);
        let mut request = json!({ "userAttributes": attributes, "validationData": validation_data });
        if user.is_none() {
            request["userNotFound"] = json!(true);
        }
        let firing = Firing {
            trigger: "PreAuthentication",
            source: "PreAuthentication_Authentication",
            version: "1",
            user_name,
            client_id,
            request,
            response: json!({}),
        };
        self.fire(function, firing).await.map(drop)
    }

    /// Tells that a person is about to get tokens.
    pub(crate) async fn after_authentication(
        &self,
        client_id: &str,
        user: &User,
        metadata: &Metadata,
    ) -> Result<(), Failure> {
        let Some(function) = &self.config.pool.triggers.post_authentication else { return Ok(()) };
        let mut request = json!({ "userAttributes": user.event_attributes(), "newDeviceUsed": false });
        add_metadata(&mut request, metadata);
        let firing = Firing {
            trigger: "PostAuthentication",
            source: "PostAuthentication_Authentication",
            version: "1",
            user_name: user.name(),
            client_id,
            request,
            response: json!({}),
        };
        self.fire(function, firing).await.map(drop)
    }
}
