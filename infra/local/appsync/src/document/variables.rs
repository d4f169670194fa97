//! Variables, checked and completed before a request runs.

use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Map, Value};

use crate::document::arguments::literal;
use crate::document::location;
use crate::error::GraphqlError;
use crate::scalars;

/// The variables of an operation with defaults filled in. Those neither given nor defaulted stay absent.
pub(crate) fn coerce(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &Operation,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, GraphqlError> {
    let mut coerced = Map::new();
    for definition in &operation.variables {
        let name = definition.name.as_str();
        let value = match (given.get(name), &definition.default_value) {
            (Some(value), _) => Some(coerce_value(schema, &definition.ty, value, name)),
            (None, Some(default)) => Some(coerce_value(schema, &definition.ty, &literal(default), name)),
            (None, None) if definition.ty.is_non_null() => Some(Err(null_refused(name, &definition.ty))),
            (None, None) => None,
        };
        match value {
            Some(Ok(value)) => drop(coerced.insert(name.to_owned(), value)),
            Some(Err(message)) => {
                let place = location(definition, &document.sources).map(|place| vec![place]);
                return Err(GraphqlError::validation(message, place));
            }
            None => {}
        }
    }
    Ok(coerced)
}

fn null_refused(name: &str, ty: &Type) -> String {
    format!("Variable '{name}' has coerced Null value for NonNull type '{ty}'")
}

fn invalid(name: &str, reason: &str) -> String {
    format!("Variable '{name}' has an invalid value. {reason}")
}

/// A value of a type. `name` is the variable or the input field, for messages.
pub(super) fn coerce_value(schema: &Schema, ty: &Type, value: &Value, name: &str) -> Result<Value, String> {
    if value.is_null() {
        return if ty.is_non_null() { Err(null_refused(name, ty)) } else { Ok(Value::Null) };
    }
    if ty.is_list() {
        let item_type = ty.item_type();
        return match value {
            Value::Array(items) => {
                items.iter().map(|item| coerce_value(schema, item_type, item, name)).collect()
            }
            // A single value stands for a list of one.
            single => Ok(Value::Array(vec![coerce_value(schema, item_type, single, name)?])),
        };
    }
    let type_name = ty.inner_named_type();
    match schema.types.get(type_name) {
        Some(ExtendedType::Scalar(scalar)) => {
            scalars::parse(&scalar.name, value).map_err(|reason| invalid(name, &reason))
        }
        Some(ExtendedType::Enum(definition)) => match value.as_str() {
            Some(text) if definition.values.contains_key(text) => Ok(value.clone()),
            _ => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let reason =
                    format!("Invalid input for Enum '{type_name}'. No value found for name '{text}'");
                Err(invalid(name, &reason))
            }
        },
        Some(ExtendedType::InputObject(input)) => object(schema, input, value, name),
        _ => Err(invalid(name, &format!("'{type_name}' is no input type"))),
    }
}

fn object(schema: &Schema, input: &InputObjectType, value: &Value, name: &str) -> Result<Value, String> {
    let Value::Object(given) = value else {
        return Err(invalid(
            name,
            &format!(
                "Expected type 'Map' but was '{}'. Variables for input objects must be an instance of type 'Map'.",
                scalars::json_kind(value)
            ),
        ));
    };
    if let Some(unknown) = given.keys().find(|key| !input.fields.contains_key(key.as_str())) {
        return Err(format!(
            "The variables input contains a field name '{unknown}' that is not defined for input object type '{}' ",
            input.name
        ));
    }
    let mut coerced = Map::new();
    for (field_name, field) in &input.fields {
        let value = match (given.get(field_name.as_str()), &field.default_value) {
            (Some(value), _) => coerce_value(schema, &field.ty, value, field_name)?,
            (None, Some(default)) => coerce_value(schema, &field.ty, &literal(default), field_name)?,
            (None, None) if field.ty.is_non_null() => return Err(null_refused(field_name, &field.ty)),
            (None, None) => continue,
        };
        coerced.insert(field_name.to_string(), value);
    }
    Ok(Value::Object(coerced))
}
