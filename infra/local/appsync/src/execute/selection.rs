//! What the client asked for below a field, as resolvers see it.

use std::sync::Arc;

use apollo_compiler::executable::{Selection, SelectionSet};
use serde_json::{Map, Value};

use crate::execute::collect::is_included;
use crate::execute::{Execution, FieldGroup};
use crate::resolve::SelectionText;

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
        let mut list = Vec::new();
        let mut merged = SelectionSet::new(ty.clone());
        for set in group.selections() {
            self.list(ty, set, "", &mut list);
            merged.extend(set.selections.iter().cloned());
        }
        let graphql = if merged.is_empty() { String::new() } else { merged.to_string() };
        SelectionText { list, graphql }
    }

    /// Depth first; a fragment counts only if the type itself satisfies its condition.
    fn list(&self, ty: &str, set: &SelectionSet, prefix: &str, list: &mut Vec<String>) {
        let applies =
            |condition: &str| condition == ty || self.engine.catalog.schema.is_subtype(condition, ty);
        for selection in &set.selections {
            if !is_included(selection.directives(), self.variables) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let path = format!("{prefix}{}", field.response_key());
                    if !list.contains(&path) {
                        list.push(path.clone());
                    }
                    self.list(field.ty().inner_named_type(), &field.selection_set, &format!("{path}/"), list);
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|condition| applies(condition)) {
                        self.list(ty, &fragment.selection_set, prefix, list);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = spread.fragment_def(&self.prepared.document)
                        && applies(fragment.type_condition())
                    {
                        self.list(ty, &fragment.selection_set, prefix, list);
                    }
                }
            }
        }
    }

    /// The members of an error's data that the client selected.
    pub(super) fn cut(&self, group: &FieldGroup<'a>, data: &Value) -> Value {
        let text = self.selection_text(group);
        if text.list.is_empty() { data.clone() } else { cut(data, &text.list, "") }
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
