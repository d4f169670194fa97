//! What a template amounts to.

mod api;
mod buckets;
mod data;
mod function;
mod people;

use std::collections::BTreeMap;

pub use api::{
    ApiAuth, ApiKeySpec, ApiSpec, DataSourceSpec, DefaultAction, PipelineStep, ResolverKind, ResolverSpec,
};
pub use buckets::{BucketSpec, CorsRule, LifecycleRule, NotificationSpec};
pub use data::{BusSpec, QueueSpec, RoleSpec, TableSpec};
pub use function::{EventSource, FunctionSpec, RuleSpec, ScheduleSpec, StartingPosition, StreamSource};
pub use people::{
    AttributeKind, AttributeSpec, ClientSpec, GroupSpec, HostedSpec, IdentityPoolSpec, IdentityProviderSpec,
    Mfa, PasswordPolicySpec, ProviderSpec, TokenTrigger, TokenTriggerVersion, UserPoolSpec,
};

use super::resource::Resource;

/// Everything that the templates describe.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The name of the root stack.
    pub stack_name: String,
    /// The region of everything.
    pub region: String,
    /// The account of everything.
    pub account_id: String,
    /// By area and name.
    pub functions: Vec<FunctionSpec>,
    /// DynamoDB tables.
    pub tables: Vec<TableSpec>,
    /// S3 buckets.
    pub buckets: Vec<BucketSpec>,
    /// SQS queues.
    pub queues: Vec<QueueSpec>,
    /// EventBridge buses.
    pub buses: Vec<BusSpec>,
    /// EventBridge rules, those of functions and those on their own.
    pub rules: Vec<RuleSpec>,
    /// Cognito user pools.
    pub user_pools: Vec<UserPoolSpec>,
    /// Cognito identity pools.
    pub identity_pools: Vec<IdentityPoolSpec>,
    /// AppSync APIs.
    pub apis: Vec<ApiSpec>,
    /// IAM roles that stand in the templates; functions have theirs from SAM.
    pub roles: Vec<RoleSpec>,
    /// The outputs of the root template.
    pub outputs: BTreeMap<String, String>,
    /// Every resource, evaluated; those above too.
    pub resources: Vec<Resource>,
}
