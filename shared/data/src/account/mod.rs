//! People: profiles, contacts, blocks, presence, and how they are found.

mod block;
mod contact;
mod counter;
mod mail;
mod owner;
mod people;
mod presence;
mod profile;
mod search;

pub use block::BlockRow;
pub use contact::ContactRow;
pub use counter::Count;
pub use people::Closeness;
