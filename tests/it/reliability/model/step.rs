//! What people do.

use proptest::prelude::*;

/// How many people there are.
pub(super) const PEOPLE: usize = 5;

/// A person, by number.
pub(super) type Who = usize;

/// Where something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the group, which person 0 made with persons 1 and 2.
    Group,
    /// In the direct conversation of persons 0 and 1.
    Direct,
}

/// Which of the messages that people sent, counted round and round.
pub(super) type Pick = u8;

/// Something that somebody does, which may be nothing that they may do.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Send(Who, Place),
    SendAgain(Who, Place, Pick),
    Edit(Who, Place, Pick, u8),
    Hide(Who, Place, Pick),
    Delete(Who, Place, Pick),
    React(Who, Place, Pick, u8),
    Unreact(Who, Place, Pick),
    Read(Who, Place, u8),
    Add(Who, Who),
    Remove(Who, Who),
    Leave(Who),
    SetRole(Who, Who, Role),
    Restrict(Who, Role),
    ShowHistory(Who, bool),
    Block(Who, Who),
    Unblock(Who, Who),
}

/// What a member is, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Role::Member => "MEMBER",
            Role::Admin => "ADMIN",
            Role::Owner => "OWNER",
        }
    }
}

fn who() -> impl Strategy<Value = Who> {
    // The first three are in the group from the start, and do most of it.
    prop_oneof![3 => 0..3_usize, 1 => 3..PEOPLE]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![3 => Just(Place::Group), 1 => Just(Place::Direct)]
}

fn two() -> impl Strategy<Value = (Who, Who)> {
    (who(), 1..PEOPLE).prop_map(|(one, further)| (one, (one + further) % PEOPLE))
}

fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Member, Role::Admin, Role::Owner])
}

fn right() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Member, Role::Admin])
}

/// One step.
pub(super) fn step() -> impl Strategy<Value = Step> {
    let pick = any::<Pick>;
    prop_oneof![
        8 => (who(), place()).prop_map(|(who, place)| Step::Send(who, place)),
        1 => (who(), place(), pick()).prop_map(|(who, place, pick)| Step::SendAgain(who, place, pick)),
        3 => (who(), place(), pick(), 0..3_u8).prop_map(|(who, place, pick, text)| Step::Edit(who, place, pick, text)),
        2 => (who(), place(), pick()).prop_map(|(who, place, pick)| Step::Hide(who, place, pick)),
        2 => (who(), place(), pick()).prop_map(|(who, place, pick)| Step::Delete(who, place, pick)),
        3 => (who(), place(), pick(), 0..3_u8).prop_map(|(who, place, pick, emoji)| Step::React(who, place, pick, emoji)),
        1 => (who(), place(), pick()).prop_map(|(who, place, pick)| Step::Unreact(who, place, pick)),
        3 => (who(), place(), 1..40_u8).prop_map(|(who, place, seq)| Step::Read(who, place, seq)),
        3 => two().prop_map(|(who, whom)| Step::Add(who, whom)),
        2 => two().prop_map(|(who, whom)| Step::Remove(who, whom)),
        1 => who().prop_map(Step::Leave),
        3 => (two(), role()).prop_map(|((who, whom), role)| Step::SetRole(who, whom, role)),
        1 => (who(), role()).prop_map(|(who, role)| Step::SetRole(who, who, role)),
        1 => (who(), right()).prop_map(|(who, right)| Step::Restrict(who, right)),
        1 => (who(), any::<bool>()).prop_map(|(who, all)| Step::ShowHistory(who, all)),
        1 => two().prop_map(|(who, whom)| Step::Block(who, whom)),
        1 => two().prop_map(|(who, whom)| Step::Unblock(who, whom)),
    ]
}
