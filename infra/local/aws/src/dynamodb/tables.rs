//! The tables of the template.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::engine::OpenError;
use super::gate::Gate;

impl Gate {
    /// Makes the table of a `CreateTable` request, or brings the one that is there up to it.
    ///
    /// Indexes, stream and time to live follow the template; a change of the table's own keys is refused, since it
    /// would need other data.
    pub fn ensure_table(&self, request: &Value, time_to_live: Option<&str>) -> Result<(), OpenError> {
        let table = request["TableName"].as_str().unwrap_or_default();
        match self.described(table)? {
            None => {
                self.control("CreateTable", request.clone())?;
            }
            Some(present) => self.bring_up(table, &present, request)?,
        }
        match time_to_live {
            Some(attribute) => self.ensure_time_to_live(table, attribute),
            None => Ok(()),
        }
    }

    /// The names of the tables.
    pub fn table_names(&self) -> Vec<String> {
        self.inner.engine.lock().storage.list_table_names().unwrap_or_default()
    }

    fn bring_up(&self, table: &str, present: &Value, wanted: &Value) -> Result<(), OpenError> {
        if sorted(&present["KeySchema"]) != sorted(&wanted["KeySchema"]) {
            return Err(OpenError::KeysChanged { table: table.to_owned() });
        }
        let (present_indexes, wanted_indexes) = (indexes(present), indexes(wanted));
        for (name, keys) in &present_indexes {
            if wanted_indexes.get(name).map(|(keys, _)| keys) != Some(&keys.0) {
                self.update_index(table, wanted, json!({ "Delete": { "IndexName": name } }))?;
            }
        }
        for (name, (keys, index)) in &wanted_indexes {
            if present_indexes.get(name).map(|(keys, _)| keys) != Some(keys) {
                self.update_index(table, wanted, json!({ "Create": index }))?;
            }
        }
        let stream = &wanted["StreamSpecification"];
        if stream["StreamEnabled"] == true && present["StreamSpecification"]["StreamEnabled"] != true {
            self.control("UpdateTable", json!({ "TableName": table, "StreamSpecification": stream }))?;
        }
        Ok(())
    }

    fn update_index(&self, table: &str, wanted: &Value, change: Value) -> Result<(), OpenError> {
        let request = json!({
            "TableName": table,
            "AttributeDefinitions": wanted["AttributeDefinitions"],
            "GlobalSecondaryIndexUpdates": [change],
        });
        self.control("UpdateTable", request)?;
        Ok(())
    }

    fn ensure_time_to_live(&self, table: &str, attribute: &str) -> Result<(), OpenError> {
        let present = self.control("DescribeTimeToLive", json!({ "TableName": table }))?;
        let present = &present["TimeToLiveDescription"];
        if present["TimeToLiveStatus"] == "ENABLED" && present["AttributeName"] == attribute {
            return Ok(());
        }
        let specification = json!({ "AttributeName": attribute, "Enabled": true });
        self.control(
            "UpdateTimeToLive",
            json!({ "TableName": table, "TimeToLiveSpecification": specification }),
        )?;
        Ok(())
    }

    fn described(&self, table: &str) -> Result<Option<Value>, OpenError> {
        if self.inner.engine.keys(table).is_none() {
            return Ok(None);
        }
        let answer = self.control("DescribeTable", json!({ "TableName": table }))?;
        Ok(Some(answer["Table"].clone()))
    }

    fn control(&self, operation: &str, request: Value) -> Result<Value, OpenError> {
        let answer = self.inner.engine.lock().run(operation, request);
        let unknown = || OpenError::Engine(format!("the engine does not know {operation}"));
        Ok(answer.ok_or_else(unknown)??)
    }
}

/// Indexes by name, with their keys in a comparable form.
fn indexes(table: &Value) -> BTreeMap<&str, (Vec<String>, &Value)> {
    let list = table["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
    list.filter_map(|index| Some((index["IndexName"].as_str()?, (sorted(&index["KeySchema"]), index))))
        .collect()
}

fn sorted(schema: &Value) -> Vec<String> {
    let elements = schema.as_array().into_iter().flatten();
    let mut keys: Vec<_> =
        elements.map(|element| format!("{}={}", element["KeyType"], element["AttributeName"])).collect();
    keys.sort();
    keys
}
