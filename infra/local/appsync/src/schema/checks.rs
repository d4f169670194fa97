//! What AppSync refuses in a schema although GraphQL allows it.

use std::collections::HashMap;

use apollo_compiler::ast::OperationType;
use apollo_compiler::schema::{ExtendedType, ObjectType};
use apollo_compiler::{Name, Schema};

use crate::config::ConfigError;
use crate::schema::access::strings;
use crate::schema::prelude::{DIRECTIVES, SCALARS};

/// Refuses scalars, directives and names that AppSync does not know.
pub(super) fn check(schema: &Schema) -> Result<(), ConfigError> {
    for (name, ty) in &schema.types {
        let ours = SCALARS.contains(&name.as_str());
        if ty.is_scalar() && !ty.is_built_in() && !ours {
            return refuse(format!("scalar {name}: custom scalars are not supported"));
        }
        if name.starts_with("AWS") && !ours {
            return refuse(format!("{name}: names of types may not begin with AWS"));
        }
        let ExtendedType::Object(object) = ty else { continue };
        let is_subscription = schema.root_operation(OperationType::Subscription) == Some(name);
        if !is_subscription && object.fields.values().any(|field| field.directives.has("aws_subscribe")) {
            return refuse(format!("{name}: @aws_subscribe belongs on fields of the subscription type"));
        }
    }
    for name in schema.directive_definitions.keys() {
        if !DIRECTIVES.contains(&name.as_str()) {
            return refuse(format!("directive @{name}: custom directives are not supported"));
        }
    }
    Ok(())
}

/// Which subscription fields each mutation field feeds; both must have the same type.
pub(super) fn publications(schema: &Schema) -> Result<HashMap<Name, Vec<Name>>, ConfigError> {
    let mut publications: HashMap<Name, Vec<Name>> = HashMap::new();
    let Some(subscriptions) = root(schema, OperationType::Subscription) else { return Ok(publications) };
    let mutations = root(schema, OperationType::Mutation);
    for (name, subscription) in &subscriptions.fields {
        let Some(directive) = subscription.directives.get("aws_subscribe") else { continue };
        for mutation in strings(directive, "mutations").unwrap_or_default() {
            let Some(field) = mutations.and_then(|mutations| mutations.fields.get(mutation.as_str())) else {
                return refuse(format!("Subscription.{name}: there is no mutation {mutation}"));
            };
            if field.ty.inner_named_type() != subscription.ty.inner_named_type()
                || field.ty.is_list() != subscription.ty.is_list()
            {
                return refuse(format!(
                    "Subscription.{name} is of type {}, but Mutation.{mutation} is of type {}",
                    subscription.ty, field.ty
                ));
            }
            publications.entry(field.name.clone()).or_default().push(name.clone());
        }
        if subscription.ty.is_non_null() {
            tracing::warn!(field = %name, "a subscription of a non-null type cannot start: its resolver gives null");
        }
    }
    Ok(publications)
}

fn root(schema: &Schema, operation: OperationType) -> Option<&ObjectType> {
    schema.root_operation(operation).and_then(|name| schema.get_object(name)).map(|object| &**object)
}

fn refuse<T>(what: String) -> Result<T, ConfigError> {
    Err(ConfigError::Unsupported(what))
}
