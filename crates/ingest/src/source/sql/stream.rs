//! Bytes to and from a database, with or without TLS.

use std::fmt::Display;
use std::io;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::outside::Outside;
use crate::source::SourceError;

/// Whatever can be read and written.
pub(in crate::source) trait Bytes: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Bytes for S {}

/// A connection to a database.
pub(in crate::source) type Stream = Box<dyn Bytes>;

/// Begins TLS on a connection over which both sides have agreed to it. The server's certificate is always verified, whatever
/// the mode is called: the words `prefer` and `require` of other clients accept any certificate, and so protect from nobody
/// who can answer in the server's place.
pub(in crate::source) async fn secured(
    outside: &Arc<Outside>,
    host: &str,
    tcp: TcpStream,
) -> Result<Stream, SourceError> {
    let stream = TlsConnector::from(outside.tls()).connect(name_of(host)?, tcp).await;
    Ok(Box::new(stream.map_err(|error| refused(host, &error, ""))?))
}

/// The name that a server's certificate has to have.
pub(in crate::source) fn name_of(host: &str) -> Result<ServerName<'static>, SourceError> {
    ServerName::try_from(host.to_owned()).map_err(|error| untrusted(host, &error, ""))
}

/// What a handshake that failed means: a certificate that is not trusted stays so, of which `hint` may say more; a connection
/// that broke may be made again.
pub(in crate::source) fn refused(host: &str, error: &io::Error, hint: &str) -> SourceError {
    if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        untrusted(host, error, hint)
    } else {
        SourceError::Transient(format!("The connection to '{host}' broke: {error}."))
    }
}

fn untrusted(host: &str, why: &dyn Display, hint: &str) -> SourceError {
    SourceError::Broken(format!(
        "Unable to make a secure connection to '{host}': {why}. The server's certificate must be trusted by the system or by \
         the service's own bundle of authorities.{hint}"
    ))
}
