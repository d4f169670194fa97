//! The counters of a profile, which hold the limits exactly however many calls race.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use domain::Error;
use domain::account::{MAX_BLOCKS, MAX_CONTACTS};
use domain::conversation::MAX_CONVERSATIONS;
use domain::id::UserId;

use crate::keys::{self, PK};
use crate::store::{IntoPart, Store};

/// What a profile counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// One conversation more.
    Joined,
    /// One conversation less.
    Left,
    /// One contact more.
    Kept,
    /// One contact less.
    Dropped,
    /// One block more.
    Blocked,
    /// One block more, of somebody who was a contact.
    BlockedContact,
    /// One block less.
    Unblocked,
}

impl Count {
    fn additions(self) -> &'static [(&'static str, i64)] {
        match self {
            Count::Joined => &[("conversations", 1)],
            Count::Left => &[("conversations", -1)],
            Count::Kept => &[("contacts", 1)],
            Count::Dropped => &[("contacts", -1)],
            Count::Blocked => &[("blocks", 1)],
            Count::BlockedContact => &[("blocks", 1), ("contacts", -1)],
            Count::Unblocked => &[("blocks", -1)],
        }
    }
}

fn limit(counter: &str) -> u64 {
    match counter {
        "conversations" => MAX_CONVERSATIONS,
        "contacts" => MAX_CONTACTS,
        _ => MAX_BLOCKS,
    }
}

impl Store {
    /// A part that counts a person's conversation in or out.
    ///
    /// The transaction is refused at this part if the person has no profile (the refusal brings no row) or has reached
    /// the limit of 1,000 (it brings the profile).
    pub(crate) fn membership_counter_part(
        &self,
        user: &UserId,
        count: Count,
    ) -> Result<TransactWriteItem, Error> {
        self.count_part(user, count)
    }

    /// A part that counts on a profile, refused beyond the limit, below zero, or without a profile.
    pub(super) fn count_part(&self, user: &UserId, count: Count) -> Result<TransactWriteItem, Error> {
        let mut update = self.update_part(&keys::profile(user)).expression_attribute_names("#pk", PK);
        let (mut adds, mut conditions) = (Vec::new(), vec!["attribute_exists(#pk)".to_owned()]);
        for (index, (counter, by)) in count.additions().iter().enumerate() {
            adds.push(format!("#c{index} :by{index}"));
            conditions.push(if *by > 0 {
                format!("#c{index} < :bound{index}")
            } else {
                format!("#c{index} > :bound{index}")
            });
            let bound = if *by > 0 { limit(counter) } else { 0 };
            update = with_counter(update, index, counter)
                .expression_attribute_values(format!(":by{index}"), AttributeValue::N(by.to_string()))
                .expression_attribute_values(format!(":bound{index}"), AttributeValue::N(bound.to_string()));
        }
        update
            .update_expression(format!("ADD {}", adds.join(", ")))
            .condition_expression(conditions.join(" AND "))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .part()
    }
}

fn with_counter(update: UpdateBuilder, index: usize, counter: &str) -> UpdateBuilder {
    update.expression_attribute_names(format!("#c{index}"), counter)
}
