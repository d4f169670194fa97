//! SAM's `Globals`: properties that all functions of a template share.

use serde_json::{Map, Value};

/// Merges the globals for functions into each function: maps by key, lists end to end, everything else overridden.
pub(crate) fn apply(globals: &Map<String, Value>, resources: &mut Map<String, Value>) {
    let Some(shared @ Value::Object(_)) = globals.get("Function") else { return };
    for resource in resources.values_mut() {
        let Value::Object(resource) = resource else { continue };
        if resource.get("Type").and_then(Value::as_str) == Some("AWS::Serverless::Function") {
            let own = resource.remove("Properties").unwrap_or_else(|| Value::Object(Map::new()));
            resource.insert("Properties".to_owned(), merge(shared.clone(), own));
        }
    }
}

fn merge(shared: Value, own: Value) -> Value {
    match (shared, own) {
        (Value::Object(mut shared), Value::Object(own)) if !is_intrinsic(&shared) && !is_intrinsic(&own) => {
            for (name, value) in own {
                let value = match shared.remove(&name) {
                    Some(below) => merge(below, value),
                    None => value,
                };
                shared.insert(name, value);
            }
            Value::Object(shared)
        }
        (Value::Array(mut shared), Value::Array(own)) => {
            shared.extend(own);
            Value::Array(shared)
        }
        (_, own) => own,
    }
}

/// Whether an object stands for a value that is not known yet.
pub(crate) fn is_intrinsic(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.keys().all(|name| name == "Ref" || name.starts_with("Fn::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn functions_take_the_globals_and_override_them() {
        let globals = json!({"Function": {
            "Timeout": 10, "MemorySize": 256, "Tags": {"a": "1"}, "Layers": ["x"],
            "Environment": {"Variables": {"STAGE": {"Ref": "Stage"}, "TABLE_NAME": "t"}}
        }});
        let mut resources = json!({
            "F": {"Type": "AWS::Serverless::Function", "Properties": {
                "Timeout": 5, "Layers": ["y"], "Environment": {"Variables": {"STAGE": {"Fn::Sub": "x"}, "API_URL": "u"}}
            }},
            "Q": {"Type": "AWS::SQS::Queue"}
        });
        apply(globals.as_object().unwrap(), resources.as_object_mut().unwrap());
        let expected = json!({
            "Timeout": 5, "MemorySize": 256, "Tags": {"a": "1"}, "Layers": ["x", "y"],
            "Environment": {"Variables": {"STAGE": {"Fn::Sub": "x"}, "TABLE_NAME": "t", "API_URL": "u"}}
        });
        assert_eq!(resources["F"]["Properties"], expected);
        assert_eq!(resources["Q"], json!({"Type": "AWS::SQS::Queue"}));
    }
}
