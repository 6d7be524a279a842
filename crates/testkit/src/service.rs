//! A service of its own for a test: temporary data directory, free ports, fixed keys.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lazuli_platform::clock::ForwardClock;
use lazuli_server::Server;
use lazuli_server::settings::Given;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::client::Client;
use crate::fixtures;

/// The admin key of every service of the testkit.
pub const ADMIN_KEY: &str = "testkit-admin-key";
/// The query key of every service of the testkit.
pub const QUERY_KEY: &str = "testkit-query-key";

/// A running service. It ends, and its data with it, when it is dropped.
pub struct Service {
    server: Option<Server>,
    http: SocketAddr,
    https: SocketAddr,
    runtime: Runtime,
    folder: TempDir,
    given: Given,
    clock: Arc<ForwardClock>,
}

impl Service {
    /// Starts a service with nothing in it.
    pub fn start() -> anyhow::Result<Service> {
        Service::with(Given::default())
    }

    /// The same with other settings; data directory, addresses and keys are the testkit's.
    pub fn with(given: Given) -> anyhow::Result<Service> {
        Service::on(folder()?, given)
    }

    /// Starts a service on a copy of a data directory.
    pub fn on_copy_of(directory: &Path) -> anyhow::Result<Service> {
        let folder = folder()?;
        fixtures::copy(directory, folder.path())?;
        Service::on(folder, Given::default())
    }

    fn on(folder: TempDir, given: Given) -> anyhow::Result<Service> {
        let given = Given {
            data_dir: Some(folder.path().to_owned()),
            https: Some("127.0.0.1:0".to_owned()),
            http: Some("127.0.0.1:0".to_owned()),
            admin_keys: vec![ADMIN_KEY.to_owned()],
            query_keys: vec![QUERY_KEY.to_owned()],
            ..given
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let clock = Arc::<ForwardClock>::default();
        let mut service =
            Service { server: None, http: nowhere, https: nowhere, runtime, folder, given, clock };
        service.run()?;
        Ok(service)
    }

    /// Stops it cleanly and starts it again on the same data; the ports change.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.stop();
        self.run()
    }

    /// Stops it cleanly.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }

    /// Puts its wall clock forward, for good, and lets it look what is due.
    pub fn put_clock_forward(&self, by: Duration) {
        self.clock.advance(by);
        if let Some(server) = &self.server {
            server.wake_indexers();
        }
    }

    /// Its data directory.
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// A client of its HTTP door.
    pub fn client(&self) -> Client {
        Client::http(self.http)
    }

    /// A client of its HTTPS door that trusts its CA and nothing else.
    pub fn https_client(&self) -> anyhow::Result<Client> {
        Client::https(self.https, &fs_err::read(self.data_dir().join("tls/ca.pem"))?)
    }

    fn run(&mut self) -> anyhow::Result<()> {
        let settings = self.given.clone().resolve()?;
        let server = self.runtime.block_on(Server::start_with(settings, self.clock.clone()))?;
        self.https = server.https();
        self.http = server.http().context("the testkit opens the HTTP door")?;
        self.server = Some(server);
        Ok(())
    }
}

fn folder() -> anyhow::Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("lazuli-test-").tempdir()?)
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}
