//! `cargo xtask cost`: what a scenario costs, line by line.

use std::path::Path;

use clap::Args;
use cost::{Scenario, Sources, Usage};

use crate::Failure;

/// How the chat is used: a scenario by name, with whatever is given besides in place of its own figures.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// family (100 people), company (1,000) or city (100,000).
    #[arg(long, value_name = "NAME", default_value = "family")]
    scenario: String,
    /// How many people.
    #[arg(long, value_name = "N")]
    people: Option<u32>,
    /// How many messages each sends in a day.
    #[arg(long, value_name = "N")]
    messages_per_day: Option<f64>,
    /// Which share of the messages goes into direct conversations, 0 to 1; the rest is spread evenly over the groups.
    #[arg(long, value_name = "SHARE")]
    direct: Option<f64>,
    /// The sizes of the groups, such as 5,12,40.
    #[arg(long, value_name = "SIZES", value_delimiter = ',')]
    group_sizes: Option<Vec<u32>>,
    /// How often each opens the app in a day; they look into three conversations.
    #[arg(long, value_name = "N")]
    opens: Option<f64>,
    /// Which share of the devices is connected at any moment, 0 to 1.
    #[arg(long, value_name = "SHARE")]
    connected: Option<f64>,
}

/// Tells the cost of a month, and of a million operations.
pub(crate) fn run(root: &Path, question: Question) -> Result<String, Failure> {
    let refused = |error: cost::CostError| Failure::Refused(error.to_string());
    let usage = question.usage()?;
    let sources = Sources::read(root).map_err(refused)?;
    let month = usage.month(&sources).map_err(refused)?;
    let sum = month.sum();
    let mut out = format!(
        "{} people, {:.0} messages a month; list prices of {} of {}\n\n",
        usage.people, month.messages, sources.prices.region, sources.prices.date
    );
    for (name, dollars) in &month.lines {
        out.push_str(&format!("{name:<34}{dollars:>12.2}  {:>3.0} %\n", dollars / sum * 100.0));
    }
    out.push_str(&format!("{:<34}{sum:>12.2}  $ a month\n", "sum"));
    let million = sum / month.messages * 1e6;
    out.push_str(&format!("{:<34}{million:>12.2}  $ a million messages, all included\n", ""));
    out.push_str(&format!("{:<34}{:>12.4}  $ a person\n", "", sum / f64::from(usage.people)));
    let table = cost::dollars(&sources).map_err(refused)?;
    Ok(format!("{out}\n$ a million operations, every device connected:\n{table}"))
}

impl Question {
    fn usage(self) -> Result<Usage, Failure> {
        let named = Scenario::all().into_iter().find(|scenario| scenario.name == self.scenario);
        let Some(Scenario { usage, .. }) = named else {
            return Err(Failure::Refused(format!("there is no scenario {}", self.scenario)));
        };
        Ok(Usage {
            people: self.people.unwrap_or(usage.people),
            messages_per_day: self.messages_per_day.unwrap_or(usage.messages_per_day),
            direct: self.direct.unwrap_or(usage.direct),
            group_sizes: self.group_sizes.unwrap_or(usage.group_sizes),
            opens: self.opens.unwrap_or(usage.opens),
            connected: self.connected.unwrap_or(usage.connected),
        })
    }
}
