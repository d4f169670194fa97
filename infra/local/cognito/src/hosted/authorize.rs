//! `GET /oauth2/authorize`: where every visit begins.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::flow::{Parameters, read, write};
use super::redirect;
use super::refusal::Refusal;
use crate::cognito::{Cognito, Pools};

/// The name by which an app asks for the password page.
const PASSWORD: &str = "COGNITO";

pub(super) async fn get(State(cognito): State<Cognito>, RawQuery(query): RawQuery) -> Response {
    let parameters = read(query.as_deref().unwrap_or_default());
    match cognito.pools.begin_visit(&parameters) {
        Ok(location) => redirect(&location),
        Err(refusal) => refusal.into_response(),
    }
}

impl Pools {
    /// Where the browser goes next.
    fn begin_visit(&self, parameters: &Parameters) -> Result<String, Refusal> {
        let flow = self.flow(parameters)?;
        let wanted = parameters.get("identity_provider").filter(|name| *name != PASSWORD);
        let Some(name) = wanted else {
            let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            return Ok(format!("/login?{}", write(pairs)));
        };
        let supported = self.hosted(&flow.client_id).is_some_and(|hosted| hosted.providers.contains(name));
        let Some(provider) = self.provider(name).filter(|_| supported) else {
            return Err(flow.refused("invalid_request", "the client has no such identity_provider"));
        };
        let state = self.visits.flows.put(flow, self.now())?;
        Ok(format!("/stand-in/{}?{}", provider.name, write([("state", state.as_str())])))
    }
}
