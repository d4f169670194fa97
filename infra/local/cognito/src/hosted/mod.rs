//! The hosted pages and OAuth 2 endpoints: `/oauth2/…`, `/login` and `/logout`, and a page that stands in for the
//! providers, on which a developer says who comes.
//!
//! A visit goes like this: `/oauth2/authorize` notes what the app wants ([`flow::Flow`]) and sends the browser to
//! `/login` or to the provider; `/login` or `/oauth2/idpresponse` learns who it is and sends the browser back to the app
//! with a code ([`Grant`]); `/oauth2/token` gives tokens for the code. What is under way lives in memory: a restart ends
//! it, and the visit begins anew.

mod arrival;
mod authorize;
mod flow;
mod login;
mod logout;
mod page;
mod provider;
mod refusal;
mod tickets;
mod token;
mod user_info;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};

use crate::cognito::Cognito;
use crate::response::Failure;
use flow::Flow;
use provider::Assertion;
use tickets::Tickets;

/// How long somebody may take to sign in.
const VISIT_SECONDS: i64 = 600;
/// How long a provider's word counts.
const ASSERTION_SECONDS: i64 = 60;
/// How long a code counts. Source: the developer guide, token endpoint.
const CODE_SECONDS: i64 = 300;

/// Everything that is under way in browsers.
pub(crate) struct Visits {
    flows: Tickets<Flow>,
    assertions: Tickets<Assertion>,
    codes: Tickets<Grant>,
}

impl Default for Visits {
    fn default() -> Self {
        Visits {
            flows: Tickets::lasting(VISIT_SECONDS),
            assertions: Tickets::lasting(ASSERTION_SECONDS),
            codes: Tickets::lasting(CODE_SECONDS),
        }
    }
}

/// What a code stands for.
#[derive(Debug, Clone)]
struct Grant {
    sub: String,
    flow: Flow,
}

/// The routes.
pub(crate) fn routes() -> Router<Cognito> {
    Router::new()
        .route("/oauth2/authorize", get(authorize::get))
        .route("/login", get(login::get).post(login::post))
        .route("/stand-in/{provider}", get(provider::get).post(provider::post))
        .route("/oauth2/idpresponse", get(arrival::get))
        .route("/oauth2/token", post(token::post))
        .route("/oauth2/userInfo", get(user_info::get).post(user_info::get))
        .route("/oauth2/revoke", post(token::revoke))
        .route("/logout", get(logout::get))
        .route("/error", get(page::error))
}

impl crate::cognito::Pools {
    /// Sends the browser back to the app with a code for this person.
    fn grant(&self, flow: Flow, sub: String) -> Result<String, Failure> {
        let back = flow.clone();
        let code = self.visits.codes.put(Grant { sub, flow }, self.now())?;
        Ok(back.back_with(&[("code", &code)]))
    }
}

/// Sends the browser elsewhere, as Cognito does it.
fn redirect(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}
