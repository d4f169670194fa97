//! A function as a Lambda process.

use aws_config::BehaviorVersion;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::clients;
use crate::clock::Clock;
use crate::environment::Environment;
use crate::function::Function;
use crate::host::{Host, HostError};
use crate::logging;
use crate::randomness::Randomness;

/// Why a function does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The process has no event loop.
    #[error("the runtime does not start")]
    Runtime(#[from] std::io::Error),
    /// The way to AWS cannot be set up.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The loop over events ended.
    #[error("the event loop ended: {0}")]
    Loop(lambda_runtime::Error),
}

/// Serves a function for as long as Lambda keeps the process: one thread, one event at a time.
pub fn run(function: Function) -> Result<(), StartError> {
    let environment = Environment::of_process();
    logging::start(&environment);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(function, environment))
}

async fn serve(function: Function, environment: Environment) -> Result<(), StartError> {
    let ctx = in_cloud(environment).await?.context();
    let service = service_fn(move |event: LambdaEvent<Value>| {
        let (function, ctx) = (function.clone(), ctx.for_request(&event.context.request_id));
        async move { function.call(ctx, event.payload).await }
    });
    lambda_runtime::run(service).await.map_err(StartError::Loop)
}

/// The host of a Lambda process: everything from its environment.
async fn in_cloud(environment: Environment) -> Result<Host, HostError> {
    let other_endpoint = environment.get("AWS_ENDPOINT_URL");
    let sdk = aws_config::defaults(BehaviorVersion::latest())
        .http_client(clients::http_client(other_endpoint).map_err(HostError::Tls)?)
        .timeout_config(clients::timeouts())
        .retry_config(clients::retries())
        .load()
        .await;
    clients::warm(&sdk, other_endpoint).await;
    Ok(Host { environment, sdk, clock: Clock::system(), randomness: Randomness::system() })
}
