//! Creating a group: once for each client-made id, for ever, with what became of each person to add.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{
    AddMemberResult, AddMemberStatus, ConversationKind, GroupId, GroupPolicy, GroupRequest, MemberRole,
};
use domain::id::UserId;
use domain::message::{SystemNotice, SystemNoticeType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::joining::Obstacle;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys;
use crate::row::{self, Row};
use crate::store::{IntoPart, Store};

/// How far the creation of a group has come.
///
/// People are added in steps; each step moves them from `pending` to `outcomes` in its own transaction.
/// So a repeated request goes on where the first was cut off, and never adds again who has left since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Creation {
    /// Whom to add still.
    pub pending: Vec<UserId>,
    /// What became of the others.
    pub outcomes: Vec<(UserId, AddMemberStatus)>,
    /// Grows by one with every step.
    pub step: u64,
}

impl Row for Creation {
    const ENTITY: &'static str = "creation";
}

impl Creation {
    /// The creation after a step.
    pub(crate) fn stepped(&self, outcomes: impl Iterator<Item = (UserId, AddMemberStatus)>) -> Self {
        let mut after = Creation { step: self.step + 1, ..self.clone() };
        for (user, status) in outcomes {
            after.pending.retain(|pending| *pending != user);
            after.outcomes.push((user, status));
        }
        after
    }
}

impl Store {
    /// Creates a group with its creator as owner, unless it is there, and says whom to add still.
    ///
    /// One transactional read, and one transactional write if the group is new. Of two at once one creates and the
    /// other finds. `Conflict` if the id was used for another request; `NotFound` if the creator left since;
    /// `LimitExceeded` if they are in too many conversations.
    pub async fn group_create(
        &self,
        id: &GroupId,
        creator: &UserId,
        request: &GroupRequest,
        at: Timestamp,
    ) -> Result<Creation, Error> {
        let keys = [keys::head(id), keys::state(creator, id), keys::creation(id)];
        let digest = request.digest()?;
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let head: Option<Head> = row::next(&mut rows)?;
            let state: Option<State> = row::next(&mut rows)?;
            let creation: Option<Creation> = row::next(&mut rows)?;
            if let Some(head) = head {
                if head.request.as_deref() != Some(digest.as_str()) {
                    return Err(Error::conflict("this id was used for another group: make a new one"));
                }
                return state.and(creation).ok_or_else(Error::not_found);
            }
            let creation =
                Creation { pending: request.members.as_slice().to_vec(), outcomes: Vec::new(), step: 0 };
            let head = group_head(id, creator, request, at);
            let head = Head { request: Some(digest.clone()), ..head };
            match self.transact(self.creation_parts(&head, request, &creation)?).await {
                Ok(()) => return Ok(creation),
                Err(failure) => {
                    creator_obstacle(&failure)?;
                    failure.lost_race()?;
                }
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// What became of people in an earlier run, with the members as they are now; one batch read.
    pub async fn creation_results(
        &self,
        id: &GroupId,
        creation: &Creation,
    ) -> Result<Vec<AddMemberResult>, Error> {
        let ids: Vec<_> = creation.outcomes.iter().map(|(user, _)| user.clone()).collect();
        let mut members = self.member_batch(id, &ids).await?;
        let results = creation.outcomes.iter().map(|(user_id, status)| AddMemberResult {
            user_id: user_id.clone(),
            status: *status,
            member: members.remove(user_id).map(|row| row.member()),
        });
        Ok(results.collect())
    }

    /// A part that replaces the creation row after a step.
    pub(crate) fn creation_part(
        &self,
        id: &GroupId,
        before: &Creation,
        after: &Creation,
    ) -> Result<TransactWriteItem, Error> {
        self.put_part(&keys::creation(id), after)?
            .condition_expression("step = :step")
            .expression_attribute_values(":step", AttributeValue::N(before.step.to_string()))
            .part()
    }

    /// The creator's own parts first, so that an obstacle's index is known.
    fn creation_parts(
        &self,
        head: &Head,
        request: &GroupRequest,
        creation: &Creation,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let absent = "attribute_not_exists(pk)";
        let notice = SystemNotice {
            kind: SystemNoticeType::GroupCreated,
            actor_id: head.created_by.clone(),
            target_ids: Vec::new(),
        };
        let (head, message) = head.noticed(notice, head.created_at);
        let owner = MemberRow {
            conversation_id: head.id.clone(),
            user_id: head.created_by.clone(),
            role: MemberRole::Owner,
            joined_at: head.created_at,
            first_seq: 1,
        };
        let seq = message.seq;
        let state = State { read_seq: seq, delivered_seq: seq, sent_seq: seq, ..State::new(&owner) };
        let mut parts = self.joining_parts(&owner, &state)?.to_vec();
        parts.push(self.put_part(&keys::head(&head.id), &head)?.condition_expression(absent).part()?);
        parts.push(self.notice_part(&message)?);
        parts.push(self.put_part(&keys::creation(&head.id), creation)?.condition_expression(absent).part()?);
        if let Some(description) = &request.description {
            let info = Info { description: description.as_str().to_owned() };
            parts.push(self.put_part(&keys::info(&head.id), &info)?.part()?);
        }
        Ok(parts)
    }
}

fn group_head(id: &GroupId, creator: &UserId, request: &GroupRequest, at: Timestamp) -> Head {
    Head {
        id: (**id).clone(),
        kind: ConversationKind::Group,
        title: Some(request.title.as_str().to_owned()),
        described: request.description.is_some(),
        member_count: 1,
        created_by: creator.clone(),
        created_at: at,
        participant_ids: None,
        policy: Some(GroupPolicy::default().changed(&request.policy)),
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

fn creator_obstacle(failure: &TransactionFailure) -> Result<(), Error> {
    match Obstacle::of(failure, 0) {
        Some(Obstacle::Overfull) => {
            Err(Error::limit_exceeded("you are in as many conversations as you can be: leave one first"))
        }
        Some(Obstacle::Gone) => Err(Error::not_found()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_moves_people_from_pending_to_outcomes() {
        let user = |last| UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap();
        let before = Creation { pending: vec![user(1), user(2), user(3)], outcomes: Vec::new(), step: 0 };
        let step = [(user(2), AddMemberStatus::Added), (user(1), AddMemberStatus::NotAllowed)];
        let after = before.stepped(step.clone().into_iter());
        assert_eq!(after, Creation { pending: vec![user(3)], outcomes: step.to_vec(), step: 1 });
    }
}
