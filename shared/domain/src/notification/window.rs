//! Which of the last messages of a conversation were pushed.

use serde::{Deserialize, Serialize};

/// The numbers that were taken, of the last 64 up to the greatest; everything before counts as taken.
///
/// Events of one conversation may overtake each other, so the greatest number alone does not say which are missing.
/// The same idea keeps replayed packets out of IPsec (RFC 4303, 3.4.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushWindow {
    /// The greatest number that was taken.
    top: u64,
    /// Bit n stands for the number n below the greatest.
    taken: u64,
}

impl PushWindow {
    /// How many numbers it remembers.
    pub const WIDTH: u64 = 64;

    /// Takes a number; says whether it was free.
    pub fn take(&mut self, number: u64) -> bool {
        if number > self.top {
            let by = number - self.top;
            self.taken = if by < PushWindow::WIDTH { self.taken << by | 1 } else { 1 };
            self.top = number;
            return true;
        }
        let Some(bit) = self.bit(number) else { return false };
        let free = self.taken & bit == 0;
        self.taken |= bit;
        free
    }

    /// Gives a number back that was taken and not used; one that is not remembered any more stays taken.
    pub fn give_back(&mut self, number: u64) {
        if let Some(bit) = self.bit(number) {
            self.taken &= !bit;
        }
    }

    fn bit(&self, number: u64) -> Option<u64> {
        let below = self.top.checked_sub(number).filter(|below| *below < PushWindow::WIDTH)?;
        Some(1 << below)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_taken_once() {
        let mut window = PushWindow::default();
        assert!(window.take(7) && !window.take(7));
        assert!(window.take(5), "overtaken, not lost");
        assert!(!window.take(5));
        window.give_back(5);
        assert!(window.take(5) && window.take(71) && !window.take(7), "7 is out of sight");
    }

    proptest! {
        #[test]
        fn it_is_a_set_of_the_last_numbers(numbers in prop::collection::vec((1_u64..200, any::<bool>()), 0..100)) {
            let (mut window, mut taken, mut top) = (PushWindow::default(), BTreeSet::new(), 0);
            for (number, back) in numbers {
                let forgotten = top >= PushWindow::WIDTH + number;
                let free = window.take(number);
                prop_assert_eq!(free, !forgotten && taken.insert(number));
                top = top.max(number);
                if free && back {
                    window.give_back(number);
                    taken.remove(&number);
                }
            }
        }
    }
}
