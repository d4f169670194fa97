//! The small answers.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use jiff::SignedDuration;
use local_aws::dynamodb::Plan;
use local_aws::events::ArchivedEvent;
use local_aws::mail::Mail;
use local_aws::objects::ObjectInfo;
use local_aws::push::Push;
use local_aws::queues::StoreError;
use local_aws::streams::RedriveError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;

/// Why a request to the control interface fails.
pub(super) struct Problem {
    status: StatusCode,
    message: String,
}

impl Problem {
    pub(super) fn absent(what: &str) -> Self {
        Problem { status: StatusCode::NOT_FOUND, message: format!("there is no such {what}") }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem { status: StatusCode::INTERNAL_SERVER_ERROR, message: error.to_string() }
    }
}

impl From<RedriveError> for Problem {
    fn from(error: RedriveError) -> Self {
        Problem { status: StatusCode::CONFLICT, message: error.to_string() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "message": self.message }))).into_response()
    }
}

pub(super) async fn health() -> Json<Value> {
    Json(json!({ "ready": true }))
}

pub(super) async fn config(State(control): State<Control>) -> Json<Value> {
    Json(control.inner.config.clone())
}

pub(super) async fn amplify(State(control): State<Control>) -> Json<Value> {
    Json(control.inner.amplify.clone())
}

pub(super) async fn functions(State(control): State<Control>) -> Json<Value> {
    Json(control.inner.functions.clone())
}

pub(super) async fn env(State(control): State<Control>) -> String {
    control.inner.env.clone()
}

pub(super) async fn ca(State(control): State<Control>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/x-pem-file")], control.inner.ca_pem.clone())
}

#[derive(Deserialize)]
pub(super) struct Recipient {
    to: Option<String>,
}

pub(super) async fn mails(State(control): State<Control>, Query(wanted): Query<Recipient>) -> Json<Value> {
    let mails = control.inner.outbox.list().into_iter();
    let fits = |mail: &Mail| wanted.to.as_ref().is_none_or(|address| mail.to.contains(address));
    Json(json!(mails.filter(fits).collect::<Vec<_>>()))
}

pub(super) async fn clear_mails(State(control): State<Control>) -> StatusCode {
    control.inner.outbox.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn pushes(State(control): State<Control>) -> Json<Vec<Push>> {
    Json(control.inner.sns.list())
}

pub(super) async fn clear_pushes(State(control): State<Control>) -> StatusCode {
    control.inner.sns.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn events(State(control): State<Control>) -> Json<Vec<ArchivedEvent>> {
    Json(control.inner.settle.bus.archive())
}

pub(super) async fn clear_events(State(control): State<Control>) -> StatusCode {
    control.inner.settle.bus.clear_archive();
    StatusCode::NO_CONTENT
}

pub(super) async fn objects(State(control): State<Control>) -> Result<Json<Vec<ObjectInfo>>, Problem> {
    Ok(Json(control.inner.settle.objects.list()?))
}

pub(super) async fn policies(State(control): State<Control>) -> Json<Value> {
    let policies = &control.inner.policies;
    Json(json!({ "used": policies.used(), "unused": policies.unused() }))
}

pub(super) async fn streams(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.inner.settle.pump.progress()))
}

pub(super) async fn settle(State(control): State<Control>) -> Json<Value> {
    control.inner.settle.settle().await;
    Json(json!({ "settled": true }))
}

pub(super) async fn clock(State(control): State<Control>) -> Json<Value> {
    Json(json!({ "now": control.inner.clock.now() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Advance {
    advance_seconds: u32,
}

pub(super) async fn advance(State(control): State<Control>, Json(by): Json<Advance>) -> Json<Value> {
    control.inner.clock.advance(SignedDuration::from_secs(i64::from(by.advance_seconds)));
    clock(State(control)).await
}

pub(super) async fn faults(State(control): State<Control>) -> Json<Value> {
    let faults = control.inner.gate.faults();
    Json(json!({ "plan": faults.plan(), "struck": faults.struck() }))
}

pub(super) async fn set_faults(State(control): State<Control>, Json(plan): Json<Plan>) -> Json<Value> {
    control.inner.gate.faults().set(Some(plan));
    faults(State(control)).await
}

pub(super) async fn end_faults(State(control): State<Control>) -> StatusCode {
    control.inner.gate.faults().set(None);
    StatusCode::NO_CONTENT
}
