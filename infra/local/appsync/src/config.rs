//! What an API is made of, and why one is refused.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// An API as its template describes it.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// The schema. AppSync's scalars and directives are known without being declared.
    pub sdl: String,
    /// The identifier in ARNs and URLs.
    pub api_id: String,
    /// The region in ARNs.
    pub region: String,
    /// The account in ARNs.
    pub account_id: String,
    /// The mode of whatever carries no directive.
    pub default_auth: AuthMode,
    /// Further modes. Each kind at most once, in all.
    pub additional_auth: Vec<AuthMode>,
    /// Whether `__schema` and `__type` may be asked for.
    pub introspection: bool,
    /// How deep a document may nest, 1 to 75; 0 for no limit.
    pub query_depth_limit: u32,
    /// How many resolvers one request may run, 1 to 10,000; 0 for 10,000.
    pub resolver_count_limit: u32,
    /// What scripts see as `ctx.env`.
    pub environment: BTreeMap<String, String>,
    /// By name.
    pub data_sources: BTreeMap<String, DataSource>,
    /// By type and field.
    pub resolvers: BTreeMap<(String, String), Resolver>,
}

/// A way to authenticate.
#[derive(Debug, Clone)]
pub enum AuthMode {
    /// `x-api-key`.
    ApiKey {
        /// The keys of the API.
        keys: Vec<ApiKey>,
    },
    /// A token of the user pool.
    UserPool {
        /// What holds for fields without a directive.
        default_action: DefaultAction,
        /// A pattern for the app client, tried against `aud` or `client_id`.
        app_id_client_regex: Option<String>,
    },
    /// Signature Version 4.
    Iam,
    /// A function of ours decides.
    Lambda {
        /// The function, by the name of its crate.
        function: String,
        /// How long an answer is remembered, in seconds, unless the answer says otherwise; 0 for not at all.
        result_ttl_seconds: u32,
        /// What a token must look like before the function is asked.
        identity_validation_expression: Option<String>,
    },
}

/// A key of an API.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// The key itself, such as `da2-…`.
    pub key: String,
    /// Until when it is valid; none for ever.
    pub expires: Option<Timestamp>,
}

/// What a user pool allows where no directive speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultAction {
    /// Everything.
    Allow,
    /// Nothing. Refused in an API of several modes.
    Deny,
}

/// Where a resolver gets its value.
#[derive(Debug, Clone)]
pub enum DataSource {
    /// From its own script.
    None,
    /// From a function.
    Lambda {
        /// The function, by the name of its crate.
        function: String,
    },
    /// From a table, by a script that says how.
    DynamoDb {
        /// The table's name.
        table: String,
        /// Under which name the policies know the role that AppSync takes, such as `data-source/Notes`.
        caller: String,
    },
}

/// How a field gets its value.
#[derive(Debug, Clone)]
pub enum Resolver {
    /// One data source.
    Unit {
        /// By name.
        data_source: String,
        /// An `APPSYNC_JS` script; without one the function gets the context and its answer is the value.
        code: Option<String>,
        /// Up to how many contexts one invocation may hold, at most 2,000; 0 for no batching.
        max_batch_size: u32,
    },
    /// Several functions, one after the other.
    Pipeline {
        /// The script around them.
        code: String,
        /// At most ten.
        functions: Vec<PipelineFunction>,
    },
}

/// A step of a pipeline.
#[derive(Debug, Clone)]
pub struct PipelineFunction {
    /// Its name, for messages.
    pub name: String,
    /// By name.
    pub data_source: String,
    /// Its script; without one the function gets the context.
    pub code: Option<String>,
    /// Up to how many contexts one invocation may hold, at most 2,000; 0 for no batching.
    pub max_batch_size: u32,
}

/// Why an API cannot be created. AppSync would refuse the same when it is deployed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The schema is not valid GraphQL.
    #[error("the schema is invalid: {0}")]
    Schema(String),
    /// The schema is valid GraphQL which AppSync does not take.
    #[error("the schema has something that AppSync refuses: {0}")]
    Unsupported(String),
    /// The modes of authentication contradict each other.
    #[error("the authentication modes are refused: {0}")]
    Auth(String),
    /// A resolver names what does not exist, or exceeds a limit.
    #[error("the resolver of {field} is refused: {reason}")]
    Resolver {
        /// Such as `Query.me`.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// A script breaks the rules of `APPSYNC_JS`.
    #[error("the script of {field} is refused: {reason}")]
    Script {
        /// Such as `Subscription.onEvent`.
        field: String,
        /// What is wrong, with its line.
        reason: String,
    },
    /// A limit of the API is out of its range.
    #[error("the limit is refused: {0}")]
    Limit(String),
}
