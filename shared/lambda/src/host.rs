//! What a function runs in: the cloud, or the local one.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::api::Api;
use crate::bus::Bus;
use crate::clients;
use crate::clock::Clock;
use crate::context::{Context, Shared};
use crate::cursor::Cursors;
use crate::environment::Environment;
use crate::people::People;
use crate::randomness::Randomness;

/// The surroundings of a function.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its variables.
    pub environment: Environment,
    /// How it reaches AWS.
    pub sdk: SdkConfig,
    /// What time it is.
    pub clock: Clock,
    /// Where its random bytes come from.
    pub randomness: Randomness,
}

/// How a function reaches AWS, said piece by piece.
#[derive(Debug, Clone)]
pub struct SdkOptions {
    /// The function's own credentials.
    pub credentials: Credentials,
    /// Such as `us-east-1`.
    pub region: String,
    /// Where all services are, if not where AWS has them.
    pub endpoint: Option<String>,
    /// What carries the requests.
    pub http_client: SharedHttpClient,
    /// The time that signatures carry.
    pub clock: Clock,
}

impl SdkOptions {
    /// The configuration of the SDK's clients, with the timeouts and retries of the cloud.
    pub fn config(self) -> SdkConfig {
        let mut config = SdkConfig::builder();
        config.set_endpoint_url(self.endpoint);
        config
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(self.credentials))
            .region(Region::new(self.region))
            .http_client(self.http_client)
            .time_source(SharedTimeSource::new(self.clock))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .timeout_config(clients::timeouts())
            .retry_config(clients::retries())
            .build()
    }
}

impl Host {
    /// A context for every invocation of one function, see [`Context::for_request`].
    pub fn context(self) -> Context {
        let Host { environment, sdk, clock, randomness } = self;
        let table = environment.get("TABLE_NAME").unwrap_or_default();
        Context::new(Shared {
            store: data::Store::new(aws_sdk_dynamodb::Client::new(&sdk), table, draw(&randomness)),
            cursors: Cursors::new(environment.get("CURSOR_KEY"), randomness.clone()),
            bus: Bus::new(&sdk, environment.get("EVENT_BUS_NAME")),
            people: People::new(&sdk, clock.clone()),
            api: Api::new(&sdk, environment.get("API_URL"), clock.clone()),
            environment,
            sdk,
            clock,
            randomness,
        })
    }
}

/// Spreads the retries of writes that lost a race.
fn draw(randomness: &Randomness) -> Arc<dyn Fn() -> u64 + Send + Sync> {
    let randomness = randomness.clone();
    Arc::new(move || u64::from_be_bytes(randomness.bytes()))
}

/// Why a function has no way to AWS.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The trusted roots cannot be read.
    #[error("TLS cannot be set up: {0}")]
    Tls(aws_smithy_http_client::HttpClientError),
    /// Lambda did not set a variable that it always sets.
    #[error("the variable {0} is not set")]
    Variable(&'static str),
}
