//! Which fields a selection asks for, with fragments expanded and repeated fields merged.

use std::collections::HashSet;

use apollo_compiler::executable::{DirectiveList, Field, Selection, SelectionSet, Value as Literal};
use apollo_compiler::{Name, Node};
use serde_json::{Map, Value};

use crate::document::Prepared;
use crate::engine::Engine;

/// The fields of one response key. They have the same name and arguments, and their selections are merged.
#[derive(Debug, Clone)]
pub(crate) struct FieldGroup<'a> {
    pub(crate) key: &'a Name,
    pub(crate) field: &'a Node<Field>,
    pub(crate) fields: Vec<&'a Node<Field>>,
}

impl<'a> FieldGroup<'a> {
    /// What is selected below.
    pub(crate) fn selections(&self) -> Vec<&'a SelectionSet> {
        self.fields.iter().map(|field| &field.selection_set).collect()
    }
}

/// The fields that a value of an object type is asked for.
pub(crate) fn collect<'a>(
    engine: &Engine,
    prepared: &'a Prepared,
    variables: &Map<String, Value>,
    ty: &str,
    sets: &[&'a SelectionSet],
) -> Vec<FieldGroup<'a>> {
    let mut collector =
        Collector { engine, prepared, variables, ty, groups: Vec::new(), spread: HashSet::new() };
    for set in sets {
        collector.set(set);
    }
    collector.groups
}

struct Collector<'a, 'c> {
    engine: &'c Engine,
    prepared: &'a Prepared,
    variables: &'c Map<String, Value>,
    ty: &'c str,
    groups: Vec<FieldGroup<'a>>,
    /// Fragments that have been expanded; once is enough.
    spread: HashSet<&'a Name>,
}

impl<'a> Collector<'a, '_> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            if !is_included(selection.directives(), self.variables) {
                continue;
            }
            match selection {
                Selection::Field(field) => self.field(field),
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|condition| self.applies(condition)) {
                        self.set(&fragment.selection_set);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.prepared.document.fragments.get(&spread.fragment_name)
                        && self.applies(fragment.type_condition())
                        && self.spread.insert(&spread.fragment_name)
                    {
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, field: &'a Node<Field>) {
        let key = field.response_key();
        match self.groups.iter_mut().find(|group| group.key == key) {
            Some(group) => group.fields.push(field),
            None => self.groups.push(FieldGroup { key, field, fields: vec![field] }),
        }
    }

    fn applies(&self, condition: &str) -> bool {
        condition == self.ty || self.engine.catalog.schema.is_subtype(condition, self.ty)
    }
}

/// What `@skip` and `@include` say.
pub(crate) fn is_included(directives: &DirectiveList, variables: &Map<String, Value>) -> bool {
    let condition = |name: &str| {
        let value = directives.get(name)?.specified_argument_by_name("if")?;
        match &**value {
            Literal::Boolean(value) => Some(*value),
            Literal::Variable(name) => variables.get(name.as_str()).and_then(Value::as_bool),
            _ => None,
        }
    };
    condition("skip") != Some(true) && condition("include") != Some(false)
}
