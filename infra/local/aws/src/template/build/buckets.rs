//! Buckets, with what their policies deny and which functions learn of them.

use serde_json::{Value, json};

use super::data::{list, parse_statements};
use super::of_kind;
use crate::policy::Statement;
use crate::template::error::TemplateError;
use crate::template::model::{
    BucketSpec, CorsRule, EventSource, FunctionSpec, LifecycleRule, NotificationSpec,
};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

/// Properties that change nothing about a bucket here.
const WITHOUT_MEANING: [&str; 7] = [
    "BucketEncryption",
    "BucketName",
    "MetricsConfigurations",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "Tags",
    "LoggingConfiguration",
];

/// Properties that are followed.
const FOLLOWED: [&str; 3] = ["CorsConfiguration", "LifecycleConfiguration", "NotificationConfiguration"];

/// What a bucket tells of.
const EVENTS: [&str; 4] =
    ["s3:ObjectCreated:", "s3:ObjectRemoved:", "s3:LifecycleExpiration:", "s3:ObjectTagging:"];

pub(super) fn buckets(
    resources: &[Resource],
    functions: &[FunctionSpec],
) -> Result<Vec<BucketSpec>, TemplateError> {
    let mut buckets: Vec<BucketSpec> =
        of_kind(resources, "AWS::S3::Bucket").map(bucket).collect::<Result<_, _>>()?;
    for policy in of_kind(resources, "AWS::S3::BucketPolicy") {
        let props = policy.props();
        let name = props.required("Bucket")?;
        let bucket = buckets.iter_mut().find(|bucket| bucket.name == name);
        let bucket = bucket
            .ok_or_else(|| props.invalid("Bucket", format!("no bucket of these templates is {name}")))?;
        bucket.denies.extend(denies(&props)?);
    }
    for function in functions {
        for event in &function.events {
            let EventSource::Bucket { bucket: name, notification } = event else { continue };
            // The reader of events has only seen buckets of these templates.
            if let Some(bucket) = buckets.iter_mut().find(|bucket| bucket.name == *name) {
                bucket.notifications.push(notification.clone());
            }
        }
    }
    Ok(buckets)
}

fn bucket(resource: &Resource) -> Result<BucketSpec, TemplateError> {
    let props = resource.props();
    let names = props.value().as_object().into_iter().flat_map(|object| object.keys());
    for name in names {
        if !WITHOUT_MEANING.contains(&name.as_str()) && !FOLLOWED.contains(&name.as_str()) {
            return Err(props.invalid(name, "is not supported"));
        }
    }
    let block = props.object("PublicAccessBlockConfiguration")?;
    let blocks = |name: &str| block.as_ref().map_or(Ok(None), |block| block.flag(name));
    Ok(BucketSpec {
        logical_id: resource.logical_id.clone(),
        name: resource.reference.clone(),
        arn: resource.attribute("Arn").to_owned(),
        cors: cors(&props)?,
        lifecycle: lifecycle(&props)?,
        notifications: Vec::new(),
        to_event_bridge: to_event_bridge(&props)?,
        closed_to_public: blocks("BlockPublicPolicy")?.unwrap_or(true)
            && blocks("BlockPublicAcls")?.unwrap_or(true),
        denies: Vec::new(),
    })
}

fn cors(props: &Properties<'_>) -> Result<Vec<CorsRule>, TemplateError> {
    let Some(config) = props.object("CorsConfiguration")? else { return Ok(Vec::new()) };
    let rules = config.objects("CorsRules")?;
    let rules = rules.iter().map(|rule| {
        let required = |name: &str| {
            let values = rule.texts(name)?;
            if values.is_empty() {
                return Err(rule.invalid(name, "is missing"));
            }
            Ok(values)
        };
        Ok(CorsRule {
            origins: required("AllowedOrigins")?,
            methods: required("AllowedMethods")?,
            headers: rule.texts("AllowedHeaders")?,
            exposed: rule.texts("ExposedHeaders")?,
            max_age: rule.number("MaxAge")?,
        })
    });
    rules.collect()
}

fn lifecycle(props: &Properties<'_>) -> Result<Vec<LifecycleRule>, TemplateError> {
    let Some(config) = props.object("LifecycleConfiguration")? else { return Ok(Vec::new()) };
    let mut rules = Vec::new();
    for rule in config.objects("Rules")? {
        refuse_others(
            &rule,
            &["Id", "Status", "Prefix", "TagFilters", "ExpirationInDays", "AbortIncompleteMultipartUpload"],
        )?;
        let abort = rule.object("AbortIncompleteMultipartUpload")?;
        let tags = rule.objects("TagFilters")?;
        let tags = tags.iter().map(|tag| Ok((tag.required("Key")?, tag.required("Value")?)));
        let found = LifecycleRule {
            id: rule.text("Id")?.unwrap_or_default(),
            prefix: rule.text("Prefix")?.unwrap_or_default(),
            tags: tags.collect::<Result<_, TemplateError>>()?,
            expiration_days: rule.number("ExpirationInDays")?,
            abort_days: abort.map(|abort| abort.number("DaysAfterInitiation")).transpose()?.flatten(),
        };
        if found.expiration_days.is_none() && found.abort_days.is_none() {
            return Err(rule.place.invalid("ends nothing"));
        }
        if found.abort_days.is_some() && !found.tags.is_empty() {
            return Err(
                rule.invalid("TagFilters", "cannot be of a rule about uploads: they have no tags yet")
            );
        }
        if rule.required("Status")? == "Enabled" {
            rules.push(found);
        }
    }
    Ok(rules)
}

/// Functions are told by the events of their own, as SAM has it.
fn to_event_bridge(props: &Properties<'_>) -> Result<bool, TemplateError> {
    let Some(config) = props.object("NotificationConfiguration")? else { return Ok(false) };
    refuse_others(&config, &["EventBridgeConfiguration"])?;
    let bridge = config.object("EventBridgeConfiguration")?;
    Ok(bridge.map(|bridge| bridge.flag("EventBridgeEnabled")).transpose()?.flatten().unwrap_or(true))
}

/// What a bucket's policy denies to everybody. A denial of plain HTTP is taken as met: nothing here leaves the machine.
fn denies(props: &Properties<'_>) -> Result<Vec<Statement>, TemplateError> {
    let document = props.object("PolicyDocument")?;
    let document = document.ok_or_else(|| props.invalid("PolicyDocument", "is missing"))?;
    let mut denies = Vec::new();
    for statement in list(document.get("Statement").unwrap_or(&Value::Null)) {
        let about_tls = json!({"Bool": {"aws:SecureTransport": ["false"]}});
        let condition = statement.get("Condition").map(normal);
        if statement["Effect"] == "Deny" && condition == Some(about_tls) {
            continue;
        }
        let everybody = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
        if statement["Effect"] != "Deny" || !everybody {
            let reason = "only denials to everybody are supported: allow by the policies of functions";
            return Err(document.place.invalid(reason));
        }
        if condition.is_some() {
            return Err(document.place.invalid("a condition of a bucket's policy is not supported"));
        }
        let mut of_nobody = statement.clone();
        if let Some(fields) = of_nobody.as_object_mut() {
            fields.remove("Principal");
        }
        denies.extend(parse_statements(&json!({ "Statement": of_nobody }), &document.place)?);
    }
    Ok(denies)
}

/// A condition whose single values are lists of texts.
fn normal(condition: &Value) -> Value {
    match condition {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), normal(value))).collect(),
        Value::Array(_) => condition.clone(),
        Value::Bool(flag) => json!([flag.to_string()]),
        single => json!([single]),
    }
}

fn refuse_others(props: &Properties<'_>, known: &[&str]) -> Result<(), TemplateError> {
    let mut names = props.value().as_object().into_iter().flat_map(|object| object.keys());
    match names.find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(props.invalid(name, "is not supported")),
        None => Ok(()),
    }
}

/// The event of a function that learns of a bucket: `{Type: S3}`.
pub(super) fn notification(
    resources: &[Resource],
    function: &str,
    name: String,
    props: &Properties<'_>,
) -> Result<EventSource, TemplateError> {
    let bucket = props.required("Bucket")?;
    if !of_kind(resources, "AWS::S3::Bucket").any(|resource| resource.reference == bucket) {
        return Err(props.invalid("Bucket", format!("no bucket of these templates is {bucket}")));
    }
    let events = match props.get("Events") {
        Some(Value::String(event)) => vec![event.clone()],
        _ => props.texts("Events")?,
    };
    let known = |event: &String| EVENTS.iter().any(|prefix| event.starts_with(prefix));
    if let Some(unknown) = events.iter().find(|event| !known(event)) {
        return Err(props.invalid("Events", format!("{unknown} is not supported")));
    }
    if events.is_empty() {
        return Err(props.invalid("Events", "is missing"));
    }
    let (mut prefix, mut suffix) = (String::new(), String::new());
    if let Some(filter) = props.object("Filter")?
        && let Some(key) = filter.object("S3Key")?
    {
        for rule in key.objects("Rules")? {
            match rule.required("Name")?.to_ascii_lowercase().as_str() {
                "prefix" => prefix = rule.required("Value")?,
                "suffix" => suffix = rule.required("Value")?,
                other => return Err(rule.invalid("Name", format!("{other} is neither prefix nor suffix"))),
            }
        }
    }
    let notification = NotificationSpec { name, events, prefix, suffix, function: function.to_owned() };
    Ok(EventSource::Bucket { bucket, notification })
}
