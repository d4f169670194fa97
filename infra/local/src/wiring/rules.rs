//! What is delivered to whom, as the bus takes it.

use local_aws::events::{Pattern, Routes, Rule, Subscription, Target};
use local_aws::objects;
use local_aws::schedules::{self, Recurring};
use local_aws::template::{Deployment, EventSource, RuleSpec, ScheduleSpec};

use crate::error::StartError;

/// The buses with their rules, and what other services invoke functions for.
pub(crate) fn routes(deployment: &Deployment) -> Result<Routes, StartError> {
    let told = objects::subscribers(&deployment.buckets).into_iter();
    let told = told.map(|told| (told.name, told.function));
    let scheduled = deployment.functions.iter();
    let scheduled = scheduled.map(|spec| (schedules::subscription(&spec.name), spec.name.clone()));
    Ok(Routes {
        buses: deployment.buses.iter().map(|bus| bus.name.clone()).collect(),
        rules: rules(deployment)?,
        subscriptions: told
            .chain(scheduled)
            .map(|(name, function)| Subscription { name, target: unattended(deployment, function) })
            .collect(),
    })
}

/// The schedules that are switched on.
pub(crate) fn recurring(deployment: &Deployment) -> Result<Vec<Recurring>, StartError> {
    let mut recurring = Vec::new();
    for function in &deployment.functions {
        for event in &function.events {
            let EventSource::Schedule(ScheduleSpec { name, expression, input, enabled }) = event else {
                continue;
            };
            if !schedules::is_known(expression) {
                let problem = format!("the schedule {expression} of {}, {name}", function.name);
                return Err(StartError::Unsupported(problem));
            }
            if *enabled {
                recurring.push(Recurring {
                    name: format!("{}-{}{name}", deployment.stack_name, function.logical_id),
                    expression: expression.clone(),
                    function: function.name.clone(),
                    input: input.clone(),
                });
            }
        }
    }
    Ok(recurring)
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
