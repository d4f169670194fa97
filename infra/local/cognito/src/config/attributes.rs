//! `Schema` of the user pool.

/// One entry of `Schema`.
#[derive(Debug, Clone)]
pub struct AttributeSchema {
    /// The full name, such as `custom:termsVersion` or `name`.
    pub name: String,
    /// What values look like.
    pub kind: AttributeKind,
    /// Whether it may change after it was first set.
    pub mutable: bool,
    /// Whether sign-up needs it; only standard attributes can be required.
    pub required: bool,
}

/// `AttributeDataType` with its constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// Characters, at least and at most.
    String {
        /// `MinLength`.
        min: usize,
        /// `MaxLength`, at most 2,048.
        max: usize,
    },
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date and time in ISO 8601 or seconds since the epoch.
    DateTime,
}
