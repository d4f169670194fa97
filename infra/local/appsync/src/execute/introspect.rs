//! Questions about the schema itself.

use apollo_compiler::introspection;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use serde_json::Value;

use crate::error::GraphqlError;
use crate::execute::{Execution, FieldGroup};
use crate::output::Output;

impl<'a> Execution<'a> {
    /// The answer to `__schema` or `__type`.
    pub(super) fn introspect(&self, group: &FieldGroup<'a>) -> Output {
        match self.introspection(group) {
            Ok(answer) => Output::Leaf(answer),
            Err(message) => {
                self.record(GraphqlError::validation(message, None));
                Output::NULL
            }
        }
    }

    fn introspection(&self, group: &FieldGroup<'a>) -> Result<Value, String> {
        let (catalog, document) = (&self.engine.catalog, &self.prepared.document);
        let said = |error: apollo_compiler::request::RequestError| error.message().to_string();
        introspection::check_max_depth(document, self.operation).map_err(said)?;
        let given: JsonMap = serde_json::from_value(self.request.variables.clone()).unwrap_or_default();
        let variables = coerce_variable_values(&catalog.schema, self.operation, &given).map_err(said)?;
        let response = introspection::partial_execute(
            &catalog.schema,
            &catalog.implementers,
            document,
            self.operation,
            &variables,
        );
        let data = serde_json::to_value(response.map_err(said)?.data).map_err(|error| error.to_string())?;
        Ok(data.get(group.key.as_str()).cloned().unwrap_or_default())
    }
}
