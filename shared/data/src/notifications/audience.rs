//! Who may be told of messages by a push.

use std::collections::{BTreeSet, HashMap};

use domain::Error;
use domain::account::{Attendance, Profile};
use domain::id::{ConversationId, UserId};
use domain::message::Message;
use domain::notification::Circumstances;

use super::devices::Endpoint;
use crate::conversations::head::Head;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::conversations::view::take;
use crate::keys::{self, Key};
use crate::row::{self, Item};
use crate::store::Store;

/// Messages, and those who may be told of them.
#[derive(Debug, Clone)]
pub struct PushScene {
    /// The title of a group.
    pub title: Option<String>,
    /// The messages as they are now, by number.
    pub messages: Vec<Message>,
    /// What the senders are called; those who are gone are absent.
    pub senders: HashMap<UserId, String>,
    /// Members with devices.
    pub addressees: Vec<Addressee>,
}

/// A member with devices.
#[derive(Debug, Clone)]
pub struct Addressee {
    /// Who.
    pub profile: Profile,
    /// Their devices, at least one.
    pub endpoints: Vec<Endpoint>,
    state: State,
    attendance: Option<Attendance>,
    blocked: BTreeSet<UserId>,
}

impl Addressee {
    /// What decides whether they are told of a message.
    pub fn circumstances<'a>(&'a self, message: &'a Message) -> Circumstances<'a> {
        Circumstances {
            message,
            is_direct: message.conversation_id.is_direct(),
            profile: &self.profile,
            attendance: self.attendance.as_ref(),
            sees: self.state.sees(message.seq) && self.state.hidden_seq != message.seq,
            read_seq: self.state.read_seq,
            muted_until: self.state.muted_until,
            blocks_sender: message.sender_id.as_ref().is_some_and(|sender| self.blocked.contains(sender)),
        }
    }
}

impl Store {
    /// Messages of a conversation and the members with devices, as they are now; none if nobody has any.
    ///
    /// The roster first, strongly consistent, so that somebody who was removed is told nothing from the acknowledgement
    /// on: a unit for about 20 members. Then the devices of all, half a unit each: that is all that members without
    /// devices cost. Then one BatchGetItem for the rest, strongly consistent: a unit for each message, its sender, the
    /// head, and four or more for each member with devices.
    pub async fn push_scene(
        &self,
        conversation: &ConversationId,
        messages: &[(u64, UserId)],
    ) -> Result<Option<PushScene>, Error> {
        let roster = self.member_roster(conversation).await?;
        let senders: BTreeSet<_> = messages.iter().map(|(_, sender)| sender).collect();
        let others = others(&roster, &senders);
        let mut devices = self.device_batch(&others).await?;
        if devices.is_empty() {
            return Ok(None);
        }
        let mut wanted = vec![keys::head(conversation)];
        wanted.extend(messages.iter().map(|(seq, _)| keys::message(conversation, *seq)));
        wanted.extend(senders.iter().map(|sender| keys::profile(sender)));
        wanted.extend(devices.keys().flat_map(|user| of_member(user, conversation, &senders)));
        let mut rows = self.batch(&wanted, true).await?;
        let mut found = messages
            .iter()
            .map(|(seq, _)| take::<Message>(&mut rows, &keys::message(conversation, *seq)))
            .filter_map(Result::transpose)
            .collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|message| message.seq);
        let named = |sender: &&UserId| {
            let profile = rows.get(&keys::profile(sender)).cloned().map(row::decode::<Profile>).transpose();
            profile
                .map(|profile| profile.map(|profile| ((*sender).clone(), String::from(profile.display_name))))
        };
        let names = senders.iter().map(named).filter_map(Result::transpose).collect::<Result<_, _>>()?;
        let mut addressees = Vec::with_capacity(devices.len());
        for user in others {
            let Some(endpoints) = devices.remove(&user) else { continue };
            addressees.extend(addressee(&user, conversation, &senders, endpoints, &rows)?);
        }
        let title = take::<Head>(&mut rows, &keys::head(conversation))?.and_then(|head| head.title);
        Ok(Some(PushScene { title, messages: found, senders: names, addressees }))
    }
}

/// Members who may be told at all: whoever is the only sender has nothing to hear.
fn others(roster: &[MemberRow], senders: &BTreeSet<&UserId>) -> Vec<UserId> {
    let is_other = |member: &&MemberRow| senders.len() > 1 || !senders.contains(&member.user_id);
    roster.iter().filter(is_other).map(|member| member.user_id.clone()).collect()
}

fn of_member(user: &UserId, conversation: &ConversationId, senders: &BTreeSet<&UserId>) -> Vec<Key> {
    let blocks = senders.iter().filter(|sender| **sender != user).map(|sender| keys::block(user, sender));
    [keys::profile(user), keys::state(user, conversation), keys::presence(user)]
        .into_iter()
        .chain(blocks)
        .collect()
}

/// None for who left, or is gone, in this moment.
fn addressee(
    user: &UserId,
    conversation: &ConversationId,
    senders: &BTreeSet<&UserId>,
    endpoints: Vec<Endpoint>,
    rows: &HashMap<Key, Item>,
) -> Result<Option<Addressee>, Error> {
    let row = |key: Key| rows.get(&key).cloned();
    let profile = row(keys::profile(user)).map(row::decode).transpose()?;
    let state = row(keys::state(user, conversation)).map(row::decode).transpose()?;
    let (Some(profile), Some(state)) = (profile, state) else { return Ok(None) };
    let attendance = row(keys::presence(user)).map(row::decode).transpose()?;
    let blocked = senders.iter().filter(|sender| rows.contains_key(&keys::block(user, sender)));
    let blocked = blocked.map(|sender| (*sender).clone()).collect();
    Ok(Some(Addressee { profile, endpoints, state, attendance, blocked }))
}
