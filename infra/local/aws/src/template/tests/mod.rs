//! Tests over whole templates.

mod api;
mod buckets;
mod events;
mod foreign;
mod intrinsics;
mod nesting;
mod people;
mod policies;
mod project;
mod secrets;

use std::fs;

use super::{Deployment, MemorySecrets, Options, TemplateError};

/// Template files in a directory of their own; the first is the root.
struct Files(tempfile::TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Files(directory)
    }

    fn read(&self) -> Result<Deployment, TemplateError> {
        self.read_with(&Options::default())
    }

    fn read_with(&self, options: &Options) -> Result<Deployment, TemplateError> {
        Deployment::read(&self.0.path().join("template.yaml"), options, &MemorySecrets::default())
    }
}

/// One template of which nothing else is needed.
fn read(template: &str) -> Result<Deployment, TemplateError> {
    Files::new(&[("template.yaml", template)]).read()
}

/// The words with which a template is refused.
fn refusal(template: &str) -> String {
    read(template).unwrap_err().to_string()
}
