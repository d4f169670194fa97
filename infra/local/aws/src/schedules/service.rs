//! The service as a value.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use local_core::clock::Clock;
use local_core::principal::Principal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::expression::Expression;
use super::request::{GROUP, Refusal, Wish, arn, check_group, name_of};
use super::store::{self, Kept};
use crate::events::{Bus, OwnEvent};
use crate::http::{ACCOUNT, Authorizer, REGION, Response, denial, uuid};
use crate::queues::{Queues, StoreError};
use crate::template::{FunctionSpec, RoleSpec};

/// The service that takes the roles of targets.
const SERVICE: &str = "scheduler.amazonaws.com";

/// What the Scheduler needs of others.
pub struct Parts {
    /// The time.
    pub clock: Clock,
    /// Who may make schedules.
    pub authorizer: Arc<dyn Authorizer>,
    /// Where schedules are kept.
    pub queues: Queues,
    /// What invokes functions.
    pub bus: Bus,
    /// The functions of the template.
    pub functions: Vec<FunctionSpec>,
    /// The roles of the template.
    pub roles: Vec<RoleSpec>,
}

/// A schedule of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// Unique among all schedules of the template.
    pub name: String,
    /// Such as `rate(5 minutes)`.
    pub expression: String,
    /// The function, by the name of its crate.
    pub function: String,
    /// What the function is given; none for the event of a scheduled rule.
    pub input: Option<String>,
}

/// The Scheduler. Cheap to clone; clones hold the same schedules.
#[derive(Clone)]
pub struct Scheduler {
    parts: Arc<Parts>,
}

/// The name of the bus's subscription for a function that schedules may start.
pub fn subscription(function: &str) -> String {
    format!("schedule:{function}")
}

impl Scheduler {
    /// The Scheduler with the schedules of the template, which begin with its first start.
    pub fn open(recurring: &[Recurring], parts: Parts) -> Result<Self, StoreError> {
        let scheduler = Scheduler { parts: Arc::new(parts) };
        let now = scheduler.parts.clock.now();
        let wishes: Vec<Kept> = recurring.iter().map(|one| of_template(one, now)).collect();
        scheduler.parts.queues.store().with(|conn| {
            for kept in store::list(conn)?.iter().filter(|kept| kept.name.contains('/')) {
                if !wishes.iter().any(|wish| (&wish.name, &wish.wish) == (&kept.name, &kept.wish)) {
                    store::delete(conn, &kept.name)?;
                }
            }
            for wish in &wishes {
                if store::get(conn, &wish.name)?.is_none() {
                    store::put(conn, wish)?;
                }
            }
            Ok(())
        })?;
        Ok(scheduler)
    }

    /// Answers one request whose signature was verified.
    pub fn handle_http(&self, method: &str, uri: &http::Uri, caller: &Principal, body: &[u8]) -> Response {
        let group =
            uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("groupName="));
        let answer = match name_of(uri.path()) {
            None => Err(Refusal::invalid("only schedules themselves are supported by the local cloud")),
            Some(name) => match method {
                "POST" => self.create(caller, &name, body),
                "PUT" => self.update(caller, &name, body),
                "GET" => check_group(group).and_then(|()| self.get(caller, &name)),
                "DELETE" => check_group(group).and_then(|()| self.delete(caller, &name)),
                _ => Err(Refusal::invalid(format!("{method} is no operation on a schedule"))),
            },
        };
        match answer {
            Ok(answer) => Response::rest_json(200, &answer),
            Err(refusal) => refusal.answer(),
        }
    }

    /// Starts what is due, each schedule once however long it was due, and says how many those were. Must be called
    /// within a Tokio runtime.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        let now = self.parts.clock.now();
        let mut fired = 0;
        loop {
            let (count, deliveries) = self.parts.queues.store().with(|conn| {
                let transaction = conn.unchecked_transaction()?;
                let due = store::due(&transaction, now.as_millisecond())?;
                let mut deliveries = Vec::new();
                for kept in &due {
                    let run = Run::of(kept, now);
                    if let Some(run) = &run {
                        let name = subscription(&self.function_of(run));
                        deliveries.extend(self.parts.bus.keep(&transaction, &name, &run.event)?);
                    }
                    match run.map(|run| run.then) {
                        None | Some(Then::End) => {
                            store::delete(&transaction, &kept.name)?;
                        }
                        Some(Then::Wait(next)) => store::put(&transaction, &Kept { next, ..kept.clone() })?,
                    }
                }
                transaction.commit()?;
                Ok((due.len(), deliveries))
            })?;
            self.parts.bus.begin(deliveries);
            fired += count;
            if count == 0 {
                return Ok(fired);
            }
        }
    }

    /// Starts what is due for ever, with this pause.
    pub async fn keep_firing(self, pause: Duration) {
        loop {
            tokio::time::sleep(pause).await;
            if let Err(error) = self.fire_due() {
                tracing::error!(%error, "schedules that are due cannot be started");
            }
        }
    }

    fn function_of(&self, run: &Run) -> String {
        match &run.target {
            Invoked::Name(name) => name.clone(),
            Invoked::Arn(arn) => self.named(arn).map(|spec| spec.name.clone()).unwrap_or_default(),
        }
    }

    fn named(&self, arn: &str) -> Option<&FunctionSpec> {
        self.parts.functions.iter().find(|function| function.arn == arn)
    }

    fn create(&self, caller: &Principal, name: &str, body: &[u8]) -> Result<Value, Refusal> {
        self.check(caller, "scheduler:CreateSchedule", &arn(name))?;
        let kept = self.read(caller, name, body)?;
        let earlier = self.parts.queues.store().with(|conn| store::get(conn, name))?;
        match earlier {
            Some(earlier) if is_repeated(&earlier.wish, &kept.wish) => {}
            Some(_) => return Err(Refusal::conflict(name)),
            None => self.parts.queues.store().with(|conn| store::put(conn, &kept))?,
        }
        Ok(json!({ "ScheduleArn": arn(name) }))
    }

    fn update(&self, caller: &Principal, name: &str, body: &[u8]) -> Result<Value, Refusal> {
        self.check(caller, "scheduler:UpdateSchedule", &arn(name))?;
        let kept = self.read(caller, name, body)?;
        let store = self.parts.queues.store();
        store.with(|conn| store::get(conn, name))?.ok_or_else(|| Refusal::absent(name))?;
        store.with(|conn| store::put(conn, &kept))?;
        Ok(json!({ "ScheduleArn": arn(name) }))
    }

    fn get(&self, caller: &Principal, name: &str) -> Result<Value, Refusal> {
        self.check(caller, "scheduler:GetSchedule", &arn(name))?;
        let kept = self.parts.queues.store().with(|conn| store::get(conn, name))?;
        let kept = kept.ok_or_else(|| Refusal::absent(name))?;
        let mut answer: Value = serde_json::from_str(&kept.wish).unwrap_or_default();
        answer["Name"] = json!(name);
        answer["GroupName"] = json!(GROUP);
        answer["Arn"] = json!(arn(name));
        answer["CreationDate"] = json!(kept.begun / 1_000);
        Ok(answer)
    }

    fn delete(&self, caller: &Principal, name: &str) -> Result<Value, Refusal> {
        self.check(caller, "scheduler:DeleteSchedule", &arn(name))?;
        match self.parts.queues.store().with(|conn| store::delete(conn, name))? {
            true => Ok(json!({})),
            false => Err(Refusal::absent(name)),
        }
    }

    fn check(&self, caller: &Principal, action: &str, resource: &str) -> Result<(), Refusal> {
        match self.parts.authorizer.allows(caller, action, resource, &[]) {
            true => Ok(()),
            false => Err(Refusal::denied(denial(caller, action, resource))),
        }
    }

    /// Reads a wish, and checks what AWS checks before it keeps one: the role too, which the caller must be allowed to
    /// hand on, the Scheduler to take, and which must lead to the function.
    fn read(&self, caller: &Principal, name: &str, body: &[u8]) -> Result<Kept, Refusal> {
        let wish: Wish = serde_json::from_slice(body).map_err(|error| Refusal::invalid(error.to_string()))?;
        check_group(wish.group_name.as_deref())?;
        let (text, zone) = (&wish.schedule_expression, &wish.schedule_expression_timezone);
        let expression = Expression::parse(text, zone);
        let expression =
            expression.ok_or_else(|| Refusal::invalid(format!("Invalid Schedule Expression {text}.")))?;
        let (function, role) = (&wish.target.arn, &wish.target.role_arn);
        self.check(caller, "iam:PassRole", role)?;
        self.named(function)
            .ok_or_else(|| Refusal::invalid(format!("no function of the templates is {function}")))?;
        let known = self.parts.roles.iter().find(|known| known.arn == *role);
        if !known.is_some_and(|role| role.services.iter().any(|service| service == SERVICE)) {
            let message =
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
            return Err(Refusal::invalid(message));
        }
        let covers = |role: &RoleSpec| {
            role.statements.iter().any(|statement| statement.covers("lambda:InvokeFunction", function))
        };
        if !known.is_some_and(covers) {
            let message = format!("{role} does not grant lambda:InvokeFunction on {function}");
            return Err(Refusal::invalid(message));
        }
        let now = self.parts.clock.now();
        let next = expression.next(now, now);
        if next.is_none() {
            return Err(Refusal::invalid(format!("Invalid Schedule Expression {text}: it is in the past.")));
        }
        Ok(Kept {
            name: name.to_owned(),
            wish: serde_json::to_string(&wish).map_err(StoreError::from)?,
            begun: now.as_millisecond(),
            next: next.filter(|_| wish.state == "ENABLED").map(Timestamp::as_millisecond),
        })
    }
}

/// Whether a wish is an earlier one that was sent again.
fn is_repeated(earlier: &str, wish: &str) -> bool {
    let token = |text: &str| serde_json::from_str::<Wish>(text).ok().and_then(|wish| wish.client_token);
    earlier == wish && token(wish).is_some()
}

fn of_template(one: &Recurring, now: Timestamp) -> Kept {
    let next = Expression::parse(&one.expression, "UTC").and_then(|expression| expression.next(now, now));
    Kept {
        name: format!("template/{}", one.name),
        // A wish of the template is plain data, which always has a JSON form.
        wish: serde_json::to_string(one).unwrap_or_default(),
        begun: now.as_millisecond(),
        next: next.map(Timestamp::as_millisecond),
    }
}

/// One run of a schedule, and what becomes of the schedule.
struct Run {
    target: Invoked,
    event: Value,
    then: Then,
}

enum Invoked {
    Name(String),
    Arn(String),
}

enum Then {
    /// It is gone.
    End,
    /// It runs again, or stays without ever running.
    Wait(Option<i64>),
}

impl Run {
    /// None if the schedule cannot be read any more.
    fn of(kept: &Kept, now: Timestamp) -> Option<Self> {
        let begun = Timestamp::from_millisecond(kept.begun).ok()?;
        let planned = Timestamp::from_millisecond(kept.next?).ok()?;
        let after = |text: &str, zone: &str| {
            let next = Expression::parse(text, zone).and_then(|expression| expression.next(begun, now));
            next.map(Timestamp::as_millisecond)
        };
        if kept.name.contains('/') {
            let one: Recurring = serde_json::from_str(&kept.wish).ok()?;
            let event = match &one.input {
                Some(input) => serde_json::from_str(input).ok()?,
                None => {
                    let rule = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{}", one.name);
                    scheduled_event("aws.events", rule, planned)
                }
            };
            let then = Then::Wait(after(&one.expression, "UTC"));
            return Some(Run { target: Invoked::Name(one.function), event, then });
        }
        let wish: Wish = serde_json::from_str(&kept.wish).ok()?;
        let event = match &wish.target.input {
            Some(input) => with_context(input, &arn(&kept.name), planned),
            None => scheduled_event("aws.scheduler", arn(&kept.name), planned),
        };
        let next = after(&wish.schedule_expression, &wish.schedule_expression_timezone);
        let then = match next {
            None if wish.action_after_completion == "DELETE" => Then::End,
            next => Then::Wait(next),
        };
        Some(Run { target: Invoked::Arn(wish.target.arn), event, then })
    }
}

/// What a function is given that asked for nothing else.
fn scheduled_event(source: &str, resource: String, time: Timestamp) -> Value {
    let resources = vec![Value::from(resource)];
    OwnEvent { source, detail_type: "Scheduled Event", resources, detail: json!({}) }.at(time)
}

/// The input with what the Scheduler fills in; text that is not JSON is given as text.
fn with_context(input: &str, arn: &str, planned: Timestamp) -> Value {
    let time = planned.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let filled = input
        .replace("<aws.scheduler.schedule-arn>", arn)
        .replace("<aws.scheduler.scheduled-time>", &time)
        .replace("<aws.scheduler.execution-id>", &uuid())
        .replace("<aws.scheduler.attempt-number>", "1");
    serde_json::from_str(&filled).unwrap_or(Value::String(filled))
}
