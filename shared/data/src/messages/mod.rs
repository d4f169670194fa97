//! Messages and changes: the log of a conversation, and what its members keep of it.

mod append;
mod delete;
mod edit;
mod history;
mod info;
mod locate;
mod own;
mod pins;
mod react;
pub(crate) mod receipts;
mod rewrite;
pub mod row;
mod sight;
mod stars;
mod sync;
mod sync_list;
mod sync_page;
pub(crate) mod weight;

pub use history::{History, Spot};
pub use info::MessageDetail;
pub use receipts::Watermark;
pub use stars::StarPage;
pub use sync::{Extra, LogPosition, LogQuery, LogSlice};
pub use sync_list::{ConversationChanges, Detail};
