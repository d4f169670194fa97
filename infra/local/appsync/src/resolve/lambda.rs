//! Invoking functions within the time that a request has.

use local_core::invoke::InvokeError;
use local_core::journal::Operation;
use serde_json::Value;

use crate::error::Failure;
use crate::resolve::Surroundings;

/// Why a function gave no value, before it is known who wants to hear of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LambdaFailure {
    /// The function's own type, such as `NotFound`.
    own_type: Option<String>,
    /// AppSync's type.
    service_type: &'static str,
    message: String,
}

impl LambdaFailure {
    /// Without a script the function's own type goes straight through to the client.
    pub(crate) fn direct(self) -> Failure {
        let error_type = self.own_type.unwrap_or_else(|| self.service_type.to_owned());
        // AppSync replaces the words of this one type.
        if error_type == "UnauthorizedException" {
            return Failure::new(error_type, "You are not authorized to make this call.");
        }
        Failure::new(error_type, self.message)
    }

    /// Scripts see AppSync's type, and the function's own beside it.
    pub(crate) fn for_script(self) -> Value {
        serde_json::json!({
            "message": self.message,
            "type": self.service_type,
            "unhandledErrorType": self.own_type,
        })
    }
}

/// Invokes a function and waits for its answer, at most until the request's deadline.
pub(crate) async fn invoke(
    around: Surroundings<'_>,
    function: &str,
    event: Value,
) -> Result<Value, LambdaFailure> {
    if let Some(operation) = Operation::current() {
        operation.with(|entry| entry.invocations.push(function.to_owned()));
    }
    let invocation = around.engine.invoker.invoke(function, event);
    match tokio::time::timeout_at(around.request.deadline, invocation).await {
        Ok(answer) => answer.map_err(failure),
        Err(_) => Err(LambdaFailure {
            own_type: None,
            service_type: "Lambda:ExecutionTimeoutException",
            message: "Execution timed out.".to_owned(),
        }),
    }
}

fn failure(error: InvokeError) -> LambdaFailure {
    match error {
        InvokeError::Function { error_type, message } => {
            LambdaFailure { own_type: Some(error_type), service_type: "Lambda:Unhandled", message }
        }
        InvokeError::TimedOut { seconds } => LambdaFailure {
            own_type: Some("Sandbox.Timedout".to_owned()),
            service_type: "Lambda:Unhandled",
            message: format!("Task timed out after {seconds}.00 seconds"),
        },
        InvokeError::Unavailable(message) => {
            LambdaFailure { own_type: None, service_type: "Lambda:ClientException", message }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function_error(error_type: &str) -> LambdaFailure {
        failure(InvokeError::Function { error_type: error_type.to_owned(), message: "m".to_owned() })
    }

    #[test]
    fn a_function_chooses_its_type_and_words() {
        assert_eq!(function_error("NotFound").direct(), Failure::new("NotFound", "m"));
    }

    #[test]
    fn the_words_of_an_unauthorized_exception_are_replaced() {
        let failure = function_error("UnauthorizedException").direct();
        assert_eq!(failure.message, "You are not authorized to make this call.");
    }

    #[test]
    fn scripts_see_the_type_of_the_service_first() {
        let error = function_error("NotFound").for_script();
        assert_eq!(error["type"], "Lambda:Unhandled");
        assert_eq!(error["unhandledErrorType"], "NotFound");
    }
}
