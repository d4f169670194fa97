//! What actions use up.

use std::ops::{Add, Mul};

/// What some actions use up of what AWS charges for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Units {
    /// Operations of the API, calls of `publishEvents` included.
    pub operations: f64,
    /// Messages to subscribers, of up to 5 KB each.
    pub deliveries: f64,
    /// Write units of the table.
    pub writes: f64,
    /// Read units of the table.
    pub reads: f64,
    /// Invocations of functions.
    pub invocations: f64,
    /// Events on the bus.
    pub announced: f64,
}

impl Units {
    /// The same where only this share of the devices is connected, from 0 to 1.
    pub fn connected(self, share: f64) -> Units {
        Units { deliveries: self.deliveries * share, ..self }
    }
}

impl Add for Units {
    type Output = Units;

    fn add(self, other: Units) -> Units {
        Units {
            operations: self.operations + other.operations,
            deliveries: self.deliveries + other.deliveries,
            writes: self.writes + other.writes,
            reads: self.reads + other.reads,
            invocations: self.invocations + other.invocations,
            announced: self.announced + other.announced,
        }
    }
}

impl Mul<f64> for Units {
    type Output = Units;

    fn mul(self, times: f64) -> Units {
        Units {
            operations: self.operations * times,
            deliveries: self.deliveries * times,
            writes: self.writes * times,
            reads: self.reads * times,
            invocations: self.invocations * times,
            announced: self.announced * times,
        }
    }
}
