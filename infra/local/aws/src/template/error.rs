//! Why a template is refused.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A place in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The template's path as the root template gives it, such as `infra/account.yaml`.
    pub template: String,
    /// The resource's logical id, or a section such as `Outputs`.
    pub resource: String,
    /// The path of the property, such as `Policies.0.Statement`; may be empty.
    pub property: String,
}

impl Place {
    pub(crate) fn new(template: &str, resource: &str) -> Self {
        Place { template: template.to_owned(), resource: resource.to_owned(), property: String::new() }
    }

    /// The place of something inside.
    pub(crate) fn within(&self, name: impl fmt::Display) -> Self {
        let mut place = self.clone();
        place.property =
            if place.property.is_empty() { name.to_string() } else { format!("{}.{name}", place.property) };
        place
    }

    /// An error at this place.
    pub(crate) fn invalid(&self, reason: impl Into<String>) -> TemplateError {
        TemplateError::Invalid { place: self.clone(), reason: reason.into() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.template, self.resource)?;
        if !self.property.is_empty() {
            write!(out, ".{}", self.property)?;
        }
        Ok(())
    }
}

/// Why a template is refused.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file that is not there or cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not YAML.
    #[error("{template}: {source}")]
    Syntax {
        /// Which template.
        template: String,
        /// Where and why.
        source: serde_yaml_ng::Error,
    },
    /// Something that CloudFormation or SAM would refuse, or that the local cloud cannot follow.
    #[error("{place}: {reason}")]
    Invalid {
        /// Where.
        place: Place,
        /// What is wrong.
        reason: String,
    },
    /// A generated secret could not be kept.
    #[error("cannot keep the secret {id}: {source}")]
    Secret {
        /// Which.
        id: String,
        /// Why.
        source: io::Error,
    },
}
