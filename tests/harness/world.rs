//! A cloud, and what a test may do with it from outside.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use local::{Cloud, Options};
use serde_json::{Value, json};

use crate::house::root;
use crate::person::Person;

/// How long an answer may take on a busy machine: all deliveries of a large group, when a test waits for them.
const PATIENCE: Duration = Duration::from_secs(300);

/// A local cloud that runs. Cheap to clone.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    http: reqwest::Client,
    config: Value,
    /// What people asked, while somebody takes notes.
    requests: Mutex<Option<Vec<Request>>>,
    /// Ends with the last clone; none for the shared world, which ends with the process.
    cloud: Option<Cloud>,
}

/// A GraphQL request that somebody made.
#[derive(Clone)]
pub struct Request {
    /// Who.
    pub person: Person,
    /// The document.
    pub document: String,
    /// Its variables.
    pub variables: Value,
}

impl World {
    /// A cloud of one's own, in memory.
    pub async fn new() -> World {
        World::with(Options::for_tests(root().join("template.yaml"))).await
    }

    /// A cloud of one's own, with options of one's own.
    pub async fn with(options: Options) -> World {
        let cloud =
            Cloud::start(options).await.unwrap_or_else(|error| panic!("the cloud does not start: {error}"));
        let url = cloud.endpoints().endpoint.clone();
        World::at(url, Some(cloud)).await
    }

    /// The cloud of all tests that need none of their own. It runs on threads of its own, so it outlives each test.
    pub async fn shared() -> World {
        static URL: OnceLock<String> = OnceLock::new();
        let start = || {
            let (tell, told) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime.block_on(async {
                    let options = Options::for_tests(root().join("template.yaml"));
                    let cloud = Cloud::start(options).await.unwrap_or_else(|error| panic!("{error}"));
                    tell.send(cloud.endpoints().endpoint.clone()).expect("somebody waits");
                    std::future::pending::<()>().await;
                });
            });
            told.recv().expect("the shared cloud starts")
        };
        World::at(URL.get_or_init(start).clone(), None).await
    }

    /// A cloud that runs already.
    pub async fn at(url: String, cloud: Option<Cloud>) -> World {
        let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
        let config = http.get(format!("{url}/_local/amplify")).send().await.expect("an answer").json().await;
        let (config, requests) = (config.expect("JSON"), Mutex::default());
        World { inner: Arc::new(Inner { url, http, config, requests, cloud }) }
    }

    /// `http://localhost:PORT`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// The HTTP client.
    pub fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    /// The configuration of Amplify.
    pub fn config(&self) -> &Value {
        &self.inner.config
    }

    /// Somebody who signed up, confirmed and signed in just now.
    pub async fn person(&self, name: &str) -> Person {
        Person::new(self.clone(), name).await
    }

    /// Several people at once.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let people = futures::future::join_all(names.map(|name| self.person(name))).await;
        people.try_into().unwrap_or_else(|_| panic!("as many people as names"))
    }

    /// Waits until streams, queues and deliveries are empty.
    pub async fn settles(&self) {
        self.control("settle", json!({})).await;
    }

    /// Moves the clock of the cloud forward. Only in a world of one's own.
    pub async fn advances(&self, seconds: u64) {
        self.control("clock", json!({ "advanceSeconds": seconds })).await;
    }

    /// Puts a plan of faults in force. Only in a world of one's own.
    pub async fn suffers(&self, plan: Value) {
        let request = self.http().put(format!("{}/_local/faults", self.url())).json(&plan);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "faults: {}", answer.status());
    }

    /// Ends all faults; gives how often each of them struck.
    pub async fn recovers(&self) -> Value {
        let struck = self.look("faults").await["struck"].take();
        self.http().delete(format!("{}/_local/faults", self.url())).send().await.expect("an answer");
        struck
    }

    /// What the journal holds: one entry per operation.
    pub async fn journal(&self) -> Vec<Value> {
        self.look("journal").await.as_array().cloned().unwrap_or_default()
    }

    /// Reads from the local cloud's own interface.
    pub async fn look(&self, what: &str) -> Value {
        let answer =
            self.http().get(format!("{}/_local/{what}", self.url())).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// Tells the local cloud to do something.
    pub async fn control(&self, what: &str, body: Value) -> Value {
        let request = self.http().post(format!("{}/_local/{what}", self.url())).json(&body);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }

    /// A call of the user pool, as clients make it; the error is its type.
    pub async fn cognito(&self, operation: &str, body: Value) -> Result<Value, String> {
        self.calls(&format!("AWSCognitoIdentityProviderService.{operation}"), body).await
    }

    /// A call of the identity pool, as clients make it; the error is its type.
    pub async fn identity(&self, operation: &str, body: Value) -> Result<Value, String> {
        self.calls(&format!("AWSCognitoIdentityService.{operation}"), body).await
    }

    async fn calls(&self, target: &str, body: Value) -> Result<Value, String> {
        let request = self
            .http()
            .post(format!("{}/", self.url()))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(body.to_string());
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        if status.is_success() {
            Ok(body)
        } else {
            Err(body["__type"].as_str().unwrap_or_default().to_owned())
        }
    }

    /// Takes notes of what people ask from now on.
    pub fn records(&self) {
        *self.inner.requests.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// What was asked since [`World::records`]; the notes end with it.
    pub fn recorded(&self) -> Vec<Request> {
        self.inner.requests.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// Notes a request, if somebody takes notes.
    pub(crate) fn notes(&self, person: &Person, document: &str, variables: &Value) {
        let mut requests = self.inner.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(requests) = &mut *requests {
            let (document, variables) = (document.to_owned(), variables.clone());
            requests.push(Request { person: person.clone(), document, variables });
        }
    }

    /// The time of the cloud.
    pub async fn now(&self) -> std::time::SystemTime {
        let now =
            self.look("clock").await["now"].as_str().and_then(|now| now.parse::<jiff::Timestamp>().ok());
        now.expect("a time").into()
    }

    /// The cloud itself, in a world of one's own.
    #[track_caller]
    pub fn cloud(&self) -> &Cloud {
        self.inner.cloud.as_ref().expect("a world of one's own")
    }

    /// The app client.
    pub fn client_id(&self) -> &str {
        self.config()["Auth"]["Cognito"]["userPoolClientId"].as_str().unwrap_or_default()
    }

    /// The last code that was mailed to an address.
    pub async fn code_for(&self, email: &str) -> String {
        let mails = self.look(&format!("mails?to={email}")).await;
        let mut codes = mails.as_array().into_iter().flatten().filter_map(|mail| mail["code"].as_str());
        codes.next_back().unwrap_or_else(|| panic!("no code was mailed")).to_owned()
    }
}
