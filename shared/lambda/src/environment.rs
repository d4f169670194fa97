//! The environment variables of a function.

use std::collections::BTreeMap;

/// Environment variables by name, as the template sets them.
///
/// | name | for |
/// |---|---|
/// | `TABLE_NAME` | the table of [`Context::store`](crate::Context::store) |
/// | `CURSOR_KEY` | the secret behind [`Context::cursors`](crate::Context::cursors) |
/// | `EVENT_BUS_NAME` | the bus of [`Context::bus`](crate::Context::bus) |
/// | `API_URL` | the GraphQL endpoint of [`Context::api`](crate::Context::api) |
/// | `STAGE` | `dev` or `prod` |
/// | `LOG_LEVEL` | `error`, `warn`, `info` (default), `debug` or `trace` |
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Environment { variables: variables.into_iter().collect() }
    }
}
