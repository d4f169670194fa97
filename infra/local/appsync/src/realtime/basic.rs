//! Arguments of a subscription as a filter: each must equal the field of its name.

use std::collections::HashMap;

use apollo_compiler::executable::Value as Literal;
use serde_json::{Map, Value};

use crate::execute::FieldGroup;
use crate::output::Output;

/// The arguments that a client supplied.
#[derive(Debug, Default)]
pub(super) struct ArgumentFilter {
    wanted: HashMap<String, Value>,
}

impl ArgumentFilter {
    /// An argument that is absent filters nothing. One whose variable is declared but not supplied counts as an
    /// explicit null, against the GraphQL specification: AppSync does so (aws-appsync-community #94).
    pub(super) fn new(group: &FieldGroup<'_>, arguments: &Map<String, Value>) -> Self {
        let wanted = group.field.arguments.iter().map(|argument| {
            let value = match (&*argument.value, arguments.get(argument.name.as_str())) {
                (_, Some(value)) => value.clone(),
                (Literal::Variable(_) | _, None) => Value::Null,
            };
            (argument.name.to_string(), value)
        });
        ArgumentFilter { wanted: wanted.collect() }
    }

    pub(super) fn matches(&self, value: &Output) -> bool {
        self.wanted.iter().all(|(name, wanted)| match value.get(name) {
            None => wanted.is_null(),
            Some(Output::Leaf(found)) => found == wanted,
            Some(found) => serde_json::to_value(found).is_ok_and(|found| found == *wanted),
        })
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::name;
    use serde_json::json;

    use super::*;

    fn filter(wanted: &[(&str, Value)]) -> ArgumentFilter {
        ArgumentFilter {
            wanted: wanted.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        }
    }

    fn event() -> Output {
        Output::Object(vec![
            (name!("id"), Output::Leaf(json!("1"))),
            (name!("owner"), Output::NULL),
            (name!("tags"), Output::List(vec![Output::Leaf(json!("a"))])),
        ])
    }

    #[test]
    fn every_argument_must_match() {
        assert!(filter(&[]).matches(&event()));
        assert!(filter(&[("id", json!("1"))]).matches(&event()));
        assert!(!filter(&[("id", json!("2"))]).matches(&event()));
        assert!(!filter(&[("id", json!("1")), ("owner", json!("x"))]).matches(&event()));
        assert!(filter(&[("tags", json!(["a"]))]).matches(&event()));
    }

    #[test]
    fn null_wants_null_or_nothing() {
        assert!(filter(&[("owner", Value::Null)]).matches(&event()));
        assert!(filter(&[("missing", Value::Null)]).matches(&event()));
        assert!(!filter(&[("id", Value::Null)]).matches(&event()));
    }

    #[test]
    fn a_field_that_the_mutation_did_not_select_matches_no_value() {
        assert!(!filter(&[("missing", json!("x"))]).matches(&event()));
    }
}
