//! Evaluated properties, read by name and type.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::{Place, TemplateError};
use super::scope::as_text;

/// An object of a template and its place, for messages.
///
/// Numbers and flags may be written as text, as CloudFormation allows.
#[derive(Debug, Clone)]
pub(crate) struct Properties<'a> {
    value: &'a Value,
    pub(crate) place: Place,
}

impl<'a> Properties<'a> {
    pub(crate) fn new(value: &'a Value, place: Place) -> Self {
        Properties { value, place }
    }

    /// An error about one property.
    pub(crate) fn invalid(&self, name: &str, reason: impl Into<String>) -> TemplateError {
        self.place.within(name).invalid(reason)
    }

    /// The raw value, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name)
    }

    /// The whole object as it is.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// Text, if it is there.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, TemplateError> {
        match self.get(name) {
            None => Ok(None),
            value => as_text(value).map(Some).ok_or_else(|| self.invalid(name, "must be text")),
        }
    }

    /// Text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<String, TemplateError> {
        self.text(name)?.ok_or_else(|| self.invalid(name, "is missing"))
    }

    /// A whole number, if it is there.
    pub(crate) fn number<N: TryFrom<i64>>(&self, name: &str) -> Result<Option<N>, TemplateError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let number = text.parse::<i64>().ok().and_then(|number| N::try_from(number).ok());
        number.map(Some).ok_or_else(|| self.invalid(name, format!("{text} is out of range")))
    }

    /// A flag, if it is there.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, TemplateError> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(self.invalid(name, format!("{other} is neither true nor false"))),
        }
    }

    /// A list of texts, empty if it is not there.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, TemplateError> {
        let items = self.list(name)?.iter();
        let texts: Option<Vec<String>> = items.map(|item| as_text(Some(item))).collect();
        texts.ok_or_else(|| self.invalid(name, "must be a list of texts"))
    }

    /// Texts by name, empty if it is not there.
    pub(crate) fn text_map(&self, name: &str) -> Result<BTreeMap<String, String>, TemplateError> {
        let Some(object) = self.object(name)? else { return Ok(BTreeMap::new()) };
        let names = object.value.as_object().into_iter().flat_map(|map| map.keys());
        names.map(|name| Ok((name.clone(), object.required(name)?))).collect()
    }

    /// An object, if it is there.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Properties<'a>>, TemplateError> {
        match self.get(name) {
            None => Ok(None),
            Some(value @ Value::Object(_)) => Ok(Some(Properties::new(value, self.place.within(name)))),
            Some(_) => Err(self.invalid(name, "must be an object")),
        }
    }

    /// A list of objects, empty if it is not there.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Properties<'a>>, TemplateError> {
        let place = self.place.within(name);
        let items = self.list(name)?.iter().enumerate();
        items
            .map(|(index, item)| match item {
                Value::Object(_) => Ok(Properties::new(item, place.within(index))),
                _ => Err(place.within(index).invalid("must be an object")),
            })
            .collect()
    }

    /// Objects by name, empty if it is not there.
    pub(crate) fn object_map(&self, name: &str) -> Result<Vec<(String, Properties<'a>)>, TemplateError> {
        let Some(map) = self.object(name)? else { return Ok(Vec::new()) };
        let names = map.value.as_object().into_iter().flat_map(|object| object.keys());
        names
            .map(|name| {
                let object = map.object(name)?.ok_or_else(|| map.invalid(name, "must be an object"))?;
                Ok((name.clone(), object))
            })
            .collect()
    }

    fn list(&self, name: &str) -> Result<&'a [Value], TemplateError> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.invalid(name, "must be a list")),
        }
    }
}
