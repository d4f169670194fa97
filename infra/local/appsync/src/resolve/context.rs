//! The context that functions and scripts receive.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::engine::Engine;
use crate::error::Failure;
use crate::request::Request;
use crate::resolve::Progress;

/// A field that is about to be resolved: all of its context but the parent.
#[derive(Debug)]
pub(crate) struct FieldCall<'a> {
    pub(crate) type_name: &'a str,
    pub(crate) field_name: &'a str,
    pub(crate) arguments: Map<String, Value>,
    pub(crate) selection: Arc<SelectionText>,
    /// Root fields have no source.
    pub(crate) is_root: bool,
}

/// What the client asked for below a field.
#[derive(Debug, Default)]
pub(crate) struct SelectionText {
    /// Depth first, joined by `/`, aliases in place of names.
    pub(crate) list: Vec<String>,
    /// As GraphQL.
    pub(crate) graphql: String,
}

impl FieldCall<'_> {
    /// The event of a function without a script.
    pub(crate) fn event(&self, request: &Request, parent: &Value, progress: &Progress) -> Value {
        json!({
            "arguments": self.arguments,
            "identity": request.identity,
            "source": self.source(parent),
            "request": {"headers": request.headers, "domainName": null},
            "prev": progress.prev,
            "info": self.info(request),
            "stash": progress.stash,
        })
    }

    /// The `ctx` of a script; `args` is the same as `arguments`.
    pub(crate) fn script_context(
        &self,
        engine: &Engine,
        request: &Request,
        parent: &Value,
        progress: &Progress,
    ) -> Value {
        json!({
            "arguments": self.arguments,
            "args": self.arguments,
            "identity": request.identity,
            "source": if self.is_root { json!({}) } else { parent.clone() },
            "request": {"headers": request.headers, "domainName": null},
            "prev": progress.prev,
            "info": self.info(request),
            "stash": progress.stash,
            "env": engine.environment,
            "authType": request.caller.auth_type(),
        })
    }

    fn source(&self, parent: &Value) -> Value {
        if self.is_root { Value::Null } else { parent.clone() }
    }

    fn info(&self, request: &Request) -> Value {
        json!({
            "selectionSetList": self.selection.list,
            "selectionSetGraphQL": self.selection.graphql,
            "parentTypeName": self.type_name,
            "fieldName": self.field_name,
            "variables": request.variables,
        })
    }

    /// What `util.unauthorized()` means here.
    pub(crate) fn unauthorized(&self) -> Failure {
        Failure::unauthorized(self.type_name, self.field_name)
    }
}
