//! The index: a row of words for each block of messages that is full.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use domain::id::ConversationId;
use domain::message::Message;
use search::{Block, Document, Entry, MAX_PACKED, first_of, last_of};
use serde::{Deserialize, Serialize};

use crate::failure;
use crate::keys;
use crate::row::{self, Item, Row};
use crate::store::{Range, Store};

/// The attribute that holds the packed words.
const WORDS: &str = "words";

/// What stands beside the words of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockRow {
    /// In which conversation.
    conversation_id: ConversationId,
    /// Which block.
    block: u64,
    /// The conversation's last change that is surely in it.
    rev: u64,
}

impl Row for BlockRow {
    const ENTITY: &'static str = "words";
}

impl Store {
    /// Writes the words of a block of messages as they are now, if the block is full; again after a change of one of
    /// them.
    ///
    /// Head and messages are read one after the other, strongly consistent, a unit and about 15 for the messages; then
    /// one put, about 4 units. What was written after a later change stays: the put is on the condition that the row
    /// is older. A block whose words do not fit into a row has a row without words, and is searched where its messages
    /// are.
    pub async fn block_write(&self, conversation: &ConversationId, block: u64) -> Result<(), Error> {
        // Read before the messages: whatever changed up to this number is in them.
        let Some(head) = self.head_get(conversation).await? else { return Ok(()) };
        if head.seq < last_of(block) {
            return Ok(());
        }
        let messages = self.range(messages_of(conversation, block)).await?.rows;
        let packed = Block(entries(messages)?).pack();
        let row = BlockRow { conversation_id: conversation.clone(), block, rev: head.rev };
        let mut item = row::encode(&keys::words(conversation, block), &row)?;
        if packed.len() <= MAX_PACKED {
            item.insert(WORDS.to_owned(), AttributeValue::B(Blob::new(packed)));
        }
        let request = self
            .client()
            .put_item()
            .table_name(self.table())
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR #rev < :rev")
            .expression_attribute_names("#rev", "rev")
            .expression_attribute_values(":rev", AttributeValue::N(head.rev.to_string()));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(refusal) if failure::is_refused(&refusal) => Ok(()),
            Err(refusal) => Err(failure::error("PutItem", refusal)),
        }
    }
}

/// The messages of a block.
pub(super) fn messages_of(conversation: &ConversationId, block: u64) -> Range {
    let from = keys::message(conversation, first_of(block));
    Range::between(from.pk, from.sk, keys::message(conversation, last_of(block)).sk)
}

/// What search knows of messages.
pub(super) fn entries(messages: Vec<Item>) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::with_capacity(messages.len());
    for item in messages {
        let message: Message = row::decode(item)?;
        let document = Document::of(&message);
        entries.extend(document.map(|document| Entry { seq: message.seq, document }));
    }
    Ok(entries)
}

/// The words of a block's row; none if they did not fit.
pub(super) fn unpacked(mut item: Item) -> Result<Option<Vec<Entry>>, Error> {
    let words = item.remove(WORDS);
    let row: BlockRow = row::decode(item)?;
    let Some(words) = words else { return Ok(None) };
    let block = words.as_b().ok().and_then(|packed| Block::unpack(packed.as_ref()).ok());
    block.map(|block| Some(block.0)).ok_or_else(|| {
        Error::internal(format!("the words of block {} of {} cannot be read", row.block, row.conversation_id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::head::tests::head;

    #[test]
    fn words_that_cannot_be_read_are_an_error_with_their_place() {
        let row = BlockRow { conversation_id: head().id, block: 3, rev: 0 };
        let mut item = row::encode(&keys::words(&row.conversation_id, 3), &row).unwrap();
        item.insert(WORDS.to_owned(), AttributeValue::B(Blob::new(*b"other")));
        let error = unpacked(item).unwrap_err();
        assert!(error.inner().is_some_and(|inner| inner.contains("block 3")), "{error:?}");
    }

    #[test]
    fn words_come_back_as_they_were_packed() {
        let row = BlockRow { conversation_id: head().id, block: 0, rev: 0 };
        let mut item = row::encode(&keys::words(&row.conversation_id, 0), &row).unwrap();
        assert_eq!(unpacked(item.clone()).unwrap(), None);
        item.insert(WORDS.to_owned(), AttributeValue::B(Blob::new(Block::default().pack())));
        assert_eq!(unpacked(item).unwrap(), Some(Vec::new()));
    }
}
