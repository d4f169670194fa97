//! What starts functions: streams, rules, schedules.

use std::time::Duration;

use serde_json::Value;

use super::{buckets, crate_of, of_kind};
use crate::template::error::TemplateError;
use crate::template::model::{
    EventSource, FunctionSpec, QueueSpec, RuleSpec, ScheduleSpec, StartingPosition, StreamSource,
};
use crate::template::options::Options;
use crate::template::properties::Properties;
use crate::template::resource::Resource;

/// EventBridge's own limits when a rule sets none.
const RULE_RETRIES: u32 = 185;
const RULE_AGE: Duration = Duration::from_secs(86_400);

pub(super) fn of_function(
    resources: &[Resource],
    resource: &Resource,
    options: &Options,
) -> Result<Vec<EventSource>, TemplateError> {
    let sources = resource.props().object_map("Events")?;
    sources.into_iter().map(|(name, event)| source(resources, resource, (name, &event), options)).collect()
}

fn source(
    resources: &[Resource],
    resource: &Resource,
    (name, event): (String, &Properties<'_>),
    options: &Options,
) -> Result<EventSource, TemplateError> {
    let kind = event.required("Type")?;
    let Some(props) = event.object("Properties")? else {
        return Ok(EventSource::Other { kind, properties: Value::Null });
    };
    Ok(match kind.as_str() {
        "DynamoDB" => EventSource::Stream(stream(name, &props)?),
        "EventBridgeRule" | "CloudWatchEvent" => {
            EventSource::Rule(sam_rule(resource, &name, &props, options)?)
        }
        "S3" => {
            let function = resource.program.clone().unwrap_or_default().name;
            buckets::notification(resources, &function, name, &props)?
        }
        "Schedule" => EventSource::Schedule(schedule(name, &props, "Schedule")?),
        "ScheduleV2" => EventSource::Schedule(schedule(name, &props, "ScheduleExpression")?),
        _ => EventSource::Other { kind, properties: props.value().clone() },
    })
}

fn stream(name: String, props: &Properties<'_>) -> Result<StreamSource, TemplateError> {
    let stream_arn = props.required("Stream")?;
    let table = stream_arn.split_once(":table/").and_then(|(_, path)| path.split_once("/stream/"));
    let table = table.ok_or_else(|| props.invalid("Stream", format!("{stream_arn} is no table's stream")))?.0;
    if props.get("TumblingWindowInSeconds").is_some() {
        return Err(props.invalid("TumblingWindowInSeconds", "is not supported"));
    }
    let starting_position = match props.required("StartingPosition")?.as_str() {
        "TRIM_HORIZON" => StartingPosition::TrimHorizon,
        "LATEST" => StartingPosition::Latest,
        other => return Err(props.invalid("StartingPosition", format!("{other} is none"))),
    };
    let window = props.number("MaximumBatchingWindowInSeconds")?.unwrap_or(0);
    let retries: i64 = props.number("MaximumRetryAttempts")?.unwrap_or(-1);
    let age: i64 = props.number("MaximumRecordAgeInSeconds")?.unwrap_or(-1);
    let answers = props.texts("FunctionResponseTypes")?;
    Ok(StreamSource {
        table: table.to_owned(),
        starting_position,
        batch_size: props.number("BatchSize")?.unwrap_or(100),
        batching_window: Duration::from_secs(window),
        bisect_on_error: props.flag("BisectBatchOnFunctionError")?.unwrap_or(false),
        // -1 stands for 'no limit'.
        maximum_retries: u32::try_from(retries).ok(),
        maximum_age: u64::try_from(age).ok().map(Duration::from_secs),
        reports_item_failures: answers.iter().any(|answer| answer == "ReportBatchItemFailures"),
        filters: filters(props)?,
        on_failure: destination(props)?,
        enabled: props.flag("Enabled")?.unwrap_or(true),
        name,
        stream_arn,
    })
}

fn filters(props: &Properties<'_>) -> Result<Vec<Value>, TemplateError> {
    let Some(criteria) = props.object("FilterCriteria")? else { return Ok(Vec::new()) };
    let filters = criteria.objects("Filters")?;
    let parsed = filters.iter().map(|filter| {
        let pattern = filter.required("Pattern")?;
        serde_json::from_str(&pattern).map_err(|error| filter.invalid("Pattern", error.to_string()))
    });
    parsed.collect()
}

fn destination(props: &Properties<'_>) -> Result<Option<String>, TemplateError> {
    let Some(config) = props.object("DestinationConfig")? else { return Ok(None) };
    let Some(failure) = config.object("OnFailure")? else { return Ok(None) };
    failure.required("Destination").map(Some)
}

fn schedule(name: String, props: &Properties<'_>, property: &str) -> Result<ScheduleSpec, TemplateError> {
    if props.text("ScheduleExpressionTimezone")?.is_some_and(|zone| zone != "UTC") {
        return Err(props.invalid("ScheduleExpressionTimezone", "is not supported: write it in UTC"));
    }
    let enabled =
        props.flag("Enabled")?.unwrap_or(true) && props.text("State")?.as_deref() != Some("DISABLED");
    Ok(ScheduleSpec { name, expression: props.required(property)?, input: props.text("Input")?, enabled })
}

/// A rule that SAM makes for a function.
fn sam_rule(
    resource: &Resource,
    event: &str,
    props: &Properties<'_>,
    options: &Options,
) -> Result<RuleSpec, TemplateError> {
    refuse_input(props)?;
    let on_failure = match props.object("DeadLetterConfig")? {
        None => None,
        Some(config) => match config.text("Arn")? {
            Some(arn) => Some(arn),
            None => Some(options.arn("sqs", &generated_name(resource, event, &config)?)),
        },
    };
    Ok(RuleSpec {
        name: format!("{}-{}{event}", resource.stack, resource.logical_id),
        bus: props.text("EventBusName")?.map_or_else(|| "default".to_owned(), bus_name),
        pattern: pattern(props, "Pattern")?,
        function: resource.program.clone().unwrap_or_default().name,
        maximum_retries: retries(props)?,
        maximum_age: age(props)?,
        on_failure,
        enabled: props.text("State")?.as_deref() != Some("DISABLED"),
    })
}

/// Queues that SAM makes for rules with `DeadLetterConfig: {Type: SQS}`.
pub(super) fn generated_queues(
    resources: &[Resource],
    options: &Options,
) -> Result<Vec<QueueSpec>, TemplateError> {
    let mut queues = Vec::new();
    for resource in of_kind(resources, "AWS::Serverless::Function") {
        for (event, declaration) in resource.props().object_map("Events")? {
            let Some(props) = declaration.object("Properties")? else { continue };
            let Some(config) = props.object("DeadLetterConfig")? else { continue };
            if config.get("Type").is_some() {
                let name = generated_name(resource, &event, &config)?;
                let arn = options.arn("sqs", &name);
                queues.push(QueueSpec { logical_id: format!("{}{event}", resource.logical_id), name, arn });
            }
        }
    }
    Ok(queues)
}

fn generated_name(
    resource: &Resource,
    event: &str,
    config: &Properties<'_>,
) -> Result<String, TemplateError> {
    if config.required("Type")? != "SQS" {
        return Err(config.invalid("Type", "must be SQS"));
    }
    let id = config.text("QueueLogicalId")?;
    let id = id.unwrap_or_else(|| format!("{}{event}Queue", resource.logical_id));
    Ok(format!("{}-{id}", resource.stack))
}

/// All rules: those of functions, and resources of their own.
pub(super) fn rules(
    resources: &[Resource],
    functions: &[FunctionSpec],
) -> Result<Vec<RuleSpec>, TemplateError> {
    let events = functions.iter().flat_map(|function| &function.events);
    let mut rules: Vec<RuleSpec> = events
        .filter_map(|event| match event {
            EventSource::Rule(rule) => Some(rule.clone()),
            _ => None,
        })
        .collect();
    for resource in of_kind(resources, "AWS::Events::Rule") {
        let props = resource.props();
        if props.get("EventPattern").is_none() {
            return Err(props.invalid("EventPattern", "is missing: schedules belong to a function's Events"));
        }
        for target in props.objects("Targets")? {
            refuse_input(&target)?;
            let dead_letters = target.object("DeadLetterConfig")?;
            rules.push(RuleSpec {
                name: resource.reference.clone(),
                bus: props.text("EventBusName")?.map_or_else(|| "default".to_owned(), bus_name),
                pattern: pattern(&props, "EventPattern")?,
                function: crate_of(functions, &target.required("Arn")?, &target.place.within("Arn"))?,
                maximum_retries: retries(&target)?,
                maximum_age: age(&target)?,
                on_failure: dead_letters.map(|config| config.required("Arn")).transpose()?,
                enabled: props.text("State")?.as_deref() != Some("DISABLED"),
            });
        }
    }
    Ok(rules)
}

fn pattern(props: &Properties<'_>, name: &str) -> Result<Value, TemplateError> {
    match props.get(name) {
        Some(pattern @ Value::Object(_)) => Ok(pattern.clone()),
        _ => Err(props.invalid(name, "must be an object")),
    }
}

/// A rule that rewrites its events is not followed here.
fn refuse_input(props: &Properties<'_>) -> Result<(), TemplateError> {
    match ["Input", "InputPath", "InputTransformer"].iter().find(|&&name| props.get(name).is_some()) {
        Some(name) => Err(props.invalid(name, "is not supported")),
        None => Ok(()),
    }
}

fn retries(props: &Properties<'_>) -> Result<u32, TemplateError> {
    let policy = props.object("RetryPolicy")?;
    let retries = policy.map(|policy| policy.number("MaximumRetryAttempts")).transpose()?.flatten();
    Ok(retries.unwrap_or(RULE_RETRIES))
}

fn age(props: &Properties<'_>) -> Result<Duration, TemplateError> {
    let policy = props.object("RetryPolicy")?;
    let age = policy.map(|policy| policy.number("MaximumEventAgeInSeconds")).transpose()?.flatten();
    Ok(age.map_or(RULE_AGE, Duration::from_secs))
}

/// A bus may be given by name or by ARN.
fn bus_name(bus: String) -> String {
    bus.rsplit_once("event-bus/").map_or(bus.clone(), |(_, name)| name.to_owned())
}
