//! Pools with a mailbox, functions that tests write, and a clock that tests move.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::SignedDuration;
use local_core::clock::Clock;
use local_core::invoke::{InvokeError, Invoker};
use local_core::principal::Principal;
use local_core::verify::{SignatureError, Signatures, SignedRequest};
use serde_json::{Value, json};

use crate::cognito::Cognito;
use crate::config::{ClientConfig, Config, Group, IdentityPoolConfig, PoolConfig};
use crate::parts::{CredentialIssuer, Credentials, Location, Mail, Mailer, Parts};
use crate::store::Store;
use crate::tokens::keys::SigningKeys;

pub(super) const POOL: &str = "us-east-1_Local";
pub(super) const CLIENT: &str = "web";
/// A client that tells who exists.
pub(super) const LEGACY: &str = "legacy";
pub(super) const GUESTS: &str = "us-east-1:7f9c24e5-0000-4000-8000-000000000001";
pub(super) const PASSWORD: &str = "Correct-horse-1";

/// An error's name and words.
pub(super) type Refusal = (String, String);

type Function = dyn Fn(&str, Value) -> BoxFuture<'static, Result<Value, InvokeError>> + Send + Sync;

pub(super) struct World {
    pub(super) cognito: Cognito,
    pub(super) clock: Clock,
    pub(super) events: Arc<Mutex<Vec<Value>>>,
    pub(super) issued: Arc<Mutex<Vec<Principal>>>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

pub(super) fn config() -> Config {
    let mut pool = PoolConfig::new(POOL, CLIENT, "http://localhost:4000");
    let legacy = ClientConfig { prevent_user_existence_errors: false, ..ClientConfig::new(LEGACY) };
    pool.clients.push(legacy);
    pool.groups = [("readers", Some(9)), ("agents", Some(1)), ("others", None)]
        .map(|(name, precedence)| Group {
            name: name.to_owned(),
            precedence,
            role_arn: None,
            description: None,
        })
        .into();
    Config { pool, identity_pool: Some(IdentityPoolConfig::new(GUESTS, CLIENT)) }
}

/// Keys take a third of a second to make, so all pools of the tests in memory share them.
fn store_with_keys() -> Store {
    static KEYS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    let names = ["signing-key-id", "signing-key-access"];
    let keys = KEYS.get_or_init(|| {
        let store = Store::open(&Location::Memory).unwrap();
        SigningKeys::load(&store).unwrap();
        names.map(|name| store.once(name, || unreachable!("the key was just made")).unwrap())
    });
    let store = Store::open(&Location::Memory).unwrap();
    for (name, key) in names.iter().zip(keys) {
        store.once(name, || Ok(key.clone())).unwrap();
    }
    store
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(|_| ())
    }

    /// Pools with another configuration; functions answer with the event as it came.
    pub(super) fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::with_functions(change, |_, event| Box::pin(async { Ok(event) }))
    }

    pub(super) fn with_functions(
        change: impl FnOnce(&mut Config),
        function: impl Fn(&str, Value) -> BoxFuture<'static, Result<Value, InvokeError>> + Send + Sync + 'static,
    ) -> Self {
        let mut config = config();
        change(&mut config);
        Self::build(Arc::new(function), |parts| Cognito::assemble(config, parts, store_with_keys()).unwrap())
    }

    /// Pools whose data is in a directory.
    pub(super) fn at(location: Location) -> Self {
        let echo = |_: &str, event| -> BoxFuture<'static, _> { Box::pin(async { Ok(event) }) };
        Self::build(Arc::new(echo), |parts| Cognito::open(config(), parts, location).unwrap())
    }

    fn build(function: Arc<Function>, open: impl FnOnce(Parts) -> Cognito) -> Self {
        let (events, mails, issued) = (Arc::default(), Arc::default(), Arc::default());
        let clock = Clock::default();
        let functions = Functions { function, events: Arc::clone(&events) };
        let cognito = open(Parts {
            invoker: Arc::new(functions),
            mailer: Arc::new(Mailbox(Arc::clone(&mails))),
            issuer: Arc::new(Vending { clock: clock.clone(), issued: Arc::clone(&issued) }),
            signatures: Arc::new(Policies),
            clock: clock.clone(),
        });
        World { cognito, clock, events, issued, mails }
    }

    pub(super) async fn call(&self, operation: &str, body: Value) -> Result<Value, Refusal> {
        self.send("AWSCognitoIdentityProviderService", operation, body, None).await
    }

    /// As the developer, who may do everything.
    pub(super) async fn admin(&self, operation: &str, mut body: Value) -> Result<Value, Refusal> {
        body["UserPoolId"] = json!(POOL);
        let caller = Some(Principal::Developer);
        self.send("AWSCognitoIdentityProviderService", operation, body, caller).await
    }

    pub(super) async fn identity(&self, operation: &str, body: Value) -> Result<Value, Refusal> {
        self.send("AWSCognitoIdentityService", operation, body, None).await
    }

    pub(super) async fn send(
        &self,
        service: &str,
        operation: &str,
        body: Value,
        caller: Option<Principal>,
    ) -> Result<Value, Refusal> {
        let target = format!("{service}.{operation}");
        let response = self.cognito.handle(&target, body.to_string().as_bytes(), caller).await;
        if response.status == 200 {
            assert_eq!(response.errortype, None);
            return Ok(response.json);
        }
        assert_eq!(response.status, 400, "{}", response.json);
        let text = |name: &str| response.json[name].as_str().unwrap_or_default().to_owned();
        assert_eq!(response.errortype, Some(text("__type")));
        Err((text("__type"), text("message")))
    }

    pub(super) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub(super) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// The code in the last mail.
    pub(super) fn code(&self) -> String {
        self.mails().last().expect("a mail was sent").code.clone()
    }

    pub(super) async fn sign_up(&self, email: &str) -> Result<Value, Refusal> {
        let body = json!({
            "ClientId": CLIENT, "Username": email, "Password": PASSWORD,
            "UserAttributes": [{ "Name": "email", "Value": email }],
        });
        self.call("SignUp", body).await
    }

    pub(super) async fn confirm(&self, email: &str, code: &str) -> Result<Value, Refusal> {
        let body = json!({ "ClientId": CLIENT, "Username": email, "ConfirmationCode": code });
        self.call("ConfirmSignUp", body).await
    }

    /// A confirmed person; the answer is the `sub`.
    pub(super) async fn person(&self, email: &str) -> String {
        let answer = self.sign_up(email).await.unwrap();
        self.confirm(email, &self.code()).await.unwrap();
        answer["UserSub"].as_str().unwrap().to_owned()
    }

    pub(super) async fn sign_in(&self, email: &str, password: &str) -> Result<Value, Refusal> {
        let parameters = json!({ "USERNAME": email, "PASSWORD": password });
        let body =
            json!({ "ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        self.call("InitiateAuth", body).await
    }

    /// The tokens of somebody who signs in with the usual password.
    pub(super) async fn tokens(&self, email: &str) -> Tokens {
        Tokens::of(&self.sign_in(email, PASSWORD).await.unwrap())
    }

    pub(super) async fn refresh(&self, token: &str) -> Result<Value, Refusal> {
        self.call("GetTokensFromRefreshToken", json!({ "ClientId": CLIENT, "RefreshToken": token })).await
    }

    pub(super) async fn get_user(&self, access_token: &str) -> Result<Value, Refusal> {
        self.call("GetUser", json!({ "AccessToken": access_token })).await
    }
}

/// The three tokens.
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) id: String,
    pub(super) refresh: String,
}

impl Tokens {
    pub(super) fn of(answer: &Value) -> Self {
        let text = |name: &str| answer["AuthenticationResult"][name].as_str().unwrap_or_default().to_owned();
        Tokens { access: text("AccessToken"), id: text("IdToken"), refresh: text("RefreshToken") }
    }
}

/// One attribute of a `GetUser` answer.
pub(super) fn attribute(answer: &Value, name: &str) -> Option<String> {
    let list = answer["UserAttributes"].as_array()?;
    let found = list.iter().find(|attribute| attribute["Name"] == name)?;
    found["Value"].as_str().map(str::to_owned)
}

struct Functions {
    function: Arc<Function>,
    events: Arc<Mutex<Vec<Value>>>,
}

impl Invoker for Functions {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        self.events.lock().unwrap().push(event.clone());
        (self.function)(function, event)
    }
}

struct Mailbox(Arc<Mutex<Vec<Mail>>>);

impl Mailer for Mailbox {
    fn deliver(&self, mail: Mail) {
        self.0.lock().unwrap().push(mail);
    }
}

struct Vending {
    clock: Clock,
    issued: Arc<Mutex<Vec<Principal>>>,
}

impl CredentialIssuer for Vending {
    fn issue(&self, principal: Principal, lifetime: Duration) -> Credentials {
        self.issued.lock().unwrap().push(principal);
        Credentials {
            access_key_id: "ASIA".to_owned(),
            secret_key: "secret".to_owned(),
            session_token: "session".to_owned(),
            expiration: self.clock.now() + SignedDuration::try_from(lifetime).unwrap(),
        }
    }
}

/// The function `granted` may look people up; nobody else may do anything.
struct Policies;

impl Signatures for Policies {
    fn verify(&self, _: &SignedRequest<'_>) -> Result<Principal, SignatureError> {
        Err(SignatureError::Missing)
    }

    fn allows(&self, principal: &Principal, action: &str, resource: &str) -> bool {
        *principal == Principal::Function { name: "granted".to_owned() }
            && action == "cognito-idp:AdminGetUser"
            && resource == "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Local"
    }
}
