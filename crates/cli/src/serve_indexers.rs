//! The flags of `lazuli serve` that are about indexers.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};
use lazuli_server::settings::GivenIndexers;

/// What indexers hold to.
#[derive(Debug, Args)]
pub(crate) struct IndexerArguments {
    /// How many indexers may run beside each other, 1 to 64 [default: 4]
    #[arg(long = "indexer-parallel", value_name = "N", env = "LAZULI_INDEXER_PARALLEL")]
    parallel: Option<u64>,

    /// The shortest interval a schedule may have, in seconds [default: 300, as the service]
    #[arg(
        long = "indexer-shortest-interval",
        value_name = "SECONDS",
        env = "LAZULI_INDEXER_SHORTEST_INTERVAL"
    )]
    shortest_interval: Option<u64>,

    /// How many seconds a run of an indexer may take before it ends with its state kept [default: 86400]
    #[arg(long = "indexer-longest-run", value_name = "SECONDS", env = "LAZULI_INDEXER_LONGEST_RUN")]
    longest_run: Option<u64>,

    /// How many seconds an indexer of blobs looks back before its last enumeration [default: 30]
    #[arg(long = "indexer-look-back", value_name = "SECONDS", env = "LAZULI_INDEXER_LOOK_BACK")]
    look_back: Option<u64>,

    /// Folder below which data sources of type "files" may read, may be repeated [default: none may]
    #[arg(long = "indexer-folder", value_name = "DIR", env = "LAZULI_INDEXER_FOLDER", value_delimiter = ',')]
    folders: Vec<PathBuf>,

    /// PEM file of authorities that data sources' certificates may come from, besides the system's
    #[arg(long = "indexer-ca-bundle", value_name = "FILE", env = "LAZULI_INDEXER_CA_BUNDLE")]
    ca_bundle: Option<PathBuf>,

    /// Allow data sources at link-local addresses and those where clouds hand out credentials
    #[arg(
        long = "indexer-metadata-addresses",
        env = "LAZULI_INDEXER_METADATA_ADDRESSES",
        action = ArgAction::SetTrue,
        value_parser = FalseyValueParser::new()
    )]
    metadata_addresses: bool,
}

impl IndexerArguments {
    pub(crate) fn into_given(self) -> GivenIndexers {
        GivenIndexers {
            parallel: self.parallel,
            shortest_interval: self.shortest_interval,
            longest_run: self.longest_run,
            look_back: self.look_back,
            folders: self.folders,
            ca_bundle: self.ca_bundle,
            metadata_addresses: self.metadata_addresses.then_some(true),
        }
    }
}
