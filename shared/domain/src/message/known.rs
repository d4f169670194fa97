//! What a client knows of its conversations: the position of a sync of the chat list.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::conversation::MAX_CONVERSATIONS;
use crate::id::ConversationId;

/// Raised when the form below changes: an older position is of no use then.
const FORM: u8 = 1;
/// The digest that a conversation's id holds.
const DIGEST: usize = 16;

/// How far a conversation was when the client heard of it. What is equal has not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// Messages and changes: both numbers only grow, so their sum tells.
    pub log: u64,
    /// The version of the person's own state.
    pub state: u64,
    /// What the other of a direct conversation has and, as far as they tell, read.
    pub receipts: u64,
}

/// What a client knows of its conversations, in about 25 bytes for each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Known(pub BTreeMap<ConversationId, Heard>);

impl From<Known> for String {
    fn from(known: Known) -> String {
        let mut bytes = vec![FORM];
        for (conversation, heard) in &known.0 {
            let id = conversation.as_str();
            bytes.push(if conversation.is_direct() { b'd' } else { b'g' });
            bytes.extend(hex::decode(id.get(2..).unwrap_or_default()).unwrap_or_default());
            for number in [heard.log, heard.state, heard.receipts] {
                put_number(&mut bytes, number);
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl TryFrom<String> for Known {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "not base64")?;
        read(&bytes).ok_or("of another form")
    }
}

fn read(bytes: &[u8]) -> Option<Known> {
    let (&FORM, mut rest) = bytes.split_first()? else { return None };
    let mut known = BTreeMap::new();
    while !rest.is_empty() {
        let (kind, after) = rest.split_first()?;
        let (digest, after) = after.split_first_chunk::<DIGEST>()?;
        rest = after;
        let id = format!("{}-{}", char::from(*kind), hex::encode(digest));
        let heard = Heard {
            log: take_number(&mut rest)?,
            state: take_number(&mut rest)?,
            receipts: take_number(&mut rest)?,
        };
        known.insert(ConversationId::parse(id).ok()?, heard);
        if known.len() as u64 > MAX_CONVERSATIONS {
            return None;
        }
    }
    Some(Known(known))
}

/// Seven bits a byte, the lowest first; the eighth bit says that more follow.
fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::change::tests::user;

    fn known(entries: &[(usize, u64, u64, u64)]) -> Known {
        let entry = |(n, log, state, receipts): &(usize, u64, u64, u64)| {
            let heard = Heard { log: *log, state: *state, receipts: *receipts };
            (ConversationId::direct(&user(0), &user(*n)), heard)
        };
        Known(entries.iter().map(entry).collect())
    }

    #[test]
    fn a_thousand_conversations_fit_into_a_token() {
        let entries: Vec<_> = (0..1_000).map(|n| (n, 100_000, 500, 200_000)).collect();
        assert!(String::from(known(&entries)).len() < 36_000);
    }

    #[test]
    fn a_token_holds_as_many_conversations_as_a_person_has() {
        let of = |count: u64| {
            let entries: Vec<_> = (0..usize::try_from(count).unwrap()).map(|n| (n, 1, 1, 1)).collect();
            Known::try_from(String::from(known(&entries)))
        };
        assert!(of(MAX_CONVERSATIONS).is_ok());
        assert!(of(MAX_CONVERSATIONS + 1).is_err());
    }

    #[test]
    fn numbers_take_a_byte_for_every_seven_bits() {
        for (number, length) in [(0, 1), (0x7F, 1), (0x80, 2), (0x3FFF, 2), (0x4000, 3), (u64::MAX, 10)] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            assert_eq!(bytes.len(), length, "{number}");
            assert_eq!(take_number(&mut bytes.as_slice()), Some(number));
        }
    }

    proptest! {
        #[test]
        fn what_is_known_comes_back(entries in prop::collection::vec((0..50_usize, any::<u64>(), any::<u64>(), 0..300_u64), 0..40)) {
            let known = known(&entries);
            prop_assert_eq!(Known::try_from(String::from(known.clone())), Ok(known));
        }

        #[test]
        fn anything_else_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let mut formed = vec![FORM];
            formed.extend(bytes);
            let _ = read(&formed);
        }
    }
}
