//! From a name to a connection: the addresses of the name, without those that are forbidden, in turn until one answers, then TLS.
//! The address that was checked is the one that is connected to: nothing resolves the name a second time.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::OutsideError;
use super::guard;
use super::settings::Settings;

/// A name that is not known may be that of a server which is just being started. But mostly it is misspelled, so it is asked for a few
/// times only, and the call is not repeated.
const LOOKUP_PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(1500)];

/// Opens connections by the rules.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    settings: Arc<Settings>,
    extra_roots: Arc<Vec<CertificateDer<'static>>>,
    /// Made at the first use: reading the system's certificates takes longer than starting the service.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Connector {
    pub(super) fn new(settings: &Settings) -> Result<Self, OutsideError> {
        let extra_roots = settings.ca_bundle.as_deref().map(read_bundle).transpose()?.unwrap_or_default();
        Ok(Self {
            settings: Arc::new(settings.clone()),
            extra_roots: Arc::new(extra_roots),
            tls: Arc::new(OnceLock::new()),
        })
    }

    pub(super) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(self.tls.get_or_init(|| Arc::new(self.client_config())))
    }

    fn client_config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        // What the system has that cannot be read is as good as not there: a connection that needs it says so.
        let system = rustls_native_certs::load_native_certs();
        for error in &system.errors {
            tracing::warn!(%error, "certificates of the system could not be read");
        }
        roots.add_parsable_certificates(system.certs);
        roots.add_parsable_certificates(self.extra_roots.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        // ring speaks both versions of TLS that rustls knows, so this cannot fail.
        #[expect(clippy::expect_used, reason = "depends on nothing but how this program was compiled")]
        let builder = versions.expect("ring supports the default versions of TLS");
        builder.with_root_certificates(roots).with_no_client_auth()
    }

    /// A TCP connection to an allowed address of `host`.
    pub(super) async fn tcp(&self, host: &str, port: u16) -> Result<TcpStream, OutsideError> {
        match timeout(self.settings.connect_longest, self.tcp_untimed(host, port)).await {
            Ok(result) => result,
            Err(_) => Err(timed_out(host)),
        }
    }

    async fn tcp_untimed(&self, host: &str, port: u16) -> Result<TcpStream, OutsideError> {
        guard::check_name(host, &self.settings)?;
        let addresses = resolve(host, port).await?;
        let all = addresses.len();
        let allowed: Vec<SocketAddr> =
            addresses.into_iter().filter(|address| guard::allowed(address.ip(), &self.settings)).collect();
        if allowed.is_empty() && all > 0 {
            return Err(OutsideError::Forbidden { host: host.to_owned() });
        }
        // An address that swallows packets must leave time for the next.
        let share = self.settings.connect_longest / u32::try_from(allowed.len().max(1)).unwrap_or(u32::MAX);
        let mut why = String::from("the name has no address");
        for address in allowed {
            match connect_within(address, share).await {
                Ok(stream) => return Ok(stream),
                Err(error) => why = error.to_string(),
            }
        }
        Err(OutsideError::Unreachable { host: host.to_owned(), why })
    }

    async fn stream(self, uri: Uri) -> Result<Stream, OutsideError> {
        // Brackets stand around an IPv6 address in a URL only.
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let tcp = self.tcp(&host, port).await?;
        if !secure {
            return Ok(Stream::Plain(TokioIo::new(tcp)));
        }
        let untrusted = |why: String| OutsideError::Untrusted { host: host.clone(), why };
        let name = ServerName::try_from(host.clone()).map_err(|error| untrusted(error.to_string()))?;
        let handshake = TlsConnector::from(self.tls()).connect(name, tcp);
        match timeout(self.settings.connect_longest, handshake).await {
            Ok(Ok(stream)) => Ok(Stream::Secure(Box::new(TokioIo::new(stream)))),
            Ok(Err(error)) if is_tls(&error) => Err(untrusted(error.to_string())),
            Ok(Err(error)) => Err(OutsideError::Unreachable { host, why: error.to_string() }),
            Err(_) => Err(timed_out(&host)),
        }
    }
}

fn timed_out(host: &str) -> OutsideError {
    OutsideError::TimedOut(format!("Connecting to '{host}'"))
}

/// Whether the handshake failed, rather than the connection below it.
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}

async fn connect_within(address: SocketAddr, longest: Duration) -> io::Result<TcpStream> {
    let stream = timeout(longest, TcpStream::connect(address))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer"))??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, OutsideError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let mut pauses = LOOKUP_PAUSES.into_iter();
    loop {
        let why = match tokio::net::lookup_host((host, port)).await {
            Ok(found) => return Ok(found.collect()),
            Err(error) => error.to_string(),
        };
        if !says_that_there_is_none(&why) {
            return Err(OutsideError::Unreachable { host: host.to_owned(), why });
        }
        match pauses.next() {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(OutsideError::Unknown { host: host.to_owned() }),
        }
    }
}

/// Whether the system says that there is no such name, rather than that it cannot find out now. Its words are those of
/// `gai_strerror`, of glibc and of musl; there is no other way to tell.
fn says_that_there_is_none(why: &str) -> bool {
    [
        "Name or service not known",
        "No address associated with hostname",
        "Name does not resolve",
        "Name has no usable address",
    ]
    .iter()
    .any(|words| why.ends_with(words))
}

fn read_bundle(path: &Path) -> Result<Vec<CertificateDer<'static>>, OutsideError> {
    let unusable = |why: String| {
        OutsideError::Settings(format!("The CA bundle '{}' cannot be used: {why}.", path.display()))
    };
    let pem = fs_err::read(path).map_err(|error| unusable(error.to_string()))?;
    let certificates = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| unusable(error.to_string()))?;
    if certificates.is_empty() {
        return Err(unusable("it holds no certificate".into()));
    }
    Ok(certificates)
}

impl tower_service::Service<Uri> for Connector {
    type Response = Stream;
    type Error = OutsideError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, OutsideError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OutsideError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().stream(uri))
    }
}

/// A connection with or without TLS.
pub(super) enum Stream {
    Plain(TokioIo<TcpStream>),
    Secure(Box<TokioIo<TlsStream<TcpStream>>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Secure(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl Write for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Secure(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Secure(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_exist_are_told_from_resolvers_that_do_not_answer() {
        let system = |words: &str| format!("failed to lookup address information: {words}");
        for words in
            ["Name or service not known", "No address associated with hostname", "Name does not resolve"]
        {
            assert!(says_that_there_is_none(&system(words)), "{words}");
        }
        for words in ["Temporary failure in name resolution", "Try again", "System error"] {
            assert!(!says_that_there_is_none(&system(words)), "{words}");
        }
    }
}
