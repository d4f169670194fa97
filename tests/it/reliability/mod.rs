//! What must hold whatever happens (the numbers are those of `docs/architecture.md`).

mod history;
mod sends;
mod watermarks;
