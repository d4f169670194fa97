//! Joining a group by its link.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{HistoryPolicy, InviteLink, MAX_MEMBERS, MemberRole};
use domain::id::{ConversationId, InviteCode, UserId};
use domain::message::{SystemNotice, SystemNoticeType};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::joining::Obstacle;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys;
use crate::row;
use crate::store::{IntoPart, Store};

impl Store {
    /// Makes a person a member of the group that a link leads to, and gives its id.
    ///
    /// A read to find the group, then one transactional read and one transactional write, in which the use is counted:
    /// the bounds of the link and of the group are exact. A member already uses nothing up, whatever became of the
    /// link since. `NotFound` for a link that does not work, `LimitExceeded` for a full group or person.
    pub async fn link_join(
        &self,
        user: &UserId,
        code: &InviteCode,
        at: Timestamp,
    ) -> Result<ConversationId, Error> {
        let link: Option<InviteLink> = self.get(&keys::invite(code)).await?;
        let id = link.ok_or_else(Error::not_found)?.conversation_id;
        let keys = [keys::head(&id), keys::state(user, &id), keys::invite(code)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            if state.is_some() {
                return Ok(id);
            }
            let link = row::next::<InviteLink>(&mut rows)?.filter(|link| link.works(at));
            let head = head.filter(|head| head.member_count > 0);
            let (Some(head), Some(link)) = (head, link) else { return Err(Error::not_found()) };
            if head.member_count >= MAX_MEMBERS {
                return Err(Error::limit_exceeded("this group has as many members as it can"));
            }
            match self.transact(self.join_parts(&head, &link, user, at)?).await {
                Ok(()) => return Ok(id),
                Err(failure) => {
                    obstacle(&failure)?;
                    failure.lost_race()?;
                }
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// The person's parts first, so that an obstacle's index is known.
    fn join_parts(
        &self,
        head: &Head,
        link: &InviteLink,
        user: &UserId,
        at: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let notice = SystemNotice {
            kind: SystemNoticeType::MemberJoined,
            actor_id: user.clone(),
            target_ids: Vec::new(),
        };
        let (mut after, message) = head.noticed(notice, at);
        after.member_count += 1;
        let history = head.policy.map_or(HistoryPolicy::FromJoining, |policy| policy.history);
        let member = MemberRow {
            conversation_id: head.id.clone(),
            user_id: user.clone(),
            role: MemberRole::Member,
            joined_at: at,
            first_seq: history.first_seq(message.seq),
        };
        let mut parts = self.joining_parts(&member, &State::joining(&member, head))?.to_vec();
        parts.push(self.use_part(link)?);
        parts.push(self.notice_part(&message)?);
        parts.push(self.head_part(head, after)?);
        Ok(parts)
    }

    fn use_part(&self, link: &InviteLink) -> Result<TransactWriteItem, Error> {
        self.update_part(&keys::invite(&link.code))
            .update_expression("ADD uses :one")
            .condition_expression("uses = :uses AND revoked = :no")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":uses", AttributeValue::N(link.uses.to_string()))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .part()
    }
}

fn obstacle(failure: &TransactionFailure) -> Result<(), Error> {
    match Obstacle::of(failure, 0) {
        Some(Obstacle::Overfull) => {
            Err(Error::limit_exceeded("you are in as many conversations as you can be: leave one first"))
        }
        Some(Obstacle::Gone) => Err(Error::not_found()),
        None => Ok(()),
    }
}
