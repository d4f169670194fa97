//! Names, ids and ARNs of resources: the same at every start, shaped as AWS's.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::error::TemplateError;
use super::options::Options;
use super::program::{self, Program};
use super::scope::Scope;

/// What `Ref` and `GetAtt` yield for a resource.
#[derive(Debug, Clone, Default)]
pub(crate) struct Physical {
    pub(crate) reference: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// Of a function: what runs.
    pub(crate) program: Option<Program>,
}

impl Physical {
    fn new(reference: impl Into<String>) -> Self {
        Physical { reference: reference.into(), ..Physical::default() }
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }
}

const DIGITS_AND_LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The physical side of a resource of this stack.
pub(crate) fn of(scope: &Scope<'_>, id: &str) -> Result<Physical, TemplateError> {
    let options = scope.world.options;
    let generated_name = format!("{}-{id}", scope.stack.name);
    let named = |property: &str| -> Result<String, TemplateError> {
        Ok(scope.property(id, property)?.unwrap_or_else(|| generated_name.clone()))
    };
    let physical = match scope.kind(id) {
        "AWS::Serverless::Function" => {
            let program = program::of(scope, id)?;
            let name = scope.property(id, "FunctionName")?.unwrap_or_else(|| program.name.clone());
            let arn = options.arn("lambda", &format!("function:{name}"));
            Physical { program: Some(program), ..Physical::new(name).with("Arn", arn) }
        }
        "AWS::Serverless::Application" => Physical::new(stack_arn(options, &generated_name)),
        "AWS::DynamoDB::Table" => table(scope, id, named("TableName")?)?,
        "AWS::SQS::Queue" => {
            let name = named("QueueName")?;
            let url = format!("{}/{}/{name}", options.endpoint, options.account_id);
            let queue = Physical::new(&url).with("QueueUrl", url).with("QueueName", &name);
            queue.with("Arn", options.arn("sqs", &name))
        }
        "AWS::Events::EventBus" => {
            let name = named("Name")?;
            let arn = options.arn("events", &format!("event-bus/{name}"));
            Physical::new(&name).with("Name", name).with("Arn", arn)
        }
        "AWS::Events::Rule" => {
            let name = named("Name")?;
            let arn = options.arn("events", &format!("rule/{name}"));
            Physical::new(name).with("Arn", arn)
        }
        "AWS::SecretsManager::Secret" => {
            let name = named("Name")?;
            let suffix = token(&generated_name, ALPHANUMERIC, 6);
            let arn = options.arn("secretsmanager", &format!("secret:{name}-{suffix}"));
            Physical::new(&arn).with("Id", arn).with("Name", name)
        }
        "AWS::IAM::Role" => {
            let name = named("RoleName")?;
            let arn = format!("arn:aws:iam::{}:role/{name}", options.account_id);
            Physical::new(name).with("Arn", arn)
        }
        "AWS::Logs::LogGroup" => {
            let name = named("LogGroupName")?;
            let arn = options.arn("logs", &format!("log-group:{name}:*"));
            Physical::new(name).with("Arn", arn)
        }
        "AWS::SNS::Topic" => {
            let name = named("TopicName")?;
            let arn = options.arn("sns", &name);
            Physical::new(&arn).with("TopicArn", arn).with("TopicName", name)
        }
        "AWS::S3::Bucket" => {
            let name = scope.property(id, "BucketName")?.unwrap_or_else(|| generated_name.to_lowercase());
            let domain = format!("{name}.s3.amazonaws.com");
            let regional = format!("{name}.s3.{}.amazonaws.com", options.region);
            let bucket = Physical::new(&name).with("Arn", format!("arn:aws:s3:::{name}"));
            bucket.with("DomainName", domain).with("RegionalDomainName", regional)
        }
        "AWS::KMS::Key" => {
            let key = uuid(&generated_name);
            let arn = options.arn("kms", &format!("key/{key}"));
            Physical::new(&key).with("KeyId", key).with("Arn", arn)
        }
        "AWS::WAFv2::WebACL" => {
            let (name, id) = (named("Name")?, uuid(&generated_name));
            let arn = options.arn("wafv2", &format!("regional/webacl/{name}/{id}"));
            Physical::new(format!("{name}|{id}|REGIONAL")).with("Id", id).with("Arn", arn)
        }
        kind if kind.starts_with("AWS::Cognito::") => cognito(scope, id, kind, &generated_name)?,
        kind if kind.starts_with("AWS::AppSync::") => appsync(scope, id, kind, &generated_name)?,
        _ => Physical::new(generated_name),
    };
    Ok(physical)
}

fn table(scope: &Scope<'_>, id: &str, name: String) -> Result<Physical, TemplateError> {
    let arn = scope.world.options.arn("dynamodb", &format!("table/{name}"));
    let streams = scope.stack.document.resources[id].pointer("/Properties/StreamSpecification").is_some();
    let table = Physical::new(name).with("Arn", &arn);
    Ok(if streams { table.with("StreamArn", format!("{arn}/stream/2026-01-01T00:00:00.000")) } else { table })
}

/// A resource that `Ref` calls by one of its properties.
fn named_by(scope: &Scope<'_>, id: &str, property: &str, seed: &str) -> Result<Physical, TemplateError> {
    Ok(Physical::new(scope.property(id, property)?.unwrap_or_else(|| seed.to_owned())))
}

fn cognito(scope: &Scope<'_>, id: &str, kind: &str, seed: &str) -> Result<Physical, TemplateError> {
    let options = scope.world.options;
    let region = &options.region;
    Ok(match kind {
        "AWS::Cognito::UserPool" => {
            let pool = format!("{region}_{}", token(seed, ALPHANUMERIC, 9));
            let provider = format!("cognito-idp.{region}.amazonaws.com/{pool}");
            Physical::new(&pool)
                .with("Arn", options.arn("cognito-idp", &format!("userpool/{pool}")))
                .with("UserPoolId", pool)
                .with("ProviderURL", format!("https://{provider}"))
                .with("ProviderName", provider)
        }
        "AWS::Cognito::UserPoolClient" => {
            let client = token(seed, DIGITS_AND_LOWER, 26);
            let name = scope.property(id, "ClientName")?.unwrap_or_else(|| seed.to_owned());
            Physical::new(&client).with("ClientId", client).with("Name", name)
        }
        "AWS::Cognito::IdentityPool" => {
            let pool = format!("{region}:{}", uuid(seed));
            Physical::new(&pool).with("Id", pool)
        }
        "AWS::Cognito::UserPoolDomain" => named_by(scope, id, "Domain", seed)?,
        "AWS::Cognito::UserPoolIdentityProvider" => named_by(scope, id, "ProviderName", seed)?,
        "AWS::Cognito::UserPoolGroup" => {
            Physical::new(scope.property(id, "GroupName")?.unwrap_or_else(|| seed.to_owned()))
        }
        _ => Physical::new(seed),
    })
}

fn appsync(scope: &Scope<'_>, id: &str, kind: &str, seed: &str) -> Result<Physical, TemplateError> {
    let options = scope.world.options;
    let property = |name: &str| Ok::<_, TemplateError>(scope.property(id, name)?.unwrap_or_default());
    let child =
        |path: &str| Ok::<_, TemplateError>(api_arn(options, &format!("{}/{path}", property("ApiId")?)));
    Ok(match kind {
        "AWS::AppSync::GraphQLApi" => api(options, &token(seed, DIGITS_AND_LOWER, 26)),
        "AWS::AppSync::GraphQLSchema" => {
            let schema = format!("{}GraphQLSchema", property("ApiId")?);
            Physical::new(&schema).with("Id", schema)
        }
        "AWS::AppSync::DataSource" => {
            let name = property("Name")?;
            let arn = child(&format!("datasources/{name}"))?;
            Physical::new(&arn).with("DataSourceArn", arn).with("Name", name)
        }
        "AWS::AppSync::Resolver" => {
            let (parent, field) = (property("TypeName")?, property("FieldName")?);
            let arn = child(&format!("types/{parent}/resolvers/{field}"))?;
            Physical::new(&arn).with("ResolverArn", arn).with("TypeName", parent).with("FieldName", field)
        }
        "AWS::AppSync::FunctionConfiguration" => {
            let function = token(seed, DIGITS_AND_LOWER, 26);
            let arn = child(&format!("functions/{function}"))?;
            Physical::new(&arn)
                .with("FunctionArn", arn)
                .with("FunctionId", function)
                .with("Name", property("Name")?)
                .with("DataSourceName", property("DataSourceName")?)
        }
        "AWS::AppSync::DomainName" => {
            let domain = property("DomainName")?;
            let target = format!("{}.cloudfront.net", token(seed, DIGITS_AND_LOWER, 14));
            Physical::new(&domain).with("DomainName", domain).with("AppSyncDomainName", target)
        }
        "AWS::AppSync::ApiKey" => {
            let key = format!("da2-{}", token(seed, DIGITS_AND_LOWER, 26));
            let arn = child(&format!("apikeys/{key}"))?;
            Physical::new(&arn).with("Arn", arn).with("ApiKey", &key).with("ApiKeyId", key)
        }
        _ => Physical::new(seed),
    })
}

fn api(options: &Options, api_id: &str) -> Physical {
    let arn = api_arn(options, api_id);
    let endpoint = options.endpoint.trim_end_matches('/');
    let (scheme, host) = endpoint.split_once("://").unwrap_or(("http", endpoint));
    let socket = if scheme == "https" { "wss" } else { "ws" };
    Physical::new(&arn)
        .with("GraphQLEndpointArn", options.arn("appsync", &format!("endpoints/graphql-api/{api_id}")))
        .with("Arn", arn)
        .with("ApiId", api_id)
        .with("GraphQLUrl", format!("{scheme}://{host}/graphql"))
        .with("GraphQLDns", host)
        .with("RealtimeUrl", format!("{socket}://{host}/graphql/realtime"))
        .with("RealtimeDns", host)
}

fn api_arn(options: &Options, path: &str) -> String {
    options.arn("appsync", &format!("apis/{path}"))
}

pub(crate) fn stack_arn(options: &Options, stack: &str) -> String {
    options.arn("cloudformation", &format!("stack/{stack}/{}", uuid(stack)))
}

/// A text of up to 32 characters that depends on nothing but the seed.
fn token(seed: &str, alphabet: &[u8], length: usize) -> String {
    let digest = Sha256::digest(seed);
    digest.iter().take(length).map(|&byte| char::from(alphabet[usize::from(byte) % alphabet.len()])).collect()
}

fn uuid(seed: &str) -> String {
    let mut hex = hex::encode(&Sha256::digest(seed)[..16]);
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "8");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
