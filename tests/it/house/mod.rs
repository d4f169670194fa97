//! The house rules: names, layout, dependency direction, and that what is written twice is written the same.

mod dependencies;
mod enums;
mod errors;
mod names;
pub(crate) mod schema;
