//! The SDK that the functions use, over a connector that calls the gate.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::{World, function, in_memory};
use crate::dynamodb::{Gate, Plan};

#[derive(Clone)]
struct Connector(Gate);

impl std::fmt::Debug for Connector {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let gate = self.0.clone();
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
            let body = request.body().bytes().unwrap_or_default().to_vec();
            let response = gate.handle_http(&target, &function(), &body).await.into_http();
            Ok(HttpResponse::try_from(response.map(SdkBody::from)).unwrap())
        })
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn client(world: &World) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::from_keys("key", "secret", None))
        .retry_config(
            RetryConfig::standard().with_max_attempts(12).with_initial_backoff(Duration::from_millis(1)),
        )
        .http_client(Connector(world.gate.clone()))
        .build();
    Client::from_conf(config)
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

#[tokio::test]
async fn the_sdk_writes_reads_and_understands_a_failed_condition() {
    let (world, put) = {
        let world = in_memory();
        let client = client(&world);
        (world, move || client.put_item().table_name("chat").item("pk", text("open")).item("sk", text("1")))
    };
    put().send().await.unwrap();
    let refused = put()
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed) =
        refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(failed.item().unwrap()["pk"], text("open"));
    let query = client(&world)
        .query()
        .table_name("chat")
        .key_condition_expression("pk = :v")
        .expression_attribute_values(":v", text("open"));
    assert_eq!(query.send().await.unwrap().items().len(), 1);
}

#[tokio::test]
async fn the_sdk_sees_why_a_transaction_was_cancelled() {
    let world = in_memory();
    let put = |sk: &str| {
        let put = Put::builder().table_name("chat").item("pk", text("open")).item("sk", text(sk));
        let put = put.condition_expression("attribute_not_exists(pk)").build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let transaction =
        |second| client(&world).transact_write_items().transact_items(put("1")).transact_items(put(second));
    transaction("2").send().await.unwrap();
    let refused = transaction("3").send().await.unwrap_err().into_service_error();
    let codes: Vec<_> = match &refused {
        aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
            cancelled,
        ) => cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect(),
        other => panic!("{other:?}"),
    };
    assert_eq!(codes, ["ConditionalCheckFailed", "None"]);
}

#[tokio::test]
async fn the_sdk_s_own_retries_get_through_faults_without_doing_anything_twice() {
    let world = in_memory();
    let plan = Plan { seed: 3, throttle: 0.1, internal_error: 0.1, lost_after: 0.2, ..Plan::default() };
    world.gate.faults().set(Some(plan));
    let client = client(&world);
    let mut added = 0;
    for _ in 0..30 {
        let update = aws_sdk_dynamodb::types::Update::builder()
            .table_name("chat")
            .key("pk", text("open"))
            .key("sk", text("1"))
            .update_expression("ADD n :one")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .build()
            .unwrap();
        let item = TransactWriteItem::builder().update(update).build();
        added += i32::from(client.transact_write_items().transact_items(item).send().await.is_ok());
    }
    let struck = world.gate.faults().struck();
    world.gate.faults().set(None);
    let got = client
        .get_item()
        .table_name("chat")
        .key("pk", text("open"))
        .key("sk", text("1"))
        .send()
        .await
        .unwrap();
    let n: i32 = got.item().unwrap()["n"].as_n().unwrap().parse().unwrap();
    assert!(struck["lostAfter"] > 2, "{struck:?}");
    assert_eq!((added, n), (30, 30));
}

#[tokio::test]
async fn the_sdk_sees_a_denial() {
    let world = in_memory();
    let get = client(&world).get_item().table_name("chat").key("pk", text("secret")).key("sk", text("1"));
    let refused = get.send().await.unwrap_err();
    assert_eq!(refused.as_service_error().unwrap().code(), Some("AccessDeniedException"));
}
