//! From many measurements to one figure.

use std::time::Duration;

/// The middle one in words, and how far they reach.
pub(crate) fn median(times: &[Duration]) -> String {
    format!(
        "{} ({} to {})",
        words(quantile(times, 0.5)),
        words(quantile(times, 0.0)),
        words(quantile(times, 1.0))
    )
}

/// The middle one and the one that 99 of 100 stay below, in words.
pub(crate) fn tail(times: &[Duration]) -> String {
    format!("{}, p99 {}", words(quantile(times, 0.5)), words(quantile(times, 0.99)))
}

/// The middle one of some numbers.
pub(crate) fn middle(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The time that a share of them does not exceed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "there are few"
)]
pub(crate) fn quantile(times: &[Duration], share: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    let last = sorted.len().saturating_sub(1);
    sorted[(last as f64 * share).round() as usize]
}

/// A time with as many digits as it deserves.
pub(crate) fn words(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1_000.0;
    if millis < 10.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}
