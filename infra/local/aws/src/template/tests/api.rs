use super::Files;
use crate::template::{ApiAuth, DataSourceSpec, DefaultAction, Deployment, ResolverKind, TemplateError};

const TEMPLATE: &str = "
Resources:
  Pool: {Type: AWS::Cognito::UserPool}
  Api:
    Type: AWS::AppSync::GraphQLApi
    Properties:
      Name: chat
      AuthenticationType: AMAZON_COGNITO_USER_POOLS
      UserPoolConfig: {UserPoolId: !Ref Pool, DefaultAction: ALLOW, AwsRegion: us-east-1}
      AdditionalAuthenticationProviders: [{AuthenticationType: AWS_IAM}, {AuthenticationType: API_KEY}]
      IntrospectionConfig: DISABLED
      QueryDepthLimit: 15
      EnvironmentVariables: {A: b}
  Key: {Type: AWS::AppSync::ApiKey, Properties: {ApiId: !GetAtt Api.ApiId, Expires: 4102444800}}
  Schema: {Type: AWS::AppSync::GraphQLSchema, Properties: {ApiId: !GetAtt Api.ApiId, DefinitionS3Location: schema.graphql}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: appsync.amazonaws.com}}]
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: [!GetAtt GetMe.Arn]}]}
  GetMe: {Type: AWS::Serverless::Function, Properties: {CodeUri: functions/account/get-me}}
  GetMeSource:
    Type: AWS::AppSync::DataSource
    Properties:
      ApiId: !GetAtt Api.ApiId
      Name: GetMe
      Type: AWS_LAMBDA
      ServiceRoleArn: !GetAtt Role.Arn
      LambdaConfig: {LambdaFunctionArn: !GetAtt GetMe.Arn}
  NoneSource: {Type: AWS::AppSync::DataSource, Properties: {ApiId: !GetAtt Api.ApiId, Name: None, Type: NONE}}
  GetMeResolver:
    Type: AWS::AppSync::Resolver
    Properties: {ApiId: !GetAtt Api.ApiId, TypeName: Query, FieldName: getMe, DataSourceName: !GetAtt GetMeSource.Name, MaxBatchSize: 5}
  OnEventResolver:
    Type: AWS::AppSync::Resolver
    Properties:
      ApiId: !GetAtt Api.ApiId
      TypeName: Subscription
      FieldName: onEvent
      DataSourceName: !GetAtt NoneSource.Name
      Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
      CodeS3Location: on-event.js
  Step:
    Type: AWS::AppSync::FunctionConfiguration
    Properties: {ApiId: !GetAtt Api.ApiId, Name: step, DataSourceName: !GetAtt GetMeSource.Name}
  PipelineResolver:
    Type: AWS::AppSync::Resolver
    Properties:
      ApiId: !GetAtt Api.ApiId
      TypeName: Query
      FieldName: other
      Kind: PIPELINE
      PipelineConfig: {Functions: [!GetAtt Step.FunctionId]}
      Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
      Code: around
";

fn read(template: &str) -> Result<Deployment, TemplateError> {
    let schema = ("schema.graphql", "type Query { getMe: String }");
    Files::new(&[("template.yaml", template), schema, ("on-event.js", "export function request() {}")]).read()
}

#[test]
fn an_api_gathers_schema_modes_and_limits() {
    let deployment = read(TEMPLATE).unwrap();
    let api = &deployment.apis[0];
    assert_eq!((api.name.as_str(), api.api_id.len()), ("chat", 26));
    assert_eq!(api.arn, format!("arn:aws:appsync:us-east-1:000000000000:apis/{}", api.api_id));
    assert_eq!(api.sdl, "type Query { getMe: String }");
    let ApiAuth::UserPool { pool_id, default_action, .. } = &api.default_auth else { panic!("no pool") };
    assert_eq!((pool_id, *default_action), (&deployment.user_pools[0].pool_id, DefaultAction::Allow));
    assert_eq!(api.additional_auth[0], ApiAuth::Iam);
    let ApiAuth::ApiKey(keys) = &api.additional_auth[1] else { panic!("no keys") };
    assert!(keys[0].key.starts_with("da2-") && keys[0].expires == Some(4_102_444_800));
    assert_eq!((api.introspection, api.query_depth_limit, api.resolver_count_limit), (false, 15, 0));
    assert_eq!(api.environment["A"], "b");
}

#[test]
fn resolvers_lead_to_functions_and_scripts() {
    let deployment = read(TEMPLATE).unwrap();
    let api = &deployment.apis[0];
    assert_eq!(api.data_sources["GetMe"], DataSourceSpec::Lambda { function: "get-me".to_owned() });
    assert_eq!(api.data_sources["None"], DataSourceSpec::None);
    let kind = |field: &str| {
        let resolver = api.resolvers.iter().find(|resolver| resolver.field_name == field);
        resolver.unwrap().kind.clone()
    };
    let direct = ResolverKind::Unit { data_source: "GetMe".to_owned(), code: None, max_batch_size: 5 };
    assert_eq!(kind("getMe"), direct);
    let ResolverKind::Unit { code, .. } = kind("onEvent") else { panic!("no unit") };
    assert_eq!(code.as_deref(), Some("export function request() {}"));
    let ResolverKind::Pipeline { code, steps } = kind("other") else { panic!("no pipeline") };
    assert_eq!(
        (code.as_str(), steps[0].name.as_str(), steps[0].data_source.as_str()),
        ("around", "step", "GetMe")
    );
}

#[test]
fn urls_are_those_of_the_local_cloud() {
    let template = format!(
        "{TEMPLATE}
Outputs:
  Http: {{Value: !GetAtt Api.GraphQLUrl}}
  Socket: {{Value: !GetAtt Api.RealtimeUrl}}
  Dns: {{Value: !GetAtt Api.GraphQLDns}}
"
    );
    let outputs = read(&template).unwrap().outputs;
    assert_eq!(outputs["Http"], "http://localhost:4000/graphql");
    assert_eq!(outputs["Socket"], "ws://localhost:4000/graphql/realtime");
    assert_eq!(outputs["Dns"], "localhost:4000");
}

#[test]
fn what_appsync_would_refuse_at_each_call_is_refused_at_once() {
    let cases = [
        (
            "Resource: [!GetAtt GetMe.Arn]",
            "Resource: ['arn:aws:lambda:us-east-1:000000000000:function:other']",
            "GetMeSource.ServiceRoleArn: Role does not grant lambda:InvokeFunction on \
             arn:aws:lambda:us-east-1:000000000000:function:get-me",
        ),
        (
            "Service: appsync.amazonaws.com",
            "Service: lambda.amazonaws.com",
            "GetMeSource.ServiceRoleArn: AppSync may not take Role",
        ),
        (
            "LambdaFunctionArn: !GetAtt GetMe.Arn",
            "LambdaFunctionArn: 'arn:aws:lambda:x'",
            "GetMeSource.LambdaConfig.LambdaFunctionArn: no function of these templates is arn:aws:lambda:x",
        ),
        (
            "DataSourceName: !GetAtt NoneSource.Name",
            "DataSourceName: Nothing",
            "OnEventResolver.DataSourceName: the API has no data source Nothing",
        ),
        (
            "Code: around",
            "RequestMappingTemplate: '{}'",
            "PipelineResolver.RequestMappingTemplate: mapping templates are not supported: write an APPSYNC_JS script",
        ),
        ("FieldName: other", "FieldName: getMe", "PipelineResolver: the field has a resolver already"),
        ("Type: NONE", "Type: HTTP", "NoneSource.Type: data sources of type HTTP are not supported"),
        (
            "Functions: [!GetAtt Step.FunctionId]",
            "Functions: [nothing]",
            "PipelineResolver.PipelineConfig.Functions: the API has no function nothing",
        ),
        (
            "RuntimeVersion: 1.0.0}\n      CodeS3Location",
            "RuntimeVersion: 2.0.0}\n      CodeS3Location",
            "OnEventResolver.Runtime: must be APPSYNC_JS 1.0.0",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(TEMPLATE.contains(from), "{from} is not there");
        let refusal = read(&TEMPLATE.replace(from, to)).unwrap_err().to_string();
        assert_eq!(refusal, format!("template.yaml: {expected}"));
    }
}
