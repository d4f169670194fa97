//! Dead letters, to look at and to deliver again.

use axum::Json;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use local_aws::queues::DeadLetter;
use local_aws::streams::RedriveError;
use serde::Deserialize;

use super::Control;
use super::handlers::Problem;

#[derive(Deserialize)]
pub(super) struct Wanted {
    queue: Option<String>,
}

pub(super) async fn list(
    State(control): State<Control>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<DeadLetter>>, Problem> {
    Ok(Json(control.inner.queues.list(wanted.queue.as_deref())?))
}

pub(super) async fn remove(
    State(control): State<Control>,
    Path(letter): Path<i64>,
) -> Result<StatusCode, Problem> {
    match control.inner.queues.remove(letter)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::absent("letter")),
    }
}

pub(super) async fn redrive(
    State(control): State<Control>,
    Path(letter): Path<i64>,
) -> Result<StatusCode, Problem> {
    let Some(letter) = control.inner.queues.get(letter)? else { return Err(Problem::absent("letter")) };
    match control.inner.settle.pump.redrive(&letter).await {
        Err(RedriveError::NotOfAStream) if control.inner.settle.bus.redrive(&letter)? => {}
        other => other?,
    }
    control.inner.queues.remove(letter.id)?;
    Ok(StatusCode::NO_CONTENT)
}
