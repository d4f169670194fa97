//! The schema and what hangs on its fields: who may read them, and how they get their values.

pub(crate) mod access;
mod checks;
pub(crate) mod modes;
pub(crate) mod prelude;
mod resolvers;

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::ast::OperationType;
use apollo_compiler::schema::{ExtendedType, Implementers};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

use crate::config::{ApiConfig, ConfigError};
use crate::resolve::ResolverPlan;
use crate::schema::access::Access;
use crate::schema::modes::Modes;

/// How much SDL AppSync takes, in bytes.
const LONGEST_SDL: usize = 1_048_576;

/// The schema of an API, ready to serve.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) schema: Valid<Schema>,
    pub(crate) implementers: apollo_compiler::collections::HashMap<Name, Implementers>,
    fields: HashMap<Name, HashMap<Name, FieldPlan>>,
    /// Which subscriptions a mutation feeds.
    publications: HashMap<Name, Vec<Name>>,
}

/// One field of one object type.
#[derive(Debug)]
pub(crate) struct FieldPlan {
    pub(crate) access: Access,
    pub(crate) resolver: Option<Arc<ResolverPlan>>,
}

impl Catalog {
    /// Reads and checks a schema and its resolvers.
    pub(crate) fn new(config: &ApiConfig, modes: &Modes) -> Result<Self, ConfigError> {
        if config.sdl.len() > LONGEST_SDL {
            return Err(ConfigError::Unsupported("the document is longer than 1 MB".to_owned()));
        }
        let schema = Schema::builder()
            .parse(prelude::PRELUDE, "appsync.graphql")
            .parse(config.sdl.as_str(), "schema.graphql")
            .build()
            .map_err(|invalid| ConfigError::Schema(invalid.errors.to_string()))?
            .validate()
            .map_err(|invalid| ConfigError::Schema(invalid.errors.to_string()))?;
        checks::check(&schema)?;
        let publications = checks::publications(&schema)?;
        let mut resolvers = resolvers::plans(config, &schema)?;
        let mut fields: HashMap<Name, HashMap<Name, FieldPlan>> = HashMap::new();
        for (name, ty) in &schema.types {
            let ExtendedType::Object(object) = ty else { continue };
            let mut plans = HashMap::new();
            for (field_name, field) in &object.fields {
                let access = access::read(object, field, modes)?;
                let resolver = resolvers.remove(&(name.to_string(), field_name.to_string()));
                plans.insert(field_name.clone(), FieldPlan { access, resolver });
            }
            fields.insert(name.clone(), plans);
        }
        let implementers = schema.implementers_map();
        Ok(Catalog { schema, implementers, fields, publications })
    }

    pub(crate) fn field(&self, ty: &str, field: &str) -> Option<&FieldPlan> {
        self.fields.get(ty)?.get(field)
    }

    /// The subscription fields that a mutation field feeds.
    pub(crate) fn fed_by(&self, mutation: &str) -> &[Name] {
        self.publications.get(mutation).map_or(&[], Vec::as_slice)
    }

    /// Whether this type is one of the three where requests begin.
    pub(crate) fn is_root(&self, ty: &str) -> bool {
        let roots = [OperationType::Query, OperationType::Mutation, OperationType::Subscription];
        roots
            .into_iter()
            .any(|operation| self.schema.root_operation(operation).is_some_and(|name| name == ty))
    }
}
