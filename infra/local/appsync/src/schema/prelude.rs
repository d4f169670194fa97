//! What AppSync adds to every schema.

/// Scalars and directives that need no declaration.
pub(super) const PRELUDE: &str = r#"
"A date such as `2026-11-22`, with an optional offset from UTC."
scalar AWSDate
"A time such as `12:30:24.5`, with an optional offset from UTC."
scalar AWSTime
"A date and a time such as `2026-11-22T12:30:24.500Z`; the offset from UTC is compulsory."
scalar AWSDateTime
"Whole seconds since 1970-01-01T00:00Z; negative before."
scalar AWSTimestamp
"A mail address."
scalar AWSEmail
"A JSON document, written as a string."
scalar AWSJSON
"A URL with its scheme."
scalar AWSURL
"A telephone number."
scalar AWSPhone
"An address of the Internet Protocol, version 4 or 6, with an optional prefix length."
scalar AWSIPAddress

directive @aws_subscribe(mutations: [String!]) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]) on FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_publish(subscriptions: [String]) on FIELD_DEFINITION
"#;

/// Scalars of AppSync's own.
pub(crate) const SCALARS: [&str; 9] = [
    "AWSDate",
    "AWSTime",
    "AWSDateTime",
    "AWSTimestamp",
    "AWSEmail",
    "AWSJSON",
    "AWSURL",
    "AWSPhone",
    "AWSIPAddress",
];

/// Directives that a schema may use: AppSync's and GraphQL's.
pub(super) const DIRECTIVES: [&str; 13] = [
    "aws_subscribe",
    "aws_auth",
    "aws_api_key",
    "aws_iam",
    "aws_oidc",
    "aws_lambda",
    "aws_cognito_user_pools",
    "aws_publish",
    "skip",
    "include",
    "deprecated",
    "specifiedBy",
    "oneOf",
];
