//! A call, as the journal sees it. S3 charges by request: what it costs follows from the operation's name.

use local_core::journal::{self, Operation};
use local_core::principal::Principal;

use crate::http::caller_name;

/// A call under way, on the operation that is current in this task; noted when it is dropped.
pub(super) struct Call {
    operation: Option<Operation>,
    action: &'static str,
    function: String,
    start: u64,
}

impl Call {
    pub(super) fn begin(caller: &Principal, action: &'static str) -> Self {
        let operation = Operation::current();
        Call {
            start: operation.as_ref().map_or(0, Operation::elapsed),
            operation,
            action,
            function: caller_name(caller).to_owned(),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let Some(operation) = &self.operation else { return };
        let call = journal::Call {
            action: format!("s3:{}", self.action),
            function: std::mem::take(&mut self.function),
            read_units: 0.0,
            write_units: 0.0,
            span: (self.start, operation.elapsed()),
        };
        operation.with(|entry| entry.calls.push(call));
    }
}
