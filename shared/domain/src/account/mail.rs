//! Mail addresses.

use std::fmt;
use std::str::FromStr as _;

use email_address::{EmailAddress, Options};

use crate::Error;

/// A mail address that could be one (RFC 5321: at most 254 characters; a domain with a dot in it).
///
/// Made small, because Cognito tells no capitals apart and neither may we. It is written to no log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailAddress(String);

impl MailAddress {
    /// The most characters (RFC 5321, 4.5.3.1.3).
    pub const MAX: usize = 254;

    /// Reads an address; anything of another form is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || Error::bad_request("that is not an email address");
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        if text.len() > MailAddress::MAX || EmailAddress::from_str(text).is_err() {
            return Err(malformed());
        }
        EmailAddress::parse_with_options(text, options).map_err(|_| malformed())?;
        Ok(MailAddress(text.to_lowercase()))
    }

    /// The address in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(self.0.as_str(), |(local, _)| local)
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_without_capitals() {
        let address = MailAddress::parse("Alice.B+news@Example.ORG").unwrap();
        assert_eq!(address.as_str(), "alice.b+news@example.org");
        assert_eq!(address.local_part(), "alice.b+news");
    }

    #[test]
    fn other_forms_are_refused() {
        let long = format!("{}@example.org", "a".repeat(300));
        for bad in [
            "",
            "alice",
            "@example.org",
            "alice@",
            "alice@host",
            "a b@c.de",
            "alice@[10.0.0.1]",
            "A <a@b.de>",
            &long,
        ] {
            assert!(MailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_does_not_reach_a_log_by_accident() {
        assert!(!format!("{:?}", MailAddress::parse("alice@example.org").unwrap()).contains("alice"));
    }
}
