//! Azurite, Microsoft's own stand-in for storage accounts: the storage that the crawling of blobs is measured against.

use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result};
use xtask::http::Client;
use xtask::servers::Servers;

/// Below the address: the account that every Azurite has.
const ACCOUNT: &str = "devstoreaccount1";

/// A shared access signature for everything in that account until 2099, made with its well-known key: a client of ours has
/// no need to sign.
const SIGNATURE: &str = "sv=2021-12-02&ss=b&srt=sco&sp=rwdlac&se=2099-01-01T00%3A00%3A00Z&\
                         sig=tznf%2BUguWwNe%2B7oTyobyNUc7TDthIuY2m9EdDOYdBvE%3D";

/// A running Azurite with its blobs in memory.
pub(crate) struct Azurite {
    servers: Servers,
    address: SocketAddr,
}

impl Azurite {
    /// Starts one; installs it below the target folder when it is not there.
    pub(crate) fn start() -> Result<Self> {
        let servers = Servers::start(&["azurite"])?;
        let address = servers
            .variable("LAZULI_AZURITE")
            .and_then(|connection| connection.split_once("BlobEndpoint=http://")?.1.split('/').next())
            .with_context(|| format!("not on this machine: {}", servers.missing.join(", ")))?
            .parse()?;
        Ok(Self { servers, address })
    }

    /// The connection string of a data source, with the account's key.
    pub(crate) fn connection(&self) -> &str {
        self.servers.variable("LAZULI_AZURITE").unwrap_or_default()
    }

    /// A connection to it.
    pub(crate) fn client(&self) -> Result<Client<TcpStream>> {
        let mut client = Client::connect(self.address, "")?;
        // Of any request only the writing of a blob looks at this.
        client.header("x-ms-blob-type", "BlockBlob");
        Ok(client)
    }
}

/// The target of a request for something in the account.
pub(crate) fn target(path: &str, query: &str) -> String {
    format!("/{ACCOUNT}/{path}?{query}{SIGNATURE}")
}
