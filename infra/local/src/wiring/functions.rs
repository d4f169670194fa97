//! The functions of the template, ready to run.

use std::collections::BTreeMap;

use aws_credential_types::Credentials as SdkCredentials;
use jiff::Timestamp;
use lambda::{Clock as FunctionClock, Host, Randomness, SdkOptions};
use local_aws::credentials::{CredentialStore, Credentials};
use local_aws::dynamodb::Faults;
use local_aws::template::{Deployment, FunctionSpec};
use local_core::clock::Clock;
use serde_json::{Value, json};

use crate::functions;
use crate::invoke::{Loopback, Prepared};

/// What functions in this process are given.
pub(crate) struct Surroundings<'a> {
    pub(crate) credentials: &'a CredentialStore,
    pub(crate) loopback: &'a Loopback,
    pub(crate) endpoint: &'a str,
    pub(crate) clock: &'a Clock,
    pub(crate) faults: &'a Faults,
}

/// The functions that are both in the template and linked; the others are named in the log.
pub(crate) fn prepare(
    deployment: &Deployment,
    surroundings: &Surroundings<'_>,
) -> BTreeMap<String, Prepared> {
    let mut linked = functions::all();
    let mut prepared = BTreeMap::new();
    let mut absent = Vec::new();
    for spec in &deployment.functions {
        let Some(function) = linked.remove(spec.name.as_str()) else {
            absent.push(spec.name.as_str());
            continue;
        };
        let context = surroundings.host(deployment, spec).context();
        prepared.insert(spec.name.clone(), Prepared { function, context, timeout: spec.timeout });
    }
    if !absent.is_empty() {
        let functions = absent.join(", ");
        tracing::warn!(functions, "in the template but not linked, so that they cannot be invoked");
    }
    if !linked.is_empty() {
        let functions = linked.into_keys().collect::<Vec<_>>().join(", ");
        tracing::warn!(functions, "linked but in no template");
    }
    prepared
}

/// The variables of all functions as lines of a dotenv file. Processes that share it share the developer's rights.
pub(crate) fn common_env(deployment: &Deployment, developer: &Credentials, endpoint: &str) -> String {
    let of_functions = deployment.functions.iter().flat_map(|spec| spec.environment.clone());
    let mut variables: BTreeMap<String, String> = of_functions.collect();
    variables.extend(way_to_services(deployment, developer, endpoint));
    variables.into_iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

fn way_to_services(
    deployment: &Deployment,
    credentials: &Credentials,
    endpoint: &str,
) -> impl Iterator<Item = (String, String)> {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", &deployment.region),
        ("AWS_ACCESS_KEY_ID", &credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &credentials.secret_key),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter()
}

/// The functions with what a process of their own needs, for `/_local/functions`.
pub(crate) fn described(deployment: &Deployment, credentials: &CredentialStore, endpoint: &str) -> Value {
    let describe = |spec: &FunctionSpec| {
        let mut variables = spec.environment.clone();
        variables.extend(way_to_services(deployment, &credentials.function(&spec.name), endpoint));
        json!({"name": spec.name, "area": spec.area, "timeoutSeconds": spec.timeout.as_secs(), "variables": variables})
    };
    deployment.functions.iter().map(describe).collect()
}

impl Surroundings<'_> {
    fn host(&self, deployment: &Deployment, spec: &FunctionSpec) -> Host {
        let issued = self.credentials.function(&spec.name);
        let (clock, faults) = (self.clock.clone(), self.faults.clone());
        let now = move || clock.now().saturating_add(faults.clock_skew()).unwrap_or(Timestamp::MAX);
        let clock = FunctionClock::new(now);
        let sdk = SdkOptions {
            credentials: SdkCredentials::new(
                issued.access_key_id,
                issued.secret_key,
                issued.session_token,
                None,
                "local",
            ),
            region: deployment.region.clone(),
            endpoint: Some(self.endpoint.to_owned()),
            http_client: self.loopback.http_client(),
            clock: clock.clone(),
        };
        let environment = spec.environment.iter().map(|(name, value)| (name.clone(), value.clone()));
        Host {
            environment: environment.collect(),
            sdk: sdk.config(),
            clock,
            randomness: Randomness::system(),
        }
    }
}
