//! A call, as the journal sees it.

use local_core::journal::{Call, Operation};
use local_core::principal::Principal;

use super::capacity::Units;

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
            function: short_name(caller).to_owned(),
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

fn short_name(caller: &Principal) -> &str {
    match caller {
        Principal::Function { name } => name,
        Principal::Identity { user_sub: Some(_), .. } => "member",
        Principal::Identity { user_sub: None, .. } => "guest",
        Principal::Developer => "developer",
    }
}

/// The ARN under which AWS names a caller when it refuses it.
pub(super) fn caller_arn(caller: &Principal) -> String {
    let account = crate::http::ACCOUNT;
    match caller {
        Principal::Function { name } => format!("arn:aws:sts::{account}:assumed-role/{name}/{name}"),
        Principal::Identity { .. } => {
            format!("arn:aws:sts::{account}:assumed-role/{}/CognitoIdentityCredentials", short_name(caller))
        }
        Principal::Developer => format!("arn:aws:iam::{account}:user/developer"),
    }
}
