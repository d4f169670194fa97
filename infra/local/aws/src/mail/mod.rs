//! SES: mail kept where people and tests can see it.
