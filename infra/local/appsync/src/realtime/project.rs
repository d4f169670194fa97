//! What a subscriber gets of a mutation's result: its own selection, read from the result, with no resolver run.

use std::sync::Arc;

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::SelectionSet;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::document::Prepared;
use crate::engine::Engine;
use crate::error::{GraphqlError, Path};
use crate::execute::{Failed, FieldGroup, Slot, collect, null_refused};
use crate::output::Output;

/// The selection of a subscriber, or of many who select the same.
#[derive(Debug)]
pub(super) struct Projection {
    prepared: Arc<Prepared>,
    operation_name: Option<String>,
    variables: Map<String, Value>,
}

/// The payload of an event.
#[derive(Debug, Serialize)]
struct Payload {
    data: Output,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<GraphqlError>,
}

impl Projection {
    pub(super) fn new(
        prepared: Arc<Prepared>,
        operation_name: Option<&str>,
        variables: Map<String, Value>,
    ) -> Self {
        Projection { prepared, operation_name: operation_name.map(str::to_owned), variables }
    }

    /// What makes two projections the same.
    pub(super) fn key(prepared: &Prepared, group: &FieldGroup<'_>, variables: &Map<String, Value>) -> String {
        let mut key = format!("{} ", group.field.name);
        for set in group.selections() {
            key.push_str(&set.to_string());
        }
        for fragment in prepared.document.fragments.values() {
            key.push_str(&fragment.to_string());
        }
        if prepared.is_conditional() {
            key.push_str(&Value::Object(variables.clone()).to_string());
        }
        key
    }

    /// The payload for a result, as JSON.
    pub(super) fn payload(&self, engine: &Engine, value: &Output) -> Option<String> {
        let operation = self.prepared.operation(self.operation_name.as_deref())?;
        let root = operation.object_type();
        let sets = [&operation.selection_set];
        let group = collect(engine, &self.prepared, &self.variables, root, &sets).into_iter().next()?;
        let mut reading = Reading { engine, projection: self, errors: Vec::new() };
        // An alias of the subscription's own field is not honoured.
        let (name, ty) = (&group.field.name, group.field.ty());
        let slot = reading.value(ty, root, &group.selections(), Some(value), &Path::default().key(name));
        let data = match slot {
            Ok(value) => Output::Object(vec![(name.clone(), value)]),
            Err(Failed) => Output::NULL,
        };
        let payload = Payload { data, errors: reading.errors };
        serde_json::to_string(&payload)
            .inspect_err(|error| tracing::error!(%error, "an event is no JSON"))
            .ok()
    }
}

struct Reading<'a> {
    engine: &'a Engine,
    projection: &'a Projection,
    errors: Vec<GraphqlError>,
}

impl<'a> Reading<'a> {
    fn value(
        &mut self,
        ty: &Type,
        parent: &str,
        sets: &[&'a SelectionSet],
        value: Option<&Output>,
        path: &Path,
    ) -> Slot {
        let slot = match value {
            None => Ok(Output::NULL),
            Some(value) if value.is_null() => Ok(Output::NULL),
            Some(Output::List(items)) if ty.is_list() => {
                let mut list = Vec::with_capacity(items.len());
                let mut failed = false;
                for (index, item) in items.iter().enumerate() {
                    match self.value(ty.item_type(), parent, sets, Some(item), &path.index(index)) {
                        Ok(item) => list.push(item),
                        Err(Failed) => failed = true,
                    }
                }
                if failed { Err(Failed) } else { Ok(Output::List(list)) }
            }
            Some(value @ Output::Object(_)) => self.object(ty.inner_named_type(), sets, value, path),
            Some(leaf) => Ok(leaf.clone()),
        };
        match slot {
            Ok(value) if value.is_null() && ty.is_non_null() => {
                self.errors.push(null_refused(ty, parent, path));
                Err(Failed)
            }
            Err(Failed) if !ty.is_non_null() => Ok(Output::NULL),
            slot => slot,
        }
    }

    fn object(&mut self, named: &Name, sets: &[&'a SelectionSet], value: &Output, path: &Path) -> Slot {
        let Some(ty) = self.concrete(named, value) else {
            let message = format!(
                "Can't resolve '{}'. Abstract type '{named}' must resolve to an Object type at runtime; \
                 the mutation did not select __typename.",
                path.slashed()
            );
            self.errors.push(GraphqlError::value(message, path));
            return Err(Failed);
        };
        let (engine, projection) = (self.engine, self.projection);
        let mut fields = Vec::new();
        let mut failed = false;
        for group in collect(engine, &projection.prepared, &projection.variables, &ty, sets) {
            let name = &group.field.name;
            if name == "__typename" {
                fields.push((group.key.clone(), Output::Leaf(Value::String(ty.to_string()))));
                continue;
            }
            let found = value.get(name);
            match self.value(group.field.ty(), &ty, &group.selections(), found, &path.key(group.key)) {
                Ok(value) => fields.push((group.key.clone(), value)),
                Err(Failed) => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(Output::Object(fields)) }
    }

    /// The type of an object; of an interface or a union only the mutation's own `__typename` can tell.
    fn concrete(&self, named: &Name, value: &Output) -> Option<Name> {
        let schema = &self.engine.catalog.schema;
        if schema.get_object(named).is_some() {
            return Some(named.clone());
        }
        let Some(Output::Leaf(Value::String(said))) = value.get("__typename") else { return None };
        schema.types.get_key_value(said.as_str()).map(|(name, _)| name.clone())
    }
}
