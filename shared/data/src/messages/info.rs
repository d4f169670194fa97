//! Who has a message, and what became of it.

use domain::Error;
use domain::conversation::MAX_NAMED_RECEIPTS;
use domain::id::{ConversationId, MessageId, UserId};
use domain::message::{Message, MessageEdit, Reaction, Receipt};
use futures::future::try_join4;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::conversations::view::headless;
use crate::keys;
use crate::messages::receipts::Telling;
use crate::messages::row::{Change, MessageRow, ReactionRow};
use crate::row;
use crate::store::{Range, Store};

/// The most reactions that are named one by one.
const MAX_REACTIONS: usize = 100;

/// Who has a message, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageDetail {
    /// The message.
    pub message: Message,
    /// Who has it, by user id, the sender left out; nobody is named above 256 members.
    pub receipts: Vec<Receipt>,
    /// How many others have it.
    pub delivered_count: u64,
    /// How many others read it, as far as they tell.
    pub read_count: u64,
    /// The reactions one by one.
    pub reactions: Vec<Reaction>,
    /// The earlier texts, oldest first.
    pub edits: Vec<MessageEdit>,
}

impl Store {
    /// Everything about a message that a member may see; `NotFound` for others.
    ///
    /// Strongly consistent; four reads one after the other. The states of all members are read, a unit each and 1,024
    /// at most, because there is no other way to count.
    pub async fn message_detail(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<MessageDetail, Error> {
        let (_, row) = self.message_seen(user, conversation, message).await?;
        let head = self.head_get(conversation);
        let head = async { head.await?.ok_or_else(|| headless(conversation)) };
        let (head, others, reactions, edits) = try_join4(
            head,
            self.others(conversation, row.message.sender_id.as_ref()),
            self.reaction_list(&row.message),
            self.edit_list(&row),
        )
        .await?;
        let telling = self.telling(&head).await?;
        let receipts: Vec<Receipt> = others
            .iter()
            .filter(|state| state.first_seq <= row.message.seq && state.delivered_seq >= row.message.seq)
            .map(|state| state.receipt(telling))
            .collect();
        let read = |receipt: &&Receipt| receipt.read_seq.is_some_and(|seq| seq >= row.message.seq);
        Ok(MessageDetail {
            delivered_count: receipts.len() as u64,
            read_count: receipts.iter().filter(read).count() as u64,
            receipts: if head.member_count > MAX_NAMED_RECEIPTS { Vec::new() } else { receipts },
            message: row.message,
            reactions,
            edits,
        })
    }

    /// The states of all members but one, by user id; two reads one after the other.
    pub(crate) async fn others(
        &self,
        conversation: &ConversationId,
        one: Option<&UserId>,
    ) -> Result<Vec<State>, Error> {
        let roster = self.member_roster(conversation).await?;
        let others = roster.iter().map(|member| &member.user_id).filter(|user| Some(*user) != one);
        let wanted: Vec<_> = others.map(|user| keys::state(user, conversation)).collect();
        let mut items = self.batch(&wanted, true).await?;
        wanted.iter().filter_map(|key| items.remove(key)).map(row::decode).collect()
    }

    async fn reaction_list(&self, message: &Message) -> Result<Vec<Reaction>, Error> {
        if message.reactions.is_empty() {
            return Ok(Vec::new());
        }
        let pk = keys::conversation_partition(&message.conversation_id);
        let range = Range::prefix(pk, &keys::reactions_prefix(message.seq)).limit(MAX_REACTIONS);
        let reaction = |item| {
            let row: ReactionRow = row::decode(item)?;
            Ok(Reaction { user_id: row.user_id, emoji: row.emoji, created_at: row.created_at })
        };
        self.range(range).await?.rows.into_iter().map(reaction).collect()
    }

    async fn edit_list(&self, row: &MessageRow) -> Result<Vec<MessageEdit>, Error> {
        let wanted: Vec<_> =
            row.edits.iter().map(|rev| keys::change(&row.message.conversation_id, *rev)).collect();
        let mut items = self.batch(&wanted, true).await?;
        let mut edits = Vec::with_capacity(wanted.len());
        for item in wanted.iter().filter_map(|key| items.remove(key)) {
            let change: Change = row::decode(item)?;
            edits.extend(change.before.map(|text| MessageEdit { text, replaced_at: change.at }));
        }
        Ok(edits)
    }

    /// Whether the people of a conversation tell each other what they read: in a direct one only if both do.
    pub(crate) async fn telling(&self, head: &Head) -> Result<Telling, Error> {
        let Some([one, other]) = head.participant_ids.as_deref() else { return Ok(Telling::Readings) };
        let profiles = self.profile_batch(&[one.clone(), other.clone()]).await?;
        Ok(Telling::between(profiles.get(one), profiles.get(other)))
    }
}
