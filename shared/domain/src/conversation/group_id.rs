//! The id of a group, for what direct conversations do not have.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::id::ConversationId;

/// A conversation that is a group, as its id tells.
///
/// A direct conversation is a `BadRequest`, whether it exists or not: nothing needs to be read to know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupId(ConversationId);

impl GroupId {
    /// Takes the id of a group.
    pub fn new(id: ConversationId) -> Result<Self, Error> {
        if id.is_direct() {
            return Err(Error::bad_request("not a group: a direct conversation has no such thing"));
        }
        Ok(GroupId(id))
    }
}

impl Deref for GroupId {
    type Target = ConversationId;
    fn deref(&self) -> &ConversationId {
        &self.0
    }
}

impl TryFrom<String> for GroupId {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        GroupId::new(ConversationId::parse(text)?)
    }
}

impl From<GroupId> for String {
    fn from(id: GroupId) -> String {
        id.0.into()
    }
}

impl From<GroupId> for ConversationId {
    fn from(id: GroupId) -> ConversationId {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direct_conversation_is_no_group() {
        assert!(GroupId::try_from(format!("d-{}", "0".repeat(32))).is_err());
        assert!(GroupId::try_from(format!("g-{}", "0".repeat(32))).is_ok());
        assert!(GroupId::try_from("g-1".to_owned()).is_err());
    }

    #[test]
    fn an_id_is_written_as_it_was_read() {
        let text = format!("g-{}", "0123456789abcdef".repeat(2));
        let id = GroupId::try_from(text.clone()).unwrap();
        assert_eq!(ConversationId::from(id.clone()).as_str(), text);
        assert_eq!(String::from(id), text);
    }
}
