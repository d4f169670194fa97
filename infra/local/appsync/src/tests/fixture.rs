//! An API under test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use local_core::clock::Clock;
use local_core::invoke::InvokeError;
use local_core::journal::Journal;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::tests::stubs::{StubInvoker, StubSignatures, StubTables, StubTokens};
use crate::{Api, ApiConfig, AuthMode, ConfigError, DataSource, DefaultAction, Parts, Resolver};

/// A user without groups.
pub(super) const ALICE: &str = "alice..jwt";

/// What an API is made of, before it is made.
pub(super) struct Fixture {
    pub(super) config: ApiConfig,
    invoker: Arc<StubInvoker>,
    pub(super) tables: Arc<StubTables>,
}

/// An API and what stands behind it.
pub(super) struct TestApi {
    pub(super) api: Api,
    pub(super) router: Router,
    pub(super) invoker: Arc<StubInvoker>,
    pub(super) signatures: Arc<StubSignatures>,
    pub(super) clock: Clock,
    pub(super) journal: Journal,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

/// A user pool without conditions.
pub(super) fn pool() -> AuthMode {
    AuthMode::UserPool { default_action: DefaultAction::Allow, app_id_client_regex: None }
}

/// A resolver that hands its context to a function.
pub(super) fn direct(function: &str) -> Resolver {
    Resolver::Unit { data_source: function.to_owned(), code: None, max_batch_size: 0 }
}

impl Fixture {
    /// A user pool as the default mode, IAM beside it.
    pub(super) fn new(sdl: &str) -> Self {
        let config = ApiConfig {
            sdl: sdl.to_owned(),
            api_id: "api".to_owned(),
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
            default_auth: pool(),
            additional_auth: vec![AuthMode::Iam],
            introspection: true,
            query_depth_limit: 0,
            resolver_count_limit: 0,
            environment: BTreeMap::from([("STAGE".to_owned(), "test".to_owned())]),
            data_sources: BTreeMap::from([("none".to_owned(), DataSource::None)]),
            resolvers: BTreeMap::new(),
        };
        Fixture { config, invoker: Arc::default(), tables: Arc::default() }
    }

    /// A field with any resolver.
    pub(super) fn resolver(mut self, field: &str, resolver: Resolver) -> Self {
        let (ty, name) = field.split_once('.').unwrap();
        self.config.resolvers.insert((ty.to_owned(), name.to_owned()), resolver);
        self
    }

    /// A function as a data source of the same name.
    pub(super) fn function(
        self,
        name: &str,
        function: impl Fn(Value) -> Result<Value, InvokeError> + Send + Sync + 'static,
    ) -> Self {
        self.slow_function(name, Duration::ZERO, function)
    }

    /// A function that takes its time.
    pub(super) fn slow_function(
        mut self,
        name: &str,
        delay: Duration,
        function: impl Fn(Value) -> Result<Value, InvokeError> + Send + Sync + 'static,
    ) -> Self {
        let source = DataSource::Lambda { function: name.to_owned() };
        self.config.data_sources.insert(name.to_owned(), source);
        self.invoker.add(name, delay, function);
        self
    }

    /// A field whose function answers with its own name as the function's.
    pub(super) fn field(
        self,
        field: &str,
        function: impl Fn(Value) -> Result<Value, InvokeError> + Send + Sync + 'static,
    ) -> Self {
        self.function(field, function).resolver(field, direct(field))
    }

    /// A field with a script and no function.
    pub(super) fn script(self, field: &str, code: &str) -> Self {
        self.resolver(
            field,
            Resolver::Unit { data_source: "none".to_owned(), code: Some(code.to_owned()), max_batch_size: 0 },
        )
    }

    pub(super) fn config(mut self, change: impl FnOnce(&mut ApiConfig)) -> Self {
        change(&mut self.config);
        self
    }

    pub(super) fn try_build(self) -> Result<TestApi, ConfigError> {
        let (signatures, clock, journal) =
            (Arc::<StubSignatures>::default(), Clock::default(), Journal::default());
        let parts = Parts {
            invoker: Arc::clone(&self.invoker) as _,
            tables: Arc::clone(&self.tables) as _,
            tokens: Arc::new(StubTokens),
            signatures: Arc::clone(&signatures) as _,
            clock: clock.clone(),
            journal: journal.clone(),
        };
        let api = Api::new(self.config, parts)?;
        let router = api.router();
        Ok(TestApi { api, router, invoker: self.invoker, signatures, clock, journal })
    }

    pub(super) fn build(self) -> TestApi {
        self.try_build().unwrap()
    }
}

impl TestApi {
    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A body as it is, with any headers.
    pub(super) async fn raw(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// An operation of alice.
    pub(super) async fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables}).to_string();
        let answer = self.raw(&[("authorization", ALICE)], &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    /// An operation of a function of ours.
    pub(super) async fn ask_as(&self, name: &str, query: &str) -> Value {
        let body = json!({"query": query}).to_string();
        let signature = format!("AWS4-HMAC-SHA256 {name} /graphql {body}");
        self.raw(&[("authorization", &signature)], &body).await.body
    }
}
