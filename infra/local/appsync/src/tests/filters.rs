//! What resolvers of subscriptions decide: who may listen, to what, and until when.

use serde_json::{Value, json};

use crate::Resolver;
use crate::tests::fixture::{Fixture, TestApi, direct};
use crate::tests::socket::Server;
use crate::tests::stubs::function_error;

const SDL: &str = r#"
type Query { a: Int }
type Mutation { publish(recipients: [ID!]!, text: String): Event kick(user: ID!): Event }
type Subscription { onEvent(text: String): Event @aws_subscribe(mutations: ["publish", "kick"]) }
type Event { recipients: [ID!] text: String }
"#;

/// A script for the subscription, with this body in its response handler.
fn api(body: &str) -> TestApi {
    let subscription = format!(
        "import {{ util, extensions }} from '@aws-appsync/utils';
        export function request(ctx) {{ return {{ payload: null }}; }}
        export function response(ctx) {{ {body} }}"
    );
    let kick = "import { extensions } from '@aws-appsync/utils';
        export function request(ctx) { return { payload: null }; }
        export function response(ctx) {
            extensions.invalidateSubscriptions({ subscriptionField: 'onEvent', payload: { user: ctx.args.user } });
            return { text: 'kicked' };
        }";
    Fixture::new(SDL)
        .field("Mutation.publish", |event| Ok(event["arguments"].clone()))
        .script("Mutation.kick", kick)
        .script("Subscription.onEvent", &subscription)
        .build()
}

const MINE: &str = "extensions.setSubscriptionFilter({ filterGroup: [
        { filters: [{ fieldName: 'recipients', operator: 'contains', value: ctx.identity.sub }] }] });
    extensions.setSubscriptionInvalidationFilter({ filterGroup: [
        { filters: [{ fieldName: 'user', operator: 'eq', value: ctx.identity.sub }] }] });
    return null;";

#[tokio::test]
async fn a_filter_decides_who_hears() {
    let api = api(MINE);
    let server = Server::start(&api).await;
    let mut alice = server.alice().await;
    let mut bob = server.client(json!({"host": "h", "Authorization": "bob..jwt"})).await;
    // With a filter of the resolver's own, arguments have no say.
    alice.subscribe("a", "subscription { onEvent(text: \"other\") { text } }", Value::Null).await;
    bob.subscribe("b", "subscription { onEvent { text } }", Value::Null).await;
    let publish =
        "mutation($r: [ID!]!, $t: String) { publish(recipients: $r, text: $t) { recipients text } }";
    api.ask(publish, json!({"r": ["alice"], "t": "1"})).await;
    api.ask(publish, json!({"r": ["bob", "carol"], "t": "2"})).await;
    api.ask(publish, json!({"r": ["alice", "bob"], "t": "3"})).await;
    // The mutation does not select the field that the filter looks at.
    api.ask("mutation { publish(recipients: [\"alice\"], text: \"4\") { text } }", Value::Null).await;
    for text in ["1", "3"] {
        assert_eq!(alice.event("a").await["data"]["onEvent"]["text"], text);
    }
    alice.nothing().await;
    for text in ["2", "3"] {
        assert_eq!(bob.event("b").await["data"]["onEvent"]["text"], text);
    }
    bob.nothing().await;
    let entry = api.journal.entries().into_iter().find(|entry| entry.name == "Subscription.onEvent").unwrap();
    assert_eq!((entry.caller.as_str(), entry.outcome.as_deref()), ("user", Some("ok")));
}

#[tokio::test]
async fn an_invalidation_ends_the_subscriptions_that_it_names() {
    let api = api(MINE);
    let server = Server::start(&api).await;
    let mut alice = server.alice().await;
    let mut bob = server.client(json!({"host": "h", "Authorization": "bob..jwt"})).await;
    alice.subscribe("a", "subscription { onEvent { text } }", Value::Null).await;
    bob.subscribe("b", "subscription { onEvent { text } }", Value::Null).await;
    api.ask("mutation { kick(user: \"alice\") { text } }", Value::Null).await;
    assert_eq!(alice.next().await, json!({"type": "complete", "id": "a"}));
    api.ask(
        "mutation { publish(recipients: [\"alice\", \"bob\"], text: \"x\") { recipients text } }",
        Value::Null,
    )
    .await;
    bob.event("b").await;
    alice.nothing().await;
    // The name is free again.
    alice.subscribe("a", "subscription { onEvent { text } }", Value::Null).await;
}

#[tokio::test]
async fn a_resolver_that_fails_refuses() {
    let cases = [
        (
            "util.unauthorized();",
            json!({"errorType": "Unauthorized", "message": "Not Authorized to access onEvent on type Subscription"}),
        ),
        (
            "util.error('not a member', 'Forbidden');",
            json!({"errorType": "Forbidden", "message": "not a member"}),
        ),
        ("return ctx.nothing.at.all;", json!({"errorType": "Code", "message": "Runtime Error"})),
        (
            "return 'text';",
            json!({"message": "Can't resolve value (/onEvent) : type mismatch error, expected type OBJECT, got STRING"}),
        ),
    ];
    for (body, expected) in cases {
        let api = api(body);
        let server = Server::start(&api).await;
        let mut alice = server.alice().await;
        assert_eq!(alice.refused("a", "subscription { onEvent { text } }").await, expected, "{body}");
        assert_eq!(api.api.subscriptions(), 0);
    }
}

#[tokio::test]
async fn a_filter_that_would_never_match_is_refused() {
    let conditions = [
        "{ fieldName: 'text', operator: 'is', value: 'x' }",
        "{ fieldName: 'txet', operator: 'eq', value: 'x' }",
        "{ fieldName: 'text.deeper', operator: 'eq', value: 'x' }",
    ];
    for condition in conditions {
        let filter = format!("{{ filterGroup: [{{ filters: [{condition}] }}] }}");
        let api = api(&format!("extensions.setSubscriptionFilter({filter}); return null;"));
        let server = Server::start(&api).await;
        let mut alice = server.alice().await;
        let error = alice.refused("a", "subscription { onEvent { text } }").await;
        assert_eq!(error["errorType"], "BadRequestException", "{condition}");
    }
}

#[tokio::test]
async fn a_function_may_decide_who_listens() {
    let api = Fixture::new(SDL)
        .function("allow", |event| match event["identity"]["sub"].as_str() {
            Some("alice") => Ok(Value::Null),
            _ => Err(function_error("Forbidden", "not you")),
        })
        .resolver("Subscription.onEvent", direct("allow"))
        .build();
    let server = Server::start(&api).await;
    let mut alice = server.alice().await;
    alice.subscribe("a", "subscription { onEvent { text } }", Value::Null).await;
    let event = &api.invoker.events("allow")[0];
    assert_eq!(event["info"]["parentTypeName"], "Subscription");
    assert_eq!(event["info"]["selectionSetList"], json!(["text"]));
    let mut bob = server.client(json!({"host": "h", "Authorization": "bob..jwt"})).await;
    let refused = bob.refused("b", "subscription { onEvent { text } }").await;
    assert_eq!(refused, json!({"errorType": "Forbidden", "message": "not you"}));
}

#[tokio::test]
async fn a_function_s_answer_can_become_the_filter() {
    let code = "import { extensions } from '@aws-appsync/utils';
        export function request(ctx) { return { operation: 'Invoke', payload: { user: ctx.identity.sub } }; }
        export function response(ctx) { extensions.setSubscriptionFilter(ctx.result); return null; }";
    let api = Fixture::new(SDL)
        .field("Mutation.publish", |event| Ok(event["arguments"].clone()))
        .function("filter", |event| {
            let condition = json!({"fieldName": "text", "operator": "beginsWith", "value": event["user"]});
            Ok(json!({"filterGroup": [{"filters": [condition]}]}))
        })
        .resolver(
            "Subscription.onEvent",
            Resolver::Unit {
                data_source: "filter".to_owned(),
                code: Some(code.to_owned()),
                max_batch_size: 0,
            },
        )
        .build();
    let server = Server::start(&api).await;
    let mut alice = server.alice().await;
    alice.subscribe("a", "subscription { onEvent { text } }", Value::Null).await;
    for text in ["bob: 1", "alice: 2"] {
        let mutation = "mutation($t: String) { publish(recipients: [], text: $t) { text } }";
        api.ask(mutation, json!({"t": text})).await;
    }
    assert_eq!(alice.event("a").await["data"]["onEvent"]["text"], "alice: 2");
}
