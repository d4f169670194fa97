use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::SignedDuration;
use local_core::clock::Clock;
use local_core::invoke::{InvokeError, Invoker};
use local_core::journal::Journal;
use local_core::principal::Principal;
use serde_json::{Value, json};

use super::{Parts, Recurring, Scheduler, subscription};
use crate::dynamodb::Location;
use crate::events::{self, Bus, Routes, Subscription, Target};
use crate::http::Response;
use crate::policy::{Policies, Role, Statement};
use crate::queues::Queues;
use crate::template::{FunctionSpec, RoleSpec};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:send-scheduled";
const ROLE: &str = "arn:aws:iam::000000000000:role/smartchat-ScheduleRole";

#[derive(Default)]
struct Watcher(Mutex<Vec<Value>>);

impl Invoker for Watcher {
    fn invoke<'a>(&'a self, _: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(event);
            Ok(Value::Null)
        })
    }
}

struct World {
    scheduler: Scheduler,
    clock: Clock,
    bus: Bus,
    watcher: Arc<Watcher>,
}

fn function() -> FunctionSpec {
    FunctionSpec {
        logical_id: "SendScheduled".to_owned(),
        name: "send-scheduled".to_owned(),
        invoked_as: "send-scheduled".to_owned(),
        area: "messages".to_owned(),
        arn: FUNCTION.to_owned(),
        template: "infra/messages.yaml".to_owned(),
        environment: Default::default(),
        timeout: Duration::from_secs(10),
        memory_mb: 256,
        statements: Vec::new(),
        unattended_retries: 2,
        unattended_dead_letter: None,
        events: Vec::new(),
    }
}

fn role(name: &str, service: &str, resource: &str) -> RoleSpec {
    RoleSpec {
        logical_id: name.to_owned(),
        arn: format!("arn:aws:iam::000000000000:role/smartchat-{name}"),
        services: vec![service.to_owned()],
        statements: vec![Statement::allow(&["lambda:InvokeFunction"], vec![resource.to_owned()])],
    }
}

fn world_with(recurring: &[Recurring]) -> World {
    let clock = Clock::default();
    let queues = Queues::open(&Location::Memory, clock.clone()).unwrap();
    let mut policies = Policies::new("us-east-1");
    let may = Statement::allow(&["scheduler:*", "iam:PassRole"], vec!["*".to_owned()]);
    policies.grant(Role::Function("schedule-message".to_owned()), [may]);
    let no_role = Statement::allow(&["scheduler:*"], vec!["*".to_owned()]);
    policies.grant(Role::Function("without-pass".to_owned()), [no_role]);
    let authorizer = Arc::new(policies);
    let watcher = Arc::new(Watcher::default());
    let target = Target { function: "send-scheduled".to_owned(), max_retries: 2, dead_letter: None };
    let subscriptions = vec![Subscription { name: subscription("send-scheduled"), target }];
    let parts = events::Parts {
        clock: clock.clone(),
        authorizer: authorizer.clone(),
        invoker: Arc::clone(&watcher) as Arc<dyn Invoker>,
        queues: queues.clone(),
        journal: Journal::default(),
        retry_delay: Duration::from_millis(1),
    };
    let bus = Bus::open(Routes { subscriptions, ..Routes::default() }, parts).unwrap();
    let parts = Parts {
        clock: clock.clone(),
        authorizer,
        queues,
        bus: bus.clone(),
        functions: vec![function()],
        roles: vec![
            role("ScheduleRole", "scheduler.amazonaws.com", FUNCTION),
            role("OtherService", "appsync.amazonaws.com", FUNCTION),
            role("OtherFunction", "scheduler.amazonaws.com", "arn:aws:lambda:us-east-1:0:function:other"),
        ],
    };
    World { scheduler: Scheduler::open(recurring, parts).unwrap(), clock, bus, watcher }
}

impl World {
    fn call(&self, caller: &str, method: &str, path: &str, body: &Value) -> Response {
        let caller = Principal::Function { name: caller.to_owned() };
        self.scheduler.handle_http(method, &path.parse().unwrap(), &caller, body.to_string().as_bytes())
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Response {
        self.call("schedule-message", method, path, body)
    }

    /// A wish for so many seconds from now, in the role that it takes.
    fn wish(&self, seconds: i64, role: &str) -> Value {
        let time = self.clock.now() + SignedDuration::from_secs(seconds);
        json!({
            "ScheduleExpression": format!("at({})", time.strftime("%Y-%m-%dT%H:%M:%S")),
            "FlexibleTimeWindow": { "Mode": "OFF" },
            "ActionAfterCompletion": "DELETE",
            "ClientToken": "token",
            "Target": { "Arn": FUNCTION, "RoleArn": role, "Input": "{\"id\":\"<aws.scheduler.schedule-arn>\"}" },
        })
    }

    async fn after(&self, seconds: i64) -> Vec<Value> {
        self.clock.advance(SignedDuration::from_secs(seconds));
        self.scheduler.fire_due().unwrap();
        self.bus.settle().await;
        std::mem::take(&mut *self.watcher.0.lock().unwrap())
    }
}

#[tokio::test]
async fn a_schedule_runs_once_at_its_time_and_is_gone() {
    let world = world_with(&[]);
    let wish = world.wish(60, ROLE);
    let created = world.ask("POST", "/schedules/m-1", &wish);
    let arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/m-1";
    assert_eq!((created.status, created.json()["ScheduleArn"].as_str()), (200, Some(arn)));
    let found = world.ask("GET", "/schedules/m-1?groupName=default", &Value::Null).json();
    assert_eq!((&found["Name"], &found["State"]), (&json!("m-1"), &json!("ENABLED")));
    assert_eq!(world.after(50).await, [] as [Value; 0]);
    assert_eq!(world.after(15).await, [json!({ "id": arn })]);
    assert_eq!(world.after(3_600).await, [] as [Value; 0]);
    let gone = world.ask("GET", "/schedules/m-1", &Value::Null);
    assert_eq!((gone.status, gone.error_type().as_deref()), (404, Some("ResourceNotFoundException")));
}

#[tokio::test]
async fn a_schedule_is_changed_and_cancelled() {
    let world = world_with(&[]);
    assert_eq!(world.ask("PUT", "/schedules/m-1", &world.wish(60, ROLE)).status, 404);
    let wish = world.wish(60, ROLE);
    assert_eq!(world.ask("POST", "/schedules/m-1", &wish).status, 200);
    assert_eq!(world.ask("POST", "/schedules/m-1", &wish).status, 200, "the same, sent again");
    assert_eq!(world.ask("POST", "/schedules/m-1", &world.wish(90, ROLE)).status, 409);
    assert_eq!(world.ask("PUT", "/schedules/m-1", &world.wish(600, ROLE)).status, 200);
    assert_eq!(world.after(120).await, [] as [Value; 0]);
    assert_eq!(world.ask("DELETE", "/schedules/m-1?clientToken=x", &Value::Null).status, 200);
    assert_eq!(world.ask("DELETE", "/schedules/m-1", &Value::Null).status, 404);
    assert_eq!(world.after(3_600).await, [] as [Value; 0]);
}

#[test]
fn what_aws_would_refuse_is_refused() {
    let world = world_with(&[]);
    let of_role = |name: &str| format!("arn:aws:iam::000000000000:role/smartchat-{name}");
    let refused = |wish: Value| world.ask("POST", "/schedules/m-1", &wish).error_type();
    let invalid = Some("ValidationException".to_owned());
    assert_eq!(refused(world.wish(60, &of_role("OtherService"))), invalid, "may not take the role");
    assert_eq!(refused(world.wish(60, &of_role("OtherFunction"))), invalid, "leads elsewhere");
    assert_eq!(refused(world.wish(-60, ROLE)), invalid, "is over");
    let mut unknown = world.wish(60, ROLE);
    unknown["StartDate"] = json!(0);
    assert_eq!(refused(unknown), invalid);
    let mut elsewhere = world.wish(60, ROLE);
    elsewhere["Target"]["Arn"] = json!("arn:aws:lambda:us-east-1:000000000000:function:nothing");
    assert_eq!(refused(elsewhere), invalid);
    let denied = world.call("without-pass", "POST", "/schedules/m-1", &world.wish(60, ROLE));
    assert_eq!(denied.error_type().as_deref(), Some("AccessDeniedException"));
    assert!(denied.json()["Message"].as_str().unwrap().contains("iam:PassRole"));
    let stranger = world.call("stranger", "DELETE", "/schedules/m-1", &Value::Null);
    assert_eq!(stranger.status, 403);
}

#[tokio::test]
async fn a_schedule_of_the_template_runs_again_and_again() {
    let recurring = Recurring {
        name: "smartchat-SendScheduledEvery".to_owned(),
        expression: "rate(5 minutes)".to_owned(),
        function: "send-scheduled".to_owned(),
        input: None,
    };
    let world = world_with(&[recurring]);
    assert_eq!(world.after(290).await.len(), 0);
    let events = world.after(20).await;
    assert_eq!(events[0]["detail-type"], "Scheduled Event");
    assert_eq!(events[0]["source"], "aws.events");
    assert_eq!(world.after(10).await.len(), 0);
    assert_eq!(world.after(290).await.len(), 1);
    assert_eq!(world.after(86_400).await.len(), 1, "once, however long it was due");
}
