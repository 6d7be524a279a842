//! `lazuli keys`: the keys in `keys.json` of a data directory, shown and changed. Works while the service runs, which takes
//! up a change within a second, and before its first start.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use lazuli_platform::random::OsRandom;
use lazuli_server::key_file::{self, AdminKey, KeyFile, KeyFileError};
use lazuli_server::{KeyOrigin, KeyOrigins, key_file_in};

use crate::logs::{say, warn};

/// Show and change the keys in keys.json of a data directory; a running service takes them up within a second.
#[derive(Debug, Args)]
pub(crate) struct KeysArguments {
    /// The data directory
    #[arg(long, value_name = "DIR", env = "LAZULI_DATA_DIR", default_value = "./lazuli-data", global = true)]
    data_dir: PathBuf,

    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show all keys
    List,
    /// Make a query key and print it
    AddQuery {
        /// What it is called
        name: String,
    },
    /// Remove a query key
    RemoveQuery {
        /// Its name, or the key itself
        name_or_key: String,
    },
    /// Replace an admin key and print the new one; the old one stops working
    Regenerate {
        /// Which of the two
        which: Which,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    Primary,
    Secondary,
}

/// The two kinds of keys, each of which may come from elsewhere.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Admin,
    Query,
}

/// Does what was asked for.
pub(crate) fn run(arguments: &KeysArguments) -> anyhow::Result<()> {
    let path = key_file_in(&arguments.data_dir);
    anyhow::ensure!(
        arguments.data_dir.is_dir(),
        "There is no data directory {}. Name it with --data-dir.",
        arguments.data_dir.display()
    );
    match &arguments.action {
        Action::List => {
            let file = KeyFile::load(&path)?;
            let file = file.ok_or_else(|| anyhow::anyhow!("{}", no_file(arguments)))?;
            list(&file);
            warn_if_unused(arguments, Kind::Admin);
            warn_if_unused(arguments, Kind::Query);
        }
        Action::AddQuery { name } => {
            let key = edit(arguments, |file| file.add_query(name, &OsRandom))?;
            say(&key);
            warn_if_unused(arguments, Kind::Query);
        }
        Action::RemoveQuery { name_or_key } => {
            edit(arguments, |file| file.remove_query(name_or_key))?;
            warn_if_unused(arguments, Kind::Query);
        }
        Action::Regenerate { which } => {
            let which = match which {
                Which::Primary => AdminKey::Primary,
                Which::Secondary => AdminKey::Secondary,
            };
            let key = edit(arguments, |file| Ok(file.regenerate(which, &OsRandom)))?;
            say(&key);
            warn_if_unused(arguments, Kind::Admin);
        }
    }
    Ok(())
}

/// Changes the file. One that a service took its keys from and that is gone is not made anew here: all keys but the one asked
/// for would be replaced in silence, and the service would take them up.
fn edit<T>(
    arguments: &KeysArguments,
    change: impl FnOnce(&mut KeyFile) -> Result<T, KeyFileError>,
) -> anyhow::Result<T> {
    let path = key_file_in(&arguments.data_dir);
    anyhow::ensure!(path.exists() || !is_lost(arguments), "{}", no_file(arguments));
    Ok(key_file::edit(&path, &OsRandom, change)?.1)
}

/// Whether a file that is not there is one that the service takes keys from.
fn is_lost(arguments: &KeysArguments) -> bool {
    KeyOrigins::noted_in(&arguments.data_dir)
        .is_some_and(|origins| [origins.admin_keys, origins.query_keys].contains(&KeyOrigin::KeyFile))
}

fn no_file(arguments: &KeysArguments) -> String {
    let path = key_file_in(&arguments.data_dir);
    match KeyOrigins::noted_in(&arguments.data_dir) {
        Some(_) if is_lost(arguments) => format!(
            "The key file {} is gone: put it back, or start the service again, which makes new keys.",
            path.display()
        ),
        Some(_) => format!("There is no {}: the service was given its keys when it started.", path.display()),
        None => format!("There is no {}: the first start of the service makes it.", path.display()),
    }
}

fn list(file: &KeyFile) {
    for (name, key) in ["primary", "secondary"].into_iter().zip(&file.admin_keys) {
        say(&format!("admin  {name:<20}  {key}"));
    }
    for query in &file.query_keys {
        say(&format!("query  {:<20}  {}", query.name.as_deref().unwrap_or("-"), query.key));
    }
}

/// An edit of a file that nobody reads should not look like one that works.
fn warn_if_unused(arguments: &KeysArguments, kind: Kind) {
    let Some(origins) = KeyOrigins::noted_in(&arguments.data_dir) else { return };
    let (word, origin) = match kind {
        Kind::Admin => ("admin", origins.admin_keys),
        Kind::Query => ("query", origins.query_keys),
    };
    let from = match origin {
        KeyOrigin::KeyFile => return,
        KeyOrigin::Given => "its flags or its environment",
        KeyOrigin::SettingsFile => "its settings file",
    };
    warn(&format!(
        "the service takes its {word} keys from {from}, so those in {} are not in force.",
        key_file_in(&arguments.data_dir).display()
    ));
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::{Arguments, Command};

    #[test]
    fn the_words_of_the_command_line() {
        for words in [
            &["list"][..],
            &["add-query", "website"],
            &["remove-query", "website"],
            &["regenerate", "primary"],
            &["regenerate", "secondary", "--data-dir", "d"],
        ] {
            let line = ["lazuli", "keys"].iter().chain(words);
            let Command::Keys(_) = Arguments::try_parse_from(line).unwrap().command else {
                panic!("expected keys")
            };
        }
        assert!(Arguments::try_parse_from(["lazuli", "keys", "regenerate", "third"]).is_err());
    }

    #[test]
    fn a_lost_file_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let noted = r#"{"adminKeys":"keyFile","queryKeys":"settingsFile"}"#;
        fs_err::write(folder.path().join("keys.source.json"), noted).unwrap();
        for action in [
            Action::List,
            Action::AddQuery { name: "website".to_owned() },
            Action::RemoveQuery { name_or_key: "website".to_owned() },
            Action::Regenerate { which: Which::Secondary },
        ] {
            let error = run(&KeysArguments { data_dir: folder.path().to_owned(), action }).unwrap_err();
            assert!(error.to_string().contains("is gone: put it back"), "{error}");
        }
        assert!(!key_file_in(folder.path()).exists());
    }

    #[test]
    fn edits_reach_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let ask = |action| run(&KeysArguments { data_dir: folder.path().to_owned(), action });
        assert!(ask(Action::List).unwrap_err().to_string().contains("first start"));
        ask(Action::AddQuery { name: "website".to_owned() }).unwrap();
        ask(Action::Regenerate { which: Which::Primary }).unwrap();
        let names = || {
            let file = KeyFile::load(&key_file_in(folder.path())).unwrap().unwrap();
            file.query_keys.into_iter().map(|query| query.name).collect::<Vec<_>>()
        };
        assert_eq!(names(), [None, Some("website".to_owned())]);
        ask(Action::RemoveQuery { name_or_key: "website".to_owned() }).unwrap();
        assert!(ask(Action::RemoveQuery { name_or_key: "website".to_owned() }).is_err());
        assert_eq!(names(), [None]);
        ask(Action::List).unwrap();
    }
}
