//! Each field has its one resolver, and each function its place in a template and in the local cloud.

use std::collections::{BTreeMap, BTreeSet};

use local_aws::template::{DataSourceSpec, Deployment, MemorySecrets, Options, ResolverKind};
use tests::house::{functions, root};

use crate::house::schema::{SCRIPTED, fields_with_functions, schema};

/// What the templates describe.
pub(super) fn deployment() -> Deployment {
    let read =
        Deployment::read(&root().join("template.yaml"), &Options::default(), &MemorySecrets::default());
    read.unwrap_or_else(|error| panic!("{error}"))
}

/// The function behind each field, as the templates say; none where a script answers. Two resolvers for one field fail.
fn resolvers(deployment: &Deployment) -> BTreeMap<String, Option<String>> {
    let api = &deployment.apis[0];
    let function_of = |source: &str| match &api.data_sources[source] {
        DataSourceSpec::Lambda { function } => Some(function.clone()),
        DataSourceSpec::None | DataSourceSpec::DynamoDb { .. } => None,
    };
    let mut found = BTreeMap::new();
    for resolver in &api.resolvers {
        let function = match &resolver.kind {
            ResolverKind::Unit { data_source, .. } => function_of(data_source),
            ResolverKind::Pipeline { steps, .. } => {
                steps.iter().find_map(|step| function_of(&step.data_source))
            }
        };
        let field = format!("{}.{}", resolver.type_name, resolver.field_name);
        assert!(found.insert(field.clone(), function).is_none(), "{field} has two resolvers");
    }
    found
}

/// Fields that are not here are plain data: their parent's value holds them.
#[test]
fn every_field_has_exactly_the_resolver_that_follows_from_its_name() {
    let functions =
        fields_with_functions(&schema()).into_iter().map(|(field, function)| (field, Some(function)));
    let scripted = SCRIPTED.iter().map(|field| ((*field).to_owned(), None));
    let expected: BTreeMap<_, _> = functions.chain(scripted).collect();
    assert_eq!(resolvers(&deployment()), expected);
}

#[test]
fn every_function_is_in_a_template_and_in_the_local_cloud() {
    let crates: BTreeSet<_> = functions().into_iter().map(|function| function.name).collect();
    let deployed: BTreeSet<_> = deployment().functions.into_iter().map(|function| function.name).collect();
    let linked: BTreeSet<_> = local::functions::all().into_keys().map(str::to_owned).collect();
    assert_eq!(deployed, crates);
    assert_eq!(linked, crates);
}

/// A nested field is asked for a whole page at once.
#[test]
fn looked_up_fields_are_batched() {
    for resolver in &deployment().apis[0].resolvers {
        let is_root = ["Query", "Mutation", "Subscription"].contains(&resolver.type_name.as_str());
        let is_batched = match &resolver.kind {
            ResolverKind::Unit { max_batch_size, .. } => *max_batch_size > 1,
            ResolverKind::Pipeline { steps, .. } => steps.iter().all(|step| step.max_batch_size > 1),
        };
        assert_eq!(is_batched, !is_root, "{}.{}", resolver.type_name, resolver.field_name);
    }
}
