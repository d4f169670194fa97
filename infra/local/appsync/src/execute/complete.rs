//! Turning raw values into values of their types; nulls travel up to the nearest field that may be null.

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use serde_json::Value;

use crate::error::{GraphqlError, Path};
use crate::execute::set::Parent;
use crate::execute::{Execution, Failed, FieldGroup, Slot};
use crate::output::Output;
use crate::scalars;

/// A raw value and where it stands.
pub(crate) type Placed<'v> = (Path, &'v Value);

impl<'a> Execution<'a> {
    /// Whether nothing can be selected below a field.
    pub(super) fn is_leaf(&self, group: &FieldGroup<'a>) -> bool {
        let ty = self.engine.catalog.schema.types.get(group.field.ty().inner_named_type());
        ty.is_some_and(ExtendedType::is_leaf)
    }

    /// Completes the values of a field, all at once.
    pub(super) async fn complete(
        &self,
        parent: &Name,
        group: &FieldGroup<'a>,
        values: Vec<Placed<'_>>,
    ) -> Vec<Slot> {
        self.typed(parent, group, group.field.ty(), values).await
    }

    fn typed<'b>(
        &'b self,
        parent: &'b Name,
        group: &'b FieldGroup<'a>,
        ty: &'b Type,
        values: Vec<Placed<'b>>,
    ) -> BoxFuture<'b, Vec<Slot>> {
        async move {
            if self.is_leaf(group) {
                let leaf = |(path, value): Placed<'_>| self.leaf_of(ty, parent, value, &|| path.clone());
                return values.into_iter().map(leaf).collect();
            }
            let paths: Vec<Path> = values.iter().map(|(path, _)| path.clone()).collect();
            let slots = if ty.is_list() {
                self.lists(parent, group, ty, values).await
            } else {
                self.objects(group, ty.inner_named_type(), values).await
            };
            let settle = |(slot, path)| self.settle_null(ty, parent, slot, &|| Path::clone(path));
            slots.into_iter().zip(&paths).map(settle).collect()
        }
        .boxed()
    }

    /// Completes all items of all lists together, then puts the lists together again.
    async fn lists(
        &self,
        parent: &Name,
        group: &FieldGroup<'a>,
        ty: &Type,
        values: Vec<Placed<'_>>,
    ) -> Vec<Slot> {
        let mut flat = Vec::new();
        let mut lengths = Vec::new();
        for (path, value) in &values {
            match value {
                Value::Array(items) => {
                    lengths.push(Ok(Some(items.len())));
                    flat.extend(items.iter().enumerate().map(|(index, item)| (path.index(index), item)));
                }
                Value::Null => lengths.push(Ok(None)),
                other => {
                    self.record(mismatch("LIST", other, path));
                    lengths.push(Err(Failed));
                }
            }
        }
        let mut items = self.typed(parent, group, ty.item_type(), flat).await.into_iter();
        let lists = lengths.into_iter().map(|length| match length? {
            None => Ok(Output::NULL),
            Some(length) => {
                let own: Vec<Slot> = items.by_ref().take(length).collect();
                own.into_iter().collect::<Result<_, _>>().map(Output::List)
            }
        });
        lists.collect()
    }

    /// Completes objects, those of one type together.
    async fn objects(&self, group: &FieldGroup<'a>, named: &Name, values: Vec<Placed<'_>>) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::with_capacity(values.len());
        let mut by_type: Vec<(Name, Vec<usize>, Vec<Parent<'_>>)> = Vec::new();
        for (index, (path, value)) in values.into_iter().enumerate() {
            slots.push(Ok(Output::NULL));
            if value.is_null() {
                continue;
            }
            match self.concrete(named, value, &path) {
                Ok(ty) => {
                    let parent = Parent { value, path };
                    match by_type.iter_mut().find(|(known, ..)| *known == ty) {
                        Some((_, indexes, parents)) => {
                            indexes.push(index);
                            parents.push(parent);
                        }
                        None => by_type.push((ty, vec![index], vec![parent])),
                    }
                }
                Err(error) => {
                    self.record(error);
                    slots[index] = Err(Failed);
                }
            }
        }
        let completed = by_type.iter().map(|(ty, _, parents)| self.set(ty, group.selections(), parents));
        for ((_, indexes, _), rows) in by_type.iter().zip(join_all(completed).await) {
            for (index, row) in indexes.iter().zip(rows) {
                slots[*index] = row;
            }
        }
        slots
    }

    /// The object type of a value; values of interfaces and unions say it in `__typename`.
    fn concrete(&self, named: &Name, value: &Value, path: &Path) -> Result<Name, GraphqlError> {
        let Value::Object(members) = value else { return Err(mismatch("OBJECT", value, path)) };
        let schema = &self.engine.catalog.schema;
        if schema.get_object(named).is_some() {
            return Ok(named.clone());
        }
        let said = members.get("__typename").and_then(Value::as_str);
        let known = said.and_then(|name| schema.types.get_key_value(name));
        match known {
            Some((name, ExtendedType::Object(_))) if schema.is_subtype(named, name) => Ok(name.clone()),
            _ => Err(GraphqlError::value(
                format!(
                    "Can't resolve '{}'. Abstract type '{named}' must resolve to an Object type at runtime; \
                     the value has no __typename of such a type.",
                    path.slashed()
                ),
                path,
            )),
        }
    }

    /// The value of a leaf field.
    pub(super) fn leaf(
        &self,
        group: &FieldGroup<'a>,
        parent: &Name,
        value: &Value,
        path: &dyn Fn() -> Path,
    ) -> Slot {
        self.leaf_of(group.field.ty(), parent, value, path)
    }

    fn leaf_of(&self, ty: &Type, parent: &Name, value: &Value, path: &dyn Fn() -> Path) -> Slot {
        let slot = match value {
            Value::Null => Ok(Output::NULL),
            Value::Array(items) if ty.is_list() => {
                let items = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.leaf_of(ty.item_type(), parent, item, &|| path().index(index)));
                items.collect::<Result<_, _>>().map(Output::List)
            }
            other if ty.is_list() => {
                self.record(mismatch("LIST", other, &path()));
                Err(Failed)
            }
            other => self.scalar(ty.inner_named_type(), other).map(Output::Leaf).map_err(|reason| {
                let path = path();
                let message = format!("Can't serialize value ({}) : {reason}", path.slashed());
                self.record(GraphqlError::value(message, &path));
                Failed
            }),
        };
        self.settle_null(ty, parent, slot, path)
    }

    fn scalar(&self, named: &Name, value: &Value) -> Result<Value, String> {
        match self.engine.catalog.schema.types.get(named) {
            Some(ExtendedType::Enum(definition)) => match value.as_str() {
                Some(text) if definition.values.contains_key(text) => Ok(value.clone()),
                _ => {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    Err(format!("Invalid input for Enum '{named}'. No value found for name '{text}'."))
                }
            },
            _ => scalars::serialize(named, value),
        }
    }

    /// A null where there may be none is an error and goes on to the parent; elsewhere a failure ends as null.
    fn settle_null(&self, ty: &Type, parent: &Name, slot: Slot, path: &dyn Fn() -> Path) -> Slot {
        match (slot, ty.is_non_null()) {
            (Ok(value), true) if value.is_null() => {
                let path = path();
                self.record(null_refused(ty, parent, &path));
                Err(Failed)
            }
            (Err(Failed), false) => Ok(Output::NULL),
            (slot, _) => slot,
        }
    }
}

/// What is said of a null in the wrong place.
pub(crate) fn null_refused(ty: &Type, parent: &str, path: &Path) -> GraphqlError {
    let nullable = ty.clone().nullable();
    let message = format!(
        "Cannot return null for non-nullable type: '{nullable}' within parent '{parent}' ({})",
        path.slashed()
    );
    GraphqlError::value(message, path)
}

fn mismatch(expected: &str, got: &Value, path: &Path) -> GraphqlError {
    let got = match got {
        Value::Null => "NULL",
        Value::Bool(_) => "BOOLEAN",
        Value::Number(_) => "NUMBER",
        Value::String(_) => "STRING",
        Value::Array(_) => "LIST",
        Value::Object(_) => "OBJECT",
    };
    let message = format!(
        "Can't resolve value ({}) : type mismatch error, expected type {expected}, got {got}",
        path.slashed()
    );
    GraphqlError::value(message, path)
}
