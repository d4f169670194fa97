//! The page that stands in for Google, Facebook and whoever else: a developer says who comes.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::flow::{Parameters, read, write};
use super::page::{escaped, page};
use super::redirect;
use super::refusal::Refusal;
use crate::cognito::{Cognito, Pools};
use crate::config::ProviderConfig;

const FORM: &str = include_str!("provider.html");
const VERIFIED: &str = "<label><input type=\"checkbox\" name=\"verified\" value=\"true\" checked> The address is verified</label>";

/// How long ids are; those of Google have 21 digits.
const SUBJECT_LENGTH: usize = 21;

/// What a provider says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assertion {
    pub(super) provider: String,
    pub(super) subject: String,
    email: Option<String>,
    /// None where the provider does not say it.
    email_verified: Option<bool>,
    name: Option<String>,
}

impl Assertion {
    fn of(provider: &ProviderConfig, form: &Parameters) -> Self {
        let email = form.get("email").cloned();
        let made = || subject_of(provider, email.as_deref().unwrap_or_default());
        Assertion {
            provider: provider.name.clone(),
            subject: form.get("subject").cloned().unwrap_or_else(made),
            email_verified: says_verified(provider).then(|| form.contains_key("verified")),
            email,
            name: form.get("name").cloned(),
        }
    }

    /// A claim by the name that the provider has for it.
    pub(super) fn claim(&self, name: &str) -> Option<String> {
        match name {
            "sub" | "id" | "user_id" => Some(self.subject.clone()),
            "email" => self.email.clone(),
            "email_verified" => self.email_verified.map(|verified| verified.to_string()),
            "name" => self.name.clone(),
            _ => None,
        }
    }
}

/// Facebook gives an address and does not say whether it was verified.
fn says_verified(provider: &ProviderConfig) -> bool {
    provider.kind != "Facebook"
}

/// The same id for the same address; digits, or letters of both sizes as LinkedIn has them.
fn subject_of(provider: &ProviderConfig, email: &str) -> String {
    let digest = Sha256::digest(format!("{}\0{}", provider.name, email.to_lowercase()));
    let letters = match provider.kind.as_str() {
        "OIDC" => URL_SAFE_NO_PAD.encode(digest).replace(['-', '_'], "x"),
        _ => digest.iter().map(|byte| char::from(b'0' + byte % 10)).collect(),
    };
    letters.chars().take(SUBJECT_LENGTH).collect()
}

pub(super) async fn get(
    State(cognito): State<Cognito>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(provider) = cognito.pools.provider(&name) else {
        return Refusal::Shown("invalid_request").into_response();
    };
    let parameters = read(query.as_deref().unwrap_or_default());
    let state = parameters.get("state").map_or("", String::as_str);
    let form = FORM.replace("{provider}", &escaped(&provider.name)).replace("{state}", &escaped(state));
    let verified = if says_verified(provider) { VERIFIED } else { "" };
    page(&format!("Sign in with {}", provider.name), &form.replace("{verified}", verified))
}

pub(super) async fn post(State(cognito): State<Cognito>, Path(name): Path<String>, body: String) -> Response {
    let answered = cognito.pools.assert_person(&name, &read(&body));
    answered.map_or_else(Refusal::into_response, |location| redirect(&location))
}

impl Pools {
    /// A provider of the pool.
    pub(crate) fn provider(&self, name: &str) -> Option<&ProviderConfig> {
        self.config.pool.providers.iter().find(|provider| provider.name == name)
    }

    /// The way back from the provider, with its answer.
    fn assert_person(&self, name: &str, form: &Parameters) -> Result<String, Refusal> {
        let provider = self.provider(name).ok_or(Refusal::Shown("invalid_request"))?;
        let state = form.get("state").map_or("", String::as_str);
        if form.get("do").is_some_and(|wish| wish == "cancel") {
            let query = write([("error", "access_denied"), ("state", state)]);
            return Ok(format!("/oauth2/idpresponse?{query}"));
        }
        let code = self.visits.assertions.put(Assertion::of(provider, form), self.now())?;
        Ok(format!("/oauth2/idpresponse?{}", write([("code", code.as_str()), ("state", state)])))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn provider(kind: &str) -> ProviderConfig {
        ProviderConfig { name: "Some".to_owned(), kind: kind.to_owned(), mapping: BTreeMap::new() }
    }

    #[test]
    fn one_address_is_one_person_at_each_provider() {
        let subject = |kind, email| subject_of(&provider(kind), email);
        assert_eq!(subject("Google", "Alice@example.com"), subject("Google", "alice@example.com"));
        assert_ne!(subject("Google", "alice@example.com"), subject("Google", "bob@example.com"));
        assert!(subject("Google", "a@b.c").chars().all(|letter| letter.is_ascii_digit()));
        assert!(subject("OIDC", "a@b.c").chars().any(|letter| letter.is_ascii_uppercase()));
        assert_eq!(subject("OIDC", "a@b.c").len(), SUBJECT_LENGTH);
    }

    #[test]
    fn facebook_does_not_say_whether_an_address_is_verified() {
        let form = read("email=a%40b.c&verified=true");
        assert_eq!(
            Assertion::of(&provider("Google"), &form).claim("email_verified").as_deref(),
            Some("true")
        );
        assert_eq!(Assertion::of(&provider("Facebook"), &form).claim("email_verified"), None);
        let unverified = Assertion::of(&provider("OIDC"), &read("email=a%40b.c"));
        assert_eq!(unverified.claim("email_verified").as_deref(), Some("false"));
    }
}
