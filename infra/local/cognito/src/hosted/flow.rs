//! What an app asks of the hosted pages, checked.

use std::collections::BTreeMap;

use url::Url;
use url::form_urlencoded;

use super::refusal::Refusal;
use crate::cognito::Pools;
use crate::config::HostedConfig;

/// The query or the form of a request; of two parameters with one name the last counts.
pub(super) type Parameters = BTreeMap<String, String>;

/// Lengths of a PKCE challenge (RFC 7636, section 4.2).
const CHALLENGE_LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;

/// Reads a query or a form.
pub(super) fn read(text: &str) -> Parameters {
    let pairs = form_urlencoded::parse(text.as_bytes()).into_owned();
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}

/// Writes a query or a form.
pub(super) fn write<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A visit that an app began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) client_id: String,
    /// One of the client's, to the letter.
    pub(super) redirect_uri: String,
    /// Given back as it came.
    pub(super) state: Option<String>,
    /// With spaces between them.
    pub(super) scope: String,
    /// PKCE, by S256.
    pub(super) challenge: Option<String>,
    pub(super) nonce: Option<String>,
}

impl Flow {
    /// The app's own address with an answer and its state.
    pub(super) fn back_with(&self, pairs: &[(&str, &str)]) -> String {
        let Ok(mut url) = Url::parse(&self.redirect_uri) else { return self.redirect_uri.clone() };
        url.query_pairs_mut().extend_pairs(pairs);
        if let Some(state) = &self.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        url.into()
    }

    /// Tells the app that the visit failed.
    pub(super) fn refused(&self, error: &str, why: &str) -> Refusal {
        Refusal::Told(self.back_with(&[("error_description", why), ("error", error)]))
    }
}

impl Pools {
    /// What a client may do at the hosted pages.
    pub(super) fn hosted(&self, client_id: &str) -> Option<&HostedConfig> {
        self.config.pool.clients.iter().find(|client| client.client_id == client_id)?.hosted.as_ref()
    }

    /// Checks a request of an app. Before its address is known to be its own, nothing is sent there.
    pub(super) fn flow(&self, parameters: &Parameters) -> Result<Flow, Refusal> {
        let text = |name: &str| parameters.get(name).cloned();
        let client_id = text("client_id").ok_or(Refusal::Shown("invalid_request"))?;
        let hosted = self.hosted(&client_id).ok_or(Refusal::Shown("invalid_request"))?;
        let redirect_uri = text("redirect_uri").ok_or(Refusal::Shown("invalid_request"))?;
        if !hosted.callback_urls.contains(&redirect_uri) {
            return Err(Refusal::Shown("redirect_mismatch"));
        }
        let all = || hosted.scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let flow = Flow {
            client_id,
            redirect_uri,
            state: text("state"),
            scope: text("scope").unwrap_or_else(all),
            challenge: text("code_challenge"),
            nonce: text("nonce"),
        };
        match parameters.get("response_type").map(String::as_str) {
            Some("code") => {}
            Some("token") => return Err(flow.refused("unauthorized_client", "the client takes codes only")),
            _ => return Err(flow.refused("invalid_request", "response_type must be code")),
        }
        if !flow.scope.split_whitespace().all(|scope| hosted.scopes.contains(scope)) {
            return Err(flow.refused("invalid_scope", "the client may not ask for this scope"));
        }
        let method = parameters.get("code_challenge_method").map(String::as_str);
        match &flow.challenge {
            Some(_) if method != Some("S256") => {
                Err(flow.refused("invalid_request", "code_challenge_method must be S256"))
            }
            Some(challenge) if !CHALLENGE_LENGTHS.contains(&challenge.len()) => {
                Err(flow.refused("invalid_request", "code_challenge has the wrong length"))
            }
            _ => Ok(flow),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_added_to_the_address_of_the_app() {
        let flow = Flow {
            client_id: "web".to_owned(),
            redirect_uri: "https://app.example/back?tab=1".to_owned(),
            state: Some("a b&c".to_owned()),
            scope: "openid".to_owned(),
            challenge: None,
            nonce: None,
        };
        let expected = "https://app.example/back?tab=1&code=x&state=a+b%26c";
        assert_eq!(flow.back_with(&[("code", "x")]), expected);
        let scheme = Flow { redirect_uri: "myapp://back".to_owned(), state: None, ..flow };
        assert_eq!(scheme.back_with(&[("code", "x")]), "myapp://back?code=x");
    }

    #[test]
    fn forms_are_read_and_written() {
        assert_eq!(
            read("a=1&b=%C3%A9+x&c="),
            [("a", "1"), ("b", "é x")].map(|(a, b)| (a.into(), b.into())).into()
        );
        assert_eq!(write([("a", "é x")]), "a=%C3%A9+x");
    }
}
