//! Values of an answer, in the order in which they were asked for.

use apollo_compiler::Name;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A completed value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Output {
    /// Null or a scalar, or the whole answer of an introspection field.
    Leaf(Value),
    List(Vec<Output>),
    Object(Vec<(Name, Output)>),
}

impl Output {
    pub(crate) const NULL: Output = Output::Leaf(Value::Null);

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Output::Leaf(Value::Null))
    }

    /// The field of an object under this response key.
    pub(crate) fn get(&self, key: &str) -> Option<&Output> {
        match self {
            Output::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl Serialize for Output {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Output::Leaf(value) => value.serialize(serializer),
            Output::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Output::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name.as_str(), value)?;
                }
                map.end()
            }
        }
    }
}
