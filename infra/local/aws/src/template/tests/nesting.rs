use super::Files;

const ROOT: &str = "
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      TimeToLiveSpecification: {AttributeName: expiresAt, Enabled: true}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      GlobalSecondaryIndexes:
        - IndexName: gsi1
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
          ContributorInsightsSpecification: {Enabled: true}
  Account:
    Type: AWS::Serverless::Application
    DependsOn: Table
    Properties:
      Location: infra/account.yaml
      Parameters:
        Stage: !Ref Stage
        TableArn: !GetAtt Table.Arn
Outputs:
  GetMeArn: {Value: !GetAtt Account.Outputs.GetMeArn}
";

const ACCOUNT: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
  TableArn: {Type: String}
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    Environment: {Variables: {STAGE: !Ref Stage}}
Resources:
  GetMe:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/account/get-me
      Environment: {Variables: {EXTRA: !Sub 'x-${AWS::StackName}'}}
      Policies:
        - Statement:
            - {Effect: Allow, Action: dynamodb:GetItem, Resource: !Ref TableArn}
Outputs:
  GetMeArn: {Value: !GetAtt GetMe.Arn}
";

#[test]
fn functions_of_nested_templates_get_what_the_root_passes() {
    let deployment = Files::new(&[("template.yaml", ROOT), ("infra/account.yaml", ACCOUNT)]).read().unwrap();
    let function = deployment.function("get-me").unwrap();
    assert_eq!((function.logical_id.as_str(), function.area.as_str()), ("GetMe", "account"));
    assert_eq!((function.timeout.as_secs(), function.memory_mb), (10, 256));
    assert_eq!(function.environment["STAGE"], "dev");
    assert_eq!(function.environment["EXTRA"], "x-smartchat-Account");
    assert_eq!(function.statements[0].resources, [deployment.tables[0].arn.clone()]);
    assert_eq!(deployment.outputs["GetMeArn"], "arn:aws:lambda:us-east-1:000000000000:function:get-me");
}

#[test]
fn a_table_is_what_create_table_takes() {
    let deployment = Files::new(&[("template.yaml", ROOT), ("infra/account.yaml", ACCOUNT)]).read().unwrap();
    let table = &deployment.tables[0];
    assert_eq!(table.name, "smartchat-Table");
    assert_eq!(table.ttl_attribute.as_deref(), Some("expiresAt"));
    assert!(table.point_in_time_recovery && !table.deletion_protection);
    let expected = serde_json::json!({
        "TableName": "smartchat-Table",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "gsi1",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "DeletionProtectionEnabled": false
    });
    assert_eq!(table.create, expected);
}

/// The refusal after one text in the templates is replaced by another.
fn refusal(from: &str, to: &str) -> String {
    let (root, account) = (ROOT.replace(from, to), ACCOUNT.replace(from, to));
    assert!(root != ROOT || account != ACCOUNT, "{from} is not there");
    Files::new(&[("template.yaml", &root), ("infra/account.yaml", &account)]).read().unwrap_err().to_string()
}

#[test]
fn seams_between_templates_are_checked() {
    let cases = [
        (
            "        Stage: !Ref Stage\n",
            "        Stage: !Ref Stage\n        Other: x\n",
            "template.yaml: Account.Parameters.Other: infra/account.yaml has no such parameter",
        ),
        (
            "        TableArn: !GetAtt Table.Arn\n",
            "",
            "infra/account.yaml: GetMe.Policies.0.Statement.0.Resource: the parameter TableArn has no value",
        ),
        (
            "Account.Outputs.GetMeArn",
            "Account.Outputs.Other",
            "template.yaml: Outputs.GetMeArn: infra/account.yaml has no output Other",
        ),
        (
            "  TableArn: {Type: String}",
            "  TableArn: {Type: 'AWS::SSM::Parameter::Value<String>'}",
            "infra/account.yaml: Parameters.TableArn: parameters of type \
             Some(\"AWS::SSM::Parameter::Value<String>\") are not supported",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(refusal(from, to), expected);
    }
    assert!(refusal("infra/account.yaml", "infra/nowhere.yaml").starts_with("cannot read "));
}

#[test]
fn names_ids_and_arns_are_the_same_at_each_start() {
    let files = Files::new(&[("template.yaml", ROOT), ("infra/account.yaml", ACCOUNT)]);
    let ids = |deployment: super::Deployment| {
        let resources = deployment.resources.into_iter();
        resources.map(|resource| (resource.reference, resource.attributes)).collect::<Vec<_>>()
    };
    assert_eq!(ids(files.read().unwrap()), ids(files.read().unwrap()));
}

#[test]
fn unknown_types_are_kept_and_listed() {
    let deployment = super::read(
        "
Resources:
  Zone: {Type: AWS::Route53::HostedZone, Properties: {Name: !Sub '${AWS::StackName}.example'}}
",
    );
    let deployment = deployment.unwrap();
    assert_eq!(deployment.kinds_without_meaning(), ["AWS::Route53::HostedZone"]);
    assert_eq!(deployment.resources[0].properties["Name"], "smartchat.example");
}
