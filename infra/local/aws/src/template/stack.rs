//! The root template and its nested applications, as files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::Document;
use super::error::{Place, TemplateError};

/// How deep applications may nest; a template that nests itself would never end.
const MAX_DEPTH: usize = 8;

/// One stack: a template under a name.
#[derive(Debug)]
pub(crate) struct Stack {
    /// Such as `smartchat` or `smartchat-Account`.
    pub(crate) name: String,
    /// The template's path for people, relative to the root template.
    pub(crate) template: String,
    /// The directory that paths in the template start from.
    pub(crate) directory: PathBuf,
    pub(crate) document: Document,
    /// By the logical id of the application.
    pub(crate) children: BTreeMap<String, Stack>,
}

impl Stack {
    /// Loads the root template and whatever it nests.
    pub(crate) fn load(path: &Path, name: &str) -> Result<Stack, TemplateError> {
        let template = path.file_name().map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
        load(path, name.to_owned(), template, 0)
    }

    /// The place of a resource or section.
    pub(crate) fn place(&self, resource: &str) -> Place {
        Place::new(&self.template, resource)
    }
}

fn load(path: &Path, name: String, template: String, depth: usize) -> Result<Stack, TemplateError> {
    let place = Place::new(&template, "Template");
    if depth > MAX_DEPTH {
        return Err(place.invalid(format!("applications nest deeper than {MAX_DEPTH}")));
    }
    let text = fs::read_to_string(path)
        .map_err(|source| TemplateError::Unreadable { path: path.to_owned(), source })?;
    let document = Document::parse(&template, &text)?;
    let directory = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut children = BTreeMap::new();
    for (id, resource) in &document.resources {
        if resource.get("Type").and_then(Value::as_str) != Some("AWS::Serverless::Application") {
            continue;
        }
        let location = resource.pointer("/Properties/Location").and_then(Value::as_str).ok_or_else(|| {
            Place::new(&template, id).within("Location").invalid("must be the path of a template")
        })?;
        let shown = Path::new(&template).with_file_name(location).to_string_lossy().into_owned();
        let child = load(&directory.join(location), format!("{name}-{id}"), shown, depth + 1)?;
        children.insert(id.clone(), child);
    }
    Ok(Stack { name, template, directory, document, children })
}
