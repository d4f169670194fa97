//! From the answer of DynamoDB's API to `ctx.result`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::value::plain_item;

/// The item that was read, written or deleted, or a page of items.
pub(super) fn read(operation: &str, answer: Value, written: Option<Value>) -> Value {
    let item = match operation {
        "GetItem" => answer.get("Item"),
        "PutItem" => written.as_ref(),
        "UpdateItem" | "DeleteItem" => answer.get("Attributes"),
        _ => return page(&answer),
    };
    item.map(plain_item).unwrap_or_default()
}

fn page(answer: &Value) -> Value {
    let items: Vec<Value> = answer["Items"].as_array().into_iter().flatten().map(plain_item).collect();
    let last = answer.get("LastEvaluatedKey").filter(|key| !key.is_null());
    json!({
        "items": items,
        "nextToken": last.map(|key| STANDARD.encode(key.to_string())),
        "scannedCount": answer["ScannedCount"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_plain_items_and_a_token_if_there_are_more() {
        let answer =
            json!({"Items": [{"id": {"S": "1"}}], "ScannedCount": 3, "LastEvaluatedKey": {"id": {"S": "1"}}});
        let page = read("Query", answer, None);
        assert_eq!((&page["items"], &page["scannedCount"]), (&json!([{"id": "1"}]), &json!(3)));
        assert!(page["nextToken"].is_string());
        assert_eq!(read("Scan", json!({"Items": [], "ScannedCount": 0}), None)["nextToken"], Value::Null);
    }

    #[test]
    fn a_put_gives_what_was_written_and_a_missing_item_is_null() {
        assert_eq!(read("PutItem", json!({}), Some(json!({"id": {"S": "1"}}))), json!({"id": "1"}));
        assert_eq!(read("GetItem", json!({}), None), Value::Null);
        assert_eq!(read("DeleteItem", json!({"Attributes": {"id": {"S": "1"}}}), None), json!({"id": "1"}));
    }
}
