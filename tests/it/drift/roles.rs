//! Roles that stand in the templates: whoever takes one reaches what it is for, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use local_aws::policy::Statement;
use local_aws::template::Deployment;

use super::wiring::deployment;
use crate::house::schema::schema;

const APPSYNC: &str = "appsync.amazonaws.com";

/// The functions behind the data sources that take a role, by the role.
fn invoked(deployment: &Deployment) -> BTreeMap<String, BTreeSet<String>> {
    let mut functions: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for resource in deployment.resources.iter().filter(|one| one.kind == "AWS::AppSync::DataSource") {
        let property = |path: &str| resource.properties.pointer(path).and_then(|value| value.as_str());
        let Some(function) = property("/LambdaConfig/LambdaFunctionArn") else { continue };
        let role = property("/ServiceRoleArn").expect("a data source with a function takes a role");
        functions.entry(role.to_owned()).or_default().insert(function.to_owned());
    }
    functions
}

/// Everything that statements grant, action by resource.
fn granted(statements: &[Statement]) -> BTreeSet<(String, String)> {
    let pairs = |one: &Statement| {
        let resources = one.resources.clone();
        let actions = one.actions.clone().into_iter();
        actions.flat_map(move |action| resources.clone().into_iter().map(move |arn| (action.clone(), arn)))
    };
    statements.iter().flat_map(pairs).collect()
}

#[test]
fn appsync_invokes_the_functions_of_its_data_sources_and_no_others() {
    let deployment = deployment();
    let mut invoked = invoked(&deployment);
    let roles = deployment.roles.iter().filter(|role| role.services.iter().any(|name| name == APPSYNC));
    for role in roles {
        assert_eq!(role.services, [APPSYNC], "{} is taken by AppSync alone", role.logical_id);
        let functions = invoked.remove(&role.arn).unwrap_or_default();
        let expected: BTreeSet<_> =
            functions.into_iter().map(|arn| ("lambda:InvokeFunction".to_owned(), arn)).collect();
        assert_eq!(granted(&role.statements), expected, "{}", role.logical_id);
    }
    assert!(invoked.is_empty(), "no role of these templates: {invoked:?}");
}

/// Each function has one data source at most, so that no field reaches a function by another's way.
#[test]
fn a_function_stands_behind_one_data_source() {
    let deployment = deployment();
    let functions: Vec<_> = invoked(&deployment).into_values().flatten().collect();
    let sources = deployment.resources.iter().filter(|one| {
        one.kind == "AWS::AppSync::DataSource" && one.properties.pointer("/LambdaConfig").is_some()
    });
    assert_eq!(functions.len(), sources.count());
}

/// Root fields that are open to signatures, by what the schema says.
fn signed_fields() -> BTreeSet<String> {
    let schema = schema().0;
    let mut fields = BTreeSet::new();
    for root in ["Query", "Mutation", "Subscription"] {
        let object = schema.get_object(root).expect("a root");
        assert!(!object.directives.has("aws_iam"), "{root} would open all its fields");
        let signed = object.fields.iter().filter(|(_, field)| field.directives.has("aws_iam"));
        fields.extend(signed.map(|(name, _)| format!("{root}.{name}")));
    }
    fields
}

/// The fields of the API that statements grant; anything else in them fails.
fn fields(deployment: &Deployment, statements: &[Statement]) -> BTreeSet<String> {
    let prefix = format!("{}/types/", deployment.apis[0].arn);
    let field = |(action, resource): (String, String)| {
        assert_eq!(action, "appsync:GraphQL", "{resource}");
        let path = resource.strip_prefix(&prefix).and_then(|rest| rest.split_once("/fields/"));
        let (parent, name) = path.unwrap_or_else(|| panic!("{resource} is no field of the API"));
        format!("{parent}.{name}")
    };
    granted(statements).into_iter().map(field).collect()
}

#[test]
fn a_field_is_open_to_signatures_only_where_a_role_names_it() {
    let deployment = deployment();
    let mut named = BTreeMap::new();
    for pool in &deployment.identity_pools {
        let roles = [("guests", &pool.guest_statements), ("members", &pool.member_statements)];
        for (role, statements) in roles {
            let statements = statements.as_ref().unwrap_or_else(|| panic!("{role} have a role"));
            named.insert(role, fields(&deployment, statements));
        }
    }
    for function in &deployment.functions {
        let of_api = |one: &&Statement| one.actions.iter().any(|action| action.starts_with("appsync:"));
        let statements: Vec<_> = function.statements.iter().filter(of_api).cloned().collect();
        named.insert(&function.name, fields(&deployment, &statements));
    }
    named.retain(|_, fields| !fields.is_empty());
    let publisher = BTreeSet::from(["Mutation.publishEvents".to_owned()]);
    assert_eq!(named, BTreeMap::from([("publish-changes", publisher)]));
    assert_eq!(named.into_values().flatten().collect::<BTreeSet<_>>(), signed_fields());
}
