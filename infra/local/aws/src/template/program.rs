//! What runs when a function is invoked, and under which name.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::error::TemplateError;
use super::scope::{Scope, as_text};

/// The program of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// A name of its own: the program's, or the function's logical id where functions of a template share a program.
    pub(crate) name: String,
    /// Under which name a tool that runs the function knows it.
    pub(crate) invoked_as: String,
}

/// The binary that SAM is told to build, or the package in `CodeUri`, or else the last part of `CodeUri`.
///
/// `cargo lambda watch` calls functions by their binaries, `sam local start-lambda` by their logical ids.
pub(crate) fn of(scope: &Scope<'_>, id: &str) -> Result<Program, TemplateError> {
    let built = built_by_cargo(scope, id)?;
    let name = match &built {
        Some(name) => Some(name.clone()),
        None => folder(scope, id)?,
    };
    let resources = &scope.stack.document.resources;
    let written = as_written(&resources[id]);
    let is_shared = resources.iter().any(|(other, resource)| {
        other != id && scope.kind(other) == "AWS::Serverless::Function" && as_written(resource) == written
    });
    let name = name.filter(|_| !is_shared).unwrap_or_else(|| id.to_owned());
    Ok(Program { invoked_as: built.unwrap_or_else(|| name.clone()), name })
}

fn built_by_cargo(scope: &Scope<'_>, id: &str) -> Result<Option<String>, TemplateError> {
    let binary = scope.stack.document.resources[id].pointer("/Metadata/BuildProperties/Binary");
    if let Some(binary) = binary {
        let place = scope.stack.place(id).within("Metadata.BuildProperties.Binary");
        return scope.text(binary, &place).map(Some);
    }
    let Some(code) = code_uri(scope, id)? else { return Ok(None) };
    Ok(package(&scope.stack.directory.join(code)))
}

/// The name of the package in a folder, if there is one.
fn package(folder: &Path) -> Option<String> {
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).ok()?.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// What tells programs apart before anything is evaluated.
fn as_written(resource: &Value) -> Option<&str> {
    let binary = resource.pointer("/Metadata/BuildProperties/Binary").and_then(Value::as_str);
    let code = || resource.pointer("/Properties/CodeUri")?.as_str()?.trim_end_matches('/').rsplit('/').next();
    binary.or_else(code)
}

fn folder(scope: &Scope<'_>, id: &str) -> Result<Option<String>, TemplateError> {
    let code = code_uri(scope, id)?;
    Ok(code.and_then(|code| Path::new(&code).file_name().map(|name| name.to_string_lossy().into_owned())))
}

/// A bucket instead of a folder names no program.
fn code_uri(scope: &Scope<'_>, id: &str) -> Result<Option<String>, TemplateError> {
    let code = scope.stack.document.resources[id].pointer("/Properties/CodeUri");
    let Some(code) = code else { return Ok(None) };
    let place = scope.stack.place(id).within("CodeUri");
    let code: Option<Value> = scope.evaluate(code, &place)?;
    Ok(as_text(code.as_ref()).filter(|code| !code.starts_with("s3://")))
}
