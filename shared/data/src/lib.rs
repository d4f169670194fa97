//! The DynamoDB access of SmartChat: one table, and the only code that knows its keys, attributes and expressions.
//!
//! The table in one picture (`pk` / `sk`):
//!
//! | partition | sort key | what |
//! |---|---|---|
//! | `U#<user>` | `PROFILE`, `PRESENCE` | the account |
//! | | `CONTACT#<user>`, `BLOCK#<user>` | people the user keeps or blocks |
//! | | `C#<conversation>` | the user's own state in a conversation; exists while they are in it |
//! | | `DRAFT#<conversation>` | what the user is writing there |
//! | | `PINS` | which conversations the user may have pinned |
//! | | `DEVICES` | the devices on which the user is told of messages |
//! | | `STAR#<conversation>#<seq>`, `HIDE#<conversation>#<seq>` | messages starred or deleted for the user |
//! | `C#<conversation>` | `HEAD`, `INFO` | counters, settings, preview; the long description |
//! | | `M#<seq>` | a message at its number |
//! | | `V#<rev>` | a change at its number, pointing at what changed |
//! | | `P#<user>` | a member, as the roster lists them |
//! | | `X#<seq>#<user>` | a reaction |
//! | | `L#<link>`, `LINKS` | an invite link, by its client-made id; which of them may still work |
//! | | `G#<list>#<seq>` | a message in one of the lists of what was shared: media, files, links, audio |
//! | | `CREATION` | what became of the people whom a group was created with |
//! | `M#<message>` | `MARK` | where the message with this id stands: sent once, for ever |
//! | `A#<attachment>` | `ATTACHMENT` | what was uploaded, by whom, and how many messages have it |
//! | `I#<code>` | `INVITE` | an invite link, by its secret |
//! | `WORDS#<conversation>#<block>` | `WORDS` | what search knows of 128 messages that are next to each other |
//! | `HANDLE#<handle>`, `EMAIL#<hash>`, `TOKEN#<hash>` | `OWNER` | who has it, one at most |
//! | `PUSH#<user>#<conversation>` | `PUSHED` | which messages went to which devices; goes after a week |
//! | `FIND#<two letters>` | `<folded text>#<user>` | people by prefix |
//!
//! Every writer of a conversation reads `HEAD` consistently, decides, and replaces it on the condition that its `lock`
//! is still the same, in one transaction with whatever else changes. So the two counters have no holes, a removal that
//! came first wins over a send, and a setting cannot change between a decision and its write.

pub mod account;
pub mod conversations;
pub mod events;
mod failure;
pub mod keys;
pub mod media;
pub mod messages;
pub mod notifications;
pub mod row;
pub mod search;
mod store;

pub use store::{Draw, Slice, Store};
