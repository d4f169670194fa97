//! Intrinsic functions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::error::{Place, TemplateError};
use super::globals::is_intrinsic;
use super::scope::{Scope, as_text};

/// What a function yields; none for `AWS::NoValue`.
type Evaluated = Result<Option<Value>, TemplateError>;

/// The function that an object calls, with its argument.
pub(crate) fn call_of(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    if !is_intrinsic(object) {
        return None;
    }
    object.iter().next().map(|(name, argument)| (name.as_str(), argument))
}

/// Calls a function.
pub(crate) fn call(scope: &Scope<'_>, name: &str, argument: &Value, at: &Place) -> Evaluated {
    match name {
        "Ref" => {
            let name = argument.as_str().ok_or_else(|| at.invalid("Ref needs a name"))?;
            scope.reference(name, at)
        }
        "Fn::GetAtt" => get_att(scope, argument, at).map(Some),
        "Fn::Sub" => sub(scope, argument, at).map(Some),
        "Fn::Join" => join(scope, argument, at).map(Some),
        "Fn::Split" => split(scope, argument, at).map(Some),
        "Fn::Select" => select(scope, argument, at),
        "Fn::If" => conditional(scope, argument, at),
        "Fn::FindInMap" => find_in_map(scope, argument, at),
        "Fn::Base64" => Ok(Some(Value::String(STANDARD.encode(scope.text(argument, at)?)))),
        "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
            Err(at.invalid(format!("{name} may only stand in Conditions")))
        }
        "Fn::ImportValue" => Err(at.invalid(
            "Fn::ImportValue asks another stack: make it a parameter, and give --parameter NAME=VALUE",
        )),
        other => Err(at.invalid(format!("the function {other} is not supported"))),
    }
}

fn get_att(scope: &Scope<'_>, argument: &Value, at: &Place) -> Result<Value, TemplateError> {
    let parts = match argument {
        Value::String(path) => path.split_once('.').map(|(id, name)| (id.to_owned(), name.to_owned())),
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(id), name] => Some((id.clone(), scope.text(name, at)?)),
            _ => None,
        },
        _ => None,
    };
    let (id, name) = parts.ok_or_else(|| at.invalid("GetAtt needs a resource and an attribute"))?;
    scope.attribute(&id, &name, at)
}

/// `${Name}`, `${Resource.Attribute}`, own variables, and `${!Literal}`.
fn sub(scope: &Scope<'_>, argument: &Value, at: &Place) -> Result<Value, TemplateError> {
    let no_variables = Map::new();
    let (text, variables) = match argument {
        Value::String(text) => (text, &no_variables),
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(text), Value::Object(variables)] => (text, variables),
            _ => return Err(at.invalid("Sub needs a text and its variables")),
        },
        _ => return Err(at.invalid("Sub needs a text")),
    };
    let mut result = String::new();
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once("${") {
        result.push_str(before);
        let (name, after) = behind.split_once('}').ok_or_else(|| at.invalid("Sub has an open ${"))?;
        match name.strip_prefix('!') {
            Some(literal) => result.push_str(&format!("${{{literal}}}")),
            None => result.push_str(&substitute(scope, name.trim(), variables, at)?),
        }
        rest = after;
    }
    result.push_str(rest);
    Ok(Value::String(result))
}

fn substitute(
    scope: &Scope<'_>,
    name: &str,
    variables: &Map<String, Value>,
    at: &Place,
) -> Result<String, TemplateError> {
    let value = match (variables.get(name), name.split_once('.')) {
        (Some(value), _) => scope.evaluate(value, &at.within(name))?,
        (None, Some((id, attribute))) => Some(scope.attribute(id, attribute, at)?),
        (None, None) => scope.reference(name, at)?,
    };
    as_text(value.as_ref()).ok_or_else(|| at.invalid(format!("{name} is not text")))
}

fn join(scope: &Scope<'_>, argument: &Value, at: &Place) -> Result<Value, TemplateError> {
    let [separator, list] = arguments(argument, at, "Join needs a separator and a list")?;
    let separator = scope.text(separator, at)?;
    let items = list_of(scope, list, at)?;
    let items: Option<Vec<String>> = items.iter().map(|item| as_text(Some(item))).collect();
    let items = items.ok_or_else(|| at.invalid("Join takes only text"))?;
    Ok(Value::String(items.join(&separator)))
}

fn split(scope: &Scope<'_>, argument: &Value, at: &Place) -> Result<Value, TemplateError> {
    let [separator, text] = arguments(argument, at, "Split needs a separator and a text")?;
    let (separator, text) = (scope.text(separator, at)?, scope.text(text, at)?);
    if separator.is_empty() {
        return Err(at.invalid("Split needs a separator"));
    }
    Ok(text.split(separator.as_str()).map(Value::from).collect())
}

fn select(scope: &Scope<'_>, argument: &Value, at: &Place) -> Evaluated {
    let [index, list] = arguments(argument, at, "Select needs an index and a list")?;
    let index = scope.text(index, at)?;
    let index: usize = index.parse().map_err(|_| at.invalid(format!("{index} is no index")))?;
    let items = list_of(scope, list, at)?;
    let item = items.into_iter().nth(index);
    item.map(Some).ok_or_else(|| at.invalid(format!("the list has no item {index}")))
}

fn conditional(scope: &Scope<'_>, argument: &Value, at: &Place) -> Evaluated {
    let [name, then, otherwise] = arguments(argument, at, "If needs a condition and two values")?;
    let name = name.as_str().ok_or_else(|| at.invalid("If needs the name of a condition"))?;
    scope.evaluate(if condition(scope, name, at)? { then } else { otherwise }, at)
}

fn find_in_map(scope: &Scope<'_>, argument: &Value, at: &Place) -> Evaluated {
    let [map, first, second] = arguments(argument, at, "FindInMap needs a map and two keys")?;
    let (map, first, second) = (scope.text(map, at)?, scope.text(first, at)?, scope.text(second, at)?);
    let mappings = &scope.stack.document.mappings;
    let value = mappings.get(&map).and_then(|map| map.get(&first)?.get(&second));
    value.cloned().map(Some).ok_or_else(|| at.invalid(format!("no mapping {map}.{first}.{second}")))
}

/// Whether a named condition holds.
pub(crate) fn condition(scope: &Scope<'_>, name: &str, at: &Place) -> Result<bool, TemplateError> {
    let rule = scope.stack.document.conditions.get(name);
    let rule = rule.ok_or_else(|| at.invalid(format!("there is no condition {name}")))?;
    holds(scope, rule, &scope.stack.place("Conditions").within(name))
}

fn holds(scope: &Scope<'_>, rule: &Value, at: &Place) -> Result<bool, TemplateError> {
    // A circle of conditions would get longer with each turn.
    if at.property.len() > 1_000 {
        return Err(at.invalid("conditions go round in a circle"));
    }
    let wrong = || at.invalid("a condition is Equals, And, Or, Not or Condition");
    let (name, argument) = rule.as_object().and_then(|rule| rule.iter().next()).ok_or_else(wrong)?;
    let below = at.within(name);
    let parts = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    match (name.as_str(), parts) {
        ("Fn::Equals", [left, right]) => Ok(scope.text(left, at)? == scope.text(right, at)?),
        ("Fn::Not", [inner]) => Ok(!holds(scope, inner, &below)?),
        ("Fn::And", all) => {
            all.iter().try_fold(true, |so_far, inner| Ok(holds(scope, inner, &below)? && so_far))
        }
        ("Fn::Or", any) => {
            any.iter().try_fold(false, |so_far, inner| Ok(holds(scope, inner, &below)? || so_far))
        }
        ("Condition", _) => {
            let name = argument.as_str().ok_or_else(wrong)?;
            let rule = scope.stack.document.conditions.get(name);
            holds(scope, rule.ok_or_else(|| at.invalid(format!("there is no condition {name}")))?, &below)
        }
        _ => Err(wrong()),
    }
}

fn arguments<'a, const N: usize>(
    argument: &'a Value,
    at: &Place,
    usage: &str,
) -> Result<&'a [Value; N], TemplateError> {
    argument.as_array().and_then(|parts| parts.as_slice().try_into().ok()).ok_or_else(|| at.invalid(usage))
}

fn list_of(scope: &Scope<'_>, value: &Value, at: &Place) -> Result<Vec<Value>, TemplateError> {
    match scope.evaluate(value, at)? {
        Some(Value::Array(items)) => Ok(items),
        _ => Err(at.invalid("needs a list")),
    }
}
