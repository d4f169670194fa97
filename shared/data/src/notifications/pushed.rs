//! Which messages were pushed to which devices.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{ClientId, ConversationId, UserId};
use domain::notification::PushWindow;
use domain::{Error, ErrorKind};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::failure;
use crate::keys::{self, PK};
use crate::row::{self, Row};
use crate::store::Store;

/// How long a row is kept: an event is tried for hours at most.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What was pushed to a person's devices of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PushedRow {
    user_id: UserId,
    conversation_id: ConversationId,
    /// By device.
    windows: BTreeMap<ClientId, PushWindow>,
    /// Who wrote it last: the write that is made again after its answer was lost knows itself.
    claim: String,
    /// When it goes, in epoch seconds.
    expires_at: i64,
}

impl Row for PushedRow {
    const ENTITY: &'static str = "pushed";
}

/// Numbers by device.
pub type Claimed = BTreeMap<ClientId, Vec<u64>>;

impl Store {
    /// Takes messages of a conversation for the devices of a person: what is in the answer was taken now, by nobody
    /// before, and is to be pushed. A claim has a name that no other has.
    ///
    /// A consistent read, then one write of one unit, whatever the number of devices, on the condition that nobody wrote
    /// since. What is taken is pushed at most once: it is given back where pushing failed, see
    /// [`Store::push_give_back`].
    pub async fn push_take(
        &self,
        (user, conversation): (&UserId, &ConversationId),
        wanted: &Claimed,
        claim: &str,
        now: Timestamp,
    ) -> Result<Claimed, Error> {
        let key = keys::pushed(user, conversation);
        let mut attempt = 0;
        let mut taken = Claimed::new();
        loop {
            let before = self.get::<PushedRow>(&key).await?;
            // An earlier try was written, although its answer was lost.
            if before.as_ref().is_some_and(|row| row.claim == claim) {
                return Ok(taken);
            }
            let mut windows = before.as_ref().map(|row| row.windows.clone()).unwrap_or_default();
            // Devices that went are forgotten.
            windows.retain(|device, _| wanted.contains_key(device));
            taken.clear();
            for (device, numbers) in wanted {
                let window = windows.entry(device.clone()).or_default();
                let free: Vec<_> = numbers.iter().copied().filter(|number| window.take(*number)).collect();
                if !free.is_empty() {
                    taken.insert(device.clone(), free);
                }
            }
            if taken.is_empty() {
                return Ok(taken);
            }
            let after = PushedRow {
                user_id: user.clone(),
                conversation_id: conversation.clone(),
                windows,
                claim: claim.to_owned(),
                expires_at: now.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second(),
            };
            match self.pushed_put(before.as_ref(), &after).await {
                Ok(true) => return Ok(taken),
                // Of a write whose answer is lost the row tells whether it was made.
                Err(error) if error.kind() != ErrorKind::Unavailable => return Err(error),
                Ok(false) | Err(_) => self.back_off(&mut attempt).await?,
            }
        }
    }

    /// Gives back what was taken and could not be pushed, so that it is taken again, under another name. A consistent
    /// read and a write.
    pub async fn push_give_back(
        &self,
        (user, conversation): (&UserId, &ConversationId),
        failed: &Claimed,
        claim: &str,
    ) -> Result<(), Error> {
        let mut attempt = 0;
        loop {
            let before = self.get::<PushedRow>(&keys::pushed(user, conversation)).await?;
            let Some(before) = before else { return Ok(()) };
            let mut after = PushedRow { claim: claim.to_owned(), ..before.clone() };
            for (device, numbers) in failed {
                if let Some(window) = after.windows.get_mut(device) {
                    numbers.iter().for_each(|number| window.give_back(*number));
                }
            }
            if after.windows == before.windows || self.pushed_put(Some(&before), &after).await? {
                return Ok(());
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Says whether the row was still the same.
    async fn pushed_put(&self, before: Option<&PushedRow>, after: &PushedRow) -> Result<bool, Error> {
        let key = keys::pushed(&after.user_id, &after.conversation_id);
        let put = self.client().put_item().table_name(self.table()).set_item(Some(row::encode(&key, after)?));
        let put = match before {
            None => {
                put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK)
            }
            Some(before) => put
                .condition_expression("#claim = :claim")
                .expression_attribute_names("#claim", "claim")
                .expression_attribute_values(":claim", AttributeValue::S(before.claim.clone())),
        };
        match put.send().await {
            Ok(_) => Ok(true),
            Err(refusal) if failure::is_refused(&refusal) => Ok(false),
            Err(refusal) => Err(failure::error("PutItem", refusal)),
        }
    }
}
