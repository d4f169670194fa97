//! What changes of the table mean to people: the way from the stream to events.

mod audience;
mod dispatch;
mod mention;
mod news;

pub use dispatch::Dispatch;
pub use news::{News, news_of};
