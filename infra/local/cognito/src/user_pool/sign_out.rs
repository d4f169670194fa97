//! `RevokeToken` and `GlobalSignOut`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::response::Failure;
use crate::store::families;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RevokeToken {
    client_id: String,
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GlobalSignOut {
    access_token: String,
}

impl Pools {
    /// Ends one sign-in. A token that nobody knows is as good as revoked (RFC 7009, section 2.2).
    pub(crate) fn revoke_token(&self, request: RevokeToken) -> Result<Value, Failure> {
        self.revoke(&request.client_id, &request.token)?;
        Ok(json!({}))
    }

    /// As [`Pools::revoke_token`].
    pub(crate) fn revoke(&self, client_id: &str, token: &str) -> Result<(), Failure> {
        let client = self.client(client_id)?;
        if !client.enable_token_revocation {
            let words = "Token revocation is not enabled for this client";
            return Err(Failure::new("UnsupportedOperationException", words));
        }
        if self.verify_token(token).is_ok() {
            return Err(Failure::new("UnsupportedTokenTypeException", "Only refresh tokens can be revoked"));
        }
        self.store.write(|transaction| {
            let family = families::by_token(transaction, token)?.map(|(family, _)| family);
            match family.filter(|family| family.client_id == client.client_id) {
                Some(family) => families::revoke(transaction, &family.id),
                None => Ok(()),
            }
        })
    }

    /// Ends all sign-ins of the person; a new one in the same second is not affected.
    pub(crate) fn global_sign_out(&self, request: GlobalSignOut) -> Result<Value, Failure> {
        let (user, _) = self.person(&request.access_token)?;
        self.store.write(|transaction| families::revoke_all(transaction, &user.sub))?;
        Ok(json!({}))
    }
}
