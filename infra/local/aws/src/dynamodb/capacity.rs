//! What a call costs, as DynamoDB itself would report it.

use serde_json::Value;

/// What a call consumed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Units {
    pub(super) read: f64,
    pub(super) write: f64,
}

/// Whether an operation reads items, writes them, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
    Control,
}

impl Kind {
    pub(super) fn of(operation: &str) -> Kind {
        match operation {
            "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems" => Kind::Read,
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => Kind::Write,
            // PartiQL reads and writes; it is counted as writing, which is what wakes the stream.
            "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => Kind::Write,
            _ => Kind::Control,
        }
    }
}

/// Whether the caller wants to see the consumed capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Yes,
    No,
}

/// Makes the engine report the capacity, and says whether the caller asked for it.
pub(super) fn ask(request: &mut Value) -> Shown {
    match request["ReturnConsumedCapacity"].as_str() {
        None | Some("NONE") => {
            request["ReturnConsumedCapacity"] = "TOTAL".into();
            Shown::No
        }
        Some(_) => Shown::Yes,
    }
}

/// Reads the consumed capacity from an answer, and removes it if the caller did not ask.
pub(super) fn take(kind: Kind, answer: &mut Value, shown: Shown) -> Units {
    let total = match &answer["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().map(capacity_units).sum(),
        table => capacity_units(table),
    };
    if let (Shown::No, Some(answer)) = (shown, answer.as_object_mut()) {
        answer.remove("ConsumedCapacity");
    }
    match kind {
        Kind::Read => Units { read: total, write: 0.0 },
        Kind::Write => Units { read: 0.0, write: total },
        Kind::Control => Units::default(),
    }
}

/// What a refused write costs at least: a failed condition is charged like the write, but the error does not say how
/// much, so it is counted as the smallest item.
pub(super) fn of_refusal(operation: &str, error_type: &str, items: usize) -> Units {
    let items = u32::try_from(items).map_or(f64::MAX, f64::from);
    let write = match (operation, error_type) {
        ("TransactWriteItems", "TransactionCanceledException") => 2.0 * items,
        (_, "ConditionalCheckFailedException") => 1.0,
        _ => 0.0,
    };
    Units { read: 0.0, write }
}

fn capacity_units(table: &Value) -> f64 {
    table["CapacityUnits"].as_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_not_asked_for_is_not_shown() {
        let mut request = json!({ "TableName": "t" });
        assert_eq!(ask(&mut request), Shown::No);
        let mut answer = json!({ "ConsumedCapacity": { "CapacityUnits": 2.5 }, "Item": {} });
        assert_eq!(take(Kind::Read, &mut answer, Shown::No), Units { read: 2.5, write: 0.0 });
        assert_eq!(answer, json!({ "Item": {} }));
    }

    #[test]
    fn the_capacity_of_several_tables_adds_up() {
        let mut answer = json!({ "ConsumedCapacity": [{ "CapacityUnits": 2.0 }, { "CapacityUnits": 4.0 }] });
        assert_eq!(take(Kind::Write, &mut answer, Shown::Yes).write, 6.0);
        assert!(answer["ConsumedCapacity"].is_array());
    }
}
