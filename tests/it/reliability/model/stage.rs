//! The same steps in the cloud, over the protocol, compared with the model.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, Reply, World};

use super::reference::{Member, Model, Talk};
use super::step::{PEOPLE, Place, Step, Who};
use crate::reliability::scale;

const EMOJI: [&str; 3] = ["👍", "❤️", "😂"];

// What is compared and no more: each person looked up costs time.
const LIST: &str = "query($id: ID!) { listMessages(conversationId: $id, limit: 100) {
  items { seq text rev senderId deletedAt reactions { emoji count } } } }";
const SYNC: &str = "query($id: ID!, $seq: Int!, $rev: Int!) {
  syncMessages(conversationId: $id, afterSeq: $seq, afterRev: $rev, limit: 23) { events { seq rev } seq rev hasMore } }";

const PLACES: [Place; 2] = [Place::Group, Place::Direct];

/// A cloud with enough people: each case has two who never met before.
pub(super) struct Theatre {
    people: Vec<Person>,
    case: AtomicUsize,
}

/// One case.
struct Stage {
    people: Vec<Person>,
    ids: Vec<String>,
    model: Model,
    group: String,
    direct: String,
    /// Id and text of each message that was sent, by place and number.
    sent: BTreeMap<(bool, u64), (String, String)>,
}

type Check = Result<(), String>;

fn same<T: PartialEq + Debug>(what: impl std::fmt::Display, cloud: T, model: T) -> Check {
    if cloud == model { Ok(()) } else { Err(format!("{what}: the cloud has {cloud:?}, the model {model:?}")) }
}

impl Theatre {
    pub(super) async fn open() -> Theatre {
        let world = World::new().await;
        let names: Vec<_> = (0..scale(12, 72)).map(|number| format!("person{number}")).collect();
        let mut people = Vec::new();
        for chunk in names.chunks(8) {
            people.extend(join_all(chunk.iter().map(|name| world.person(name))).await);
        }
        Theatre { people, case: AtomicUsize::new(0) }
    }

    /// People of whom the first two never met before; in the end, when a failure is made smaller, they did.
    fn cast(&self) -> Vec<Person> {
        let count = self.people.len();
        let case = self.case.fetch_add(1, Ordering::SeqCst) % (count * (count - 1) / 2);
        let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
        let (one, other) = pairs.into_iter().nth(case).expect("as many pairs");
        let others = (0..count).filter(|index| ![one, other].contains(index)).take(PEOPLE - 2);
        [one, other].into_iter().chain(others).map(|index| self.people[index].clone()).collect()
    }

    /// Whether it is found when the model says something that does not hold in the cloud.
    pub(super) async fn finds_a_lie(&self) -> bool {
        let mut stage = Stage::open(self.cast()).await;
        stage.model.blocks.insert((0, 1));
        let found = stage.play(&Step::Send(0, Place::Direct)).await.is_err();
        stage.close().await;
        found
    }

    /// Plays a case.
    pub(super) async fn play(&self, steps: &[Step]) -> Check {
        let mut stage = Stage::open(self.cast()).await;
        let mut played = Ok(());
        for (index, step) in steps.iter().enumerate() {
            played = stage.play(step).await.map_err(|error| format!("step {index}, {step:?}: {error}"));
            if played.is_err() {
                break;
            }
        }
        if played.is_ok() {
            played = stage.compare_all().await;
        }
        stage.close().await;
        played
    }
}

impl Stage {
    async fn open(people: Vec<Person>) -> Stage {
        let direct = people[0].meets(&people[1]).await;
        let group = people[0].gathers("stage", &[&people[1], &people[2]]).await;
        let ids = people.iter().map(|person| person.id.clone()).collect();
        Stage { people, ids, model: Model::new(), group, direct, sent: BTreeMap::new() }
    }

    /// No block outlives its case.
    async fn close(self) {
        for (who, whom) in &self.model.blocks {
            self.people[*who].does("unblockUser", json!({ "userId": self.ids[*whom] }), "{ userId }").await;
        }
    }

    fn id(&self, place: Place) -> &str {
        match place {
            Place::Group => &self.group,
            Place::Direct => &self.direct,
        }
    }

    async fn play(&mut self, step: &Step) -> Check {
        let Some(picked) = self.picked(step) else { return Ok(()) };
        let text = self.text(step);
        let id = self.message_id(step, picked);
        let reply = self.ask(step, &id, picked, &text).await;
        let mut after = self.model.clone();
        let expected = after.play(step, picked, &text, &self.ids);
        same("the outcome", reply.error_type().map_or(Ok(()), Err), expected)?;
        if let Step::Send(_, place) = step
            && expected.is_ok()
        {
            let seq = after.talk(*place).seq();
            same("the number", reply.data["sendMessage"]["seq"].as_u64(), Some(seq))?;
            self.sent.insert((*place == Place::Group, seq), (id, text));
        }
        self.model = after;
        let (who, place) = self.scene(step);
        self.compare_view(who, place).await
    }

    /// The number of the message that the step is about; none if it needs one and there is none.
    fn picked(&self, step: &Step) -> Option<u64> {
        let (Step::SendAgain(_, place, pick)
        | Step::Edit(_, place, pick, _)
        | Step::Hide(_, place, pick)
        | Step::Delete(_, place, pick)
        | Step::React(_, place, pick, _)
        | Step::Unreact(_, place, pick)) = step
        else {
            return Some(0);
        };
        let sent = self.model.talk(*place).sent();
        usize::from(*pick).checked_rem(sent.len()).map(|index| sent[index])
    }

    fn text(&self, step: &Step) -> String {
        match step {
            Step::Edit(_, _, _, text) => format!("edit {text}"),
            _ => format!("message {}", self.sent.len()),
        }
    }

    fn message_id(&self, step: &Step, picked: u64) -> String {
        let place = self.scene(step).1;
        self.sent.get(&(place == Place::Group, picked)).map_or_else(fresh, |(id, _)| id.clone())
    }

    /// Who acts where.
    fn scene(&self, step: &Step) -> (Who, Place) {
        match *step {
            Step::Send(who, place)
            | Step::SendAgain(who, place, _)
            | Step::Edit(who, place, ..)
            | Step::Hide(who, place, _)
            | Step::Delete(who, place, _)
            | Step::React(who, place, ..)
            | Step::Unreact(who, place, _)
            | Step::Read(who, place, _) => (who, place),
            Step::Add(who, _)
            | Step::Remove(who, _)
            | Step::Leave(who)
            | Step::SetRole(who, ..)
            | Step::Restrict(who, _)
            | Step::ShowHistory(who, _) => (who, Place::Group),
            Step::Block(who, _) | Step::Unblock(who, _) => (who, Place::Direct),
        }
    }

    async fn ask(&self, step: &Step, id: &str, picked: u64, text: &str) -> Reply {
        let (who, place) = self.scene(step);
        let (me, talk) = (&self.people[who], self.id(place));
        let of_message = json!({ "conversationId": talk, "messageId": id });
        let with = |base: &Value, name: &str, value: Value| {
            let mut input = base.clone();
            input[name] = value;
            input
        };
        let of_group = json!({ "conversationId": self.group });
        let policy = |policy: Value| json!({ "conversationId": self.group, "policy": policy });
        match *step {
            Step::Send(..) => me.sends_as(id, talk, text).await,
            Step::SendAgain(..) => {
                me.sends_as(id, talk, &self.sent[&(place == Place::Group, picked)].1).await
            }
            Step::Edit(..) => me.does("editMessage", with(&of_message, "text", json!(text)), "{ id }").await,
            Step::Hide(..) => {
                me.does("deleteMessage", with(&of_message, "scope", json!("ME")), "{ id }").await
            }
            Step::Delete(..) => {
                me.does("deleteMessage", with(&of_message, "scope", json!("EVERYONE")), "{ id }").await
            }
            Step::React(_, _, _, emoji) => {
                let input = with(&of_message, "emoji", json!(EMOJI[usize::from(emoji)]));
                me.does("setReaction", input, "{ id }").await
            }
            Step::Unreact(..) => me.does("removeReaction", of_message, "{ id }").await,
            Step::Read(_, _, seq) => me.has_read(talk, u64::from(seq)).await,
            Step::Add(_, whom) => {
                me.does("addMembers", with(&of_group, "userIds", json!([self.ids[whom]])), "{ status }").await
            }
            Step::Remove(_, whom) => {
                // What the removal itself comes to is seen in the views, so that going oneself is no special case.
                me.does("removeMember", with(&of_group, "userId", json!(self.ids[whom])), "{ id }").await
            }
            Step::Leave(_) => me.does("leaveConversation", of_group, "").await,
            Step::SetRole(_, whom, role) => {
                let input =
                    with(&with(&of_group, "userId", json!(self.ids[whom])), "role", json!(role.name()));
                me.does("setMemberRole", input, "{ role }").await
            }
            Step::Restrict(_, right) => {
                me.does("updateGroup", policy(json!({ "send": right.name() })), "{ id }").await
            }
            Step::ShowHistory(_, all) => {
                let history = if all { "ALL" } else { "FROM_JOINING" };
                me.does("updateGroup", policy(json!({ "history": history })), "{ id }").await
            }
            Step::Block(_, whom) => {
                me.does("blockUser", json!({ "userId": self.ids[whom] }), "{ userId }").await
            }
            Step::Unblock(_, whom) => {
                me.does("unblockUser", json!({ "userId": self.ids[whom] }), "{ userId }").await
            }
        }
    }

    async fn compare_view(&self, who: Who, place: Place) -> Check {
        let reply = self.people[who].looks_at(self.id(place)).await;
        let talk = self.model.talk(place);
        let Some(member) = talk.members.get(&who) else {
            return same("what a stranger sees", reply.error_type(), Some("NotFound"));
        };
        same("a member's view", reply.error_type(), None)?;
        let view = reply.value();
        let number = |value: &Value| value.as_u64().unwrap_or(u64::MAX);
        same("seq", number(&view["seq"]), talk.seq())?;
        same("rev", number(&view["rev"]), talk.rev)?;
        same("memberCount", number(&view["memberCount"]), talk.members.len() as u64)?;
        let state = &view["state"];
        same("role", state["role"].as_str(), Some(member.role.name()))?;
        same("firstSeq", number(&state["firstSeq"]), member.first)?;
        same("readSeq", number(&state["readSeq"]), member.read)?;
        same("unreadCount", number(&state["unreadCount"]), member.unread(talk.seq()))
    }

    /// At the end, all people see what the model says, in each of the ways to read.
    async fn compare_all(&self) -> Check {
        for place in PLACES {
            for who in 0..PEOPLE {
                let here = |error| format!("at the end, person {who} in {place:?}: {error}");
                self.compare_view(who, place).await.map_err(here)?;
                if let Some(member) = self.model.talk(place).members.get(&who) {
                    self.compare_messages(who, place).await.map_err(here)?;
                    self.compare_sync(who, place, member).await.map_err(here)?;
                }
            }
        }
        Ok(())
    }

    async fn compare_messages(&self, who: Who, place: Place) -> Check {
        let talk = self.model.talk(place);
        let page = self.people[who].asks(LIST, json!({ "id": self.id(place) })).await.value();
        let messages = page["items"].as_array().cloned().unwrap_or_default();
        let listed: Vec<u64> = messages.iter().filter_map(|message| message["seq"].as_u64()).collect();
        let shown = talk.shown(who);
        same("the messages", &listed, &shown)?;
        for (message, seq) in messages.iter().zip(shown) {
            self.compare_message(message, talk, seq).map_err(|error| format!("message {seq}: {error}"))?;
        }
        Ok(())
    }

    fn compare_message(&self, shown: &Value, talk: &Talk, seq: u64) -> Check {
        let message = talk.message(seq);
        same("text", shown["text"].as_str(), message.text.as_deref())?;
        same("rev", shown["rev"].as_u64(), Some(message.rev))?;
        same("sender", shown["senderId"].as_str(), message.sender.map(|who| self.ids[who].as_str()))?;
        same("deleted", shown["deletedAt"].is_string(), message.deleted)?;
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for emoji in message.reactions.values() {
            *counts.entry(EMOJI[usize::from(*emoji)]).or_default() += 1;
        }
        let reactions = shown["reactions"].as_array().into_iter().flatten();
        let shown =
            reactions.map(|one| (one["emoji"].as_str().unwrap_or(""), one["count"].as_u64().unwrap_or(0)));
        same("reactions", shown.collect(), counts)
    }

    /// From nothing, in small pages, to everything.
    async fn compare_sync(&self, who: Who, place: Place, member: &Member) -> Check {
        let talk = self.model.talk(place);
        let (mut seq, mut rev, mut seqs, mut revs) = (0, 0, Vec::new(), Vec::new());
        for _ in 0..100 {
            let position = json!({ "id": self.id(place), "seq": seq, "rev": rev });
            let page = self.people[who].asks(SYNC, position).await.value();
            for event in page["events"].as_array().into_iter().flatten() {
                seqs.extend(event["seq"].as_u64());
                revs.extend(event["rev"].as_u64());
            }
            (seq, rev) = (page["seq"].as_u64().unwrap_or(0), page["rev"].as_u64().unwrap_or(0));
            if page["hasMore"] == false {
                break;
            }
        }
        same("where sync ends", (seq, rev), (talk.seq(), talk.rev))?;
        let concerning: Vec<u64> = seqs.iter().copied().filter(|seq| talk.shows(who, *seq)).collect();
        same("the messages of sync", concerning, talk.shown(who))?;
        same("nothing before what one may see", seqs.iter().all(|seq| *seq >= member.first), true)?;
        same("changes in order", revs.is_sorted(), true)
    }
}
