//! The list prices.

use serde::Deserialize;

use super::CostError;

/// Where they are, from the root of the repository.
pub(super) const FILE: &str = "infra/prices.toml";

/// Prices in US dollars, and what they are applied to where nothing counts it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Prices {
    /// The day on which they were looked up.
    pub date: String,
    /// Where they hold.
    pub region: String,
    pub(super) per_million: PerMillion,
    pub(super) per_gigabyte: PerGigabyte,
    pub(super) per_month: PerMonth,
    pub(super) free_per_month: Free,
    pub(super) estimates: Estimates,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PerMillion {
    pub(super) appsync_operations: f64,
    pub(super) appsync_deliveries: f64,
    pub(super) appsync_connection_minutes: f64,
    pub(super) dynamodb_writes: f64,
    pub(super) dynamodb_reads: f64,
    pub(super) lambda_requests: f64,
    pub(super) bus_events: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PerGigabyte {
    pub(super) lambda_second: f64,
    pub(super) logs: f64,
    pub(super) internet: f64,
    pub(super) table: f64,
    pub(super) recovery: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PerMonth {
    pub(super) secret: f64,
    pub(super) alarm: f64,
    pub(super) dashboard: f64,
    pub(super) key: f64,
    pub(super) user: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Free {
    pub(super) alarms: u32,
    pub(super) dashboards: u32,
    pub(super) users: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Estimates {
    pub(super) lambda_milliseconds: f64,
    pub(super) lambda_megabytes: f64,
    pub(super) log_bytes: f64,
    pub(super) delivery_bytes: f64,
    pub(super) message_bytes: f64,
}

impl Prices {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, CostError> {
        let content = |error: toml::de::Error| CostError::Content {
            path: FILE.to_owned(),
            reason: error.message().to_owned(),
        };
        toml::from_str(text).map_err(content)
    }

    /// How many bytes of log an invocation is taken to write.
    pub fn log_bytes(&self) -> f64 {
        self.estimates.log_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_without_a_name_of_ours_is_refused() {
        let text = include_str!("../../../prices.toml");
        assert!(Prices::parse(text).is_ok());
        let error = Prices::parse(&text.replace("bus-events", "bus-event")).unwrap_err();
        assert!(error.to_string().contains("bus-event"), "{error}");
    }
}
