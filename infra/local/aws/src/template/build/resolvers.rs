//! Resolvers of an API.

use std::collections::BTreeMap;

use super::api;
use crate::template::error::TemplateError;
use crate::template::model::{DataSourceSpec, PipelineStep, ResolverKind, ResolverSpec};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

type DataSources = BTreeMap<String, DataSourceSpec>;

pub(super) fn of_api(
    resources: &[Resource],
    api_id: &str,
    sources: &DataSources,
) -> Result<Vec<ResolverSpec>, TemplateError> {
    let steps = steps(resources, api_id, sources)?;
    let mut resolvers = BTreeMap::new();
    for resource in api::of_api(resources, "AWS::AppSync::Resolver", api_id) {
        let resolver = resolver(resource, sources, &steps)?;
        let field = (resolver.type_name.clone(), resolver.field_name.clone());
        if resolvers.insert(field, resolver).is_some() {
            return Err(resource.place().invalid("the field has a resolver already"));
        }
    }
    Ok(resolvers.into_values().collect())
}

fn resolver(
    resource: &Resource,
    sources: &DataSources,
    steps: &BTreeMap<String, PipelineStep>,
) -> Result<ResolverSpec, TemplateError> {
    let props = resource.props();
    let code = script(resource, &props)?;
    let kind = match props.text("Kind")?.as_deref() {
        None | Some("UNIT") => {
            let data_source = data_source(&props, sources)?;
            ResolverKind::Unit {
                data_source,
                code,
                max_batch_size: props.number("MaxBatchSize")?.unwrap_or(0),
            }
        }
        Some("PIPELINE") => {
            let code =
                code.ok_or_else(|| props.invalid("Code", "a pipeline needs a script around its steps"))?;
            ResolverKind::Pipeline { code, steps: pipeline(&props, steps)? }
        }
        Some(other) => return Err(props.invalid("Kind", format!("{other} is none"))),
    };
    Ok(ResolverSpec {
        type_name: props.required("TypeName")?,
        field_name: props.required("FieldName")?,
        kind,
        template: resource.template.clone(),
        logical_id: resource.logical_id.clone(),
    })
}

fn pipeline(
    props: &Properties<'_>,
    steps: &BTreeMap<String, PipelineStep>,
) -> Result<Vec<PipelineStep>, TemplateError> {
    let config = props.object("PipelineConfig")?;
    let config = config.ok_or_else(|| props.invalid("PipelineConfig", "is missing"))?;
    let ids = config.texts("Functions")?;
    let chosen = ids.iter().map(|id| {
        let step = steps.get(id).cloned();
        step.ok_or_else(|| config.invalid("Functions", format!("the API has no function {id}")))
    });
    chosen.collect()
}

/// `AWS::AppSync::FunctionConfiguration` by function id.
fn steps(
    resources: &[Resource],
    api_id: &str,
    sources: &DataSources,
) -> Result<BTreeMap<String, PipelineStep>, TemplateError> {
    let mut steps = BTreeMap::new();
    for resource in api::of_api(resources, "AWS::AppSync::FunctionConfiguration", api_id) {
        let props = resource.props();
        let step = PipelineStep {
            name: props.required("Name")?,
            data_source: data_source(&props, sources)?,
            code: script(resource, &props)?,
            max_batch_size: props.number("MaxBatchSize")?.unwrap_or(0),
        };
        steps.insert(resource.attribute("FunctionId").to_owned(), step);
    }
    Ok(steps)
}

fn data_source(props: &Properties<'_>, sources: &DataSources) -> Result<String, TemplateError> {
    let name = props.required("DataSourceName")?;
    if !sources.contains_key(&name) {
        return Err(props.invalid("DataSourceName", format!("the API has no data source {name}")));
    }
    Ok(name)
}

/// The text of a script, inline or from a file beside the template.
fn script(resource: &Resource, props: &Properties<'_>) -> Result<Option<String>, TemplateError> {
    let templates = ["RequestMappingTemplate", "ResponseMappingTemplate"];
    let templates = templates.iter().flat_map(|name| [(*name).to_owned(), format!("{name}S3Location")]);
    if let Some(name) = templates.into_iter().find(|name| props.get(name).is_some()) {
        return Err(props.invalid(&name, "mapping templates are not supported: write an APPSYNC_JS script"));
    }
    let code = match (props.text("Code")?, props.text("CodeS3Location")?) {
        (None, None) => return Ok(None),
        (Some(code), None) => code,
        (None, Some(path)) => resource.read(&path)?,
        (Some(_), Some(_)) => return Err(props.invalid("Code", "stands beside CodeS3Location")),
    };
    let runtime = props.object("Runtime")?;
    let runtime = runtime.ok_or_else(|| props.invalid("Runtime", "a script needs Runtime"))?;
    if runtime.required("Name")? != "APPSYNC_JS" || runtime.required("RuntimeVersion")? != "1.0.0" {
        return Err(props.invalid("Runtime", "must be APPSYNC_JS 1.0.0"));
    }
    Ok(Some(code))
}
