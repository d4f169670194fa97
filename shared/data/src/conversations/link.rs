//! Invite links: made, looked at, ended.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{GroupId, InviteLink, InvitePreview, InviteTerms, MAX_OPEN_LINKS};
use domain::id::{ClientId, InviteCode, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::state::State;
use crate::conversations::view::take;
use crate::keys;
use crate::row::{self, Row};
use crate::store::{IntoPart, Store};

impl Row for InviteLink {
    const ENTITY: &'static str = "invite";
}

/// Which link a client-made id stands for, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkRow {
    /// The secret.
    pub code: InviteCode,
    /// Who made it.
    pub created_by: UserId,
    /// What they asked for.
    pub terms: InviteTerms,
}

impl Row for LinkRow {
    const ENTITY: &'static str = "link";
}

/// The links of a group that may still work. Those that ended are dropped when room is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLinks {
    /// Their secrets.
    pub codes: Vec<InviteCode>,
    /// Grows by one with every write of this row.
    pub lock: u64,
}

impl Row for OpenLinks {
    const ENTITY: &'static str = "open-links";
}

/// A link to make.
#[derive(Debug, Clone)]
pub struct NewLink<'a> {
    /// To which group.
    pub id: &'a GroupId,
    /// Who makes it.
    pub actor: &'a UserId,
    /// The client-made id.
    pub link: &'a ClientId,
    /// The secret, if the link is new.
    pub code: InviteCode,
    /// What is asked for.
    pub terms: InviteTerms,
}

impl Store {
    /// Makes an invite link, or finds the one that was made with the same id.
    ///
    /// One transactional read and one transactional write; a batch between them when 20 links may still work.
    /// `NotFound` for who is no member, `Forbidden` for who is no admin, `Conflict` for an id that was used otherwise,
    /// `BadRequest` for an end that does not lie ahead, `LimitExceeded` when 20 work, exactly.
    pub async fn link_create(&self, new: &NewLink<'_>, at: Timestamp) -> Result<InviteLink, Error> {
        let link_key = keys::link(new.id, new.link.as_str());
        let keys = [keys::head(new.id), keys::state(new.actor, new.id), link_key, keys::open_links(new.id)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            let (Some(head), Some(state)) = (head, state) else { return Err(Error::not_found()) };
            head.membership(&state).may_manage_links()?;
            if let Some(made) = row::next::<LinkRow>(&mut rows)? {
                return self.link_made(new, made).await;
            }
            new.terms.check(at)?;
            let open = row::next::<OpenLinks>(&mut rows)?;
            let link = InviteLink {
                id: new.link.clone(),
                code: new.code.clone(),
                conversation_id: head.id,
                created_by: new.actor.clone(),
                created_at: at,
                expires_at: new.terms.expires_at,
                max_uses: new.terms.max_uses.map(|uses| uses.get()),
                uses: 0,
                revoked: false,
            };
            let room = self.room_part(new.id, open, &link, at).await?;
            let mut parts = self.link_parts(new, &link, &state)?.to_vec();
            parts.push(room);
            match self.transact(parts).await {
                Ok(()) => return Ok(link),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Ends an invite link; one that has ended already is no error and writes nothing.
    ///
    /// One transactional read and one transactional write. `NotFound` for who is no member and for a link of another
    /// group, `Forbidden` for who is no admin.
    pub async fn link_revoke(
        &self,
        actor: &UserId,
        id: &GroupId,
        code: &InviteCode,
    ) -> Result<InviteLink, Error> {
        let keys = [keys::head(id), keys::state(actor, id), keys::invite(code)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            let (Some(head), Some(state)) = (head, state) else { return Err(Error::not_found()) };
            head.membership(&state).may_manage_links()?;
            let link = row::next::<InviteLink>(&mut rows)?
                .filter(|link| link.conversation_id == head.id)
                .ok_or_else(Error::not_found)?;
            if link.revoked {
                return Ok(link);
            }
            let end = self
                .update_part(&keys::invite(code))
                .update_expression("SET revoked = :yes")
                .condition_expression("uses = :uses")
                .expression_attribute_values(":yes", AttributeValue::Bool(true))
                .expression_attribute_values(":uses", AttributeValue::N(link.uses.to_string()))
                .part()?;
            match self.transact(vec![self.same_role_part(&state)?, end]).await {
                Ok(()) => return Ok(InviteLink { revoked: true, ..link }),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// What a link leads to; none if it does not work, or nobody is in the group any more.
    ///
    /// Two sequential reads, strongly consistent, four units; a link that does not work takes the first only.
    pub async fn link_preview(
        &self,
        user: &UserId,
        code: &InviteCode,
        at: Timestamp,
    ) -> Result<Option<InvitePreview>, Error> {
        let link: Option<InviteLink> = self.get(&keys::invite(code)).await?;
        let Some(link) = link.filter(|link| link.works(at)) else { return Ok(None) };
        let id = &link.conversation_id;
        let (head, info, state) = (keys::head(id), keys::info(id), keys::state(user, id));
        let mut items = self.batch(&[head.clone(), info.clone(), state.clone()], true).await?;
        let head = take::<Head>(&mut items, &head)?.filter(|head| head.member_count > 0);
        let Some(head) = head else { return Ok(None) };
        Ok(Some(InvitePreview {
            conversation_id: head.id,
            title: head.title.unwrap_or_default(),
            description: take::<Info>(&mut items, &info)?.map(|info| info.description),
            member_count: head.member_count,
            joined: items.contains_key(&state),
        }))
    }

    async fn link_made(&self, new: &NewLink<'_>, made: LinkRow) -> Result<InviteLink, Error> {
        if made.created_by != *new.actor || made.terms != new.terms {
            return Err(Error::conflict("this id was used for another link: make a new one"));
        }
        let link = self.get(&keys::invite(&made.code)).await?;
        link.ok_or_else(|| Error::internal(format!("link {} of {} has no invite", new.link, **new.id)))
    }

    /// A part that counts a new link among those that work, if there is room.
    async fn room_part(
        &self,
        id: &GroupId,
        before: Option<OpenLinks>,
        link: &InviteLink,
        at: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let is_new = before.is_none();
        let mut open = before.unwrap_or_default();
        if open.codes.len() >= MAX_OPEN_LINKS {
            open.codes = self.open_codes(&open.codes, at).await?;
        }
        if open.codes.len() >= MAX_OPEN_LINKS {
            return Err(Error::limit_exceeded("at most 20 invite links: end one first"));
        }
        open.codes.push(link.code.clone());
        let lock = open.lock;
        open.lock += 1;
        let part = self.put_part(&keys::open_links(id), &open)?;
        if is_new {
            return part.condition_expression("attribute_not_exists(pk)").part();
        }
        part.condition_expression("#lock = :lock")
            .expression_attribute_names("#lock", "lock")
            .expression_attribute_values(":lock", AttributeValue::N(lock.to_string()))
            .part()
    }

    /// Which of these links work. One that does not never does again, so a stale answer errs on the safe side.
    async fn open_codes(&self, codes: &[InviteCode], at: Timestamp) -> Result<Vec<InviteCode>, Error> {
        let keys: Vec<_> = codes.iter().map(keys::invite).collect();
        let items = self.batch(&keys, true).await?;
        let links: Vec<InviteLink> = items.into_values().map(row::decode).collect::<Result<_, _>>()?;
        Ok(links.into_iter().filter(|link| link.works(at)).map(|link| link.code).collect())
    }

    fn link_parts(
        &self,
        new: &NewLink<'_>,
        link: &InviteLink,
        state: &State,
    ) -> Result<[TransactWriteItem; 3], Error> {
        let absent = "attribute_not_exists(pk)";
        let row =
            LinkRow { code: link.code.clone(), created_by: new.actor.clone(), terms: new.terms.clone() };
        let key = keys::link(new.id, new.link.as_str());
        Ok([
            self.same_role_part(state)?,
            self.put_part(&key, &row)?.condition_expression(absent).part()?,
            self.put_part(&keys::invite(&link.code), link)?.condition_expression(absent).part()?,
        ])
    }

    /// A part that only checks that a member still has the role by which they may do this.
    fn same_role_part(&self, state: &State) -> Result<TransactWriteItem, Error> {
        let role = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(state.role)
            .map_err(|error| Error::internal(format!("cannot write a role: {error}")))?;
        self.check_part(&keys::state(&state.user_id, &state.conversation_id))
            .condition_expression("#role = :role")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":role", role)
            .part()
    }
}
