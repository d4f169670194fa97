//! Stand-ins for functions, tokens and signatures.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use local_core::invoke::{InvokeError, Invoker};
use local_core::principal::Principal;
use local_core::tables::{TableError, Tables};
use local_core::verify::{SignatureError, Signatures, SignedRequest, TokenError, TokenVerifier};
use serde_json::{Map, Value, json};

type Function = Arc<dyn Fn(Value) -> Result<Value, InvokeError> + Send + Sync>;

/// Functions by name; it remembers what they were given.
#[derive(Default)]
pub(super) struct StubInvoker {
    functions: Mutex<HashMap<String, (Duration, Function)>>,
    events: Mutex<Vec<(String, Value)>>,
}

impl StubInvoker {
    pub(super) fn add(
        &self,
        name: &str,
        delay: Duration,
        function: impl Fn(Value) -> Result<Value, InvokeError> + Send + Sync + 'static,
    ) {
        self.functions.lock().unwrap().insert(name.to_owned(), (delay, Arc::new(function)));
    }

    /// The events of a function, in order.
    pub(super) fn events(&self, name: &str) -> Vec<Value> {
        let events = self.events.lock().unwrap();
        events.iter().filter(|(function, _)| function == name).map(|(_, event)| event.clone()).collect()
    }
}

impl Invoker for StubInvoker {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        self.events.lock().unwrap().push((function.to_owned(), event.clone()));
        let known = self.functions.lock().unwrap().get(function).cloned();
        async move {
            let (delay, function) = known.ok_or_else(|| InvokeError::Unavailable(function.to_owned()))?;
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            function(event)
        }
        .boxed()
    }
}

/// An error of a function's own.
pub(super) fn function_error(error_type: &str, message: &str) -> InvokeError {
    InvokeError::Function { error_type: error_type.to_owned(), message: message.to_owned() }
}

/// Answers every call with what was put in, first in first out, and remembers the calls.
#[derive(Default)]
pub(super) struct StubTables {
    pub(super) answers: Mutex<VecDeque<Result<Value, TableError>>>,
    pub(super) calls: Mutex<Vec<(String, String, Value)>>,
}

impl Tables for StubTables {
    fn call<'a>(
        &'a self,
        caller: &'a str,
        operation: &'a str,
        request: Value,
    ) -> BoxFuture<'a, Result<Value, TableError>> {
        self.calls.lock().unwrap().push((caller.to_owned(), operation.to_owned(), request));
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(json!({})));
        async move { answer }.boxed()
    }
}

/// Tokens such as `alice.admins+staff.jwt`: a name and its groups.
pub(super) struct StubTokens;

impl TokenVerifier for StubTokens {
    fn verify(&self, token: &str) -> Result<Map<String, Value>, TokenError> {
        let parts: Vec<&str> = token.split('.').collect();
        let [name, groups, "jwt"] = parts.as_slice() else { return Err(TokenError::Malformed) };
        match *name {
            "late" => Err(TokenError::Expired),
            "mallory" => Err(TokenError::Refused),
            name => {
                let mut claims = json!({
                    "sub": name, "iss": "https://issuer", "username": name, "client_id": "app", "token_use": "access"
                });
                if !groups.is_empty() {
                    claims["cognito:groups"] = groups.split('+').collect();
                }
                Ok(claims.as_object().cloned().unwrap())
            }
        }
    }
}

/// A signature is `AWS4-HMAC-SHA256 <name> <path> <body>`: what the signer claims to have signed.
#[derive(Default)]
pub(super) struct StubSignatures {
    pub(super) denied: Mutex<Vec<String>>,
    pub(super) asked: Mutex<Vec<String>>,
}

impl Signatures for StubSignatures {
    fn verify(&self, request: &SignedRequest<'_>) -> Result<Principal, SignatureError> {
        assert_eq!((request.service, request.method), ("appsync", "POST"));
        let header = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let parts: Vec<&str> = header.unwrap_or_default().splitn(4, ' ').collect();
        let [_, name, path, body] = parts.as_slice() else { return Err(SignatureError::Missing) };
        if request.path != *path || request.body != body.as_bytes() {
            return Err(SignatureError::Mismatch);
        }
        Ok(match *name {
            "guest" => Principal::Identity {
                pool_id: "us-east-1:pool".to_owned(),
                identity_id: "us-east-1:guest".to_owned(),
                user_sub: None,
                provider: None,
            },
            name => Principal::Function { name: name.to_owned() },
        })
    }

    fn allows(&self, _: &Principal, action: &str, resource: &str) -> bool {
        assert_eq!(action, "appsync:GraphQL");
        self.asked.lock().unwrap().push(resource.to_owned());
        !self.denied.lock().unwrap().iter().any(|denied| denied == resource)
    }
}
