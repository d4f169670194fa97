//! What AWS would accept at deployment and then refuse at every call.

use serde_json::Value;

use super::of_kind;
use crate::template::error::{Place, TemplateError};
use crate::template::model::{Deployment, EventSource};
use crate::template::resource::Resource;

/// What a project would be built on, and what to write in its place here.
const NOT_FOLLOWED: [(&str, &str); 3] = [
    (
        "AWS::Serverless::GraphQLApi",
        "is not supported: write AWS::AppSync::GraphQLApi with its schema, data sources and resolvers",
    ),
    ("AWS::CloudFormation::Stack", "is not supported: write AWS::Serverless::Application"),
    ("AWS::Scheduler::Schedule", "is not supported: write Events of type ScheduleV2 into its function"),
];

pub(super) fn check(deployment: &Deployment) -> Result<(), TemplateError> {
    for (kind, reason) in NOT_FOLLOWED {
        if let Some(resource) = of_kind(&deployment.resources, kind).next() {
            return Err(resource.place().invalid(format!("{kind} {reason}")));
        }
    }
    check_data_sources(deployment)?;
    check_user_pools(deployment)?;
    check_dead_letters(deployment)
}

/// AppSync must be allowed to take the roles of its data sources, and with them to invoke their functions.
fn check_data_sources(deployment: &Deployment) -> Result<(), TemplateError> {
    for resource in of_kind(&deployment.resources, "AWS::AppSync::DataSource") {
        let props = resource.props();
        let function = props.object("LambdaConfig")?.map(|config| config.required("LambdaFunctionArn"));
        let function = function.transpose()?;
        if function.is_none() && props.get("DynamoDBConfig").is_none() {
            continue;
        }
        let role_arn = props.required("ServiceRoleArn")?;
        let place = resource.place().within("ServiceRoleArn");
        let role = deployment.roles.iter().find(|role| role.arn == role_arn);
        let role = role.ok_or_else(|| place.invalid(format!("no role of these templates is {role_arn}")))?;
        if !role.services.iter().any(|service| service == "appsync.amazonaws.com") {
            return Err(place.invalid(format!("AppSync may not take {}", role.logical_id)));
        }
        let Some(function) = function else { continue };
        if !role.statements.iter().any(|statement| statement.covers("lambda:InvokeFunction", &function)) {
            let role = &role.logical_id;
            return Err(place.invalid(format!("{role} does not grant lambda:InvokeFunction on {function}")));
        }
    }
    Ok(())
}

/// Cognito must be allowed to call the pool's triggers.
fn check_user_pools(deployment: &Deployment) -> Result<(), TemplateError> {
    for pool in &deployment.user_pools {
        let resource = of_kind(&deployment.resources, "AWS::Cognito::UserPool")
            .find(|resource| resource.reference == pool.pool_id);
        let place = resource.map_or_else(|| Place::new("", &pool.logical_id), Resource::place);
        let token = pool.token_trigger.as_ref().map(|trigger| &trigger.function);
        for function in pool.triggers.values().chain(token) {
            let arn = deployment.function(function).map(|function| function.arn.as_str()).unwrap_or_default();
            if !is_permitted(&deployment.resources, arn, &pool.arn) {
                let reason = format!("no AWS::Lambda::Permission lets this pool call {function}");
                return Err(place.within("LambdaConfig").invalid(reason));
            }
        }
    }
    Ok(())
}

fn is_permitted(resources: &[Resource], function_arn: &str, pool_arn: &str) -> bool {
    of_kind(resources, "AWS::Lambda::Permission").any(|permission| {
        let property = |name: &str| permission.properties.get(name).and_then(Value::as_str);
        let function = property("FunctionName").unwrap_or_default();
        let names_it = function == function_arn || function_arn.ends_with(&format!(":function:{function}"));
        let source_fits = property("SourceArn").is_none_or(|source| source == pool_arn);
        names_it && source_fits && property("Principal") == Some("cognito-idp.amazonaws.com")
    })
}

/// What is given up must have a queue to go to, and EventBridge must be allowed to put it there.
fn check_dead_letters(deployment: &Deployment) -> Result<(), TemplateError> {
    for function in &deployment.functions {
        let place = Place::new(&function.template, &function.logical_id).within("Events");
        for event in &function.events {
            let destination = match event {
                EventSource::Stream(stream) => stream.on_failure.as_deref(),
                EventSource::Rule(rule) => rule.on_failure.as_deref(),
                EventSource::Bucket { .. } => function.unattended_dead_letter.as_deref(),
                EventSource::Schedule(_) | EventSource::Other { .. } => None,
            };
            let Some(arn) = destination else { continue };
            if !deployment.queues.iter().any(|queue| queue.arn == arn) {
                return Err(place.invalid(format!("no queue of these templates is {arn}")));
            }
            if matches!(event, EventSource::Rule(_)) && !takes_events(&deployment.resources, arn) {
                let reason = format!("no AWS::SQS::QueuePolicy lets events.amazonaws.com send to {arn}");
                return Err(place.invalid(reason));
            }
        }
    }
    Ok(())
}

/// Whether a queue takes what EventBridge gives up. Queues that SAM makes for a rule do.
fn takes_events(resources: &[Resource], queue_arn: &str) -> bool {
    let queues = of_kind(resources, "AWS::SQS::Queue");
    let Some(queue) = queues.into_iter().find(|queue| queue.attribute("Arn") == queue_arn) else {
        return true;
    };
    of_kind(resources, "AWS::SQS::QueuePolicy").any(|policy| {
        let queues = policy.properties.get("Queues").and_then(Value::as_array);
        let names_it = queues.is_some_and(|queues| queues.iter().any(|url| url == queue.reference.as_str()));
        let document = policy.properties.get("PolicyDocument").map(Value::to_string).unwrap_or_default();
        names_it && document.contains("\"events.amazonaws.com\"")
    })
}
