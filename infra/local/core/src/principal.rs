//! Who signs a request.

use serde::{Deserialize, Serialize};

/// The identity behind a set of credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Principal {
    /// A function, or a data source that calls for itself, under the role that its template gives it.
    Function {
        /// The function's crate, such as `send-message`, or `data-source/` and the name of a data source.
        name: String,
    },
    /// Somebody with credentials of the identity pool.
    Identity {
        /// The pool, such as `us-east-1:…`.
        pool_id: String,
        /// The identity, such as `us-east-1:…`.
        identity_id: String,
        /// The `sub` of the user behind it; none for a guest.
        user_sub: Option<String>,
        /// `cognitoIdentityAuthProvider` as AppSync shows it; none for a guest.
        provider: Option<String>,
    },
    /// The developer at this machine: the local administrator's credentials, which may do everything.
    Developer,
}
