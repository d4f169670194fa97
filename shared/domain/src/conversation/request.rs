//! What somebody asked for when they created a group.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::conversation::{MAX_ADDED_AT_ONCE, PolicyChange};
use crate::id::UserId;
use crate::text::{GroupDescription, GroupTitle};

/// People to add, each once, in the order in which they were named first; at most 100.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<UserId>", into = "Vec<UserId>")]
pub struct People(Vec<UserId>);

impl People {
    /// The people.
    pub fn as_slice(&self) -> &[UserId] {
        &self.0
    }
}

impl TryFrom<Vec<UserId>> for People {
    type Error = Error;
    fn try_from(named: Vec<UserId>) -> Result<Self, Error> {
        if named.len() > MAX_ADDED_AT_ONCE {
            return Err(Error::bad_request(format!("at most {MAX_ADDED_AT_ONCE} people at once")));
        }
        let mut people: Vec<UserId> = Vec::with_capacity(named.len());
        for user in named {
            if !people.contains(&user) {
                people.push(user);
            }
        }
        Ok(People(people))
    }
}

impl From<People> for Vec<UserId> {
    fn from(people: People) -> Vec<UserId> {
        people.0
    }
}

/// A group to create. The same client-made id with another request is a `Conflict`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRequest {
    /// The title.
    pub title: GroupTitle,
    /// What the group is for; none if it is empty.
    pub description: Option<GroupDescription>,
    /// Whom to add.
    pub members: People,
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
            members: People::default(),
            policy: PolicyChange::default(),
        }
    }

    #[test]
    fn people_are_named_once_and_there_are_at_most_100() {
        let user = |number: usize| UserId::parse(format!("00000000-0000-4000-8000-{number:012x}")).unwrap();
        let people = People::try_from(vec![user(2), user(1), user(2)]).unwrap();
        assert_eq!(people.as_slice(), [user(2), user(1)]);
        assert_eq!(Vec::from(people), [user(2), user(1)]);
        assert!(People::try_from((0..100).map(user).collect::<Vec<_>>()).is_ok());
        assert!(People::try_from((0..101).map(user).collect::<Vec<_>>()).is_err());
    }

    #[test]
    fn the_digest_tells_requests_apart() {
        assert_eq!(request("a").digest().unwrap(), request("a").digest().unwrap());
        assert_ne!(request("a").digest().unwrap(), request("b").digest().unwrap());
        let described = GroupRequest { description: GroupDescription::parse("x").ok(), ..request("a") };
        assert_ne!(described.digest().unwrap(), request("a").digest().unwrap());
        let user = UserId::parse("00000000-0000-4000-8000-000000000001").unwrap();
        let with = GroupRequest { members: People::try_from(vec![user]).unwrap(), ..request("a") };
        assert_ne!(with.digest().unwrap(), request("a").digest().unwrap());
    }
}
