//! Errors as AppSync puts them on the wire.

use std::sync::Arc;

use apollo_compiler::Name;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// One element of `errors`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GraphqlError {
    path: Option<Vec<Segment>>,
    #[serde(flatten)]
    detail: Option<Box<Detail>>,
    locations: Option<Vec<Location>>,
    message: String,
}

/// What only errors of resolvers carry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    data: Value,
    error_type: Option<String>,
    error_info: Value,
}

/// A place in the document. AppSync writes a `sourceName` of null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) source_name: (),
}

impl GraphqlError {
    /// An error that stops a request before it runs.
    pub(crate) fn validation(message: impl Into<String>, locations: Option<Vec<Location>>) -> Self {
        GraphqlError { path: None, detail: None, locations, message: message.into() }
    }

    /// An error of the engine itself about a value, which has a path and nothing else.
    pub(crate) fn value(message: impl Into<String>, path: &Path) -> Self {
        GraphqlError { path: Some(path.segments()), detail: None, locations: None, message: message.into() }
    }

    /// An error of a resolver.
    pub(crate) fn field(failure: Failure, path: &Path, location: Option<Location>) -> Self {
        GraphqlError {
            path: Some(path.segments()),
            detail: Some(Box::new(Detail {
                data: failure.data,
                error_type: failure.error_type,
                error_info: failure.error_info,
            })),
            locations: location.map(|location| vec![location]),
            message: failure.message,
        }
    }

    /// An error of a whole request that has a type, such as an exceeded limit.
    pub(crate) fn request(error_type: &str, message: impl Into<String>) -> Self {
        let detail =
            Detail { data: Value::Null, error_type: Some(error_type.to_owned()), error_info: Value::Null };
        GraphqlError { path: None, detail: Some(Box::new(detail)), locations: None, message: message.into() }
    }

    /// The type, if it has one.
    pub(crate) fn error_type(&self) -> Option<&str> {
        self.detail.as_ref().and_then(|detail| detail.error_type.as_deref())
    }

    /// The text.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

/// Why a field has no value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) error_type: Option<String>,
    pub(crate) data: Value,
    pub(crate) error_info: Value,
}

impl Failure {
    pub(crate) fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        Failure {
            message: message.into(),
            error_type: Some(error_type.into()),
            data: Value::Null,
            error_info: Value::Null,
        }
    }

    /// The denial of one field.
    pub(crate) fn unauthorized(type_name: &str, field: &str) -> Self {
        Failure::new("Unauthorized", format!("Not Authorized to access {field} on type {type_name}"))
    }
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Key(Name),
    Index(usize),
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Segment::Key(name) => serializer.serialize_str(name),
            Segment::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

/// A place in the answer. Cheap to extend and to clone: paths share their beginnings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path(Option<Arc<(Path, Segment)>>);

impl Path {
    pub(crate) const ROOT: Path = Path(None);

    pub(crate) fn key(&self, key: &Name) -> Path {
        Path(Some(Arc::new((self.clone(), Segment::Key(key.clone())))))
    }

    pub(crate) fn index(&self, index: usize) -> Path {
        Path(Some(Arc::new((self.clone(), Segment::Index(index)))))
    }

    pub(crate) fn segments(&self) -> Vec<Segment> {
        let (mut segments, mut rest) = (Vec::new(), &self.0);
        while let Some(step) = rest {
            segments.push(step.1.clone());
            rest = &step.0.0;
        }
        segments.reverse();
        segments
    }

    /// The form within messages, such as `/posts/items[3]/id`.
    pub(crate) fn slashed(&self) -> String {
        self.segments().iter().fold(String::new(), |text, segment| match segment {
            Segment::Key(name) => format!("{text}/{name}"),
            Segment::Index(index) => format!("{text}[{index}]"),
        })
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::name;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_denied_field_looks_as_in_the_cloud() {
        let path = Path::default().key(&name!("f"));
        let location = Location { line: 2, column: 3, source_name: () };
        let error = GraphqlError::field(Failure::unauthorized("T", "f"), &path, Some(location));
        let expected = json!({
            "path": ["f"], "data": null, "errorType": "Unauthorized", "errorInfo": null,
            "locations": [{"line": 2, "column": 3, "sourceName": null}],
            "message": "Not Authorized to access f on type T"
        });
        assert_eq!(serde_json::to_value(error).unwrap(), expected);
    }

    #[test]
    fn a_validation_error_has_no_type() {
        let error = serde_json::to_value(GraphqlError::validation("m", None)).unwrap();
        assert_eq!(error, json!({"path": null, "locations": null, "message": "m"}));
    }

    #[test]
    fn a_path_reads_as_in_messages() {
        let path = Path::default().key(&name!("posts")).key(&name!("items")).index(3).key(&name!("id"));
        assert_eq!(path.slashed(), "/posts/items[3]/id");
    }
}
