//! Media: what people upload, which messages use it, and what a conversation shared.

mod gallery;
mod release;
pub mod row;
mod uploads;
mod uses;

pub use gallery::GalleryPage;
pub(crate) use uses::Supply;
