//! Rows: an entity with its key, its type and its row version.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys::{Key, PK, SK};

/// An item of the table.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute that names the entity, for people who look at the table and for readers of the stream.
pub const ENTITY: &str = "_entity";
/// The attribute that holds the version of the row's shape.
pub const VERSION: &str = "_row";

/// What is stored under one kind of key.
pub trait Row: Serialize + DeserializeOwned {
    /// The name of the entity, such as `message`.
    const ENTITY: &'static str;
    /// The version of the row's shape; a reader must know all earlier ones.
    const VERSION: u32 = 1;
}

/// The item of a row.
pub fn encode<R: Row>(key: &Key, row: &R) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(row)
        .map_err(|error| Error::internal(format!("cannot write a {} row: {error}", R::ENTITY)))?;
    item.retain(|_, value| !matches!(value, AttributeValue::Null(_)));
    item.insert(PK.to_owned(), AttributeValue::S(key.pk.clone()));
    item.insert(SK.to_owned(), AttributeValue::S(key.sk.clone()));
    item.insert(ENTITY.to_owned(), AttributeValue::S(R::ENTITY.to_owned()));
    item.insert(VERSION.to_owned(), AttributeValue::N(R::VERSION.to_string()));
    Ok(item)
}

/// The row of an item. One that cannot be read is an `Internal` error with its key: a row is never skipped.
pub fn decode<R: Row>(item: Item) -> Result<R, Error> {
    let place = place(&item);
    let entity = text(&item, ENTITY);
    if entity != R::ENTITY {
        return Err(Error::internal(format!("{place} is a {entity} row, not a {} row", R::ENTITY)));
    }
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| Error::internal(format!("cannot read the {} row {place}: {error}", R::ENTITY)))
}

/// Where an item is. Keys in the index of people hold their names, which are nobody's business in a log.
fn place(item: &Item) -> String {
    match text(item, PK) {
        pk if pk.starts_with("FIND#") => "FIND#".to_owned(),
        pk => format!("{pk} / {}", text(item, SK)),
    }
}

/// The next row of a snapshot, if it was there.
pub(crate) fn next<R: Row>(rows: &mut impl Iterator<Item = Option<Item>>) -> Result<Option<R>, Error> {
    rows.next().flatten().map(decode).transpose()
}

/// A text attribute, or nothing.
pub fn text<'a>(item: &'a Item, attribute: &str) -> &'a str {
    item.get(attribute).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
