//! Requests that are full of what nobody else may read.

use std::collections::BTreeSet;

use apollo_compiler::Schema;
use serde_json::{Value, json};
use tests::Reply;

use super::CANARY;
use crate::authorization::row::{Kind, Row};
use crate::authorization::scene::{Names, Scene};
use crate::authorization::table;
use crate::house::schema::schema;

/// What holds free text, by name.
const FREE: [&str; 13] = [
    "about",
    "address",
    "description",
    "displayName",
    "draft",
    "emails",
    "fileName",
    "handle",
    "name",
    "phones",
    "query",
    "text",
    "title",
];

/// A request, ready to be sent.
pub(super) struct Call {
    /// `Mutation.sendMessage`.
    pub(super) root: &'static str,
    pub(super) document: String,
    pub(super) variables: Value,
}

/// One request for each field, as somebody would send it, with a canary in each free text.
pub(super) async fn of(scene: &Scene, kind: Kind, names: Names) -> Vec<Call> {
    let schema = schema().0;
    let mut seen = BTreeSet::new();
    let mut calls = Vec::new();
    for row in table::all().filter(|row| seen.insert(row.field)) {
        let mut arguments = scene.filled(row.arguments, kind, names).await;
        mark(&mut arguments, false);
        calls.push(call(&schema, row, arguments));
    }
    calls
}

fn call(schema: &Schema, row: &'static Row, arguments: Value) -> Call {
    let (root, field) = row.root_parts();
    let is_mutation = root == "Mutation";
    let definition = &schema.get_object(root).expect("a root").fields[field];
    let given =
        definition.arguments.iter().filter(|one| is_mutation || arguments.get(one.name.as_str()).is_some());
    let given: Vec<_> = given.map(|one| (one.name.to_string(), one.ty.to_string())).collect();
    let list = |part: &dyn Fn(&(String, String)) -> String| match given.iter().map(part).collect::<Vec<_>>() {
        parts if parts.is_empty() => String::new(),
        parts => format!("({})", parts.join(", ")),
    };
    let declared = list(&|(name, ty)| format!("${name}: {ty}"));
    let passed = list(&|(name, _)| format!("{name}: ${name}"));
    let document = format!("{} {declared} {{ {field}{passed} {} }}", root.to_lowercase(), row.selection);
    Call {
        root: row.root,
        document,
        variables: if is_mutation { json!({ "input": arguments }) } else { arguments },
    }
}

impl Call {
    /// The same with a canary in place of every text, ids among them.
    pub(super) fn spoiled(&self) -> Call {
        let mut variables = self.variables.clone();
        mark(&mut variables, true);
        Call { document: self.document.clone(), variables, ..*self }
    }
}

/// Puts a canary into free texts, or into all.
fn mark(value: &mut Value, is_free: bool) {
    match value {
        Value::String(text) if is_free => CANARY.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(|value| mark(value, is_free)),
        Value::Object(members) => {
            for (name, member) in members {
                mark(member, is_free || FREE.contains(&name.as_str()));
            }
        }
        _ => {}
    }
}

/// Errors whose words repeat a canary, from our functions: AppSync itself may quote what a client sent it.
pub(super) fn repeats(reply: &Reply) -> Vec<String> {
    let ours = |error: &&Value| {
        let kind = error["errorType"].as_str().unwrap_or_default();
        domain::ErrorKind::ALL.iter().any(|ours| ours.as_str() == kind)
    };
    let told = reply.errors.iter().filter(ours).map(Value::to_string);
    told.filter(|error| error.contains(CANARY)).collect()
}
