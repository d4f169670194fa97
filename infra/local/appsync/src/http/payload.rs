//! The body of a request.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A request to execute a document. Other members, such as `extensions`, are ignored.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payload {
    pub(crate) query: String,
    /// An object or null.
    #[serde(default)]
    pub(crate) variables: Value,
    #[serde(default)]
    pub(crate) operation_name: Option<String>,
}

/// Why a body is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    Empty,
    Unparseable,
}

impl Malformed {
    pub(crate) fn message(self) -> &'static str {
        match self {
            Malformed::Empty => "Request body is empty.",
            Malformed::Unparseable => "Unable to parse GraphQL query.",
        }
    }
}

impl Payload {
    /// Reads a body, which is JSON whatever its content type says.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Malformed> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(Malformed::Empty);
        }
        let payload: Payload = serde_json::from_slice(body).map_err(|_| Malformed::Unparseable)?;
        payload.checked()
    }

    /// Reads the parameters of a URL.
    pub(crate) fn read_query(query: &str) -> Result<Self, Malformed> {
        let parameter = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
            Some(percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
        };
        let variables = match parameter("variables").filter(|text| !text.is_empty()) {
            Some(text) => serde_json::from_str(&text).map_err(|_| Malformed::Unparseable)?,
            None => Value::Null,
        };
        let query = parameter("query").ok_or(Malformed::Empty)?;
        Payload { query, variables, operation_name: parameter("operationName") }.checked()
    }

    fn checked(mut self) -> Result<Self, Malformed> {
        self.operation_name = self.operation_name.filter(|name| !name.is_empty());
        match self.variables {
            Value::Null | Value::Object(_) => Ok(self),
            _ => Err(Malformed::Unparseable),
        }
    }

    /// The variables, none if there are none.
    pub(crate) fn variables_map(&self) -> Map<String, Value> {
        self.variables.as_object().cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_request_is_malformed() {
        for body in ["", " \n"] {
            assert_eq!(Payload::read(body.as_bytes()), Err(Malformed::Empty), "{body:?}");
        }
        let bodies = [
            "meow",
            "{}",
            "{}}",
            "[]",
            r#"{"query": 1}"#,
            r#"[{"query": "{ a }"}]"#,
            r#"{"query":"{a}","variables":[]}"#,
        ];
        for body in bodies {
            assert_eq!(Payload::read(body.as_bytes()), Err(Malformed::Unparseable), "{body:?}");
        }
    }

    #[test]
    fn unknown_members_and_nulls_are_fine() {
        let body =
            json!({"query": "{ a }", "variables": null, "operationName": null, "extensions": {"x": 1}});
        let payload = Payload::read(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            payload,
            Payload { query: "{ a }".to_owned(), variables: Value::Null, operation_name: None }
        );
    }

    #[test]
    fn a_url_carries_a_request_too() {
        let payload = Payload::read_query(
            "query=query+Q(%24a%3AInt)%7Ba%7D&variables=%7B%22a%22%3A1%7D&operationName=Q",
        );
        let expected = Payload {
            query: "query Q($a:Int){a}".to_owned(),
            variables: json!({"a": 1}),
            operation_name: Some("Q".to_owned()),
        };
        assert_eq!(payload, Ok(expected));
        assert_eq!(Payload::read_query(""), Err(Malformed::Empty));
    }
}
