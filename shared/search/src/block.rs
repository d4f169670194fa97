//! Documents of messages that stand next to each other, packed.

use std::io::{Read, Write};

use domain::id::UserId;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::document::Document;

/// How many messages a block is for. Packed, as many as people usually write are about 4 KB, which is the least that a
/// read is charged for.
pub const BLOCK: u64 = 128;

/// The most bytes of a packed block: a row holds 400 KB. Texts of which a block would be larger are read where they are.
pub const MAX_PACKED: usize = 300_000;

/// The most bytes of an unpacked block: 128 texts of the longest kind.
const MAX_UNPACKED: u64 = 32_000_000;

/// In which block the message at a number is; numbers begin with 1.
pub const fn block_of(seq: u64) -> u64 {
    seq.saturating_sub(1) / BLOCK
}

/// The number of the first message of a block.
pub const fn first_of(block: u64) -> u64 {
    block * BLOCK + 1
}

/// The number of the last message of a block.
pub const fn last_of(block: u64) -> u64 {
    (block + 1) * BLOCK
}

/// Whether the message at a number is the last of its block.
pub const fn fills_block(seq: u64) -> bool {
    seq > 0 && seq.is_multiple_of(BLOCK)
}

/// A document at its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of the message.
    pub seq: u64,
    /// What search knows of it.
    pub document: Document,
}

/// The documents of a block, oldest first. Messages without one are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block(pub Vec<Entry>);

/// A packed block that cannot be read: it was not packed here.
#[derive(Debug)]
pub struct Unreadable;

/// What is packed. People and times are written once each.
#[derive(Serialize, Deserialize)]
struct Packed {
    first: u64,
    start: i64,
    people: Vec<UserId>,
    /// Number after the first, milliseconds after the start, person, traits, words.
    entries: Vec<(u64, i64, usize, u8, String)>,
}

impl Block {
    /// The block as bytes: JSON, deflated.
    pub fn pack(&self) -> Vec<u8> {
        let first = self.0.first().map_or(0, |entry| entry.seq);
        let start = self.0.first().map_or(0, |entry| entry.document.at.as_millisecond());
        let mut people: Vec<UserId> = Vec::new();
        let entries = self.0.iter().map(|Entry { seq, document }| {
            let known = people.iter().position(|person| *person == document.sender);
            let person = known.unwrap_or_else(|| {
                people.push(document.sender.clone());
                people.len() - 1
            });
            let after = document.at.as_millisecond() - start;
            (seq - first, after, person, document.traits, document.words.clone())
        });
        let entries = entries.collect();
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
        let json = serde_json::to_vec(&Packed { first, start, people, entries }).unwrap_or_default();
        // Writing into memory does not fail.
        packer.write_all(&json).and_then(|()| packer.finish()).unwrap_or_default()
    }

    /// The block of these bytes.
    pub fn unpack(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut json = Vec::new();
        DeflateDecoder::new(bytes).take(MAX_UNPACKED).read_to_end(&mut json).map_err(|_| Unreadable)?;
        let Packed { first, start, people, entries } =
            serde_json::from_slice(&json).map_err(|_| Unreadable)?;
        let entry = |(after_first, after_start, person, traits, words): (u64, i64, usize, u8, String)| {
            let at = Timestamp::from_millisecond(start.checked_add(after_start)?).ok()?;
            let sender = people.get(person)?.clone();
            Some(Entry {
                seq: first.checked_add(after_first)?,
                document: Document { at, sender, traits, words },
            })
        };
        entries.into_iter().map(entry).collect::<Option<_>>().map(Block).ok_or(Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::tests::message;

    fn block(texts: &[String]) -> Block {
        let document =
            |(text, seq): (&String, u64)| Some(Entry { seq, document: Document::of(&message(seq, text))? });
        Block(texts.iter().zip(1..).filter_map(document).collect())
    }

    #[test]
    fn numbers_and_blocks_belong_together() {
        assert_eq!((block_of(1), block_of(128), block_of(129)), (0, 0, 1));
        assert_eq!((first_of(1), last_of(1)), (129, 256));
        let filling: Vec<u64> = (0..300).filter(|seq| fills_block(*seq)).collect();
        assert_eq!(filling, [128, 256]);
    }

    #[test]
    fn nothing_packs_to_something_small() {
        assert_eq!(Block::unpack(&Block::default().pack()).unwrap(), Block::default());
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(texts in prop::collection::vec("\\PC{0,20}", 0..20)) {
            let block = block(&texts);
            prop_assert_eq!(Block::unpack(&block.pack()).unwrap(), block);
        }

        #[test]
        fn other_bytes_are_unreadable_and_no_more(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Block::unpack(&bytes).is_err());
        }
    }
}
