//! What DynamoDB's refusals mean.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_smithy_runtime_api::client::result::CreateUnhandledError;
use domain::Error;

use crate::row::Item;

/// Turns a failed call into an error: throttles, time-outs, conflicts and outages can be tried again, the rest is our bug.
pub(crate) fn error<E, R>(operation: &'static str, failure: SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + CreateUnhandledError + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let passing = match &failure {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(service) => service.err().code().is_some_and(is_passing),
        _ => false,
    };
    let inner = format!("{operation}: {}", DisplayErrorContext(&failure));
    if passing { Error::unavailable(inner) } else { Error::internal(inner) }
}

/// Whether a single write was refused because its condition does not hold.
pub(crate) fn is_refused<E: ProvideErrorMetadata, R>(failure: &SdkError<E, R>) -> bool {
    let code = failure.as_service_error().and_then(ProvideErrorMetadata::code);
    code == Some("ConditionalCheckFailedException")
}

fn is_passing(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "LimitExceededException"
            | "TransactionConflictException"
            | "TransactionInProgressException"
            | "TransactionCanceledException"
            | "ReplicatedWriteConflictException"
            | "InternalServerError"
            | "ServiceUnavailable"
    )
}

/// Why one part of a transaction was refused.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// This part was fine.
    None,
    /// Its condition does not hold; with the row as it is, if it was asked for.
    Condition(Option<Item>),
    /// Another write was under way, or the partition is busy: try again.
    Passing,
}

/// Why a transaction wrote nothing.
#[derive(Debug)]
pub(crate) enum TransactionFailure {
    /// One refusal for each part, in their order.
    Refused(Vec<Refusal>),
    /// Anything else.
    Failed(Error),
}

impl TransactionFailure {
    pub(crate) fn new<R>(failure: SdkError<TransactWriteItemsError, R>) -> Self
    where
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            failure.as_service_error()
        {
            let refusals: Option<Vec<_>> = cancelled.cancellation_reasons().iter().map(refusal).collect();
            if let Some(refusals) = refusals {
                return TransactionFailure::Refused(refusals);
            }
        }
        TransactionFailure::Failed(error("TransactWriteItems", failure))
    }

    /// Nothing, if the transaction was refused and can be run again from its read; otherwise the error.
    pub(crate) fn lost_race(self) -> Result<(), Error> {
        match self {
            TransactionFailure::Refused(_) => Ok(()),
            TransactionFailure::Failed(error) => Err(error),
        }
    }

    /// Whether nothing was written because of a condition or another write: read again and try again.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, TransactionFailure::Refused(_))
    }

    /// Whether nothing but another write or a busy partition was in the way: the same can be tried again.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            TransactionFailure::Refused(refusals) => {
                !refusals.iter().any(|refusal| matches!(refusal, Refusal::Condition(_)))
            }
            TransactionFailure::Failed(_) => false,
        }
    }

    /// The row on which the part with this index was refused, if it was its condition.
    pub(crate) fn condition(&self, part: usize) -> Option<Option<&Item>> {
        match self {
            TransactionFailure::Refused(refusals) => match refusals.get(part) {
                Some(Refusal::Condition(item)) => Some(item.as_ref()),
                _ => None,
            },
            TransactionFailure::Failed(_) => None,
        }
    }
}

impl From<TransactionFailure> for Error {
    fn from(failure: TransactionFailure) -> Self {
        match failure {
            TransactionFailure::Refused(refusals) => {
                Error::unavailable(format!("transaction refused: {refusals:?}"))
            }
            TransactionFailure::Failed(error) => error,
        }
    }
}

/// `None` for a reason that trying again cannot mend, such as an item that is too large.
fn refusal(reason: &CancellationReason) -> Option<Refusal> {
    match reason.code() {
        None | Some("None") => Some(Refusal::None),
        Some("ConditionalCheckFailed") => Some(Refusal::Condition(reason.item.clone())),
        Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded") => {
            Some(Refusal::Passing)
        }
        Some(_) => None,
    }
}
