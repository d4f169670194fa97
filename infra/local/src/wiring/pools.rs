//! The pools of the template as local Cognito takes them.

use std::str::FromStr as _;

use local_aws::template::{
    AttributeKind as TemplateKind, AttributeSpec, ClientSpec, Deployment, GroupSpec, HostedSpec,
    IdentityPoolSpec, Mfa as TemplateMfa, PasswordPolicySpec, ProviderSpec, TokenTrigger,
    TokenTriggerVersion, UserPoolSpec,
};
use local_cognito::{
    AttributeKind, AttributeSchema, AuthFlow, ClientConfig, Config, Group, HostedConfig, IdentityPoolConfig,
    IdentityProvider, Mfa, PasswordPolicy, PoolConfig, PreTokenGeneration, ProviderConfig, TokenEventVersion,
    Triggers,
};

use crate::error::StartError;

/// Everything about the pools. `endpoint` is what stands before the pool id in `iss`.
pub(crate) fn config(
    deployment: &Deployment,
    pool: &UserPoolSpec,
    endpoint: &str,
) -> Result<Config, StartError> {
    if let Some(client) = pool.clients.iter().find(|client| client.has_secret) {
        return Err(StartError::Unsupported(format!("GenerateSecret of {}", client.logical_id)));
    }
    if pool.username_attributes != ["email"] {
        return Err(StartError::Unsupported(format!(
            "UsernameAttributes of {} other than email",
            pool.logical_id
        )));
    }
    let has = |list: &[String]| list.iter().any(|attribute| attribute == "email");
    let mut config = PoolConfig::new(&pool.pool_id, "", endpoint);
    config.region = deployment.region.clone();
    config.account_id = deployment.account_id.clone();
    config.clients =
        pool.clients.iter().map(|spec| client(spec, pool.domain.is_some())).collect::<Result<_, _>>()?;
    config.password_policy = password_policy(&pool.password_policy);
    config.mfa = match pool.mfa {
        TemplateMfa::Off => Mfa::Off,
        TemplateMfa::Optional => Mfa::Optional,
        TemplateMfa::On => Mfa::On,
    };
    config.auto_verify_email = has(&pool.auto_verified_attributes);
    config.verify_email_before_update = has(&pool.verified_before_update);
    config.admin_creates_only = pool.admin_creates_only;
    config.attributes = pool.attributes.iter().map(attribute).collect();
    config.triggers = triggers(pool)?;
    config.groups = pool.groups.iter().map(group).collect();
    config.providers = pool.providers.iter().map(provider).collect();
    config.case_sensitive = pool.case_sensitive;
    Ok(Config { pool: config, identity_pool: deployment.identity_pools.first().map(identity_pool) })
}

/// Without a domain there are no hosted pages, whatever the client may do there.
fn client(spec: &ClientSpec, has_domain: bool) -> Result<ClientConfig, StartError> {
    let flows = spec.auth_flows.iter().map(|flow| AuthFlow::from_str(flow));
    let flows =
        flows.collect::<Result<_, _>>().map_err(|error| StartError::Unsupported(error.to_string()))?;
    Ok(ClientConfig {
        client_id: spec.client_id.clone(),
        explicit_auth_flows: flows,
        prevent_user_existence_errors: spec.hides_existence,
        access_validity: spec.access_validity,
        id_validity: spec.id_validity,
        refresh_validity: spec.refresh_validity,
        enable_token_revocation: spec.token_revocation,
        refresh_rotation_grace: spec.refresh_rotation_grace,
        session_validity: spec.session_validity,
        read_attributes: spec.read_attributes.clone().map(FromIterator::from_iter),
        write_attributes: spec.write_attributes.clone().map(FromIterator::from_iter),
        hosted: spec.hosted.as_ref().filter(|_| has_domain).map(hosted),
    })
}

fn hosted(spec: &HostedSpec) -> HostedConfig {
    HostedConfig {
        callback_urls: spec.callback_urls.clone(),
        logout_urls: spec.logout_urls.clone(),
        scopes: spec.scopes.iter().cloned().collect(),
        providers: spec.providers.iter().cloned().collect(),
    }
}

fn provider(spec: &ProviderSpec) -> ProviderConfig {
    ProviderConfig { name: spec.name.clone(), kind: spec.kind.clone(), mapping: spec.mapping.clone() }
}

fn password_policy(spec: &PasswordPolicySpec) -> PasswordPolicy {
    PasswordPolicy {
        minimum_length: spec.minimum_length as usize,
        require_lowercase: spec.require_lowercase,
        require_uppercase: spec.require_uppercase,
        require_numbers: spec.require_numbers,
        require_symbols: spec.require_symbols,
        temporary_password_validity_days: spec.temporary_validity_days,
    }
}

fn attribute(spec: &AttributeSpec) -> AttributeSchema {
    let kind = match spec.kind {
        TemplateKind::String { min, max } => AttributeKind::String { min: min as usize, max: max as usize },
        TemplateKind::Number => AttributeKind::Number,
        TemplateKind::Boolean => AttributeKind::Boolean,
        TemplateKind::DateTime => AttributeKind::DateTime,
    };
    AttributeSchema { name: spec.name.clone(), kind, mutable: spec.mutable, required: spec.required }
}

fn triggers(pool: &UserPoolSpec) -> Result<Triggers, StartError> {
    let mut triggers = Triggers {
        pre_token_generation: pool.token_trigger.as_ref().map(token_trigger),
        ..Triggers::default()
    };
    for (key, function) in &pool.triggers {
        let slot = match key.as_str() {
            "PreSignUp" => &mut triggers.pre_sign_up,
            "PostConfirmation" => &mut triggers.post_confirmation,
            "PreAuthentication" => &mut triggers.pre_authentication,
            "PostAuthentication" => &mut triggers.post_authentication,
            "CustomMessage" => &mut triggers.custom_message,
            other => {
                return Err(StartError::Unsupported(format!("the trigger {other} of {}", pool.logical_id)));
            }
        };
        *slot = Some(function.clone());
    }
    Ok(triggers)
}

fn token_trigger(trigger: &TokenTrigger) -> PreTokenGeneration {
    let version = match trigger.version {
        TokenTriggerVersion::V1 => TokenEventVersion::V1,
        // V3 adds client credentials, which no client of ours uses.
        TokenTriggerVersion::V2 | TokenTriggerVersion::V3 => TokenEventVersion::V2,
    };
    PreTokenGeneration { function: trigger.function.clone(), version }
}

fn group(spec: &GroupSpec) -> Group {
    Group {
        name: spec.name.clone(),
        precedence: spec.precedence,
        role_arn: spec.role_arn.clone(),
        description: spec.description.clone(),
    }
}

fn identity_pool(spec: &IdentityPoolSpec) -> IdentityPoolConfig {
    let mut config = IdentityPoolConfig::new(&spec.pool_id, "");
    config.allow_unauthenticated = spec.allow_guests;
    config.providers = spec
        .providers
        .iter()
        .map(|provider| IdentityProvider {
            client_id: provider.client_id.clone(),
            server_side_token_check: provider.server_side_token_check,
        })
        .collect();
    config
}
