//! The chat list: which conversations, in which order.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::{Conversation, ConversationKind};
use crate::id::ConversationId;

/// Which conversations a list holds; by default all that are not archived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConversationFilter {
    /// Only with unread messages or an unread mark; `false` restricts nothing.
    #[serde(default)]
    pub unread: Option<bool>,
    /// Only this kind.
    #[serde(default)]
    pub kind: Option<ConversationKind>,
    /// Only archived, or only not archived.
    #[serde(default)]
    pub archived: Option<bool>,
}

impl ConversationFilter {
    /// Whether a conversation, with its state, is in the list.
    pub fn admits(&self, conversation: &Conversation) -> bool {
        let Some(state) = &conversation.state else { return false };
        let unread = state.marked_unread || state.unread_count.is_some_and(|count| count > 0);
        state.archived == self.archived.unwrap_or(false)
            && self.kind.is_none_or(|kind| kind == conversation.kind)
            && (unread || !self.unread.unwrap_or(false))
    }
}

/// Where a conversation stands in the list: pinned ones first, the last pinned at the top; then by the last message,
/// else by when it was created; of two at the same moment the one with the smaller id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChatListPosition(Reverse<Option<Timestamp>>, Reverse<Timestamp>, ConversationId);

impl ChatListPosition {
    /// The place of a conversation, with its state.
    pub fn of(conversation: &Conversation) -> Self {
        let pinned_at = conversation.state.as_ref().and_then(|state| state.pinned_at);
        ChatListPosition(Reverse(pinned_at), Reverse(conversation.active_at()), conversation.id.clone())
    }
}

impl Conversation {
    /// When the last message came, else when the conversation was created. Changes of old messages move nothing up.
    pub fn active_at(&self) -> Timestamp {
        self.last_message.as_ref().map_or(self.created_at, |message| message.created_at)
    }
}

/// The conversations of one page in their order, and the place after which the next page starts.
pub fn chat_list_page(
    conversations: Vec<Conversation>,
    filter: &ConversationFilter,
    after: Option<&ChatListPosition>,
    limit: usize,
) -> (Vec<Conversation>, Option<ChatListPosition>) {
    let mut listed: Vec<_> = conversations
        .into_iter()
        .filter(|conversation| filter.admits(conversation))
        .map(|conversation| (ChatListPosition::of(&conversation), conversation))
        .filter(|(position, _)| after.is_none_or(|after| position > after))
        .collect();
    listed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let more = listed.len() > limit;
    listed.truncate(limit);
    let next = if more { listed.last().map(|(position, _)| position.clone()) } else { None };
    (listed.into_iter().map(|(_, conversation)| conversation).collect(), next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conversation::{ConversationState, MemberRole};
    use crate::id::UserId;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn conversation(number: usize, created: i64, pinned: Option<i64>) -> Conversation {
        let user_id = UserId::parse(format!("00000000-0000-4000-8000-{number:012x}")).unwrap();
        let id = ConversationId::direct(&user_id, &user_id);
        let state = ConversationState {
            conversation_id: id.clone(),
            user_id: user_id.clone(),
            role: MemberRole::Member,
            joined_at: at(created),
            first_seq: 1,
            read_seq: 0,
            delivered_seq: 0,
            unread_count: Some(0),
            pinned_at: pinned.map(at),
            muted_until: None,
            archived: false,
            marked_unread: false,
            mentioned: false,
            draft: None,
            cleared_seq: 0,
            version: 1,
        };
        Conversation {
            id,
            kind: ConversationKind::Direct,
            title: None,
            description: None,
            member_count: 1,
            created_by: user_id,
            created_at: at(created),
            participant_ids: None,
            policy: None,
            seq: 0,
            rev: 0,
            last_message: None,
            updated_at: at(created),
            state: Some(state),
        }
    }

    fn state(conversation: &mut Conversation) -> &mut ConversationState {
        conversation.state.as_mut().unwrap()
    }

    fn all() -> ConversationFilter {
        ConversationFilter::default()
    }

    #[test]
    fn pinned_come_first_and_the_last_pinned_is_at_the_top() {
        let list = vec![
            conversation(1, 900, None),
            conversation(2, 1, Some(5)),
            conversation(3, 2, Some(8)),
            conversation(4, 950, None),
        ];
        let order: Vec<_> =
            chat_list_page(list, &all(), None, 10).0.iter().map(|one| one.created_at.as_second()).collect();
        assert_eq!(order, [2, 1, 950, 900]);
    }

    #[test]
    fn archived_ones_are_in_a_list_of_their_own() {
        let mut archived = conversation(1, 1, None);
        state(&mut archived).archived = true;
        let list = vec![archived, conversation(2, 2, None)];
        assert_eq!(chat_list_page(list.clone(), &all(), None, 10).0.len(), 1);
        let filter = ConversationFilter { archived: Some(true), ..all() };
        assert_eq!(chat_list_page(list, &filter, None, 10).0[0].created_at, at(1));
    }

    #[test]
    fn an_unread_mark_counts_as_unread() {
        let (mut marked, mut unread) = (conversation(1, 1, None), conversation(2, 2, None));
        state(&mut marked).marked_unread = true;
        state(&mut unread).unread_count = Some(3);
        let list = vec![marked, unread, conversation(3, 3, None)];
        let filter = ConversationFilter { unread: Some(true), ..all() };
        assert_eq!(chat_list_page(list, &filter, None, 10).0.len(), 2);
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_list(
            list in prop::collection::vec((0_i64..6, prop::option::of(0_i64..3)), 0..40),
            limit in 1_usize..9,
        ) {
            let list: Vec<_> = list
                .into_iter()
                .enumerate()
                .map(|(number, (created, pinned))| conversation(number, created, pinned))
                .collect();
            let whole = chat_list_page(list.clone(), &all(), None, usize::MAX).0;
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let (page, next) = chat_list_page(list.clone(), &all(), after.as_ref(), limit);
                prop_assert!(page.len() <= limit);
                pages.extend(page);
                let Some(next) = next else { break };
                after = Some(next);
            }
            prop_assert_eq!(pages, whole);
        }
    }
}
