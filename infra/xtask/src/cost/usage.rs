//! How people use a chat in a month, and what that costs.

use super::{Bill, CostError, LINES, Sources, Units};

/// Days in a month.
const DAYS: f64 = 30.0;
const MINUTES: f64 = DAYS * 24.0 * 60.0;
/// Conversations that somebody looks into when they open the app: each is synced and marked as read.
const LOOKED_INTO: f64 = 3.0;
/// Above this many members receipts are not told live. A test compares it with the domain's `MAX_LIVE_RECEIPTS`.
pub const LIVE_RECEIPTS: u32 = 32;
/// Months for which the storage is told.
const MONTHS_STORED: f64 = 12.0;

/// How people use a chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// How many people.
    pub people: u32,
    /// How many messages each sends in a day.
    pub messages_per_day: f64,
    /// Which share of them goes into direct conversations, from 0 to 1; the rest is spread evenly over the groups.
    pub direct: f64,
    /// The sizes of the groups, 2 to 1,024.
    pub group_sizes: Vec<u32>,
    /// How often each opens the app in a day.
    pub opens: f64,
    /// Which share of the devices is connected at any moment, from 0 to 1.
    pub connected: f64,
}

/// A usage that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// For the command line.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    /// What is done.
    pub usage: Usage,
}

impl Scenario {
    /// All that have a name.
    pub fn all() -> [Scenario; 3] {
        let usage = |people, messages_per_day, direct, group_sizes: &[u32], opens, connected| Usage {
            people,
            messages_per_day,
            direct,
            group_sizes: group_sizes.to_vec(),
            opens,
            connected,
        };
        [
            Scenario {
                name: "family",
                title: "a family app of 100 people",
                usage: usage(100, 20.0, 0.6, &[5, 8, 12], 10.0, 0.3),
            },
            Scenario {
                name: "company",
                title: "a company of 1,000",
                usage: usage(1_000, 40.0, 0.5, &[8, 20, 60], 15.0, 0.4),
            },
            Scenario {
                name: "city",
                title: "100,000 people",
                usage: usage(100_000, 30.0, 0.7, &[5, 12, 40], 10.0, 0.3),
            },
        ]
    }
}

/// Dollars a month by service.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// Name and dollars; those of [`LINES`], then what does not come of actions.
    pub lines: Vec<(&'static str, f64)>,
    /// How many messages are sent.
    pub messages: f64,
}

impl Month {
    /// All of it.
    pub fn sum(&self) -> f64 {
        self.lines.iter().map(|(_, dollars)| dollars).sum()
    }
}

impl Usage {
    /// Refuses figures that make no sense.
    pub fn check(&self) -> Result<(), CostError> {
        let refused = |reason: &str| Err(CostError::Usage(reason.to_owned()));
        if self.people == 0 {
            return refused("nobody is there");
        }
        let shares = [self.direct, self.connected];
        if !shares.iter().all(|share| (0.0..=1.0).contains(share)) {
            return refused("a share is a number from 0 to 1");
        }
        if ![self.messages_per_day, self.opens].iter().all(|count| count.is_finite() && *count >= 0.0) {
            return refused("a number of messages or opens is not negative");
        }
        if self.group_sizes.iter().any(|size| !(2..=1_024).contains(size)) {
            return refused("a group has 2 to 1,024 members");
        }
        if self.group_sizes.is_empty() && self.direct < 1.0 {
            return refused("without groups all messages are direct: give --group-sizes or --direct 1");
        }
        Ok(())
    }

    /// What a month costs.
    pub fn month(&self, sources: &Sources) -> Result<Month, CostError> {
        self.check()?;
        let prices = &sources.prices;
        let people = f64::from(self.people);
        let messages = people * self.messages_per_day * DAYS;
        let units = (self.sends(sources)? * messages + self.opening(sources)? * (people * self.opens * DAYS))
            .connected(self.connected);
        let bill = Bill::new(units, prices);
        let mut lines: Vec<_> = LINES.into_iter().zip(bill.0).collect();
        let stored = messages * MONTHS_STORED * prices.estimates.message_bytes / 1e9;
        let users = f64::from(self.people.saturating_sub(prices.free_per_month.users));
        lines.extend([
            (
                "AppSync connections",
                people * self.connected * MINUTES * prices.per_million.appsync_connection_minutes / 1e6,
            ),
            ("storage after a year", stored * (prices.per_gigabyte.table + prices.per_gigabyte.recovery)),
            ("Cognito", users * prices.per_month.user),
            ("idle", sources.idle.dollars(prices)),
        ]);
        Ok(Month { lines, messages })
    }

    /// One message, in the mean, with its mark as delivered by each connected device of a direct conversation.
    fn sends(&self, sources: &Sources) -> Result<Units, CostError> {
        let counted = &sources.counted;
        let delivered = counted.units("markDelivered, direct")? * self.connected;
        let direct = counted.units("sendMessage, direct")? + delivered;
        self.mean(direct, |members| counted.in_group("sendMessage", members))
    }

    /// One opening of the app.
    fn opening(&self, sources: &Sources) -> Result<Units, CostError> {
        let counted = &sources.counted;
        let direct = counted.units("markRead, direct")?;
        let group = |members: u32| -> Result<Units, CostError> {
            let size = if members <= LIVE_RECEIPTS { "group of 10" } else { "group of 100" };
            let units = counted.units(&format!("markRead, {size}"))?;
            let told = if members <= LIVE_RECEIPTS { f64::from(members) / 10.0 } else { 1.0 };
            Ok(Units { deliveries: units.deliveries * told, ..units })
        };
        let read = self.mean(direct, group)?;
        let sync = counted.units("syncMessages, 1 message behind")?;
        Ok(counted.units("onEvent, a device")?
            + counted.units("syncConversations, 1 of 50 changed")?
            + (sync + read) * LOOKED_INTO)
    }

    /// The mean over direct conversations and groups.
    fn mean(
        &self,
        direct: Units,
        in_group: impl Fn(u32) -> Result<Units, CostError>,
    ) -> Result<Units, CostError> {
        let mut mean = direct * self.direct;
        let count = u32::try_from(self.group_sizes.len()).unwrap_or(u32::MAX);
        for members in &self.group_sizes {
            mean = mean + in_group(*members)? * ((1.0 - self.direct) / f64::from(count));
        }
        Ok(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_make_sense() {
        for scenario in Scenario::all() {
            scenario.usage.check().unwrap();
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let [Scenario { usage, .. }, ..] = Scenario::all();
        let wrong = [
            Usage { direct: 1.5, ..usage.clone() },
            Usage { connected: -0.1, ..usage.clone() },
            Usage { opens: f64::NAN, ..usage.clone() },
            Usage { group_sizes: vec![1], ..usage.clone() },
            Usage { group_sizes: Vec::new(), ..usage },
        ];
        assert!(wrong.iter().all(|usage| usage.check().is_err()));
    }
}
