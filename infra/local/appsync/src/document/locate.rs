//! Which field and which argument stand at a place of a document.

use apollo_compiler::ast::{Definition, Document, Field, OperationDefinition, Selection, Value};
use apollo_compiler::parser::LineColumn;
use apollo_compiler::{Node, Schema};

/// A field around a place, and the argument around it if there is one.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The names of the fields from the root, joined by `/`.
    pub(super) path: String,
    /// The field's own name and the named type of its value, if the schema knows it.
    pub(super) field: String,
    pub(super) field_type: Option<String>,
    /// Whether anything is selected below the field.
    pub(super) selects: bool,
    /// The argument's name, with the names of input fields after dots, and its value.
    pub(super) argument: Option<(String, Node<Value>)>,
}

/// The innermost field at a place.
pub(super) fn find(ast: &Document, schema: &Schema, at: LineColumn) -> Option<Place> {
    let search = Search { ast, schema, at };
    ast.definitions.iter().find_map(|definition| match definition {
        Definition::OperationDefinition(operation) => search.operation(operation),
        Definition::FragmentDefinition(fragment) => search.selections(
            &fragment.selection_set,
            Some(fragment.type_condition.as_str()),
            &Place::default(),
        ),
        _ => None,
    })
}

struct Search<'a> {
    ast: &'a Document,
    schema: &'a Schema,
    at: LineColumn,
}

impl Search<'_> {
    fn operation(&self, operation: &OperationDefinition) -> Option<Place> {
        let root = self.schema.root_operation(operation.operation_type).map(|name| name.as_str());
        self.selections(&operation.selection_set, root, &Place::default())
    }

    fn selections(&self, selections: &[Selection], parent: Option<&str>, around: &Place) -> Option<Place> {
        selections.iter().find_map(|selection| match selection {
            Selection::Field(field) if self.covers(field) => Some(self.field(field, parent, around)),
            Selection::InlineFragment(fragment) if self.covers(fragment) => {
                let ty = fragment.type_condition.as_ref().map(|name| name.as_str()).or(parent);
                self.selections(&fragment.selection_set, ty, around)
            }
            _ => None,
        })
    }

    fn field(&self, field: &Node<Field>, parent: Option<&str>, around: &Place) -> Place {
        let definition = parent.and_then(|parent| self.schema.type_field(parent, &field.name).ok());
        let field_type = definition.map(|definition| definition.ty.inner_named_type().to_string());
        let separator = if around.path.is_empty() { "" } else { "/" };
        let mut place = Place {
            path: format!("{}{separator}{}", around.path, field.name),
            field: field.name.to_string(),
            field_type,
            selects: !field.selection_set.is_empty(),
            argument: None,
        };
        if let Some(inner) = self.selections(&field.selection_set, place.field_type.as_deref(), &place) {
            return inner;
        }
        place.argument = field
            .arguments
            .iter()
            .find(|argument| self.covers(argument))
            .map(|argument| self.value(argument.name.to_string(), &argument.value));
        place
    }

    /// The innermost value of an input object at the place.
    fn value(&self, name: String, value: &Node<Value>) -> (String, Node<Value>) {
        if let Value::Object(members) = &**value {
            for (member, inner) in members {
                if self.covers(inner) {
                    return self.value(format!("{name}.{member}"), inner);
                }
            }
        }
        (name, value.clone())
    }

    fn covers<T>(&self, node: &Node<T>) -> bool {
        let Some(range) = node.line_column_range(&self.ast.sources) else { return false };
        let order = |place: LineColumn| (place.line, place.column);
        order(range.start) <= order(self.at) && order(self.at) < order(range.end)
    }
}
