//! What a condition asks of a field's value.

use std::cmp::Ordering;

use serde_json::Value;

use crate::output::Output;

/// The value of a field, as far as filters look at it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    /// No such field, null, or an object.
    Nothing,
    One(&'a Value),
    Items(&'a [Value]),
    Outputs(&'a [Output]),
}

impl<'a> Found<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null | Value::Object(_) => Found::Nothing,
            Value::Array(items) => Found::Items(items),
            one => Found::One(one),
        }
    }

    fn has_item(self, wanted: &Value) -> bool {
        match self {
            Found::Items(items) => items.iter().any(|item| same(item, wanted)),
            Found::Outputs(items) => {
                items.iter().any(|item| matches!(item, Output::Leaf(item) if same(item, wanted)))
            }
            Found::Nothing | Found::One(_) => false,
        }
    }
}

/// A comparison and what to compare with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operator {
    Eq(Value),
    Ne(Value),
    Le(Value),
    Lt(Value),
    Ge(Value),
    Gt(Value),
    Contains(Value),
    NotContains(Value),
    BeginsWith(String),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    /// Between the two, without them: the example of the documentation reads so.
    Between(Value, Value),
    ContainsAny(Vec<Value>),
}

impl Operator {
    /// A field without a value satisfies nothing, not even a negation.
    pub(super) fn holds(&self, found: Found<'_>) -> bool {
        match (self, found) {
            (_, Found::Nothing) => false,
            (Operator::Contains(wanted), found) => contains(found, wanted),
            (Operator::NotContains(wanted), found) => !contains(found, wanted),
            (Operator::ContainsAny(wanted), found) => wanted.iter().any(|wanted| found.has_item(wanted)),
            (operator, Found::One(value)) => operator.holds_for(value),
            (_, Found::Items(_) | Found::Outputs(_)) => false,
        }
    }

    fn holds_for(&self, value: &Value) -> bool {
        let is = |wanted: &Value, test: fn(Ordering) -> bool| order(value, wanted).is_some_and(test);
        match self {
            Operator::Eq(wanted) => same(value, wanted),
            Operator::Ne(wanted) => !same(value, wanted),
            Operator::Le(wanted) => is(wanted, Ordering::is_le),
            Operator::Lt(wanted) => is(wanted, Ordering::is_lt),
            Operator::Ge(wanted) => is(wanted, Ordering::is_ge),
            Operator::Gt(wanted) => is(wanted, Ordering::is_gt),
            Operator::Between(low, high) => is(low, Ordering::is_gt) && is(high, Ordering::is_lt),
            Operator::BeginsWith(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix)),
            Operator::In(wanted) => wanted.iter().any(|wanted| same(value, wanted)),
            Operator::NotIn(wanted) => !wanted.iter().any(|wanted| same(value, wanted)),
            Operator::Contains(_) | Operator::NotContains(_) | Operator::ContainsAny(_) => false,
        }
    }
}

fn contains(found: Found<'_>, wanted: &Value) -> bool {
    match (found, wanted) {
        (Found::One(Value::String(text)), Value::String(part)) => text.contains(part),
        _ => found.has_item(wanted),
    }
}

/// Numbers are equal by value, everything else by type and value.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => order(one, other) == Some(Ordering::Equal),
        _ => one == other,
    }
}

fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
        },
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        _ => None,
    }
}
