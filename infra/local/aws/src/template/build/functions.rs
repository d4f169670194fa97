//! Functions.

use std::path::Path;
use std::time::Duration;

use super::{events, of_kind, policies};
use crate::template::error::TemplateError;
use crate::template::model::{FunctionSpec, RoleSpec};
use crate::template::options::Options;
use crate::template::properties::Properties;
use crate::template::resource::Resource;

pub(super) fn functions(
    resources: &[Resource],
    roles: &[RoleSpec],
    options: &Options,
) -> Result<Vec<FunctionSpec>, TemplateError> {
    let functions = of_kind(resources, "AWS::Serverless::Function");
    let mut functions: Vec<FunctionSpec> =
        functions.map(|resource| function(resources, resource, roles, options)).collect::<Result<_, _>>()?;
    functions.sort_by(|a, b| (&a.area, &a.name).cmp(&(&b.area, &b.name)));
    if let Some(pair) = functions.windows(2).find(|pair| pair[0].name == pair[1].name) {
        let place = crate::template::error::Place::new(&pair[1].template, &pair[1].logical_id);
        return Err(place.invalid(format!("{} is in the templates twice", pair[1].name)));
    }
    Ok(functions)
}

/// Lambda's own two unless told otherwise.
fn unattended_retries(props: &Properties<'_>) -> Result<u32, TemplateError> {
    let config = props.object("EventInvokeConfig")?;
    let retries = config.map(|config| config.number("MaximumRetryAttempts")).transpose()?.flatten();
    Ok(retries.unwrap_or(2))
}

fn unattended_dead_letter(props: &Properties<'_>) -> Result<Option<String>, TemplateError> {
    if let Some(queue) = props.object("DeadLetterQueue")? {
        return queue.required("TargetArn").map(Some);
    }
    let Some(config) = props.object("EventInvokeConfig")? else { return Ok(None) };
    let Some(destinations) = config.object("DestinationConfig")? else { return Ok(None) };
    destinations.object("OnFailure")?.map(|failure| failure.required("Destination")).transpose()
}

fn function(
    resources: &[Resource],
    resource: &Resource,
    roles: &[RoleSpec],
    options: &Options,
) -> Result<FunctionSpec, TemplateError> {
    let props = resource.props();
    let code = props.text("CodeUri")?.unwrap_or_default();
    let area = Path::new(&code).parent().and_then(Path::file_name);
    let program = resource.program.clone().unwrap_or_default();
    let environment = match props.object("Environment")? {
        Some(environment) => environment.text_map("Variables")?,
        None => Default::default(),
    };
    let statements = match props.text("Role")? {
        Some(arn) => {
            let role = roles.iter().find(|role| role.arn == arn);
            let role = role.ok_or_else(|| props.invalid("Role", format!("no role here is {arn}")))?;
            role.statements.clone()
        }
        None => policies::statements(&props, options)?,
    };
    Ok(FunctionSpec {
        logical_id: resource.logical_id.clone(),
        name: program.name,
        invoked_as: program.invoked_as,
        area: area.map(|area| area.to_string_lossy().into_owned()).unwrap_or_default(),
        arn: resource.attribute("Arn").to_owned(),
        template: resource.template.clone(),
        environment,
        timeout: Duration::from_secs(props.number("Timeout")?.unwrap_or(3)),
        memory_mb: props.number("MemorySize")?.unwrap_or(128),
        statements,
        unattended_retries: unattended_retries(&props)?,
        unattended_dead_letter: unattended_dead_letter(&props)?,
        events: events::of_function(resources, resource, options)?,
    })
}
