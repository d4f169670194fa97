//! SNS: push messages kept where people and tests can see them.
