//! Bugs, planted in what really happened: a checker that does not find them proves nothing.

use super::{History, Right, Violation};

/// A bug.
pub(in crate::reliability) struct Bug {
    /// What goes wrong.
    pub(in crate::reliability) name: &'static str,
    plant: fn(&mut History),
    is: fn(&Violation) -> bool,
}

impl Bug {
    /// The same history with the bug in it.
    pub(in crate::reliability) fn planted_in(&self, history: &History) -> History {
        let mut broken = history.clone();
        (self.plant)(&mut broken);
        broken
    }

    /// Whether this is what the bug comes to.
    pub(in crate::reliability) fn is(&self, violation: &Violation) -> bool {
        (self.is)(violation)
    }
}

/// One for each kind of violation.
pub(in crate::reliability) const ALL: [Bug; 7] = [
    Bug {
        name: "an acknowledged message that nobody gets",
        plant: |history| {
            let id = history.acknowledged[0].id.clone();
            for device in &mut history.devices {
                device.entries.retain(|(_, other)| *other != id);
            }
        },
        is: |violation| matches!(violation, Violation::Lost { .. }),
    },
    Bug {
        name: "a message that is written twice",
        plant: |history| {
            let id = history.acknowledged[0].id.clone();
            let last = last(history);
            for device in history.devices.iter_mut().filter(|device| matches!(device.right, Right::From(_))) {
                device.entries.push((last + 1, id.clone()));
            }
        },
        is: |violation| matches!(violation, Violation::Doubled { .. }),
    },
    Bug {
        name: "two messages whose numbers differ from device to device",
        plant: |history| {
            let entries = &mut member(history).entries;
            let (one, other) = (entries[1].1.clone(), entries[2].1.clone());
            (entries[1].1, entries[2].1) = (other, one);
        },
        is: |violation| matches!(violation, Violation::Reordered { .. }),
    },
    Bug {
        name: "a cursor that passes a message which commits later",
        plant: |history| {
            let entries = &mut member(history).entries;
            entries.remove(entries.len() / 2);
        },
        is: |violation| matches!(violation, Violation::Hole { .. }),
    },
    Bug {
        name: "a filter that lets everybody listen",
        plant: |history| {
            let entry = member(history).entries[0].clone();
            let stranger = history.devices.iter_mut().find(|device| device.right == Right::Nothing);
            stranger.expect("a stranger").entries.push(entry);
        },
        is: |violation| matches!(violation, Violation::Foreign { .. }),
    },
    Bug {
        name: "a roster that is read too early",
        plant: |history| {
            let last = last(history);
            let removed =
                history.devices.iter_mut().find(|device| matches!(device.right, Right::Between(..)));
            removed.expect("somebody removed").entries.push((last, "late".to_owned()));
        },
        is: |violation| matches!(violation, Violation::AfterRemoval { .. }),
    },
    Bug {
        name: "an outbox that sends side by side",
        plant: |history| {
            let sender = history.acknowledged[0].sender.clone();
            let of_sender =
                |(index, sent): (usize, &super::Acknowledged)| (sent.sender == sender).then_some(index);
            let indexes: Vec<_> = history.acknowledged.iter().enumerate().filter_map(of_sender).collect();
            history.acknowledged.swap(indexes[0], indexes[1]);
        },
        is: |violation| matches!(violation, Violation::SenderOrder { .. }),
    },
];

/// The device of somebody who is a member to the end.
fn member(history: &mut History) -> &mut super::Device {
    let mut members = history.devices.iter_mut().filter(|device| matches!(device.right, Right::From(_)));
    members.next().expect("a member")
}

fn last(history: &History) -> u64 {
    let numbers = history.devices.iter().flat_map(|device| &device.entries).map(|(seq, _)| *seq);
    numbers.max().expect("messages")
}
