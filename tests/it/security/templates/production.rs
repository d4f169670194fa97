//! A production stack keeps its data and says less about itself.

use local_aws::template::{ApiSpec, Deployment};

use super::{at, deployment};

fn only_api(deployment: &Deployment) -> &ApiSpec {
    let [api] = deployment.apis.as_slice() else { panic!("one API") };
    api
}

#[test]
fn production_is_protected_against_deletion_and_hides_its_schema() {
    let (dev, prod) = (deployment(&[("Stage", "dev")]), deployment(&[("Stage", "prod")]));
    assert!(prod.tables.iter().all(|table| table.deletion_protection));
    assert!(!dev.tables.iter().any(|table| table.deletion_protection), "a trial must be easy to remove");
    assert!(!only_api(&prod).introspection && only_api(&dev).introspection);
    let pools = |deployment: &Deployment| -> Vec<String> {
        let pools = deployment.resources.iter().filter(|resource| resource.kind == "AWS::Cognito::UserPool");
        pools.map(|pool| at(pool, "/DeletionProtection").as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(pools(&prod), ["ACTIVE"]);
    assert_eq!(pools(&dev), ["INACTIVE"]);
}

/// Such as `USER_PASSWORD_AUTH`, which sends the password itself.
#[test]
fn in_production_passwords_never_travel() {
    let prod = deployment(&[("Stage", "prod")]);
    let clients = prod.resources.iter().filter(|resource| resource.kind == "AWS::Cognito::UserPoolClient");
    for client in clients {
        let flows = at(client, "/ExplicitAuthFlows").to_string();
        assert!(flows.contains("ALLOW_USER_SRP_AUTH") && !flows.contains("PASSWORD_AUTH"), "{flows}");
    }
}

#[test]
fn two_stacks_of_one_account_share_no_name() {
    let named = [
        "TableName",
        "UserPoolName",
        "Name",
        "RoleName",
        "QueueName",
        "LogGroupName",
        "TopicName",
        "Domain",
        "FunctionName",
    ];
    for resource in deployment(&[]).resources {
        // These names live inside an API or a pool.
        if ["AWS::AppSync::DataSource", "AWS::AppSync::FunctionConfiguration"]
            .contains(&resource.kind.as_str())
        {
            continue;
        }
        for name in named {
            let Some(value) = resource.properties[name].as_str() else { continue };
            // An ARN is a reference to something that has its own name.
            let reference = value.starts_with("arn:");
            let own = value.contains("smartchat") || value.starts_with("/aws/appsync/apis/") || reference;
            assert!(own, "{}: {} is named {value} in every stack", resource.template, resource.logical_id);
        }
    }
}
