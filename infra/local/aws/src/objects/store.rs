//! Objects in SQLite: attributes, tags and bytes change in one transaction, together with who is told.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Result, Row};
use serde::{Deserialize, Serialize};

use super::bodies;

/// An object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) bucket: String,
    pub(super) key: String,
    /// Without quotes.
    pub(super) etag: String,
    pub(super) size: u64,
    /// Milliseconds since the epoch.
    pub(super) modified: i64,
    pub(super) attributes: Attributes,
    pub(super) tags: Tags,
    /// Where its bytes are.
    pub(super) body: i64,
}

/// Tags by name.
pub(super) type Tags = BTreeMap<String, String>;

/// What a client says about an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attributes {
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    /// `x-amz-meta-…`, without that prefix.
    pub(super) metadata: BTreeMap<String, String>,
}

/// An upload in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) id: String,
    pub(super) bucket: String,
    pub(super) key: String,
    /// Milliseconds since the epoch.
    pub(super) started: i64,
    pub(super) attributes: Attributes,
    pub(super) tags: Tags,
}

/// A part of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) number: i32,
    /// Without quotes.
    pub(super) etag: String,
    pub(super) size: u64,
    /// Milliseconds since the epoch.
    pub(super) modified: i64,
    pub(super) body: i64,
}

const COLUMNS: &str = "bucket, key, etag, size, modified, attributes, tags, body";

pub(super) fn get(conn: &Connection, bucket: &str, key: &str) -> Result<Option<Object>> {
    let by_key = format!("SELECT {COLUMNS} FROM objects WHERE bucket = ?1 AND key = ?2");
    conn.query_row(&by_key, (bucket, key), object).optional()
}

/// Puts an object in the place of the one with its key, whose bytes are forgotten.
pub(super) fn put(conn: &Connection, object: &Object) -> Result<()> {
    delete(conn, &object.bucket, &object.key)?;
    conn.execute(
        &format!("INSERT INTO objects ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
        (
            &object.bucket,
            &object.key,
            &object.etag,
            i64::try_from(object.size).unwrap_or(i64::MAX),
            object.modified,
            json(&object.attributes)?,
            json(&object.tags)?,
            object.body,
        ),
    )?;
    Ok(())
}

/// Removes an object with its bytes; answers what it was.
pub(super) fn delete(conn: &Connection, bucket: &str, key: &str) -> Result<Option<Object>> {
    let Some(object) = get(conn, bucket, key)? else { return Ok(None) };
    conn.execute("DELETE FROM objects WHERE bucket = ?1 AND key = ?2", (bucket, key))?;
    bodies::forget(conn, object.body)?;
    Ok(Some(object))
}

pub(super) fn set_tags(conn: &Connection, bucket: &str, key: &str, tags: &Tags) -> Result<()> {
    let update = "UPDATE objects SET tags = ?3 WHERE bucket = ?1 AND key = ?2";
    conn.execute(update, (bucket, key, json(tags)?))?;
    Ok(())
}

/// Objects of a bucket in the order of their keys, behind `after`.
pub(super) fn list(conn: &Connection, bucket: &str, prefix: &str, after: &str) -> Result<Vec<Object>> {
    let page = format!(
        "SELECT {COLUMNS} FROM objects
         WHERE bucket = ?1 AND key > ?2 AND substr(key, 1, length(?3)) = ?3 ORDER BY key"
    );
    let mut query = conn.prepare_cached(&page)?;
    query.query_map((bucket, after, prefix), object)?.collect()
}

pub(super) fn begin(conn: &Connection, upload: &Upload) -> Result<()> {
    conn.execute(
        "INSERT INTO uploads (id, bucket, key, started, attributes, tags) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            &upload.id,
            &upload.bucket,
            &upload.key,
            upload.started,
            json(&upload.attributes)?,
            json(&upload.tags)?,
        ),
    )?;
    Ok(())
}

/// An upload, if it is of this key.
pub(super) fn upload(conn: &Connection, id: &str, bucket: &str, key: &str) -> Result<Option<Upload>> {
    Ok(uploads(conn, bucket)?.into_iter().find(|upload| upload.id == id && upload.key == key))
}

/// The uploads of a bucket, oldest first.
pub(super) fn uploads(conn: &Connection, bucket: &str) -> Result<Vec<Upload>> {
    let mut query = conn.prepare_cached(
        "SELECT id, bucket, key, started, attributes, tags FROM uploads WHERE bucket = ?1 ORDER BY started, id",
    )?;
    let uploads = query.query_map([bucket], |row| {
        Ok(Upload {
            id: row.get(0)?,
            bucket: row.get(1)?,
            key: row.get(2)?,
            started: row.get(3)?,
            attributes: parsed(row, 4)?,
            tags: parsed(row, 5)?,
        })
    })?;
    uploads.collect()
}

/// Keeps a part in the place of the one with its number, whose bytes are forgotten.
pub(super) fn put_part(conn: &Connection, upload: &str, part: &Part) -> Result<()> {
    let earlier = parts(conn, upload)?.into_iter().find(|earlier| earlier.number == part.number);
    if let Some(earlier) = earlier {
        conn.execute("DELETE FROM parts WHERE upload = ?1 AND number = ?2", (upload, part.number))?;
        bodies::forget(conn, earlier.body)?;
    }
    let size = i64::try_from(part.size).unwrap_or(i64::MAX);
    conn.execute(
        "INSERT INTO parts (upload, number, etag, size, modified, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (upload, part.number, &part.etag, size, part.modified, part.body),
    )?;
    Ok(())
}

/// The parts of an upload by number.
pub(super) fn parts(conn: &Connection, upload: &str) -> Result<Vec<Part>> {
    let mut query = conn.prepare_cached(
        "SELECT number, etag, size, modified, body FROM parts WHERE upload = ?1 ORDER BY number",
    )?;
    let parts = query.query_map([upload], |row| {
        Ok(Part {
            number: row.get(0)?,
            etag: row.get(1)?,
            size: unsigned(row, 2)?,
            modified: row.get(3)?,
            body: row.get(4)?,
        })
    })?;
    parts.collect()
}

/// Forgets an upload with the parts that are still there.
pub(super) fn end(conn: &Connection, upload: &str) -> Result<()> {
    for part in parts(conn, upload)? {
        bodies::forget(conn, part.body)?;
    }
    conn.execute("DELETE FROM parts WHERE upload = ?1", [upload])?;
    conn.execute("DELETE FROM uploads WHERE id = ?1", [upload])?;
    Ok(())
}

fn object(row: &Row<'_>) -> Result<Object> {
    Ok(Object {
        bucket: row.get(0)?,
        key: row.get(1)?,
        etag: row.get(2)?,
        size: unsigned(row, 3)?,
        modified: row.get(4)?,
        attributes: parsed(row, 5)?,
        tags: parsed(row, 6)?,
        body: row.get(7)?,
    })
}

fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

fn parsed<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
