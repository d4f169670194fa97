//! What is told to one person.

use data::notifications::{Addressee, Claimed, Endpoint, PushScene};
use domain::Error;
use domain::account::Locale;
use domain::id::ConversationId;
use domain::message::Message;
use lambda::Context;
use notify::{Delivery, Note, Pushes, Said, body, payload, title};

/// Telling one person.
pub(crate) struct Errand<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) pushes: &'a Pushes,
    pub(crate) scene: &'a PushScene,
    pub(crate) addressee: &'a Addressee,
    pub(crate) conversation: &'a ConversationId,
}

impl Errand<'_> {
    /// Takes what nobody took before, then pushes it: at most once, even if the function ends in between.
    pub(crate) async fn run(self, due: Vec<(&Message, Said)>) -> Result<(), Error> {
        if due.is_empty() {
            return Ok(());
        }
        let (store, place) = (self.ctx.store(), (&self.addressee.profile.user_id, self.conversation));
        let numbers: Vec<u64> = due.iter().map(|(message, _)| message.seq).collect();
        let devices = self.addressee.endpoints.iter().map(|endpoint| endpoint.device.id.clone());
        let wanted: Claimed = devices.map(|device| (device, numbers.clone())).collect();
        let claim = self.ctx.new_id().to_string();
        let taken = store.push_take(place, &wanted, &claim, self.ctx.now()).await?;
        if taken.is_empty() {
            return Ok(());
        }
        let badge = match store.unread_total(place.0).await {
            Ok(badge) => badge,
            Err(error) => return self.give_back(taken, error).await,
        };
        let (mut failed, mut first) = (Claimed::new(), None);
        for endpoint in &self.addressee.endpoints {
            let Some(numbers) = taken.get(&endpoint.device.id) else { continue };
            let mine: Vec<_> =
                due.iter().filter(|(message, _)| numbers.contains(&message.seq)).copied().collect();
            if let Err((left, error)) = self.tell(endpoint, &mine, badge).await {
                failed.insert(endpoint.device.id.clone(), left);
                first.get_or_insert(error);
            }
        }
        match first {
            None => Ok(()),
            Some(error) => self.give_back(failed, error).await,
        }
    }

    /// Pushes messages to one device in their order; the numbers of those that were not pushed, and why.
    async fn tell(
        &self,
        endpoint: &Endpoint,
        messages: &[(&Message, Said)],
        badge: u64,
    ) -> Result<(), (Vec<u64>, Error)> {
        for (place, (message, said)) in messages.iter().enumerate() {
            let payload = payload(endpoint.device.platform, &self.note(endpoint, message, *said, badge));
            let left = || messages.iter().skip(place).map(|(message, _)| message.seq).collect();
            match self.pushes.publish(&endpoint.arn, &payload).await {
                Ok(Delivery::Sent) => {}
                Ok(Delivery::Gone) => return self.forget(endpoint).await.map_err(|error| (left(), error)),
                Err(error) => return Err((left(), error)),
            }
        }
        Ok(())
    }

    fn note(&self, endpoint: &Endpoint, message: &Message, said: Said, badge: u64) -> Note {
        let locale: &Locale = endpoint.device.locale.as_ref().unwrap_or(&self.addressee.profile.locale);
        let sender = message.sender_id.as_ref().and_then(|sender| self.scene.senders.get(sender));
        let (sender, group) = (sender.map(String::as_str), self.scene.title.as_deref());
        Note {
            conversation_id: message.conversation_id.clone(),
            message_id: message.id.clone(),
            seq: message.seq,
            title: title(group, sender, locale),
            body: body(message, said, sender.filter(|_| group.is_some()), locale),
            badge,
        }
    }

    /// A device that the platform gave up is registered no more, until it registers itself again.
    async fn forget(&self, endpoint: &Endpoint) -> Result<(), Error> {
        let (user, device) = (&self.addressee.profile.user_id, &endpoint.device.id);
        let removed = self.ctx.store().device_remove(user, device, Some(&endpoint.arn)).await?;
        if removed.is_some() {
            tracing::info!(user = user.as_str(), device = device.as_str(), "a device is gone");
        }
        Ok(())
    }

    /// So that the next try of the event pushes it.
    async fn give_back(&self, failed: Claimed, error: Error) -> Result<(), Error> {
        let (user, claim) = (&self.addressee.profile.user_id, self.ctx.new_id().to_string());
        self.ctx.store().push_give_back((user, self.conversation), &failed, &claim).await?;
        Err(error)
    }
}
