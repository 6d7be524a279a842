//! The first words of a connection: how much of TLS both sides want (MS-TDS 2.2.6.5), and then TLS.
//!
//! ```text
//! Encrypt=     we say   the server says      what is encrypted
//! True         on       on, required         everything
//!              on       off, none            nothing: refused
//! False        off      off                  the login, and nothing behind it
//!              off      on, required         everything
//!              off      none                 nothing
//! ```
//!
//! Where everything is encrypted, the server's certificate is verified, also with `TrustServerCertificate=True`: a certificate
//! that nobody looks at protects from nobody who can answer in the server's place. Where `Encrypt=False` asks for no
//! protection, the login is encrypted with whatever certificate the server has, as the clients of Microsoft's do it: it keeps
//! the password from those who only listen.

use std::sync::Arc;

use lazuli_catalog::data_sources::connection::{Encrypt, SqlServer};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::error::{broken, io};
use super::framed::Framed;
use super::packet::{ANSWER, Head, LOGIN, Messages, PRELOGIN, SIZE, packets};
use crate::outside::Outside;
use crate::source::SourceError;
use crate::source::sql::stream::{name_of, refused};

/// What a side says of encryption.
pub(in crate::source::azuresql) const OFF: u8 = 0;
pub(in crate::source::azuresql) const ON: u8 = 1;
pub(in crate::source::azuresql) const NONE: u8 = 2;
pub(in crate::source::azuresql) const REQUIRED: u8 = 3;

/// How much is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreed {
    Everything,
    Login,
    Nothing,
}

/// Our words: at which offset and of which length there are the version, encryption, instance, thread, and whether several
/// answers are read at once; 0xff; then all of them.
fn words(encryption: u8) -> Vec<u8> {
    let places = [0, 0, 26, 0, 6, 1, 0, 32, 0, 1, 2, 0, 33, 0, 1, 3, 0, 34, 0, 4, 4, 0, 38, 0, 1, 0xff];
    let values = [1, 0, 0, 0, 0, 0, encryption, 0, 0, 0, 0, 0, 0];
    [&places[..], &values].concat()
}

/// The longest answer to our words.
const WORDS_BYTES_MAX: usize = 4096;

/// What the answer to our words says of encryption: places of `token:1 offset:2 length:2`, big-endian, up to 0xff.
fn encryption(answer: &[u8]) -> Option<u8> {
    let mut places = answer.chunks_exact(5).take_while(|place| place.first() != Some(&0xff));
    let [_, high, low, ..] = places.find(|place| place.first() == Some(&1))? else { return None };
    answer.get(usize::from(u16::from_be_bytes([*high, *low]))).copied()
}

fn agree(server: &SqlServer, theirs: u8) -> Result<Agreed, SourceError> {
    match (server.encrypt, theirs) {
        (Encrypt::Mandatory | Encrypt::Optional, ON | REQUIRED) => Ok(Agreed::Everything),
        (Encrypt::Optional, OFF) => Ok(Agreed::Login),
        (Encrypt::Optional, NONE) => Ok(Agreed::Nothing),
        (Encrypt::Mandatory, OFF | NONE) => {
            Err(SourceError::Broken(format!("The server '{}' does not offer TLS.", server.host)))
        }
        (Encrypt::Strict, _) => Err(SourceError::Broken(STRICT.into())),
        (Encrypt::Mandatory | Encrypt::Optional, _) => Err(broken()),
    }
}

/// Said instead of speaking version 8 of the protocol, in which TLS comes before everything else.
const STRICT: &str = "'Encrypt=Strict' is not supported. Use 'Encrypt=True', with which the server's certificate is verified, too.";

/// Agrees on encryption over a fresh connection, sends the login, and leaves its answer to be read.
pub(super) async fn begin(
    server: &SqlServer,
    outside: &Arc<Outside>,
    mut tcp: TcpStream,
    login: &[u8],
) -> Result<Messages, SourceError> {
    if server.encrypt == Encrypt::Strict {
        return Err(SourceError::Broken(STRICT.into()));
    }
    let ours = if server.encrypt == Encrypt::Optional { OFF } else { ON };
    let theirs = ask(&mut tcp, ours).await?;
    match agree(server, theirs)? {
        Agreed::Everything => {
            let mut messages = Messages::over(Box::new(secured(server, outside.tls(), tcp).await?));
            messages.send(LOGIN, login).await?;
            Ok(messages)
        }
        Agreed::Login => {
            let mut tls = secured(server, any_certificate()?, tcp).await?;
            tls.write_all(&packets(LOGIN, login, usize::from(SIZE))).await.map_err(io)?;
            tls.flush().await.map_err(io)?;
            let (framed, _) = tls.into_inner();
            Ok(Messages::awaiting(Box::new(framed.into_inner())))
        }
        Agreed::Nothing => {
            let mut messages = Messages::over(Box::new(tcp));
            messages.send(LOGIN, login).await?;
            Ok(messages)
        }
    }
}

/// Says our words; what the server says of encryption. Not a byte behind its answer is read.
async fn ask(tcp: &mut TcpStream, ours: u8) -> Result<u8, SourceError> {
    tcp.write_all(&packets(PRELOGIN, &words(ours), usize::from(SIZE))).await.map_err(io)?;
    let head = Head::read(tcp).await?;
    if head.kind != ANSWER || !head.is_last || head.length > WORDS_BYTES_MAX {
        return Err(broken());
    }
    let mut answer = vec![0; head.length];
    tcp.read_exact(&mut answer).await.map_err(io)?;
    encryption(&answer).ok_or_else(broken)
}

/// Said besides, to those who ask for what is not done here.
const TRUSTED_ANYWAY: &str = " 'TrustServerCertificate=True' does not change that.";

async fn secured(
    server: &SqlServer,
    config: Arc<ClientConfig>,
    tcp: TcpStream,
) -> Result<tokio_rustls::client::TlsStream<Framed>, SourceError> {
    let connector = TlsConnector::from(config);
    let connected = connector.connect(name_of(&server.host)?, Framed::over(tcp)).await;
    let hint = if server.trust_server_certificate { TRUSTED_ANYWAY } else { "" };
    let mut stream = connected.map_err(|error| refused(&server.host, &error, hint))?;
    stream.get_mut().0.stands();
    Ok(stream)
}

/// TLS with whoever answers. Version 1.2, because in 1.3 a server has a word to say when the handshake is over, and by then
/// nothing is read through TLS any more.
fn any_certificate() -> Result<Arc<ClientConfig>, SourceError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .map_err(|error| SourceError::Broken(error.to_string()))?;
    let verifier = Arc::new(AnyCertificate(provider));
    Ok(Arc::new(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
}

/// Looks at the handshake, and not at whose certificate it is.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_found_where_its_place_says() {
        assert_eq!(encryption(&words(REQUIRED)), Some(REQUIRED));
        assert_eq!(encryption(&[1, 0, 6, 0, 1, 0xff, 2]), Some(2));
        for garbage in [&b""[..], b"\xff", b"\x01\x00\x99\x00\x01\xff", b"\x01\x00", b"HTTP/1.1 400 Bad"] {
            assert_eq!(encryption(garbage), None, "{garbage:?}");
        }
    }

    #[test]
    fn both_sides_have_a_say() {
        let agreed = |encrypt: &str, theirs| {
            let text = format!("Server=h;Database=d;User ID=u;Password=p;Encrypt={encrypt}");
            agree(&SqlServer::parse(&text).unwrap(), theirs).map_err(|error| error.to_string())
        };
        let without = Err("The server 'h' does not offer TLS.".to_owned());
        for theirs in [ON, REQUIRED] {
            assert_eq!(agreed("true", theirs), Ok(Agreed::Everything));
            assert_eq!(agreed("false", theirs), Ok(Agreed::Everything));
        }
        assert_eq!((agreed("true", OFF), agreed("true", NONE)), (without.clone(), without));
        assert_eq!((agreed("no", OFF), agreed("optional", NONE)), (Ok(Agreed::Login), Ok(Agreed::Nothing)));
        assert_eq!(agreed("true", 9), Err(broken().to_string()));
    }
}
