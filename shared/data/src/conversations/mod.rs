//! Conversations: their heads, rosters and the members' own states.

pub mod head;
pub mod member;
pub mod state;
