//! User pools.

use std::collections::BTreeMap;

use super::{clients, crate_of, of_kind};
use crate::template::error::TemplateError;
use crate::template::model::{
    AttributeKind, AttributeSpec, FunctionSpec, GroupSpec, Mfa, PasswordPolicySpec, ProviderSpec,
    TokenTrigger, TokenTriggerVersion, UserPoolSpec,
};
use crate::template::properties::Properties;
use crate::template::resource::Resource;

/// The standard attributes of OpenID Connect; all others are custom.
const STANDARD: [&str; 20] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
];

pub(super) fn user_pools(
    resources: &[Resource],
    functions: &[FunctionSpec],
) -> Result<Vec<UserPoolSpec>, TemplateError> {
    of_kind(resources, "AWS::Cognito::UserPool").map(|pool| user_pool(pool, resources, functions)).collect()
}

fn user_pool(
    resource: &Resource,
    resources: &[Resource],
    functions: &[FunctionSpec],
) -> Result<UserPoolSpec, TemplateError> {
    let props = resource.props();
    let updates = props.object("UserAttributeUpdateSettings")?;
    let usernames = props.object("UsernameConfiguration")?;
    let administration = props.object("AdminCreateUserConfig")?;
    let lambdas = props.object("LambdaConfig")?;
    let before_update = updates.map(|updates| updates.texts("AttributesRequireVerificationBeforeUpdate"));
    let admin_only = administration.map(|config| config.flag("AllowAdminCreateUserOnly")).transpose()?;
    Ok(UserPoolSpec {
        logical_id: resource.logical_id.clone(),
        pool_id: resource.reference.clone(),
        arn: resource.attribute("Arn").to_owned(),
        name: props.text("UserPoolName")?.unwrap_or_else(|| resource.reference.clone()),
        username_attributes: props.texts("UsernameAttributes")?,
        case_sensitive: usernames
            .map(|names| names.flag("CaseSensitive"))
            .transpose()?
            .flatten()
            .unwrap_or(true),
        auto_verified_attributes: props.texts("AutoVerifiedAttributes")?,
        verified_before_update: before_update.transpose()?.unwrap_or_default(),
        admin_creates_only: admin_only.flatten().unwrap_or(false),
        password_policy: password_policy(&props)?,
        mfa: mfa(&props)?,
        enabled_mfas: props.texts("EnabledMfas")?,
        attributes: props.objects("Schema")?.iter().map(attribute).collect::<Result<_, _>>()?,
        triggers: lambdas.as_ref().map(|config| triggers(config, functions)).transpose()?.unwrap_or_default(),
        token_trigger: lambdas.as_ref().map(|config| token_trigger(config, functions)).transpose()?.flatten(),
        clients: clients::of_pool(resources, &resource.reference)?,
        groups: groups(resources, &resource.reference)?,
        providers: providers(resources, &resource.reference)?,
        domain: domain(resources, &resource.reference)?,
    })
}

fn password_policy(props: &Properties<'_>) -> Result<PasswordPolicySpec, TemplateError> {
    let policies = props.object("Policies")?;
    let Some(policy) = policies.map(|policies| policies.object("PasswordPolicy")).transpose()?.flatten()
    else {
        return Ok(PasswordPolicySpec {
            minimum_length: 8,
            require_lowercase: true,
            require_uppercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_validity_days: 7,
        });
    };
    let needs = |name: &str| Ok::<_, TemplateError>(policy.flag(name)?.unwrap_or(false));
    Ok(PasswordPolicySpec {
        minimum_length: policy.number("MinimumLength")?.unwrap_or(8),
        require_lowercase: needs("RequireLowercase")?,
        require_uppercase: needs("RequireUppercase")?,
        require_numbers: needs("RequireNumbers")?,
        require_symbols: needs("RequireSymbols")?,
        temporary_validity_days: policy.number("TemporaryPasswordValidityDays")?.unwrap_or(7),
    })
}

fn mfa(props: &Properties<'_>) -> Result<Mfa, TemplateError> {
    match props.text("MfaConfiguration")?.as_deref() {
        None | Some("OFF") => Ok(Mfa::Off),
        Some("OPTIONAL") => Ok(Mfa::Optional),
        Some("ON") => Ok(Mfa::On),
        Some(other) => Err(props.invalid("MfaConfiguration", format!("{other} is none"))),
    }
}

fn attribute(props: &Properties<'_>) -> Result<AttributeSpec, TemplateError> {
    let name = props.required("Name")?;
    let kind = match props.text("AttributeDataType")?.as_deref() {
        None | Some("String") => {
            let bounds = props.object("StringAttributeConstraints")?;
            let bound = |name: &str| bounds.as_ref().map(|bounds| bounds.number(name)).transpose();
            AttributeKind::String {
                min: bound("MinLength")?.flatten().unwrap_or(0),
                max: bound("MaxLength")?.flatten().unwrap_or(2_048),
            }
        }
        Some("Number") => AttributeKind::Number,
        Some("Boolean") => AttributeKind::Boolean,
        Some("DateTime") => AttributeKind::DateTime,
        Some(other) => return Err(props.invalid("AttributeDataType", format!("{other} is none"))),
    };
    let name = if STANDARD.contains(&name.as_str()) { name } else { format!("custom:{name}") };
    Ok(AttributeSpec {
        name,
        kind,
        mutable: props.flag("Mutable")?.unwrap_or(true),
        required: props.flag("Required")?.unwrap_or(false),
    })
}

fn triggers(
    config: &Properties<'_>,
    functions: &[FunctionSpec],
) -> Result<BTreeMap<String, String>, TemplateError> {
    let mut triggers = BTreeMap::new();
    for (name, value) in config.value().as_object().into_iter().flatten() {
        if name.starts_with("PreTokenGeneration") {
            continue;
        }
        let place = config.place.within(name);
        let arn = value.as_str().ok_or_else(|| place.invalid("this trigger is not supported"))?;
        triggers.insert(name.clone(), crate_of(functions, arn, &place)?);
    }
    Ok(triggers)
}

fn token_trigger(
    config: &Properties<'_>,
    functions: &[FunctionSpec],
) -> Result<Option<TokenTrigger>, TemplateError> {
    if let Some(config) = config.object("PreTokenGenerationConfig")? {
        let version = match config.required("LambdaVersion")?.as_str() {
            "V1_0" => TokenTriggerVersion::V1,
            "V2_0" => TokenTriggerVersion::V2,
            "V3_0" => TokenTriggerVersion::V3,
            other => return Err(config.invalid("LambdaVersion", format!("{other} is none"))),
        };
        let arn = config.required("LambdaArn")?;
        let function = crate_of(functions, &arn, &config.place.within("LambdaArn"))?;
        return Ok(Some(TokenTrigger { function, version }));
    }
    let Some(arn) = config.text("PreTokenGeneration")? else { return Ok(None) };
    let function = crate_of(functions, &arn, &config.place.within("PreTokenGeneration"))?;
    Ok(Some(TokenTrigger { function, version: TokenTriggerVersion::V1 }))
}

fn providers(resources: &[Resource], pool_id: &str) -> Result<Vec<ProviderSpec>, TemplateError> {
    let mut providers = Vec::new();
    for resource in of_kind(resources, "AWS::Cognito::UserPoolIdentityProvider") {
        let props = resource.props();
        if props.required("UserPoolId")? == pool_id {
            providers.push(ProviderSpec {
                name: props.required("ProviderName")?,
                kind: props.required("ProviderType")?,
                mapping: props.text_map("AttributeMapping")?,
            });
        }
    }
    Ok(providers)
}

fn domain(resources: &[Resource], pool_id: &str) -> Result<Option<String>, TemplateError> {
    for resource in of_kind(resources, "AWS::Cognito::UserPoolDomain") {
        let props = resource.props();
        if props.required("UserPoolId")? == pool_id {
            return props.required("Domain").map(Some);
        }
    }
    Ok(None)
}

fn groups(resources: &[Resource], pool_id: &str) -> Result<Vec<GroupSpec>, TemplateError> {
    let mut groups = Vec::new();
    for resource in of_kind(resources, "AWS::Cognito::UserPoolGroup") {
        let props = resource.props();
        if props.required("UserPoolId")? == pool_id {
            groups.push(GroupSpec {
                name: resource.reference.clone(),
                precedence: props.number("Precedence")?,
                role_arn: props.text("RoleArn")?,
                description: props.text("Description")?,
            });
        }
    }
    Ok(groups)
}
