//! What a function is called.

use std::any::type_name;

/// The name of the crate that a handler stands in: `send_message::handle` → `send-message`.
///
/// A test compares it with the templates, because the language promises no form of a type's name.
pub(crate) fn of_handler<H>() -> String {
    type_name::<H>().split("::").next().unwrap_or_default().replace('_', "-")
}
