//! TLS without configuration: a CA and a server certificate of our own in `DIR/tls/`, or the operator's files.
//!
//! | file | what |
//! |---|---|
//! | `ca.pem` | the CA that clients trust; also at `GET /tls/ca.pem` |
//! | `ca.key` | its key, readable by the owner only: renewing the server's certificate needs it |
//! | `server.pem`, `server.key` | what the HTTPS door shows, signed by the CA |
//!
//! The server's certificate is renewed when the service starts and, while it runs, once a day: connections that open
//! after that see the new one. The CA stays the same for ten years, so clients trust it once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use lazuli_platform::files::{Readers, write_whole};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::settings::CertificateFiles;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Clients of the SDKs accept any age; ten years is what one wants to trust by hand only once.
const CA_DAYS: i64 = 3650;
/// The longest that browsers and Apple's libraries accept for a server.
const SERVER_DAYS: i64 = 397;
/// A certificate with fewer days left than this is replaced.
const RENEW_DAYS: i64 = 30;

/// Why there is no TLS; a sentence for the person who started the service.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct TlsError(String);

/// The certificate the HTTPS door shows, and where it comes from.
#[derive(Debug)]
pub(crate) struct Tls {
    source: Source,
    current: Arc<Current>,
}

#[derive(Debug)]
enum Source {
    /// Made by us, in this folder.
    Made(PathBuf),
    /// The operator's.
    Given(CertificateFiles),
}

/// What new connections are shown; replaced when the certificate is renewed.
#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Tls {
    /// Uses the operator's files, or makes what is missing in `folder`.
    pub(crate) fn open(
        folder: &Path,
        given: Option<&CertificateFiles>,
        now_millis: i64,
    ) -> Result<Tls, TlsError> {
        let source = match given {
            Some(files) => Source::Given(files.clone()),
            None => Source::Made(folder.to_owned()),
        };
        let current = Arc::new(Current(ArcSwap::from_pointee(source.load(now_millis)?)));
        Ok(Tls { source, current })
    }

    /// Renews the certificate if it is time, or takes up files the operator has replaced.
    pub(crate) fn renew(&self, now_millis: i64) -> Result<(), TlsError> {
        self.current.0.store(Arc::new(self.source.load(now_millis)?));
        Ok(())
    }

    /// The settings of the HTTPS door.
    pub(crate) fn config(&self) -> Result<Arc<rustls::ServerConfig>, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError(format!("TLS cannot be set up: {error}.")))?
            .with_no_client_auth()
            .with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// The CA in PEM, if it is ours to give.
    pub(crate) fn ca_pem(&self) -> std::io::Result<Option<Vec<u8>>> {
        match &self.source {
            Source::Made(folder) => fs_err::read(folder.join("ca.pem")).map(Some),
            Source::Given(_) => Ok(None),
        }
    }

    /// Where the CA lies, if it is ours.
    pub(crate) fn ca_path(&self) -> Option<PathBuf> {
        match &self.source {
            Source::Made(folder) => Some(folder.join("ca.pem")),
            Source::Given(_) => None,
        }
    }
}

impl Source {
    fn load(&self, now_millis: i64) -> Result<CertifiedKey, TlsError> {
        match self {
            Source::Given(files) => read(&files.certificate, &files.key),
            Source::Made(folder) => {
                make_missing(folder, now_millis)
                    .map_err(|error| TlsError(format!("A certificate could not be made: {error}.")))?;
                read(&folder.join("server.pem"), &folder.join("server.key"))
            }
        }
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let unusable = |path: &Path, error: &dyn std::fmt::Display| {
        TlsError(format!("The TLS file {} cannot be used: {error}.", path.display()))
    };
    let pem = fs_err::read(certificate).map_err(|error| unusable(certificate, &error))?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(certificate, &error))?;
    if chain.is_empty() {
        return Err(unusable(certificate, &"it has no certificate in PEM"));
    }
    let pem = fs_err::read(key).map_err(|error| unusable(key, &error))?;
    let private = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| unusable(key, &error))?;
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(chain, private, &provider).map_err(|error| {
        let (certificate, key) = (certificate.display(), key.display());
        TlsError(format!("The TLS files {certificate} and {key} cannot be used together: {error}."))
    })
}

type MakeError = Box<dyn std::error::Error + Send + Sync>;

fn make_missing(folder: &Path, now_millis: i64) -> Result<(), MakeError> {
    fs_err::create_dir_all(folder)?;
    let ca = CertificatePaths { certificate: folder.join("ca.pem"), key: folder.join("ca.key") };
    let server = CertificatePaths { certificate: folder.join("server.pem"), key: folder.join("server.key") };
    let new_ca = !ca.is_good(now_millis);
    if new_ca {
        make_ca(&ca, now_millis)?;
    }
    if new_ca || !server.is_good(now_millis) {
        make_server(&ca, &server, now_millis)?;
    }
    Ok(())
}

struct CertificatePaths {
    certificate: PathBuf,
    key: PathBuf,
}

impl CertificatePaths {
    /// Whether both files are there and the certificate holds for a while yet.
    fn is_good(&self, now_millis: i64) -> bool {
        let expiry = fs_err::read(&self.certificate).ok().and_then(|pem| expiry_millis(&pem));
        self.key.exists()
            && expiry.is_some_and(|expiry| expiry > now_millis.saturating_add(RENEW_DAYS * DAY_MILLIS))
    }

    fn write(&self, certificate: &str, key: &KeyPair) -> std::io::Result<()> {
        write_whole(&self.key, key.serialize_pem().as_bytes(), Readers::Owner)?;
        write_whole(&self.certificate, certificate.as_bytes(), Readers::All)
    }
}

fn expiry_millis(pem: &[u8]) -> Option<i64> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem).ok()?;
    Some(pem.parse_x509().ok()?.validity().not_after.timestamp().saturating_mul(1000))
}

fn make_ca(paths: &CertificatePaths, now_millis: i64) -> Result<(), MakeError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = named(&format!("Lazuli local CA on {}", host_name()));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, now_millis, CA_DAYS);
    let certificate = params.self_signed(&key)?;
    Ok(paths.write(&certificate.pem(), &key)?)
}

fn make_server(ca: &CertificatePaths, server: &CertificatePaths, now_millis: i64) -> Result<(), MakeError> {
    let ca_key = KeyPair::from_pem(&fs_err::read_to_string(&ca.key)?)?;
    let issuer = Issuer::from_ca_cert_pem(&fs_err::read_to_string(&ca.certificate)?, ca_key)?;
    let key = KeyPair::generate()?;
    let mut names = vec!["localhost".to_owned(), "*.search.localhost".to_owned()];
    let host = host_name();
    if !names.contains(&host) {
        names.push(host);
    }
    let mut params = CertificateParams::new(names)?;
    params.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    params.subject_alt_names.push(SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)));
    params.distinguished_name = named("Lazuli");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    set_validity(&mut params, now_millis, SERVER_DAYS);
    let certificate = params.signed_by(&key, &issuer)?;
    Ok(server.write(&certificate.pem(), &key)?)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// From yesterday on, for machines whose clocks disagree a little.
fn set_validity(params: &mut CertificateParams, now_millis: i64, days: i64) {
    let date = |millis: i64| {
        let date = jiff::Timestamp::from_millisecond(millis)
            .unwrap_or_default()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let (year, month, day) = (date.year(), date.month(), date.day());
        rcgen::date_time_ymd(i32::from(year), month.unsigned_abs(), day.unsigned_abs())
    };
    params.not_before = date(now_millis - DAY_MILLIS);
    params.not_after = date(now_millis + (days - 1) * DAY_MILLIS);
}

/// The machine's name if it is one a certificate can carry.
fn host_name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().to_ascii_lowercase();
    let usable =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if usable { name } else { "localhost".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: i64 = 1_767_225_600_000;

    #[test]
    fn certificates_are_made_once_and_renewed_before_they_expire() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| fs_err::read_to_string(folder.path().join(name)).unwrap();
        let tls = Tls::open(folder.path(), None, NOW).unwrap();
        let (ca, server) = (read("ca.pem"), read("server.pem"));
        tls.renew(NOW + 300 * DAY_MILLIS).unwrap();
        assert_eq!((read("ca.pem"), read("server.pem")), (ca.clone(), server.clone()));
        tls.renew(NOW + 380 * DAY_MILLIS).unwrap();
        assert_eq!(read("ca.pem"), ca, "clients go on trusting the CA");
        assert_ne!(read("server.pem"), server);
        for key in ["ca.key", "server.key"] {
            let mode = fs_err::metadata(folder.path().join(key)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
    }

    #[test]
    fn files_of_the_operator_are_refused_with_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let files = |certificate: &str, key: &str| CertificateFiles {
            certificate: folder.path().join(certificate),
            key: folder.path().join(key),
        };
        let refusal = |files| Tls::open(folder.path(), Some(&files), NOW).unwrap_err().to_string();
        Tls::open(folder.path(), None, NOW).unwrap();
        assert!(Tls::open(folder.path(), Some(&files("server.pem", "server.key")), NOW).is_ok());
        assert!(refusal(files("missing.pem", "server.key")).contains("missing.pem"));
        fs_err::write(folder.path().join("empty.pem"), "nothing").unwrap();
        assert!(refusal(files("empty.pem", "server.key")).contains("no certificate"));
        assert!(refusal(files("server.pem", "empty.pem")).contains("empty.pem"));
        assert!(refusal(files("server.pem", "ca.key")).contains("together"));
    }
}
