//! Ways to authenticate at an API.

use super::api::of_api;
use super::crate_of;
use crate::template::error::TemplateError;
use crate::template::model::{ApiAuth, ApiKeySpec, DefaultAction, FunctionSpec};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

/// The mode that an API or an additional provider describes.
pub(super) fn mode(
    props: &Properties<'_>,
    keys: &[ApiKeySpec],
    functions: &[FunctionSpec],
) -> Result<ApiAuth, TemplateError> {
    let config = |name: &str| {
        props.object(name)?.ok_or_else(|| props.invalid(name, "is missing for this AuthenticationType"))
    };
    match props.required("AuthenticationType")?.as_str() {
        "API_KEY" => Ok(ApiAuth::ApiKey(keys.to_vec())),
        "AWS_IAM" => Ok(ApiAuth::Iam),
        "AMAZON_COGNITO_USER_POOLS" => user_pool(&config("UserPoolConfig")?),
        "AWS_LAMBDA" => lambda(&config("LambdaAuthorizerConfig")?, functions),
        "OPENID_CONNECT" => {
            let config = config("OpenIDConnectConfig")?;
            Ok(ApiAuth::Oidc { issuer: config.required("Issuer")?, client_id: config.text("ClientId")? })
        }
        other => Err(props.invalid("AuthenticationType", format!("{other} is none"))),
    }
}

fn user_pool(config: &Properties<'_>) -> Result<ApiAuth, TemplateError> {
    let default_action = match config.text("DefaultAction")?.as_deref() {
        None | Some("ALLOW") => DefaultAction::Allow,
        Some("DENY") => DefaultAction::Deny,
        Some(other) => return Err(config.invalid("DefaultAction", format!("{other} is none"))),
    };
    Ok(ApiAuth::UserPool {
        pool_id: config.required("UserPoolId")?,
        default_action,
        app_id_client_regex: config.text("AppIdClientRegex")?,
    })
}

fn lambda(config: &Properties<'_>, functions: &[FunctionSpec]) -> Result<ApiAuth, TemplateError> {
    let arn = config.required("AuthorizerUri")?;
    Ok(ApiAuth::Lambda {
        function: crate_of(functions, &arn, &config.place.within("AuthorizerUri"))?,
        result_ttl_seconds: config.number("AuthorizerResultTtlInSeconds")?.unwrap_or(300),
        identity_validation_expression: config.text("IdentityValidationExpression")?,
    })
}

pub(super) fn api_keys(resources: &[Resource], api_id: &str) -> Result<Vec<ApiKeySpec>, TemplateError> {
    let keys = of_api(resources, "AWS::AppSync::ApiKey", api_id);
    keys.map(|resource| {
        let expires = resource.props().number("Expires")?;
        Ok(ApiKeySpec { key: resource.attribute("ApiKey").to_owned(), expires })
    })
    .collect()
}
