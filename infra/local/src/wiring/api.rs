//! The API of the template as local AppSync takes it.

use jiff::Timestamp;
use local_appsync::{ApiConfig, ApiKey, AuthMode, DataSource, DefaultAction, PipelineFunction, Resolver};
use local_aws::template::{
    ApiAuth, ApiKeySpec, ApiSpec, DataSourceSpec, DefaultAction as TemplateAction, Deployment, PipelineStep,
    ResolverKind, ResolverSpec, principal_of_source,
};

use crate::error::StartError;

/// Everything about the one API.
pub(crate) fn config(deployment: &Deployment, api: &ApiSpec) -> Result<ApiConfig, StartError> {
    let additional = api.additional_auth.iter().map(auth_mode).collect::<Result<_, _>>()?;
    Ok(ApiConfig {
        sdl: api.sdl.clone(),
        api_id: api.api_id.clone(),
        region: deployment.region.clone(),
        account_id: deployment.account_id.clone(),
        default_auth: auth_mode(&api.default_auth)?,
        additional_auth: additional,
        introspection: api.introspection,
        query_depth_limit: api.query_depth_limit,
        resolver_count_limit: api.resolver_count_limit,
        environment: api.environment.clone(),
        data_sources: api
            .data_sources
            .iter()
            .map(|(name, spec)| (name.clone(), data_source(name, spec)))
            .collect(),
        resolvers: api.resolvers.iter().map(resolver).collect(),
    })
}

fn auth_mode(auth: &ApiAuth) -> Result<AuthMode, StartError> {
    Ok(match auth {
        ApiAuth::ApiKey(keys) => AuthMode::ApiKey { keys: keys.iter().map(api_key).collect() },
        ApiAuth::UserPool { default_action, app_id_client_regex, .. } => AuthMode::UserPool {
            default_action: match default_action {
                TemplateAction::Allow => DefaultAction::Allow,
                TemplateAction::Deny => DefaultAction::Deny,
            },
            app_id_client_regex: app_id_client_regex.clone(),
        },
        ApiAuth::Iam => AuthMode::Iam,
        ApiAuth::Lambda { function, result_ttl_seconds, identity_validation_expression } => {
            AuthMode::Lambda {
                function: function.clone(),
                result_ttl_seconds: *result_ttl_seconds,
                identity_validation_expression: identity_validation_expression.clone(),
            }
        }
        ApiAuth::Oidc { issuer, .. } => {
            return Err(StartError::Unsupported(format!("OPENID_CONNECT of {issuer}; use the user pool")));
        }
    })
}

fn api_key(spec: &ApiKeySpec) -> ApiKey {
    let expires = spec.expires.and_then(|seconds| Timestamp::from_second(seconds).ok());
    ApiKey { key: spec.key.clone(), expires }
}

fn data_source(name: &str, spec: &DataSourceSpec) -> DataSource {
    match spec {
        DataSourceSpec::None => DataSource::None,
        DataSourceSpec::Lambda { function } => DataSource::Lambda { function: function.clone() },
        DataSourceSpec::DynamoDb { table, .. } => {
            DataSource::DynamoDb { table: table.clone(), caller: principal_of_source(name) }
        }
    }
}

fn resolver(spec: &ResolverSpec) -> ((String, String), Resolver) {
    let resolver = match &spec.kind {
        ResolverKind::Unit { data_source, code, max_batch_size } => Resolver::Unit {
            data_source: data_source.clone(),
            code: code.clone(),
            max_batch_size: *max_batch_size,
        },
        ResolverKind::Pipeline { code, steps } => {
            Resolver::Pipeline { code: code.clone(), functions: steps.iter().map(step).collect() }
        }
    };
    ((spec.type_name.clone(), spec.field_name.clone()), resolver)
}

fn step(step: &PipelineStep) -> PipelineFunction {
    PipelineFunction {
        name: step.name.clone(),
        data_source: step.data_source.clone(),
        code: step.code.clone(),
        max_batch_size: step.max_batch_size,
    }
}
