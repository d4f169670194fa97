//! One part's need met by another part, which does not know it.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use local_aws::credentials::CredentialStore;
use local_aws::dynamodb::Gate;
use local_aws::http::Authorizer;
use local_aws::mail::{Draft, Outbox};
use local_aws::policy::{Policies, RequestContext};
use local_cognito::{CredentialIssuer, Credentials, Mail, MailKind, Mailer};
use local_core::principal::Principal;
use local_core::tables::{TableError, Tables};
use local_core::verify::{TokenError, TokenVerifier};
use serde_json::{Map, Value};

/// The services ask the policies of the template.
pub(crate) struct ByPolicy {
    policies: Arc<Policies>,
}

impl ByPolicy {
    /// By these policies.
    pub(crate) fn new(policies: Arc<Policies>) -> Self {
        ByPolicy { policies }
    }
}

impl Authorizer for ByPolicy {
    fn allows(&self, caller: &Principal, action: &str, resource: &str, leading_keys: &[String]) -> bool {
        self.policies.allows(caller, action, resource, &RequestContext { leading_keys })
    }
}

/// Credentials for people come from the store that verifies them.
pub(crate) struct FromStore {
    store: Arc<CredentialStore>,
}

impl FromStore {
    /// From this store.
    pub(crate) fn new(store: Arc<CredentialStore>) -> Self {
        FromStore { store }
    }
}

impl CredentialIssuer for FromStore {
    fn issue(&self, principal: Principal, lifetime: Duration) -> Credentials {
        let issued = self.store.issue(principal, lifetime);
        Credentials {
            access_key_id: issued.access_key_id,
            secret_key: issued.secret_key,
            session_token: issued.session_token.unwrap_or_default(),
            expiration: issued.expiration.unwrap_or(Timestamp::MAX),
        }
    }
}

/// AppSync's data sources call the tables through the gate, as everybody does.
pub(crate) struct ThroughGate {
    gate: Gate,
}

impl ThroughGate {
    /// Through this gate.
    pub(crate) fn new(gate: Gate) -> Self {
        ThroughGate { gate }
    }
}

impl Tables for ThroughGate {
    fn call<'a>(
        &'a self,
        caller: &'a str,
        operation: &'a str,
        request: Value,
    ) -> BoxFuture<'a, Result<Value, TableError>> {
        Box::pin(async move {
            let caller = Principal::Function { name: caller.to_owned() };
            let response = self.gate.call(&caller, operation, request.to_string().as_bytes()).await;
            let mut body = response.json();
            match response.error_type() {
                None => Ok(body),
                Some(code) => {
                    let message = ["message", "Message"].iter().find_map(|name| body.get(name)?.as_str());
                    let message = message.unwrap_or_default().to_owned();
                    Err(TableError { code, message, item: body.get_mut("Item").map(Value::take) })
                }
            }
        })
    }
}

/// Stands where a template has no user pool: no token is good.
pub(crate) struct NoUserPool;

impl TokenVerifier for NoUserPool {
    fn verify(&self, _: &str) -> Result<Map<String, Value>, TokenError> {
        Err(TokenError::Refused)
    }
}

/// Cognito's mails go to the outbox of SES.
pub(crate) struct CodesByMail {
    outbox: Outbox,
}

impl CodesByMail {
    /// Mails into this outbox.
    pub(crate) fn new(outbox: Outbox) -> Self {
        CodesByMail { outbox }
    }
}

impl Mailer for CodesByMail {
    fn deliver(&self, mail: Mail) {
        self.outbox.deliver(Draft {
            kind: kind(mail.kind).to_owned(),
            from: "no-reply@verificationemail.com".to_owned(),
            to: vec![mail.to],
            subject: mail.subject,
            text: None,
            html: Some(mail.body),
            code: Some(mail.code),
        });
    }
}

fn kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::SignUp => "SignUp",
        MailKind::ResendCode => "ResendCode",
        MailKind::ForgotPassword => "ForgotPassword",
        MailKind::AdminCreateUser => "AdminCreateUser",
        MailKind::UpdateUserAttribute => "UpdateUserAttribute",
        MailKind::VerifyUserAttribute => "VerifyUserAttribute",
    }
}
