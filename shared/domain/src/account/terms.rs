//! Terms and conditions.

use crate::Error;

/// The versions of the terms that count as accepted, the newest first.
///
/// More than one for the days after a change, when apps that are not updated yet still show the old version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedTerms(Vec<String>);

impl AcceptedTerms {
    /// Reads a list with commas, as the deployment gives it; an empty list is an `Internal` error.
    pub fn parse(list: &str) -> Result<Self, Error> {
        let versions: Vec<_> =
            list.split(',').map(str::trim).filter(|version| !version.is_empty()).map(str::to_owned).collect();
        if versions.is_empty() {
            Err(Error::internal("no version of the terms is set"))
        } else {
            Ok(AcceptedTerms(versions))
        }
    }

    /// Whether the version that somebody accepted is one of them; otherwise a `BadRequest` that names the newest.
    pub fn check(&self, accepted: Option<&str>) -> Result<(), Error> {
        if accepted.is_some_and(|accepted| self.0.iter().any(|version| version == accepted)) {
            return Ok(());
        }
        let newest = self.0.first().map_or("", String::as_str);
        Err(Error::bad_request(format!(
            "accept version {newest} of the terms first; at sign-up send it as custom:termsVersion"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_version_is_needed_and_an_old_one_is_not_enough() {
        let terms = AcceptedTerms::parse("2026-11, 2026-05").unwrap();
        assert!(terms.check(Some("2026-11")).is_ok());
        assert!(terms.check(Some("2026-05")).is_ok());
        for bad in [None, Some(""), Some("2025-01"), Some("2026-11,2026-05")] {
            assert!(terms.check(bad).unwrap_err().message().contains("2026-11"), "{bad:?}");
        }
        assert!(AcceptedTerms::parse(" , ").is_err());
    }
}
