use std::time::Duration;

use super::Files;
use crate::template::{AttributeKind, AttributeSpec, Deployment, Mfa, TokenTriggerVersion};

const TEMPLATE: &str = "
Resources:
  OnPreSignUp:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/account/on-pre-sign-up}
  OnPreTokenGeneration:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/account/on-pre-token-generation}
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UsernameAttributes: [email]
      UsernameConfiguration: {CaseSensitive: false}
      AutoVerifiedAttributes: [email]
      MfaConfiguration: OPTIONAL
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      Policies: {PasswordPolicy: {MinimumLength: 10, RequireNumbers: true}}
      Schema:
        - {Name: email, Required: true, Mutable: true, AttributeDataType: String}
        - {Name: termsVersion, AttributeDataType: String, StringAttributeConstraints: {MinLength: '1', MaxLength: '32'}}
      LambdaConfig:
        PreSignUp: !GetAtt OnPreSignUp.Arn
        PreTokenGenerationConfig: {LambdaArn: !GetAtt OnPreTokenGeneration.Arn, LambdaVersion: V2_0}
  First:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !GetAtt OnPreSignUp.Arn, Principal: cognito-idp.amazonaws.com, SourceArn: !GetAtt Pool.Arn}
  Second:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref OnPreTokenGeneration, Principal: cognito-idp.amazonaws.com}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ClientName: app
      PreventUserExistenceErrors: ENABLED
      AccessTokenValidity: 30
      TokenValidityUnits: {AccessToken: minutes}
      WriteAttributes: [email]
  Admins:
    Type: AWS::Cognito::UserPoolGroup
    Properties: {UserPoolId: !Ref Pool, GroupName: admins, Precedence: 1}
  Identities:
    Type: AWS::Cognito::IdentityPool
    Properties:
      AllowUnauthenticatedIdentities: true
      CognitoIdentityProviders: [{ClientId: !Ref Client, ProviderName: !GetAtt Pool.ProviderName}]
  Member:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'appsync:GraphQL', Resource: '*'}]}
  Guest: {Type: AWS::IAM::Role}
  Roles:
    Type: AWS::Cognito::IdentityPoolRoleAttachment
    Properties:
      IdentityPoolId: !Ref Identities
      Roles: {authenticated: !GetAtt Member.Arn, unauthenticated: !GetAtt Guest.Arn}
";

fn deployment() -> Deployment {
    Files::new(&[("template.yaml", TEMPLATE)]).read().unwrap()
}

#[test]
fn a_user_pool_has_its_rules_clients_groups_and_triggers() {
    let deployment = deployment();
    let pool = &deployment.user_pools[0];
    assert!(pool.pool_id.starts_with("us-east-1_") && pool.pool_id.len() == 19, "{}", pool.pool_id);
    assert_eq!(pool.arn, format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{}", pool.pool_id));
    assert_eq!(pool.username_attributes, ["email"]);
    assert!(!pool.case_sensitive && !pool.admin_creates_only);
    assert_eq!(pool.mfa, Mfa::Optional);
    assert_eq!(pool.password_policy.minimum_length, 10);
    assert!(pool.password_policy.require_numbers && !pool.password_policy.require_symbols);
    let terms = AttributeSpec {
        name: "custom:termsVersion".to_owned(),
        kind: AttributeKind::String { min: 1, max: 32 },
        mutable: true,
        required: false,
    };
    assert_eq!((pool.attributes[0].name.as_str(), &pool.attributes[1]), ("email", &terms));
    assert_eq!(pool.triggers["PreSignUp"], "on-pre-sign-up");
    let trigger = pool.token_trigger.as_ref().unwrap();
    assert_eq!(
        (trigger.function.as_str(), trigger.version),
        ("on-pre-token-generation", TokenTriggerVersion::V2)
    );
    assert_eq!((pool.groups[0].name.as_str(), pool.groups[0].precedence), ("admins", Some(1)));
}

#[test]
fn a_client_has_cognitos_defaults() {
    let deployment = deployment();
    let client = &deployment.user_pools[0].clients[0];
    assert_eq!((client.client_id.len(), client.name.as_str()), (26, "app"));
    assert!(client.hides_existence && client.token_revocation && !client.has_secret);
    assert_eq!(client.access_validity, Duration::from_secs(1_800));
    assert_eq!(client.id_validity, Duration::from_secs(3_600));
    assert_eq!(client.refresh_validity, Duration::from_secs(30 * 86_400));
    assert!(client.auth_flows.iter().any(|flow| flow == "ALLOW_USER_SRP_AUTH"));
    assert_eq!((&client.read_attributes, &client.write_attributes), (&None, &Some(vec!["email".to_owned()])));
}

#[test]
fn an_identity_pool_knows_what_members_and_guests_may_do() {
    let deployment = deployment();
    let pool = &deployment.identity_pools[0];
    assert!(pool.pool_id.starts_with("us-east-1:") && pool.pool_id.len() == 46, "{}", pool.pool_id);
    assert!(pool.allow_guests);
    assert_eq!(pool.providers[0].client_id, deployment.user_pools[0].clients[0].client_id);
    assert_eq!(pool.member_statements.as_ref().unwrap()[0].actions, ["appsync:GraphQL"]);
    assert_eq!(pool.guest_statements.as_deref(), Some(&[][..]));
}

#[test]
fn a_trigger_that_cognito_may_not_call_is_refused() {
    let forbidden = TEMPLATE.replace("FunctionName: !Ref OnPreTokenGeneration", "FunctionName: other");
    let refusal = Files::new(&[("template.yaml", &forbidden)]).read().unwrap_err().to_string();
    let reason = "no AWS::Lambda::Permission lets this pool call on-pre-token-generation";
    assert_eq!(refusal, format!("template.yaml: Pool.LambdaConfig: {reason}"));
}

const PROVIDERS: &str = "
Parameters:
  Client: {Type: String, Default: ''}
  Secrets: {Type: String, Default: chat/providers}
Conditions:
  HasGoogle: !Not [!Equals [!Ref Client, '']]
Metadata:
  LocalCloud:
    Parameters: {Client: stand-in}
    Secrets: {chat/providers: '{\"Google\": \"secret\"}'}
Resources:
  Role: {Type: AWS::IAM::Role}
  Function:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/account/on-pre-sign-up, Role: !GetAtt Role.Arn}
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {UsernameAttributes: [email]}
  Pages:
    Type: AWS::Cognito::UserPoolDomain
    Properties: {UserPoolId: !Ref Pool, Domain: chat-dev}
  Google:
    Type: AWS::Cognito::UserPoolIdentityProvider
    Condition: HasGoogle
    Properties:
      UserPoolId: !Ref Pool
      ProviderName: Google
      ProviderType: Google
      ProviderDetails: {client_secret: !Sub '{{resolve:secretsmanager:${Secrets}:SecretString:Google}}'}
      AttributeMapping: {email: email, 'custom:providerSubject': sub}
  App:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      AllowedOAuthScopes: [openid]
      CallbackURLs: ['http://localhost:3000/']
      SupportedIdentityProviders: [COGNITO, !If [HasGoogle, !Ref Google, !Ref 'AWS::NoValue']]
  Link:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: link
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'cognito-idp:ListUsers', Resource: !GetAtt Pool.Arn}]}
";

#[test]
fn providers_are_on_as_the_template_says_for_this_machine() {
    let deployment = Files::new(&[("template.yaml", PROVIDERS)]).read().unwrap();
    let pool = &deployment.user_pools[0];
    assert_eq!(pool.domain.as_deref(), Some("chat-dev"));
    assert_eq!(pool.providers[0].mapping["custom:providerSubject"], "sub");
    let hosted = pool.clients[0].hosted.as_ref().unwrap();
    assert_eq!(hosted.providers, ["COGNITO", "Google"]);
    assert_eq!(hosted.callback_urls, ["http://localhost:3000/"]);
    let google = deployment.resources.iter().find(|resource| resource.logical_id == "Google").unwrap();
    assert_eq!(google.properties["ProviderDetails"]["client_secret"], "secret");
    let function = deployment.function("on-pre-sign-up").unwrap();
    assert_eq!(function.statements[0].actions, ["cognito-idp:ListUsers"], "by the policy apart");
}

#[test]
fn without_what_is_said_for_this_machine_the_template_is_as_anywhere() {
    let plain = PROVIDERS.replace("LocalCloud", "Other");
    let deployment = Files::new(&[("template.yaml", &plain)]).read().unwrap();
    assert!(deployment.user_pools[0].providers.is_empty());
    let switched_on = plain.replace("Default: ''", "Default: real");
    let refusal = Files::new(&[("template.yaml", &switched_on)]).read().unwrap_err().to_string();
    assert!(refusal.contains("no secret chat/providers in this template"), "{refusal}");
}

#[test]
fn a_policy_for_a_role_of_elsewhere_is_refused() {
    let template = PROVIDERS.replace("Roles: [!Ref Role]", "Roles: [another]");
    let refusal = Files::new(&[("template.yaml", &template)]).read().unwrap_err().to_string();
    assert_eq!(refusal, "template.yaml: Link.Roles: no role of these templates is another");
}
