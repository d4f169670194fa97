//! The long description of a group.

use serde::{Deserialize, Serialize};

use crate::row::Row;

/// The info row, apart from the head because the head is rewritten with every message. Absent without a description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// What the group is for.
    pub description: String,
}

impl Row for Info {
    const ENTITY: &'static str = "info";
}
