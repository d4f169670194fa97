//! From events to calls of `publishEvents`.

use std::time::Duration;

use data::events::{Dispatch, News};
use domain::id::{ConversationId, UserId};
use domain::{Error, ErrorKind};
use futures::future::try_join_all;
use lambda::Context;
use serde::Serialize;
use serde_json::Value;

use crate::document::PUBLISH;
use crate::found::Found;

/// The most recipients of one call: what AppSync compares with each subscription's filter.
const MAX_RECIPIENTS: usize = 100;
/// The most bytes of events in one call. AppSync delivers at most 240 KB; what it looks up itself has room in the rest.
const MAX_BYTES: usize = 200_000;
/// The most events in one call, so that their look-ups stay far below the limit of resolvers in a request.
pub(crate) const MAX_EVENTS: usize = 50;
/// How often a throttled call is made before it is left to the stream, the first time included.
const ATTEMPTS: u32 = 3;

/// Events for the same people, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Publication {
    /// Which of the given news it begins with.
    pub(crate) first: usize,
    recipients: Vec<UserId>,
    events: Vec<Value>,
    ended: Vec<Ended>,
    bytes: usize,
}

/// A membership that ended, and with it the subscription to who is typing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    conversation_id: ConversationId,
    user_id: UserId,
}

#[derive(Serialize)]
struct Variables {
    input: Input,
}

#[derive(Serialize)]
struct Input {
    recipients: Vec<UserId>,
    /// An `AWSJSON` is a string.
    events: String,
    ended: Vec<Ended>,
}

/// Puts together what follows each other for the same people, as far as it fits into one call.
pub(crate) fn merge(
    dispatches: Vec<Dispatch>,
    news: &[News],
    found: &Found,
) -> Result<Vec<Publication>, Error> {
    let mut all: Vec<Publication> = Vec::new();
    for Dispatch { of, recipients, event } in dispatches {
        let ended = news.get(of).and_then(ended);
        let event = found.told(&event)?;
        let bytes = event.to_string().len();
        match all.last_mut() {
            Some(last) if last.recipients == recipients && last.has_room(bytes) => {
                last.events.push(event);
                last.ended.extend(ended);
                last.bytes += bytes;
            }
            _ => all.push(Publication {
                first: of,
                recipients,
                events: vec![event],
                ended: ended.into_iter().collect(),
                bytes,
            }),
        }
    }
    Ok(all)
}

fn ended(news: &News) -> Option<Ended> {
    match news {
        News::Left(state) => {
            Some(Ended { conversation_id: state.conversation_id.clone(), user_id: state.user_id.clone() })
        }
        _ => None,
    }
}

impl Publication {
    /// Of memberships one at a time: a call ends at most five.
    fn has_room(&self, bytes: usize) -> bool {
        self.events.len() < MAX_EVENTS && self.bytes + bytes <= MAX_BYTES && self.ended.is_empty()
    }

    /// Calls `publishEvents`, at once for all parts of the recipients.
    pub(crate) async fn publish(&self, ctx: &Context) -> Result<(), Error> {
        let inputs = self.inputs().into_iter().map(|input| publish(ctx, Variables { input }));
        try_join_all(inputs).await.map(drop)
    }

    fn inputs(&self) -> Vec<Input> {
        let events = Value::from(self.events.as_slice()).to_string();
        let inputs = self.recipients.chunks(MAX_RECIPIENTS).enumerate().map(|(index, recipients)| Input {
            recipients: recipients.to_vec(),
            events: events.clone(),
            ended: if index == 0 { self.ended.clone() } else { Vec::new() },
        });
        inputs.collect()
    }
}

async fn publish(ctx: &Context, variables: Variables) -> Result<(), Error> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        match ctx.api().execute::<_, Value>(PUBLISH, &variables).await {
            Err(error) if error.kind() == ErrorKind::Unavailable && attempt < ATTEMPTS => {
                let spread = u64::from(u16::from_be_bytes(ctx.random_bytes())) % (100 << attempt);
                tokio::time::sleep(Duration::from_millis(20 + spread)).await;
            }
            outcome => return outcome.map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::event::{Event, EventType};
    use jiff::Timestamp;

    use super::*;

    fn user(number: usize) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap()
    }

    fn dispatch(of: usize, recipients: usize) -> Dispatch {
        let event = Event::account_changed(&user(1), of as u64, Timestamp::UNIX_EPOCH);
        Dispatch { of, recipients: (0..recipients).map(user).collect(), event }
    }

    fn merged(dispatches: Vec<Dispatch>) -> Vec<(usize, usize)> {
        let all = merge(dispatches, &[], &Found::default()).unwrap();
        all.iter().map(|one| (one.first, one.events.len())).collect()
    }

    #[test]
    fn neighbours_with_the_same_recipients_travel_together() {
        let dispatches = vec![dispatch(0, 2), dispatch(1, 2), dispatch(2, 3), dispatch(3, 2)];
        assert_eq!(merged(dispatches), [(0, 2), (2, 1), (3, 1)]);
    }

    #[test]
    fn a_call_has_bounds() {
        let many = (0..=MAX_EVENTS).map(|of| dispatch(of, 1)).collect();
        assert_eq!(merged(many), [(0, MAX_EVENTS), (MAX_EVENTS, 1)]);
        let large = |of| {
            let mut dispatch = dispatch(of, 1);
            dispatch.event.id = "x".repeat(MAX_BYTES / 2);
            dispatch
        };
        assert_eq!(merged(vec![large(0), large(1)]), [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_thousand_recipients_are_told_by_hundreds() {
        let publication = merge(vec![dispatch(0, 1_024)], &[], &Found::default()).unwrap().remove(0);
        let inputs = publication.inputs();
        let sizes: Vec<_> = inputs.iter().map(|input| input.recipients.len()).collect();
        assert_eq!(sizes, [100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 24]);
        let events: Vec<Event> = serde_json::from_str(&inputs[0].events).unwrap();
        assert_eq!(events[0].kind, EventType::AccountChanged);
    }
}
