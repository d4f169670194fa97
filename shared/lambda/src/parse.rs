//! JSON into domain types, with errors that name the field.

use domain::Error;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::redact::unquoted;

/// Reads arguments; what does not fit is a `BadRequest` whose words begin with the field's name.
///
/// The words of a domain type's own check are kept: `userId: not the id of a user`.
pub fn parse<T: DeserializeOwned>(arguments: Value) -> Result<T, Error> {
    read(arguments).map_err(Error::bad_request)
}

/// Reads what AWS or our own code wrote; what does not fit is our mistake.
pub(crate) fn parse_ours<T: DeserializeOwned>(what: &str, value: Value) -> Result<T, Error> {
    read(value).map_err(|reason| Error::internal(format!("{what} has another form: {reason}")))
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let reason = reason(&error.into_inner());
        // The path to an unknown field ends with its name, which is whatever somebody wrote.
        let is_known = path != "." && !reason.starts_with("unknown field ");
        if is_known { format!("{path}: {reason}") } else { reason }
    })
}

/// Why a value does not fit, without the value: AppSync logs the words of an error, and so do we.
fn reason(error: &serde_json::Error) -> String {
    const QUOTING: [&str; 4] = ["invalid type: ", "invalid value: ", "unknown variant ", "unknown field "];
    let reason = error.to_string();
    let quotes = QUOTING.iter().any(|start| reason.starts_with(start));
    if quotes { unquoted(&reason).into_owned() } else { reason }
}

#[cfg(test)]
mod tests {
    use domain::id::UserId;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Arguments {
        #[expect(dead_code, reason = "only parsed")]
        user_ids: Vec<UserId>,
    }

    #[test]
    fn the_words_name_the_field_and_keep_the_reason() {
        let id = "00000000-0000-4000-8000-000000000001";
        let error = parse::<Arguments>(json!({"userIds": [id, "bob"]})).unwrap_err();
        assert_eq!(error.message(), "userIds[1]: not the id of a user");
    }

    #[test]
    fn what_was_given_is_not_repeated() {
        for arguments in [json!({"userIds": "my secret"}), json!({"userIds": [], "mySecret": 1})] {
            let error = parse::<Arguments>(arguments).unwrap_err();
            assert!(!error.message().to_lowercase().contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_absent_field_is_named() {
        let error = parse::<Arguments>(json!({})).unwrap_err();
        assert_eq!(error.message(), "missing field `userIds`");
    }
}
