//! Every resource of every stack, evaluated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::error::{Place, TemplateError};
use super::program::Program;
use super::properties::Properties;
use super::scope::Scope;

/// A resource with its properties evaluated.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The template it stands in, such as `infra/account.yaml`.
    pub template: String,
    /// The stack it belongs to, such as `smartchat-Account`.
    pub stack: String,
    /// Its name in the template.
    pub logical_id: String,
    /// Such as `AWS::DynamoDB::Table`.
    pub kind: String,
    /// Its properties, without what `AWS::NoValue` removed.
    pub properties: Value,
    /// What `Ref` yields.
    pub reference: String,
    /// What `GetAtt` yields, as far as it is known here.
    pub attributes: BTreeMap<String, String>,
    /// Of a function: what runs.
    #[serde(skip)]
    pub(crate) program: Option<Program>,
    /// Where relative paths in the template start.
    #[serde(skip)]
    pub(crate) directory: PathBuf,
}

impl Resource {
    /// All resources that are created in a stack and the stacks in it.
    pub(crate) fn collect(scope: &Scope<'_>, into: &mut Vec<Resource>) -> Result<(), TemplateError> {
        for (id, declaration) in &scope.stack.document.resources {
            if !scope.is_created(id)? {
                continue;
            }
            into.push(Resource::evaluate(scope, id, declaration)?);
            if let Some(stack) = scope.stack.children.get(id) {
                check_parameters(stack, declaration, &scope.stack.place(id))?;
                Resource::collect(&scope.child(id, stack), into)?;
            }
        }
        Ok(())
    }

    fn evaluate(scope: &Scope<'_>, id: &str, declaration: &Value) -> Result<Resource, TemplateError> {
        let place = scope.stack.place(id);
        if scope.kind(id).is_empty() {
            return Err(place.invalid("has no Type"));
        }
        let properties = match declaration.get("Properties") {
            Some(properties) => scope.evaluate(properties, &place)?.unwrap_or_default(),
            None => Value::Null,
        };
        let physical = scope.physical(id, &place)?;
        Ok(Resource {
            template: scope.stack.template.clone(),
            stack: scope.stack.name.clone(),
            logical_id: id.to_owned(),
            kind: scope.kind(id).to_owned(),
            properties,
            reference: physical.reference.clone(),
            attributes: physical.attributes.clone(),
            program: physical.program.clone(),
            directory: scope.stack.directory.clone(),
        })
    }

    /// An attribute, or nothing if it is unknown.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn place(&self) -> Place {
        Place::new(&self.template, &self.logical_id)
    }

    pub(crate) fn props(&self) -> Properties<'_> {
        Properties::new(&self.properties, self.place())
    }

    /// The contents of a file next to the template.
    pub(crate) fn read(&self, relative: &str) -> Result<String, TemplateError> {
        if relative.starts_with("s3://") {
            let reason = format!("{relative} is not on this machine: write a path beside the template");
            return Err(self.place().invalid(reason));
        }
        read_file(&self.directory.join(relative))
    }
}

/// The contents of a file.
pub(crate) fn read_file(path: &Path) -> Result<String, TemplateError> {
    fs::read_to_string(path).map_err(|source| TemplateError::Unreadable { path: path.to_owned(), source })
}

/// CloudFormation refuses parameters that a nested template does not declare.
fn check_parameters(
    stack: &super::stack::Stack,
    declaration: &Value,
    place: &Place,
) -> Result<(), TemplateError> {
    let given = declaration.pointer("/Properties/Parameters").and_then(Value::as_object);
    for name in given.into_iter().flat_map(|given| given.keys()) {
        if !stack.document.parameters.contains_key(name) {
            let place = place.within("Parameters").within(name);
            return Err(place.invalid(format!("{} has no such parameter", stack.template)));
        }
    }
    Ok(())
}
