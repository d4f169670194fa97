//! `ClientRequestToken`: the same transaction, sent again within ten minutes, is not applied again.
//!
//! The SDK sets a token on each transaction of its own accord, so this is what makes its retries safe. The window
//! follows the movable clock. The tokens do not survive a restart of the local cloud.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use local_core::clock::Clock;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How long AWS remembers a token.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// What a token stands for.
#[derive(Debug)]
pub(super) enum Seen {
    /// Never seen: to be run, then remembered under this digest.
    Never(Digested),
    /// The same transaction was committed: its answer.
    Committed(Value),
    /// Another transaction had this token.
    Different,
}

/// The digest of a transaction's items.
pub(super) type Digested = [u8; 32];

/// The tokens of the last ten minutes.
pub(super) struct Tokens {
    clock: Clock,
    committed: HashMap<String, (Digested, Value)>,
    by_age: VecDeque<(Timestamp, String)>,
}

impl Tokens {
    pub(super) fn new(clock: Clock) -> Self {
        Tokens { clock, committed: HashMap::new(), by_age: VecDeque::new() }
    }

    /// Looks a token up, for a transaction of these items.
    pub(super) fn look_up(&mut self, token: &str, items: &Value) -> Seen {
        self.forget_old();
        let digest = Sha256::digest(items.to_string()).into();
        match self.committed.get(token) {
            None => Seen::Never(digest),
            Some((known, answer)) if *known == digest => Seen::Committed(answer.clone()),
            Some(_) => Seen::Different,
        }
    }

    /// Remembers that a transaction was committed.
    pub(super) fn remember(&mut self, token: String, digest: Digested, answer: Value) {
        self.by_age.push_back((self.clock.now(), token.clone()));
        self.committed.insert(token, (digest, answer));
    }

    fn forget_old(&mut self) {
        let now = self.clock.now();
        while let Some((at, _)) = self.by_age.front() {
            if now.duration_since(*at) < WINDOW {
                return;
            }
            if let Some((_, token)) = self.by_age.pop_front() {
                self.committed.remove(&token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_good_for_ten_minutes_and_for_one_transaction() {
        let clock = Clock::default();
        let mut tokens = Tokens::new(clock.clone());
        let items = json!([{ "Put": {} }]);
        let Seen::Never(digest) = tokens.look_up("t", &items) else { panic!("seen before") };
        tokens.remember("t".to_owned(), digest, json!({ "n": 1 }));
        assert!(matches!(tokens.look_up("t", &items), Seen::Committed(answer) if answer["n"] == 1));
        assert!(matches!(tokens.look_up("t", &json!([])), Seen::Different));
        clock.advance(SignedDuration::from_mins(10));
        assert!(matches!(tokens.look_up("t", &items), Seen::Never(_)));
    }
}
