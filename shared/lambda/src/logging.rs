//! Logs as lines of JSON.

use std::io::Write as _;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::clock::Clock;
use crate::environment::Environment;
use crate::redact::unquoted;
use crate::{invocation, metrics};

/// The most characters of one value in a line.
const MAX_VALUE: usize = 300;

/// Crates whose logs are ours, beside the function's own.
const OURS: [&str; 3] = ["lambda", "data", "domain"];

/// Writes each event of `tracing` as a line of JSON, and the one of an invocation as metrics too.
///
/// Nothing that somebody wrote gets into a line: values lose what they quote and are cut after 300 characters;
/// libraries are heard from `warn` on only, because below it the SDK shows what it sends; and the Lambda runtime is not
/// heard at all, because it repeats the words for the client.
pub struct Lines {
    level: LevelFilter,
    ours: Vec<String>,
    clock: Clock,
    write: Box<dyn Fn(&str) + Send + Sync>,
}

impl Lines {
    /// Lines of these functions and of what they share, as far as `level` lets them through, with the time of a clock.
    pub fn new(
        level: LevelFilter,
        functions: impl IntoIterator<Item = String>,
        clock: Clock,
        write: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        let functions = functions.into_iter().map(|name| name.replace('-', "_"));
        let ours = functions.chain(OURS.map(str::to_owned)).collect();
        Lines { level, ours, clock, write: Box::new(write) }
    }

    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        if target == invocation::TARGET {
            return true;
        }
        let of = target.split("::").next().unwrap_or_default();
        let most = match of {
            "lambda_runtime" => LevelFilter::OFF,
            _ if self.ours.iter().any(|name| name == of) => self.level,
            _ => self.level.min(LevelFilter::WARN),
        };
        *metadata.level() <= most
    }

    fn line(&self, metadata: &Metadata<'_>, fields: Fields) -> String {
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), self.clock.now().to_string().into());
        line.insert("level".to_owned(), metadata.level().as_str().into());
        line.extend(fields.0);
        Value::Object(line).to_string()
    }
}

/// Values by the names that they have in the line.
#[derive(Debug, Clone, Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn keep(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(camel(field.name()), value.into());
    }

    fn keep_text(&mut self, field: &Field, text: &str) {
        let clean = unquoted(text);
        let cut = clean.char_indices().nth(MAX_VALUE).and_then(|(at, _)| clean.get(..at));
        self.keep(field, cut.unwrap_or(&clean));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep_text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.keep_text(field, &format!("{value:?}"));
    }
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.takes(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // The line of an invocation is always written: it is the metrics too.
        Some(self.level.max(LevelFilter::INFO))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        if event.metadata().target() == invocation::TARGET {
            event.record(&mut fields);
            return (self.write)(&metrics::line(fields.0));
        }
        for span in context.event_scope(event).into_iter().flatten() {
            let known = span.extensions().get::<Fields>().cloned();
            fields.0.extend(known.into_iter().flat_map(|known| known.0));
        }
        event.record(&mut fields);
        (self.write)(&self.line(event.metadata(), fields));
    }
}

/// Sends the logs and panics of a function to the standard output, where Lambda collects them.
pub(crate) fn start(environment: &Environment, function: &str) {
    let level = environment.get("LOG_LEVEL").unwrap_or("info").parse().unwrap_or(LevelFilter::INFO);
    let lines = Lines::new(level, [function.to_owned()], Clock::system(), print);
    if tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines)).is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// A line that cannot be written has nowhere else to go.
fn print(line: &str) {
    let _lost = writeln!(std::io::stdout().lock(), "{line}");
}

/// Only the place: the text may quote what somebody wrote.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panicked");
}

/// `request_id` → `requestId`.
fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name.push_str(&head.to_ascii_uppercase());
        name.push_str(tail);
        name
    })
}

#[cfg(test)]
mod tests;
