//! A row of the matrix.

/// Kinds of callers, in the order of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Without credentials.
    Nobody,
    /// With credentials of the identity pool; those of somebody signed in open no more than a guest's.
    Guest,
    /// Signed in, and nothing to anybody here.
    Stranger,
    /// Was a member of the group until just now.
    Removed,
    /// Blocked by the owner; their `$talk` is the direct conversation of the two.
    Blocked,
    /// A member of the group.
    Member,
    /// An admin of the group.
    Admin,
    /// The owner of the group.
    Owner,
}

impl Kind {
    pub(crate) const ALL: [Kind; 8] = [
        Kind::Nobody,
        Kind::Guest,
        Kind::Stranger,
        Kind::Removed,
        Kind::Blocked,
        Kind::Member,
        Kind::Admin,
        Kind::Owner,
    ];
}

/// What each kind of caller gets, in the order of [`Kind::ALL`]: `ok`, `401`, or the type of the error.
/// `idle` is an answer without an error that changes nothing.
pub(crate) type Cells = [&'static str; 8];

/// Everybody who is signed in.
pub(crate) const SIGNED_IN: Cells = ["401", "Unauthorized", "ok", "ok", "ok", "ok", "ok", "ok"];
/// Members; those of a closed conversation still read it and keep their own order in it.
pub(crate) const MEMBERS: Cells = ["401", "Unauthorized", "NotFound", "NotFound", "ok", "ok", "ok", "ok"];
/// Members, in conversations that are open.
pub(crate) const WRITERS: Cells =
    ["401", "Unauthorized", "NotFound", "NotFound", "Forbidden", "ok", "ok", "ok"];
/// Members of the group.
pub(crate) const GROUP: Cells = ["401", "Unauthorized", "NotFound", "NotFound", "NotFound", "ok", "ok", "ok"];
/// Owner and admins.
pub(crate) const ADMINS: Cells =
    ["401", "Unauthorized", "NotFound", "NotFound", "NotFound", "Forbidden", "ok", "ok"];
/// The owner.
pub(crate) const OWNERS: Cells =
    ["401", "Unauthorized", "NotFound", "NotFound", "NotFound", "Forbidden", "Forbidden", "ok"];
/// No person at all.
pub(crate) const NO_PERSON: Cells = [
    "401",
    "Unauthorized",
    "Unauthorized",
    "Unauthorized",
    "Unauthorized",
    "Unauthorized",
    "Unauthorized",
    "Unauthorized",
];

/// A field, how it is called, and who may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// `Type.field`.
    pub(crate) field: &'static str,
    /// The field of a root through which it is reached.
    pub(crate) root: &'static str,
    /// Its arguments as JSON, for mutations the input; `$name` stands for what the scene has under this name.
    pub(crate) arguments: &'static str,
    /// What is asked of the answer.
    pub(crate) selection: &'static str,
    /// Where the answer holds a nested field.
    pub(crate) pointer: &'static str,
    /// Who gets what.
    pub(crate) cells: Cells,
}

/// A row about a field of a root.
pub(crate) const fn row(
    field: &'static str,
    arguments: &'static str,
    selection: &'static str,
    cells: Cells,
) -> Row {
    Row { field, root: field, arguments, selection, pointer: "", cells }
}

impl Row {
    /// The same about a field of a type, which stands at a place of the answer.
    pub(crate) const fn nested(mut self, field: &'static str, pointer: &'static str) -> Row {
        self.field = field;
        self.pointer = pointer;
        self
    }

    pub(crate) fn cell(&self, kind: Kind) -> &'static str {
        self.cells[kind as usize]
    }

    /// `Query` and `getMe`.
    pub(crate) fn root_parts(&self) -> (&'static str, &'static str) {
        self.root.split_once('.').expect("a type and a field")
    }
}
