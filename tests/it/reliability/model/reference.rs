//! The chat in its smallest form: no table, no races, only the rules.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Place, Role, Step, Who};

/// What an attempt comes to: done, or the type of the error.
pub(super) type Outcome = Result<(), &'static str>;

const NOT_FOUND: Outcome = Err("NotFound");
const FORBIDDEN: Outcome = Err("Forbidden");

/// The most edits of a message.
const MAX_EDITS: usize = 20;

/// A message, or a notice, which has no sender.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    pub(super) sender: Option<Who>,
    pub(super) text: Option<String>,
    pub(super) rev: u64,
    pub(super) deleted: bool,
    pub(super) reactions: BTreeMap<Who, u8>,
    edits: usize,
}

/// A member.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) role: Role,
    pub(super) first: u64,
    pub(super) read: u64,
    /// Smaller for who joined before.
    joined: u64,
}

/// A conversation.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    direct: bool,
    pub(super) rev: u64,
    /// The message with number 1 first.
    pub(super) messages: Vec<Message>,
    pub(super) members: BTreeMap<Who, Member>,
    /// What people deleted for themself, which outlives their membership.
    hidden: BTreeSet<(Who, u64)>,
    send: Role,
    all_history: bool,
}

/// Everything that people share.
#[derive(Debug, Clone)]
pub(super) struct Model {
    group: Talk,
    direct: Talk,
    pub(super) blocks: BTreeSet<(Who, Who)>,
}

impl Member {
    fn sees(&self, seq: u64) -> bool {
        seq >= self.first
    }

    /// How many of so many messages are unread.
    pub(super) fn unread(&self, last: u64) -> u64 {
        last.saturating_sub(self.read.max(self.first.saturating_sub(1)))
    }
}

impl Talk {
    fn new(direct: bool) -> Talk {
        Talk {
            direct,
            rev: 0,
            messages: Vec::new(),
            members: BTreeMap::new(),
            hidden: BTreeSet::new(),
            send: Role::Member,
            all_history: false,
        }
    }

    pub(super) fn seq(&self) -> u64 {
        self.messages.len() as u64
    }

    fn join(&mut self, who: Who, role: Role, first: u64, joined: u64) {
        self.members.insert(who, Member { role, first, read: 0, joined });
    }

    /// A notice; who causes it has read it if they had read all before.
    fn notice(&mut self, by: Option<Who>) {
        let before = self.seq();
        self.messages.push(Message::default());
        let reader = by.and_then(|who| self.members.get_mut(&who)).filter(|member| member.read == before);
        if let Some(member) = reader {
            member.read = before + 1;
        }
    }

    fn role(&self, who: Who) -> Result<Role, &'static str> {
        self.members.get(&who).map(|member| member.role).ok_or("NotFound")
    }

    /// The numbers of what people sent.
    pub(super) fn sent(&self) -> Vec<u64> {
        let sent = self.messages.iter().enumerate().filter(|(_, message)| message.sender.is_some());
        sent.map(|(index, _)| index as u64 + 1).collect()
    }

    pub(super) fn message(&self, seq: u64) -> &Message {
        &self.messages[seq as usize - 1]
    }

    fn change(&mut self, seq: u64) -> &mut Message {
        self.rev += 1;
        let message = &mut self.messages[seq as usize - 1];
        message.rev = self.rev;
        message
    }

    /// Whether somebody may see the message and did not delete it for themself.
    pub(super) fn shows(&self, who: Who, seq: u64) -> bool {
        self.members.get(&who).is_some_and(|member| member.sees(seq)) && !self.hidden.contains(&(who, seq))
    }

    /// The numbers of all messages that somebody's lists show.
    pub(super) fn shown(&self, who: Who) -> Vec<u64> {
        (1..=self.seq()).filter(|seq| self.shows(who, *seq)).collect()
    }

    fn visible(&self, who: Who, seq: u64) -> Outcome {
        if self.shows(who, seq) { Ok(()) } else { NOT_FOUND }
    }

    /// Whether somebody else stays owner when this one is none any more.
    fn has_other_owner(&self, who: Who) -> bool {
        self.members.iter().any(|(other, member)| *other != who && member.role == Role::Owner)
    }

    fn edit(&mut self, who: Who, seq: u64, text: String) -> Outcome {
        let message = self.message(seq);
        if message.sender != Some(who) || message.deleted {
            return FORBIDDEN;
        }
        if message.text.as_ref() == Some(&text) {
            return Ok(());
        }
        if message.edits >= MAX_EDITS {
            return Err("LimitExceeded");
        }
        let message = self.change(seq);
        message.text = Some(text);
        message.edits += 1;
        Ok(())
    }

    fn delete(&mut self, who: Who, seq: u64) -> Outcome {
        let moderates = !self.direct && self.role(who)? >= Role::Admin;
        let message = self.message(seq);
        if message.sender != Some(who) && !moderates {
            return FORBIDDEN;
        }
        if !message.deleted {
            let message = self.change(seq);
            message.deleted = true;
            message.text = None;
            message.reactions.clear();
        }
        Ok(())
    }

    fn react(&mut self, who: Who, seq: u64, emoji: u8) -> Outcome {
        let message = self.message(seq);
        if message.deleted {
            return FORBIDDEN;
        }
        if message.reactions.get(&who) != Some(&emoji) {
            self.change(seq).reactions.insert(who, emoji);
        }
        Ok(())
    }

    fn unreact(&mut self, who: Who, seq: u64) -> Outcome {
        if self.message(seq).reactions.contains_key(&who) {
            self.change(seq).reactions.remove(&who);
        }
        Ok(())
    }
}

impl Model {
    /// The group of persons 0, 1 and 2, and the direct conversation of 0 and 1.
    pub(super) fn new() -> Model {
        let (mut group, mut direct) = (Talk::new(false), Talk::new(true));
        group.join(0, Role::Owner, 1, 0);
        group.notice(Some(0));
        group.notice(Some(0));
        group.members.get_mut(&0).into_iter().for_each(|owner| owner.read = 2);
        // Who makes a group is there before those who are added to it.
        for who in [1, 2] {
            group.join(who, Role::Member, 2, 1);
        }
        for who in [0, 1] {
            direct.join(who, Role::Member, 1, 0);
        }
        Model { group, direct, blocks: BTreeSet::new() }
    }

    pub(super) fn talk(&self, place: Place) -> &Talk {
        match place {
            Place::Group => &self.group,
            Place::Direct => &self.direct,
        }
    }

    fn talk_mut(&mut self, place: Place) -> &mut Talk {
        match place {
            Place::Group => &mut self.group,
            Place::Direct => &mut self.direct,
        }
    }

    fn between(&self, one: Who, other: Who) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    fn is_closed(&self, place: Place) -> bool {
        place == Place::Direct && self.between(0, 1)
    }

    /// Whether somebody may write at a place at all.
    fn takes_part(&self, place: Place) -> Outcome {
        if self.is_closed(place) { FORBIDDEN } else { Ok(()) }
    }

    /// Does a step; `picked` is the number of the message that it is about, `text` what it says. `ids` breaks ties as
    /// the cloud does.
    pub(super) fn play(&mut self, step: &Step, picked: u64, text: &str, ids: &[String]) -> Outcome {
        match *step {
            Step::Send(who, place) => self.send(who, place, text),
            Step::SendAgain(who, place, _) => self.send_again(who, place, picked),
            Step::Edit(who, place, ..) => {
                self.talk(place).visible(who, picked)?;
                self.takes_part(place)?;
                self.talk_mut(place).edit(who, picked, text.to_owned())
            }
            Step::Hide(who, place, _) => self.hide(who, place, picked),
            Step::Delete(who, place, _) => {
                self.talk(place).visible(who, picked)?;
                self.talk_mut(place).delete(who, picked)
            }
            Step::React(who, place, _, emoji) => {
                self.talk(place).visible(who, picked)?;
                self.takes_part(place)?;
                self.talk_mut(place).react(who, picked, emoji)
            }
            Step::Unreact(who, place, _) => {
                self.talk(place).visible(who, picked)?;
                self.talk_mut(place).unreact(who, picked)
            }
            Step::Read(who, place, seq) => {
                let member = self.talk_mut(place).members.get_mut(&who).ok_or("NotFound")?;
                member.read = member.read.max(u64::from(seq));
                Ok(())
            }
            Step::Add(who, whom) => self.add(who, whom),
            Step::Remove(who, whom) => self.remove(who, whom),
            Step::Leave(who) => self.leave(who, ids),
            Step::SetRole(who, whom, role) => self.set_role(who, whom, role),
            Step::Restrict(who, right) => {
                self.set_policy(who, |group| std::mem::replace(&mut group.send, right) != right)
            }
            Step::ShowHistory(who, all) => {
                self.set_policy(who, |group| std::mem::replace(&mut group.all_history, all) != all)
            }
            Step::Block(who, whom) => {
                self.blocks.insert((who, whom));
                Ok(())
            }
            Step::Unblock(who, whom) => {
                self.blocks.remove(&(who, whom));
                Ok(())
            }
        }
    }

    fn send(&mut self, who: Who, place: Place, text: &str) -> Outcome {
        let role = self.talk(place).role(who)?;
        self.takes_part(place)?;
        let talk = self.talk_mut(place);
        if role < talk.send {
            return FORBIDDEN;
        }
        talk.messages.push(Message { sender: Some(who), text: Some(text.to_owned()), ..Message::default() });
        let seq = talk.seq();
        if let Some(member) = talk.members.get_mut(&who) {
            member.read = member.read.max(seq);
        }
        Ok(())
    }

    /// The same id with the same words: nothing new for its sender, a conflict for anybody else.
    fn send_again(&self, who: Who, place: Place, picked: u64) -> Outcome {
        let talk = self.talk(place);
        talk.role(who)?;
        if talk.message(picked).sender == Some(who) { Ok(()) } else { Err("Conflict") }
    }

    fn hide(&mut self, who: Who, place: Place, seq: u64) -> Outcome {
        let talk = self.talk_mut(place);
        if !talk.members.get(&who).is_some_and(|member| member.sees(seq)) {
            return NOT_FOUND;
        }
        talk.hidden.insert((who, seq));
        Ok(())
    }

    fn add(&mut self, who: Who, whom: Who) -> Outcome {
        self.group.role(who)?;
        if self.group.members.contains_key(&whom) || self.between(who, whom) {
            return Ok(());
        }
        let seq = self.group.seq() + 1;
        let first = if self.group.all_history { 1 } else { seq };
        self.group.notice(Some(who));
        self.group.join(whom, Role::Member, first, seq);
        Ok(())
    }

    fn remove(&mut self, who: Who, whom: Who) -> Outcome {
        let role = self.group.role(who)?;
        if role < Role::Admin {
            return FORBIDDEN;
        }
        let Ok(target) = self.group.role(whom) else { return Ok(()) };
        if target > Role::Member && role < Role::Owner {
            return FORBIDDEN;
        }
        self.group.members.remove(&whom);
        self.group.notice(Some(who));
        Ok(())
    }

    fn leave(&mut self, who: Who, ids: &[String]) -> Outcome {
        let Some(left) = self.group.members.remove(&who) else { return Ok(()) };
        self.group.notice(None);
        if left.role == Role::Owner && !self.group.has_other_owner(who) {
            // The longest-standing of the highest role.
            let heir = self.group.members.iter_mut().min_by(|(one, a), (other, b)| {
                b.role.cmp(&a.role).then(a.joined.cmp(&b.joined)).then(ids[**one].cmp(&ids[**other]))
            });
            if let Some((_, heir)) = heir {
                heir.role = Role::Owner;
            }
        }
        Ok(())
    }

    fn set_role(&mut self, who: Who, whom: Who, role: Role) -> Outcome {
        if self.group.role(who)? < Role::Owner {
            return FORBIDDEN;
        }
        if self.group.role(whom)? == role {
            return Ok(());
        }
        if who == whom && !self.group.has_other_owner(who) {
            return FORBIDDEN;
        }
        if let Some(member) = self.group.members.get_mut(&whom) {
            member.role = role;
            self.group.rev += 1;
        }
        Ok(())
    }

    fn set_policy(&mut self, who: Who, change: impl FnOnce(&mut Talk) -> bool) -> Outcome {
        if self.group.role(who)? < Role::Admin {
            return FORBIDDEN;
        }
        if change(&mut self.group) {
            self.group.rev += 1;
        }
        Ok(())
    }
}
