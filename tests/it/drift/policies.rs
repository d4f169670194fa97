//! What the templates grant is what the functions use: each grant is used in one walk through everything that people do.
//!
//! A grant is one action on one table or index for one prefix of partition keys. The local cloud refuses what is not
//! granted, so that too little fails every scenario; here too much fails.

use local_aws::policy::{Effect, Statement};
use serde_json::Value;
use tests::World;

use super::walk;
use super::wiring::deployment;

/// What functions do with rows. Whole tables nobody reads.
const OF_ROWS: [&str; 7] = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
];

#[tokio::test]
async fn every_right_is_used() {
    let world = World::new().await;
    walk::everything(&world).await;
    walk::weeks_later(&world).await;
    let report = world.look("policies").await;
    let unused = report["unused"].as_array().expect("a list").iter().map(named).collect::<Vec<_>>();
    assert!(unused.is_empty(), "granted, but not used: {unused:#?}");
    let used = report["used"].as_array().expect("a list");
    assert!(used.iter().any(|grant| grant["leadingKeys"] == "U#*#STAR"), "keys are told apart");
}

fn named(grant: &Value) -> String {
    let part = |name: &str| grant[name].as_str().unwrap_or("everything");
    format!("{}: {} on {} for {}", part("role"), part("action"), part("resource"), part("leadingKeys"))
}

/// A wildcard or a missing condition would count as used and still grant more than what was used.
#[test]
fn functions_are_granted_single_actions_on_single_things() {
    let deployment = deployment();
    let mut wide = Vec::new();
    for function in &deployment.functions {
        let statements = function.statements.iter();
        wide.extend(statements.filter_map(|one| Some(format!("{}: {}", function.name, too_wide(one)?))));
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

/// What is wrong with a statement, if anything is.
fn too_wide(statement: &Statement) -> Option<String> {
    if statement.effect != Effect::Allow {
        return Some("a denial says what another statement should not have granted".to_owned());
    }
    // Endpoints of SNS are named by SNS as devices register: an application's are all that can be said.
    let is_of_endpoints = |name: &&String| {
        name.contains(":endpoint/") && name.matches('*').count() == 1 && name.ends_with("/*")
    };
    // Objects are granted by the folder.
    let named = statement.resources.iter().filter(|name| !is_of_endpoints(name) && !is_folder(name));
    let mut names = statement.actions.iter().chain(named);
    if let Some(name) = names.find(|name| name.contains(['*', '?'])) {
        return Some(format!("{name} has a wildcard"));
    }
    let mut of_tables = statement.actions.iter().filter(|action| action.starts_with("dynamodb:"));
    let action = of_tables.clone().find(|action| !OF_ROWS.contains(&action.as_str()));
    if let Some(action) = action {
        return Some(format!("{action} is not about rows"));
    }
    let keys = statement.leading_keys();
    // The prefix names the kind of row; a pattern that begins with a star names none.
    let is_bound = !keys.is_empty()
        && keys.iter().all(|key| key.find('#').is_some_and(|at| at > 0 && !key[..at].contains('*')));
    (of_tables.next().is_some() && !is_bound).then(|| format!("{keys:?} is no bound on partitions"))
}

/// Whether an ARN names the objects of one folder of one bucket, and no more.
fn is_folder(arn: &str) -> bool {
    let folder = arn.strip_prefix("arn:aws:s3:::").and_then(|path| path.strip_suffix("/*"));
    folder.is_some_and(|path| path.contains('/') && !path.contains(['*', '?']))
}

#[test]
fn what_is_too_wide_is_found() {
    let parse = |action: &str, resource: &str, keys: &str| {
        let condition = serde_json::json!({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } });
        let statement = serde_json::json!({
            "Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition,
        });
        too_wide(&Statement::parse(&statement).expect("a statement"))
    };
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/chat";
    assert_eq!(parse("dynamodb:GetItem", table, "U#*"), None);
    assert_eq!(parse("s3:GetObject", "arn:aws:s3:::bucket/media/*", "A#*"), None);
    let endpoints = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/chat/*";
    assert_eq!(parse("sns:Publish", endpoints, "U#*"), None);
    let wrong = [
        parse("dynamodb:Get*", table, "U#*"),
        parse("dynamodb:Scan", table, "U#*"),
        parse("dynamodb:GetItem", "*", "U#*"),
        parse("dynamodb:Query", &format!("{table}/index/*"), "U#*"),
        parse("dynamodb:GetItem", table, "*"),
        parse("dynamodb:GetItem", table, "*#*"),
        parse("s3:GetObject", "arn:aws:s3:::bucket/*", "A#*"),
        parse("s3:GetObject", "arn:aws:s3:::*/media/*", "A#*"),
        parse("s3:*", "arn:aws:s3:::bucket/media/*", "A#*"),
        parse("sns:Publish", "arn:aws:sns:us-east-1:000000000000:endpoint/*/*", "U#*"),
        parse("sns:Publish", "arn:aws:sns:us-east-1:000000000000:*", "U#*"),
    ];
    assert!(wrong.iter().all(Option::is_some), "{wrong:?}");
}
