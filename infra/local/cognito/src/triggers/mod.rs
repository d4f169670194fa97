//! Functions that the pool calls at its turning points.

use std::sync::Arc;
use std::time::Duration;

use local_core::invoke::InvokeError;
use local_core::journal::Operation;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::cognito::Pools;
use crate::response::Failure;

pub(crate) mod authentication;
pub(crate) mod message;
pub(crate) mod sign_up;
pub(crate) mod token;

/// A function that does not answer in time is called again. Source: the developer guide, Lambda triggers.
const PATIENCE: Duration = Duration::from_secs(5);
const TRIES: usize = 3;

/// One call of a trigger.
pub(crate) struct Firing<'a> {
    /// The trigger as errors name it, such as `PreSignUp`.
    pub(crate) trigger: &'static str,
    /// Such as `PreSignUp_SignUp`.
    pub(crate) source: &'a str,
    /// The version of the event.
    pub(crate) version: &'static str,
    pub(crate) user_name: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) request: Value,
    /// `response` with everything that the function may fill in.
    pub(crate) response: Value,
}

impl Pools {
    /// Calls a function and gives back the `response` that it filled in.
    pub(crate) async fn fire(&self, function: &str, firing: Firing<'_>) -> Result<Value, Failure> {
        let trigger = firing.trigger;
        let event = json!({
            "version": firing.version,
            "triggerSource": firing.source,
            "region": self.config.pool.region,
            "userPoolId": self.config.pool.pool_id,
            "userName": firing.user_name,
            "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": firing.client_id },
            "request": firing.request,
            "response": firing.response,
        });
        for _ in 0..TRIES {
            let call = tokio::spawn(self.call(function, event.clone()));
            match timeout(PATIENCE, call).await {
                Ok(answered) => return read(trigger, answered?),
                // The function goes on, as in AWS: only the pool stops waiting for it.
                Err(_) => tracing::warn!(trigger, function, "trigger did not answer within 5 seconds"),
            }
        }
        Err(unexpected(trigger, "Socket timeout while invoking Lambda function"))
    }

    /// The invocation as a task of its own that still counts for the operation at hand.
    fn call(
        &self,
        function: &str,
        event: Value,
    ) -> impl Future<Output = Result<Value, InvokeError>> + Send + 'static {
        let (invoker, function) = (Arc::clone(&self.parts.invoker), function.to_owned());
        let operation = Operation::current();
        let work = async move { invoker.invoke(&function, event).await };
        async move {
            match operation {
                Some(operation) => operation.scope(work).await,
                None => work.await,
            }
        }
    }
}

fn read(trigger: &'static str, answered: Result<Value, InvokeError>) -> Result<Value, Failure> {
    match answered {
        Ok(event) if event["response"].is_object() => Ok(event["response"].clone()),
        Ok(_) => Err(Failure::new("InvalidLambdaResponseException", "Unrecognizable lambda output")),
        Err(InvokeError::Function { message, .. }) => Err(Failure::new(
            "UserLambdaValidationException",
            format!("{trigger} failed with error {message}."),
        )),
        Err(error) => Err(unexpected(trigger, &error.to_string())),
    }
}

fn unexpected(trigger: &str, error: &str) -> Failure {
    let words = format!("{trigger} invocation failed due to error {error}.");
    Failure::new("UnexpectedLambdaException", words)
}
