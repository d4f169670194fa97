//! Which permissions a request needs.

use std::sync::Arc;

use serde_json::Value;

use super::engine::Keys;
use super::table_arn;

/// One permission that a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// For example `dynamodb:GetItem`.
    pub action: String,
    /// The ARN of a table, an index or a stream.
    pub resource: String,
    /// The partition keys that the request names.
    pub leading_keys: Vec<String>,
}

/// The permissions that a request needs, item by item for transactions, as AWS asks for them.
pub(super) fn required(operation: &str, request: &Value, keys: &Lookup<'_>) -> Vec<Grant> {
    match operation {
        "GetItem" | "UpdateItem" | "DeleteItem" => vec![item(operation, request, &request["Key"], keys)],
        "PutItem" => vec![item(operation, request, &request["Item"], keys)],
        "Query" | "Scan" => vec![search(operation, request, keys)],
        "BatchGetItem" => batch(operation, request, |entry| entry["Keys"].as_array().cloned(), keys),
        "BatchWriteItem" => batch(operation, request, written, keys),
        "TransactGetItems" | "TransactWriteItems" => transaction(request, keys),
        _ => vec![other(operation, request)],
    }
}

/// Finds the key names of a table.
pub(super) type Lookup<'a> = dyn Fn(&str) -> Option<Arc<Keys>> + 'a;

fn item(operation: &str, request: &Value, key: &Value, keys: &Lookup<'_>) -> Grant {
    let table = table_name(request);
    let leading_keys = keys(table).and_then(|keys| text(&key[&keys.table])).into_iter().collect();
    Grant { action: format!("dynamodb:{operation}"), resource: table_arn(table), leading_keys }
}

fn search(operation: &str, request: &Value, keys: &Lookup<'_>) -> Grant {
    let table = table_name(request);
    let index = request["IndexName"].as_str();
    let resource = match index {
        Some(index) => format!("{}/index/{index}", table_arn(table)),
        None => table_arn(table),
    };
    let partition_key = keys(table).and_then(|keys| match index {
        Some(index) => keys.indexes.get(index).cloned(),
        None => Some(keys.table.clone()),
    });
    let leading_keys = partition_key.and_then(|name| queried(request, &name)).into_iter().collect();
    Grant { action: format!("dynamodb:{operation}"), resource, leading_keys }
}

fn batch(operation: &str, request: &Value, listed: Listed, keys: &Lookup<'_>) -> Vec<Grant> {
    let Some(tables) = request["RequestItems"].as_object() else { return Vec::new() };
    let grant = |(table, entry): (&String, &Value)| {
        let table = table.rsplit('/').next().unwrap_or(table);
        let name = keys(table).map(|keys| keys.table.clone());
        let items = listed(entry).unwrap_or_default();
        let leading_keys = name.map(|name| items.iter().filter_map(|item| text(&item[&name])).collect());
        Grant {
            action: format!("dynamodb:{operation}"),
            resource: table_arn(table),
            leading_keys: leading_keys.unwrap_or_default(),
        }
    };
    tables.iter().map(grant).collect()
}

/// The items that one table's part of a batch names.
type Listed = fn(&Value) -> Option<Vec<Value>>;

fn written(entry: &Value) -> Option<Vec<Value>> {
    let requests = entry.as_array()?.iter();
    let key = |request: &Value| match &request["PutRequest"]["Item"] {
        Value::Null => request["DeleteRequest"]["Key"].clone(),
        item => item.clone(),
    };
    Some(requests.map(key).collect())
}

fn transaction(request: &Value, keys: &Lookup<'_>) -> Vec<Grant> {
    const PARTS: [(&str, &str, &str); 5] = [
        ("Get", "GetItem", "Key"),
        ("Put", "PutItem", "Item"),
        ("Update", "UpdateItem", "Key"),
        ("Delete", "DeleteItem", "Key"),
        ("ConditionCheck", "ConditionCheckItem", "Key"),
    ];
    let Some(items) = request["TransactItems"].as_array() else { return Vec::new() };
    let mut grants = Vec::with_capacity(items.len());
    for entry in items {
        for (part, operation, key) in PARTS {
            if let Some(action) = entry.get(part).filter(|action| !action.is_null()) {
                grants.push(item(operation, action, &action[key], keys));
            }
        }
    }
    grants
}

fn other(operation: &str, request: &Value) -> Grant {
    let named = ["StreamArn", "ResourceArn"].iter().find_map(|field| request[*field].as_str());
    let resource = match (named, table_name(request)) {
        (Some(arn), _) => arn.to_owned(),
        (None, "") => iterated(request).unwrap_or_else(|| "*".to_owned()),
        (None, table) => table_arn(table),
    };
    Grant { action: format!("dynamodb:{operation}"), resource, leading_keys: Vec::new() }
}

/// The stream behind a shard iterator; its label is the engine's own affair.
fn iterated(request: &Value) -> Option<String> {
    let iterator = request["ShardIterator"].as_str()?;
    let (table, _, _) = dynoxide::actions::get_shard_iterator::decode_shard_iterator(iterator)?;
    Some(format!("{}/stream/*", table_arn(&table)))
}

/// The table's name, given by name or by ARN.
fn table_name(request: &Value) -> &str {
    let name = request["TableName"].as_str().unwrap_or_default();
    name.rsplit('/').next().unwrap_or(name)
}

/// The partition key that a query's condition sets equal to a value.
fn queried(request: &Value, partition_key: &str) -> Option<String> {
    if let Some(condition) = request["KeyConditions"].get(partition_key) {
        return text(&condition["AttributeValueList"][0]);
    }
    let expression = request["KeyConditionExpression"].as_str()?;
    let words = spaced(expression);
    let words: Vec<_> = words.split_whitespace().collect();
    let names = &request["ExpressionAttributeNames"];
    let is_key = |word: &str| word == partition_key || names[word].as_str() == Some(partition_key);
    let value = words.windows(3).find_map(|three| match three {
        [left, "=", right] if is_key(left) => Some(*right),
        [left, "=", right] if is_key(right) => Some(*left),
        _ => None,
    })?;
    text(&request["ExpressionAttributeValues"][value])
}

/// The expression with its operators and parentheses set apart, so that it splits into words.
fn spaced(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len() + 16);
    let mut previous = ' ';
    for letter in expression.chars() {
        match letter {
            '(' | ')' | ',' => out.push(' '),
            '=' if matches!(previous, '<' | '>') => out.push('='),
            '=' | '<' | '>' => out.extend([' ', letter]),
            _ => {
                if matches!(previous, '=' | '<' | '>') {
                    out.push(' ');
                }
                out.push(letter);
            }
        }
        previous = letter;
    }
    out
}

/// A key value as policies see it: binary in base64, a number as written.
fn text(value: &Value) -> Option<String> {
    ["S", "N", "B"].iter().find_map(|kind| value.get(*kind)?.as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(_: &str) -> Option<Arc<Keys>> {
        let indexes = [("byName".to_owned(), "name".to_owned())].into();
        Some(Arc::new(Keys { table: "pk".to_owned(), indexes }))
    }

    fn one(operation: &str, request: Value) -> Grant {
        let mut grants = required(operation, &request, &keys);
        assert_eq!(grants.len(), 1, "{grants:?}");
        grants.remove(0)
    }

    #[test]
    fn an_item_names_its_table_and_its_partition() {
        let grant = one("GetItem", json!({ "TableName": "chat", "Key": { "pk": { "S": "u#1" } } }));
        assert_eq!(grant.action, "dynamodb:GetItem");
        assert_eq!(grant.resource, "arn:aws:dynamodb:us-east-1:000000000000:table/chat");
        assert_eq!(grant.leading_keys, ["u#1"]);
    }

    #[test]
    fn a_query_names_its_partition_however_the_condition_is_written() {
        for condition in [
            "pk = :v",
            "#p=:v AND begins_with(sk, :w)",
            "(#p = :v) and sk BETWEEN :w AND :v",
            ":v = pk AND sk <= :w",
        ] {
            let request = json!({
                "TableName": "chat",
                "KeyConditionExpression": condition,
                "ExpressionAttributeNames": { "#p": "pk" },
                "ExpressionAttributeValues": { ":v": { "S": "u#1" }, ":w": { "S": "x" } },
            });
            assert_eq!(one("Query", request).leading_keys, ["u#1"], "{condition}");
        }
    }

    #[test]
    fn a_query_of_an_index_needs_the_index() {
        let grant = one(
            "Query",
            json!({
                "TableName": "chat",
                "IndexName": "byName",
                "KeyConditionExpression": "name = :v",
                "ExpressionAttributeValues": { ":v": { "S": "ann" } },
            }),
        );
        assert!(grant.resource.ends_with(":table/chat/index/byName"), "{}", grant.resource);
        assert_eq!(grant.leading_keys, ["ann"]);
    }

    #[test]
    fn a_transaction_needs_the_action_of_each_item() {
        let request = json!({ "TransactItems": [
            { "Put": { "TableName": "chat", "Item": { "pk": { "S": "a" } } } },
            { "ConditionCheck": { "TableName": "chat", "Key": { "pk": { "S": "b" } } } },
        ] });
        let grants = required("TransactWriteItems", &request, &keys);
        let seen: Vec<_> =
            grants.iter().map(|grant| (grant.action.as_str(), grant.leading_keys.join(","))).collect();
        assert_eq!(
            seen,
            [("dynamodb:PutItem", "a".to_owned()), ("dynamodb:ConditionCheckItem", "b".to_owned())]
        );
    }

    #[test]
    fn a_batch_names_every_partition() {
        let request = json!({ "RequestItems": { "chat": [
            { "PutRequest": { "Item": { "pk": { "S": "a" } } } },
            { "DeleteRequest": { "Key": { "pk": { "S": "b" } } } },
        ] } });
        assert_eq!(one("BatchWriteItem", request).leading_keys, ["a", "b"]);
    }
}
