//! One field for all parents of a level: who may see it, and where its values come from.

use apollo_compiler::Name;
use serde_json::Value;

use crate::document::arguments;
use crate::error::{Failure, GraphqlError, Path};
use crate::execute::set::Parent;
use crate::execute::{Execution, Failed, FieldGroup, Slot};
use crate::output::Output;
use crate::resolve::{FieldCall, Outcome, ResolverPlan, Surroundings, resolve};
use crate::schema::FieldPlan;

impl<'a> Execution<'a> {
    /// The values of a field that needs no waiting: no resolver, nothing below it.
    pub(super) fn immediate(
        &self,
        ty: &Name,
        group: &FieldGroup<'a>,
        parents: &[Parent<'_>],
    ) -> Option<Vec<Slot>> {
        let name = group.field.name.as_str();
        if name == "__typename" {
            return Some(vec![Ok(Output::Leaf(Value::String(ty.to_string()))); parents.len()]);
        }
        if name.starts_with("__") {
            return Some(vec![Ok(self.introspect(group)); parents.len()]);
        }
        let plan = self.engine.catalog.field(ty, name)?;
        if let Some(denied) = self.denied(ty, group, plan, parents) {
            return Some(denied);
        }
        if plan.resolver.is_some() || !self.is_leaf(group) {
            return None;
        }
        let values = parents.iter().map(|parent| {
            let value = parent.value.get(name).unwrap_or(&Value::Null);
            self.leaf(group, ty, value, &|| parent.path.key(group.key))
        });
        Some(values.collect())
    }

    /// The values of any field.
    pub(crate) async fn field(&self, ty: &Name, group: &FieldGroup<'a>, parents: &[Parent<'_>]) -> Vec<Slot> {
        match self.immediate(ty, group, parents) {
            Some(slots) => slots,
            None => self.waited(ty, group, parents).await,
        }
    }

    /// The values of a field that is not immediate, and that the caller may see.
    pub(super) async fn waited(
        &self,
        ty: &Name,
        group: &FieldGroup<'a>,
        parents: &[Parent<'_>],
    ) -> Vec<Slot> {
        let name = group.field.name.as_str();
        let paths: Vec<Path> = parents.iter().map(|parent| parent.path.key(group.key)).collect();
        let resolver = self.engine.catalog.field(ty, name).and_then(|plan| plan.resolver.as_deref());
        let Some(resolver) = resolver else {
            let values = parents.iter().map(|parent| parent.value.get(name).unwrap_or(&Value::Null));
            return self.complete(ty, group, paths.into_iter().zip(values).collect()).await;
        };
        let resolved = self.resolved(ty, group, resolver, parents, &paths).await;
        let good =
            paths.into_iter().zip(&resolved).filter_map(|(path, value)| Some((path, value.as_ref().ok()?)));
        let mut completed = self.complete(ty, group, good.collect()).await.into_iter();
        let failed = || if group.field.ty().is_non_null() { Err(Failed) } else { Ok(Output::NULL) };
        let slots = resolved.iter().map(|value| match value {
            Ok(_) => completed.next().unwrap_or(Err(Failed)),
            Err(Failed) => failed(),
        });
        slots.collect()
    }

    /// Nulls and errors for all parents, if the caller may not see the field.
    fn denied(
        &self,
        ty: &Name,
        group: &FieldGroup<'a>,
        plan: &FieldPlan,
        parents: &[Parent<'_>],
    ) -> Option<Vec<Slot>> {
        let name = group.field.name.as_str();
        if self.request.caller.may(self.engine, &plan.access, ty, name) {
            return None;
        }
        let deny = |parent: &Parent<'_>| {
            self.record_failure(group, Failure::unauthorized(ty, name), &parent.path.key(group.key));
            if group.field.ty().is_non_null() { Err(Failed) } else { Ok(Output::NULL) }
        };
        Some(parents.iter().map(deny).collect())
    }

    /// Runs the resolver for each parent within the limit, and records what went wrong.
    async fn resolved(
        &self,
        ty: &Name,
        group: &FieldGroup<'a>,
        resolver: &ResolverPlan,
        parents: &[Parent<'_>],
        paths: &[Path],
    ) -> Vec<Result<Value, Failed>> {
        let arguments = match arguments::values(&self.engine.catalog.schema, group.field, self.variables) {
            Ok(arguments) => arguments,
            Err(message) => {
                for path in paths {
                    self.record(GraphqlError::value(message.clone(), path));
                }
                return parents.iter().map(|_| Err(Failed)).collect();
            }
        };
        let call = FieldCall {
            type_name: ty,
            field_name: &group.field.name,
            arguments,
            selection: self.selection_text(group),
            is_root: self.engine.catalog.is_root(ty),
        };
        let allowed = parents.iter().take_while(|_| self.count_resolver()).count();
        let sources: Vec<&Value> = parents[..allowed].iter().map(|parent| parent.value).collect();
        let around = Surroundings { engine: self.engine, request: self.request };
        let outcomes = resolve(around, resolver, &call, &sources).await;
        let mut values: Vec<_> =
            outcomes.into_iter().zip(paths).map(|(outcome, path)| self.take(group, outcome, path)).collect();
        for path in &paths[allowed..] {
            let message =
                format!("The request exceeds the limit of {} resolvers.", self.engine.resolver_limit);
            self.record_failure(group, Failure::new("ResolverExecutionLimitReached", message), path);
            values.push(Err(Failed));
        }
        values
    }

    /// The value of one run; its error and its effects go where they belong.
    fn take(&self, group: &FieldGroup<'a>, outcome: Outcome, path: &Path) -> Result<Value, Failed> {
        let Outcome { result, mut effects } = outcome;
        for failure in effects.appended.drain(..) {
            self.record_failure(group, self.selected(group, failure), path);
        }
        for invalidation in effects.invalidations.drain(..) {
            self.engine.subscriptions.invalidate(&invalidation);
        }
        self.lock().effects.extend(effects);
        result.map_err(|failure| {
            self.record_failure(group, self.selected(group, failure), path);
            Failed
        })
    }

    /// The data of an error is cut to what the client selected.
    fn selected(&self, group: &FieldGroup<'a>, mut failure: Failure) -> Failure {
        failure.data = self.cut(group, &failure.data);
        failure
    }
}
