//! Which modes of authentication a field admits, read from its directives.

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::schema::{FieldDefinition, ObjectType};

use crate::config::{ConfigError, DefaultAction};
use crate::schema::modes::Modes;

/// One way into a field. Several are alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grant {
    ApiKey,
    Iam,
    Lambda,
    /// Any user, or the users of any of these groups.
    UserPool(Option<Vec<String>>),
}

/// The ways into a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Access {
    pub(crate) grants: Vec<Grant>,
}

/// A field's own directives replace those of its type; without either the default mode alone is admitted.
pub(super) fn read(ty: &ObjectType, field: &FieldDefinition, modes: &Modes) -> Result<Access, ConfigError> {
    let place = || format!("{}.{}", ty.name, field.name);
    let own = grants(field.directives.iter().map(|directive| &**directive), modes, &place)?;
    if !own.is_empty() {
        return Ok(Access { grants: own });
    }
    let of_type = grants(ty.directives.iter().map(|directive| &***directive), modes, &place)?;
    if !of_type.is_empty() {
        return Ok(Access { grants: of_type });
    }
    let groups = field.directives.get("aws_auth").and_then(|directive| cognito_groups(directive));
    Ok(Access { grants: unmarked(modes, groups) })
}

/// `@aws_auth` counts only where the user pool is the sole mode.
fn unmarked(modes: &Modes, aws_auth_groups: Option<Vec<String>>) -> Vec<Grant> {
    match &modes.default {
        Grant::UserPool(_) if modes.is_single() => match (aws_auth_groups, modes.pool_default()) {
            (Some(groups), _) => vec![Grant::UserPool(Some(groups))],
            (None, DefaultAction::Allow) => vec![Grant::UserPool(None)],
            (None, DefaultAction::Deny) => Vec::new(),
        },
        grant => vec![grant.clone()],
    }
}

fn grants<'a>(
    directives: impl Iterator<Item = &'a Directive>,
    modes: &Modes,
    place: &dyn Fn() -> String,
) -> Result<Vec<Grant>, ConfigError> {
    let mut grants = Vec::new();
    for directive in directives {
        let grant = match directive.name.as_str() {
            "aws_api_key" => Grant::ApiKey,
            "aws_iam" => Grant::Iam,
            "aws_lambda" => Grant::Lambda,
            "aws_cognito_user_pools" => Grant::UserPool(cognito_groups(directive)),
            "aws_oidc" => return Err(not_configured(directive, place)),
            _ => continue,
        };
        if !modes.admits(&grant) {
            return Err(not_configured(directive, place));
        }
        grants.push(grant);
    }
    Ok(grants)
}

fn not_configured(directive: &Directive, place: &dyn Fn() -> String) -> ConfigError {
    ConfigError::Unsupported(format!(
        "{} carries @{}, but the API has no such mode of authentication",
        place(),
        directive.name
    ))
}

fn cognito_groups(directive: &Directive) -> Option<Vec<String>> {
    strings(directive, "cognito_groups")
}

/// The strings of a list argument; a single string counts as a list of one.
pub(super) fn strings(directive: &Directive, argument: &str) -> Option<Vec<String>> {
    match &**directive.specified_argument_by_name(argument)? {
        Value::List(items) => {
            Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
        }
        Value::String(one) => Some(vec![one.clone()]),
        _ => None,
    }
}
