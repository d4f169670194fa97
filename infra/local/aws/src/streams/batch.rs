//! What to do with a batch: a decision without any effects.

use serde_json::Value;

use super::mapping::SourceMapping;
use crate::dynamodb::Record;

/// A batch, and how often it failed as it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Batch {
    pub(super) records: Vec<Record>,
    pub(super) failures: u32,
}

/// How an invocation went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All of the batch was processed.
    Done,
    /// What comes before this index was processed.
    FailedAt(usize),
}

/// Why a batch is set aside, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

impl Condition {
    pub(super) fn name(self) -> &'static str {
        match self {
            Condition::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            Condition::RecordAgeExceeded => "RecordAgeExceeded",
        }
    }
}

/// What to do after a failure.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Try this, after a pause that grows with the failures.
    Retry(Batch),
    /// Try the first, then the second.
    Split(Batch, Batch),
    /// Give up on it.
    SetAside(Batch, Condition),
}

impl Batch {
    pub(super) fn new(records: Vec<Record>) -> Self {
        Batch { records, failures: 0 }
    }

    /// Reads a function's answer.
    pub(super) fn judge(&self, mapping: &SourceMapping, answer: &Value) -> Verdict {
        if !mapping.report_batch_item_failures {
            return Verdict::Done;
        }
        let failures = match answer {
            Value::Null => return Verdict::Done,
            Value::Object(answer) => answer.get("batchItemFailures"),
            // Anything else is not an answer of this kind: AWS takes the batch as failed.
            _ => return Verdict::FailedAt(0),
        };
        let failures = match failures {
            None | Some(Value::Null) => return Verdict::Done,
            Some(Value::Array(failures)) => failures,
            Some(_) => return Verdict::FailedAt(0),
        };
        let indexes = failures.iter().map(|failure| self.index_of(failure["itemIdentifier"].as_str()?));
        match indexes.collect::<Option<Vec<_>>>() {
            // An identifier that is not in the batch fails all of it.
            None => Verdict::FailedAt(0),
            Some(indexes) => indexes.into_iter().min().map_or(Verdict::Done, Verdict::FailedAt),
        }
    }

    /// Decides what to do with the part of a batch that failed. `old` is whether it is older than the mapping allows.
    pub(super) fn after_failure(mut self, mapping: &SourceMapping, old: bool) -> Next {
        if old {
            return Next::SetAside(self, Condition::RecordAgeExceeded);
        }
        if mapping.bisect && self.records.len() > 1 {
            // Splitting does not count as a retry.
            let rest = self.records.split_off(self.records.len() / 2);
            return Next::Split(Batch::new(self.records), Batch::new(rest));
        }
        self.failures += 1;
        match mapping.max_retries {
            Some(most) if self.failures > most => Next::SetAside(self, Condition::RetryAttemptsExhausted),
            _ => Next::Retry(self),
        }
    }

    /// Drops what was processed before a failure; the rest starts afresh.
    pub(super) fn advance(mut self, processed: usize) -> Self {
        if processed == 0 {
            return self;
        }
        Batch::new(self.records.split_off(processed))
    }

    fn index_of(&self, sequence_number: &str) -> Option<usize> {
        self.records.iter().position(|record| record.event["dynamodb"]["SequenceNumber"] == sequence_number)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::dynamodb::Position;

    fn batch(numbers: std::ops::Range<u64>) -> Batch {
        let record = |n: u64| Record {
            position: Position::START,
            created: Timestamp::UNIX_EPOCH,
            event: json!({ "dynamodb": { "SequenceNumber": n.to_string() } }),
        };
        Batch::new(numbers.map(record).collect())
    }

    fn mapping() -> SourceMapping {
        SourceMapping {
            bisect: true,
            max_retries: Some(2),
            report_batch_item_failures: true,
            ..SourceMapping::new("t", "f")
        }
    }

    #[test]
    fn the_lowest_reported_record_is_where_the_batch_failed() {
        let (batch, mapping) = (batch(0..5), mapping());
        let failures = |ids: &[&str]| {
            let list: Vec<_> = ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
            batch.judge(&mapping, &json!({ "batchItemFailures": list }))
        };
        assert_eq!(failures(&["3", "2"]), Verdict::FailedAt(2));
        assert_eq!(failures(&[]), Verdict::Done);
        assert_eq!(failures(&["3", "nonsense"]), Verdict::FailedAt(0));
        assert_eq!(failures(&[""]), Verdict::FailedAt(0));
        for fine in [json!(null), json!({}), json!({ "batchItemFailures": null })] {
            assert_eq!(batch.judge(&mapping, &fine), Verdict::Done, "{fine}");
        }
        for broken in [json!("ok"), json!({ "batchItemFailures": "2" }), json!({ "batchItemFailures": [{}] })]
        {
            assert_eq!(batch.judge(&mapping, &broken), Verdict::FailedAt(0), "{broken}");
        }
    }

    #[test]
    fn an_answer_counts_only_if_the_mapping_asks_for_it() {
        let mapping = SourceMapping::new("t", "f");
        let answer = json!({ "batchItemFailures": [{ "itemIdentifier": "1" }] });
        assert_eq!(batch(0..3).judge(&mapping, &answer), Verdict::Done);
    }

    #[test]
    fn a_batch_is_halved_until_one_record_is_left_which_is_then_retried_and_set_aside() {
        let mapping = mapping();
        let Next::Split(first, second) = batch(0..5).after_failure(&mapping, false) else {
            panic!("not split")
        };
        assert_eq!((first.records.len(), second.records.len()), (2, 3));
        let Next::Retry(once) = batch(0..1).after_failure(&mapping, false) else { panic!("not retried") };
        let Next::Retry(twice) = once.after_failure(&mapping, false) else { panic!("not retried") };
        let Next::SetAside(aside, condition) = twice.after_failure(&mapping, false) else {
            panic!("not set aside")
        };
        assert_eq!((aside.failures, condition), (3, Condition::RetryAttemptsExhausted));
    }

    #[test]
    fn what_is_too_old_is_set_aside_at_once() {
        let next = batch(0..5).after_failure(&mapping(), true);
        assert!(
            matches!(next, Next::SetAside(aside, Condition::RecordAgeExceeded) if aside.records.len() == 5)
        );
    }

    #[test]
    fn without_a_bound_a_batch_is_retried_for_ever() {
        let mapping = SourceMapping::new("t", "f");
        let mut batch = batch(0..2);
        for failures in 1..100 {
            let Next::Retry(again) = batch.after_failure(&mapping, false) else { panic!("gave up") };
            assert_eq!(again.failures, failures);
            batch = again;
        }
    }
}
