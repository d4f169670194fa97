//! The line of an invocation as metrics: CloudWatch's embedded metric format.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
//!
//! A metric costs $0.30 a month while something is counted in it, so few are made:
//! `Latency` per stage for what went well; `ClientErrors` per stage and per error type for what was the caller's
//! mistake; `Errors` per stage, per operation and per error type for what was ours. How often each function runs, how
//! long, and how often it is throttled is counted by Lambda itself, for nothing.

use serde_json::{Map, Value, json};

/// Where the metrics are.
const NAMESPACE: &str = "SmartChat";

/// What the fields are called that CloudWatch takes for dimensions and values.
const NAMES: [(&str, &str); 4] =
    [("operation", "Operation"), ("stage", "Stage"), ("errorType", "ErrorType"), ("latency", "Latency")];

/// The line with these fields.
pub(crate) fn line(mut fields: Map<String, Value>) -> String {
    let time = fields.remove("time").unwrap_or_default();
    let mut line = Map::new();
    let (metric, dimensions) = match fields.get("outcome").and_then(Value::as_str) {
        Some("ok") => (json!({"Name": "Latency", "Unit": "Milliseconds"}), json!([["Stage"]])),
        Some("refused") => (json!({"Name": "ClientErrors"}), json!([["Stage"], ["Stage", "ErrorType"]])),
        _ => (json!({"Name": "Errors"}), json!([["Stage"], ["Stage", "Operation"], ["Stage", "ErrorType"]])),
    };
    let name = metric["Name"].as_str().unwrap_or_default().to_owned();
    let directive = json!({"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": [metric]});
    line.insert("_aws".to_owned(), json!({"Timestamp": time, "CloudWatchMetrics": [directive]}));
    for (field, value) in fields {
        let renamed = NAMES.iter().find(|(from, _)| *from == field).map(|(_, to)| (*to).to_owned());
        line.insert(renamed.unwrap_or(field), value);
    }
    line.entry(name).or_insert(Value::from(1));
    Value::Object(line).to_string()
}
