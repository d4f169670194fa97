//! `Query.listMessages`: messages next to each other, for members. `BadRequest` for more than one position.

use data::messages::Spot;
use domain::Error;
use domain::id::ConversationId;
use domain::message::{Message, Position};
use domain::page::Limit;
use lambda::{Context, Function, SignedIn, field};
use serde::{Deserialize, Serialize};

/// Which messages.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    before: Option<Position>,
    after: Option<Position>,
    around: Option<Position>,
    limit: Option<Limit>,
}

/// Messages next to each other.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    items: Vec<Message>,
    has_before: bool,
    has_after: bool,
}

/// Reads the page.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<MessagePage, Error> {
    let (spot, limit) = (arguments.spot()?, arguments.limit.unwrap_or_default().get());
    let history = ctx.store().message_list(&caller.user_id, &arguments.conversation_id, spot, limit).await?;
    Ok(MessagePage {
        items: history.messages.into_iter().map(|message| message.at(ctx.now())).collect(),
        has_before: history.has_before,
        has_after: history.has_after,
    })
}

impl Arguments {
    fn spot(&self) -> Result<Spot, Error> {
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok(Spot::Latest),
            (Some(seq), None, None) => Ok(Spot::Before(seq.get())),
            (None, Some(seq), None) => Ok(Spot::After(seq.get())),
            (None, None, Some(seq)) => Ok(Spot::Around(seq.get())),
            _ => Err(Error::bad_request("at most one of before, after and around")),
        }
    }
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use lambda::parse;
    use serde_json::json;

    use super::*;

    fn spot(position: serde_json::Value) -> Result<Spot, Error> {
        let mut arguments = json!({"conversationId": format!("g-{}", "0".repeat(32))});
        arguments.as_object_mut().unwrap().extend(position.as_object().unwrap().clone());
        parse::<Arguments>(arguments)?.spot()
    }

    #[test]
    fn there_is_at_most_one_position() {
        assert_eq!(spot(json!({})).unwrap(), Spot::Latest);
        assert_eq!(spot(json!({"before": 7, "after": null})).unwrap(), Spot::Before(7));
        assert_eq!(spot(json!({"after": 0})).unwrap(), Spot::After(0));
        assert!(spot(json!({"before": 7, "after": 3})).is_err());
        assert!(spot(json!({"around": -1})).is_err());
        assert!(spot(json!({"limit": 101})).is_err());
    }
}
