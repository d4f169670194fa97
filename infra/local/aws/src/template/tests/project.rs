//! The project's own template.

use std::path::Path;

use crate::template::{ApiAuth, Deployment, MemorySecrets, Options};

fn read(stage: &str) -> Deployment {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../template.yaml");
    let mut options = Options::default();
    options.parameters.insert("Stage".to_owned(), stage.to_owned());
    Deployment::read(&root, &options, &MemorySecrets::default()).unwrap()
}

#[test]
fn it_can_be_read_for_each_stage() {
    for stage in ["dev", "prod"] {
        let deployment = read(stage);
        assert_eq!(deployment.kinds_without_meaning(), [""; 0]);
        assert_eq!((deployment.tables.len(), deployment.apis.len(), deployment.user_pools.len()), (1, 1, 1));
        assert_eq!(deployment.outputs["TableName"], deployment.tables[0].name);
        assert!(matches!(deployment.apis[0].default_auth, ApiAuth::UserPool { .. }));
    }
}

#[test]
fn production_is_protected_and_takes_no_plain_passwords() {
    let (dev, prod) = (read("dev"), read("prod"));
    assert!(prod.tables[0].deletion_protection && !dev.tables[0].deletion_protection);
    assert!(dev.apis[0].introspection && !prod.apis[0].introspection);
    let takes_passwords = |deployment: &Deployment| {
        let flows = &deployment.user_pools[0].clients[0].auth_flows;
        flows.iter().any(|flow| flow == "ALLOW_USER_PASSWORD_AUTH")
    };
    assert!(takes_passwords(&dev) && !takes_passwords(&prod));
}

#[test]
fn guests_may_do_nothing_yet() {
    let deployment = read("prod");
    assert_eq!(deployment.identity_pools[0].guest_statements.as_deref(), Some(&[][..]));
}

#[test]
fn no_policy_allows_every_action_or_every_table() {
    for function in read("prod").functions {
        for statement in &function.statements {
            assert!(!statement.actions.iter().any(|action| action.ends_with('*')), "{}", function.name);
            assert!(!statement.resources.iter().any(|resource| resource == "*"), "{}", function.name);
        }
    }
}
