//! From evaluated resources to what they amount to.

mod api;
mod authorizers;
mod buckets;
mod checks;
mod clients;
mod data;
mod events;
mod functions;
mod identities;
mod policies;
mod resolvers;
mod user_pools;

use std::collections::BTreeMap;
use std::path::Path;

use super::error::{Place, TemplateError};
use super::model::{DataSourceSpec, Deployment, FunctionSpec};
use super::options::Options;
use super::resource::Resource;
use super::scope::{Scope, World, as_text};
use super::secrets::Secrets;
use super::stack::Stack;
use crate::policy::{Policies, Role};

impl Deployment {
    /// Reads a root template and what it nests, and generates the secrets that are not there yet.
    pub fn read(path: &Path, options: &Options, secrets: &dyn Secrets) -> Result<Deployment, TemplateError> {
        let root = Stack::load(path, &options.stack_name)?;
        let world = World::new(options, secrets);
        let scope = Scope::root(&world, &root);
        let mut resources = Vec::new();
        Resource::collect(&scope, &mut resources)?;
        let outputs = outputs(&scope)?;
        Deployment::build(options, resources, outputs)
    }

    fn build(
        options: &Options,
        resources: Vec<Resource>,
        outputs: BTreeMap<String, String>,
    ) -> Result<Deployment, TemplateError> {
        let roles = data::roles(&resources)?;
        let functions = functions::functions(&resources, &roles, options)?;
        let mut queues = data::queues(&resources);
        queues.extend(events::generated_queues(&resources, options)?);
        let deployment = Deployment {
            stack_name: options.stack_name.clone(),
            region: options.region.clone(),
            account_id: options.account_id.clone(),
            buckets: buckets::buckets(&resources, &functions)?,
            tables: data::tables(&resources)?,
            buses: data::buses(&resources),
            rules: events::rules(&resources, &functions)?,
            user_pools: user_pools::user_pools(&resources, &functions)?,
            identity_pools: identities::identity_pools(&resources, &roles)?,
            apis: api::apis(&resources, &functions, options)?,
            functions,
            queues,
            roles,
            outputs,
            resources,
        };
        checks::check(&deployment)?;
        Ok(deployment)
    }

    /// The policies of functions, members and guests.
    pub fn policies(&self) -> Policies {
        let mut policies = Policies::new(&self.region);
        for function in &self.functions {
            policies.grant(Role::Function(function.name.clone()), function.statements.clone());
        }
        let sources = self.apis.iter().flat_map(|api| &api.data_sources);
        for (name, source) in sources {
            let DataSourceSpec::DynamoDb { role_arn, .. } = source else { continue };
            let role = self.roles.iter().find(|role| role.arn == *role_arn);
            let statements = role.map(|role| role.statements.as_slice()).unwrap_or_default();
            // A role may serve functions too, whose rights are not this source's to use.
            let its_own = statements.iter().filter(|statement| {
                statement.actions.iter().any(|action| action == "*" || action.starts_with("dynamodb:"))
            });
            policies.grant(Role::Function(principal_of_source(name)), its_own.cloned());
        }
        for pool in &self.identity_pools {
            let members = pool.member_statements.clone().unwrap_or_default();
            policies.grant(Role::Members(pool.pool_id.clone()), members);
            let guests = pool.guest_statements.clone().unwrap_or_default();
            policies.grant(Role::Guests(pool.pool_id.clone()), guests);
        }
        policies
    }

    /// The function of this crate.
    pub fn function(&self, name: &str) -> Option<&FunctionSpec> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// Types of resources that the local cloud has nothing for, each once.
    pub fn kinds_without_meaning(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = self.resources.iter().map(|resource| resource.kind.as_str()).collect();
        kinds.retain(|kind| !MEANINGFUL.contains(kind));
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// The name under which a data source of AppSync calls other services, beside those of functions.
pub fn principal_of_source(name: &str) -> String {
    format!("data-source/{name}")
}

/// The types that the local cloud makes something of, or that need nothing made.
const MEANINGFUL: [&str; 33] = [
    "AWS::AppSync::ApiKey",
    "AWS::AppSync::DataSource",
    "AWS::AppSync::FunctionConfiguration",
    "AWS::AppSync::GraphQLApi",
    "AWS::AppSync::GraphQLSchema",
    "AWS::AppSync::Resolver",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Cognito::IdentityPool",
    "AWS::Cognito::IdentityPoolRoleAttachment",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Cognito::UserPoolIdentityProvider",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::Application",
    "AWS::Serverless::Function",
];

fn outputs(scope: &Scope<'_>) -> Result<BTreeMap<String, String>, TemplateError> {
    let mut outputs = BTreeMap::new();
    for (name, output) in &scope.stack.document.outputs {
        let place = scope.stack.place("Outputs").within(name);
        let condition = output.get("Condition").and_then(serde_json::Value::as_str);
        if condition.map(|name| super::intrinsics::condition(scope, name, &place)).transpose()? == Some(false)
        {
            continue;
        }
        let value = output.get("Value").ok_or_else(|| place.invalid("has no Value"))?;
        let value = scope.evaluate(value, &place)?;
        let text = as_text(value.as_ref()).ok_or_else(|| place.invalid("must be text"))?;
        outputs.insert(name.clone(), text);
    }
    Ok(outputs)
}

/// Resources of one type.
fn of_kind<'a>(resources: &'a [Resource], kind: &'a str) -> impl Iterator<Item = &'a Resource> {
    resources.iter().filter(move |resource| resource.kind == kind)
}

/// The crate of the function with this ARN.
fn crate_of(functions: &[FunctionSpec], arn: &str, place: &Place) -> Result<String, TemplateError> {
    let function = functions.iter().find(|function| function.arn == arn);
    let function =
        function.ok_or_else(|| place.invalid(format!("no function of these templates is {arn}")))?;
    Ok(function.name.clone())
}
