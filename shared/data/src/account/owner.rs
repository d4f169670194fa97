//! Who has a handle, a mail address, a text to be found by.

use domain::id::UserId;
use serde::{Deserialize, Serialize};

use crate::row::Row;

/// Who has a handle: one at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HandleOwner {
    pub(super) user_id: UserId,
}

impl Row for HandleOwner {
    const ENTITY: &'static str = "handle";
}

/// Who has a mail address: whoever proved last that it is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailOwner {
    pub(super) user_id: UserId,
}

impl Row for MailOwner {
    const ENTITY: &'static str = "mail";
}

/// A person under one of the texts by which they are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listing {
    pub(super) user_id: UserId,
    pub(super) text: String,
}

impl Row for Listing {
    const ENTITY: &'static str = "listing";
}
