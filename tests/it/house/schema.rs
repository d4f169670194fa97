//! Every field has one resolver or is plain data, and everything is described.

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use tests::house::{functions, kebab, text};

/// What AppSync knows without being told.
const PRELUDE: &str = "
scalar AWSDate scalar AWSTime scalar AWSDateTime scalar AWSTimestamp scalar AWSEmail scalar AWSJSON scalar AWSURL
scalar AWSPhone scalar AWSIPAddress
directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION
";

/// Fields of the roots that a script answers, without a function behind it.
pub(crate) const SCRIPTED: [&str; 2] = ["Mutation.publishEvents", "Subscription.onEvent"];
/// Fields that hold a person or a message by id: they are looked up by a batch function.
const LOOKED_UP: [&str; 6] = [
    "BlockedUser.user",
    "Contact.user",
    "Conversation.participants",
    "Member.user",
    "Message.replyTo",
    "Message.sender",
];

/// The API.
pub(crate) struct Api(pub(crate) Schema);

pub(crate) fn schema() -> Api {
    let sources =
        Schema::builder().parse(PRELUDE, "prelude.graphql").parse(text("schema.graphql"), "schema.graphql");
    Api(sources.build().unwrap_or_else(|error| panic!("{}", error.errors)))
}

impl Api {
    /// The fields of a root type.
    pub(crate) fn root_fields(&self, root: &str) -> Vec<String> {
        let root = self.0.get_object(root).unwrap_or_else(|| panic!("no type {root}"));
        root.fields.keys().map(ToString::to_string).collect()
    }

    /// The values of an enum.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let enumeration = self.0.get_enum(name).unwrap_or_else(|| panic!("no enum {name}"));
        enumeration.values.keys().map(ToString::to_string).collect()
    }
}

/// Each field with a function behind it, and the name of that function.
pub(crate) fn fields_with_functions(schema: &Api) -> BTreeMap<String, String> {
    let roots = ["Query", "Mutation", "Subscription"];
    let root_fields = roots.into_iter().flat_map(|root| {
        schema.root_fields(root).into_iter().map(move |field| (format!("{root}.{field}"), kebab(&field)))
    });
    let nested = LOOKED_UP.iter().map(|path| {
        let (parent, field) = path.split_once('.').expect("a path");
        ((*path).to_owned(), format!("{}-{}", kebab(parent), kebab(field)))
    });
    root_fields.filter(|(path, _)| !SCRIPTED.contains(&path.as_str())).chain(nested).collect()
}

#[test]
fn the_schema_is_valid() {
    if let Err(error) = schema().0.validate() {
        panic!("{}", error.errors);
    }
}

#[test]
fn every_field_with_a_function_has_it() {
    let crates: Vec<_> = functions().into_iter().map(|function| function.name).collect();
    let missing: Vec<_> = fields_with_functions(&schema())
        .into_iter()
        .filter(|(_, function)| !crates.contains(function))
        .collect();
    assert!(missing.is_empty(), "fields without a function: {missing:?}");
}

#[test]
fn everything_is_described() {
    let Api(schema) = schema();
    let mut bare = Vec::new();
    for (name, definition) in
        schema.types.iter().filter(|(name, _)| !name.starts_with("__") && !name.starts_with("AWS"))
    {
        if definition.is_built_in() {
            continue;
        }
        if definition.description().is_none() {
            bare.push(name.to_string());
        }
        match definition {
            ExtendedType::Object(object) => {
                for (field, definition) in &object.fields {
                    if definition.description.is_none() {
                        bare.push(format!("{name}.{field}"));
                    }
                    let arguments =
                        definition.arguments.iter().filter(|argument| argument.description.is_none());
                    bare.extend(arguments.map(|argument| format!("{name}.{field}({})", argument.name)));
                }
            }
            ExtendedType::InputObject(input) => {
                let fields = input.fields.iter().filter(|(_, field)| field.description.is_none());
                bare.extend(fields.map(|(field, _)| format!("{name}.{field}")));
            }
            ExtendedType::Enum(enumeration) => {
                let values = enumeration.values.iter().filter(|(_, value)| value.description.is_none());
                bare.extend(values.map(|(value, _)| format!("{name}.{value}")));
            }
            _ => {}
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:?}");
}

#[test]
fn mutations_take_one_input_named_after_them() {
    let Api(schema) = schema();
    let root = schema.get_object("Mutation").expect("a mutation type");
    for (name, field) in &root.fields {
        let mut pascal = name.to_string();
        pascal[..1].make_ascii_uppercase();
        let arguments: Vec<_> =
            field.arguments.iter().map(|one| format!("{}: {}", one.name, one.ty)).collect();
        assert_eq!(arguments, [format!("input: {pascal}Input!")], "Mutation.{name}");
    }
}

#[test]
fn lists_are_bounded() {
    let Api(schema) = schema();
    let root = schema.get_object("Query").expect("a query type");
    for (name, field) in &root.fields {
        let answer = field.ty.inner_named_type().as_str();
        if !answer.ends_with("Connection") {
            continue;
        }
        let arguments: Vec<_> = field.arguments.iter().map(|argument| argument.name.as_str()).collect();
        assert!(
            arguments.contains(&"limit") && arguments.contains(&"nextToken"),
            "Query.{name} has no limit or nextToken"
        );
        let page = schema.get_object(answer).expect("a connection type");
        assert!(page.fields.contains_key("items") && page.fields.contains_key("nextToken"), "{answer}");
    }
}

/// A type that the publisher delivers is read with its identity and with the subscriber's.
#[test]
fn what_events_carry_is_open_to_people_and_to_the_publisher() {
    let Api(schema) = schema();
    let (mut seen, mut next) = (Vec::new(), vec!["EventBatch".to_owned(), "TypingEvent".to_owned()]);
    while let Some(name) = next.pop() {
        let Some(object) = schema.get_object(&name) else { continue };
        if seen.contains(&name) {
            continue;
        }
        for directive in ["aws_iam", "aws_cognito_user_pools"] {
            assert!(object.directives.has(directive), "type {name} lacks @{directive}");
        }
        next.extend(object.fields.values().map(|field| field.ty.inner_named_type().to_string()));
        seen.push(name);
    }
    assert!(seen.len() > 10, "{seen:?}");
}
