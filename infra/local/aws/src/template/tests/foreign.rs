//! Projects that are not the chat.

use super::{Files, refusal};
use crate::template::{DataSourceSpec, Options};

const API: &str = "
  Api: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: books, AuthenticationType: API_KEY}}
  Schema: {Type: AWS::AppSync::GraphQLSchema, Properties: {ApiId: !GetAtt Api.ApiId, Definition: 'type Query { a: Int }'}}
  Books:
    Type: AWS::DynamoDB::Table
    Properties: {AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: SERVICE.amazonaws.com}}]
  Source:
    Type: AWS::AppSync::DataSource
    Properties:
      ApiId: !GetAtt Api.ApiId
      Name: Books
      Type: AMAZON_DYNAMODB
      ServiceRoleArn: !GetAtt Role.Arn
      DynamoDBConfig: {AwsRegion: us-east-1, TableName: TABLE}
";

fn template(service: &str, table: &str) -> String {
    format!("Resources:{}", API.replace("SERVICE", service).replace("TABLE", table))
}

#[test]
fn a_table_can_be_a_data_source() {
    let deployment = super::read(&template("appsync", "!Ref Books")).unwrap();
    let DataSourceSpec::DynamoDb { table, role_arn } = &deployment.apis[0].data_sources["Books"] else {
        panic!("no table");
    };
    assert_eq!((table, role_arn), (&deployment.tables[0].name, &deployment.roles[0].arn));
}

#[test]
fn a_table_of_another_project_or_a_role_that_appsync_may_not_take_is_refused() {
    let unknown = refusal(&template("appsync", "elsewhere"));
    assert!(
        unknown.contains("Source.DynamoDBConfig.TableName: no table of these templates is elsewhere"),
        "{unknown}"
    );
    let not_ours = refusal(&template("lambda", "!Ref Books"));
    assert!(not_ours.contains("Source.ServiceRoleArn: AppSync may not take Role"), "{not_ours}");
    let versioned = template("appsync", "!Ref Books, Versioned: true");
    assert!(refusal(&versioned).contains("DynamoDBConfig.Versioned: is not supported"));
}

#[test]
fn a_function_is_called_by_its_binary_its_package_or_its_name_in_the_template() {
    let template = "
Resources:
  ByBinary:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: count-loans}}
    Properties: {CodeUri: services/list}
  ByPackage: {Type: AWS::Serverless::Function, Properties: {CodeUri: services/words, FunctionName: named}}
  One: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/, Handler: app.one}}
  Two: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/, Handler: app.two}}
  Inline: {Type: AWS::Serverless::Function, Properties: {InlineCode: x}}
";
    let manifest = "[package]\nname = \"title-case\"\n";
    let files = Files::new(&[("template.yaml", template), ("services/words/Cargo.toml", manifest)]);
    let deployment = files.read().unwrap();
    let called = |id: &str| {
        let function = deployment.functions.iter().find(|function| function.logical_id == id).unwrap();
        (function.name.as_str(), function.invoked_as.as_str(), function.arn.rsplit(':').next().unwrap())
    };
    assert_eq!(called("ByBinary"), ("count-loans", "count-loans", "count-loans"));
    assert_eq!(called("ByPackage"), ("title-case", "title-case", "named"));
    assert_eq!(called("One"), ("One", "One", "One"));
    assert_eq!(called("Two"), ("Two", "Two", "Two"));
    assert_eq!(called("Inline"), ("Inline", "Inline", "Inline"));
}

#[test]
fn a_schema_may_be_given_beside_the_template_and_one_in_a_bucket_is_refused() {
    let text = template("appsync", "!Ref Books")
        .replace("Definition: 'type Query { a: Int }'", "DefinitionS3Location: 's3://b/k'");
    let files = Files::new(&[("template.yaml", &text), ("built.graphql", "type Query { b: Int }")]);
    let error = files.read().unwrap_err().to_string();
    assert!(error.contains("Schema: s3://b/k is not on this machine"), "{error}");
    let options = Options { schema: Some(files.0.path().join("built.graphql")), ..Options::default() };
    assert_eq!(files.read_with(&options).unwrap().apis[0].sdl, "type Query { b: Int }");
}

#[test]
fn what_is_not_followed_says_what_to_write() {
    let sam = refusal("Resources: {Api: {Type: AWS::Serverless::GraphQLApi, Properties: {}}}");
    assert!(sam.contains("template.yaml: Api: AWS::Serverless::GraphQLApi is not supported: write"), "{sam}");
    let import = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !ImportValue other}}}";
    assert!(
        refusal(import).contains("T.TopicName: Fn::ImportValue asks another stack"),
        "{}",
        refusal(import)
    );
}
