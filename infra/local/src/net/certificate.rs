//! A certificate authority of this machine's own, and the certificate that it signs for `localhost`.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

const CA_CERTIFICATE: &str = "ca.pem";
const CA_KEY: &str = "ca-key.pem";
/// What the certificate for everybody is for. A name below `localhost` gets one of its own when it is asked for: clients
/// refuse a wildcard on one label.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];
/// How many names below `localhost` are remembered.
const MOST_NAMES: usize = 100;

/// What TLS needs: the authority that people may trust, and the server's configuration.
pub(crate) struct Certificates {
    /// The authority's certificate. It can vouch for `localhost` only.
    pub(crate) ca_pem: String,
    /// For the listener.
    pub(crate) server: Arc<ServerConfig>,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate cannot be made or the key cannot be read.
    #[error("the local certificate cannot be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The files cannot be read or written.
    #[error("the local certificate cannot be kept: {0}")]
    File(#[from] std::io::Error),
    /// rustls does not take what was made.
    #[error("TLS cannot be set up: {0}")]
    Rustls(#[from] rustls::Error),
}

impl Certificates {
    /// The authority of a folder, made at the first start, or without a folder one for this process; and fresh
    /// certificates for `localhost` and `127.0.0.1`, and for each name below `localhost` when a client asks for it,
    /// valid for a year.
    pub(crate) fn open(folder: Option<&Path>, now: Timestamp) -> Result<Self, TlsError> {
        let year = i32::from(now.to_zoned(TimeZone::UTC).year());
        let (ca_pem, key) = match folder {
            Some(folder) => kept_authority(folder, year)?,
            None => new_authority(year)?,
        };
        let signer = Signer { issuer: Issuer::new(authority(year)?, key), year };
        let everybody = signer.certify(NAMES.map(str::to_owned).to_vec())?;
        let resolver = ByName { signer, everybody, named: Mutex::default() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(resolver));
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Certificates { ca_pem, server: Arc::new(server) })
    }
}

/// The authority with its key.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    year: i32,
}

impl Signer {
    fn certify(&self, names: Vec<String>) -> Result<Arc<CertifiedKey>, TlsError> {
        let key = KeyPair::generate()?;
        let certificate = leaf(names, self.year)?.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let key = rustls::crypto::ring::sign::any_supported_type(&key)?;
        Ok(Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key)))
    }
}

/// Chooses the certificate by the name that the client asks for.
struct ByName {
    signer: Signer,
    everybody: Arc<CertifiedKey>,
    named: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl ByName {
    /// None for a name that is not below `localhost`, or one too many.
    fn below_localhost(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let below = name.strip_suffix(".localhost").is_some_and(|label| !label.is_empty());
        if !below {
            return None;
        }
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = named.get(name) {
            return Some(Arc::clone(known));
        }
        if named.len() == MOST_NAMES {
            return None;
        }
        let fresh = self.signer.certify(vec![name.to_owned()]);
        let fresh =
            fresh.inspect_err(|error| tracing::warn!(%error, name, "no certificate for a name")).ok()?;
        named.insert(name.to_owned(), Arc::clone(&fresh));
        Some(fresh)
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let named = hello.server_name().and_then(|name| self.below_localhost(&name.to_ascii_lowercase()));
        Some(named.unwrap_or_else(|| Arc::clone(&self.everybody)))
    }
}

impl fmt::Debug for ByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByName").finish_non_exhaustive()
    }
}

fn kept_authority(folder: &Path, year: i32) -> Result<(String, KeyPair), TlsError> {
    let (certificate, key) = (folder.join(CA_CERTIFICATE), folder.join(CA_KEY));
    if certificate.exists() && key.exists() {
        let key = KeyPair::from_pem(&std::fs::read_to_string(key)?)?;
        return Ok((std::fs::read_to_string(certificate)?, key));
    }
    let (pem, pair) = new_authority(year)?;
    std::fs::create_dir_all(folder)?;
    write_private(&key, &pair.serialize_pem())?;
    std::fs::write(certificate, &pem)?;
    Ok((pem, pair))
}

/// Whoever has the key could pretend to be `localhost` to those who trust the authority.
fn write_private(path: &Path, text: &str) -> Result<(), std::io::Error> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn new_authority(year: i32) -> Result<(String, KeyPair), TlsError> {
    let key = KeyPair::generate()?;
    let certificate = authority(year)?.self_signed(&key)?;
    Ok((certificate.pem(), key))
}

fn authority(year: i32) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "SmartChat local cloud");
    params.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
    params.not_after = rcgen::date_time_ymd(year + 20, 1, 1);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let host = CidrSubnet::from_addr_prefix(IpAddr::V4(Ipv4Addr::LOCALHOST), 32);
    let permitted_subtrees =
        vec![GeneralSubtree::DnsName("localhost".to_owned()), GeneralSubtree::IpAddress(host)];
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    Ok(params)
}

fn leaf(names: Vec<String>, year: i32) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.not_before = rcgen::date_time_ymd(year - 1, 12, 31);
    params.not_after = rcgen::date_time_ymd(year + 1, 12, 31);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    #[test]
    fn the_authority_stays_the_same_from_start_to_start() {
        let folder = std::env::temp_dir().join(format!("local-ca-{}", uuid::Uuid::new_v4()));
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let first = Certificates::open(Some(&folder), now).unwrap().ca_pem;
        let second = Certificates::open(Some(&folder), now).unwrap().ca_pem;
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(first, second);
    }
    /// The name of a server as a client that trusts the authority would check it.
    async fn is_trusted(certificates: &Certificates, name: &'static str) -> bool {
        let mut roots = rustls::RootCertStore::empty();
        let ca = CertificateDer::from_pem_slice(certificates.ca_pem.as_bytes()).unwrap();
        roots.add(ca).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let client = rustls::ClientConfig::builder_with_provider(provider);
        let client = client.with_safe_default_protocol_versions().unwrap();
        let client = client.with_root_certificates(roots).with_no_client_auth();
        let (near, far) = tokio::io::duplex(16 * 1024);
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::clone(&certificates.server));
        let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
        let (accepted, connected) =
            tokio::join!(acceptor.accept(far), connector.connect(name.try_into().unwrap(), near));
        accepted.is_ok() && connected.is_ok()
    }

    #[tokio::test]
    async fn localhost_and_every_name_below_it_are_trusted_and_no_other() {
        let certificates = Certificates::open(None, Timestamp::from_second(1_795_000_000).unwrap()).unwrap();
        for name in ["localhost", "127.0.0.1", "chat.localhost", "api.chat.localhost"] {
            assert!(is_trusted(&certificates, name).await, "{name}");
        }
        assert!(!is_trusted(&certificates, "example.com").await);
    }
}
