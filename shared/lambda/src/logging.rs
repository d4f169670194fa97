//! Logs as lines of JSON.

use tracing_subscriber::EnvFilter;

use crate::environment::Environment;

/// Sends logs and panics to the standard output, where Lambda collects them.
pub(crate) fn start(environment: &Environment) {
    let level = environment.get("LOG_LEVEL").or(environment.get("AWS_LAMBDA_LOG_LEVEL")).unwrap_or("info");
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter(level))
        .finish();
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// The runtime logs each failure again, with the words for the client, which may quote what somebody typed.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::new(format!(
        "{},lambda_runtime=warn,lambda_runtime::layers::panic=off",
        level.to_ascii_lowercase()
    ))
}

/// Only the place: the text may quote what somebody wrote.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panicked");
}
