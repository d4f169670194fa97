//! Enhanced filters, which a subscription's resolver sets.

mod operator;
mod parse;

use apollo_compiler::Schema;
use serde_json::Value;

use crate::output::Output;
use crate::realtime::filter::operator::{Found, Operator};

/// Alternatives, each of which is a list of conditions that must all hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    groups: Vec<Vec<Condition>>,
}

/// What one field must be like.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    /// The way to the field, one name per level.
    path: Vec<String>,
    operator: Operator,
}

impl Filter {
    /// A field that values of a type do not have, if the filter names one. It could never match.
    pub(super) fn unknown_field(&self, schema: &Schema, ty: &str) -> Option<String> {
        let is_known = |condition: &&Condition| {
            let mut here = Some(ty);
            for name in &condition.path {
                let field = here.and_then(|ty| schema.type_field(ty, name).ok());
                here = field.map(|field| field.ty.inner_named_type().as_str());
            }
            here.is_some()
        };
        let unknown = self.groups.iter().flatten().find(|condition| !is_known(condition));
        unknown.map(|condition| condition.path.join("."))
    }

    /// Whether the result of a mutation matches. A list as the whole result never does.
    pub(super) fn matches_output(&self, value: &Output) -> bool {
        matches!(value, Output::Object(_))
            && self.holds(|path| {
                let mut here = Some(value);
                for name in path {
                    here = here.and_then(|value| value.get(name));
                }
                here.map_or(Found::Nothing, |value| match value {
                    Output::Leaf(value) => Found::of(value),
                    Output::List(items) => Found::Outputs(items),
                    Output::Object(_) => Found::Nothing,
                })
            })
    }

    /// Whether the payload of an invalidation matches.
    pub(super) fn matches_json(&self, payload: &Value) -> bool {
        self.holds(|path| {
            let mut here = Some(payload);
            for name in path {
                here = here.and_then(|value| value.get(name));
            }
            here.map_or(Found::Nothing, Found::of)
        })
    }

    fn holds<'v>(&self, find: impl Fn(&[String]) -> Found<'v>) -> bool {
        let all = |group: &Vec<Condition>| {
            group.iter().all(|condition| condition.operator.holds(find(&condition.path)))
        };
        self.groups.iter().any(all)
    }
}
