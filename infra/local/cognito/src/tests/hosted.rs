//! Visits to the hosted pages, as browsers and apps make them.

use axum::body::Body;
use axum::http::{Request, Response, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::world::{CLIENT, LEGACY, PASSWORD, POOL, World, attribute};
use crate::config::{Config, HostedConfig, ProviderConfig, Triggers};

const BACK: &str = "https://app.example/back";
const VERIFIER: &str = "verifier-verifier-verifier-verifier-verifier";

/// Both clients have pages; only the usual one has providers.
fn pages(config: &mut Config) {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let hosted = HostedConfig {
        callback_urls: vec![BACK.to_owned()],
        logout_urls: vec!["https://app.example/".to_owned()],
        scopes: set(&["openid", "email", "aws.cognito.signin.user.admin"]),
        providers: set(&["COGNITO", "Google", "Facebook", "LinkedIn"]),
    };
    for client in &mut config.pool.clients {
        client.hosted = Some(hosted.clone());
    }
    let mapping = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(to, from)| ((*to).to_owned(), (*from).to_owned())).collect()
    };
    let provider = |name: &str, kind: &str, pairs: &[(&str, &str)]| ProviderConfig {
        name: name.to_owned(),
        kind: kind.to_owned(),
        mapping: mapping(pairs),
    };
    let standard = [("email", "email"), ("email_verified", "email_verified"), ("name", "name")];
    config.pool.providers = vec![
        provider("Google", "Google", &standard),
        provider("Facebook", "Facebook", &[("email", "email"), ("name", "name"), ("username", "id")]),
        provider("LinkedIn", "OIDC", &standard),
    ];
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The query of an address, by name.
fn query(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// What an app asks for; a pair with an empty value is left out.
fn wish<'a>(changes: &[(&'a str, &'a str)], challenge: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![
        ("client_id", CLIENT),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid email aws.cognito.signin.user.admin"),
        ("state", "s t"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        pairs.retain(|(key, _)| key != name);
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    pairs
}

impl World {
    async fn http(&self, method: &str, path: &str, body: String) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
        self.cognito.router().oneshot(request).await.unwrap()
    }

    /// Where a page sends the browser.
    async fn sent(&self, method: &str, path: &str, body: String) -> String {
        let response = self.http(method, path, body).await;
        assert_eq!(response.status(), 302, "{method} {path}");
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    async fn authorize(&self, changes: &[(&str, &str)]) -> String {
        let challenge = challenge();
        self.sent("GET", &format!("/oauth2/authorize?{}", form(&wish(changes, &challenge))), String::new())
            .await
    }

    /// Comes from a provider; the answer is the address that the app is sent to.
    async fn come_by(&self, provider: &str, person: &[(&str, &str)]) -> String {
        let page = self.authorize(&[("identity_provider", provider)]).await;
        assert!(page.starts_with(&format!("/stand-in/{provider}?")), "{page}");
        let state = query(&page, "state").unwrap();
        let pairs = [&[("state", state.as_str())], person].concat();
        let back = self.sent("POST", &page, form(&pairs)).await;
        self.sent("GET", &back, String::new()).await
    }

    async fn redeem(&self, changes: &[(&str, &str)], code: &str) -> (u16, Value) {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("redirect_uri", BACK),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            pairs.retain(|(key, _)| key != name);
            pairs.push((name, value));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        self.post("/oauth2/token", &pairs).await
    }

    async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> (u16, Value) {
        let response = self.http("POST", path, form(pairs)).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn tokens_of(&self, back: &str) -> Value {
        let code = query(back, "code").unwrap_or_else(|| panic!("no code: {back}"));
        let (status, tokens) = self.redeem(&[], &code).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    async fn user_info(&self, token: &str) -> (u16, Value) {
        let request = Request::get("/oauth2/userInfo").header("authorization", format!("Bearer {token}"));
        let response = self.cognito.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn link(
        &self,
        destination: Value,
        provider: &str,
        subject: &str,
    ) -> Result<Value, super::world::Refusal> {
        let source = json!({ "ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject });
        let body = json!({ "DestinationUser": destination, "SourceUser": source });
        self.admin("AdminLinkProviderForUser", body).await
    }
}

fn claims(token: &Value) -> Value {
    let body = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

const ALICE: [(&str, &str); 4] =
    [("email", "Alice@example.com"), ("name", "Alice"), ("verified", "true"), ("subject", "AbC123")];

#[tokio::test]
async fn a_visit_by_a_provider_ends_with_tokens() {
    let world = World::with(pages);
    let back = world.come_by("LinkedIn", &ALICE).await;
    assert!(back.starts_with(BACK));
    assert_eq!(query(&back, "state").as_deref(), Some("s t"));
    let tokens = world.tokens_of(&back).await;
    let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
    assert_eq!(id["cognito:username"], "linkedin_abc123");
    assert_eq!(id["identities"][0]["userId"], "AbC123");
    assert_eq!(id["identities"][0]["primary"], "true");
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("alice@example.com"), &json!(true)));
    assert_eq!(access["scope"], "openid email aws.cognito.signin.user.admin");
    assert_eq!(access["username"], "linkedin_abc123");
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3_600)));
    let user = world.get_user(tokens["access_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(attribute(&user, "sub").unwrap(), id["sub"].as_str().unwrap());
    let again = world.tokens_of(&world.come_by("LinkedIn", &ALICE).await).await;
    assert_eq!(claims(&again["id_token"])["sub"], id["sub"], "the same person again");
}

#[tokio::test]
async fn only_an_address_of_the_client_gets_an_answer() {
    let world = World::with(pages);
    for uri in [
        "https://app.example/back/",
        "https://app.example/back?x=1",
        "https://evil.example/",
        "http://app.example/back",
    ] {
        let page = world.authorize(&[("redirect_uri", uri)]).await;
        assert_eq!(page, "/error?error=redirect_mismatch", "{uri}");
    }
    for changes in [("redirect_uri", ""), ("client_id", "nobody"), ("client_id", "")] {
        assert_eq!(world.authorize(&[changes]).await, "/error?error=invalid_request", "{changes:?}");
    }
    assert_eq!(world.http("GET", "/error?error=%3Cb%3E", String::new()).await.status(), 400);
}

#[tokio::test]
async fn what_the_client_may_not_ask_for_is_told_to_it() {
    let world = World::with(pages);
    for (change, error) in [
        (("response_type", "token"), "unauthorized_client"),
        (("response_type", ""), "invalid_request"),
        (("scope", "openid phone"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("identity_provider", "Twitter"), "invalid_request"),
    ] {
        let back = world.authorize(&[change]).await;
        assert!(back.starts_with(BACK), "{back}");
        assert_eq!(query(&back, "error").as_deref(), Some(error), "{change:?}");
        assert_eq!(query(&back, "state").as_deref(), Some("s t"));
    }
}

#[tokio::test]
async fn a_code_serves_once_for_who_asked_and_not_for_long() {
    let world = World::with(pages);
    let code = |back: &str| query(back, "code").unwrap();
    let fresh = async || code(&world.come_by("Google", &ALICE).await);
    for change in [
        ("code_verifier", "another-another-another-another-another-another"),
        ("code_verifier", ""),
        ("redirect_uri", "https://app.example/other"),
        ("redirect_uri", ""),
        ("client_id", LEGACY),
    ] {
        let code = fresh().await;
        let (status, answer) = world.redeem(&[change], &code).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")), "{change:?}");
        let (status, _) = world.redeem(&[], &code).await;
        assert_eq!(status, 400, "a wrong try uses the code up: {change:?}");
    }
    let used = fresh().await;
    assert_eq!(world.redeem(&[], &used).await.0, 200);
    assert_eq!(world.redeem(&[], &used).await.1, json!({ "error": "invalid_grant" }));
    let late = fresh().await;
    world.advance(300);
    assert_eq!(world.redeem(&[], &late).await.1, json!({ "error": "invalid_grant" }));
    for (change, error) in [
        (("grant_type", "password"), "unsupported_grant_type"),
        (("grant_type", "client_credentials"), "unauthorized_client"),
        (("grant_type", ""), "invalid_request"),
        (("client_id", "nobody"), "invalid_client"),
        (("code", ""), "invalid_request"),
    ] {
        assert_eq!(world.redeem(&[change], "x").await.1, json!({ "error": error }), "{change:?}");
    }
}

#[tokio::test]
async fn tokens_are_refreshed_and_revoked_and_say_who_it_is() {
    let world = World::with(pages);
    let tokens = world.tokens_of(&world.come_by("Google", &ALICE).await).await;
    let text = |name: &str| tokens[name].as_str().unwrap();
    let refresh =
        [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", text("refresh_token"))];
    let (status, fresh) = world.post("/oauth2/token", &refresh).await;
    assert_eq!(status, 200, "{fresh}");
    assert_eq!(claims(&fresh["access_token"])["scope"], claims(&tokens["access_token"])["scope"]);
    assert_eq!(fresh.get("refresh_token"), None);
    assert!(world.refresh(text("refresh_token")).await.is_ok(), "the user pool's own call takes it too");
    let (status, info) = world.user_info(text("access_token")).await;
    assert_eq!((status, &info["email_verified"]), (200, &json!("true")));
    assert_eq!(world.user_info(text("id_token")).await.0, 401);
    let revoke = |token| [("client_id", CLIENT), ("token", token)];
    let (status, answer) = world.post("/oauth2/revoke", &revoke(text("access_token"))).await;
    assert_eq!((status, answer), (400, json!({ "error": "unsupported_token_type" })));
    assert_eq!(world.post("/oauth2/revoke", &revoke(text("refresh_token"))).await.0, 200);
    assert_eq!(world.post("/oauth2/token", &refresh).await.0, 400);
    assert_eq!(world.user_info(text("access_token")).await.0, 401);
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let world = World::with(pages);
    let challenge = challenge();
    let pairs =
        wish(&[("scope", "aws.cognito.signin.user.admin"), ("identity_provider", "Google")], &challenge);
    let page = world.sent("GET", &format!("/oauth2/authorize?{}", form(&pairs)), String::new()).await;
    let state = query(&page, "state").unwrap();
    let back =
        world.sent("POST", &page, form(&[&[("state", state.as_str())], ALICE.as_slice()].concat())).await;
    let tokens = world.tokens_of(&world.sent("GET", &back, String::new()).await).await;
    assert_eq!(tokens.get("id_token"), None);
    assert_eq!(world.user_info(tokens["access_token"].as_str().unwrap()).await.0, 401);
}

#[tokio::test]
async fn a_password_opens_the_page_too() {
    let world = World::with(pages);
    let sub = world.person("alice@example.com").await;
    let login = world.authorize(&[]).await;
    let response = world.http("GET", &login, String::new()).await;
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(text.contains("Continue with Google"), "{text}");
    let visit = text.split("name=\"visit\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let data = |password| [("visit", visit), ("username", "alice@example.com"), ("password", password)];
    assert_eq!(world.http("POST", "/login", form(&data("wrong"))).await.status(), 200, "the page again");
    let back = world.sent("POST", "/login", form(&data(PASSWORD))).await;
    let tokens = world.tokens_of(&back).await;
    assert_eq!(claims(&tokens["id_token"])["sub"], sub.as_str());
    let once_more = world.sent("POST", "/login", form(&data(PASSWORD))).await;
    assert_eq!(once_more, "/error?error=invalid_request", "a visit ends once");
}

#[tokio::test]
async fn who_turns_back_at_the_provider_is_told_so() {
    let world = World::with(pages);
    let back = world.come_by("Google", &[("do", "cancel")]).await;
    assert_eq!(query(&back, "error").as_deref(), Some("access_denied"));
    let page = world.authorize(&[("identity_provider", "Google")]).await;
    let state = query(&page, "state").unwrap();
    let forged = format!("/oauth2/idpresponse?{}", form(&[("state", &state), ("code", "forged")]));
    let back = world.sent("GET", &forged, String::new()).await;
    assert_eq!(query(&back, "error").as_deref(), Some("invalid_request"));
    assert_eq!(world.sent("GET", &forged, String::new()).await, "/error?error=invalid_request");
}

#[tokio::test]
async fn a_new_person_runs_through_the_triggers() {
    let world = World::with(|config| {
        pages(config);
        config.pool.triggers = Triggers {
            pre_sign_up: Some("f".to_owned()),
            post_confirmation: Some("f".to_owned()),
            post_authentication: Some("f".to_owned()),
            ..Triggers::default()
        };
    });
    world.come_by("Google", &ALICE).await;
    world.come_by("Google", &ALICE).await;
    let events = world.events.lock().unwrap().clone();
    let sources: Vec<_> = events.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    let authenticated = "PostAuthentication_Authentication";
    assert_eq!(
        sources,
        ["PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp", authenticated, authenticated]
    );
    assert_eq!((&events[0]["userName"], &events[0]["userPoolId"]), (&json!("google_abc123"), &json!(POOL)));
    assert_eq!(
        events[0]["request"]["userAttributes"],
        json!({ "email": "alice@example.com", "email_verified": "true", "name": "Alice",
                "cognito:email_alias": "", "cognito:phone_number_alias": "" })
    );
    assert_eq!(events[1]["request"]["userAttributes"]["cognito:user_status"], "EXTERNAL_PROVIDER");
}

#[tokio::test]
async fn who_is_linked_comes_as_the_other() {
    let world = World::with(pages);
    let sub = world.person("alice@example.com").await;
    world
        .link(json!({ "ProviderName": "Cognito", "ProviderAttributeValue": sub }), "LinkedIn", "AbC123")
        .await
        .unwrap();
    let tokens = world.tokens_of(&world.come_by("LinkedIn", &ALICE).await).await;
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["sub"], &id["cognito:username"]), (&json!(sub), &json!(sub)));
    assert_eq!(id["identities"][0]["primary"], "false");
    let again = json!({ "ProviderName": "Cognito", "ProviderAttributeValue": sub });
    let refusal = world.link(again.clone(), "LinkedIn", "AbC123").await.unwrap_err();
    assert_eq!(refusal.0, "InvalidParameterException");
    world.come_by("Google", &ALICE).await;
    let refusal = world.link(again, "Google", "AbC123").await.unwrap_err();
    assert!(refusal.1.starts_with("Merging is not currently supported"), "{refusal:?}");
    let first = json!({ "ProviderName": "Google", "ProviderAttributeValue": "AbC123" });
    world.link(first, "Facebook", "77").await.unwrap();
    let by = json!({ "ProviderName": "LinkedIn", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "AbC123" });
    world.admin("AdminDisableProviderForUser", json!({ "User": by })).await.unwrap();
    let tokens = world.tokens_of(&world.come_by("LinkedIn", &ALICE).await).await;
    assert_ne!(claims(&tokens["id_token"])["sub"], json!(sub), "no longer linked");
}

#[tokio::test]
async fn a_link_made_during_the_visit_is_too_late_for_it() {
    let late: std::sync::Arc<std::sync::OnceLock<crate::Cognito>> = std::sync::Arc::default();
    let (pools, sub) = (late.clone(), std::sync::Arc::new(std::sync::OnceLock::<String>::new()));
    let destination = sub.clone();
    let world = World::with_functions(
        |config| {
            pages(config);
            config.pool.triggers.pre_sign_up = Some("link".to_owned());
        },
        move |_, event| {
            let (pools, destination) = (pools.clone(), destination.clone());
            Box::pin(async move {
                if event["triggerSource"] == "PreSignUp_ExternalProvider" {
                    let body = json!({
                        "UserPoolId": POOL,
                        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": destination.get().unwrap() },
                        "SourceUser": { "ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "AbC123" },
                    });
                    let target = "AWSCognitoIdentityProviderService.AdminLinkProviderForUser";
                    let caller = Some(local_core::principal::Principal::Developer);
                    let cognito = pools.get().unwrap();
                    assert_eq!(cognito.handle(target, body.to_string().as_bytes(), caller).await.status, 200);
                }
                Ok(event)
            })
        },
    );
    late.set(world.cognito.clone()).ok().unwrap();
    sub.set(world.person("alice@example.com").await).unwrap();
    let back = world.come_by("Google", &ALICE).await;
    let why = query(&back, "error_description");
    assert_eq!(why.as_deref(), Some("Already found an entry for username google_abc123"));
    let tokens = world.tokens_of(&world.come_by("Google", &ALICE).await).await;
    assert_eq!(claims(&tokens["id_token"])["sub"], sub.get().unwrap().as_str());
}

#[tokio::test]
async fn leaving_goes_where_the_client_says() {
    let world = World::with(pages);
    let path = |uri| format!("/logout?{}", form(&[("client_id", CLIENT), ("logout_uri", uri)]));
    assert_eq!(world.sent("GET", &path("https://app.example/"), String::new()).await, "https://app.example/");
    let elsewhere = world.sent("GET", &path("https://evil.example/"), String::new()).await;
    assert_eq!(elsewhere, "/error?error=redirect_mismatch");
}

#[tokio::test]
async fn without_a_domain_there_are_no_pages() {
    let world = World::new();
    assert_eq!(world.authorize(&[]).await, "/error?error=invalid_request");
    assert_eq!(world.redeem(&[], "x").await.1, json!({ "error": "invalid_client" }));
}
