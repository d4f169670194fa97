//! The crate of a new function.

use std::path::Path;

use crate::name::Field;
use crate::{Failure, link, write};

/// Writes the crate and links it. Gives what is left to do.
pub(crate) fn run(root: &Path, field: &Field, area: &str) -> Result<String, Failure> {
    let areas = root.join("functions");
    if !areas.join(area).is_dir() {
        return Err(Failure::Refused(format!(
            "there is no area {area}: make the folder functions/{area} first"
        )));
    }
    let name = field.crate_name();
    let folder = areas.join(area).join(&name);
    if folder.exists() {
        return Err(Failure::Refused(format!("functions/{area}/{name} is there already")));
    }
    write(&folder.join("Cargo.toml"), &manifest(field))?;
    write(&folder.join("src/lib.rs"), &library(field))?;
    write(&folder.join("src/main.rs"), &program(field))?;
    link::run(root)?;
    Ok(left_to_do(field, area))
}

fn manifest(field: &Field) -> String {
    let name = field.crate_name();
    format!(
        r#"[package]
name = "{name}"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true
description = "{field}"

[lints]
workspace = true

[[bin]]
name = "{name}"
path = "src/main.rs"
test = false

[dependencies]
data.workspace = true
domain.workspace = true
lambda.workspace = true
serde.workspace = true

[dev-dependencies]
serde_json.workspace = true
"#
    )
}

fn library(field: &Field) -> String {
    match field.type_name.as_str() {
        _ if field.is_nested() => batched(field),
        "Mutation" => plain(field, MUTATION),
        _ => plain(field, OTHER),
    }
}

/// How a kind of field writes its arguments.
struct Form {
    /// What `lambda` has for it.
    imported: &'static str,
    /// What its own type is called.
    own: &'static str,
    /// The type of the arguments.
    arguments: &'static str,
    /// Arguments that it reads.
    example: &'static str,
}

const MUTATION: Form = Form {
    imported: "WithInput, ",
    own: "Input",
    arguments: "WithInput<Input>",
    example: r#"{ "input": {} }"#,
};
const OTHER: Form = Form { imported: "", own: "Arguments", arguments: "Arguments", example: "{}" };

fn plain(field: &Field, form: Form) -> String {
    let Form { imported, own, arguments, example } = form;
    format!(
        r#"//! `{field}`: what it does, who may call it.
//!
//! Errors: which, and when.

use domain::Error;
use lambda::{{Context, Function, SignedIn, {imported}field}};
use serde::Deserialize;

/// The arguments of `{field}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct {own} {{}}

/// Authorise, decide, one data call, answer.
pub async fn handle(_ctx: &Context, _caller: SignedIn, _arguments: {arguments}) -> Result<(), Error> {{
    Err(Error::internal("{field} is not written"))
}}

/// The function.
pub fn function() -> Function {{
    field(handle)
}}

#[cfg(test)]
mod tests {{
    use super::*;

    #[test]
    fn arguments_are_read() {{
        assert!(lambda::parse::<{arguments}>(serde_json::json!({example})).is_ok());
    }}
}}
"#
    )
}

fn batched(field: &Field) -> String {
    format!(
        r#"//! `{field}`: what it is, looked up for a whole page at once; who may see it.
//!
//! Errors: which, and when.

use domain::Error;
use lambda::{{Context, Function, Viewer, batch_field}};
use serde::Deserialize;

/// What the field needs of its `{type_name}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {{}}

/// One data call for all sources, one answer for each, in their order.
pub async fn handle(
    _ctx: &Context,
    _viewer: Viewer,
    sources: Vec<Source>,
) -> Result<Vec<Result<(), Error>>, Error> {{
    Err(Error::internal(format!("{field} is not written, for {{}} sources", sources.len())))
}}

/// The function.
pub fn function() -> Function {{
    batch_field(handle)
}}

#[cfg(test)]
mod tests {{
    use super::*;

    #[test]
    fn a_source_may_hold_more_than_is_needed() {{
        assert!(lambda::parse::<Source>(serde_json::json!({{"id": "1"}})).is_ok());
    }}
}}
"#,
        type_name = field.type_name
    )
}

fn program(field: &Field) -> String {
    let module = field.crate_name().replace('-', "_");
    format!(
        r#"//! The Lambda function of `{field}`.

fn main() -> Result<(), lambda::StartError> {{
    lambda::run({module}::function())
}}
"#
    )
}

fn left_to_do(field: &Field, area: &str) -> String {
    let (name, logical_id) = (field.crate_name(), field.logical_id());
    let Field { type_name, field_name } = field;
    let batch = if field.is_nested() { "\n           MaxBatchSize: 100" } else { "" };
    format!(
        "functions/{area}/{name} is written and linked into the local cloud. What is left:
  1. schema.graphql: {field}, described; whoever may call it beside signed-in people, as a directive.
  2. functions/{area}/{name}/src/lib.rs: the arguments as domain types, the handler, its tests.
  3. infra/{area}.yaml: the right to be invoked, in ResolverRole, and this block, after its neighbours of the schema:
       - !GetAtt {logical_id}.Arn

       # {field}
       {logical_id}:
         Type: AWS::Serverless::Function
         Metadata:
           BuildMethod: rust-cargolambda
         Properties:
           CodeUri: ../functions/{area}/{name}
           Policies:
             - Version: '2012-10-17'
               Statement:
                 - Effect: Allow
                   Action: dynamodb:GetItem   # exactly what the handler needs
                   Resource: !Ref TableArn
       {logical_id}Source:
         Type: AWS::AppSync::DataSource
         Properties:
           ApiId: !Ref ApiId
           Name: {logical_id}
           Type: AWS_LAMBDA
           ServiceRoleArn: !GetAtt ResolverRole.Arn
           LambdaConfig:
             LambdaFunctionArn: !GetAtt {logical_id}.Arn
       {logical_id}Resolver:
         Type: AWS::AppSync::Resolver
         Properties:
           ApiId: !Ref ApiId
           TypeName: {type_name}
           FieldName: {field_name}
           DataSourceName: !GetAtt {logical_id}Source.Name{batch}
  4. tests: a row for {field} in the authorisation matrix, and a scenario.
  5. docs/access-patterns.md: the access pattern, if it is a new one; docs/costs.md: what it may cost."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str, text: &str| write(&root.path().join(path), text).unwrap();
        at("functions/account/.keep", "");
        at("infra/local/Cargo.toml", "[dependencies]\n\n# The functions, alphabetically.\n");
        at("infra/local/src/functions.rs", "fn all() {\n    BTreeMap::from([])\n}\n");
        root
    }

    #[test]
    fn a_new_function_is_written_linked_and_explained() {
        let root = repository();
        let report = run(root.path(), &"Mutation.addContact".parse().unwrap(), "account").unwrap();
        assert!(report.contains("FieldName: addContact"));
        let table = std::fs::read_to_string(root.path().join("infra/local/src/functions.rs")).unwrap();
        assert!(table.contains("(\"add-contact\", add_contact::function()),"));
        let main =
            std::fs::read_to_string(root.path().join("functions/account/add-contact/src/main.rs")).unwrap();
        assert!(main.contains("lambda::run(add_contact::function())"));
    }

    #[test]
    fn nothing_is_overwritten() {
        let root = repository();
        let field = "Mutation.addContact".parse().unwrap();
        run(root.path(), &field, "account").unwrap();
        assert!(run(root.path(), &field, "account").is_err());
    }

    #[test]
    fn an_area_has_to_exist() {
        assert!(run(repository().path(), &"Query.x".parse().unwrap(), "acount").is_err());
    }
}
