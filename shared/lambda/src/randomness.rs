//! Where random bytes come from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// The randomness of a function: the operating system's, or a repeatable stream for tests.
#[derive(Clone)]
pub struct Randomness {
    source: Arc<Source>,
}

enum Source {
    System,
    Seeded { seed: u64, block: Mutex<u64> },
}

impl Randomness {
    /// The operating system's generator.
    pub fn system() -> Self {
        Randomness { source: Arc::new(Source::System) }
    }

    /// The same bytes in the same order for the same seed. For tests only: whoever knows the seed knows the bytes.
    pub fn seeded(seed: u64) -> Self {
        Randomness { source: Arc::new(Source::Seeded { seed, block: Mutex::new(0) }) }
    }

    /// Random bytes.
    ///
    /// # Panics
    /// When the operating system has none to give: nothing safe can be done without them.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &*self.source {
            Source::System => {
                if let Err(error) = getrandom::fill(&mut bytes) {
                    panic!("the operating system gives no randomness: {error}");
                }
            }
            Source::Seeded { seed, block } => fill_seeded(*seed, block, &mut bytes),
        }
        bytes
    }
}

fn fill_seeded(seed: u64, block: &Mutex<u64>, bytes: &mut [u8]) {
    let mut block = block.lock().unwrap_or_else(PoisonError::into_inner);
    for chunk in bytes.chunks_mut(32) {
        let mut hash = Sha256::new();
        hash.update(seed.to_be_bytes());
        hash.update(block.to_be_bytes());
        *block += 1;
        for (byte, random) in chunk.iter_mut().zip(hash.finalize()) {
            *byte = random;
        }
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.source {
            Source::System => f.write_str("Randomness::System"),
            Source::Seeded { seed, .. } => write!(f, "Randomness::Seeded({seed})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_does_not_stand_still() {
        let (one, other) = (Randomness::seeded(7), Randomness::seeded(7));
        let first: [u8; 40] = one.bytes();
        assert_eq!(first, other.bytes::<40>());
        assert_ne!(first, one.bytes::<40>());
    }

    #[test]
    fn the_system_does_not_repeat() {
        assert_ne!(Randomness::system().bytes::<16>(), Randomness::system().bytes::<16>());
    }
}
