//! Everything that answers on the port.

mod cors;
mod services;
mod signed;

use axum::Router;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use http::{StatusCode, Uri};
use local_appsync::Api;
use local_aws::mail::Ses;
use local_cognito::Cognito;
use serde_json::json;

use crate::control::{self, Control};
use crate::pages;

pub(crate) use services::Services;

/// The routes of all services, of the control interface and of the pages.
pub(crate) fn router(services: Services, api: &Api, control: Control) -> Router {
    let pages_of_cognito = services.cognito.as_ref().map(Cognito::router).unwrap_or_default();
    Router::new()
        .route("/", post(services::post))
        .route(Ses::PATH, post(services::send_mail))
        .route("/schedules/{name}", any(services::schedule))
        .with_state(services.clone())
        .merge(pages::router())
        .merge(api.router())
        .merge(pages_of_cognito)
        .nest("/_local", control::router(control))
        .fallback(nothing_here)
        .layer(middleware::from_fn(cors::allow_browsers))
        // Outside of the leave for browsers: buckets have rules of their own.
        .layer(middleware::from_fn_with_state(services, services::objects_first))
}

async fn nothing_here(uri: Uri) -> Response {
    let message = format!("nothing answers at {}; open / in a browser for what does", uri.path());
    (StatusCode::NOT_FOUND, axum::Json(json!({ "message": message }))).into_response()
}
