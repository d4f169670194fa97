//! A call, as the journal sees it.

use local_core::journal::{Call, Operation};
use local_core::principal::Principal;

use super::capacity::Units;
use crate::http::caller_name;

/// A call under way, on the operation that is current in this task.
pub(super) struct Started {
    operation: Option<Operation>,
    action: String,
    function: String,
    start: u64,
}

impl Started {
    pub(super) fn now(caller: &Principal, operation: &str) -> Self {
        let current = Operation::current();
        Started {
            start: current.as_ref().map_or(0, Operation::elapsed),
            operation: current,
            action: format!("dynamodb:{operation}"),
            function: caller_name(caller).to_owned(),
        }
    }

    pub(super) fn end(self, units: Units) {
        let Some(operation) = self.operation else { return };
        let end = operation.elapsed();
        let call = Call {
            action: self.action,
            function: self.function,
            read_units: units.read,
            write_units: units.write,
            span: (self.start, end),
        };
        operation.with(|entry| entry.calls.push(call));
    }
}
