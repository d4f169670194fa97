//! Generated secrets, kept from one start to the next.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Where generated secrets are kept.
pub trait Secrets {
    /// The secret of this id, if it was generated before.
    fn load(&self, id: &str) -> io::Result<Option<String>>;
    /// Keeps a secret that was just generated.
    fn store(&self, id: &str, value: &str) -> io::Result<()>;
}

/// Secrets that end with the process.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    values: Mutex<BTreeMap<String, String>>,
}

impl Secrets for MemorySecrets {
    fn load(&self, id: &str) -> io::Result<Option<String>> {
        Ok(self.values.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned())
    }

    fn store(&self, id: &str, value: &str) -> io::Result<()> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(id.to_owned(), value.to_owned());
        Ok(())
    }
}

/// Secrets in one JSON file, which only its owner may read.
#[derive(Debug)]
pub struct FileSecrets {
    path: PathBuf,
}

impl FileSecrets {
    /// Secrets in this file; its directory must exist, the file need not.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        FileSecrets { path: path.into() }
    }

    fn read(&self) -> io::Result<BTreeMap<String, String>> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }

    /// Replaces the file in one step, so that a kill leaves the old one or the new one.
    fn write(&self, values: &BTreeMap<String, String>) -> io::Result<()> {
        let draft = self.path.with_extension("new");
        // A draft that a kill left behind would keep its mode.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        io::Write::write_all(&mut file, &serde_json::to_vec_pretty(values)?)?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }
}

impl Secrets for FileSecrets {
    fn load(&self, id: &str) -> io::Result<Option<String>> {
        Ok(self.read()?.remove(id))
    }

    fn store(&self, id: &str, value: &str) -> io::Result<()> {
        let mut values = self.read()?;
        values.insert(id.to_owned(), value.to_owned());
        self.write(&values)
    }
}
