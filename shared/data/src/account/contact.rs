//! Contacts.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use domain::account::{Change, Contact, MAX_CONTACTS};
use domain::id::UserId;
use domain::text::DisplayName;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::counter::Count;
use crate::failure;
use crate::keys::{self, PK};
use crate::row::{self, Row};
use crate::store::{IntoPart, Range, Slice, Store};

/// A person whom another keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactRow {
    /// Who keeps them.
    pub owner_id: UserId,
    /// Whom.
    pub user_id: UserId,
    /// What the keeper calls them, if not by their name.
    #[serde(default)]
    pub name: Option<DisplayName>,
    /// Since when.
    pub created_at: Timestamp,
    /// When they were last renamed.
    pub changed_at: Timestamp,
}

impl Row for ContactRow {
    const ENTITY: &'static str = "contact";
}

impl ContactRow {
    /// The contact as a client sees it.
    pub fn contact(&self) -> Contact {
        Contact {
            owner_id: self.owner_id.clone(),
            user_id: self.user_id.clone(),
            name: self.name.clone(),
            created_at: self.created_at,
        }
    }
}

impl Store {
    /// Adds a contact, or renames one; the same again writes nothing.
    ///
    /// A consistent BatchGetItem of 4 rows, then a transaction of 3 rows, or one update for another name. Of two at
    /// once one adds, the other finds it. A person who is not there or blocked the owner is `NotFound`; one whom the
    /// owner blocked `Forbidden`; the 5,001st is `LimitExceeded`.
    pub async fn contact_put(
        &self,
        owner: &UserId,
        user: &UserId,
        name: &Change<DisplayName>,
        now: Timestamp,
    ) -> Result<Contact, Error> {
        let mut attempt = 0;
        loop {
            let key = keys::contact(owner, user);
            let (theirs, mine) = (keys::block(user, owner), keys::block(owner, user));
            let wanted = [key.clone(), keys::profile(user), theirs.clone(), mine.clone()];
            let mut rows = self.batch(&wanted, true).await?;
            if !rows.contains_key(&keys::profile(user)) || rows.contains_key(&theirs) {
                return Err(Error::not_found());
            }
            if rows.contains_key(&mine) {
                return Err(Error::forbidden("unblock them first"));
            }
            let written = match rows.remove(&key).map(row::decode::<ContactRow>).transpose()? {
                Some(before) => self.contact_rename(before, name, now).await?,
                None => self.contact_insert(owner, user, name, now).await?,
            };
            match written {
                Some(row) => return Ok(row.contact()),
                None => self.back_off(&mut attempt).await?,
            }
        }
    }

    /// None if the contact went meanwhile.
    async fn contact_rename(
        &self,
        before: ContactRow,
        name: &Change<DisplayName>,
        now: Timestamp,
    ) -> Result<Option<ContactRow>, Error> {
        let mut after = before.clone();
        name.apply(&mut after.name);
        if after == before {
            return Ok(Some(before));
        }
        after.changed_at = now;
        let key = keys::contact(&after.owner_id, &after.user_id);
        let put =
            self.client().put_item().table_name(self.table()).set_item(Some(row::encode(&key, &after)?));
        let put = put
            .condition_expression("#created = :created")
            .expression_attribute_names("#created", "createdAt");
        let put =
            put.expression_attribute_values(":created", AttributeValue::S(before.created_at.to_string()));
        match put.send().await {
            Ok(_) => Ok(Some(after)),
            Err(refusal) if failure::is_refused(&refusal) => Ok(None),
            Err(refusal) => Err(failure::error("PutItem", refusal)),
        }
    }

    /// None if another call was faster.
    async fn contact_insert(
        &self,
        owner: &UserId,
        user: &UserId,
        name: &Change<DisplayName>,
        now: Timestamp,
    ) -> Result<Option<ContactRow>, Error> {
        let (owner_id, user_id) = (owner.clone(), user.clone());
        let mut row = ContactRow { owner_id, user_id, name: None, created_at: now, changed_at: now };
        name.apply(&mut row.name);
        let put = self.put_part(&keys::contact(owner, user), &row)?;
        let put = put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK);
        let check = self.check_part(&keys::block(owner, user));
        let check =
            check.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK);
        let parts = vec![put.part()?, self.count_part(owner, Count::Kept)?, check.part()?];
        match self.transact(parts).await {
            Ok(()) => Ok(Some(row)),
            Err(failure) => match failure.condition(1) {
                Some(Some(_)) => {
                    Err(Error::limit_exceeded(format!("at most {MAX_CONTACTS} contacts: remove one first")))
                }
                Some(None) => Err(Error::not_found()),
                None if failure.is_refused() => Ok(None),
                None => Err(failure.into()),
            },
        }
    }

    /// Removes a contact; none if there was none, and then nothing is written.
    /// A consistent read, then a transaction of 2 rows.
    pub async fn contact_remove(&self, owner: &UserId, user: &UserId) -> Result<Option<Contact>, Error> {
        let key = keys::contact(owner, user);
        let mut attempt = 0;
        loop {
            let Some(row) = self.get::<ContactRow>(&key).await? else { return Ok(None) };
            let delete = self.delete_part(&key).condition_expression("attribute_exists(#pk)");
            let delete = delete.expression_attribute_names("#pk", PK).part()?;
            match self.transact(vec![delete, self.count_part(owner, Count::Dropped)?]).await {
                Ok(()) => return Ok(Some(row.contact())),
                Err(failure) if failure.is_refused() => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// A person's contacts by user id, a page of them: one query, strongly consistent, one unit per 4 KB, about 15.
    pub async fn contact_list(
        &self,
        owner: &UserId,
        limit: usize,
        after: Option<String>,
    ) -> Result<Slice<Contact>, Error> {
        let range = Range::prefix(keys::user_partition(owner), keys::CONTACTS).after(after).limit(limit);
        let slice = self.range(range).await?;
        let rows = slice.rows.into_iter().map(row::decode::<ContactRow>);
        let rows = rows.map(|row| row.map(|row| row.contact())).collect::<Result<_, _>>()?;
        Ok(Slice { rows, last: slice.last })
    }
}
