//! Literals of AppSync's scalars, which a validator of plain GraphQL lets pass.

use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Field, Selection, SelectionSet, Value};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Node, Schema};

use crate::document::arguments::literal;
use crate::document::locate::Place;
use crate::document::{location, messages};
use crate::error::GraphqlError;
use crate::scalars;
use crate::schema::prelude::SCALARS;

/// What is wrong with the literals of a valid document.
pub(super) fn check(document: &ExecutableDocument, schema: &Schema) -> Vec<GraphqlError> {
    let mut check = Check { document, schema, errors: Vec::new() };
    for operation in document.operations.iter() {
        check.set(&operation.selection_set, "");
    }
    for fragment in document.fragments.values() {
        check.set(&fragment.selection_set, "");
    }
    check.errors
}

struct Check<'a> {
    document: &'a ExecutableDocument,
    schema: &'a Schema,
    errors: Vec<GraphqlError>,
}

impl Check<'_> {
    fn set(&mut self, set: &SelectionSet, path: &str) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.field(field, path),
                Selection::InlineFragment(fragment) => self.set(&fragment.selection_set, path),
                // The fragment is looked at once, by itself.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, field: &Node<Field>, path: &str) {
        let separator = if path.is_empty() { "" } else { "/" };
        let path = format!("{path}{separator}{}", field.name);
        for argument in &field.arguments {
            let Some(definition) = field.definition.argument_by_name(&argument.name) else { continue };
            let mut wrong = Vec::new();
            self.value(&argument.value, &definition.ty, argument.name.as_str(), &mut wrong);
            for (name, value, scalar) in wrong {
                let place = Place { argument: Some((name, value.clone())), ..Place::default() };
                let message = messages::wrong_type(&place, &scalar);
                let locations = location(&value, &self.document.sources).map(|location| vec![location]);
                let message = format!("Validation error of type WrongType: {message} @ '{path}'");
                self.errors.push(GraphqlError::validation(message, locations));
            }
        }
        self.set(&field.selection_set, &path);
    }

    fn value(
        &self,
        value: &Node<Value>,
        ty: &Type,
        name: &str,
        wrong: &mut Vec<(String, Node<Value>, String)>,
    ) {
        match (&**value, self.schema.types.get(ty.inner_named_type())) {
            (Value::Null | Value::Variable(_), _) => {}
            (Value::List(items), _) if ty.is_list() => {
                for item in items {
                    self.value(item, ty.item_type(), name, wrong);
                }
            }
            (Value::Object(members), Some(ExtendedType::InputObject(input))) => {
                for (member, inner) in members {
                    if let Some(definition) = input.fields.get(member) {
                        self.value(inner, &definition.ty, &format!("{name}.{member}"), wrong);
                    }
                }
            }
            (_, Some(ExtendedType::Scalar(scalar)))
                if SCALARS.contains(&scalar.name.as_str())
                    && scalars::parse(&scalar.name, &literal(value)).is_err() =>
            {
                wrong.push((name.to_owned(), value.clone(), scalar.name.to_string()));
            }
            _ => {}
        }
    }
}
