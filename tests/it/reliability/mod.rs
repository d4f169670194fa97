//! What must hold whatever happens (the numbers are those of `docs/architecture.md`).
//!
//! Each test has a short form, which runs always, and a long one, which runs with `SMARTCHAT_LONG=1`.

mod checker;
mod costs;
mod failpoints;
mod history;
mod kill;
mod limits;
mod model;
mod poison;
mod races;
mod sends;
mod watermarks;

/// The size of a test: of its short form, or of its long one.
fn scale<T>(short: T, long: T) -> T {
    if std::env::var_os("SMARTCHAT_LONG").is_some() { long } else { short }
}
