//! Reactions: one per person and message, summed up by emoji.

use super::{Emoji, MAX_REACTION_KINDS, MAX_REACTION_NAMES, Message, ReactionSummary};
use crate::Error;
use crate::id::UserId;

impl Message {
    /// The message after a person reacted to it, or changed their reaction; none if nothing changes.
    ///
    /// A notice or a deleted message is `Forbidden`, a 21st emoji `LimitExceeded`.
    pub fn reacted(&self, user: &UserId, old: Option<&Emoji>, new: &Emoji) -> Result<Option<Message>, Error> {
        if !self.is_live() {
            return Err(Error::forbidden("nobody can react to this message"));
        }
        if old == Some(new) {
            return Ok(None);
        }
        let mut reactions = self.reactions.clone();
        if let Some(old) = old {
            take(&mut reactions, user, old);
        }
        put(&mut reactions, user, new);
        if reactions.len() > MAX_REACTION_KINDS {
            return Err(Error::limit_exceeded(format!(
                "a message has at most {MAX_REACTION_KINDS} different reactions"
            )));
        }
        Ok(Some(self.with_reactions(reactions)))
    }

    /// The message after a person took their reaction back.
    #[must_use]
    pub fn unreacted(&self, user: &UserId, old: &Emoji) -> Message {
        let mut reactions = self.reactions.clone();
        take(&mut reactions, user, old);
        self.with_reactions(reactions)
    }

    fn with_reactions(&self, mut reactions: Vec<ReactionSummary>) -> Message {
        // Stable: of two that are equal, the earlier stays first.
        reactions.sort_by_key(|summary| std::cmp::Reverse(summary.count));
        Message { reactions, ..self.clone() }
    }
}

fn put(reactions: &mut Vec<ReactionSummary>, user: &UserId, emoji: &Emoji) {
    match reactions.iter_mut().find(|summary| summary.emoji == emoji.as_str()) {
        Some(summary) => {
            summary.count += 1;
            summary.user_ids.insert(0, user.clone());
            summary.user_ids.truncate(MAX_REACTION_NAMES);
        }
        None => reactions.push(ReactionSummary {
            emoji: emoji.as_str().to_owned(),
            count: 1,
            user_ids: vec![user.clone()],
        }),
    }
}

fn take(reactions: &mut Vec<ReactionSummary>, user: &UserId, emoji: &Emoji) {
    if let Some(summary) = reactions.iter_mut().find(|summary| summary.emoji == emoji.as_str()) {
        summary.count = summary.count.saturating_sub(1);
        summary.user_ids.retain(|named| named != user);
    }
    reactions.retain(|summary| summary.count > 0);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::ErrorKind;
    use crate::message::change::tests::{message, user};

    fn emoji(text: &str) -> Emoji {
        Emoji::parse(text).unwrap()
    }

    #[test]
    fn the_same_reaction_again_changes_nothing() {
        let thumb = emoji("👍");
        let message = message().reacted(&user(1), None, &thumb).unwrap().unwrap();
        assert_eq!(message.reacted(&user(1), Some(&thumb), &thumb).unwrap(), None);
    }

    #[test]
    fn the_last_ten_are_named_last_first() {
        let thumb = emoji("👍");
        let message =
            (1..=12).fold(message(), |message, n| message.reacted(&user(n), None, &thumb).unwrap().unwrap());
        let summary = &message.reactions[0];
        assert_eq!(summary.count, 12);
        assert_eq!(summary.user_ids, (3..=12).rev().map(user).collect::<Vec<_>>());
    }

    #[test]
    fn the_twenty_first_emoji_is_too_many_but_a_change_is_not() {
        let kinds: Vec<Emoji> = emojis::iter().take(21).map(|one| emoji(one.as_str())).collect();
        let full =
            kinds.iter().take(20).enumerate().fold(message(), |message, (n, kind)| {
                message.reacted(&user(n), None, kind).unwrap().unwrap()
            });
        let refused = full.reacted(&user(30), None, &kinds[20]).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::LimitExceeded);
        assert!(full.reacted(&user(30), None, &kinds[3]).is_ok());
        assert!(full.reacted(&user(0), Some(&kinds[0]), &kinds[20]).is_ok());
    }

    proptest! {
        #[test]
        fn the_summary_is_what_everybody_chose(steps in prop::collection::vec((0..15_usize, prop::option::of(0..4_usize)), 0..80)) {
            let kinds = ["👍", "❤️", "😂", "🇻🇳"].map(emoji);
            let mut model: BTreeMap<usize, usize> = BTreeMap::new();
            let mut message = message();
            for (who, what) in steps {
                let old = model.get(&who).map(|old| kinds[*old].clone());
                match what {
                    Some(what) => {
                        if let Some(changed) = message.reacted(&user(who), old.as_ref(), &kinds[what]).unwrap() {
                            message = changed;
                        }
                        model.insert(who, what);
                    }
                    None => {
                        if let Some(old) = old {
                            message = message.unreacted(&user(who), &old);
                        }
                        model.remove(&who);
                    }
                }
            }
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for what in model.values() {
                *counts.entry(kinds[*what].as_str()).or_default() += 1;
            }
            let summed: BTreeMap<&str, u64> =
                message.reactions.iter().map(|summary| (summary.emoji.as_str(), summary.count)).collect();
            prop_assert_eq!(summed, counts);
            prop_assert!(message.reactions.is_sorted_by(|one, next| one.count >= next.count));
            for summary in &message.reactions {
                prop_assert!(summary.user_ids.len() <= MAX_REACTION_NAMES);
                for named in &summary.user_ids {
                    let who = model.iter().find(|(who, _)| user(**who) == *named).unwrap();
                    prop_assert_eq!(kinds[*who.1].as_str(), &summary.emoji);
                }
            }
        }
    }
}
