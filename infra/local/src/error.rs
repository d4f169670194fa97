//! Why the local cloud does not start.

use std::io;
use std::path::PathBuf;

/// Why the local cloud does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or may not be used.
    #[error("{}", port_problem(*port, source))]
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

fn port_problem(port: u16, source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {port} is taken, perhaps by another local cloud: end that one, or give --port {} (or 0 for any free one)",
            port.checked_add(1).unwrap_or(4000)
        ),
        _ => format!("port {port} cannot be used: {source}; --port takes another"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_has_a_way_out() {
        let error = StartError::Port { port: 4000, source: io::ErrorKind::AddrInUse.into() };
        assert!(error.to_string().contains("give --port 4001"), "{error}");
    }
}
