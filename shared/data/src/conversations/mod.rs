//! Conversations: their heads, rosters and the members' own states.

pub mod adding;
pub mod creation;
pub mod direct;
pub mod group;
pub mod head;
pub mod info;
mod joining;
pub mod leaving;
pub mod link;
pub mod link_join;
pub mod list;
pub mod member;
mod notice;
pub mod own;
pub mod pins;
pub mod role;
pub mod state;
pub mod view;
