//! What somebody asked for when they created a group.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::conversation::PolicyChange;
use crate::id::UserId;
use crate::text::{GroupDescription, GroupTitle};

/// A group to create. The same client-made id with another request is a `Conflict`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRequest {
    /// The title.
    pub title: GroupTitle,
    /// What the group is for; none if it is empty.
    pub description: Option<GroupDescription>,
    /// Whom to add, each once, in the order in which they were named.
    pub members: Vec<UserId>,
    /// What differs from the default policy.
    pub policy: PolicyChange,
}

impl GroupRequest {
    /// The digest by which a repeated request is known: 64 hex digits.
    pub fn digest(&self) -> Result<String, Error> {
        let text = serde_json::to_vec(self).map_err(|error| Error::internal(error.to_string()))?;
        Ok(hex::encode(Sha256::digest(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(title: &str) -> GroupRequest {
        GroupRequest {
            title: GroupTitle::parse(title).unwrap(),
            description: None,
            members: Vec::new(),
            policy: PolicyChange::default(),
        }
    }

    #[test]
    fn the_digest_tells_requests_apart() {
        assert_eq!(request("a").digest().unwrap(), request("a").digest().unwrap());
        assert_ne!(request("a").digest().unwrap(), request("b").digest().unwrap());
        let described = GroupRequest { description: GroupDescription::parse("x").ok(), ..request("a") };
        assert_ne!(described.digest().unwrap(), request("a").digest().unwrap());
    }
}
