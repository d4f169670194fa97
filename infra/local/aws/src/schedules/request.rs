//! What clients ask of the Scheduler, and in which words they are refused.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{ACCOUNT, REGION, Response};
use crate::queues::StoreError;

/// The group of schedules that name none, and the only one there is.
pub(super) const GROUP: &str = "default";

/// A schedule as clients write it. What would change its meaning and is not known here is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Wish {
    pub(super) schedule_expression: String,
    #[serde(default = "utc")]
    pub(super) schedule_expression_timezone: String,
    pub(super) flexible_time_window: Window,
    pub(super) target: Target,
    #[serde(default = "enabled")]
    pub(super) state: String,
    #[serde(default = "none")]
    pub(super) action_after_completion: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) group_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) client_token: Option<String>,
}

/// How late a run may be; here it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Window {
    pub(super) mode: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) maximum_window_in_minutes: Option<u32>,
}

/// What is invoked, and with what. The queue and the retries are for a function that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Target {
    pub(super) arn: String,
    pub(super) role_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_policy: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dead_letter_config: Option<Value>,
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Refusal { status: 400, code: "ValidationException", message: message.into() }
    }

    pub(super) fn denied(message: String) -> Self {
        Refusal { status: 403, code: "AccessDeniedException", message }
    }

    pub(super) fn absent(name: &str) -> Self {
        let message = format!("Schedule {name} does not exist.");
        Refusal { status: 404, code: "ResourceNotFoundException", message }
    }

    pub(super) fn conflict(name: &str) -> Self {
        let message = format!("Schedule {name} already exists.");
        Refusal { status: 409, code: "ConflictException", message }
    }

    pub(super) fn answer(&self) -> Response {
        Response::rest_json(self.status, &json!({ "__type": self.code, "Message": self.message }))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "schedules cannot be kept");
        let message = "the schedules cannot be used".to_owned();
        Refusal { status: 500, code: "InternalServerException", message }
    }
}

/// The name in a path such as `/schedules/NAME`; none if it is no name.
pub(super) fn name_of(path: &str) -> Option<String> {
    let name = path.strip_prefix("/schedules/")?;
    let name = percent_decode_str(name).decode_utf8().ok()?.into_owned();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=64).contains(&name.len()).then_some(()).filter(|()| name.chars().all(fits))?;
    Some(name)
}

/// Refuses groups, of which there is one.
pub(super) fn check_group(group: Option<&str>) -> Result<(), Refusal> {
    match group {
        None | Some(GROUP) => Ok(()),
        Some(other) => Err(Refusal::absent(&format!("group {other}"))),
    }
}

/// The ARN of a schedule.
pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{GROUP}/{name}")
}

fn utc() -> String {
    "UTC".to_owned()
}

fn enabled() -> String {
    "ENABLED".to_owned()
}

fn none() -> String {
    "NONE".to_owned()
}
