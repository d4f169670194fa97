//! Profiles.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::account::{MailAddress, Profile, search_texts};
use domain::id::UserId;
use jiff::Timestamp;

use super::owner::{HandleOwner, Listing, MailOwner};
use crate::failure::{self, Refusal, TransactionFailure};
use crate::keys::{self, PK};
use crate::row::{self, Row};
use crate::store::{IntoPart, Store};

impl Row for Profile {
    const ENTITY: &'static str = "profile";
}

/// What a change of a profile writes. The counters are not among it, so that a change and a count do not collide.
const CHANGEABLE: [&str; 12] = [
    "handle",
    "displayName",
    "about",
    "locale",
    "timeZone",
    "preferences",
    "privacy",
    "termsVersion",
    "termsAcceptedAt",
    "changedAt",
    "version",
    "mail",
];

impl Store {
    /// A person's profile; strongly consistent; one unit.
    pub async fn profile_get(&self, user: &UserId) -> Result<Option<Profile>, Error> {
        self.get(&keys::profile(user)).await
    }

    /// Profiles by person; those who are not there are absent. BatchGetItem of at most 100 a call, all calls at once;
    /// strongly consistent; one unit each.
    pub async fn profile_batch(&self, users: &[UserId]) -> Result<HashMap<UserId, Profile>, Error> {
        let keys: Vec<_> = users.iter().map(keys::profile).collect();
        let rows = self.batch(&keys, true).await?.into_values().map(row::decode::<Profile>);
        rows.map(|row| row.map(|profile| (profile.user_id.clone(), profile))).collect()
    }

    /// Makes an account: profile, mail address and listings in one transaction, at most 8 rows; two units each.
    ///
    /// An account that is there already stays as it is, so any number of calls make one; the answer says whether this
    /// one did. The address goes to this person even if somebody had it before: Cognito says that it was proved.
    pub async fn profile_create(&self, profile: &Profile, mail: Option<&MailAddress>) -> Result<bool, Error> {
        let mut profile = profile.clone();
        profile.mail = mail.map(|mail| keys::email_digest(mail.as_str()));
        let absent = "attribute_not_exists(#pk)";
        let put = self.put_part(&keys::profile(&profile.user_id), &profile)?;
        let put = put.condition_expression(absent).expression_attribute_names("#pk", PK).part()?;
        let texts = search_texts(profile.handle.as_ref(), &profile.display_name);
        let mut parts = vec![put];
        if let Some(digest) = &profile.mail {
            parts.push(self.mail_part(digest, &profile.user_id)?);
        }
        parts.extend(self.listing_parts(&profile.user_id, &BTreeSet::new(), &texts)?);
        let mut attempt = 0;
        loop {
            match self.transact(parts.clone()).await {
                Ok(()) => return Ok(true),
                Err(failure) if failure.condition(0).is_some() => return Ok(false),
                Err(failure) if failure.is_passing() => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// Changes what a person set, and with it who has the handle and under which texts they are found.
    ///
    /// A consistent read, then a transaction of at most 15 rows (or, when neither name nor handle changes, one update
    /// of one unit) on the condition that nobody changed the profile since; a lost race is run again from the read.
    /// Without a difference nothing is written. A handle of somebody else's is a `Conflict`, no account `NotFound`.
    pub async fn profile_change(
        &self,
        user: &UserId,
        now: Timestamp,
        change: impl Fn(&Profile) -> Profile + Send + Sync,
    ) -> Result<Profile, Error> {
        let mut attempt = 0;
        loop {
            let before = self.profile_get(user).await?.ok_or_else(Error::not_found)?;
            let Some(after) = before.next(change(&before), now) else { return Ok(before) };
            let parts = self.change_parts(&before, &after)?;
            let taken = (before.handle != after.handle).then_some(1);
            match self.write(parts).await {
                Ok(()) => return Ok(after),
                Err(failure) if failure.condition(0).is_some() || failure.is_passing() => {
                    self.back_off(&mut attempt).await?;
                }
                Err(failure) if taken.is_some_and(|part| failure.condition(part).is_some()) => {
                    return Err(Error::conflict("somebody has that handle"));
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// A transaction, or a single update where it is one, at half the price.
    async fn write(&self, parts: Vec<TransactWriteItem>) -> Result<(), TransactionFailure> {
        let [TransactWriteItem { update: Some(update), .. }] = parts.as_slice() else {
            return self.transact(parts).await;
        };
        let request = self.client().update_item().table_name(self.table());
        let request = request
            .set_key(Some(update.key.clone()))
            .update_expression(&update.update_expression)
            .set_condition_expression(update.condition_expression.clone())
            .set_expression_attribute_names(update.expression_attribute_names.clone())
            .set_expression_attribute_values(update.expression_attribute_values.clone());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(refusal) if failure::is_refused(&refusal) => {
                Err(TransactionFailure::Refused(vec![Refusal::Condition(None)]))
            }
            Err(refusal) => Err(TransactionFailure::Failed(failure::error("UpdateItem", refusal))),
        }
    }

    /// The profile first, then the new handle if it is another.
    fn change_parts(&self, before: &Profile, after: &Profile) -> Result<Vec<TransactWriteItem>, Error> {
        let mut parts = vec![self.profile_part(before, after)?.part()?];
        if before.handle != after.handle {
            parts.extend(self.handle_parts(before, after)?);
        }
        let texts = |profile: &Profile| search_texts(profile.handle.as_ref(), &profile.display_name);
        parts.extend(self.listing_parts(&after.user_id, &texts(before), &texts(after))?);
        Ok(parts)
    }

    /// A part that writes what differs and may be changed, on the condition that the version is still the same.
    pub(super) fn profile_part(&self, before: &Profile, after: &Profile) -> Result<UpdateBuilder, Error> {
        let key = keys::profile(&after.user_id);
        let (old, mut new) = (row::encode(&key, before)?, row::encode(&key, after)?);
        let mut update = self.update_part(&key);
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        for name in CHANGEABLE {
            if old.get(name) == new.get(name) {
                continue;
            }
            update = update.expression_attribute_names(format!("#{name}"), name);
            match new.remove(name) {
                Some(value) => {
                    sets.push(format!("#{name} = :{name}"));
                    update = update.expression_attribute_values(format!(":{name}"), value);
                }
                None => removes.push(format!("#{name}")),
            }
        }
        let clauses = [("SET", sets), ("REMOVE", removes)];
        let clauses = clauses.iter().filter(|(_, items)| !items.is_empty());
        let expression: Vec<_> =
            clauses.map(|(verb, items)| format!("{verb} {}", items.join(", "))).collect();
        Ok(update
            .update_expression(expression.join(" "))
            .condition_expression("#version = :before")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":before", AttributeValue::N(before.version.to_string())))
    }

    /// The new handle, which must be free or the person's own, then the end of the old one.
    fn handle_parts(&self, before: &Profile, after: &Profile) -> Result<Vec<TransactWriteItem>, Error> {
        let mut parts = Vec::new();
        let mine = AttributeValue::S(after.user_id.to_string());
        if let Some(handle) = &after.handle {
            let owner = HandleOwner { user_id: after.user_id.clone() };
            let put = self.put_part(&keys::handle(handle.as_str()), &owner)?;
            let put = put.condition_expression("attribute_not_exists(#pk) OR #user = :me");
            let put = put.expression_attribute_names("#pk", PK).expression_attribute_names("#user", "userId");
            parts.push(put.expression_attribute_values(":me", mine.clone()).part()?);
        }
        if let Some(handle) = &before.handle {
            let delete = self.delete_part(&keys::handle(handle.as_str())).condition_expression("#user = :me");
            let delete = delete.expression_attribute_names("#user", "userId");
            parts.push(delete.expression_attribute_values(":me", mine).part()?);
        }
        Ok(parts)
    }

    fn listing_parts(
        &self,
        user: &UserId,
        before: &BTreeSet<String>,
        after: &BTreeSet<String>,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let new = after.difference(before).map(|text| {
            let listing = Listing { user_id: user.clone(), text: text.clone() };
            self.put_part(&keys::find(text, user), &listing)?.part()
        });
        let old = before.difference(after).map(|text| self.delete_part(&keys::find(text, user)).part());
        new.chain(old).collect()
    }

    /// A part that gives a mail address to a person.
    pub(super) fn mail_part(&self, digest: &str, user: &UserId) -> Result<TransactWriteItem, Error> {
        self.put_part(&keys::email_of_digest(digest), &MailOwner { user_id: user.clone() })?.part()
    }
}
