//! The rules of the template as the bus takes them.

use local_aws::events::{Pattern, Rule, Target};
use local_aws::template::{Deployment, RuleSpec};

use crate::error::StartError;

/// The rules that are switched on.
pub(crate) fn rules(deployment: &Deployment) -> Result<Vec<Rule>, StartError> {
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
