//! Tables, queues, buses and roles.

use serde_json::{Map, Value, json};

use super::of_kind;
use crate::policy::Statement;
use crate::template::error::{Place, TemplateError};
use crate::template::model::{BusSpec, QueueSpec, RoleSpec, TableSpec};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

/// What `CreateTable` takes as the template has it.
const AS_WRITTEN: [&str; 5] =
    ["AttributeDefinitions", "KeySchema", "BillingMode", "LocalSecondaryIndexes", "ProvisionedThroughput"];

/// What `CreateTable` takes of an index.
const OF_AN_INDEX: [&str; 4] = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];

pub(super) fn tables(resources: &[Resource]) -> Result<Vec<TableSpec>, TemplateError> {
    of_kind(resources, "AWS::DynamoDB::Table").map(table).collect()
}

fn table(resource: &Resource) -> Result<TableSpec, TemplateError> {
    let props = resource.props();
    let ttl = props.object("TimeToLiveSpecification")?;
    let ttl = ttl.filter(|ttl| ttl.get("Enabled").is_some_and(|on| on != &Value::Bool(false)));
    let recovery = props.object("PointInTimeRecoverySpecification")?;
    let recovery =
        recovery.map(|recovery| recovery.flag("PointInTimeRecoveryEnabled")).transpose()?.flatten();
    let stream_arn = Some(resource.attribute("StreamArn").to_owned()).filter(|arn| !arn.is_empty());
    Ok(TableSpec {
        logical_id: resource.logical_id.clone(),
        name: resource.reference.clone(),
        arn: resource.attribute("Arn").to_owned(),
        stream_arn,
        create: create_table(&resource.reference, &props)?,
        ttl_attribute: ttl.map(|ttl| ttl.required("AttributeName")).transpose()?,
        point_in_time_recovery: recovery.unwrap_or(false),
        deletion_protection: props.flag("DeletionProtectionEnabled")?.unwrap_or(false),
    })
}

fn create_table(name: &str, props: &Properties<'_>) -> Result<Value, TemplateError> {
    let mut request = pick(props.value(), &AS_WRITTEN);
    request.insert("TableName".to_owned(), Value::from(name));
    let indexes = props.objects("GlobalSecondaryIndexes")?;
    if !indexes.is_empty() {
        let indexes = indexes.iter().map(|index| Value::Object(pick(index.value(), &OF_AN_INDEX))).collect();
        request.insert("GlobalSecondaryIndexes".to_owned(), indexes);
    }
    if let Some(stream) = props.object("StreamSpecification")? {
        let view = stream.required("StreamViewType")?;
        let stream = json!({"StreamEnabled": true, "StreamViewType": view});
        request.insert("StreamSpecification".to_owned(), stream);
    }
    let protected = props.flag("DeletionProtectionEnabled")?.unwrap_or(false);
    request.insert("DeletionProtectionEnabled".to_owned(), Value::Bool(protected));
    Ok(Value::Object(request))
}

fn pick(object: &Value, names: &[&str]) -> Map<String, Value> {
    let named = names.iter().filter_map(|&name| Some((name.to_owned(), object.get(name)?.clone())));
    named.collect()
}

pub(super) fn queues(resources: &[Resource]) -> Vec<QueueSpec> {
    let queues = of_kind(resources, "AWS::SQS::Queue").map(|resource| QueueSpec {
        logical_id: resource.logical_id.clone(),
        name: resource.attribute("QueueName").to_owned(),
        arn: resource.attribute("Arn").to_owned(),
    });
    queues.collect()
}

pub(super) fn buses(resources: &[Resource]) -> Vec<BusSpec> {
    let buses = of_kind(resources, "AWS::Events::EventBus").map(|resource| BusSpec {
        logical_id: resource.logical_id.clone(),
        name: resource.attribute("Name").to_owned(),
        arn: resource.attribute("Arn").to_owned(),
    });
    buses.collect()
}

pub(super) fn roles(resources: &[Resource]) -> Result<Vec<RoleSpec>, TemplateError> {
    for kind in ["AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"] {
        if let Some(policy) = of_kind(resources, kind).next() {
            let place = policy.place();
            return Err(place.invalid(format!("{kind} is not supported: write the policy into its role")));
        }
    }
    let mut roles: Vec<RoleSpec> =
        of_kind(resources, "AWS::IAM::Role").map(role).collect::<Result<_, _>>()?;
    for policy in of_kind(resources, "AWS::IAM::Policy") {
        attach(policy, &mut roles)?;
    }
    Ok(roles)
}

/// A policy apart from its roles, for what is made after them.
fn attach(policy: &Resource, roles: &mut [RoleSpec]) -> Result<(), TemplateError> {
    let props = policy.props();
    let document = props.object("PolicyDocument")?;
    let document = document.ok_or_else(|| props.invalid("PolicyDocument", "is missing"))?;
    let statements = parse_statements(document.value(), &document.place)?;
    for name in props.texts("Roles")? {
        let role = roles.iter_mut().find(|role| role.arn.ends_with(&format!(":role/{name}")));
        let role =
            role.ok_or_else(|| props.invalid("Roles", format!("no role of these templates is {name}")))?;
        role.statements.extend(statements.iter().cloned());
    }
    Ok(())
}

fn role(resource: &Resource) -> Result<RoleSpec, TemplateError> {
    let props = resource.props();
    let mut statements = Vec::new();
    for policy in props.objects("Policies")? {
        let document = policy.object("PolicyDocument")?;
        let document = document.ok_or_else(|| policy.invalid("PolicyDocument", "is missing"))?;
        statements.extend(parse_statements(document.value(), &document.place)?);
    }
    let trust = props.get("AssumeRolePolicyDocument").and_then(|document| document.get("Statement"));
    let trust = trust.map(list).unwrap_or_default();
    let services = trust.iter().filter_map(|statement| statement.pointer("/Principal/Service"));
    let services = services.flat_map(list).filter_map(|name| name.as_str().map(str::to_owned)).collect();
    Ok(RoleSpec {
        logical_id: resource.logical_id.clone(),
        arn: resource.attribute("Arn").to_owned(),
        services,
        statements,
    })
}

/// The items of a list, or a single value as a list of one.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// The statements of a policy document, with errors that say where it stands.
pub(super) fn parse_statements(document: &Value, place: &Place) -> Result<Vec<Statement>, TemplateError> {
    Statement::parse_document(document).map_err(|error| place.invalid(error.to_string()))
}
