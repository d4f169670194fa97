//! The answer to a GraphQL request.

use serde::Deserialize;
use serde_json::Value;

/// Data and errors, as they came.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Reply {
    /// The data.
    #[serde(default)]
    pub data: Value,
    /// The errors.
    #[serde(default)]
    pub errors: Vec<Value>,
}

impl Reply {
    /// The value of the only root field; panics with the errors if there are any.
    #[track_caller]
    pub fn value(self) -> Value {
        assert!(self.errors.is_empty(), "{:#?}", self.errors);
        let Value::Object(data) = self.data else { panic!("no data") };
        assert_eq!(data.len(), 1, "one root field");
        data.into_iter().next().map(|(_, value)| value).unwrap_or_default()
    }

    /// The type of the first error, if there is one.
    pub fn error_type(&self) -> Option<&str> {
        self.errors.first()?["errorType"].as_str()
    }

    /// Whether the request may just be sent again.
    pub fn is_passing(&self) -> bool {
        matches!(self.error_type(), Some("Unavailable" | "RateLimited"))
    }

    /// Checks that the request was refused with one error of a type; gives its message.
    #[track_caller]
    pub fn refused(&self, error_type: &str) -> String {
        assert_eq!(self.error_type(), Some(error_type), "{self:#?}");
        assert_eq!(self.errors.len(), 1, "{self:#?}");
        self.errors[0]["message"].as_str().unwrap_or_default().to_owned()
    }
}
