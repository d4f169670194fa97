//! The devices of a person: one row, because everybody's is looked for with each message.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::id::{ClientId, UserId};
use domain::notification::{Device, MAX_DEVICES, Registration};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::view::take;
use crate::keys::{self, PK};
use crate::row::{self, Row};
use crate::store::{IntoPart, Store};

/// A device, and the way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The device.
    pub device: Device,
    /// What the push service calls it.
    pub arn: String,
    /// The digest of its token; the token itself is with the push service alone.
    token: String,
}

/// The devices of a person, at most ten, in the order in which they were registered first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DevicesRow {
    user_id: UserId,
    pub(super) devices: Vec<Endpoint>,
    /// Grows by one with each write.
    version: u64,
}

impl Row for DevicesRow {
    const ENTITY: &'static str = "devices";
}

/// Who has a token: one device of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenOwner {
    user_id: UserId,
    device_id: ClientId,
}

impl Row for TokenOwner {
    const ENTITY: &'static str = "token";
}

/// What came of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The device.
    pub device: Device,
    /// Endpoints of earlier tokens of the device, which lead nowhere now.
    pub stale: Vec<String>,
}

/// A device that is reached no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The device.
    pub device: Device,
    /// What the push service called it.
    pub arn: String,
}

impl DevicesRow {
    fn of(user: &UserId) -> Self {
        DevicesRow { user_id: user.clone(), devices: Vec::new(), version: 0 }
    }

    fn device(&self, id: &ClientId) -> Option<&Endpoint> {
        self.devices.iter().find(|known| known.device.id == *id)
    }

    /// The row with a device, which takes the place of the one with its id or its token; `LimitExceeded` for the
    /// eleventh.
    fn with(&self, endpoint: Endpoint) -> Result<Self, Error> {
        let mut after = self.clone();
        let same = |known: &Endpoint| known.device.id == endpoint.device.id || known.token == endpoint.token;
        let place = after.devices.iter().position(same).unwrap_or(after.devices.len());
        after.devices.retain(|known| !same(known));
        after.devices.insert(place.min(after.devices.len()), endpoint);
        if after.devices.len() > MAX_DEVICES {
            return Err(Error::limit_exceeded(format!(
                "at most {MAX_DEVICES} devices: unregister one first"
            )));
        }
        Ok(after)
    }

    fn without(&self, keep: impl Fn(&Endpoint) -> bool) -> Self {
        let mut after = self.clone();
        after.devices.retain(keep);
        after
    }
}

/// What stands for a token in keys and rows.
fn digest(registration: &Registration) -> String {
    keys::token_digest(registration.platform.as_str(), registration.token.as_str())
}

impl Store {
    /// Registers a device whose endpoint is open, or changes what is known of it; said again nothing is written.
    ///
    /// A consistent BatchGetItem of 2 rows, of a third if the token was somebody else's, then a transaction of 2 to 4
    /// rows: the person's devices, the owner of the token, the devices of its earlier owner, and the end of the device's
    /// own earlier token. So a token is one person's at any moment. Whoever loses a race starts again from the read. The
    /// eleventh device is `LimitExceeded`.
    pub async fn device_put(
        &self,
        user: &UserId,
        registration: &Registration,
        arn: &str,
        now: Timestamp,
    ) -> Result<Registered, Error> {
        let token = digest(registration);
        let mut attempt = 0;
        loop {
            let (mine, owner) = self.device_claims(user, &token).await?;
            let before = mine.device(&registration.id);
            let device = registration.device(before.map(|known| &known.device), now);
            let endpoint = Endpoint { device: device.clone(), arn: arn.to_owned(), token: token.clone() };
            let is_mine =
                owner.as_ref().is_some_and(|owner| owner.user_id == *user && owner.device_id == device.id);
            if is_mine && before == Some(&endpoint) {
                return Ok(Registered { device, stale: Vec::new() });
            }
            let earlier = before.filter(|known| known.token != token);
            let mut parts = vec![self.devices_part(&mine, mine.with(endpoint)?)?];
            parts.push(self.token_part(&token, user, &device.id, owner.as_ref())?);
            if let Some(other) = owner.as_ref().filter(|owner| owner.user_id != *user) {
                parts.extend(self.taken_part(&other.user_id, &token).await?);
            }
            if let Some(earlier) = earlier {
                parts.push(self.token_end_part(&earlier.token, user, &device.id)?);
            }
            match self.transact(parts).await {
                Ok(()) => {
                    let stale = earlier.filter(|known| known.arn != arn).map(|known| known.arn.clone());
                    return Ok(Registered { device, stale: stale.into_iter().collect() });
                }
                Err(failure) if failure.is_refused() => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// Ends the registration of a device; none if there was none, and then nothing is written. With an endpoint, only if
    /// that is still the way to it. A consistent read, then a transaction of 2 rows.
    pub async fn device_remove(
        &self,
        user: &UserId,
        device: &ClientId,
        arn: Option<&str>,
    ) -> Result<Option<Removed>, Error> {
        let mut attempt = 0;
        loop {
            let Some(mine) = self.get::<DevicesRow>(&keys::devices(user)).await? else { return Ok(None) };
            let known = mine.device(device).filter(|known| arn.is_none_or(|arn| known.arn == arn));
            let Some(known) = known.cloned() else { return Ok(None) };
            let after = mine.without(|other| other.device.id != *device);
            let parts =
                vec![self.devices_part(&mine, after)?, self.token_end_part(&known.token, user, device)?];
            match self.transact(parts).await {
                Ok(()) => return Ok(Some(Removed { device: known.device, arn: known.arn })),
                Err(failure) if failure.is_refused() => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// A person's devices, at most ten, those that were registered first at the front; one read, strongly consistent.
    pub async fn device_list(&self, user: &UserId) -> Result<Vec<Device>, Error> {
        let row = self.get::<DevicesRow>(&keys::devices(user)).await?;
        Ok(row.into_iter().flat_map(|row| row.devices).map(|known| known.device).collect())
    }

    /// The ways to those of some people who have devices; the others are absent. BatchGetItem of at most 100 a call, all
    /// calls at once; eventually consistent; half a unit each, whether they have any or not.
    pub(super) async fn device_batch(
        &self,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Vec<Endpoint>>, Error> {
        let keys: Vec<_> = users.iter().map(keys::devices).collect();
        let rows = self.batch(&keys, false).await?.into_values().map(row::decode::<DevicesRow>);
        let rows = rows.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|row| !row.devices.is_empty());
        Ok(rows.map(|row| (row.user_id, row.devices)).collect())
    }

    async fn device_claims(
        &self,
        user: &UserId,
        token: &str,
    ) -> Result<(DevicesRow, Option<TokenOwner>), Error> {
        let (devices, owner) = (keys::devices(user), keys::token(token));
        let mut rows = self.batch(&[devices.clone(), owner.clone()], true).await?;
        let mine = take(&mut rows, &devices)?.unwrap_or_else(|| DevicesRow::of(user));
        Ok((mine, take(&mut rows, &owner)?))
    }

    /// A part that replaces a person's devices, refused if they changed since they were read.
    fn devices_part(&self, before: &DevicesRow, after: DevicesRow) -> Result<TransactWriteItem, Error> {
        let after = DevicesRow { version: before.version + 1, ..after };
        let put = self.put_part(&keys::devices(&before.user_id), &after)?;
        match before.version {
            0 => put
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK)
                .part(),
            version => put
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string()))
                .part(),
        }
    }

    /// A part that takes a token out of the devices of whoever had it; none if it is not among them any more.
    async fn taken_part(&self, other: &UserId, token: &str) -> Result<Option<TransactWriteItem>, Error> {
        let Some(theirs) = self.get::<DevicesRow>(&keys::devices(other)).await? else { return Ok(None) };
        let after = theirs.without(|known| known.token != token);
        if after == theirs { Ok(None) } else { self.devices_part(&theirs, after).map(Some) }
    }

    /// A part that gives a token to a device, refused if its owner changed since it was read.
    fn token_part(
        &self,
        token: &str,
        user: &UserId,
        device: &ClientId,
        before: Option<&TokenOwner>,
    ) -> Result<TransactWriteItem, Error> {
        let owner = TokenOwner { user_id: user.clone(), device_id: device.clone() };
        let put = self.put_part(&keys::token(token), &owner)?;
        match before {
            None => put
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK)
                .part(),
            Some(before) => put
                .condition_expression(OWNED)
                .expression_attribute_names("#user", "userId")
                .expression_attribute_names("#device", "deviceId")
                .expression_attribute_values(":user", AttributeValue::S(before.user_id.to_string()))
                .expression_attribute_values(":device", AttributeValue::S(before.device_id.to_string()))
                .part(),
        }
    }

    /// A part that frees a token of a device.
    fn token_end_part(
        &self,
        token: &str,
        user: &UserId,
        device: &ClientId,
    ) -> Result<TransactWriteItem, Error> {
        self.delete_part(&keys::token(token))
            .condition_expression(OWNED)
            .expression_attribute_names("#user", "userId")
            .expression_attribute_names("#device", "deviceId")
            .expression_attribute_values(":user", AttributeValue::S(user.to_string()))
            .expression_attribute_values(":device", AttributeValue::S(device.to_string()))
            .part()
    }
}

/// Whether a token belongs to a device of a person.
const OWNED: &str = "#user = :user AND #device = :device";

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(device: usize, token: &str) -> Endpoint {
        let json = format!(
            r#"{{"id":"00000000-0000-4000-8000-{device:012}","platform":"FCM","token":"0123456789abcdef"}}"#
        );
        let registration: Registration = serde_json::from_str(&json).unwrap();
        let device = registration.device(None, Timestamp::UNIX_EPOCH);
        Endpoint { device, arn: format!("arn:{token}"), token: token.to_owned() }
    }

    fn row(devices: usize) -> DevicesRow {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        let devices = (0..devices).map(|number| endpoint(number, &format!("t{number}"))).collect();
        DevicesRow { devices, ..DevicesRow::of(&user) }
    }

    fn tokens(row: &DevicesRow) -> Vec<&str> {
        row.devices.iter().map(|known| known.token.as_str()).collect()
    }

    #[test]
    fn a_device_keeps_its_place_and_the_eleventh_is_refused() {
        let full = row(MAX_DEVICES);
        assert!(full.with(endpoint(10, "t10")).is_err());
        let after = full.with(endpoint(3, "new")).unwrap();
        assert_eq!((after.devices.len(), tokens(&after)[3]), (MAX_DEVICES, "new"));
    }

    #[test]
    fn a_token_leads_to_one_device_even_of_one_person() {
        let after = row(3).with(endpoint(7, "t1")).unwrap();
        assert_eq!(tokens(&after), ["t0", "t1", "t2"]);
        assert_eq!(after.devices[1].device.id.as_str(), "00000000-0000-4000-8000-000000000007");
    }
}
