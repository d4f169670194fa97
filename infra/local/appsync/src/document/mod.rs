//! Documents of clients: parsed, validated and kept.

pub(crate) mod arguments;
mod literals;
mod locate;
mod messages;
mod store;
mod tokens;
pub(crate) mod variables;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::executable::{Field, Operation, OperationType, Selection, SelectionSet};
use apollo_compiler::parser::{Parser, SourceMap};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node};

pub(crate) use crate::document::store::Documents;
use crate::error::{GraphqlError, Location};
use crate::resolve::SelectionText;
use crate::schema::Catalog;

/// How deep the syntax of a document may nest, before its own depth is looked at.
const DEEPEST_SYNTAX: usize = 200;

/// A document that can be executed.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Valid<ExecutableDocument>,
    /// By the address of the field, which stays where it is as long as the document lives.
    selections: Mutex<HashMap<usize, Arc<SelectionText>>>,
    /// Whether variables decide what is selected.
    is_conditional: bool,
}

/// Why a document cannot be executed.
#[derive(Debug, Clone)]
pub(crate) enum DocumentError {
    /// It is not GraphQL.
    Syntax,
    /// It has more tokens than AppSync takes.
    TooLong,
    /// It is GraphQL, but not for this schema.
    Invalid(Vec<GraphqlError>),
}

/// What a document may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) introspection: bool,
    /// 0 for none.
    pub(crate) depth: u32,
}

impl Prepared {
    /// Parses and validates.
    pub(crate) fn new(text: &str, catalog: &Catalog, limits: Limits) -> Result<Self, DocumentError> {
        if tokens::exceed(text, tokens::MOST) {
            return Err(DocumentError::TooLong);
        }
        let parsed = Parser::new().recursion_limit(DEEPEST_SYNTAX).parse_ast(text, "request.graphql");
        let ast = parsed.map_err(|_| DocumentError::Syntax)?;
        let document = match ast.to_executable_validate(&catalog.schema) {
            Ok(document) => document,
            Err(invalid) => {
                let errors = messages::translate(&invalid.errors, &ast, &catalog.schema);
                return Err(DocumentError::Invalid(errors));
            }
        };
        if document.operations.is_empty() {
            return Err(DocumentError::Syntax);
        }
        let mut errors = literals::check(&document, &catalog.schema);
        if !limits.introspection {
            errors.extend(introspection(&document));
        }
        if errors.is_empty() && limits.depth > 0 {
            let mut known = HashMap::new();
            let mut sets = document.operations.iter().map(|operation| &operation.selection_set);
            if sets.any(|set| depth(&document, set, &mut known) > limits.depth) {
                let message = format!("Query depth exceeds the limit of {}.", limits.depth);
                errors.push(GraphqlError::request("QueryDepthLimitReached", message));
            }
        }
        if !errors.is_empty() {
            return Err(DocumentError::Invalid(errors));
        }
        let is_conditional = text.contains("@skip") || text.contains("@include");
        Ok(Prepared { document, selections: Mutex::default(), is_conditional })
    }

    /// The text of a field's selection, written once per document where that is possible.
    pub(crate) fn selection_text(
        &self,
        field: &Node<Field>,
        write: impl FnOnce() -> SelectionText,
    ) -> Arc<SelectionText> {
        if self.is_conditional {
            return Arc::new(write());
        }
        let address = std::ptr::from_ref::<Field>(field).addr();
        let mut selections = self.selections.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(selections.entry(address).or_insert_with(|| Arc::new(write())))
    }

    /// Whether variables decide what is selected.
    pub(crate) fn is_conditional(&self) -> bool {
        self.is_conditional
    }

    /// The operation that a client names, or the only one.
    pub(crate) fn operation(&self, name: Option<&str>) -> Option<&Node<Operation>> {
        self.document.operations.get(name).ok()
    }

    /// Where a field stands.
    pub(crate) fn location(&self, field: &Node<Field>) -> Option<Location> {
        location(field, &self.document.sources)
    }
}

/// Where a node stands.
pub(crate) fn location<T>(node: &Node<T>, sources: &SourceMap) -> Option<Location> {
    let start = node.line_column_range(sources)?.start;
    Some(Location { line: start.line, column: start.column, source_name: () })
}

/// What is said of a schema that may not be asked for.
fn introspection(document: &ExecutableDocument) -> Vec<GraphqlError> {
    let queries =
        document.operations.iter().filter(|operation| operation.operation_type == OperationType::Query);
    let asked =
        queries.flat_map(|query| query.selection_set.root_fields(document).map(move |field| (query, field)));
    let hidden = asked.filter(|(_, field)| matches!(field.name.as_str(), "__schema" | "__type"));
    let errors = hidden.map(|(query, field)| {
        let (name, ty) = (&field.name, query.object_type());
        GraphqlError::validation(
            format!("Validation error of type FieldUndefined: Field '{name}' in type '{ty}' is undefined @ '{name}'"),
            location(field, &document.sources).map(|location| vec![location]),
        )
    });
    errors.collect()
}

/// How deep fields nest; a field of the root is at depth one. Fragments cannot be cyclic in a valid document, and each
/// is measured once.
fn depth<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    known: &mut HashMap<&'a Name, u32>,
) -> u32 {
    let below = set.selections.iter().map(|selection| match selection {
        Selection::Field(field) => 1 + depth(document, &field.selection_set, known),
        Selection::InlineFragment(fragment) => depth(document, &fragment.selection_set, known),
        Selection::FragmentSpread(spread) => {
            if let Some(depth) = known.get(&spread.fragment_name) {
                return *depth;
            }
            let fragment = spread.fragment_def(document);
            let depth = fragment.map_or(0, |fragment| depth(document, &fragment.selection_set, known));
            known.insert(&spread.fragment_name, depth);
            depth
        }
    });
    below.max().unwrap_or(0)
}
