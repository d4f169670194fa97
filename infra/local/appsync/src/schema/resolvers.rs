//! Resolvers, checked against the schema and the data sources.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

use crate::config::{ApiConfig, ConfigError, DataSource, PipelineFunction, Resolver};
use crate::resolve::{ResolverPlan, Source, Step, Table};
use crate::script::Script;

/// How many functions a pipeline may have.
const LONGEST_PIPELINE: usize = 10;
/// How many contexts one invocation may hold.
const LARGEST_BATCH: u32 = 2_000;

type Plans = HashMap<(String, String), Arc<ResolverPlan>>;

/// A plan for each resolver. Refuses a resolver of a field that does not exist.
pub(super) fn plans(config: &ApiConfig, schema: &Schema) -> Result<Plans, ConfigError> {
    let mut plans = Plans::new();
    for ((ty, field), resolver) in &config.resolvers {
        let name = format!("{ty}.{field}");
        let exists = matches!(
            schema.types.get(ty.as_str()),
            Some(ExtendedType::Object(object)) if object.fields.contains_key(field.as_str())
        );
        if !exists {
            return Err(refused(&name, "the schema has no such field"));
        }
        plans.insert((ty.clone(), field.clone()), Arc::new(plan(config, &name, resolver)?));
    }
    Ok(plans)
}

fn plan(config: &ApiConfig, name: &str, resolver: &Resolver) -> Result<ResolverPlan, ConfigError> {
    match resolver {
        Resolver::Unit { data_source, code, max_batch_size } => {
            Ok(ResolverPlan::Unit(step(config, name, data_source, code.as_deref(), *max_batch_size)?))
        }
        Resolver::Pipeline { code, functions } => {
            if functions.len() > LONGEST_PIPELINE {
                return Err(refused(name, "a pipeline has at most ten functions"));
            }
            let around = Script::new(name, code)?;
            let steps = functions.iter().map(|function| {
                let PipelineFunction { data_source, code, max_batch_size, .. } = function;
                step(config, name, data_source, code.as_deref(), *max_batch_size)
            });
            Ok(ResolverPlan::Pipeline { around, steps: steps.collect::<Result<_, _>>()? })
        }
    }
}

fn step(
    config: &ApiConfig,
    name: &str,
    source: &str,
    code: Option<&str>,
    max_batch_size: u32,
) -> Result<Step, ConfigError> {
    let source = match config.data_sources.get(source) {
        Some(DataSource::None) => Source::None,
        Some(DataSource::Lambda { function }) => Source::Lambda(function.clone()),
        Some(DataSource::DynamoDb { table, caller }) => {
            Source::DynamoDb(Table { name: table.clone(), caller: caller.clone() })
        }
        None => return Err(refused(name, &format!("there is no data source {source}"))),
    };
    if code.is_none() && !matches!(source, Source::Lambda(_)) {
        return Err(refused(name, "without a function there must be a script"));
    }
    if max_batch_size > LARGEST_BATCH {
        return Err(refused(name, "a batch holds at most 2,000 contexts"));
    }
    if max_batch_size > 0 && !matches!(source, Source::Lambda(_)) {
        return Err(refused(name, "only functions take batches"));
    }
    let script = code.map(|code| Script::new(name, code)).transpose()?;
    Ok(Step { source, script, max_batch_size: max_batch_size as usize })
}

fn refused(field: &str, reason: &str) -> ConfigError {
    ConfigError::Resolver { field: field.to_owned(), reason: reason.to_owned() }
}
