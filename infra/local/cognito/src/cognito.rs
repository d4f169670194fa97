//! The pools, opened.

use std::path::PathBuf;
use std::sync::Arc;

use local_core::principal::Principal;
use local_core::verify::{TokenError, TokenVerifier};
use serde_json::{Map, Value, json};

use crate::config::{ClientConfig, Config};
use crate::hosted::Visits;
use crate::parts::{Location, Parts};
use crate::random;
use crate::response::{Failure, Response};
use crate::sessions::Sessions;
use crate::srp::{Subject, hmac};
use crate::store::attempts::{self, Limit};
use crate::store::{Store, users};
use crate::tokens::keys::{Keyring, SigningKeys};
use crate::user::User;

/// The user pool and the identity pool. Cheap to clone; all clones are the same pools.
#[derive(Clone)]
pub struct Cognito {
    pub(crate) pools: Arc<Pools>,
}

/// Why the pools cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made.
    #[error("cannot create {path}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error("cannot open the pools' database")]
    Database(#[from] rusqlite::Error),
    /// Keys cannot be read or made.
    #[error("cannot prepare the pools: {0}")]
    Keys(String),
    /// Password proofs contain the pool's name, so the people of one pool cannot sign in to another.
    #[error("the data belongs to the user pool {found}, not to {wanted}; use another directory")]
    OtherPool {
        /// The pool that the data belongs to.
        found: String,
        /// The pool that was asked for.
        wanted: String,
    },
}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        OpenError::Keys(failure.to_string())
    }
}

impl Cognito {
    /// Opens the pools. The first time two RSA keys are made in the background, which takes up to a second; only
    /// what needs them waits.
    pub fn open(config: Config, parts: Parts, location: Location) -> Result<Self, OpenError> {
        if let Location::Directory(path) = &location {
            std::fs::create_dir_all(path)
                .map_err(|source| OpenError::Directory { path: path.clone(), source })?;
        }
        let cognito = Self::assemble(config, parts, Store::open(&location)?)?;
        if SigningKeys::exist(&cognito.pools.store)? {
            cognito.pools.keys()?;
        } else {
            let pools = Arc::clone(&cognito.pools);
            std::thread::spawn(move || pools.keys().map(drop));
        }
        Ok(cognito)
    }

    pub(crate) fn assemble(config: Config, parts: Parts, store: Store) -> Result<Self, OpenError> {
        let wanted = config.pool.pool_id.clone();
        let owner = store.once("pool-id", || Ok(wanted.clone().into_bytes()))?;
        if owner != wanted.as_bytes() {
            return Err(OpenError::OtherPool { found: String::from_utf8_lossy(&owner).into_owned(), wanted });
        }
        let secret = store.once("secret", || Ok(random::bytes::<32>()?.to_vec()))?;
        let (sessions, visits, keyring) = (Sessions::default(), Visits::default(), Keyring::default());
        Ok(Cognito { pools: Arc::new(Pools { config, parts, store, sessions, visits, keyring, secret }) })
    }

    /// Answers one call. `target` is the header `X-Amz-Target`; `caller` is who signed the request, if anybody did:
    /// the calls of administrators need it and all others ignore it.
    pub async fn handle(&self, target: &str, body: &[u8], caller: Option<Principal>) -> Response {
        Response::of(self.pools.dispatch(target, body, caller).await)
    }

    /// The user pool's public keys. If they cannot be made the set is empty, and nobody believes a token.
    pub fn jwks(&self) -> Value {
        self.pools.keys().map_or_else(|_| json!({ "keys": [] }), SigningKeys::jwks)
    }
}

impl TokenVerifier for Cognito {
    fn verify(&self, token: &str) -> Result<Map<String, Value>, TokenError> {
        self.pools.verify_token(token).map(|verified| verified.claims)
    }
}

/// What every operation works with.
pub(crate) struct Pools {
    pub(crate) config: Config,
    pub(crate) parts: Parts,
    pub(crate) store: Store,
    pub(crate) sessions: Sessions,
    pub(crate) visits: Visits,
    keyring: Keyring,
    /// From it come the salts and ids of people who do not exist.
    secret: Vec<u8>,
}

impl Pools {
    /// The signing keys. Blocks while they are being made.
    pub(crate) fn keys(&self) -> Result<&SigningKeys, Failure> {
        self.keyring.get(&self.store)
    }

    /// Seconds since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.parts.clock.epoch_seconds()
    }

    pub(crate) fn client(&self, client_id: &str) -> Result<&ClientConfig, Failure> {
        let found = self.config.pool.clients.iter().find(|client| client.client_id == client_id);
        found.ok_or_else(|| Failure::not_found(format!("User pool client {client_id} does not exist.")))
    }

    /// The person whom a client means by `Username`.
    pub(crate) fn find(&self, name: &str) -> Result<Option<User>, Failure> {
        self.store.read(|connection| users::by_name(connection, name))
    }

    /// A person who must exist.
    pub(crate) fn existing(&self, name: &str) -> Result<User, Failure> {
        self.find(name)?.ok_or_else(Failure::user_not_found)
    }

    /// Changes a person in one transaction, unless the change fails or the address is another's.
    pub(crate) fn change<T>(
        &self,
        sub: &str,
        change: impl FnOnce(&mut User) -> Result<T, Failure>,
    ) -> Result<(User, T), Failure> {
        let now = self.parts.clock.now();
        self.store.write(|transaction| {
            let mut user = users::by_sub(transaction, sub)?.ok_or_else(Failure::user_not_found)?;
            let result = change(&mut user)?;
            user.modified_at = now;
            if !users::replace(transaction, &user)? {
                return Err(address_taken());
            }
            Ok((user, result))
        })
    }

    /// Counts a guess before it is checked; false if none is left for now.
    pub(crate) fn try_once(&self, name: &str, limit: Limit) -> Result<bool, Failure> {
        let now = self.now();
        self.store.write(|transaction| attempts::claim(transaction, name, limit, now))
    }

    /// Forgets the guesses after a right one.
    pub(crate) fn forget_tries(&self, name: &str) -> Result<(), Failure> {
        self.store.write(|transaction| attempts::clear(transaction, name))
    }

    pub(crate) fn subject(&self, sub: &str) -> Subject {
        Subject { pool: self.config.pool.short_name().to_owned(), user: sub.to_owned() }
    }

    /// Bytes that are the same each time for the same name, and that nobody can foretell.
    pub(crate) fn seed(&self, purpose: &str, name: &str) -> [u8; 32] {
        hmac(&self.secret, &[purpose.as_bytes(), b"\0", name.to_lowercase().as_bytes()])
    }
}

/// Another person has the address.
pub(crate) fn address_taken() -> Failure {
    Failure::new("AliasExistsException", "An account with the given email already exists.")
}

/// Runs heavy arithmetic where it does not hold up other requests.
pub(crate) async fn heavy<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    Ok(tokio::task::spawn_blocking(work).await?)
}
