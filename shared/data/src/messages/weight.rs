//! How much of what is read fits into one answer.
//!
//! A hundred messages of the longest kind are more than an answer may have: Lambda gives 6 MB, AppSync takes 5 MB of a
//! resolver ("Quotas" in both developer guides). So pages end by weight, too.

use domain::message::Message;

/// The most that a page weighs: below 5 MB, with room for what else is in an answer.
pub(super) const PAGE_WEIGHT: usize = 4_000_000;

/// What an event weighs besides its message, and anything else that is told.
pub(super) const FRAME: usize = 4_096;

/// At least how many bytes a message has in an answer; a text counts twice, for what JSON escapes in it.
pub(super) fn of(message: &Message) -> usize {
    let text = message.text.as_ref().map_or(0, String::len);
    let people =
        message.mentions.len() + message.reactions.iter().map(|one| one.user_ids.len()).sum::<usize>();
    FRAME + 2 * text + 48 * people + 128 * message.reactions.len()
}

/// How many of these messages weigh at most so much; one always fits.
pub(super) fn fitting(messages: &[Message], most: usize) -> usize {
    let mut sum = 0;
    let beyond = messages.iter().position(|message| {
        sum += of(message);
        sum > most
    });
    beyond.map_or(messages.len(), |beyond| beyond.max(1))
}
