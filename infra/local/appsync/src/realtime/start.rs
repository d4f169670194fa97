//! Starting a subscription: who asks, for what, and whether its resolver lets it.

use std::sync::Arc;

use apollo_compiler::executable::OperationType;
use axum::http::HeaderMap;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::auth::{Caller, Credentials, Intent, authenticate};
use crate::document::{DocumentError, Prepared, arguments, variables};
use crate::engine::Engine;
use crate::error::{Failure, GraphqlError};
use crate::execute::{Execution, FieldGroup, collect};
use crate::http::payload::Payload;
use crate::realtime::basic::ArgumentFilter;
use crate::realtime::filter::Filter;
use crate::realtime::frames::{self, Problem};
use crate::realtime::handshake::header_map;
use crate::realtime::outbox::Outbox;
use crate::realtime::project::Projection;
use crate::realtime::registry::{Matcher, Subscription};
use crate::realtime::session::{Session, Stage};
use crate::request::{LONGEST_REQUEST, Request, new_id, visible_headers};
use crate::script::Effects;

/// What a `start` message asks for.
#[derive(Debug)]
pub(super) struct Asked {
    /// The request as text, exactly as it was signed.
    data: String,
    authorization: Map<String, Value>,
}

impl Asked {
    /// Reads the payload of a `start` message.
    pub(super) fn read(mut payload: Value) -> Option<Self> {
        let data = payload.get("data")?.as_str()?.to_owned();
        let authorization = payload.get_mut("extensions")?.get_mut("authorization")?.take();
        match authorization {
            Value::Object(authorization) => Some(Asked { data, authorization }),
            _ => None,
        }
    }
}

/// What is said to everything but a subscription.
pub(super) fn unsupported() -> Problem {
    Problem::new("UnsupportedOperation", "unknown not supported through the realtime channel")
}

/// Why a subscription does not start.
enum Refused {
    /// About this subscription.
    Because(Vec<Problem>),
    /// Not a subscription at all; AppSync then names no id.
    Unsupported,
}

impl Refused {
    fn because(error_type: &str, message: impl Into<String>) -> Self {
        Refused::Because(vec![Problem::new(error_type, message)])
    }
}

/// A subscription about to start.
pub(super) struct Start {
    pub(super) engine: Arc<Engine>,
    pub(super) outbox: Outbox,
    pub(super) session: Arc<Session>,
    pub(super) headers: Arc<HeaderMap>,
    pub(super) id: String,
}

impl Start {
    /// Starts it or tells the client why not.
    pub(super) async fn run(self, asked: Asked) {
        let Err(refused) = self.attempt(asked).await else { return };
        self.session.forget(&self.id);
        self.outbox.send(match refused {
            Refused::Because(problems) => frames::error(Some(&self.id), &problems),
            Refused::Unsupported => frames::error(None, &[unsupported()]),
        });
    }

    async fn attempt(&self, asked: Asked) -> Result<(), Refused> {
        let payload = Payload::read(asked.data.as_bytes()).map_err(|_| Refused::Unsupported)?;
        let caller = self.caller(&asked, &payload).await?;
        let prepared = self.prepare(&payload.query)?;
        let operation = prepared.operation(payload.operation_name.as_deref());
        let operation =
            operation.ok_or_else(|| Refused::because("BadRequestException", "Missing operation name."))?;
        if operation.operation_type != OperationType::Subscription {
            return Err(Refused::Unsupported);
        }
        let engine = &*self.engine;
        let given = payload.variables_map();
        let variables = variables::coerce(&engine.catalog.schema, &prepared.document, operation, &given)
            .map_err(|error| Refused::Because(vec![problem(&error)]))?;
        let root = operation.object_type();
        let groups = collect(engine, &prepared, &variables, root, &[&operation.selection_set]);
        let [group] = groups.as_slice() else { return Err(Refused::Unsupported) };
        let journal = engine.journal.open(format!("Subscription.{}", group.field.name));
        journal.with(|entry| entry.caller = caller.kind());
        let request = Request {
            identity: caller.identity(engine),
            headers: visible_headers(&self.headers, &new_id()),
            variables: Value::Object(given),
            deadline: Instant::now() + LONGEST_REQUEST,
            caller,
        };
        let execution = Execution::new(engine, &prepared, operation, &variables, &request);
        let allowed = journal.scope(allow(engine, execution, &request, group)).await;
        journal.close(match &allowed {
            Ok(_) => "ok".to_owned(),
            Err(Refused::Unsupported) => "UnsupportedOperation".to_owned(),
            Err(Refused::Because(problems)) => {
                problems.first().and_then(|problem| problem.error_type.clone()).unwrap_or_default()
            }
        });
        let effects = allowed?;
        self.register(&payload, &prepared, group, variables.clone(), effects)
    }

    async fn caller(&self, asked: &Asked, payload: &Payload) -> Result<Caller, Refused> {
        let malformed =
            || Refused::because("UnauthorizedException", "Valid authorization header not provided.");
        let headers = header_map(&asked.authorization).ok_or_else(malformed)?;
        let credentials = Credentials {
            headers: &headers,
            method: "POST",
            path: "/graphql",
            query: "",
            body: asked.data.as_bytes(),
            intent: Intent {
                query: &payload.query,
                operation_name: payload.operation_name.as_deref(),
                variables: &payload.variables,
            },
        };
        let authenticated = authenticate(&self.engine, credentials).await;
        authenticated.map_err(|refusal| Refused::because("UnauthorizedException", refusal.0))
    }

    fn prepare(&self, query: &str) -> Result<Arc<Prepared>, Refused> {
        let engine = &self.engine;
        engine.documents.get(query, &engine.catalog, engine.limits).map_err(|error| match error {
            DocumentError::Syntax => {
                Refused::because("MalformedHttpRequestException", "Unable to parse GraphQL query.")
            }
            DocumentError::TooLong => Refused::because("BadRequestException", "Maximum char length exceeded"),
            DocumentError::Invalid(errors) => Refused::Because(errors.iter().map(problem).collect()),
        })
    }

    fn register(
        &self,
        payload: &Payload,
        prepared: &Arc<Prepared>,
        group: &FieldGroup<'_>,
        variables: Map<String, Value>,
        effects: Effects,
    ) -> Result<(), Refused> {
        let engine = &self.engine;
        let refused = |reason: String| {
            Refused::because("BadRequestException", format!("The filter is refused: {reason}"))
        };
        let filter = |json: Option<Value>| json.map(Filter::parse).transpose().map_err(refused);
        let invalidation = filter(effects.invalidation_filter)?;
        let schema = &engine.catalog.schema;
        let matcher = match filter(effects.filter)? {
            Some(filter) => {
                if let Some(name) = filter.unknown_field(schema, group.field.ty().inner_named_type()) {
                    return Err(refused(format!("there is no field {name}")));
                }
                Matcher::Filter(filter)
            }
            None => {
                let arguments = arguments::values(schema, group.field, &variables);
                let arguments = arguments.map_err(|message| Refused::Because(vec![untyped(message)]))?;
                Matcher::Arguments(ArgumentFilter::new(group, &arguments))
            }
        };
        let key = Projection::key(prepared, group, &variables);
        let projection = engine.subscriptions.share(key, || {
            Projection::new(Arc::clone(prepared), payload.operation_name.as_deref(), variables)
        });
        let subscription = Subscription {
            field: group.field.name.clone(),
            id: self.id.clone(),
            outbox: self.outbox.clone(),
            session: Arc::downgrade(&self.session),
            matcher,
            invalidation,
            projection,
        };
        self.session.run(&self.id, || {
            let field = subscription.field.to_string();
            Stage::Running { field, serial: engine.subscriptions.add(subscription) }
        });
        Ok(())
    }
}

/// Asks the directives and then the resolver, if there is one.
async fn allow<'a>(
    engine: &Engine,
    execution: Execution<'a>,
    request: &Request,
    group: &FieldGroup<'a>,
) -> Result<Effects, Refused> {
    let (root, name) = (execution.operation.object_type(), &group.field.name);
    let Some(plan) = engine.catalog.field(root, name) else { return Err(Refused::Unsupported) };
    if !request.caller.may(engine, &plan.access, root, name) {
        let denied = Failure::unauthorized(root, name);
        return Err(Refused::because("Unauthorized", denied.message));
    }
    if plan.resolver.is_none() {
        return Ok(Effects::default());
    }
    let (response, effects) = execution.subscribe(group).await;
    if response.errors.is_empty() {
        return Ok(effects);
    }
    Err(Refused::Because(response.errors.iter().map(problem).collect()))
}

fn problem(error: &GraphqlError) -> Problem {
    Problem {
        error_type: error.error_type().map(str::to_owned),
        message: Some(error.message().to_owned()),
        code: None,
    }
}

fn untyped(message: String) -> Problem {
    Problem { error_type: None, message: Some(message), code: None }
}
