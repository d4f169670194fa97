//! What SmartChat costs: counted units and list prices give dollars, for a million operations and for a month of use.
//!
//! The units are those of `docs/costs.md`, which a test compares with what the local cloud counts; the prices are those
//! of `infra/prices.toml`. There is no other source of either.

mod bill;
mod counted;
mod idle;
mod prices;
mod tables;
mod units;
mod usage;

pub use bill::{Bill, LINES};
pub use counted::Counted;
pub use idle::Idle;
pub use prices::Prices;
pub use tables::{dollars, idle, scenarios, targets};
pub use units::Units;
pub use usage::{LIVE_RECEIPTS, Month, Scenario, Usage};

use std::path::Path;

/// Why a cost cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum CostError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not say what it should.
    #[error("{path}: {reason}")]
    Content {
        /// Which.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A figure of the usage makes no sense.
    #[error("{0}")]
    Usage(String),
}

/// The page of the counted units, from the root of the repository.
pub const PAGE: &str = "docs/costs.md";

/// All that a cost is told from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The counted units.
    pub counted: Counted,
    /// The list prices.
    pub prices: Prices,
    /// What the templates cost when nobody uses them.
    pub idle: Idle,
}

impl Sources {
    /// Reads the files of a repository.
    pub fn read(root: &Path) -> Result<Self, CostError> {
        Ok(Sources {
            counted: Counted::parse(&read(root, PAGE)?)?,
            prices: Prices::parse(&read(root, prices::FILE)?)?,
            idle: Idle::read(root)?,
        })
    }
}

fn read(root: &Path, path: &str) -> Result<String, CostError> {
    let text = std::fs::read_to_string(root.join(path));
    text.map_err(|source| CostError::File { path: path.to_owned(), source })
}
