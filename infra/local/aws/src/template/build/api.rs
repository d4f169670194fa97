//! AppSync APIs: schema, limits and data sources.

use std::collections::BTreeMap;

use super::{authorizers, crate_of, of_kind, resolvers};
use crate::template::error::TemplateError;
use crate::template::model::{ApiSpec, DataSourceSpec, FunctionSpec};
use crate::template::options::Options;
use crate::template::resource::{self, Resource};

pub(super) fn apis(
    resources: &[Resource],
    functions: &[FunctionSpec],
    options: &Options,
) -> Result<Vec<ApiSpec>, TemplateError> {
    of_kind(resources, "AWS::AppSync::GraphQLApi")
        .map(|api| build(api, resources, functions, options))
        .collect()
}

fn build(
    resource: &Resource,
    resources: &[Resource],
    functions: &[FunctionSpec],
    options: &Options,
) -> Result<ApiSpec, TemplateError> {
    let props = resource.props();
    let api_id = resource.attribute("ApiId").to_owned();
    let introspection = match props.text("IntrospectionConfig")?.as_deref() {
        None | Some("ENABLED") => true,
        Some("DISABLED") => false,
        Some(other) => return Err(props.invalid("IntrospectionConfig", format!("{other} is none"))),
    };
    let keys = authorizers::api_keys(resources, &api_id)?;
    let additional = props.objects("AdditionalAuthenticationProviders")?;
    let additional = additional.iter().map(|mode| authorizers::mode(mode, &keys, functions));
    let data_sources = data_sources(resources, &api_id, functions)?;
    Ok(ApiSpec {
        logical_id: resource.logical_id.clone(),
        arn: resource.reference.clone(),
        name: props.required("Name")?,
        sdl: match &options.schema {
            Some(path) => resource::read_file(path)?,
            None => schema(resource, resources, &api_id)?,
        },
        default_auth: authorizers::mode(&props, &keys, functions)?,
        additional_auth: additional.collect::<Result<_, _>>()?,
        introspection,
        query_depth_limit: props.number("QueryDepthLimit")?.unwrap_or(0),
        resolver_count_limit: props.number("ResolverCountLimit")?.unwrap_or(0),
        environment: props.text_map("EnvironmentVariables")?,
        resolvers: resolvers::of_api(resources, &api_id, &data_sources)?,
        data_sources,
        api_id,
    })
}

/// Resources of one type that belong to an API.
pub(super) fn of_api<'a>(
    resources: &'a [Resource],
    kind: &'a str,
    api_id: &'a str,
) -> impl Iterator<Item = &'a Resource> {
    let belongs = move |resource: &&Resource| {
        resource.properties.get("ApiId").and_then(serde_json::Value::as_str) == Some(api_id)
    };
    of_kind(resources, kind).filter(belongs)
}

fn schema(api: &Resource, resources: &[Resource], api_id: &str) -> Result<String, TemplateError> {
    let mut schemas = of_api(resources, "AWS::AppSync::GraphQLSchema", api_id);
    let schema = schemas.next().ok_or_else(|| api.place().invalid("has no schema"))?;
    if let Some(second) = schemas.next() {
        return Err(second.place().invalid("the API has a schema already"));
    }
    let props = schema.props();
    match (props.text("Definition")?, props.text("DefinitionS3Location")?) {
        (Some(text), None) => Ok(text),
        (None, Some(path)) => schema.read(&path),
        _ => Err(schema.place().invalid("needs either Definition or DefinitionS3Location")),
    }
}

fn data_sources(
    resources: &[Resource],
    api_id: &str,
    functions: &[FunctionSpec],
) -> Result<BTreeMap<String, DataSourceSpec>, TemplateError> {
    let mut sources = BTreeMap::new();
    for resource in of_api(resources, "AWS::AppSync::DataSource", api_id) {
        let props = resource.props();
        let source = match props.required("Type")?.as_str() {
            "NONE" => DataSourceSpec::None,
            "AWS_LAMBDA" => {
                let config = props.object("LambdaConfig")?;
                let config = config.ok_or_else(|| props.invalid("LambdaConfig", "is missing"))?;
                let arn = config.required("LambdaFunctionArn")?;
                let place = config.place.within("LambdaFunctionArn");
                DataSourceSpec::Lambda { function: crate_of(functions, &arn, &place)? }
            }
            "AMAZON_DYNAMODB" => dynamodb(resource, resources)?,
            other => {
                let reason = format!("data sources of type {other} are not supported");
                return Err(props.invalid("Type", reason));
            }
        };
        if sources.insert(props.required("Name")?, source).is_some() {
            return Err(props.invalid("Name", "another data source of the API has this name"));
        }
    }
    Ok(sources)
}

/// A table that resolvers read and write without a function between.
fn dynamodb(resource: &Resource, resources: &[Resource]) -> Result<DataSourceSpec, TemplateError> {
    let props = resource.props();
    let config = props.object("DynamoDBConfig")?;
    let config = config.ok_or_else(|| props.invalid("DynamoDBConfig", "is missing"))?;
    for name in ["DeltaSyncConfig", "UseCallerCredentials", "Versioned"] {
        if config.get(name).is_some_and(|value| value != false && value != "false") {
            return Err(config.invalid(name, "is not supported"));
        }
    }
    let table = config.required("TableName")?;
    if !of_kind(resources, "AWS::DynamoDB::Table").any(|known| known.reference == table) {
        return Err(config.invalid("TableName", format!("no table of these templates is {table}")));
    }
    Ok(DataSourceSpec::DynamoDb { table, role_arn: props.required("ServiceRoleArn")? })
}
