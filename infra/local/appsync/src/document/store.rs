//! Documents that came before, by their text.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::{DocumentError, Limits, Prepared};
use crate::schema::Catalog;

/// How many documents a generation holds.
const GENERATION: usize = 512;
/// Longer documents are not kept, in bytes.
const LONGEST_KEPT: usize = 64 * 1024;

/// The documents in use, in two generations: when the young one is full, the old one is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Arc<str>, Arc<Prepared>>,
    old: HashMap<Arc<str>, Arc<Prepared>>,
}

impl Documents {
    /// The document of a text, from before or new.
    pub(crate) fn get(
        &self,
        text: &str,
        catalog: &Catalog,
        limits: Limits,
    ) -> Result<Arc<Prepared>, DocumentError> {
        if let Some(known) = self.known(text) {
            return Ok(known);
        }
        let prepared = Arc::new(Prepared::new(text, catalog, limits)?);
        if text.len() <= LONGEST_KEPT {
            self.keep(Arc::from(text), Arc::clone(&prepared));
        }
        Ok(prepared)
    }

    fn known(&self, text: &str) -> Option<Arc<Prepared>> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = generations.young.get(text) {
            return Some(Arc::clone(prepared));
        }
        let (text, prepared) = generations.old.remove_entry(text)?;
        generations.keep(text, Arc::clone(&prepared));
        Some(prepared)
    }

    fn keep(&self, text: Arc<str>, prepared: Arc<Prepared>) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).keep(text, prepared);
    }
}

impl Generations {
    fn keep(&mut self, text: Arc<str>, prepared: Arc<Prepared>) {
        if self.young.len() >= GENERATION {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(text, prepared);
    }
}
