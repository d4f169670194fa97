//! What the client asked for below a field, as resolvers see it.

use std::collections::HashSet;
use std::sync::Arc;

use apollo_compiler::executable::{Selection, SelectionSet};
use serde_json::{Map, Value};

use crate::execute::collect::is_included;
use crate::execute::{Execution, FieldGroup};
use crate::resolve::SelectionText;

/// How long a list may become; aliases below aliases multiply.
const LONGEST_LIST: usize = 10_000;

impl<'a> Execution<'a> {
    /// `selectionSetList` and `selectionSetGraphQL`; remembered with the document where variables have no say.
    pub(super) fn selection_text(&self, group: &FieldGroup<'a>) -> Arc<SelectionText> {
        if group.fields.len() > 1 {
            return Arc::new(self.write_selection(group));
        }
        self.prepared.selection_text(group.field, || self.write_selection(group))
    }

    fn write_selection(&self, group: &FieldGroup<'a>) -> SelectionText {
        let ty = group.field.ty().inner_named_type();
        let mut listing = Listing { execution: self, list: Vec::new(), known: HashSet::new() };
        let mut merged = SelectionSet::new(ty.clone());
        for set in group.selections() {
            listing.set(ty, set, "");
            merged.extend(set.selections.iter().cloned());
        }
        let graphql = if merged.is_empty() { String::new() } else { merged.to_string() };
        SelectionText { list: listing.list, graphql }
    }

    /// The members of an error's data that the client selected.
    pub(super) fn cut(&self, group: &FieldGroup<'a>, data: &Value) -> Value {
        let text = self.selection_text(group);
        if text.list.is_empty() { data.clone() } else { cut(data, &text.list, "") }
    }
}

/// A `selectionSetList` in the making.
struct Listing<'e, 'a> {
    execution: &'e Execution<'a>,
    list: Vec<String>,
    /// What the list holds, and which fragment has been expanded where.
    known: HashSet<String>,
}

impl Listing<'_, '_> {
    /// Depth first; a fragment counts only if the type itself satisfies its condition.
    fn set(&mut self, ty: &str, set: &SelectionSet, prefix: &str) {
        let (execution, schema) = (self.execution, &self.execution.engine.catalog.schema);
        let applies = |condition: &str| condition == ty || schema.is_subtype(condition, ty);
        for selection in &set.selections {
            if self.list.len() >= LONGEST_LIST || !is_included(selection.directives(), execution.variables) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let path = format!("{prefix}{}", field.response_key());
                    if self.known.insert(path.clone()) {
                        self.list.push(path.clone());
                    }
                    self.set(field.ty().inner_named_type(), &field.selection_set, &format!("{path}/"));
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|condition| applies(condition)) {
                        self.set(ty, &fragment.selection_set, prefix);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = spread.fragment_def(&execution.prepared.document)
                        && applies(fragment.type_condition())
                        && self.known.insert(format!("{prefix}...{}", spread.fragment_name))
                    {
                        self.set(ty, &fragment.selection_set, prefix);
                    }
                }
            }
        }
    }
}

fn cut(data: &Value, list: &[String], prefix: &str) -> Value {
    match data {
        Value::Array(items) => items.iter().map(|item| cut(item, list, prefix)).collect(),
        Value::Object(members) => {
            let selected = members.iter().filter_map(|(name, value)| {
                let path = format!("{prefix}{name}");
                list.contains(&path).then(|| (name.clone(), cut(value, list, &format!("{path}/"))))
            });
            Value::Object(selected.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_is_cut_to_the_selection() {
        let list = ["id".to_owned(), "author".to_owned(), "author/name".to_owned()];
        let data = json!({"id": 1, "secret": 2, "author": {"name": "n", "mail": "m"}});
        assert_eq!(cut(&data, &list, ""), json!({"id": 1, "author": {"name": "n"}}));
    }
}
