//! The template reader: `template.yaml` and its nested applications, as what the local cloud has to be.
//!
//! [`Deployment::read`] evaluates parameters, conditions and intrinsic functions as CloudFormation and SAM do, gives
//! every resource the same name, id and ARN at each start, and sorts the resources into tables, functions, pools and
//! APIs. Whatever cannot be resolved is an error that names template, resource and property. Resource types without
//! a meaning here stay listed in [`Deployment::resources`].

mod build;
mod document;
mod dynamic;
mod error;
mod globals;
mod intrinsics;
mod model;
mod options;
mod physical;
mod program;
mod properties;
mod resource;
mod scope;
mod secrets;
mod stack;

pub use build::principal_of_source;
pub use error::{Place, TemplateError};
pub use model::{
    ApiAuth, ApiKeySpec, ApiSpec, AttributeKind, AttributeSpec, BucketSpec, BusSpec, ClientSpec, CorsRule,
    DataSourceSpec, DefaultAction, Deployment, EventSource, FunctionSpec, GroupSpec, HostedSpec,
    IdentityPoolSpec, IdentityProviderSpec, LifecycleRule, Mfa, NotificationSpec, PasswordPolicySpec,
    PipelineStep, ProviderSpec, QueueSpec, ResolverKind, ResolverSpec, RoleSpec, RuleSpec, ScheduleSpec,
    StartingPosition, StreamSource, TableSpec, TokenTrigger, TokenTriggerVersion, UserPoolSpec,
};
pub use options::Options;
pub use resource::Resource;
pub use secrets::{FileSecrets, MemorySecrets, Secrets};

#[cfg(test)]
mod tests;
