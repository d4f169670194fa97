//! The functions that are linked into the local cloud: one row each, by the name of the crate.
//!
//! This is the only wiring besides the templates, because Rust cannot find a crate by its name.

use std::collections::BTreeMap;

use lambda::Function;

/// All functions by name.
pub fn all() -> BTreeMap<&'static str, Function> {
    BTreeMap::from([
        ("add-contact", add_contact::function()),
        ("block-user", block_user::function()),
        ("blocked-user-user", blocked_user_user::function()),
        ("contact-user", contact_user::function()),
        ("get-me", get_me::function()),
        ("get-user", get_user::function()),
        ("list-blocked-users", list_blocked_users::function()),
        ("list-contacts", list_contacts::function()),
        ("on-custom-message", on_custom_message::function()),
        ("on-post-confirmation", on_post_confirmation::function()),
        ("on-pre-sign-up", on_pre_sign_up::function()),
        ("on-pre-token-generation", on_pre_token_generation::function()),
        ("remove-contact", remove_contact::function()),
        ("search-users", search_users::function()),
        ("set-handle", set_handle::function()),
        ("set-presence", set_presence::function()),
        ("unblock-user", unblock_user::function()),
        ("update-preferences", update_preferences::function()),
        ("update-profile", update_profile::function()),
    ])
}
