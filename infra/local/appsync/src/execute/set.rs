//! All fields of one object type, for all of its values at a level.

use apollo_compiler::Name;
use apollo_compiler::executable::SelectionSet;
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use serde_json::Value;

use crate::error::Path;
use crate::execute::{Execution, Failed, Slot, collect};
use crate::output::Output;

/// A value whose fields are wanted, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Parent<'v> {
    pub(crate) value: &'v Value,
    pub(crate) path: Path,
}

impl Parent<'static> {
    /// What the fields of the root hang on.
    pub(crate) const ROOT: Parent<'static> = Parent { value: &Value::Null, path: Path::ROOT };
}

impl<'a> Execution<'a> {
    /// Completes every parent, which all are of one type.
    pub(crate) fn set<'b>(
        &'b self,
        ty: &'b Name,
        sets: Vec<&'a SelectionSet>,
        parents: &'b [Parent<'b>],
    ) -> BoxFuture<'b, Vec<Slot>>
    where
        'a: 'b,
    {
        async move {
            let groups = collect(self.engine, self.prepared, self.variables, ty, &sets);
            if !self.count_values(groups.len() * parents.len()) {
                return parents.iter().map(|_| Err(Failed)).collect();
            }
            let mut columns: Vec<Option<Vec<Slot>>> =
                groups.iter().map(|group| self.immediate(ty, group, parents)).collect();
            // What needs a resolver, or has such fields below it, goes on concurrently.
            let waiting = groups.iter().zip(&mut columns).filter(|(_, column)| column.is_none());
            join_all(waiting.map(|(group, column)| async move {
                *column = Some(self.waited(ty, group, parents).await);
            }))
            .await;
            let mut columns: Vec<_> = columns.into_iter().flatten().map(Vec::into_iter).collect();
            let row = |_| {
                let mut fields = Vec::with_capacity(groups.len());
                let mut failed = false;
                for (group, column) in groups.iter().zip(&mut columns) {
                    match column.next() {
                        Some(Ok(value)) => fields.push((group.key.clone(), value)),
                        _ => failed = true,
                    }
                }
                if failed { Err(Failed) } else { Ok(Output::Object(fields)) }
            };
            parents.iter().map(row).collect()
        }
        .boxed()
    }
}
