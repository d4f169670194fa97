//! Reading a filter. AppSync lets mistakes pass and then never delivers; here they are refused.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use crate::realtime::filter::operator::Operator;
use crate::realtime::filter::{Condition, Filter};

/// How many alternatives a filter may have, those that `in` stands for included.
const MOST_GROUPS: usize = 10;
/// How many fields one alternative may name.
const MOST_FIELDS: usize = 5;
/// How many values `in` and `notIn` may have.
const MOST_IN: usize = 5;
/// How many values `containsAny` may have.
const MOST_ANY: usize = 20;
/// How long a string may be, in characters.
const LONGEST_TEXT: usize = 256;
/// How many levels the way to a field may have.
const DEEPEST_PATH: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    filter_group: Vec<WireGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireGroup {
    filters: Vec<WireCondition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireCondition {
    field_name: String,
    operator: String,
    value: Value,
}

impl Filter {
    /// Reads `{filterGroup: [{filters: [{fieldName, operator, value}]}]}`.
    pub(in crate::realtime) fn parse(json: Value) -> Result<Filter, String> {
        let wire: Wire = serde_json::from_value(json).map_err(|error| error.to_string())?;
        let groups: Vec<Vec<Condition>> =
            wire.filter_group.into_iter().map(group).collect::<Result<_, _>>()?;
        if groups.is_empty() {
            return Err("the filter group is empty".to_owned());
        }
        let alternatives: usize = groups.iter().map(|group| weight(group)).sum();
        if alternatives > MOST_GROUPS {
            return Err(format!(
                "the filter stands for {alternatives} alternatives, more than {MOST_GROUPS}"
            ));
        }
        Ok(Filter { groups })
    }
}

/// How many alternatives a group stands for: `in` counts once per value, and several multiply.
fn weight(group: &[Condition]) -> usize {
    let factor = |condition: &Condition| match &condition.operator {
        Operator::In(values) => values.len(),
        _ => 1,
    };
    group.iter().map(factor).product()
}

fn group(wire: WireGroup) -> Result<Vec<Condition>, String> {
    if wire.filters.is_empty() {
        return Err("a group of the filter is empty".to_owned());
    }
    let names: HashSet<&str> = wire.filters.iter().map(|condition| condition.field_name.as_str()).collect();
    if names.len() > MOST_FIELDS {
        return Err(format!("a group of the filter names more than {MOST_FIELDS} fields"));
    }
    wire.filters.into_iter().map(condition).collect()
}

fn condition(wire: WireCondition) -> Result<Condition, String> {
    let path: Vec<String> = wire.field_name.split('.').map(str::to_owned).collect();
    if path.len() > DEEPEST_PATH || path.iter().any(String::is_empty) {
        return Err(format!("the field {} cannot be reached", wire.field_name));
    }
    let operator = operator(&wire.operator, wire.value)
        .map_err(|reason| format!("{} {}: {reason}", wire.field_name, wire.operator))?;
    Ok(Condition { path, operator })
}

fn operator(name: &str, value: Value) -> Result<Operator, String> {
    Ok(match name {
        "eq" => Operator::Eq(scalar(value)?),
        "ne" => Operator::Ne(scalar(value)?),
        "le" => Operator::Le(ordered(value)?),
        "lt" => Operator::Lt(ordered(value)?),
        "ge" => Operator::Ge(ordered(value)?),
        "gt" => Operator::Gt(ordered(value)?),
        "contains" => Operator::Contains(ordered(value)?),
        "notContains" => Operator::NotContains(ordered(value)?),
        "beginsWith" => match ordered(value)? {
            Value::String(prefix) => Operator::BeginsWith(prefix),
            _ => return Err("the value must be a string".to_owned()),
        },
        "in" => Operator::In(several(value, MOST_IN)?),
        "notIn" => Operator::NotIn(several(value, MOST_IN)?),
        "containsAny" => Operator::ContainsAny(several(value, MOST_ANY)?),
        "between" => match <[Value; 2]>::try_from(several(value, 2)?) {
            Ok([low, high]) => Operator::Between(low, high),
            Err(_) => return Err("the value must be a pair".to_owned()),
        },
        _ => return Err("there is no such operator".to_owned()),
    })
}

fn scalar(value: Value) -> Result<Value, String> {
    if value.is_boolean() { Ok(value) } else { ordered(value) }
}

fn ordered(value: Value) -> Result<Value, String> {
    match &value {
        Value::Number(_) => Ok(value),
        Value::String(text) if text.chars().count() <= LONGEST_TEXT => Ok(value),
        Value::String(_) => Err(format!("the value is longer than {LONGEST_TEXT} characters")),
        _ => Err("the value must be a number or a string".to_owned()),
    }
}

fn several(value: Value, most: usize) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(items) if !items.is_empty() && items.len() <= most => {
            items.into_iter().map(ordered).collect()
        }
        Value::Array(_) => Err(format!("there must be 1 to {most} values")),
        _ => Err("the value must be a list".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(field: &str, operator: &str, value: Value) -> Result<Filter, String> {
        let condition = json!({"fieldName": field, "operator": operator, "value": value});
        Filter::parse(json!({"filterGroup": [{"filters": [condition]}]}))
    }

    #[test]
    fn operators_compare_as_documented() {
        let event = json!({
            "severity": 7, "name": "alpha", "open": true, "tags": ["a", "b"], "none": null,
            "location": {"address": {"country": "USA"}}
        });
        let cases = [
            ("severity", "eq", json!(7), true),
            ("severity", "eq", json!(7.0), true),
            ("severity", "eq", json!("7"), false),
            ("open", "eq", json!(true), true),
            ("severity", "ne", json!(8), true),
            ("none", "ne", json!(8), false),
            ("severity", "le", json!(7), true),
            ("severity", "lt", json!(7), false),
            ("severity", "ge", json!(7), true),
            ("severity", "gt", json!(6.5), true),
            ("name", "gt", json!("Alpha"), true),
            ("name", "contains", json!("lph"), true),
            ("tags", "contains", json!("a"), true),
            ("tags", "contains", json!("c"), false),
            ("tags", "notContains", json!("c"), true),
            ("none", "notContains", json!("c"), false),
            ("name", "beginsWith", json!("al"), true),
            ("name", "beginsWith", json!("Al"), false),
            ("name", "in", json!(["beta", "alpha"]), true),
            ("name", "notIn", json!(["beta"]), true),
            ("none", "notIn", json!(["beta"]), false),
            ("severity", "between", json!([6, 8]), true),
            ("severity", "between", json!([7, 8]), false),
            ("tags", "containsAny", json!(["x", "b"]), true),
            ("tags", "containsAny", json!(["x"]), false),
            ("location.address.country", "eq", json!("USA"), true),
            ("location.address.city", "eq", json!("USA"), false),
            ("missing", "eq", json!("x"), false),
        ];
        for (field, operator, value, expected) in cases {
            let filter = one(field, operator, value.clone()).unwrap();
            assert_eq!(filter.matches_json(&event), expected, "{field} {operator} {value}");
        }
    }

    #[test]
    fn groups_are_alternatives_and_their_conditions_all_hold() {
        let filter = Filter::parse(json!({"filterGroup": [
            {"filters": [
                {"fieldName": "a", "operator": "eq", "value": 1},
                {"fieldName": "b", "operator": "eq", "value": 2}
            ]},
            {"filters": [{"fieldName": "c", "operator": "eq", "value": 3}]}
        ]}))
        .unwrap();
        assert!(filter.matches_json(&json!({"a": 1, "b": 2})));
        assert!(!filter.matches_json(&json!({"a": 1})));
        assert!(filter.matches_json(&json!({"a": 1, "c": 3})));
    }

    #[test]
    fn mistakes_are_refused() {
        let long = "x".repeat(LONGEST_TEXT + 1);
        let mistakes = [
            one("a", "equals", json!(1)),
            one("a", "eq", json!(null)),
            one("a", "eq", json!(long)),
            one("a", "in", json!([1, 2, 3, 4, 5, 6])),
            one("a", "in", json!([])),
            one("a", "between", json!([1])),
            one("a", "beginsWith", json!(1)),
            one("a", "lt", json!(true)),
            one("a.b.c.d.e.f", "eq", json!(1)),
            one("a", "containsAny", json!((0..21).collect::<Vec<_>>())),
            Filter::parse(json!({"filterGroup": []})),
            Filter::parse(json!({"filterGroup": [{"filters": []}]})),
            Filter::parse(json!({"filters": []})),
        ];
        for (index, mistake) in mistakes.iter().enumerate() {
            assert!(mistake.is_err(), "{index}");
        }
    }

    #[test]
    fn several_ins_multiply() {
        let within = |field: &str, count: usize| {
            let values: Vec<usize> = (0..count).collect();
            json!({"fieldName": field, "operator": "in", "value": values})
        };
        let filter = |one: usize, other: usize| {
            Filter::parse(json!({"filterGroup": [{"filters": [within("a", one), within("b", other)]}]}))
        };
        assert!(filter(5, 2).is_ok());
        assert!(filter(4, 3).is_err());
    }
}
