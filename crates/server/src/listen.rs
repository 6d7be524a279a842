//! The doors of a service: sockets, connections and how they end.
//!
//! Each door accepts connections until the service stops, no more than there are slots; a connection speaks HTTP/1.1 or
//! HTTP/2 as the client likes. Stopping closes the doors at once, lets the requests in flight finish for
//! [`limits::DRAIN_TIMEOUT`], and cuts what is left.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::http::{Scheme, limits, serve};
use crate::metrics;
use crate::patient::Patient;
use crate::settings::Patience;

/// A pause after a failed accept, for a system that is out of files or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// One listening socket.
pub(crate) struct Door {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// What every connection needs.
#[derive(Clone)]
struct Context {
    app: Arc<App>,
    tls: Option<TlsAcceptor>,
    builder: Arc<Builder<TokioExecutor>>,
}

impl Door {
    /// Binds the address; port 0 takes any free one.
    pub(crate) async fn open(
        address: SocketAddr,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> io::Result<Door> {
        Ok(Door { listener: TcpListener::bind(address).await?, tls: tls.map(TlsAcceptor::from) })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Accepts connections until `stop` says so, then waits for theirs to end.
    pub(crate) async fn run(self, app: Arc<App>, slots: Arc<Semaphore>, mut stop: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        let context = Context { tls: self.tls, builder: Arc::new(builder(&app.patience)), app };
        loop {
            let accepted = tokio::select! {
                // The value is set once; an error means that the service is gone.
                _ = stop.wait_for(|stopped| *stopped) => break,
                accepted = accept(&self.listener, &slots) => accepted,
            };
            if let Some((stream, slot)) = accepted {
                let (context, watcher) = (context.clone(), graceful.watcher());
                tokio::spawn(async move {
                    metrics::connections(1.0);
                    context.handle(stream, watcher).await;
                    metrics::connections(-1.0);
                    drop(slot);
                });
            }
        }
        drop(self.listener);
        if tokio::time::timeout(limits::DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests still in flight were cut off");
        }
    }
}

async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let slot = slots.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, slot)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

fn builder(patience: &Patience) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_headers(limits::HEADERS_MAX)
        .max_buf_size(limits::HEADER_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits::STREAMS_MAX)
        .max_pending_accept_reset_streams(limits::RESET_STREAMS_MAX)
        .max_header_list_size(limits::HEADER_BYTES_MAX as u32);
    builder
}

impl Context {
    /// Serves one connection to its end. Errors here are the client's: it left, or what it speaks is not HTTP.
    async fn handle(self, stream: TcpStream, watcher: Watcher) {
        // Answers are written whole: waiting to fill packets would only delay them.
        let _ = stream.set_nodelay(true);
        let (handshake, idle) = (self.app.patience.handshake, self.app.patience.idle);
        let stream = Patient::new(stream, idle);
        match self.tls.clone() {
            None => self.speak(stream, Scheme::Http, watcher).await,
            Some(tls) => match tokio::time::timeout(handshake, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream, Scheme::Https, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            },
        }
    }

    async fn speak(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        scheme: Scheme,
        watcher: Watcher,
    ) {
        let app = self.app;
        let service = service_fn(move |request| {
            let app = app.clone();
            async move { Ok::<_, Infallible>(serve(app, scheme, request).await) }
        });
        let connection = self.builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error, "a connection broke");
        }
    }
}
