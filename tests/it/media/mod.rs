//! Media: uploading, sending, seeing and losing what people share.

mod collected;
mod links;
mod refused;
mod sharing;
