//! APIs that AppSync would not create.

use crate::config::ConfigError;
use crate::tests::fixture::{Fixture, pool};
use crate::{AuthMode, DefaultAction};

const QUERY: &str = "type Query { a: Int } ";

#[test]
fn schemas_that_appsync_does_not_take() {
    let cases = [
        "type Query {",
        "type Query { a: Missing }",
        "type Query { a: Int @unknown }",
        "scalar Date type Query { a: Date }",
        "type Query { a: Int } type AWSThing { a: Int }",
        "directive @mine on FIELD_DEFINITION type Query { a: Int @mine }",
        "type Query { a: Int @aws_api_key }",
        "type Query { a: Int @aws_oidc }",
        "type Query { a: Int @aws_subscribe(mutations: [\"b\"]) }",
        "type Query { a: Int } type Mutation { b: Int } type Subscription { onB: Int @aws_subscribe(mutations: [\"c\"]) }",
        "type Query { a: Int } type Mutation { b: Int } type Subscription { onB: String @aws_subscribe(mutations: [\"b\"]) }",
        "type Query { a: Int } type Mutation { b: [Int] } type Subscription { onB: Int @aws_subscribe(mutations: [\"b\"]) }",
        "type Query { a: Int } type Subscription { onB: Int @aws_subscribe(mutations: [\"b\"]) }",
    ];
    for sdl in cases {
        let refused = Fixture::new(sdl).try_build().err();
        assert!(
            matches!(refused, Some(ConfigError::Schema(_) | ConfigError::Unsupported(_))),
            "{sdl}: {refused:?}"
        );
    }
}

#[test]
fn schemas_that_appsync_takes() {
    let cases = [
        "type Query { a: AWSDateTime @deprecated(reason: \"old\") }",
        "schema { query: Root } type Root { a: Int }",
        "type Query { a: Int } type Mutation { b: Int! } type Subscription { onB: Int @aws_subscribe(mutations: [\"b\"]) }",
        "type Query { a: Int @aws_iam @aws_cognito_user_pools(cognito_groups: [\"x\"]) }",
    ];
    for sdl in cases {
        assert_eq!(Fixture::new(sdl).try_build().err(), None, "{sdl}");
    }
}

#[test]
fn modes_that_contradict_each_other() {
    let deny = AuthMode::UserPool { default_action: DefaultAction::Deny, app_id_client_regex: None };
    let cases = [(pool(), vec![pool()]), (deny, vec![AuthMode::Iam]), (AuthMode::Iam, vec![AuthMode::Iam])];
    for (default, additional) in cases {
        let fixture = Fixture::new(QUERY).config(|config| {
            config.default_auth = default;
            config.additional_auth = additional;
        });
        assert!(matches!(fixture.try_build().err(), Some(ConfigError::Auth(_))));
    }
}

#[test]
fn limits_have_limits() {
    let deep = Fixture::new(QUERY).config(|config| config.query_depth_limit = 76);
    let many = Fixture::new(QUERY).config(|config| config.resolver_count_limit = 10_001);
    assert!(matches!(deep.try_build().err(), Some(ConfigError::Limit(_))));
    assert!(matches!(many.try_build().err(), Some(ConfigError::Limit(_))));
}
