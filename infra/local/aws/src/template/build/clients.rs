//! App clients of user pools.

use std::time::Duration;

use super::of_kind;
use crate::template::error::TemplateError;
use crate::template::model::{ClientSpec, HostedSpec};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

/// What a client may do when the template does not say.
const DEFAULT_FLOWS: [&str; 3] = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

pub(super) fn of_pool(resources: &[Resource], pool_id: &str) -> Result<Vec<ClientSpec>, TemplateError> {
    let mut clients = Vec::new();
    for resource in of_kind(resources, "AWS::Cognito::UserPoolClient") {
        if resource.props().required("UserPoolId")? == pool_id {
            clients.push(client(resource)?);
        }
    }
    Ok(clients)
}

fn client(resource: &Resource) -> Result<ClientSpec, TemplateError> {
    let props = resource.props();
    let mut auth_flows = props.texts("ExplicitAuthFlows")?;
    if auth_flows.is_empty() {
        auth_flows = DEFAULT_FLOWS.map(str::to_owned).to_vec();
    }
    let session_minutes = props.number("AuthSessionValidity")?.unwrap_or(3);
    Ok(ClientSpec {
        logical_id: resource.logical_id.clone(),
        client_id: resource.reference.clone(),
        name: resource.attribute("Name").to_owned(),
        has_secret: props.flag("GenerateSecret")?.unwrap_or(false),
        auth_flows,
        hides_existence: props.text("PreventUserExistenceErrors")?.as_deref() == Some("ENABLED"),
        token_revocation: props.flag("EnableTokenRevocation")?.unwrap_or(true),
        access_validity: validity(&props, "AccessToken", "hours")?.unwrap_or(Duration::from_secs(HOUR)),
        id_validity: validity(&props, "IdToken", "hours")?.unwrap_or(Duration::from_secs(HOUR)),
        refresh_validity: validity(&props, "RefreshToken", "days")?.unwrap_or(Duration::from_secs(30 * DAY)),
        refresh_rotation_grace: rotation_grace(&props)?,
        session_validity: Duration::from_secs(session_minutes * MINUTE),
        read_attributes: optional_list(&props, "ReadAttributes")?,
        write_attributes: optional_list(&props, "WriteAttributes")?,
        hosted: hosted(&props)?,
    })
}

fn hosted(props: &Properties<'_>) -> Result<Option<HostedSpec>, TemplateError> {
    if props.flag("AllowedOAuthFlowsUserPoolClient")? != Some(true) {
        return Ok(None);
    }
    if let Some(flow) = props.texts("AllowedOAuthFlows")?.iter().find(|flow| *flow != "code") {
        return Err(props.invalid("AllowedOAuthFlows", format!("{flow} is not supported, only code")));
    }
    Ok(Some(HostedSpec {
        callback_urls: props.texts("CallbackURLs")?,
        logout_urls: props.texts("LogoutURLs")?,
        scopes: props.texts("AllowedOAuthScopes")?,
        providers: props.texts("SupportedIdentityProviders")?,
    }))
}

/// The life of a token in the client's unit for it, or in Cognito's.
fn validity(
    props: &Properties<'_>,
    token: &str,
    default_unit: &str,
) -> Result<Option<Duration>, TemplateError> {
    let Some(amount) = props.number::<u64>(&format!("{token}Validity"))? else { return Ok(None) };
    let units = props.object("TokenValidityUnits")?;
    let unit = units.map(|units| units.text(token)).transpose()?.flatten();
    let seconds = match unit.as_deref().unwrap_or(default_unit) {
        "seconds" => 1,
        "minutes" => MINUTE,
        "hours" => HOUR,
        "days" => DAY,
        other => return Err(props.invalid("TokenValidityUnits", format!("{other} is no unit"))),
    };
    Ok(Some(Duration::from_secs(amount * seconds)))
}

fn rotation_grace(props: &Properties<'_>) -> Result<Option<Duration>, TemplateError> {
    let Some(rotation) = props.object("RefreshTokenRotation")? else { return Ok(None) };
    if rotation.text("Feature")?.as_deref() != Some("ENABLED") {
        return Ok(None);
    }
    Ok(Some(Duration::from_secs(rotation.number("RetryGracePeriodSeconds")?.unwrap_or(0))))
}

fn optional_list(props: &Properties<'_>, name: &str) -> Result<Option<Vec<String>>, TemplateError> {
    if props.get(name).is_none() {
        return Ok(None);
    }
    props.texts(name).map(Some)
}
