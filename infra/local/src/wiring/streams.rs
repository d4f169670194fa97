//! The streams of the template as the pump takes them.

use local_aws::events::Pattern;
use local_aws::streams::{SourceMapping, Start};
use local_aws::template::{Deployment, EventSource, StartingPosition, StreamSource};

use crate::error::StartError;

/// The mappings that are switched on.
pub(crate) fn mappings(deployment: &Deployment) -> Result<Vec<SourceMapping>, StartError> {
    let mut mappings = Vec::new();
    for function in &deployment.functions {
        for event in &function.events {
            if let EventSource::Stream(source) = event
                && source.enabled
            {
                mappings.push(mapping(&function.name, source)?);
            }
        }
    }
    Ok(mappings)
}

fn mapping(function: &str, source: &StreamSource) -> Result<SourceMapping, StartError> {
    let filters = source.filters.iter().map(Pattern::parse).collect::<Result<_, _>>();
    let filters = filters.map_err(|error| {
        StartError::Unsupported(format!("the filter of {function}, {}: {error}", source.name))
    })?;
    Ok(SourceMapping {
        start: match source.starting_position {
            StartingPosition::TrimHorizon => Start::TrimHorizon,
            StartingPosition::Latest => Start::Latest,
        },
        batch_size: source.batch_size as usize,
        window: source.batching_window,
        bisect: source.bisect_on_error,
        max_retries: source.maximum_retries,
        max_age: source.maximum_age,
        report_batch_item_failures: source.reports_item_failures,
        filters,
        on_failure: source.on_failure.clone(),
        ..SourceMapping::new(&source.table, function)
    })
}
