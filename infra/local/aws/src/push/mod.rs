//! SNS: push messages kept where people and tests can see them. Nothing leaves the machine.

mod endpoints;
mod form;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use local_core::clock::Clock;
use local_core::principal::Principal;
use serde::Serialize;
use serde_json::Value;

pub use endpoints::Endpoint;
use endpoints::{Change, Endpoints};
use form::Form;

use crate::http::{ACCOUNT, Authorizer, REGION, Response, denial, uuid};
use crate::queues::{Queues, StoreError};

/// How many messages are kept.
const KEPT: usize = 1_000;

/// SNS's bound on a message, in bytes.
const MOST_BYTES: usize = 256 * 1024;

/// A push message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Push {
    /// The message id.
    pub id: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The endpoint's ARN, or the topic's.
    pub target: String,
    /// The token of the device; none for a topic.
    pub token: Option<String>,
    /// What the device would get, by platform if it was sent so.
    pub message: Value,
    /// What would go with it as headers.
    pub attributes: BTreeMap<String, String>,
}

/// SNS: platform endpoints and `Publish`. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Sns {
    clock: Clock,
    authorizer: Arc<dyn Authorizer>,
    endpoints: Endpoints,
    pushes: Arc<Mutex<VecDeque<Push>>>,
    /// How many messages are still to be refused.
    throttled: Arc<AtomicU32>,
}

/// Why SNS refuses: status, code and words.
struct Refusal(u16, &'static str, String);

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the endpoints cannot be used");
        Refusal(500, "InternalError", "the endpoints cannot be used".to_owned())
    }
}

impl Sns {
    /// SNS, whose endpoints live beside the queues.
    pub fn new(queues: &Queues, clock: Clock, authorizer: Arc<dyn Authorizer>) -> Self {
        Sns {
            clock,
            authorizer,
            endpoints: Endpoints::new(queues.store().clone()),
            pushes: Arc::default(),
            throttled: Arc::default(),
        }
    }

    /// Answers one form-encoded request whose signature was verified.
    pub fn handle_http(&self, caller: &Principal, body: &[u8]) -> Response {
        let form = Form::parse(body);
        let action = form.get("Action").unwrap_or_default();
        let result = match action {
            "Publish" => self.publish(caller, &form),
            "CreatePlatformEndpoint" => self.create(caller, &form),
            "DeleteEndpoint" => self.delete(caller, &form),
            "GetEndpointAttributes" => self.attributes(caller, &form),
            "SetEndpointAttributes" => self.change(caller, &form),
            _ => {
                let message = format!("{action} is not supported by the local cloud");
                Err(Refusal(400, "InvalidAction", message))
            }
        };
        match result {
            Ok(result) => form::answer(action, &result),
            Err(Refusal(status, code, message)) => form::refusal(status, code, &message),
        }
    }

    /// The last thousand messages, oldest first.
    pub fn list(&self) -> Vec<Push> {
        self.pushes.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Forgets the messages.
    pub fn clear(&self) {
        self.pushes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The endpoints.
    pub fn endpoints(&self) -> Result<Vec<Endpoint>, StoreError> {
        self.endpoints.list()
    }

    /// Disables an endpoint, as a platform does when the app is gone; says whether it was there.
    pub fn disable(&self, arn: &str) -> Result<bool, StoreError> {
        self.endpoints.change(arn, &Change { enabled: Some(false), ..Change::default() })
    }

    /// Refuses the next messages, as SNS does when they are too many.
    pub fn throttle(&self, messages: u32) {
        self.throttled.store(messages, Ordering::SeqCst);
    }

    fn publish(&self, caller: &Principal, form: &Form) -> Result<String, Refusal> {
        let target = form.get("TargetArn").or(form.get("TopicArn"));
        let target =
            target.ok_or_else(|| invalid("TopicArn or TargetArn Reason: no value for required parameter"))?;
        self.check(caller, "sns:Publish", target)?;
        let text =
            form.get("Message").filter(|text| !text.is_empty()).ok_or_else(|| invalid("Empty message"))?;
        if text.len() > MOST_BYTES {
            return Err(invalid("Message too long"));
        }
        let message = match form.get("MessageStructure") {
            Some("json") => structured(text)?,
            _ => Value::from(text),
        };
        let mut token = None;
        if target.contains(":endpoint/") {
            let endpoint = self.endpoints.get(target)?.ok_or_else(absent)?;
            if !endpoint.enabled {
                return Err(Refusal(400, "EndpointDisabled", "Endpoint is disabled".to_owned()));
            }
            token = Some(endpoint.token);
        }
        let one_less = |left: u32| left.checked_sub(1);
        if self.throttled.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            return Err(Refusal(429, "Throttled", "Rate exceeded".to_owned()));
        }
        let attributes = form.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (id, sent_at, target) = (uuid(), self.clock.now(), target.to_owned());
        let push = Push { id, sent_at, target, token, message, attributes };
        let answer = form::element("MessageId", &push.id);
        let mut pushes = self.pushes.lock().unwrap_or_else(PoisonError::into_inner);
        if pushes.len() == KEPT {
            pushes.pop_front();
        }
        pushes.push_back(push);
        Ok(answer)
    }

    fn create(&self, caller: &Principal, form: &Form) -> Result<String, Refusal> {
        let application = form.get("PlatformApplicationArn").unwrap_or_default();
        let Some((_, path)) = application.split_once(":app/") else {
            return Err(invalid("PlatformApplicationArn Reason: not the ARN of a platform application"));
        };
        self.check(caller, "sns:CreatePlatformEndpoint", application)?;
        let token = form.get("Token").filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| invalid("Token Reason: cannot be empty"))?;
        let fresh = Endpoint {
            arn: format!("arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/{path}/{}", uuid()),
            application: application.to_owned(),
            token: token.to_owned(),
            user_data: form.get("CustomUserData").unwrap_or_default().to_owned(),
            enabled: true,
        };
        let endpoint = self.endpoints.create(&fresh)?;
        if endpoint.user_data != fresh.user_data || !endpoint.enabled {
            let arn = endpoint.arn;
            let reason = format!(
                "Token Reason: Endpoint {arn} already exists with the same Token, but different attributes."
            );
            return Err(invalid(&reason));
        }
        Ok(form::element("EndpointArn", &endpoint.arn))
    }

    fn delete(&self, caller: &Principal, form: &Form) -> Result<String, Refusal> {
        let arn = self.named(caller, "sns:DeleteEndpoint", form)?;
        // Deleting what is not there succeeds on AWS too.
        self.endpoints.delete(arn)?;
        Ok(String::new())
    }

    fn attributes(&self, caller: &Principal, form: &Form) -> Result<String, Refusal> {
        let arn = self.named(caller, "sns:GetEndpointAttributes", form)?;
        let endpoint = self.endpoints.get(arn)?.ok_or_else(absent)?;
        let enabled = endpoint.enabled.to_string();
        let pairs =
            [("Enabled", &enabled), ("Token", &endpoint.token), ("CustomUserData", &endpoint.user_data)];
        Ok(form::attributes(&pairs))
    }

    fn change(&self, caller: &Principal, form: &Form) -> Result<String, Refusal> {
        let arn = self.named(caller, "sns:SetEndpointAttributes", form)?;
        let mut change = Change::default();
        for (name, value) in form.map("Attributes") {
            match name {
                "Enabled" => change.enabled = Some(value.eq_ignore_ascii_case("true")),
                "Token" => change.token = Some(value.to_owned()),
                "CustomUserData" => change.user_data = Some(value.to_owned()),
                _ => return Err(invalid("Attributes Reason: unknown attribute")),
            }
        }
        if self.endpoints.change(arn, &change)? { Ok(String::new()) } else { Err(absent()) }
    }

    fn named<'f>(&self, caller: &Principal, action: &str, form: &'f Form) -> Result<&'f str, Refusal> {
        let arn = form
            .get("EndpointArn")
            .ok_or_else(|| invalid("EndpointArn Reason: no value for required parameter"))?;
        self.check(caller, action, arn)?;
        Ok(arn)
    }

    fn check(&self, caller: &Principal, action: &str, resource: &str) -> Result<(), Refusal> {
        if self.authorizer.allows(caller, action, resource, &[]) {
            return Ok(());
        }
        Err(Refusal(403, "AuthorizationError", denial(caller, action, resource)))
    }
}

/// A message by platform must be JSON, with a default.
fn structured(text: &str) -> Result<Value, Refusal> {
    let message: Value = serde_json::from_str(text)
        .map_err(|_| invalid("Message Structure - JSON message body failed to parse"))?;
    if message["default"].is_string() {
        Ok(message)
    } else {
        Err(invalid("Message Structure - No default entry in JSON message body"))
    }
}

fn invalid(what: &str) -> Refusal {
    Refusal(400, "InvalidParameter", format!("Invalid parameter: {what}"))
}

fn absent() -> Refusal {
    Refusal(404, "NotFound", "Endpoint does not exist".to_owned())
}
