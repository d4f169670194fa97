//! One page of what happened: how much of messages and changes fits, and where the next page starts.

use domain::message::Message;

use crate::messages::row::{Change, ChangeTarget};
use crate::messages::sync::{Extra, LogPosition};
use crate::messages::weight::{PAGE_WEIGHT, fitting};

/// Messages and changes as they were read, one more of each than the page holds.
pub(super) struct Log {
    pub(super) messages: Vec<Message>,
    pub(super) changes: Vec<Change>,
}

/// What a page holds of the log.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) messages: Vec<Message>,
    pub(super) changes: Vec<Change>,
    pub(super) from: LogPosition,
    pub(super) position: LogPosition,
    pub(super) has_more: bool,
}

impl Page {
    /// Messages first; changes when there are no more messages, and none of a message that is still to come.
    pub(super) fn cut(log: Log, from: LogPosition, limit: usize) -> Self {
        let Log { mut messages, mut changes } = log;
        let fitting = fitting(&messages, PAGE_WEIGHT).min(limit);
        let more_messages = messages.len() > fitting;
        messages.truncate(fitting);
        let seq = messages.last().map_or(from.seq, |last| last.seq);
        let to_come =
            |change: &Change| matches!(change.target, ChangeTarget::Message { seq: of } if of > seq);
        let room = if more_messages { 0 } else { limit - messages.len() };
        let known = changes.iter().position(to_come).unwrap_or(changes.len());
        let more_changes = changes.len() > room.min(known);
        changes.truncate(room.min(known));
        let rev = changes.last().map_or(from.rev, |last| last.rev);
        Page {
            messages,
            changes,
            from,
            position: LogPosition { seq, rev },
            has_more: more_messages || more_changes,
        }
    }

    /// The page up to a change, because what comes after it would not fit.
    pub(super) fn end_at(&mut self, rev: u64) {
        self.position.rev = rev;
        self.has_more = true;
    }

    /// Something, if this is the last page and the extra is wanted.
    pub(super) fn wants(&self, extras: &[Extra], extra: Extra) -> Option<()> {
        (!self.has_more && extras.contains(&extra)).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use domain::message::{SystemNotice, SystemNoticeType};
    use proptest::prelude::*;

    use super::*;
    use crate::conversations::head::Head;
    use crate::conversations::head::tests::head;

    fn message(seq: u64) -> Message {
        let notice = SystemNotice {
            kind: SystemNoticeType::GroupCreated,
            actor_id: head().created_by,
            target_ids: Vec::new(),
        };
        let before = Head { seq: seq - 1, ..head() };
        before.noticed(notice, head().created_at).1
    }

    fn change(rev: u64, of: u64) -> Change {
        Change {
            conversation_id: head().id,
            rev,
            target: ChangeTarget::Message { seq: of },
            actor_id: head().created_by,
            at: head().created_at,
            before: None,
            reworded: false,
        }
    }

    fn at(seq: u64, rev: u64) -> LogPosition {
        LogPosition { seq, rev }
    }

    #[test]
    fn changes_come_after_the_last_message_and_never_before_theirs() {
        let log = |messages: &[u64], changes: &[(u64, u64)]| Log {
            messages: messages.iter().copied().map(message).collect(),
            changes: changes.iter().map(|(rev, of)| change(*rev, *of)).collect(),
        };
        let full = Page::cut(log(&[1, 2, 3], &[(1, 1)]), at(0, 0), 2);
        assert_eq!((full.position, full.changes.len(), full.has_more), (at(2, 0), 0, true));
        let both = Page::cut(log(&[3], &[(1, 1), (2, 3), (3, 4)]), at(2, 0), 5);
        assert_eq!((both.position, both.changes.len(), both.has_more), (at(3, 2), 2, true));
        let end = Page::cut(log(&[], &[]), at(3, 2), 5);
        assert_eq!((end.position, end.has_more), (at(3, 2), false));
    }

    proptest! {
        /// A client that goes on while there is more hears of each message once and in order, and of each change that
        /// came while it read.
        #[test]
        fn page_by_page_nothing_is_missed(seqs in 0..30_u64, changed in prop::collection::vec(0..30_u64, 0..30), limit in 1..8_usize) {
            let changes: Vec<Change> = changed.iter().enumerate()
                .map(|(n, of)| change(n as u64 + 1, of % seqs.max(1) + 1))
                .filter(|_| seqs > 0)
                .collect();
            let (mut position, mut sent, mut told) = (at(0, 0), Vec::new(), Vec::new());
            for _ in 0..200 {
                let log = Log {
                    messages: (position.seq + 1..=seqs).take(limit + 1).map(message).collect(),
                    changes: changes.iter().filter(|change| change.rev > position.rev).take(limit + 1).cloned().collect(),
                };
                let page = Page::cut(log, position, limit);
                prop_assert!(page.messages.len() + page.changes.len() <= limit);
                sent.extend(page.messages.iter().map(|message| message.seq));
                told.extend(page.changes.iter().map(|change| change.rev));
                position = page.position;
                if !page.has_more {
                    break;
                }
            }
            prop_assert_eq!(sent, (1..=seqs).collect::<Vec<_>>());
            prop_assert_eq!(told, (1..=changes.len() as u64).collect::<Vec<_>>());
        }
    }
}
