//! `Policies` of a function: statements, SAM's policy templates, AWS's managed policies.

use serde_json::Value;

use super::data::parse_statements;
use crate::policy::Statement;
use crate::template::error::TemplateError;
use crate::template::options::Options;
use crate::template::properties::Properties;

/// Managed policies about logs and traces, which concern nothing here.
const HARMLESS: [&str; 4] = [
    "AWSLambdaBasicExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
];

pub(super) fn statements(props: &Properties<'_>, options: &Options) -> Result<Vec<Statement>, TemplateError> {
    let policies = match props.get("Policies") {
        None => return Ok(Vec::new()),
        Some(Value::Array(policies)) => policies.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let mut statements = Vec::new();
    for (index, policy) in policies.iter().enumerate() {
        let place = props.place.within("Policies").within(index);
        match policy {
            Value::String(name) if HARMLESS.iter().any(|harmless| name.ends_with(harmless)) => {}
            Value::String(name) => {
                return Err(
                    place.invalid(format!("the managed policy {name} is not supported: write statements"))
                );
            }
            Value::Object(policy) if policy.contains_key("Statement") => {
                statements.extend(parse_statements(&Value::Object(policy.clone()), &place)?);
            }
            Value::Object(policy) if policy.len() == 1 => {
                for (name, parameters) in policy {
                    let parameters = Properties::new(parameters, place.within(name));
                    statements.extend(from_template(name, &parameters, options)?);
                }
            }
            _ => return Err(place.invalid("is neither a policy document nor a policy template")),
        }
    }
    Ok(statements)
}

/// SAM's policy templates, with the actions that SAM documents for them.
fn from_template(
    name: &str,
    parameters: &Properties<'_>,
    options: &Options,
) -> Result<Vec<Statement>, TemplateError> {
    let table = || {
        let table = options.arn("dynamodb", &format!("table/{}", parameters.required("TableName")?));
        Ok::<_, TemplateError>(vec![format!("{table}/index/*"), table])
    };
    let statement = match name {
        "DynamoDBCrudPolicy" => Statement::allow(
            &[
                "dynamodb:GetItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:Scan",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:BatchGetItem",
                "dynamodb:DescribeTable",
                "dynamodb:ConditionCheckItem",
            ],
            table()?,
        ),
        "DynamoDBReadPolicy" => Statement::allow(
            &[
                "dynamodb:GetItem",
                "dynamodb:Scan",
                "dynamodb:Query",
                "dynamodb:BatchGetItem",
                "dynamodb:DescribeTable",
            ],
            table()?,
        ),
        "DynamoDBWritePolicy" => Statement::allow(
            &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"],
            table()?,
        ),
        "EventBridgePutEventsPolicy" => {
            let bus = parameters.required("EventBusName")?;
            Statement::allow(&["events:PutEvents"], vec![options.arn("events", &format!("event-bus/{bus}"))])
        }
        "SQSSendMessagePolicy" => {
            let queue = parameters.required("QueueName")?;
            Statement::allow(&["sqs:SendMessage*"], vec![options.arn("sqs", &queue)])
        }
        "SNSPublishMessagePolicy" => {
            let topic = parameters.required("TopicName")?;
            Statement::allow(&["sns:Publish"], vec![options.arn("sns", &topic)])
        }
        "LambdaInvokePolicy" => {
            let function = parameters.required("FunctionName")?;
            let arn = options.arn("lambda", &format!("function:{function}*"));
            Statement::allow(&["lambda:InvokeFunction"], vec![arn])
        }
        "AWSSecretsManagerGetSecretValuePolicy" => {
            Statement::allow(&["secretsmanager:GetSecretValue"], vec![parameters.required("SecretArn")?])
        }
        "SESCrudPolicy" => {
            let identity = parameters.required("IdentityName")?;
            Statement::allow(
                &[
                    "ses:GetIdentityVerificationAttributes",
                    "ses:SendEmail",
                    "ses:SendRawEmail",
                    "ses:VerifyEmailIdentity",
                ],
                vec![options.arn("ses", &format!("identity/{identity}"))],
            )
        }
        _ => {
            let reason = "this policy template is not supported: write statements";
            return Err(parameters.place.invalid(reason));
        }
    };
    Ok(vec![statement])
}
