//! The embedded engine behind one lock, and the operations it knows.
//!
//! SQLite runs with a write-ahead log and `synchronous=NORMAL`: a commit survives the death of the process at any
//! point (kill -9), though not a power cut in the last moment. A lock file keeps a second local cloud out of the
//! folder; looking into the database with other programs is fine.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dynoxide::actions::{self, vector_lifecycle::VectorIndexLifecycle};
use dynoxide::storage::Storage;
use dynoxide::{DynoxideError, Result};
use futures::FutureExt;
use local_core::clock::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::checkpoint::Checkpointer;
use super::idempotency::Tokens;

/// Without it, each write to a table with a stream scans all of the stream for its last number.
/// The checkpoints of the stream's readers live beside it; no table of DynamoDB can have a colon in its name.
const OUR_SCHEMA: &str = "
    CREATE INDEX IF NOT EXISTS \"local:stream_position\"
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE TABLE IF NOT EXISTS \"local:checkpoints\" (
        reader TEXT PRIMARY KEY,
        position INTEGER NOT NULL
    ) WITHOUT ROWID;";

/// The log is copied by the checkpointer, not by writes.
const OUR_SETTINGS: &str = "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16000;";

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{0} is in use by another process: stop it, or choose another data directory")]
    InUse(String),
    /// The folder cannot be made.
    #[error("the data directory cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// The file cannot be read, or an operation on it failed.
    #[error("the database cannot be used: {0}")]
    Engine(String),
    /// The table that is there has other keys than the template.
    #[error("table {table} was made with other keys than the template has: remove the data directory")]
    KeysChanged {
        /// The table.
        table: String,
    },
}

impl From<DynoxideError> for OpenError {
    fn from(error: DynoxideError) -> Self {
        OpenError::Engine(error.to_string())
    }
}

/// The names of a table's partition keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keys {
    /// Of the table itself.
    pub(super) table: String,
    /// Of each index.
    pub(super) indexes: HashMap<String, String>,
}

/// The engine and what must change under the same lock.
pub(super) struct State {
    pub(super) storage: Storage,
    pub(super) tokens: Tokens,
    keys: HashMap<String, Arc<Keys>>,
    lifecycle: VectorIndexLifecycle,
}

/// The engine, shared.
pub(super) struct Engine {
    state: Arc<Mutex<State>>,
    _checkpointer: Option<Checkpointer>,
    /// The lock on the folder; the system lets go of it with the process, however that ends.
    _folder: Option<FolderLock>,
}

impl Engine {
    /// Opens `dynamodb.sqlite` in a folder, or memory if there is none.
    pub(super) fn open(folder: Option<&Path>, clock: &Clock) -> std::result::Result<Self, OpenError> {
        let lock = folder.map(lock_folder).transpose()?;
        let file = folder.map(|folder| folder.join("dynamodb.sqlite"));
        let storage = match &file {
            Some(file) => open_file(file)?,
            None => Storage::memory()?,
        };
        let storage = storage.with_clock(Arc::new(Hands(clock.clone())));
        storage.conn().execute_batch(OUR_SCHEMA).map_err(DynoxideError::from)?;
        let state = Arc::new(Mutex::new(State::new(storage, clock.clone())));
        let checkpointer = file.map(|file| Checkpointer::start(&file, Arc::downgrade(&state))).transpose();
        let checkpointer = checkpointer.map_err(DynoxideError::from)?;
        Ok(Engine { state, _checkpointer: checkpointer, _folder: lock })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The partition keys of a table; none if there is no such table.
    pub(super) fn keys(&self, table: &str) -> Option<Arc<Keys>> {
        let mut state = self.lock();
        if let Some(keys) = state.keys.get(table) {
            return Some(Arc::clone(keys));
        }
        let metadata = state.storage.get_table_metadata(table).ok().flatten()?;
        let keys = Arc::new(Keys {
            table: hash_key(&serde_json::from_str(&metadata.key_schema).ok()?)?,
            indexes: [metadata.gsi_definitions, metadata.lsi_definitions]
                .iter()
                .flatten()
                .filter_map(|json| serde_json::from_str::<Vec<Value>>(json).ok())
                .flatten()
                .filter_map(|index| {
                    Some((index["IndexName"].as_str()?.to_owned(), hash_key(&index["KeySchema"])?))
                })
                .collect(),
        });
        state.keys.insert(table.to_owned(), Arc::clone(&keys));
        Some(keys)
    }
}

impl State {
    pub(super) fn new(storage: Storage, clock: Clock) -> Self {
        State {
            storage,
            tokens: Tokens::new(clock),
            keys: HashMap::new(),
            lifecycle: VectorIndexLifecycle::new(),
        }
    }

    /// Runs an operation of DynamoDB or of its streams; none if there is no operation of this name.
    pub(super) fn run(&mut self, operation: &str, request: Value) -> Option<Result<Value>> {
        macro_rules! run {
            ($action:ident) => {{
                let storage = &self.storage;
                at_once(request, async move |request| actions::$action::execute(storage, request).await)
            }};
            ($action:ident, lifecycle) => {{
                // The keys may change: they are read anew at their next use.
                self.keys.clear();
                let (storage, lifecycle) = (&self.storage, &self.lifecycle);
                at_once(request, async move |request| {
                    actions::$action::execute(storage, request, lifecycle).await
                })
            }};
        }
        Some(match operation {
            "GetItem" => run!(get_item),
            "PutItem" => run!(put_item),
            "UpdateItem" => run!(update_item),
            "DeleteItem" => run!(delete_item),
            "Query" => run!(query),
            "Scan" => run!(scan),
            "BatchGetItem" => run!(batch_get_item),
            "BatchWriteItem" => run!(batch_write_item),
            "TransactGetItems" => run!(transact_get_items),
            "TransactWriteItems" => run!(transact_write_items),
            "ExecuteStatement" => run!(execute_statement),
            "BatchExecuteStatement" => run!(batch_execute_statement),
            "ExecuteTransaction" => run!(execute_transaction),
            "ListStreams" => run!(list_streams),
            "DescribeStream" => run!(describe_stream),
            "GetShardIterator" => run!(get_shard_iterator),
            "GetRecords" => run!(get_records),
            "ListTables" => run!(list_tables),
            "CreateTable" => {
                self.keys.clear();
                run!(create_table)
            }
            "DescribeTable" => run!(describe_table, lifecycle),
            "UpdateTable" => run!(update_table, lifecycle),
            "DeleteTable" => run!(delete_table, lifecycle),
            "UpdateTimeToLive" => run!(update_time_to_live),
            "DescribeTimeToLive" => run!(describe_time_to_live),
            "TagResource" => run!(tag_resource),
            "UntagResource" => run!(untag_resource),
            "ListTagsOfResource" => run!(list_tags_of_resource),
            _ => return None,
        })
    }
}

/// Parses the request, runs an action that never waits, and writes its answer as JSON.
fn at_once<Q, A>(request: Value, action: impl AsyncFnOnce(Q) -> Result<A>) -> Result<Value>
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let request =
        serde_json::from_value(request).map_err(|error| refused_while_parsing(&error.to_string()))?;
    let answer = action(request)
        .now_or_never()
        .unwrap_or_else(|| Err(DynoxideError::InternalServerError("the engine waited".to_owned())))?;
    serde_json::to_value(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The engine marks what it refuses while it parses; anything else is a body of the wrong shape.
fn refused_while_parsing(message: &str) -> DynoxideError {
    let marked = message.split_once(':').map(|(mark, rest)| (mark, rest.to_owned()));
    match marked {
        Some(("VALIDATION" | "VALIDATION_AS_READ" | "VALIDATION_REQUEST", rest)) => {
            DynoxideError::ValidationException(rest)
        }
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", rest)) => {
            DynoxideError::SerializationException(rest)
        }
        _ if message.contains("missing field") || message.contains("unknown variant") => {
            DynoxideError::ValidationException(message.to_owned())
        }
        _ => DynoxideError::SerializationException(message.to_owned()),
    }
}

/// That a folder is in use.
struct FolderLock(File);

impl Drop for FolderLock {
    /// A program that is being started holds whatever is open for a moment, so closing the file would be too late.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the folder stays locked until the file is closed");
        }
    }
}

fn lock_folder(folder: &Path) -> std::result::Result<FolderLock, OpenError> {
    std::fs::create_dir_all(folder)?;
    let file = File::create(folder.join("dynamodb.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock(file)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.display().to_string())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn open_file(path: &Path) -> Result<Storage> {
    let storage = Storage::new(&path.display().to_string())?;
    // The engine's name for `synchronous=NORMAL`: no flush to the disk at each commit.
    storage.disable_bulk_loading()?;
    storage.conn().execute_batch(OUR_SETTINGS)?;
    Ok(storage)
}

fn hash_key(schema: &Value) -> Option<String> {
    let hash = schema.as_array()?.iter().find(|element| element["KeyType"] == "HASH")?;
    Some(hash["AttributeName"].as_str()?.to_owned())
}

/// Our clock, as the engine reads it.
struct Hands(Clock);

impl dynoxide::storage_backend::Clock for Hands {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.epoch_seconds()).unwrap_or(0)
    }

    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now().as_duration().as_secs_f64()
    }
}
