//! Direct conversations: one for each pair of people, whoever starts it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::conversation::{ConversationKind, MemberRole};
use domain::id::{ConversationId, UserId};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::joining::{JOINING, Obstacle};
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys;
use crate::store::{IntoPart, Store};

impl Store {
    /// Makes sure that the direct conversation of two people is there, or with oneself the notes, and gives its id.
    ///
    /// One transactional read, and one transactional write if it is new. Two who start at once make one.
    /// `NotFound` for somebody who does not exist or blocked the caller, which is not told apart; `Forbidden` for
    /// somebody whom the caller blocked; `LimitExceeded` when one of the two is in too many conversations.
    /// A conversation that exists is given whatever came between the two.
    pub async fn direct_open(
        &self,
        caller: &UserId,
        other: &UserId,
        at: Timestamp,
    ) -> Result<ConversationId, Error> {
        let id = ConversationId::direct(caller, other);
        let mut keys = vec![keys::state(caller, &id), keys::profile(other)];
        if caller != other {
            keys.extend([keys::block(other, caller), keys::block(caller, other)]);
        }
        let mut attempt = 0;
        loop {
            let rows = self.snapshot(&keys).await?;
            let there = |index: usize| rows.get(index).is_some_and(Option::is_some);
            if there(0) {
                return Ok(id);
            }
            if !there(1) || there(2) {
                return Err(Error::not_found());
            }
            if there(3) {
                return Err(Error::forbidden("you blocked this person: unblock them first"));
            }
            match self.direct_create(&id, [caller, other], at).await {
                Ok(()) => return Ok(id),
                Err(failure) => {
                    obstacle(&failure)?;
                    failure.lost_race()?;
                }
            }
            self.back_off(&mut attempt).await?;
        }
    }

    async fn direct_create(
        &self,
        id: &ConversationId,
        pair: [&UserId; 2],
        at: Timestamp,
    ) -> Result<(), TransactionFailure> {
        let parts = self.direct_parts(id, pair, at).map_err(TransactionFailure::Failed)?;
        self.transact(parts).await
    }

    /// The people's parts first, so that an obstacle's index tells whose it is.
    fn direct_parts(
        &self,
        id: &ConversationId,
        pair: [&UserId; 2],
        at: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let absent = "attribute_not_exists(pk)";
        let [caller, other] = pair;
        let people = if caller == other { vec![caller.clone()] } else { vec![caller.clone(), other.clone()] };
        let mut parts = Vec::new();
        for user_id in &people {
            let member = MemberRow {
                conversation_id: id.clone(),
                user_id: user_id.clone(),
                role: MemberRole::Member,
                joined_at: at,
                first_seq: 1,
            };
            parts.extend(self.joining_parts(&member, &State::new(&member))?);
        }
        for (one, by) in [(caller, other), (other, caller)] {
            if one != by {
                parts.push(self.no_block_part(by, one)?);
            }
        }
        let head = direct_head(id, caller, people, at);
        parts.push(self.put_part(&keys::head(id), &head)?.condition_expression(absent).part()?);
        Ok(parts)
    }
}

fn direct_head(id: &ConversationId, caller: &UserId, people: Vec<UserId>, at: Timestamp) -> Head {
    Head {
        id: id.clone(),
        kind: ConversationKind::Direct,
        title: None,
        described: false,
        member_count: people.len() as u64,
        created_by: caller.clone(),
        created_at: at,
        participant_ids: Some(people),
        policy: None,
        closed_by: Vec::new(),
        seq: 0,
        rev: 0,
        lock: 0,
        request: None,
        last_message: None,
        pins: Vec::new(),
        updated_at: at,
    }
}

fn obstacle(failure: &TransactionFailure) -> Result<(), Error> {
    match (Obstacle::of(failure, 0), Obstacle::of(failure, JOINING)) {
        (Some(Obstacle::Overfull), _) => {
            Err(Error::limit_exceeded("you are in as many conversations as you can be: leave one first"))
        }
        (_, Some(Obstacle::Overfull)) => {
            Err(Error::limit_exceeded("this person is in as many conversations as they can be"))
        }
        (Some(Obstacle::Gone), _) | (_, Some(Obstacle::Gone)) => Err(Error::not_found()),
        (None, None) => Ok(()),
    }
}
