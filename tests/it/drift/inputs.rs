//! Whatever the schema lets through, the function behind the field can read.
//!
//! Each field is asked with the least that the schema wants, with everything that it allows, and with `null` where it
//! may stand. A function that does not know an argument, or wants more than the schema says, answers `BadRequest`.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use serde_json::{Map, Value, json};
use tests::World;

use crate::house::schema::schema;

/// Which of the arguments are given.
#[derive(Debug, Clone, Copy)]
enum Extent {
    /// Those without which the request is invalid.
    Least,
    /// All; of alternatives the one with this number.
    Most(usize),
    /// All, but null where that is allowed.
    Null,
}

/// Of these at most one may be given.
const ALTERNATIVES: [&[&str]; 2] = [&["after", "around", "before"], &["contact", "location", "text"]];

/// What only goes with the last alternative of its group: mentions are of a text, and attachments have words under them.
const WITH_TEXT: [&str; 2] = ["attachmentIds", "mentions"];

/// Handed out by the server: no test can make one up.
const HANDED_OUT: &str = "nextToken";

/// Fields that may be asked for nothing, but then say so: there must be one of the alternatives.
const WANTS_ONE_OF: [&str; 2] = ["Mutation.sendMessage", "Mutation.sendMessages"];

/// A value that any rule accepts, by the name of what it is for.
fn text(name: &str) -> &'static str {
    match name {
        "userId" | "userIds" | "memberIds" | "mentions" => "00000000-0000-4000-8000-000000000001",
        "id" | "ids" | "messageId" | "messageIds" | "attachmentId" | "attachmentIds" => {
            "01ARZ3NDEKTSV4RRFFQ69G5FAV"
        }
        "conversationId" | "fromConversationId" => "g-00000000000000000000000000000000",
        "contentType" => "text/plain",
        "code" => "AAAAAAAAAAAAAAAAAAAAAA",
        "locale" => "en-GB",
        "version" => "1",
        "timeZone" => "Europe/Zurich",
        "handle" => "some.body",
        "start" => "22:00",
        "end" => "07:00",
        "emoji" => "👍",
        "emails" => "somebody@example.com",
        "phones" => "+41 44 000 00 00",
        "token" => "0123456789abcdef",
        _ => "some text",
    }
}

struct Builder<'a> {
    schema: &'a Schema,
    extent: Extent,
}

impl Builder<'_> {
    /// What an argument or input field gets; nothing where it is left out.
    fn given(&self, name: &str, ty: &Type) -> Option<Value> {
        let alternatives = ALTERNATIVES.iter().find(|names| names.contains(&name));
        match self.extent {
            _ if ty.is_non_null() => Some(self.value(name, ty)),
            Extent::Least => None,
            Extent::Null => Some(Value::Null),
            Extent::Most(_) if name == HANDED_OUT => None,
            Extent::Most(which) => match alternatives {
                Some(names) if names[which] != name => None,
                None if WITH_TEXT.contains(&name) && which != ALTERNATIVES[1].len() - 1 => None,
                _ => Some(self.value(name, ty)),
            },
        }
    }

    fn value(&self, name: &str, ty: &Type) -> Value {
        if ty.is_list() {
            return json!([self.value(name, ty.item_type())]);
        }
        match ty.inner_named_type().as_str() {
            "ID" | "String" => text(name).into(),
            "Int" => 1.into(),
            "Float" => json!(1.5),
            "Boolean" => true.into(),
            "AWSDateTime" => json!(jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)),
            named => match self.schema.types.get(named) {
                // The last value: the first role is that of the owner, which is not given away.
                Some(ExtendedType::Enum(values)) => {
                    json!(values.values.keys().next_back().expect("a value").as_str())
                }
                Some(ExtendedType::InputObject(input)) => {
                    let fields = input.fields.iter();
                    fields
                        .filter_map(|(name, field)| Some((name.to_string(), self.given(name, &field.ty)?)))
                        .collect()
                }
                _ => panic!("{name} has the type {named}, of which no value is known"),
            },
        }
    }

    fn variables(&self, field: &FieldDefinition) -> Map<String, Value> {
        let arguments = field.arguments.iter();
        arguments.filter_map(|one| Some((one.name.to_string(), self.given(&one.name, &one.ty)?))).collect()
    }

    fn document(&self, root: &str, field: &FieldDefinition) -> String {
        let list = |each: &dyn Fn(&str, &Type) -> String| {
            let items: Vec<_> = field.arguments.iter().map(|one| each(&one.name, &one.ty)).collect();
            if items.is_empty() { String::new() } else { format!("({})", items.join(", ")) }
        };
        let declared = list(&|name, ty| format!("${name}: {ty}"));
        let passed = list(&|name, _| format!("{name}: ${name}"));
        let is_object = self.schema.get_object(field.ty.inner_named_type()).is_some();
        let selection = if is_object { "{ __typename }" } else { "" };
        format!("{} Ask{declared} {{ {}{passed} {selection} }}", root.to_lowercase(), field.name)
    }
}

#[tokio::test]
async fn functions_read_all_that_the_schema_allows() {
    let world = World::shared().await;
    let person = world.person("drift").await;
    let schema = schema().0;
    let mut wrong = Vec::new();
    for root in ["Query", "Mutation"] {
        for field in schema.get_object(root).expect("a root").fields.values() {
            let path = format!("{root}.{}", field.name);
            // For the publisher only; its arguments are read by a script.
            if path == "Mutation.publishEvents" {
                continue;
            }
            for extent in [Extent::Least, Extent::Most(0), Extent::Most(1), Extent::Most(2), Extent::Null] {
                if !matches!(extent, Extent::Most(_)) && WANTS_ONE_OF.contains(&path.as_str()) {
                    continue;
                }
                let builder = Builder { schema: &schema, extent };
                let variables = Value::Object(builder.variables(field));
                let reply = person.asks(&builder.document(root, field), variables).await;
                let error = reply.error_type().unwrap_or("none");
                let is_expected = ["none", "NotFound", "Forbidden", "Conflict"].contains(&error);
                if !is_expected {
                    wrong.push(format!("{path} with {extent:?}: {:?}", reply.errors[0]["message"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
