//! Runs a row: what is denied first, then what is allowed.

use serde_json::{Value, json};
use tests::{Answer, Credentials, Ear};

use super::row::{Kind, Row};
use super::scene::{Names, Scene};
use super::trace::{Trace, ears};
use crate::house::schema::{Api, schema};

/// The matrix under test.
pub(crate) struct Check<'a> {
    scene: &'a Scene,
    schema: Api,
    ears: Vec<Ear>,
    failures: Vec<String>,
}

/// A request, ready to be sent.
struct Call {
    kind: Kind,
    names: Names,
    credentials: Credentials,
    variables: Value,
}

/// What came of it.
struct Outcome {
    /// `ok`, `401`, or the type of the error.
    name: String,
    /// As it came, with the ids of the request taken out.
    bytes: String,
    /// What was read and written on the way, as the journal has it.
    reads: Vec<String>,
    data: Value,
}

impl<'a> Check<'a> {
    pub(crate) async fn new(scene: &'a Scene) -> Check<'a> {
        Check { scene, schema: schema(), ears: ears(scene).await, failures: Vec::new() }
    }

    pub(crate) fn failures(self) -> Vec<String> {
        self.failures
    }

    pub(crate) async fn run(&mut self, row: &Row) {
        let quiet = |kind: &Kind| row.cell(*kind) != "ok";
        self.denies(row, Kind::ALL.into_iter().filter(quiet).collect()).await;
        for kind in Kind::ALL.into_iter().filter(|kind| !quiet(kind)) {
            self.allows(row, kind).await;
        }
    }

    /// What comes of a row for other credentials than those of its callers, with everything that is the owner's.
    pub(super) async fn tries(&self, row: &Row, credentials: &Credentials) -> String {
        let (kind, names) = (Kind::Owner, Names::Real);
        let variables = self.variables(row, kind, names).await;
        let call = Call { kind, names, credentials: credentials.clone(), variables };
        self.call(row, &self.document(row), &call).await.name
    }

    /// Refusals leave no trace, and do not tell what is hidden from what is not there.
    async fn denies(&mut self, row: &Row, kinds: Vec<Kind>) {
        let mut calls = Vec::new();
        for kind in kinds {
            for names in variants(row, kind) {
                for credentials in self.scene.credentials(kind) {
                    let variables = self.variables(row, kind, names).await;
                    calls.push(Call { kind, names, credentials, variables });
                }
            }
        }
        let document = self.document(row);
        let before = Trace::now(&self.scene.world, &mut self.ears).await;
        let mut first: Option<(Kind, Outcome)> = None;
        let mut reads: Option<(Kind, bool, Vec<String>)> = None;
        for call in &calls {
            let outcome = self.call(row, &document, call).await;
            let expected = if row.cell(call.kind) == "idle" { "ok" } else { row.cell(call.kind) };
            if outcome.name != expected {
                self.fails(row, call, &format!("expected {expected}, got {}", outcome.bytes));
            }
            // A direct conversation has other rows than a group: what is there is compared with what is not, like with like.
            let is_direct = matches!(call.names, Names::Private | Names::NoDirect);
            match &reads {
                Some((kind, form, real)) if (*kind, *form) == (call.kind, is_direct) => {
                    if *real != outcome.reads {
                        self.fails(row, call, &format!("reads differ: {real:?}, {:?}", outcome.reads));
                    }
                }
                _ => reads = Some((call.kind, is_direct, outcome.reads.clone())),
            }
            match &first {
                Some((kind, real)) if *kind == call.kind => {
                    if real.bytes != outcome.bytes {
                        let bytes = format!("tells what is there:\n  {}\n  {}", real.bytes, outcome.bytes);
                        self.fails(row, call, &bytes);
                    }
                }
                _ => first = Some((call.kind, outcome)),
            }
        }
        let after = Trace::now(&self.scene.world, &mut self.ears).await;
        if let Some(difference) = before.difference(&after) {
            self.failures.push(format!("{}: a refusal left a trace: {difference}", row.field));
        }
    }

    async fn allows(&mut self, row: &Row, kind: Kind) {
        let document = self.document(row);
        for credentials in self.scene.credentials(kind) {
            let variables = self.variables(row, kind, Names::Fresh).await;
            let call = Call { kind, names: Names::Fresh, credentials, variables };
            let outcome = self.call(row, &document, &call).await;
            if outcome.name != "ok" {
                self.fails(row, &call, &format!("expected ok, got {}", outcome.bytes));
            } else if !row.pointer.is_empty() && outcome.data.pointer(row.pointer).is_none_or(Value::is_null)
            {
                self.fails(row, &call, &format!("nothing at {}: {}", row.pointer, outcome.data));
            }
        }
    }

    fn fails(&mut self, row: &Row, call: &Call, why: &str) {
        self.failures.push(format!("{} × {:?} ({:?}): {why}", row.field, call.kind, call.names));
    }

    async fn variables(&self, row: &Row, kind: Kind, names: Names) -> Value {
        let arguments = self.scene.filled(row.arguments, kind, names).await;
        if row.root_parts().0 == "Mutation" { json!({ "input": arguments }) } else { arguments }
    }

    /// The request for a row, with a variable for each argument that the row gives.
    fn document(&self, row: &Row) -> String {
        let (root, field) = row.root_parts();
        let given: Value =
            serde_json::from_str(row.arguments).unwrap_or_else(|error| panic!("{}: {error}", row.field));
        let definition = &self.schema.0.get_object(root).expect("a root type").fields[field];
        let is_given = |name: &str| root == "Mutation" || given.get(name).is_some();
        let arguments: Vec<_> =
            definition.arguments.iter().filter(|argument| is_given(&argument.name)).collect();
        let (mut declared, mut passed) = (String::new(), String::new());
        if !arguments.is_empty() {
            let list = |part: &dyn Fn(&str, &str) -> String| {
                let parts = arguments.iter().map(|argument| part(&argument.name, &argument.ty.to_string()));
                format!("({})", parts.collect::<Vec<_>>().join(", "))
            };
            declared = list(&|name, ty| format!("${name}: {ty}"));
            passed = list(&|name, _| format!("{name}: ${name}"));
        }
        format!("{} {declared} {{ {field}{passed} {} }}", root.to_lowercase(), row.selection)
    }

    async fn call(&self, row: &Row, document: &str, call: &Call) -> Outcome {
        let journal = self.scene.world.cloud().journal();
        journal.clear();
        let answer = match row.root_parts().0 {
            "Subscription" => self.subscribe(document, call).await,
            _ => call.credentials.asks(&self.scene.world, document, &call.variables).await,
        };
        let entries = journal.entries().into_iter().filter(|entry| entry.name == row.root);
        let mut reads: Vec<_> = entries
            .flat_map(|entry| entry.calls)
            .map(|call| format!("{} {}+{}", call.action, call.read_units, call.write_units))
            .collect();
        reads.sort();
        let reply = answer.reply();
        let data = reply.data[row.root_parts().1].clone();
        let name = name(&answer, &data);
        Outcome { name, bytes: without_ids(answer.body, &call.variables), reads, data }
    }

    /// Subscribes, on a connection of one's own or, for who gets none, not at all; in the form of an answer over HTTP.
    async fn subscribe(&self, document: &str, call: &Call) -> Answer {
        let world = &self.scene.world;
        let refused = match call.credentials.connects(world).await {
            Ok(mut ear) => {
                call.credentials.subscribes(&mut ear, world, document, &call.variables).await.err()
            }
            Err(frame) => Some(frame["payload"].clone()),
        };
        let Some(payload) = refused else { return Answer { status: 200, body: "{}".to_owned() } };
        let first = &payload["errors"][0];
        let is_unauthenticated = first["errorType"] == "UnauthorizedException" || first["errorCode"] == 400;
        Answer { status: if is_unauthenticated { 401 } else { 200 }, body: payload.to_string() }
    }
}

/// Which names are tried for a caller who is denied.
fn variants(row: &Row, kind: Kind) -> Vec<Names> {
    let mut variants = vec![Names::Real];
    if !row.arguments.contains("\"$") {
        return variants;
    }
    if row.cell(kind) == "Forbidden" {
        // They know the conversation, and may learn whether what they name in it is there.
        return variants;
    }
    variants.push(Names::Nothing);
    if kind != Kind::Blocked && row.arguments.contains("$talk") {
        if row.arguments.contains("$message") {
            variants.push(Names::NoMessage);
        }
        variants.extend([Names::Private, Names::NoDirect]);
    }
    variants
}

fn name(answer: &Answer, data: &Value) -> String {
    if answer.status == 401 {
        return "401".to_owned();
    }
    let reply = answer.reply();
    if !reply.errors.is_empty() {
        return reply.error_type().unwrap_or("invalid").to_owned();
    }
    // Fields with several results answer with an error in each.
    let results = data.as_array().into_iter().flatten();
    let failed = results.filter_map(|result| result["errorType"].as_str()).next();
    failed.unwrap_or("ok").to_owned()
}

/// An answer may repeat the ids of its request; they are the caller's own words.
fn without_ids(body: String, variables: &Value) -> String {
    match variables {
        Value::String(id) if id.len() > 20 => body.replace(id.as_str(), "…"),
        Value::Array(values) => values.iter().fold(body, without_ids),
        Value::Object(members) => members.values().fold(body, without_ids),
        _ => body,
    }
}
