//! Proving who asks: the first packets of a connection.
//!
//! Ways to prove it that are spoken here: `mysql_native_password` (the usual one of MariaDB) and `caching_sha2_password` (that
//! of MySQL 8), both of which send a hash over the server's random bytes. When MySQL 8 does not remember the user it asks for
//! the password itself, which is told over TLS only.

use std::sync::Arc;

use lazuli_catalog::data_sources::connection::{Database, TlsMode};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use tokio::net::TcpStream;

use super::error::{broken, said};
use super::packet::{Packets, Reader};
use crate::outside::Outside;
use crate::source::SourceError;
use crate::source::sql::stream::secured;

/// What we can: long passwords and flags, a database at login, the protocol of 4.1, transactions, hashed passwords, and
/// ways to prove oneself by name.
const CAPABILITIES: u32 = 0x1 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x8_0000;
const TLS: u32 = 0x800;

/// The largest packet that we announce.
const PACKET_BYTES_MAX: u32 = 1 << 24;

/// `utf8mb4_general_ci`
const CHARSET: u8 = 45;

const NATIVE: &str = "mysql_native_password";
const SHA2: &str = "caching_sha2_password";

/// What the server says first.
struct Greeting {
    capabilities: u32,
    /// Random bytes, twenty of them.
    nonce: Vec<u8>,
    plugin: String,
}

impl Greeting {
    /// protocol:1 version:zero-terminated thread:4 nonce:8 zero:1 capabilities:2 charset:1 status:2 capabilities:2 length:1
    /// reserved:10 nonce:12 zero:1 plugin:zero-terminated
    fn read(packet: &[u8]) -> Result<Self, SourceError> {
        let mut reader = Reader(packet);
        match reader.u8()? {
            10 => {}
            255 => return Err(said(packet)),
            _ => return Err(broken()),
        }
        reader.until_zero();
        reader.bytes(4)?;
        let mut nonce = reader.bytes(8)?.to_vec();
        reader.bytes(1)?;
        let low = u32::from(reader.u16()?);
        reader.bytes(3)?;
        let capabilities = low | u32::from(reader.u16()?) << 16;
        reader.bytes(11)?;
        nonce.extend_from_slice(reader.bytes(12)?);
        reader.bytes(1)?;
        let plugin = String::from_utf8_lossy(reader.until_zero()).into_owned();
        Ok(Self { capabilities, nonce, plugin })
    }
}

/// Logs in over a fresh connection.
pub(super) async fn login(
    server: &Database,
    outside: &Arc<Outside>,
    tcp: TcpStream,
) -> Result<Packets, SourceError> {
    // Before TLS not a byte too many may be read from the stream: the server waits for our answer to its greeting.
    let mut plain = Greeted::read(tcp).await?;
    let offered = plain.greeting.capabilities & TLS != 0;
    let secure = match server.tls {
        TlsMode::Off => false,
        TlsMode::Preferred => offered,
        TlsMode::Required | TlsMode::VerifyCa | TlsMode::VerifyFull if offered => true,
        TlsMode::Required | TlsMode::VerifyCa | TlsMode::VerifyFull => {
            return Err(SourceError::Broken(format!("The server '{}' does not offer TLS.", server.host)));
        }
    };
    let capabilities = CAPABILITIES | if secure { TLS } else { 0 };
    let mut packets = if secure {
        plain.ask_for_tls(capabilities).await?;
        Packets::over(secured(outside, &server.host, plain.tcp).await?, 2)
    } else {
        Packets::over(Box::new(plain.tcp), 1)
    };
    let password = server.password.as_ref().map_or("", |password| password.reveal());
    let greeting = plain.greeting;
    let proof = proof(&greeting.plugin, password, &greeting.nonce).unwrap_or_default();
    packets.write(&answer(server, capabilities, &greeting.plugin, &proof)?).await?;
    prove(&mut packets, &greeting.plugin, password, secure).await?;
    Ok(packets)
}

/// A connection whose greeting was read and nothing behind it.
struct Greeted {
    tcp: TcpStream,
    greeting: Greeting,
}

impl Greeted {
    async fn read(mut tcp: TcpStream) -> Result<Self, SourceError> {
        use tokio::io::AsyncReadExt;
        let mut head = [0; 4];
        tcp.read_exact(&mut head).await.map_err(super::error::io)?;
        let [a, b, 0, 0] = head else { return Err(broken()) };
        let mut packet = vec![0; usize::from(u16::from_le_bytes([a, b]))];
        tcp.read_exact(&mut packet).await.map_err(super::error::io)?;
        Ok(Self { greeting: Greeting::read(&packet)?, tcp })
    }

    async fn ask_for_tls(&mut self, capabilities: u32) -> Result<(), SourceError> {
        use tokio::io::AsyncWriteExt;
        let mut packet = vec![32, 0, 0, 1];
        packet.extend(head(capabilities));
        self.tcp.write_all(&packet).await.map_err(super::error::io)
    }
}

/// The beginning of the answer to a greeting.
fn head(capabilities: u32) -> Vec<u8> {
    let mut head = capabilities.to_le_bytes().to_vec();
    head.extend(PACKET_BYTES_MAX.to_le_bytes());
    head.push(CHARSET);
    head.extend([0; 23]);
    head
}

fn answer(server: &Database, capabilities: u32, plugin: &str, proof: &[u8]) -> Result<Vec<u8>, SourceError> {
    let mut answer = head(capabilities);
    let mut text = |text: &str| -> Result<(), SourceError> {
        if text.contains('\0') {
            return Err(SourceError::Broken("A name in the connection string has a zero in it.".into()));
        }
        answer.extend(text.as_bytes());
        answer.push(0);
        Ok(())
    };
    text(&server.user)?;
    answer.push(u8::try_from(proof.len()).map_err(|_| broken())?);
    answer.extend(proof);
    answer.extend(server.database.as_bytes());
    answer.push(0);
    answer.extend(plugin.as_bytes());
    answer.push(0);
    Ok(answer)
}

/// Answers whatever the server asks until it is content.
async fn prove(packets: &mut Packets, plugin: &str, password: &str, secure: bool) -> Result<(), SourceError> {
    let mut plugin = plugin.to_owned();
    // A server that asks for ever is none.
    for _ in 0..5 {
        let packet = packets.read().await?;
        match packet.split_first() {
            Some((0, _)) => return Ok(()),
            Some((255, _)) => return Err(said(&packet)),
            Some((254, rest)) => {
                let mut reader = Reader(rest);
                plugin = String::from_utf8_lossy(reader.until_zero()).into_owned();
                let nonce = reader.0.strip_suffix(&[0]).unwrap_or(reader.0);
                let proof = proof(&plugin, password, nonce).ok_or_else(|| unknown(&plugin))?;
                packets.write(&proof).await?;
            }
            // The hash was known to the server: its last word follows.
            Some((1, [3])) if plugin == SHA2 => {}
            Some((1, [4])) if plugin == SHA2 && secure => {
                packets.write(&[password.as_bytes(), &[0]].concat()).await?;
            }
            Some((1, [4])) if plugin == SHA2 => {
                return Err(SourceError::Broken(
                    "The server asks for the password itself, which is told over TLS only. Set 'SslMode=Required'."
                        .into(),
                ));
            }
            Some((1, _)) => return Err(unknown(&plugin)),
            Some(_) | None => return Err(broken()),
        }
    }
    Err(broken())
}

fn unknown(plugin: &str) -> SourceError {
    let plugin: String = plugin.chars().take(50).collect();
    SourceError::Broken(format!("The server asks for a proof by '{plugin}', which is not supported."))
}

/// The proof of a password over random bytes; `None` if the way is not known. An empty password has an empty proof.
fn proof(plugin: &str, password: &str, nonce: &[u8]) -> Option<Vec<u8>> {
    let (algorithm, nonce_first) = match plugin {
        NATIVE => (&SHA1_FOR_LEGACY_USE_ONLY, true),
        SHA2 => (&SHA256, false),
        _ => return None,
    };
    if password.is_empty() {
        return Some(Vec::new());
    }
    let once = digest(algorithm, password.as_bytes());
    let twice = digest(algorithm, once.as_ref());
    let mut mixed = Context::new(algorithm);
    let (first, second) = if nonce_first { (nonce, twice.as_ref()) } else { (twice.as_ref(), nonce) };
    mixed.update(first);
    mixed.update(second);
    Some(once.as_ref().iter().zip(mixed.finish().as_ref()).map(|(a, b)| a ^ b).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the server does: it knows the hash of the hash, takes the mask off the proof, and compares.
    #[test]
    fn a_proof_shows_the_password_to_who_knows_its_double_hash() {
        let nonce = b"01234567890123456789";
        for plugin in [NATIVE, SHA2] {
            let algorithm = if plugin == NATIVE { &SHA1_FOR_LEGACY_USE_ONLY } else { &SHA256 };
            let twice = digest(algorithm, digest(algorithm, b"open").as_ref());
            let parts =
                if plugin == NATIVE { [&nonce[..], twice.as_ref()] } else { [twice.as_ref(), &nonce[..]] };
            let mask = digest(algorithm, &parts.concat());
            let once: Vec<u8> =
                proof(plugin, "open", nonce).unwrap().iter().zip(mask.as_ref()).map(|(a, b)| a ^ b).collect();
            assert_eq!(digest(algorithm, &once).as_ref(), twice.as_ref(), "{plugin}");
            assert_eq!(proof(plugin, "", nonce), Some(vec![]));
        }
        assert_eq!(proof("client_ed25519", "open", nonce), None);
    }

    #[test]
    fn what_is_no_greeting_is_refused() {
        assert!(Greeting::read(b"").is_err());
        assert!(Greeting::read(b"\x0a8.0\x00123").is_err());
        assert!(Greeting::read(b"HTTP/1.1 400").is_err());
    }
}
