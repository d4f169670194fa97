//! `GET /logout`: back to the app. There is no cookie to forget, because each visit asks who it is.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::flow::{Parameters, read, write};
use super::redirect;
use super::refusal::Refusal;
use crate::cognito::{Cognito, Pools};

pub(super) async fn get(State(cognito): State<Cognito>, RawQuery(query): RawQuery) -> Response {
    let parameters = read(query.as_deref().unwrap_or_default());
    let left = cognito.pools.log_out(&parameters);
    left.map_or_else(Refusal::into_response, |location| redirect(&location))
}

impl Pools {
    /// Where the browser goes: one of the client's addresses, or to a new visit.
    fn log_out(&self, parameters: &Parameters) -> Result<String, Refusal> {
        let client_id = parameters.get("client_id").ok_or(Refusal::Shown("invalid_request"))?;
        let hosted = self.hosted(client_id).ok_or(Refusal::Shown("invalid_request"))?;
        if parameters.contains_key("redirect_uri") {
            self.flow(parameters)?;
            let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            return Ok(format!("/login?{}", write(pairs)));
        }
        let wanted = parameters.get("logout_uri").ok_or(Refusal::Shown("invalid_request"))?;
        if hosted.logout_urls.contains(wanted) {
            Ok(wanted.clone())
        } else {
            Err(Refusal::Shown("redirect_mismatch"))
        }
    }
}
