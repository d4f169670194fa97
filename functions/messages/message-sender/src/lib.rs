//! `Message.sender`: who sent a message, for whoever sees it; null for notices and for people who are gone.

use domain::Error;
use domain::account::User;
use domain::id::UserId;
use lambda::{Context, Function, Viewer, batch_field};
use serde::Deserialize;

/// The message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    sender_id: Option<UserId>,
}

/// Reads the people of a page, each once.
pub async fn handle(
    ctx: &Context,
    viewer: Viewer,
    messages: Vec<Source>,
) -> Result<Vec<Result<Option<User>, Error>>, Error> {
    let mut senders: Vec<UserId> = messages.iter().filter_map(|message| message.sender_id.clone()).collect();
    senders.sort_unstable();
    senders.dedup();
    let users = ctx.store().user_batch(viewer.user_id(), &senders).await?;
    let sender = |message: &Source| {
        let place = senders.binary_search(message.sender_id.as_ref()?).ok()?;
        users.get(place)?.clone()
    };
    Ok(messages.iter().map(|message| Ok(sender(message))).collect())
}

/// The function.
pub fn function() -> Function {
    batch_field(handle)
}
