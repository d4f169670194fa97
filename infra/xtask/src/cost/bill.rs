//! From units to dollars.

use super::{Prices, Units};

/// What a bill of actions lists, in its order.
pub const LINES: [&str; 8] = [
    "AppSync operations",
    "AppSync deliveries",
    "DynamoDB writes",
    "DynamoDB reads",
    "Lambda requests",
    "EventBridge events",
    "Lambda time and logs (estimated)",
    "data to devices (estimated)",
];

const MILLION: f64 = 1e6;
const GIGABYTE: f64 = 1e9;

/// Dollars for each of [`LINES`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bill(pub [f64; 8]);

impl Bill {
    /// What units cost.
    pub fn new(units: Units, prices: &Prices) -> Bill {
        let million = &prices.per_million;
        let estimates = &prices.estimates;
        let seconds = estimates.lambda_milliseconds / 1_000.0 * (estimates.lambda_megabytes / 1_024.0);
        let running = seconds * prices.per_gigabyte.lambda_second;
        let logging = estimates.log_bytes / GIGABYTE * prices.per_gigabyte.logs;
        let sending = estimates.delivery_bytes / GIGABYTE * prices.per_gigabyte.internet;
        Bill([
            units.operations * million.appsync_operations / MILLION,
            units.deliveries * million.appsync_deliveries / MILLION,
            units.writes * million.dynamodb_writes / MILLION,
            units.reads * million.dynamodb_reads / MILLION,
            units.invocations * million.lambda_requests / MILLION,
            units.announced * million.bus_events / MILLION,
            units.invocations * (running + logging),
            units.deliveries * sending,
        ])
    }

    /// All of it.
    pub fn sum(&self) -> f64 {
        self.0.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_of_each_costs_its_price() {
        let prices = Prices::parse(include_str!("../../../prices.toml")).unwrap();
        let one = Units {
            operations: 1.0,
            deliveries: 1.0,
            writes: 1.0,
            reads: 1.0,
            invocations: 1.0,
            announced: 1.0,
        };
        let bill = Bill::new(one * 1e6, &prices);
        let cents = bill.0.map(|dollars| (dollars * 1_000.0).round() / 1_000.0);
        // 20 ms of 256 MB are 0.005 GB-seconds, and 400 bytes of log $0.20 a million.
        assert_eq!(cents, [4.0, 2.0, 0.625, 0.125, 0.2, 1.0, 0.267, 0.09]);
    }
}
