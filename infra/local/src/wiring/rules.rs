//! What is delivered to whom, as the bus takes it.

use local_aws::events::{Pattern, Routes, Rule, Subscription, Target};
use local_aws::objects;
use local_aws::template::{Deployment, RuleSpec};

use crate::error::StartError;

/// The buses with their rules, and what other services invoke functions for.
pub(crate) fn routes(deployment: &Deployment) -> Result<Routes, StartError> {
    let told = objects::subscribers(&deployment.buckets).into_iter();
    Ok(Routes {
        buses: deployment.buses.iter().map(|bus| bus.name.clone()).collect(),
        rules: rules(deployment)?,
        subscriptions: told
            .map(|told| Subscription { name: told.name, target: unattended(deployment, told.function) })
            .collect(),
    })
}

/// A function that is invoked without anybody waiting, by Lambda's own rules.
fn unattended(deployment: &Deployment, function: String) -> Target {
    let spec = deployment.function(&function);
    Target {
        max_retries: spec.map_or(2, |spec| spec.unattended_retries),
        dead_letter: spec.and_then(|spec| spec.unattended_dead_letter.clone()),
        function,
    }
}

/// The rules that are switched on.
fn rules(deployment: &Deployment) -> Result<Vec<Rule>, StartError> {
    deployment.rules.iter().filter(|rule| rule.enabled).map(rule).collect()
}

fn rule(spec: &RuleSpec) -> Result<Rule, StartError> {
    let pattern = Pattern::parse(&spec.pattern);
    let pattern =
        pattern.map_err(|error| StartError::Unsupported(format!("the pattern of {}: {error}", spec.name)))?;
    let target = Target {
        function: spec.function.clone(),
        max_retries: spec.maximum_retries,
        dead_letter: spec.on_failure.clone(),
    };
    Ok(Rule { name: spec.name.clone(), bus: spec.bus.clone(), pattern, targets: vec![target] })
}
