//! Time to live: what has expired by our clock is deleted, and the stream says that the service did it.
//!
//! The engine's own sweep reads every item of the table; ours has an index on the attribute.

use dynoxide::storage::TableMetadata;
use dynoxide::{DynoxideError, Result};
use serde_json::{Value, json};

use super::engine::State;

/// How many items are deleted under one hold of the lock.
const PAGE: usize = 25;

/// AWS leaves alone what expired more than five years ago, lest a wrong unit empties a table.
const TOO_OLD_SECONDS: i64 = 5 * 365 * 86_400;

/// What a page of the sweep did.
pub(super) struct Page {
    pub(super) deleted: usize,
    pub(super) more: bool,
}

/// Deletes one page of what has expired.
pub(super) fn sweep_page(state: &mut State, now: i64) -> Result<Page> {
    let tables = state.storage.list_ttl_enabled_tables()?;
    let mut deleted = 0;
    for table in &tables {
        let keys = expired(state, table, now, PAGE - deleted)?;
        if keys.is_empty() {
            continue;
        }
        deleted += delete(state, &table.table_name, keys)?;
        if deleted >= PAGE {
            return Ok(Page { deleted, more: true });
        }
    }
    Ok(Page { deleted, more: false })
}

fn expired(state: &State, table: &TableMetadata, now: i64, limit: usize) -> Result<Vec<Value>> {
    let Some(attribute) = &table.ttl_attribute else { return Ok(Vec::new()) };
    if attribute.contains(['"', '\'', '\\']) {
        let message = format!("time to live cannot follow an attribute named {attribute}");
        return Err(DynoxideError::InternalServerError(message));
    }
    let name = table.table_name.replace('"', "\"\"");
    let number = format!("json_extract(item_json, '$.\"{attribute}\".N')");
    let conn = state.storage.conn();
    conn.execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS \"local:ttl:{name}\" ON \"{name}\" (CAST({number} AS INTEGER))
             WHERE {number} IS NOT NULL;"
    ))?;
    let mut query = conn.prepare_cached(&format!(
        "SELECT item_json FROM \"{name}\"
             WHERE {number} IS NOT NULL AND CAST({number} AS INTEGER) < ?1 AND CAST({number} AS INTEGER) > ?2
             LIMIT ?3"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let items = query.query_map((now, now - TOO_OLD_SECONDS, limit), |row| row.get::<_, String>(0))?;
    let schema: Vec<Value> = serde_json::from_str(&table.key_schema).unwrap_or_default();
    let mut keys = Vec::new();
    for item in items {
        let item: Value = serde_json::from_str(&item?)
            .map_err(|error| DynoxideError::InternalServerError(format!("an item is not JSON: {error}")))?;
        let mut key = json!({});
        for name in schema.iter().filter_map(|element| element["AttributeName"].as_str()) {
            key[name] = item[name].clone();
        }
        keys.push(key);
    }
    Ok(keys)
}

/// Deletes by the ordinary operation, so that indexes and stream follow. The trigger marks the stream's records in
/// the deletion's own transaction; the lock keeps everyone else's writes out meanwhile.
fn delete(state: &mut State, table: &str, keys: Vec<Value>) -> Result<usize> {
    state.storage.conn().execute_batch(
        "CREATE TEMP TRIGGER by_time_to_live AFTER INSERT ON _stream_records BEGIN
             UPDATE _stream_records
                 SET user_identity = '{\"type\":\"Service\",\"principalId\":\"dynamodb.amazonaws.com\"}'
                 WHERE id = NEW.id;
         END;",
    )?;
    let mut deleted = Ok(0);
    for key in keys {
        let request = json!({ "TableName": table, "Key": key });
        match state.run("DeleteItem", request) {
            Some(Ok(_)) => deleted = deleted.map(|count| count + 1),
            Some(Err(error)) => deleted = Err(error),
            None => {}
        }
    }
    state.storage.conn().execute_batch("DROP TRIGGER temp.by_time_to_live;")?;
    deleted
}
