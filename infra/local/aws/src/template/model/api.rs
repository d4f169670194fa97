//! AppSync APIs.

use std::collections::BTreeMap;

/// An AppSync API with everything that hangs on it, from whichever template.
#[derive(Debug, Clone)]
pub struct ApiSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The id in ARNs.
    pub api_id: String,
    /// The API's ARN.
    pub arn: String,
    /// The API's name.
    pub name: String,
    /// The schema's text.
    pub sdl: String,
    /// The mode of whatever carries no directive.
    pub default_auth: ApiAuth,
    /// Further modes.
    pub additional_auth: Vec<ApiAuth>,
    /// Whether the schema may be asked for.
    pub introspection: bool,
    /// How deep a document may nest; 0 for no limit.
    pub query_depth_limit: u32,
    /// How many resolvers a request may run; 0 for AppSync's own limit.
    pub resolver_count_limit: u32,
    /// What scripts see as `ctx.env`.
    pub environment: BTreeMap<String, String>,
    /// Data sources by name.
    pub data_sources: BTreeMap<String, DataSourceSpec>,
    /// By type and field.
    pub resolvers: Vec<ResolverSpec>,
}

/// A way to authenticate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiAuth {
    /// `API_KEY`, with the keys of the API.
    ApiKey(Vec<ApiKeySpec>),
    /// `AMAZON_COGNITO_USER_POOLS`.
    UserPool {
        /// Which pool.
        pool_id: String,
        /// What holds for fields without a directive.
        default_action: DefaultAction,
        /// A pattern for the app client's id.
        app_id_client_regex: Option<String>,
    },
    /// `AWS_IAM`.
    Iam,
    /// `AWS_LAMBDA`.
    Lambda {
        /// The function, by the name of its crate.
        function: String,
        /// How long an answer is remembered, in seconds.
        result_ttl_seconds: u32,
        /// What a token must look like before the function is asked.
        identity_validation_expression: Option<String>,
    },
    /// `OPENID_CONNECT`.
    Oidc {
        /// Whose tokens.
        issuer: String,
        /// For which client, as a pattern.
        client_id: Option<String>,
    },
}

/// What a user pool allows where no directive speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultAction {
    /// Everything.
    Allow,
    /// Nothing.
    Deny,
}

/// A key of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeySpec {
    /// Such as `da2-…`.
    pub key: String,
    /// In seconds since the epoch; none for AWS's week, which does not pass here.
    pub expires: Option<i64>,
}

/// Where resolvers get their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataSourceSpec {
    /// `NONE`.
    None,
    /// `AWS_LAMBDA`.
    Lambda {
        /// The function, by the name of its crate.
        function: String,
    },
    /// `AMAZON_DYNAMODB`.
    DynamoDb {
        /// The table's name.
        table: String,
        /// The role under which AppSync calls it.
        role_arn: String,
    },
}

/// How a field gets its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolverSpec {
    /// The type, such as `Query`.
    pub type_name: String,
    /// The field, such as `getMe`.
    pub field_name: String,
    /// One data source, or several steps.
    pub kind: ResolverKind,
    /// The template it stands in.
    pub template: String,
    /// Its name in the template.
    pub logical_id: String,
}

/// One data source, or several steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolverKind {
    /// `UNIT`.
    Unit {
        /// By name.
        data_source: String,
        /// The text of an `APPSYNC_JS` script; none for a direct Lambda resolver.
        code: Option<String>,
        /// How many contexts one invocation may hold; 0 for no batching.
        max_batch_size: u32,
    },
    /// `PIPELINE`.
    Pipeline {
        /// The text of the script around the steps.
        code: String,
        /// In order.
        steps: Vec<PipelineStep>,
    },
}

/// A step of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineStep {
    /// Its name.
    pub name: String,
    /// By name.
    pub data_source: String,
    /// The text of its script; none for a direct Lambda step.
    pub code: Option<String>,
    /// How many contexts one invocation may hold; 0 for no batching.
    pub max_batch_size: u32,
}
