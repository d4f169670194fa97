//! Why the local cloud does not start.

use std::path::PathBuf;

/// Why the local cloud does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or may not be used.
    #[error("port {port} cannot be used: {source}; --port takes another")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// The data directory cannot be made or read.
    #[error("the data directory {} cannot be used: {source}", path.display())]
    Data {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The secrets cannot be kept.
    #[error("the secrets cannot be kept: {0}")]
    Secrets(std::io::Error),
    /// The template is wrong, or not there.
    #[error(transparent)]
    Template(#[from] local_aws::template::TemplateError),
    /// The template has something that the local cloud does not have.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// The template lacks what the local cloud is made of.
    #[error("the template has no {0}")]
    Absent(&'static str),
    /// The certificate for `localhost` cannot be made.
    #[error(transparent)]
    Tls(#[from] crate::net::TlsError),
    /// The tables cannot be opened or made.
    #[error(transparent)]
    Tables(#[from] local_aws::dynamodb::OpenError),
    /// The pools cannot be opened.
    #[error(transparent)]
    Pools(#[from] local_cognito::OpenError),
    /// AppSync would refuse the API.
    #[error(transparent)]
    Api(#[from] local_appsync::ConfigError),
    /// What the small services remember cannot be read.
    #[error(transparent)]
    Services(#[from] local_aws::queues::StoreError),
    /// The streams cannot be followed.
    #[error(transparent)]
    Streams(#[from] local_aws::streams::StartError),
    /// The seed people cannot be signed up.
    #[error(transparent)]
    Seed(#[from] crate::people::SeedError),
}
