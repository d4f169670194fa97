use std::time::Duration;

use serde_json::json;

use super::{read, refusal};
use crate::template::{EventSource, StartingPosition};

/// A template with one function that is started by this event.
fn with(event: &str) -> String {
    format!(
        "
Resources:
  Table: {{Type: 'AWS::DynamoDB::Table', Properties: {{StreamSpecification: {{StreamViewType: NEW_IMAGE}}}}}}
  Bus: {{Type: 'AWS::Events::EventBus', Properties: {{Name: bus}}}}
  Failed: {{Type: 'AWS::SQS::Queue'}}
  Route:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/events/route-changes
      Events:
        Changes:
{event}
"
    )
}

#[test]
fn a_stream_source_says_everything_about_retries() {
    let deployment = read(&with(
        r#"
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 10
            MaximumBatchingWindowInSeconds: 1
            BisectBatchOnFunctionError: true
            MaximumRetryAttempts: 4
            MaximumRecordAgeInSeconds: 3600
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failed.Arn}}"#,
    ));
    let deployment = deployment.unwrap();
    let EventSource::Stream(stream) = &deployment.functions[0].events[0] else { panic!("no stream") };
    assert_eq!((stream.name.as_str(), stream.table.as_str()), ("Changes", "smartchat-Table"));
    assert_eq!(Some(&stream.stream_arn), deployment.tables[0].stream_arn.as_ref());
    assert_eq!(stream.starting_position, StartingPosition::TrimHorizon);
    assert_eq!((stream.batch_size, stream.batching_window), (10, Duration::from_secs(1)));
    assert_eq!((stream.maximum_retries, stream.maximum_age), (Some(4), Some(Duration::from_secs(3_600))));
    assert!(stream.bisect_on_error && stream.reports_item_failures && stream.enabled);
    assert_eq!(stream.filters, [json!({"eventName": ["INSERT"]})]);
    assert_eq!(stream.on_failure.as_deref(), Some("arn:aws:sqs:us-east-1:000000000000:smartchat-Failed"));
}

#[test]
fn a_stream_source_without_limits_retries_for_ever() {
    let event = "
          Type: DynamoDB
          Properties: {Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST, MaximumRetryAttempts: -1}";
    let deployment = read(&with(event)).unwrap();
    let EventSource::Stream(stream) = &deployment.functions[0].events[0] else { panic!("no stream") };
    assert_eq!((stream.batch_size, stream.maximum_retries, stream.maximum_age), (100, None, None));
    assert!(!stream.bisect_on_error && !stream.reports_item_failures && stream.on_failure.is_none());
}

#[test]
fn a_rule_names_bus_pattern_and_dead_letter_queue() {
    let event = "
          Type: EventBridgeRule
          Properties:
            EventBusName: !Ref Bus
            Pattern: {source: [smartchat], detail-type: [{prefix: Message}]}
            RetryPolicy: {MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60}
            DeadLetterConfig: {Type: SQS}";
    let deployment = read(&with(event)).unwrap();
    let rule = &deployment.rules[0];
    assert_eq!((rule.name.as_str(), rule.bus.as_str()), ("smartchat-RouteChanges", "bus"));
    assert_eq!(rule.pattern, json!({"source": ["smartchat"], "detail-type": [{"prefix": "Message"}]}));
    assert_eq!(rule.function, "route-changes");
    assert_eq!((rule.maximum_retries, rule.maximum_age), (3, Duration::from_secs(60)));
    let queue = deployment.queues.iter().find(|queue| Some(&queue.arn) == rule.on_failure.as_ref()).unwrap();
    assert_eq!(queue.name, "smartchat-RouteChangesQueue");
}

#[test]
fn schedules_and_other_sources_are_kept() {
    let schedule = "
          Type: ScheduleV2
          Properties: {ScheduleExpression: rate(5 minutes), State: DISABLED}";
    let deployment = read(&with(schedule)).unwrap();
    let EventSource::Schedule(schedule) = &deployment.functions[0].events[0] else { panic!("no schedule") };
    assert_eq!((schedule.expression.as_str(), schedule.enabled), ("rate(5 minutes)", false));
    let other = "
          Type: SNS
          Properties: {Topic: 'arn:aws:sns:us-east-1:000000000000:t'}";
    let deployment = read(&with(other)).unwrap();
    assert!(matches!(&deployment.functions[0].events[0], EventSource::Other { kind, .. } if kind == "SNS"));
}

#[test]
fn sources_that_would_lose_events_are_refused() {
    let unknown_queue = "
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: LATEST
            DestinationConfig: {OnFailure: {Destination: 'arn:aws:sqs:us-east-1:000000000000:other'}}";
    let reason = "no queue of these templates is arn:aws:sqs:us-east-1:000000000000:other";
    assert_eq!(refusal(&with(unknown_queue)), format!("template.yaml: Route.Events: {reason}"));
    let closed_queue = "
          Type: EventBridgeRule
          Properties: {Pattern: {source: [a]}, DeadLetterConfig: {Arn: !GetAtt Failed.Arn}}";
    assert!(
        refusal(&with(closed_queue)).contains("no AWS::SQS::QueuePolicy lets events.amazonaws.com send to")
    );
    let policy = "
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Failed]
      PolicyDocument:
        Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Principal: {Service: events.amazonaws.com}, Resource: '*'}]";
    assert!(read(&format!("{}{policy}\n", with(closed_queue))).is_ok());
    let no_stream = "
          Type: DynamoDB
          Properties: {Stream: !GetAtt Table.Arn, StartingPosition: LATEST}";
    assert!(refusal(&with(no_stream)).ends_with("is no table's stream"));
}
