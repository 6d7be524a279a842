//! What an operator can set about indexers: the table `[indexers]` of the settings file, and the flags `--indexer-…`.
//!
//! ```toml
//! [indexers]
//! parallel = 4
//! shortest-interval = 60
//! folders = ["/srv/documents"]
//! ```

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::SettingsError;

/// Runs beside each other, unless told otherwise. Ours: the service's number is "indeterminate" (`indexers.md` §1.5).
const DEFAULT_PARALLEL: u64 = 4;
/// More would only compete for the same cores.
const PARALLEL_MAX: u64 = 64;
/// The service's shortest interval, 5 minutes (`indexers.md` §1.4).
const DEFAULT_SHORTEST_INTERVAL: u64 = 300;
/// The service's longest run, in a private environment (`indexers.md` §1.5).
const DEFAULT_LONGEST_RUN: u64 = 24 * 60 * 60;
/// A run that is longer than a month is none.
const LONGEST_RUN_MAX: u64 = 31 * 24 * 60 * 60;
/// How far back the service looks when it lists blobs again.
const DEFAULT_LOOK_BACK: u64 = 30;

/// Settings of indexers from one source, each of them optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GivenIndexers {
    /// How many run beside each other.
    pub parallel: Option<u64>,
    /// The shortest interval of a schedule, in seconds.
    pub shortest_interval: Option<u64>,
    /// How long a run may take, in seconds.
    pub longest_run: Option<u64>,
    /// How far back from the beginning of an enumeration of blobs the next one looks, in seconds.
    pub look_back: Option<u64>,
    /// Folders below which data sources of type `files` may read.
    #[serde(default)]
    pub folders: Vec<PathBuf>,
    /// Certificates of authorities that are trusted besides those of the system, PEM.
    pub ca_bundle: Option<PathBuf>,
    /// Allows data sources at link-local addresses and those where clouds hand out credentials.
    pub metadata_addresses: Option<bool>,
}

/// What indexers hold to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexers {
    /// How many run beside each other.
    pub parallel: usize,
    /// The shortest interval of a schedule.
    pub shortest_interval: Duration,
    /// How long a run may take.
    pub longest_run: Duration,
    /// How far back from the beginning of an enumeration of blobs the next one looks.
    pub look_back: Duration,
    /// Folders below which data sources of type `files` may read.
    pub folders: Vec<PathBuf>,
    /// Certificates of authorities that are trusted besides those of the system, PEM.
    pub ca_bundle: Option<PathBuf>,
    /// Whether data sources may be at link-local addresses and those where clouds hand out credentials.
    pub metadata_addresses: bool,
}

impl GivenIndexers {
    /// These settings, and where they say nothing, those below.
    pub(super) fn over(self, below: GivenIndexers) -> GivenIndexers {
        GivenIndexers {
            parallel: self.parallel.or(below.parallel),
            shortest_interval: self.shortest_interval.or(below.shortest_interval),
            longest_run: self.longest_run.or(below.longest_run),
            look_back: self.look_back.or(below.look_back),
            folders: if self.folders.is_empty() { below.folders } else { self.folders },
            ca_bundle: self.ca_bundle.or(below.ca_bundle),
            metadata_addresses: self.metadata_addresses.or(below.metadata_addresses),
        }
    }

    /// Checks everything and fills in the defaults.
    pub(super) fn resolve(self) -> Result<Indexers, SettingsError> {
        let number = |name, given: Option<u64>, default, least, most| {
            let number = given.unwrap_or(default);
            if (least..=most).contains(&number) {
                return Ok(number);
            }
            Err(SettingsError(format!("The --indexer-{name} can be {least} to {most}, not {number}.")))
        };
        let seconds = |name, given, default, least, most| {
            number(name, given, default, least, most).map(Duration::from_secs)
        };
        let parallel = number("parallel", self.parallel, DEFAULT_PARALLEL, 1, PARALLEL_MAX)?;
        if let Some(folder) = self.folders.iter().find(|folder| !folder.is_absolute()) {
            let folder = folder.display();
            return Err(SettingsError(format!(
                "The --indexer-folder '{folder}' has to be an absolute path."
            )));
        }
        let shortest = (self.shortest_interval, DEFAULT_SHORTEST_INTERVAL);
        Ok(Indexers {
            parallel: usize::try_from(parallel).unwrap_or(1),
            shortest_interval: seconds("shortest-interval", shortest.0, shortest.1, 1, 86_400)?,
            longest_run: seconds("longest-run", self.longest_run, DEFAULT_LONGEST_RUN, 1, LONGEST_RUN_MAX)?,
            look_back: seconds("look-back", self.look_back, DEFAULT_LOOK_BACK, 0, 86_400)?,
            folders: self.folders,
            ca_bundle: self.ca_bundle,
            metadata_addresses: self.metadata_addresses.unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Given;
    use super::*;

    fn indexers(text: &str) -> Result<Indexers, SettingsError> {
        toml::from_str::<Given>(text).unwrap().resolve().map(|settings| settings.indexers)
    }

    #[test]
    fn without_a_word_they_are_the_services() {
        let settings = indexers("").unwrap();
        assert_eq!(settings.parallel, 4);
        assert_eq!(settings.shortest_interval, Duration::from_secs(300));
        assert_eq!(settings.longest_run, Duration::from_secs(86_400));
        assert_eq!((settings.look_back, settings.metadata_addresses), (Duration::from_secs(30), false));
    }

    #[test]
    fn a_table_of_the_file_sets_them_and_flags_win() {
        let text = "[indexers]\nparallel = 9\nfolders = ['/a']\nlook-back = 0\nmetadata-addresses = true";
        let file = toml::from_str::<GivenIndexers>(text.trim_start_matches("[indexers]\n")).unwrap();
        let settings = indexers(text).unwrap();
        assert_eq!((settings.parallel, settings.look_back), (9, Duration::ZERO));
        assert_eq!((settings.folders, settings.metadata_addresses), (vec![PathBuf::from("/a")], true));
        let flags = GivenIndexers { parallel: Some(2), ..GivenIndexers::default() };
        let both = flags.over(file).resolve().unwrap();
        assert_eq!((both.parallel, both.folders), (2, vec![PathBuf::from("/a")]));
    }

    #[test]
    fn what_cannot_be_used_is_said_in_a_sentence() {
        for (text, part) in [
            ("parallel = 0", "--indexer-parallel can be 1 to 64, not 0"),
            ("shortest-interval = 0", "--indexer-shortest-interval can be 1 to 86400, not 0"),
            ("longest-run = 99999999", "--indexer-longest-run can be 1 to 2678400"),
            ("folders = ['documents']", "'documents' has to be an absolute path"),
        ] {
            let message = indexers(&format!("[indexers]\n{text}")).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}
