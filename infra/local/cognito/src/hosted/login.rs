//! `/login`: the page for a password, with the way to the providers.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::flow::{Flow, Parameters, read, write};
use super::page::{escaped, page};
use super::redirect;
use super::refusal::Refusal;
use crate::cognito::{Cognito, Pools};
use crate::config::{ClientConfig, Mfa};
use crate::request::Metadata;
use crate::response::Failure;
use crate::user::{Status, User};

const FORM: &str = include_str!("login.html");

pub(super) async fn get(State(cognito): State<Cognito>, RawQuery(query): RawQuery) -> Response {
    let parameters = read(query.as_deref().unwrap_or_default());
    cognito.pools.login_page(&parameters).unwrap_or_else(Refusal::into_response)
}

pub(super) async fn post(State(cognito): State<Cognito>, body: String) -> Response {
    let form = read(&body);
    cognito.pools.log_in(&form).await.unwrap_or_else(Refusal::into_response)
}

impl Pools {
    fn login_page(&self, parameters: &Parameters) -> Result<Response, Refusal> {
        let flow = self.flow(parameters)?;
        let providers =
            self.hosted(&flow.client_id).map(|hosted| hosted.providers.clone()).unwrap_or_default();
        let visit = self.visits.flows.put(flow, self.now())?;
        let links = providers.iter().filter(|name| self.provider(name).is_some()).map(|name| {
            let others = parameters.iter().filter(|(name, _)| *name != "identity_provider");
            let pairs = others.map(|(name, value)| (name.as_str(), value.as_str()));
            let query = write(pairs.chain([("identity_provider", name.as_str())]));
            let (address, name) = (escaped(&format!("/oauth2/authorize?{query}")), escaped(name));
            format!("<a class=\"button\" href=\"{address}\">Continue with {name}</a>")
        });
        let mut content: String = links.collect();
        if providers.contains("COGNITO") {
            content.push_str(&form(&visit, "", None));
        }
        Ok(page("Sign in", &content))
    }

    /// Checks the form; what is wrong is said on the page, and the visit goes on.
    async fn log_in(self: &Arc<Self>, form_data: &Parameters) -> Result<Response, Refusal> {
        let text = |name: &str| form_data.get(name).map_or("", String::as_str);
        let (visit, now) = (text("visit"), self.now());
        let flow = self.visits.flows.look(visit, now).ok_or(Refusal::Shown("invalid_request"))?;
        match self.recognise(&flow, form_data).await {
            Ok(user) => {
                // Two parallel answers make one code.
                self.visits.flows.take(visit, now).ok_or(Refusal::Shown("invalid_request"))?;
                Ok(redirect(&self.grant(flow, user.sub)?))
            }
            Err(failure) => {
                let alert = Some(failure.message.as_ref());
                Ok(page("Sign in", &form(visit, text("username"), alert)))
            }
        }
    }

    /// The person whose name, password and, if they have one, code these are.
    async fn recognise(self: &Arc<Self>, flow: &Flow, form_data: &Parameters) -> Result<User, Failure> {
        let client = self.client(&flow.client_id)?;
        if !self.hosted(&flow.client_id).is_some_and(|hosted| hosted.providers.contains("COGNITO")) {
            return Err(Failure::bad_credentials());
        }
        let text = |name: &str| form_data.get(name).map_or("", String::as_str);
        let (username, password) = (text("username"), text("password").to_owned());
        let metadata = Metadata::new();
        let user = self.prove_password(client, username, password, &metadata).await?;
        if !user.enabled {
            return Err(Failure::not_authorized("User is disabled."));
        }
        if user.status != Status::Confirmed {
            return Err(Failure::not_authorized(
                "Confirm the account or set a new password in the app first.",
            ));
        }
        let user = self.second_factor(user, text("code"))?;
        self.announce(client, &user, &metadata).await?;
        Ok(user)
    }

    fn second_factor(&self, user: User, code: &str) -> Result<User, Failure> {
        let mfa = self.config.pool.mfa;
        if mfa == Mfa::Off || mfa == Mfa::Optional && !user.has_mfa() {
            return Ok(user);
        }
        if user.totp.is_none() {
            return Err(Failure::not_authorized("Set up an authenticator in the app first."));
        }
        let tries = self.claim_password_try(&format!("totp:{}", user.sub))?;
        let user = self.use_software_token(&user.sub, code)?;
        self.forget_tries(&tries)?;
        Ok(user)
    }

    async fn announce(&self, client: &ClientConfig, user: &User, metadata: &Metadata) -> Result<(), Failure> {
        self.after_authentication(&client.client_id, user, metadata).await
    }
}

fn form(visit: &str, username: &str, alert: Option<&str>) -> String {
    let alert = alert.map(|words| format!("<p role=\"alert\">{}</p>", escaped(words))).unwrap_or_default();
    let form = FORM.replace("{visit}", &escaped(visit)).replace("{username}", &escaped(username));
    form.replace("{alert}", &alert)
}
