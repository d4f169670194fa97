//! Changing a message that is there: one frame for edits, deletions, reactions and pins.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::message::{Message, Place};
use search::Document;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys::{self, Key};
use crate::messages::row::{Change, ChangeTarget, MessageRow};
use crate::row::{self, Item};
use crate::store::{IntoPart, Store};

/// What a change starts from, as of one moment.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) head: Head,
    pub(crate) state: State,
    pub(crate) row: MessageRow,
    /// The further row that was asked for.
    pub(crate) further: Option<Item>,
}

/// What a change makes of it.
#[derive(Debug)]
pub(crate) struct Rewrite {
    pub(crate) message: Message,
    pub(crate) head: Head,
    /// The text that an edit replaces.
    pub(crate) before: Option<String>,
    /// Whether the earlier texts are gone with it.
    pub(crate) forget_edits: bool,
    /// What else is written.
    pub(crate) parts: Vec<TransactWriteItem>,
}

impl Rewrite {
    pub(crate) fn new(scene: &Scene, message: Message) -> Self {
        Rewrite { message, head: scene.head.clone(), before: None, forget_edits: false, parts: Vec::new() }
    }
}

impl Store {
    /// Changes a message under the next change number, with whatever `decide` adds; nothing if it says so.
    ///
    /// `NotFound` for what the person may not see. Three round trips: where it stands; a snapshot of head, state,
    /// message, whether it is hidden, and `further`; one transaction of head, message, change and the added parts.
    /// A message that loses its attachments costs a fourth, between the two.
    /// Every writer of a message replaces the head, so who loses a race is refused and tries again from the snapshot.
    pub(crate) async fn message_rewrite(
        &self,
        place: &Place,
        further: impl Fn(u64) -> Option<Key>,
        decide: impl Fn(&Scene) -> Result<Option<Rewrite>, Error>,
    ) -> Result<Message, Error> {
        let seq = self.message_locate(&place.user_id, &place.conversation_id, &place.message_id).await?.seq;
        let further = further(seq);
        let mut attempt = 0;
        loop {
            let scene = self.scene(place, seq, further.as_ref()).await?;
            let Some(mut rewrite) = decide(&scene)? else { return Ok(scene.row.message) };
            let before = &scene.row.message;
            rewrite.parts.extend(self.release_parts(before, &rewrite.message, place.now).await?);
            rewrite.parts.extend(self.gallery_parts(Some(before), &rewrite.message)?);
            let row = rewrite.row(&scene);
            match self.transact(self.rewrite_parts(place, &scene, rewrite, &row)?).await {
                Ok(()) => return Ok(row.message),
                Err(TransactionFailure::Refused(_)) => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    async fn scene(&self, place: &Place, seq: u64, further: Option<&Key>) -> Result<Scene, Error> {
        let (user, conversation) = (&place.user_id, &place.conversation_id);
        let mut wanted = vec![
            keys::head(conversation),
            keys::state(user, conversation),
            keys::message(conversation, seq),
            keys::hidden(user, conversation, seq),
        ];
        wanted.extend(further.cloned());
        let mut items = self.snapshot(&wanted).await?.into_iter();
        let mut next = || items.next().flatten();
        let (head, state, row, hidden, further) = (next(), next(), next(), next(), next());
        let (Some(head), Some(state), Some(row), None) = (head, state, row, hidden) else {
            return Err(Error::not_found());
        };
        let (head, state, row) = (row::decode(head)?, row::decode::<State>(state)?, row::decode(row)?);
        if !state.sees(seq) {
            return Err(Error::not_found());
        }
        Ok(Scene { head, state, row, further })
    }

    fn rewrite_parts(
        &self,
        place: &Place,
        scene: &Scene,
        rewrite: Rewrite,
        row: &MessageRow,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let (conversation, message) = (&place.conversation_id, &row.message);
        let change = Change {
            conversation_id: conversation.clone(),
            rev: message.rev,
            target: ChangeTarget::Message { seq: message.seq },
            actor_id: place.user_id.clone(),
            at: place.now,
            before: rewrite.before,
            reworded: Document::of(&scene.row.message) != Document::of(message),
        };
        let mut head = Head { rev: message.rev, updated_at: place.now, ..rewrite.head };
        if head.last_message.as_ref().is_some_and(|last| last.seq == message.seq) {
            head.last_message = Some(message.preview());
        }
        let mut parts = vec![
            self.head_part(&scene.head, head)?,
            self.put_part(&keys::message(conversation, message.seq), row)?.part()?,
            self.put_part(&keys::change(conversation, change.rev), &change)?
                .condition_expression("attribute_not_exists(pk)")
                .part()?,
        ];
        parts.extend(rewrite.parts);
        Ok(parts)
    }
}

impl Rewrite {
    /// The row of the message after the change.
    fn row(&self, scene: &Scene) -> MessageRow {
        let rev = scene.head.rev + 1;
        let mut edits = if self.forget_edits { Vec::new() } else { scene.row.edits.clone() };
        if self.before.is_some() {
            edits.push(rev);
        }
        MessageRow { message: Message { rev, ..self.message.clone() }, edits }
    }
}
