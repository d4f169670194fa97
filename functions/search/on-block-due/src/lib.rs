//! The event bus → the index of search: the words of a block of messages, once it is full and after what it says changed.
//! EventBridge calls it; an event that comes twice, or late, writes nothing that is older than what is there.

use std::collections::BTreeSet;

use domain::Error;
use domain::id::ConversationId;
use lambda::{BusEvent, Context, Function};
use search::{block_of, fills_block};
use serde::Deserialize;

/// What fills a block, or changed in one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    conversation_id: ConversationId,
    /// Messages that were sent.
    #[serde(default)]
    messages: Vec<Sent>,
    /// The message that says something else.
    seq: Option<u64>,
}

/// A message that was sent.
#[derive(Debug, Deserialize)]
pub struct Sent {
    seq: u64,
}

/// Writes the words of each block that is due.
pub async fn handle(ctx: &Context, event: BusEvent<Detail>) -> Result<(), Error> {
    for block in event.detail.due() {
        ctx.store().block_write(&event.detail.conversation_id, block).await?;
    }
    Ok(())
}

impl Detail {
    /// The blocks that are due, each once.
    fn due(&self) -> BTreeSet<u64> {
        let filled = self.messages.iter().map(|sent| sent.seq).filter(|seq| fills_block(*seq));
        filled.chain(self.seq).map(block_of).collect()
    }
}

/// The function.
pub fn function() -> Function {
    lambda::event(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn due(more: Value) -> Vec<u64> {
        let mut detail = json!({"conversationId": format!("g-{}", "0".repeat(32)), "fillsBlock": true});
        detail.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lambda::parse::<Detail>(detail).unwrap().due().into_iter().collect()
    }

    #[test]
    fn the_block_that_is_full_is_due() {
        assert_eq!(due(json!({"messages": [{"seq": 127}, {"seq": 128}, {"seq": 129}]})), [0]);
        assert_eq!(due(json!({"messages": [{"seq": 127}]})), Vec::<u64>::new());
    }

    #[test]
    fn the_block_of_what_changed_is_due() {
        assert_eq!(due(json!({"seq": 300, "rev": 2, "reworded": true})), [2]);
    }
}
