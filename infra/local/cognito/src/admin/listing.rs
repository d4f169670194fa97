//! `ListUsers`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::response::Failure;
use crate::store::users;
use crate::user::User;

/// As many as AWS gives at once.
const MOST: usize = 60;

/// Attributes that can be searched for. Source: the API reference of `ListUsers`.
const SEARCHABLE: [&str; 10] = [
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUsers {
    user_pool_id: String,
    attributes_to_get: Option<Vec<String>>,
    limit: Option<usize>,
    pagination_token: Option<String>,
    filter: Option<String>,
}

/// `email = "…"` or `email ^= "…"`.
#[derive(Debug, PartialEq, Eq)]
struct Filter {
    name: String,
    value: String,
    by_prefix: bool,
}

impl Pools {
    pub(crate) fn list_users(&self, request: ListUsers) -> Result<Value, Failure> {
        self.check_pool(&request.user_pool_id)?;
        let filter = request.filter.as_deref().filter(|text| !text.trim().is_empty()).map(Filter::parse);
        let filter = filter.transpose()?;
        let limit = request.limit.unwrap_or(MOST);
        if !(1..=MOST).contains(&limit) {
            return Err(Failure::invalid_parameter("Limit must be between 1 and 60"));
        }
        let after = request.pagination_token.unwrap_or_default();
        let mut found = self.store.read(|connection| users::list(connection, &after))?;
        found.retain(|user| filter.as_ref().is_none_or(|filter| filter.accepts(user)));
        let more = found.len() > limit;
        found.truncate(limit);
        let wanted = request.attributes_to_get.as_deref();
        let described: Vec<Value> = found.iter().map(|user| select(user, wanted)).collect();
        let mut answer = json!({ "Users": described });
        if let Some(last) = found.last().filter(|_| more) {
            answer["PaginationToken"] = json!(last.sub);
        }
        Ok(answer)
    }
}

fn select(user: &User, wanted: Option<&[String]>) -> Value {
    let mut described = user.describe("Attributes");
    if let (Some(wanted), Some(list)) = (wanted, described["Attributes"].as_array_mut()) {
        list.retain(|attribute| wanted.iter().any(|name| attribute["Name"] == *name));
    }
    described
}

impl Filter {
    fn parse(text: &str) -> Result<Self, Failure> {
        let invalid = || Failure::invalid_parameter("One or more requested filters are not valid");
        let (left, right) = text.split_once('=').ok_or_else(invalid)?;
        let (name, by_prefix) = match left.trim().strip_suffix('^') {
            Some(name) => (name, true),
            None => (left, false),
        };
        let name = name.trim().trim_matches('"');
        let value = right.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        if !SEARCHABLE.contains(&name) {
            return Err(invalid());
        }
        Ok(Filter {
            name: name.to_owned(),
            value: value.ok_or_else(invalid)?.replace("\\\"", "\""),
            by_prefix,
        })
    }

    fn accepts(&self, user: &User) -> bool {
        let enabled = if user.enabled { "Enabled" } else { "Disabled" };
        let actual = match self.name.as_str() {
            "sub" => user.sub.as_str(),
            "username" => user.name(),
            "cognito:user_status" => user.status.name(),
            "status" => enabled,
            name => user.attributes.get(name).map_or("", String::as_str),
        };
        let (actual, wanted) = (actual.to_lowercase(), self.value.to_lowercase());
        if self.by_prefix { actual.starts_with(&wanted) } else { actual == wanted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read() {
        let filter = |name: &str, value: &str, by_prefix| Filter {
            name: name.to_owned(),
            value: value.to_owned(),
            by_prefix,
        };
        assert_eq!(Filter::parse(r#"email = "a@b.c""#).unwrap(), filter("email", "a@b.c", false));
        assert_eq!(Filter::parse(r#"name ^= "Al""#).unwrap(), filter("name", "Al", true));
        assert_eq!(Filter::parse(r#""sub"="x=y""#).unwrap(), filter("sub", "x=y", false));
        for text in ["email", "email = a", "custom:x = \"1\"", "= \"\""] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }
}
