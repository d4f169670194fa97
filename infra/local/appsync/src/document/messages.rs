//! What is wrong with a document, in the words of AppSync, which are those of graphql-java.

use apollo_compiler::ast::{Document, Value};
use apollo_compiler::parser::LineColumn;
use apollo_compiler::validation::{DiagnosticData, DiagnosticList};
use apollo_compiler::{Node, Schema};

use crate::document::locate::{self, Place};
use crate::error::{GraphqlError, Location};

/// Every problem, each with its place.
pub(super) fn translate(problems: &DiagnosticList, ast: &Document, schema: &Schema) -> Vec<GraphqlError> {
    let kind = |problem: &DiagnosticData| problem.unstable_error_name().unwrap_or_default();
    // The compiler leaves undefined fields out and then misses what only they use.
    let leaves_out = problems.iter().any(|problem| kind(problem.error) == "UndefinedField");
    let translated = problems.iter().filter_map(|problem| {
        let start = problem.line_column_range().map(|range| range.start);
        let place = start.and_then(|start| locate::find(ast, schema, start)).unwrap_or_default();
        let kind = kind(problem.error);
        match kind {
            "MissingSubselection" if place.selects => return None,
            "UnusedVariable" | "UnusedFragment" if leaves_out => return None,
            _ => {}
        }
        let message = message(kind, &problem.error.to_string(), &place);
        Some(GraphqlError::validation(message, start.map(|start| vec![location(start)])))
    });
    translated.collect()
}

fn location(start: LineColumn) -> Location {
    Location { line: start.line, column: start.column, source_name: () }
}

fn message(kind: &str, text: &str, place: &Place) -> String {
    let (validation_type, description) = describe(kind, text, place);
    let at = if place.path.is_empty() { String::new() } else { format!(" @ '{}'", place.path) };
    format!("Validation error of type {validation_type}: {description}{at}")
}

/// The type of the error and its description. The names are those that the compiler puts in backticks.
fn describe(kind: &str, text: &str, place: &Place) -> (&'static str, String) {
    let names: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let name = |at: usize| names.get(at).copied().unwrap_or_default().trim_start_matches(['$', '@']);
    let field = &place.field;
    match kind {
        "UndefinedField" => {
            ("FieldUndefined", format!("Field '{}' in type '{}' is undefined", name(1), name(0)))
        }
        "MissingSubselection" => {
            let ty = place.field_type.as_deref().unwrap_or_default();
            ("SubSelectionRequired", format!("Sub selection required for type {ty} of field {field}"))
        }
        "SubselectionOnScalarType" | "SubselectionOnEnumType" => (
            "SubSelectionNotAllowed",
            format!("Sub selection not allowed on leaf type {} of field {field}", name(0)),
        ),
        "UndefinedArgument" => ("UnknownArgument", format!("Unknown field argument {}", name(0))),
        "RequiredArgument" => {
            let argument = name(0).split(['(', ':']).nth(1).unwrap_or_default();
            ("MissingFieldArgument", format!("Missing field argument {argument}"))
        }
        "UnsupportedValueType" => {
            let ty = text.strip_prefix("expected value of type ").and_then(|rest| rest.split(',').next());
            ("WrongType", wrong_type(place, ty.unwrap_or_default()))
        }
        "IntCoercionError" => ("WrongType", wrong_type(place, "Int")),
        "FloatCoercionError" => ("WrongType", wrong_type(place, "Float")),
        "UndefinedEnumValue" => ("WrongType", wrong_type(place, name(1))),
        "RequiredField" => {
            let missing = name(0).split('.').nth(1).unwrap_or_default();
            ("WrongType", format!("{} is missing required fields '[{missing}]'", argument(place)))
        }
        "UndefinedInputValue" => {
            ("WrongType", format!("{} contains a field not in '{}': '{}'", argument(place), name(1), name(0)))
        }
        "UndefinedVariable" => ("UndefinedVariable", format!("Undefined variable {}", name(0))),
        "UnusedVariable" => ("UnusedVariable", format!("Unused variable {}", name(0))),
        "UniqueVariable" => {
            ("DuplicateVariableName", format!("There can be only one variable named '{}'", name(0)))
        }
        "UniqueArgument" => {
            ("DuplicateArgumentNames", format!("There can be only one argument named '{}'", name(0)))
        }
        "DisallowedVariableUsage" => (
            "VariableTypeMismatch",
            format!("Variable type '{}' doesn't match expected type '{}'", name(1), name(3)),
        ),
        "VariableInputType" => ("NonInputTypeOnVariable", format!("Wrong type for a variable {}", name(0))),
        "UndefinedDefinition"
        | "UndefinedTypeInNamedFragmentTypeCondition"
        | "UndefinedTypeInInlineFragmentTypeCondition" => {
            ("UnknownType", format!("Unknown type {}", name(0)))
        }
        "UndefinedFragment" => ("UndefinedFragment", format!("Undefined fragment {}", name(0))),
        "UnusedFragment" => ("UnusedFragment", format!("Unused fragment {}", name(0))),
        "RecursiveFragmentDefinition" => ("FragmentCycle", "Fragment cycles not allowed".to_owned()),
        "InvalidFragmentSpread" => ("InvalidFragmentType", spread(&names)),
        "InvalidFragmentTarget" => (
            "FragmentTypeConditionInvalid",
            "Fragment type condition is invalid, must be on Object/Interface/Union".to_owned(),
        ),
        "UndefinedDirective" => ("UnknownDirective", format!("Unknown directive {}", name(0))),
        "UnsupportedLocation" => ("MisplacedDirective", text.to_owned()),
        "ConflictingFieldName" | "ConflictingFieldArgument" | "ConflictingFieldType" => {
            ("FieldsConflict", format!("{}: they are different", name(0)))
        }
        "AmbiguousAnonymousOperation" => {
            ("LoneAnonymousOperationViolation", "Anonymous operation with other operations.".to_owned())
        }
        "OperationNameCollision" => {
            ("DuplicateOperationName", format!("There can be only one operation named '{}'", name(0)))
        }
        "FragmentNameCollision" => {
            ("DuplicateFragmentName", format!("There can be only one fragment named '{}'", name(0)))
        }
        "SubscriptionUsesMultipleFields" => (
            "SubscriptionMultipleRootFields",
            "Subscription operation must have exactly one root field.".to_owned(),
        ),
        "SubscriptionUsesIntrospection" => (
            "SubscriptionIntrospectionRootField",
            format!("Subscription operation root field '{}' cannot be an introspection field.", name(1)),
        ),
        _ => ("InvalidSyntax", text.to_owned()),
    }
}

fn spread(names: &[&str]) -> String {
    match names {
        [fragment, condition, ty] => {
            format!(
                "Fragment {fragment} can't be spread here as objects of type {ty} can never be of type {condition}"
            )
        }
        [condition, ty] => {
            format!("Object of type {ty} can never be of type {condition}")
        }
        _ => "Fragment can't be spread here".to_owned(),
    }
}

/// ``argument 'a' with value 'StringValue{value='x'}' is not a valid 'T'``
pub(super) fn wrong_type(place: &Place, ty: &str) -> String {
    format!("{} is not a valid '{}'", argument(place), ty.trim_end_matches('!'))
}

fn argument(place: &Place) -> String {
    let (name, value) = place
        .argument
        .as_ref()
        .map_or((String::new(), String::new()), |(name, value)| (name.clone(), java(value)));
    format!("argument '{name}' with value '{value}'")
}

/// A literal as graphql-java prints it.
pub(super) fn java(value: &Node<Value>) -> String {
    match &**value {
        Value::Null => "NullValue{}".to_owned(),
        Value::Enum(name) => format!("EnumValue{{name='{name}'}}"),
        Value::Variable(name) => format!("VariableReference{{name='{name}'}}"),
        Value::String(text) => format!("StringValue{{value='{text}'}}"),
        Value::Float(number) => format!("FloatValue{{value={number}}}"),
        Value::Int(number) => format!("IntValue{{value={number}}}"),
        Value::Boolean(value) => format!("BooleanValue{{value={value}}}"),
        Value::List(items) => {
            format!("ArrayValue{{values=[{}]}}", items.iter().map(java).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("ObjectField{{name='{name}', value={}}}", java(value)));
            format!("ObjectValue{{objectFields=[{}]}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}
