//! One operation from its request to its answer.

use apollo_compiler::Node;
use apollo_compiler::executable::{Operation, OperationType};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response as HttpResponse;
use serde_json::Value;
use tokio::time::Instant;

use crate::auth::{Caller, Credentials, Intent, authenticate};
use crate::document::{DocumentError, Prepared, variables};
use crate::engine::Engine;
use crate::error::GraphqlError;
use crate::execute::{Execution, Response};
use crate::http::answer::Answer;
use crate::http::payload::{Malformed, Payload};
use crate::request::{LONGEST_REQUEST, Request, new_id, visible_headers};

const MALFORMED: &str = "MalformedHttpRequestException";
const BAD_REQUEST: &str = "BadRequestException";

/// A request as it came.
#[derive(Clone, Copy)]
pub(super) struct Incoming<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// Authenticates, then reads the request, then executes it.
pub(super) async fn execute(
    engine: &Engine,
    incoming: Incoming<'_>,
    payload: Result<Payload, Malformed>,
) -> HttpResponse {
    let deadline = Instant::now() + LONGEST_REQUEST;
    let request_id = new_id();
    let answer = Answer { request_id: &request_id, headers: incoming.headers };
    let caller = match caller(engine, incoming, payload.as_ref().ok()).await {
        Ok(caller) => caller,
        Err(message) => return answer.error(StatusCode::UNAUTHORIZED, "UnauthorizedException", &message),
    };
    let payload = match payload {
        Ok(payload) => payload,
        Err(malformed) => return answer.error(StatusCode::BAD_REQUEST, MALFORMED, malformed.message()),
    };
    let prepared = match engine.documents.get(&payload.query, &engine.catalog, engine.limits) {
        Ok(prepared) => prepared,
        Err(DocumentError::Syntax) => {
            return answer.error(StatusCode::BAD_REQUEST, MALFORMED, Malformed::Unparseable.message());
        }
        Err(DocumentError::TooLong) => {
            return answer.error(StatusCode::BAD_REQUEST, BAD_REQUEST, "Maximum char length exceeded");
        }
        Err(DocumentError::Invalid(errors)) => return answer.of(&Response::refused(errors)),
    };
    let operation = match (prepared.operation(payload.operation_name.as_deref()), &payload.operation_name) {
        (Some(operation), _) => operation,
        (None, None) => return answer.error(StatusCode::BAD_REQUEST, BAD_REQUEST, "Missing operation name."),
        (None, Some(name)) => {
            let error = GraphqlError::validation(format!("Unknown operation named '{name}'."), None);
            return answer.of(&Response::refused(vec![error]));
        }
    };
    if operation.operation_type == OperationType::Subscription {
        let message = "Subscriptions are not supported over HTTP.";
        return answer.of(&Response::refused(vec![GraphqlError::request("OperationNotSupported", message)]));
    }
    let request = Request {
        identity: caller.identity(engine),
        headers: visible_headers(incoming.headers, &request_id),
        variables: Value::Object(payload.variables_map()),
        deadline,
        caller,
    };
    answer.of(&run(engine, &prepared, operation, &request).await)
}

async fn caller(
    engine: &Engine,
    incoming: Incoming<'_>,
    payload: Option<&Payload>,
) -> Result<Caller, String> {
    let credentials = Credentials {
        headers: incoming.headers,
        method: incoming.method,
        path: incoming.uri.path(),
        query: incoming.uri.query().unwrap_or_default(),
        body: incoming.body,
        intent: Intent {
            query: payload.map_or("", |payload| payload.query.as_str()),
            operation_name: payload.and_then(|payload| payload.operation_name.as_deref()),
            variables: payload.map_or(&Value::Null, |payload| &payload.variables),
        },
    };
    authenticate(engine, credentials).await.map_err(|refusal| refusal.0)
}

/// Runs an operation, which the journal records.
async fn run(
    engine: &Engine,
    prepared: &Prepared,
    operation: &Node<Operation>,
    request: &Request,
) -> Response {
    let journal = engine.journal.open(name(prepared, operation));
    journal.with(|entry| entry.caller = request.caller.kind());
    let schema = &engine.catalog.schema;
    let given = request.variables.as_object().cloned().unwrap_or_default();
    let response = match variables::coerce(schema, &prepared.document, operation, &given) {
        Ok(variables) => {
            let execution = Execution::new(engine, prepared, operation, &variables, request);
            journal.scope(execution.run()).await
        }
        Err(error) => Response::refused(vec![error]),
    };
    journal.close(response.outcome());
    response
}

/// The root fields, such as `Mutation.sendMessage`.
fn name(prepared: &Prepared, operation: &Operation) -> String {
    let ty = match operation.operation_type {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    };
    let fields = operation.root_fields(&prepared.document).map(|field| format!("{ty}.{}", field.name));
    fields.collect::<Vec<_>>().join(" + ")
}
