//! The event bus → devices: each message is pushed to those who are away, once to each of their devices. EventBridge calls it.
//!
//! The event holds ids; who is told, and what, is decided by what the table holds now. An event that comes twice, or of
//! which a part failed, goes on where it stopped: what was pushed is written down before it is pushed.

mod delivery;

use data::notifications::{Addressee, PushScene};
use domain::Error;
use domain::id::{ConversationId, UserId};
use domain::message::{Message, MessageKind};
use domain::notification::{Verdict, decide};
use futures::{StreamExt as _, stream};
use lambda::{BusEvent, Context, Function};
use notify::{Pushes, Said};
use serde::Deserialize;

use delivery::Errand;

/// How many people are told at the same time: SNS takes 30,000 messages a second in its largest regions, hundreds in
/// others.
const AT_ONCE: usize = 8;

/// Messages that were sent, as the router announces them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    conversation_id: ConversationId,
    messages: Vec<Sent>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    seq: u64,
    sender_id: Option<UserId>,
    kind: MessageKind,
}

/// Tells everybody; an error if somebody could not be told, once the others are.
pub async fn handle(ctx: &Context, event: BusEvent<Detail>) -> Result<(), Error> {
    let Detail { conversation_id, messages } = event.detail;
    let written = messages.into_iter().filter(|sent| sent.kind != MessageKind::System);
    let written: Vec<_> = written.filter_map(|sent| Some((sent.seq, sent.sender_id?))).collect();
    if written.is_empty() {
        return Ok(());
    }
    let Some(scene) = ctx.store().push_scene(&conversation_id, &written).await? else { return Ok(()) };
    let pushes = Pushes::new(ctx.sdk());
    let mut errands = Vec::with_capacity(scene.addressees.len());
    for addressee in &scene.addressees {
        let due = due(ctx, &scene, addressee);
        let errand =
            Errand { ctx, pushes: &pushes, scene: &scene, addressee, conversation: &conversation_id };
        errands.push(errand.run(due));
    }
    let outcomes: Vec<_> = stream::iter(errands).buffer_unordered(AT_ONCE).collect().await;
    outcomes.into_iter().collect()
}

/// The messages of which somebody is told, in their order, and how much of them.
fn due<'a>(ctx: &Context, scene: &'a PushScene, addressee: &Addressee) -> Vec<(&'a Message, Said)> {
    let said = |message: &Message| match decide(&addressee.circumstances(message), ctx.now()) {
        Verdict::Shown => Some(Said::All),
        Verdict::Veiled => Some(Said::Nothing),
        Verdict::Silent(_) => None,
    };
    scene.messages.iter().filter_map(|message| Some((message, said(message)?))).collect()
}

/// The function.
pub fn function() -> Function {
    lambda::event(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_announcement_of_the_router_is_read() {
        let detail: Detail = lambda::parse(json!({
            "conversationId": format!("g-{}", "0".repeat(32)),
            "messages": [
                {"id": "g:m1", "messageId": "s-1", "seq": 1, "senderId": null, "kind": "SYSTEM", "notice": "GROUP_CREATED",
                 "mentions": [], "forwarded": false, "at": "2026-11-22T12:00:00Z"},
                {"id": "g:m2", "messageId": "m-2", "seq": 2, "senderId": "00000000-0000-4000-8000-00000000000a",
                 "kind": "TEXT", "notice": null, "mentions": [], "forwarded": false, "at": "2026-11-22T12:00:00Z"},
            ],
        }))
        .unwrap();
        assert_eq!(detail.messages.iter().map(|sent| sent.seq).collect::<Vec<_>>(), [1, 2]);
    }
}
