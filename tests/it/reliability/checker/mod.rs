//! Judges what devices saw of a conversation: nothing lost, doubled, reordered, or shown to somebody it does not concern.

pub(super) mod bugs;

use std::collections::{BTreeMap, BTreeSet};

/// What happened in one conversation, as seen from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// The sends that were acknowledged, of each sender in the order in which they were made.
    pub(super) acknowledged: Vec<Acknowledged>,
    /// What each device has.
    pub(super) devices: Vec<Device>,
}

/// A send that was acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Acknowledged {
    pub(super) sender: String,
    pub(super) id: String,
}

/// What a device has.
#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) name: String,
    pub(super) right: Right,
    /// Number and id of each message, in the order in which the device took them in.
    pub(super) entries: Vec<(u64, String)>,
    /// The numbers that came live, connection by connection, each when it came first.
    pub(super) live: Vec<Vec<u64>>,
}

/// What a person may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// Nothing: a stranger.
    Nothing,
    /// Everything from a number on.
    From(u64),
    /// Everything from a number up to a removal, which has a number itself.
    Between(u64, u64),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Violation {
    /// An acknowledged message is not there.
    Lost { device: String, id: String },
    /// A message is there twice.
    Doubled { device: String, id: String },
    /// Devices disagree about a number, or a connection brought a smaller number after a greater one.
    Reordered { device: String, seq: u64 },
    /// A number is not there.
    Hole { device: String, seq: u64 },
    /// A message reached somebody it does not concern.
    Foreign { device: String, seq: u64 },
    /// A message that came after the removal reached the removed.
    AfterRemoval { device: String, seq: u64 },
    /// Messages of one sender are not in the order in which they were sent.
    SenderOrder { sender: String },
}

impl History {
    /// Everything that is wrong; empty if nothing is.
    pub(super) fn violations(&self) -> Vec<Violation> {
        let order = self.order();
        let places: BTreeMap<&str, u64> = order.iter().map(|(seq, id)| (*id, *seq)).collect();
        let mut found = self.sender_order(&places);
        let last = order.keys().next_back().copied().unwrap_or(0);
        for device in &self.devices {
            found.extend(device.doubled());
            found.extend(device.reordered(&order));
            found.extend(device.trespasses());
            found.extend(device.holes(last));
            found.extend(self.lost_on(device, &places));
        }
        found
    }

    /// The one order, as the first device that has a number tells it.
    fn order(&self) -> BTreeMap<u64, &str> {
        let mut order = BTreeMap::new();
        for (seq, id) in self.devices.iter().flat_map(|device| &device.entries) {
            order.entry(*seq).or_insert(id.as_str());
        }
        order
    }

    fn sender_order(&self, places: &BTreeMap<&str, u64>) -> Vec<Violation> {
        let mut by_sender: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for Acknowledged { sender, id } in &self.acknowledged {
            by_sender.entry(sender).or_default().extend(places.get(id.as_str()));
        }
        let unsorted = by_sender.into_iter().filter(|(_, places)| !places.is_sorted());
        unsorted.map(|(sender, _)| Violation::SenderOrder { sender: sender.to_owned() }).collect()
    }

    fn lost_on(&self, device: &Device, places: &BTreeMap<&str, u64>) -> Vec<Violation> {
        let held: BTreeSet<&str> = device.entries.iter().map(|(_, id)| id.as_str()).collect();
        let is_lost = |id: &&str| match (device.right, places.get(id)) {
            (_, _) if held.contains(id) => false,
            // Nobody has it, so it concerns everybody who stayed.
            (Right::From(_), None) => true,
            (Right::From(first), Some(seq)) => *seq >= first,
            // The removed may have been away when it came, and cannot fetch it any more.
            (Right::Nothing | Right::Between(..), _) => false,
        };
        let lost = self.acknowledged.iter().map(|sent| sent.id.as_str()).filter(is_lost);
        lost.map(|id| Violation::Lost { device: device.name.clone(), id: id.to_owned() }).collect()
    }
}

impl Device {
    fn doubled(&self) -> Vec<Violation> {
        let mut seen = BTreeSet::new();
        let again = self.entries.iter().filter(|(_, id)| !seen.insert(id));
        again.map(|(_, id)| Violation::Doubled { device: self.name.clone(), id: id.clone() }).collect()
    }

    fn reordered(&self, order: &BTreeMap<u64, &str>) -> Vec<Violation> {
        let other = self.entries.iter().filter(|(seq, id)| order[seq] != id.as_str()).map(|(seq, _)| *seq);
        let backwards = self.live.iter().flat_map(|numbers| numbers.windows(2)).filter(|two| two[0] > two[1]);
        let numbers = other.chain(backwards.map(|two| two[1]));
        numbers.map(|seq| Violation::Reordered { device: self.name.clone(), seq }).collect()
    }

    fn trespasses(&self) -> Vec<Violation> {
        let trespass = |seq: u64| {
            let device = self.name.clone();
            match self.right {
                Right::Nothing => Some(Violation::Foreign { device, seq }),
                Right::From(first) | Right::Between(first, _) if seq < first => {
                    Some(Violation::Foreign { device, seq })
                }
                Right::Between(_, end) if seq >= end => Some(Violation::AfterRemoval { device, seq }),
                Right::From(_) | Right::Between(..) => None,
            }
        };
        self.entries.iter().filter_map(|(seq, _)| trespass(*seq)).collect()
    }

    fn holes(&self, last: u64) -> Vec<Violation> {
        let held: BTreeSet<u64> = self.entries.iter().map(|(seq, _)| *seq).collect();
        let (from, to) = match self.right {
            Right::Nothing => return Vec::new(),
            Right::From(first) => (first, last),
            Right::Between(first, _) => (first, held.last().copied().unwrap_or(0)),
        };
        let missing = (from..=to).filter(|seq| !held.contains(seq));
        missing.map(|seq| Violation::Hole { device: self.name.clone(), seq }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str, right: Right, numbers: impl IntoIterator<Item = u64>) -> Device {
        let numbers: Vec<u64> = numbers.into_iter().collect();
        let entries = numbers.iter().map(|seq| (*seq, format!("m{seq}"))).collect();
        Device { name: name.to_owned(), right, entries, live: vec![numbers] }
    }

    /// Two members, one who was removed with number 7, and a stranger; alice sent the odd ones, bob the even ones.
    fn sound() -> History {
        let sender = |seq: u64| if seq % 2 == 1 { "alice" } else { "bob" }.to_owned();
        let sent = (1..=9).filter(|seq| *seq != 7);
        History {
            acknowledged: sent
                .map(|seq| Acknowledged { sender: sender(seq), id: format!("m{seq}") })
                .collect(),
            devices: vec![
                device("alice", Right::From(1), 1..=9),
                device("bob", Right::From(3), 3..=9),
                device("carol", Right::Between(1, 7), 1..=5),
                device("mallory", Right::Nothing, []),
            ],
        }
    }

    fn broken(how: impl FnOnce(&mut History)) -> Vec<Violation> {
        let mut history = sound();
        how(&mut history);
        history.violations()
    }

    #[test]
    fn a_sound_history_is_sound() {
        assert_eq!(sound().violations(), []);
    }

    #[test]
    fn what_was_lost_is_found() {
        let found = broken(|history| history.devices[1].entries.retain(|(seq, _)| *seq != 9));
        assert!(
            found.contains(&Violation::Lost { device: "bob".to_owned(), id: "m9".to_owned() }),
            "{found:?}"
        );
        let everywhere = broken(|history| {
            history.acknowledged.push(Acknowledged { sender: "bob".to_owned(), id: "m10".to_owned() });
        });
        assert!(everywhere.contains(&Violation::Lost { device: "alice".to_owned(), id: "m10".to_owned() }));
    }

    #[test]
    fn what_was_doubled_is_found() {
        let found = broken(|history| {
            for device in &mut history.devices[..2] {
                device.entries.push((10, "m8".to_owned()));
            }
        });
        assert!(
            found.contains(&Violation::Doubled { device: "alice".to_owned(), id: "m8".to_owned() }),
            "{found:?}"
        );
    }

    #[test]
    fn two_orders_are_found() {
        let found = broken(|history| {
            history.devices[1].entries[2].1 = "m6".to_owned();
            history.devices[1].entries[3].1 = "m5".to_owned();
        });
        assert!(found.contains(&Violation::Reordered { device: "bob".to_owned(), seq: 5 }), "{found:?}");
        let found = broken(|history| history.devices[0].live[0].swap(3, 4));
        assert_eq!(found, [Violation::Reordered { device: "alice".to_owned(), seq: 4 }]);
    }

    #[test]
    fn a_hole_is_found() {
        let found = broken(|history| history.devices[2].entries.retain(|(seq, _)| *seq != 4));
        assert_eq!(found, [Violation::Hole { device: "carol".to_owned(), seq: 4 }]);
    }

    #[test]
    fn what_a_stranger_saw_is_found() {
        let found = broken(|history| history.devices[3].entries.push((4, "m4".to_owned())));
        assert_eq!(found, [Violation::Foreign { device: "mallory".to_owned(), seq: 4 }]);
        let early = broken(|history| history.devices[1].entries.push((2, "m2".to_owned())));
        assert_eq!(early, [Violation::Foreign { device: "bob".to_owned(), seq: 2 }]);
    }

    #[test]
    fn what_came_after_a_removal_is_found() {
        let found = broken(|history| {
            history.devices[2].entries.extend([6, 7, 8].map(|seq| (seq, format!("m{seq}"))));
        });
        let after = |seq| Violation::AfterRemoval { device: "carol".to_owned(), seq };
        assert_eq!(found, [after(7), after(8)]);
    }

    #[test]
    fn a_sender_whose_order_is_lost_is_found() {
        let found = broken(|history| history.acknowledged.swap(1, 3));
        assert_eq!(found, [Violation::SenderOrder { sender: "bob".to_owned() }]);
    }

    #[test]
    fn each_bug_is_found_as_what_it_is() {
        for bug in bugs::ALL {
            let found = bug.planted_in(&sound()).violations();
            assert!(found.iter().any(|violation| bug.is(violation)), "{}: {found:?}", bug.name);
        }
    }
}
