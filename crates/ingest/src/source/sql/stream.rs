//! Bytes to and from a database, with or without TLS.

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
    let untrusted = |why: String| {
        SourceError::Broken(format!(
            "Unable to make a secure connection to '{host}': {why}. The server's certificate must be trusted by the system or \
             by the service's own bundle of authorities."
        ))
    };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| untrusted(error.to_string()))?;
    let stream = TlsConnector::from(outside.tls()).connect(name, tcp).await;
    Ok(Box::new(stream.map_err(|error| untrusted(error.to_string()))?))
}
