//! Identity pools and the roles of those who have credentials from them.

use super::of_kind;
use crate::policy::Statement;
use crate::template::error::TemplateError;
use crate::template::model::{IdentityPoolSpec, IdentityProviderSpec, RoleSpec};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

pub(super) fn identity_pools(
    resources: &[Resource],
    roles: &[RoleSpec],
) -> Result<Vec<IdentityPoolSpec>, TemplateError> {
    of_kind(resources, "AWS::Cognito::IdentityPool")
        .map(|pool| identity_pool(pool, resources, roles))
        .collect()
}

fn identity_pool(
    resource: &Resource,
    resources: &[Resource],
    roles: &[RoleSpec],
) -> Result<IdentityPoolSpec, TemplateError> {
    let props = resource.props();
    let providers = props.objects("CognitoIdentityProviders")?;
    let mut pool = IdentityPoolSpec {
        logical_id: resource.logical_id.clone(),
        pool_id: resource.reference.clone(),
        allow_guests: props.flag("AllowUnauthenticatedIdentities")?.unwrap_or(false),
        providers: providers.iter().map(provider).collect::<Result<_, _>>()?,
        member_statements: None,
        guest_statements: None,
    };
    for attachment in of_kind(resources, "AWS::Cognito::IdentityPoolRoleAttachment") {
        let props = attachment.props();
        if props.required("IdentityPoolId")? != pool.pool_id {
            continue;
        }
        if props.get("RoleMappings").is_some() {
            return Err(props.invalid("RoleMappings", "is not supported"));
        }
        let Some(attached) = props.object("Roles")? else { continue };
        pool.member_statements = statements(&attached, "authenticated", roles)?;
        pool.guest_statements = statements(&attached, "unauthenticated", roles)?;
    }
    Ok(pool)
}

fn provider(props: &Properties<'_>) -> Result<IdentityProviderSpec, TemplateError> {
    Ok(IdentityProviderSpec {
        client_id: props.required("ClientId")?,
        provider_name: props.required("ProviderName")?,
        server_side_token_check: props.flag("ServerSideTokenCheck")?.unwrap_or(false),
    })
}

fn statements(
    attached: &Properties<'_>,
    whose: &str,
    roles: &[RoleSpec],
) -> Result<Option<Vec<Statement>>, TemplateError> {
    let Some(arn) = attached.text(whose)? else { return Ok(None) };
    let role = roles.iter().find(|role| role.arn == arn);
    let role = role.ok_or_else(|| attached.invalid(whose, format!("no role of these templates is {arn}")))?;
    Ok(Some(role.statements.clone()))
}
