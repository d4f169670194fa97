//! From the request of a script to the request of DynamoDB's API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Call, Wanted, value};
use crate::error::Failure;

/// Expressions of a request, whose placeholders DynamoDB takes together.
#[derive(Default)]
struct Placeholders {
    names: Map<String, Value>,
    values: Map<String, Value>,
}

/// Reads `{operation, key, …}`.
pub(super) fn read(table: &str, mut asked: Value) -> Result<Call, Failure> {
    let operation = asked.get("operation").and_then(Value::as_str).map(str::to_owned);
    let operation =
        operation.ok_or_else(|| refused("Value for field '$[operation]' not found.".to_owned()))?;
    match operation.as_str() {
        "GetItem" => get(table, &mut asked),
        "PutItem" => put(table, &mut asked),
        "UpdateItem" => update(table, &mut asked),
        "DeleteItem" => delete(table, &mut asked),
        "Query" => page(table, &mut asked, "Query"),
        "Scan" => page(table, &mut asked, "Scan"),
        "BatchGetItem" | "BatchPutItem" | "BatchDeleteItem" | "TransactGetItems" | "TransactWriteItems"
        | "Sync" => Err(refused(format!(
            "{operation} is not available locally: use a function, or one item at a time"
        ))),
        other => Err(refused(format!("Unsupported operation '{other}'."))),
    }
}

fn get(table: &str, asked: &mut Value) -> Result<Call, Failure> {
    let mut request =
        json!({"TableName": table, "Key": key(asked)?, "ConsistentRead": asked["consistentRead"] == true});
    let mut placeholders = Placeholders::default();
    placeholders.expression(&mut request, "ProjectionExpression", &mut asked["projection"]);
    placeholders.fill(&mut request);
    Ok(Call { operation: "GetItem", request, wanted: None })
}

fn put(table: &str, asked: &mut Value) -> Result<Call, Failure> {
    let mut item = value::attributes(asked["attributeValues"].take());
    if item.is_null() {
        item = json!({});
    }
    let keys = key(asked)?;
    if let (Some(item), Value::Object(keys)) = (item.as_object_mut(), keys) {
        item.extend(keys);
    }
    let wanted = wanted(asked, Some(item.clone()));
    let request = json!({"TableName": table, "Item": item});
    conditional("PutItem", request, Placeholders::default(), asked, wanted)
}

fn update(table: &str, asked: &mut Value) -> Result<Call, Failure> {
    let mut request = json!({"TableName": table, "Key": key(asked)?, "ReturnValues": "ALL_NEW"});
    let mut placeholders = Placeholders::default();
    placeholders.expression(&mut request, "UpdateExpression", &mut asked["update"]);
    conditional("UpdateItem", request, placeholders, asked, None)
}

fn delete(table: &str, asked: &mut Value) -> Result<Call, Failure> {
    let request = json!({"TableName": table, "Key": key(asked)?, "ReturnValues": "ALL_OLD"});
    let wanted = wanted(asked, None);
    conditional("DeleteItem", request, Placeholders::default(), asked, wanted)
}

/// Adds the condition, if there is one.
fn conditional(
    operation: &'static str,
    mut request: Value,
    mut placeholders: Placeholders,
    asked: &mut Value,
    wanted: Option<Wanted>,
) -> Result<Call, Failure> {
    let condition = &mut asked["condition"];
    let handler = condition.pointer("/conditionalCheckFailedHandler/strategy").and_then(Value::as_str);
    if handler == Some("Custom") {
        return Err(refused("conditionalCheckFailedHandler 'Custom' is not available locally.".to_owned()));
    }
    if !condition.is_null() {
        placeholders.expression(&mut request, "ConditionExpression", condition);
        request["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
    }
    placeholders.fill(&mut request);
    Ok(Call { operation, request, wanted })
}

fn wanted(asked: &Value, item: Option<Value>) -> Option<Wanted> {
    let condition = asked.get("condition").filter(|condition| !condition.is_null())?;
    let ignored = condition["equalsIgnore"].as_array().into_iter().flatten();
    Some(Wanted { item, ignored: ignored.filter_map(Value::as_str).map(str::to_owned).collect() })
}

fn page(table: &str, asked: &mut Value, operation: &'static str) -> Result<Call, Failure> {
    let mut request = json!({"TableName": table, "ConsistentRead": asked["consistentRead"] == true});
    let mut placeholders = Placeholders::default();
    if operation == "Query" {
        if asked["query"]["expression"].as_str().is_none() {
            return Err(refused("Value for field '$[query]' not found.".to_owned()));
        }
        placeholders.expression(&mut request, "KeyConditionExpression", &mut asked["query"]);
        request["ScanIndexForward"] = json!(asked["scanIndexForward"] != false);
    }
    placeholders.expression(&mut request, "FilterExpression", &mut asked["filter"]);
    placeholders.expression(&mut request, "ProjectionExpression", &mut asked["projection"]);
    placeholders.fill(&mut request);
    for (from, to) in [
        ("index", "IndexName"),
        ("limit", "Limit"),
        ("select", "Select"),
        ("segment", "Segment"),
        ("totalSegments", "TotalSegments"),
    ] {
        let given = asked[from].take();
        if !given.is_null() {
            request[to] = given;
        }
    }
    if let Some(token) = asked["nextToken"].as_str() {
        request["ExclusiveStartKey"] = start_key(token)?;
    }
    Ok(Call { operation, request, wanted: None })
}

/// The token of a page is the key of its last item. AWS seals it; here it may be read.
fn start_key(token: &str) -> Result<Value, Failure> {
    let bytes = STANDARD.decode(token).ok();
    let key = bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()).filter(Value::is_object);
    key.ok_or_else(|| Failure::new("BadRequestException", "Invalid pagination token given."))
}

fn key(asked: &mut Value) -> Result<Value, Failure> {
    match asked["key"].take() {
        key @ Value::Object(_) => Ok(value::attributes(key)),
        _ => Err(refused("Value for field '$[key]' not found.".to_owned())),
    }
}

fn refused(message: String) -> Failure {
    Failure::new("MappingTemplate", message)
}

impl Placeholders {
    /// Moves `{expression, expressionNames, expressionValues}` into a request.
    fn expression(&mut self, request: &mut Value, member: &str, written: &mut Value) {
        let Some(expression) = written.get("expression").filter(|text| text.is_string()) else { return };
        request[member] = expression.clone();
        if let Value::Object(names) = written["expressionNames"].take() {
            self.names.extend(names);
        }
        if let Value::Object(values) = value::attributes(written["expressionValues"].take()) {
            self.values.extend(values);
        }
    }

    fn fill(self, request: &mut Value) {
        if !self.names.is_empty() {
            request["ExpressionAttributeNames"] = Value::Object(self.names);
        }
        if !self.values.is_empty() {
            request["ExpressionAttributeValues"] = Value::Object(self.values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_put_joins_key_and_attributes() {
        let asked = json!({
            "operation": "PutItem", "key": {"id": {"S": "1"}}, "attributeValues": {"pages": {"N": 12}},
            "condition": {"expression": "attribute_not_exists(#id)", "expressionNames": {"#id": "id"}, "equalsIgnore": ["at"]}
        });
        let call = read("Books", asked).unwrap();
        assert_eq!(call.request["Item"], json!({"id": {"S": "1"}, "pages": {"N": "12"}}));
        assert_eq!(call.request["ConditionExpression"], "attribute_not_exists(#id)");
        assert_eq!(call.request["ExpressionAttributeNames"], json!({"#id": "id"}));
        assert_eq!(call.wanted.unwrap().ignored, ["at"]);
    }

    #[test]
    fn the_placeholders_of_a_query_come_together() {
        let asked = json!({
            "operation": "Query", "index": "byShelf", "limit": 2, "scanIndexForward": false,
            "query": {"expression": "#s = :s", "expressionNames": {"#s": "shelf"}, "expressionValues": {":s": {"S": "a"}}},
            "filter": {"expression": "#p > :p", "expressionNames": {"#p": "pages"}, "expressionValues": {":p": {"N": 1}}},
            "nextToken": STANDARD.encode(r#"{"id":{"S":"1"}}"#),
        });
        let request = read("Books", asked).unwrap().request;
        assert_eq!(request["ExpressionAttributeNames"], json!({"#s": "shelf", "#p": "pages"}));
        assert_eq!(request["ExpressionAttributeValues"][":p"], json!({"N": "1"}));
        assert_eq!((&request["IndexName"], &request["Limit"]), (&json!("byShelf"), &json!(2)));
        assert_eq!(
            (&request["ScanIndexForward"], &request["ExclusiveStartKey"]["id"]["S"]),
            (&json!(false), &json!("1"))
        );
    }

    #[test]
    fn what_is_not_there_is_refused_by_name() {
        for (asked, word) in [
            (json!({"operation": "TransactWriteItems"}), "TransactWriteItems is not available"),
            (json!({"operation": "Drop"}), "'Drop'"),
            (json!({"operation": "GetItem"}), "$[key]"),
            (json!({"operation": "Query"}), "$[query]"),
            (json!({}), "$[operation]"),
            (json!({"operation": "Scan", "nextToken": "?"}), "pagination token"),
        ] {
            let failure = read("Books", asked).unwrap_err();
            assert!(failure.message.contains(word), "{}", failure.message);
        }
    }
}
