use super::{read, refusal};
use crate::policy::RequestContext;
use local_core::principal::Principal;

/// A template with one function that has these policies.
fn with(policies: &str) -> String {
    format!(
        "
Resources:
  Table: {{Type: 'AWS::DynamoDB::Table'}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument: {{Statement: {{Effect: Allow, Action: 'sns:Publish', Resource: '*'}}}}
  Send:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/messages/send-message
{policies}
"
    )
}

/// What the function may do with the table, of these actions.
fn granted(policies: &str) -> Vec<&'static str> {
    let deployment = read(&with(policies)).unwrap();
    let policies = deployment.policies();
    let principal = Principal::Function { name: "send-message".to_owned() };
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/smartchat-Table";
    let actions =
        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:DeleteItem", "sns:Publish"];
    let context = RequestContext::default();
    actions.into_iter().filter(|action| policies.allows(&principal, action, table, &context)).collect()
}

#[test]
fn statements_policy_templates_and_roles_grant_what_they_say() {
    let inline = "
      Policies:
        - AWSLambdaBasicExecutionRole
        - Statement: [{Effect: Allow, Action: ['dynamodb:P*'], Resource: !GetAtt Table.Arn}]";
    assert_eq!(granted(inline), ["dynamodb:PutItem"]);
    let read = "
      Policies:
        - DynamoDBReadPolicy: {TableName: !Ref Table}";
    assert_eq!(granted(read), ["dynamodb:GetItem", "dynamodb:Query"]);
    let crud = "
      Policies: {DynamoDBCrudPolicy: {TableName: !Ref Table}}";
    assert_eq!(granted(crud).len(), 4);
    assert_eq!(granted("      Role: !GetAtt Role.Arn"), ["sns:Publish"]);
    assert!(granted("").is_empty());
}

#[test]
fn policies_that_are_not_understood_are_refused_with_their_place() {
    let cases = [
        (
            "- AdministratorAccess",
            "0: the managed policy AdministratorAccess is not supported: write statements",
        ),
        (
            "- S3CrudPolicy: {BucketName: b}",
            "0.S3CrudPolicy: this policy template is not supported: write statements",
        ),
        ("- 3", "0: is neither a policy document nor a policy template"),
        (
            "- Statement: [{Effect: Allow, NotAction: 'a:b', Resource: '*'}]",
            "0: not supported by the local cloud: NotAction",
        ),
        (
            "- Statement: [{Effect: Allow, Action: 'a:b', Resource: '*', Condition: {Bool: {'aws:SecureTransport': true}}}]",
            "0: not supported by the local cloud: condition operator Bool",
        ),
    ];
    for (policy, reason) in cases {
        let template = with(&format!("      Policies:\n        {policy}"));
        assert_eq!(refusal(&template), format!("template.yaml: Send.Policies.{reason}"));
    }
}
