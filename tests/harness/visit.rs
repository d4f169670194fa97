//! Visits to the hosted sign-in pages, step by step as a browser and an app make them.

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use serde_json::{Value, json};

use crate::person::ask;
use crate::reply::Reply;
use crate::world::World;

/// Where the app takes people back; one of the addresses in the template.
pub const BACK: &str = "http://localhost:3000/";
/// The secret of the app (PKCE) and its digest, both from RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Somebody as a provider knows them.
#[derive(Debug, Clone)]
pub struct Account {
    /// Such as `Google`.
    pub provider: &'static str,
    /// Their address there.
    pub email: String,
    /// Whether the provider says that it verified the address.
    pub verified: bool,
}

impl Account {
    /// With a verified address.
    pub fn verified(provider: &'static str, email: &str) -> Account {
        Account { provider, email: email.to_owned(), verified: true }
    }

    /// With an address that the provider did not verify.
    pub fn unverified(provider: &'static str, email: &str) -> Account {
        Account { verified: false, ..Account::verified(provider, email) }
    }
}

/// A browser and an app in it.
#[derive(Clone)]
pub struct Visitor {
    world: World,
    http: Client,
}

impl Visitor {
    /// A browser that has not been anywhere.
    pub fn new(world: &World) -> Visitor {
        let http = Client::builder().redirect(Policy::none()).build().expect("a client");
        Visitor { world: world.clone(), http }
    }

    /// Begins a visit with other parameters than usual; gives the address that the browser is sent to.
    pub async fn begins(&self, changes: &[(&str, &str)]) -> Url {
        let mut query = vec![
            ("client_id", self.world.client_id()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "openid email profile aws.cognito.signin.user.admin"),
            ("state", "a state"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            query.retain(|(key, _)| key != name);
            query.push((name, value));
        }
        let request = self.http.get(format!("{}/oauth2/authorize", self.world.url())).query(&query);
        self.sent_to(request.send().await.expect("an answer"))
    }

    /// Comes from a provider; gives the address that the browser is sent back to.
    pub async fn comes_by(&self, account: &Account) -> Url {
        let page = self.begins(&[("identity_provider", account.provider)]).await;
        let state = parameter(&page, "state").expect("a state");
        let mut form = vec![("state", state.as_str()), ("email", &account.email), ("name", "Somebody")];
        form.extend(account.verified.then_some(("verified", "true")));
        let answered = self.http.post(page).form(&form).send().await.expect("an answer");
        let answered = self.sent_to(answered);
        self.sent_to(self.http.get(answered).send().await.expect("an answer"))
    }

    /// Gives up a code, with other parameters than usual; gives the status and the answer.
    pub async fn redeems(&self, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", self.world.client_id()),
            ("redirect_uri", BACK),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            form.retain(|(key, _)| key != name);
            form.push((name, value));
        }
        let request = self.http.post(format!("{}/oauth2/token", self.world.url())).form(&form);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// Signs in by a provider; the error is what the app is told.
    pub async fn signs_in(&self, account: &Account) -> Result<Guest, String> {
        let back = self.comes_by(account).await;
        assert!(back.as_str().starts_with(BACK), "{back}");
        assert_eq!(parameter(&back, "state").as_deref(), Some("a state"));
        let Some(code) = parameter(&back, "code") else {
            return Err(parameter(&back, "error_description").unwrap_or_default());
        };
        let (status, tokens) = self.redeems(&code, &[]).await;
        assert_eq!(status, 200, "{tokens}");
        Ok(Guest { world: self.world.clone(), tokens })
    }

    /// Where an answer sends the browser.
    #[track_caller]
    fn sent_to(&self, answer: Response) -> Url {
        let base = Url::parse(self.world.url()).expect("an address");
        let location = answer.headers().get("location").unwrap_or_else(|| panic!("{}", answer.status()));
        base.join(location.to_str().expect("text")).expect("an address")
    }
}

/// A parameter of an address.
pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Who signed in and may not have accepted the terms.
#[derive(Clone)]
pub struct Guest {
    world: World,
    /// `access_token`, `id_token` and `refresh_token`.
    pub tokens: Value,
}

impl Guest {
    /// Somebody who signed in by the user pool's own calls.
    pub fn with(world: &World, result: &Value) -> Guest {
        let tokens = json!({
            "access_token": result["AccessToken"],
            "id_token": result["IdToken"],
            "refresh_token": result["RefreshToken"],
        });
        Guest { world: world.clone(), tokens }
    }

    /// One of the tokens.
    pub fn token(&self, name: &str) -> &str {
        self.tokens[name].as_str().unwrap_or_default()
    }

    /// Sends a GraphQL request.
    pub async fn asks(&self, document: &str, variables: Value) -> Reply {
        ask(&self.world, Some(self.token("access_token")), document, variables).await
    }

    /// The own id.
    pub async fn id(&self) -> String {
        let me = self.asks("{ getMe { id } }", json!({})).await.value();
        me["id"].as_str().unwrap_or_default().to_owned()
    }

    /// Accepts the terms and takes new tokens.
    pub async fn accepts_terms(&mut self) {
        self.accepts("1").await.value();
        self.refreshes().await;
    }

    /// Accepts a version of the terms.
    pub async fn accepts(&self, version: &str) -> Reply {
        let document =
            "mutation($input: AcceptTermsInput!) { acceptTerms(input: $input) { termsVersion version } }";
        self.asks(document, json!({ "input": { "version": version } })).await
    }

    /// Takes new tokens for the old, as Amplify does.
    pub async fn refreshes(&mut self) {
        let body = json!({ "ClientId": self.world.client_id(), "RefreshToken": self.token("refresh_token") });
        let answer = self.world.cognito("GetTokensFromRefreshToken", body).await.expect("refreshes");
        self.tokens["access_token"] = answer["AuthenticationResult"]["AccessToken"].clone();
        self.tokens["id_token"] = answer["AuthenticationResult"]["IdToken"].clone();
    }
}
