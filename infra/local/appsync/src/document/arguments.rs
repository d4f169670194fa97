//! Arguments of fields: literals and variables brought together.

use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Field, Value as Literal};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};
use serde_json::{Map, Value};

use crate::document::variables::coerce_value;

/// The arguments that a resolver gets: absent ones are omitted, explicit nulls stay.
pub(crate) fn values(
    schema: &Schema,
    field: &Field,
    variables: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for definition in &field.definition.arguments {
        let given = field.arguments.iter().find(|argument| argument.name == definition.name);
        let value = given.and_then(|argument| value(schema, &argument.value, &definition.ty, variables));
        let value = match (value, &definition.default_value) {
            (Some(value), _) => Some(value),
            (None, Some(default)) => {
                Some(coerce_value(schema, &definition.ty, &literal(default), &definition.name)?)
            }
            (None, None) => None,
        };
        match value {
            Some(Value::Null) | None if definition.ty.is_non_null() => {
                let (name, ty) = (&definition.name, &definition.ty);
                return Err(format!("Variable '{name}' has coerced Null value for NonNull type '{ty}'"));
            }
            Some(value) => drop(values.insert(definition.name.to_string(), value)),
            None => {}
        }
    }
    Ok(values)
}

/// The value of a literal in which variables may stand; none for a variable that was not given.
fn value(
    schema: &Schema,
    literal: &Node<Literal>,
    ty: &Type,
    variables: &Map<String, Value>,
) -> Option<Value> {
    match &**literal {
        Literal::Variable(name) => variables.get(name.as_str()).cloned(),
        Literal::Null => Some(Value::Null),
        Literal::List(items) if ty.is_list() => {
            let item_type = ty.item_type();
            let items = items.iter();
            Some(items.map(|item| value(schema, item, item_type, variables).unwrap_or_default()).collect())
        }
        _ if ty.is_list() => Some(Value::Array(vec![value(schema, literal, ty.item_type(), variables)?])),
        Literal::Object(members) => Some(object(schema, members, ty, variables)),
        _ => {
            let plain = self::literal(literal);
            // Literals are valid by now; what cannot be coerced stays as it is.
            Some(coerce_value(schema, ty, &plain, "").unwrap_or(plain))
        }
    }
}

fn object(
    schema: &Schema,
    members: &[(apollo_compiler::Name, Node<Literal>)],
    ty: &Type,
    variables: &Map<String, Value>,
) -> Value {
    let mut values = Map::new();
    let Some(ExtendedType::InputObject(input)) = schema.types.get(ty.inner_named_type()) else {
        return Value::Object(values);
    };
    for (name, field) in &input.fields {
        let given = members.iter().find(|(member, _)| member == name);
        let value = given.and_then(|(_, literal)| value(schema, literal, &field.ty, variables));
        let default = || field.default_value.as_ref().map(literal);
        if let Some(value) = value.or_else(default) {
            values.insert(name.to_string(), value);
        }
    }
    Value::Object(values)
}

/// A literal without variables as JSON.
pub(crate) fn literal(value: &Node<Literal>) -> Value {
    match &**value {
        Literal::Null | Literal::Variable(_) => Value::Null,
        Literal::Enum(name) => Value::String(name.to_string()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(value) => Value::Bool(*value),
        Literal::Int(number) => {
            let number = number.as_str();
            number
                .parse::<i64>()
                .map(Value::from)
                .unwrap_or_else(|_| Value::from(number.parse::<f64>().unwrap_or(f64::MAX)))
        }
        Literal::Float(number) => Value::from(number.try_to_f64().unwrap_or(f64::MAX)),
        Literal::List(items) => items.iter().map(literal).collect(),
        Literal::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.to_string(), literal(value))).collect())
        }
    }
}
