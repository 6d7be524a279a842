//! A server on loopback that does what a test tells it to: scripted bytes, silence, or answers made from what was asked.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// A running server; it stops with the test's runtime.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<AtomicUsize>,
}

/// What a server does with the head of a request; an empty answer hangs up.
type Handler = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// An answer as it goes over the wire, after which the connection is closed.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    (text + "\r\n" + body).into_bytes()
}

impl Server {
    /// Answers each request with the next of `answers`; when there are no more, hangs up.
    pub(crate) async fn scripted(answers: Vec<Vec<u8>>) -> Self {
        let answers = Mutex::new(answers.into_iter());
        Self::answering(move |_| answers.lock().unwrap().next().unwrap_or_default()).await
    }

    /// Answers each request with what `handler` makes of its head: the request line and headers.
    pub(crate) async fn answering(handler: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let handler: Handler = Arc::new(handler);
        Self::start(move |mut stream, seen| {
            let handler = Arc::clone(&handler);
            async move { converse(&mut stream, &handler, &seen).await }
        })
        .await
    }

    /// The same over TLS.
    pub(crate) async fn secure(made: &rcgen::CertifiedKey<rcgen::KeyPair>, answer: Vec<u8>) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let handler: Handler = Arc::new(move |_| answer.clone());
        Self::start(move |stream, seen| {
            let (acceptor, handler) = (acceptor.clone(), Arc::clone(&handler));
            async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                converse(&mut stream, &handler, &seen).await;
            }
        })
        .await
    }

    /// Begins an answer and then sends one byte of it every so often, for ever.
    pub(crate) async fn dripping(every: Duration) -> Self {
        Self::start(move |mut stream, seen| async move {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).await;
            seen.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(every).await;
            }
        })
        .await
    }

    async fn start<F>(
        serve: impl Fn(tokio::net::TcpStream, Arc<AtomicUsize>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&counter)));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Requests so far.
    pub(crate) fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

/// One request and its answer.
async fn converse(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), handler: &Handler, seen: &AtomicUsize) {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(n) if n > 0 => head.extend_from_slice(&chunk[..n]),
            Ok(_) | Err(_) => return,
        }
    }
    seen.fetch_add(1, Ordering::SeqCst);
    let answer = handler(&String::from_utf8_lossy(&head));
    let _ = stream.write_all(&answer).await;
    let _ = stream.shutdown().await;
}
