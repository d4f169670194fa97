//! A function as a Lambda process.

use std::time::Duration;

use aws_credential_types::Credentials;
use http::Uri;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::clients;
use crate::clock::Clock;
use crate::environment::Environment;
use crate::function::Function;
use crate::host::{Host, HostError, SdkOptions};
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
    logging::start(&environment, function.name());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(function, environment))
}

async fn serve(function: Function, environment: Environment) -> Result<(), StartError> {
    let used = used_services(&environment);
    let host = in_cloud(environment)?;
    clients::warm(&host.sdk, used).await;
    let clock = host.clock.clone();
    let ctx = host.context();
    let service = service_fn(move |event: LambdaEvent<Value>| {
        let LambdaEvent { payload, context } = event;
        let trace = context.xray_trace_id.as_deref();
        let ctx =
            ctx.for_request(&context.request_id).within_trace(trace).ending_in(time_left(&clock, &context));
        let function = function.clone();
        async move { function.call(ctx, payload).await }
    });
    lambda_runtime::run(service).await.map_err(StartError::Loop)
}

/// The longest that Lambda lets a function run.
const LONGEST: Duration = Duration::from_secs(900);

/// How long until Lambda ends the invocation.
///
/// An event never arrives after its deadline, except from `cargo lambda watch`, which gives all of them one in 1970.
fn time_left(clock: &Clock, context: &lambda_runtime::Context) -> Duration {
    let now = u64::try_from(clock.now().as_millisecond()).unwrap_or_default();
    let left = context.deadline.checked_sub(now).filter(|left| *left > 0);
    left.map_or(LONGEST, Duration::from_millis)
}

/// The host of a Lambda process: everything from its environment.
///
/// Lambda puts credentials there and replaces the process before they expire, so that the SDK's chain of providers,
/// which looks for files and asks services, is left out.
fn in_cloud(environment: Environment) -> Result<Host, HostError> {
    let variable = |name| environment.get(name).map(str::to_owned);
    let required = |name| variable(name).ok_or(HostError::Variable(name));
    let endpoint = variable("AWS_ENDPOINT_URL");
    let credentials = Credentials::new(
        required("AWS_ACCESS_KEY_ID")?,
        required("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let clock = Clock::system();
    let options = SdkOptions {
        credentials,
        region: required("AWS_REGION")?,
        http_client: clients::http_client(endpoint.as_deref()).map_err(HostError::Tls)?,
        endpoint,
        clock: clock.clone(),
    };
    Ok(Host { sdk: options.config(), environment, clock, randomness: Randomness::system() })
}

/// The services that a function with this environment talks to; none if they are not where AWS has them.
fn used_services(environment: &Environment) -> Vec<Uri> {
    let (Some(region), None) = (environment.get("AWS_REGION"), environment.get("AWS_ENDPOINT_URL")) else {
        return Vec::new();
    };
    let table =
        environment.get("TABLE_NAME").map(|_| format!("https://dynamodb.{region}.amazonaws.com/ping"));
    let bus =
        environment.get("EVENT_BUS_NAME").map(|_| format!("https://events.{region}.amazonaws.com/ping"));
    let api = environment.get("API_URL").map(str::to_owned);
    table.into_iter().chain(bus).chain(api).filter_map(|address| address.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_function_talks_to_shows_in_its_variables() {
        let reader = [("AWS_REGION", "eu-central-1"), ("TABLE_NAME", "table")];
        assert_eq!(
            used_services(&environment(&reader)),
            ["https://dynamodb.eu-central-1.amazonaws.com/ping"]
        );
        let publisher = [&reader[..], &[("API_URL", "https://api.example/graphql")]].concat();
        assert_eq!(used_services(&environment(&publisher)).len(), 2);
        let elsewhere = [&publisher[..], &[("AWS_ENDPOINT_URL", "http://localhost:4000")]].concat();
        assert!(used_services(&environment(&elsewhere)).is_empty());
    }

    #[test]
    fn what_lambda_always_sets_is_asked_for() {
        let refused = in_cloud(environment(&[("AWS_ACCESS_KEY_ID", "key"), ("AWS_REGION", "us-east-1")]));
        assert!(matches!(refused, Err(HostError::Variable("AWS_SECRET_ACCESS_KEY"))));
    }
    #[test]
    fn a_deadline_in_the_past_is_none() {
        let clock = Clock::new(|| jiff::Timestamp::from_second(1_000).unwrap());
        let left = |deadline: u64| {
            let mut context = lambda_runtime::Context::default();
            context.deadline = deadline;
            time_left(&clock, &context)
        };
        assert_eq!(left(1_003_000), Duration::from_secs(3));
        assert_eq!(left(600_000), LONGEST);
    }
}
