//! A certificate authority of this machine's own, and the certificate that it signs for `localhost`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

const CA_CERTIFICATE: &str = "ca.pem";
const CA_KEY: &str = "ca-key.pem";
/// No `*.localhost`: rustls refuses a certificate with a wildcard on one label when its authority is constrained.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

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
    /// The authority of a folder, made at the first start, or without a folder one for this process; and a fresh
    /// certificate for `localhost` and `127.0.0.1`, valid for a year.
    pub(crate) fn open(folder: Option<&Path>, now: Timestamp) -> Result<Self, TlsError> {
        let year = i32::from(now.to_zoned(TimeZone::UTC).year());
        let (ca_pem, key) = match folder {
            Some(folder) => kept_authority(folder, year)?,
            None => new_authority(year)?,
        };
        let issuer = Issuer::new(authority(year)?, key);
        let leaf_key = KeyPair::generate()?;
        let leaf = leaf(year)?.signed_by(&leaf_key, &issuer)?;
        let private_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], private_key)?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Certificates { ca_pem, server: Arc::new(server) })
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

fn leaf(year: i32) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
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
}
