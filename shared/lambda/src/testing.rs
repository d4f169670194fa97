//! What the tests of this crate share.

use aws_credential_types::Credentials;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::context::Context;
use crate::host::{Host, SdkOptions};
use crate::randomness::Randomness;

/// A context that reaches nothing, at a fixed time.
pub(crate) fn ctx() -> Context {
    let clock = Clock::new(|| Timestamp::from_second(1_795_000_000).unwrap());
    let sdk = SdkOptions {
        credentials: Credentials::from_keys("key", "secret", None),
        region: "us-east-1".to_owned(),
        endpoint: "http://127.0.0.1:1".to_owned(),
        http_client: aws_smithy_http_client::Builder::new().build_http(),
        clock: clock.clone(),
    };
    let environment = [("TABLE_NAME", "table"), ("CURSOR_KEY", "key")];
    Host {
        environment: environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        sdk: sdk.config(),
        clock,
        randomness: Randomness::seeded(1),
    }
    .context()
}

/// The identity of a person.
pub(crate) fn bob() -> Value {
    json!({"sub": "00000000-0000-4000-8000-00000000000b", "username": "b", "claims": {}, "groups": null})
}
