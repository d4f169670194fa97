//! Messages: what is written, read, kept and missed, down to the edges.

mod closed;
mod content;
mod costs;
mod crowd;
mod forwarding;
mod hidden;
mod history;
mod kept;
mod missed;
mod typing;
