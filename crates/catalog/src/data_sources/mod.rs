//! Data sources: where indexers find their documents (`indexers.md` §2).
//!
//! A data source is checked in two steps. [`take_secrets`] reads the connection string, which only it ever sees, and takes it
//! out of the definition; [`check`] looks at everything else.

pub mod connection;
mod containers;
mod policies;
mod source_type;
pub mod tables;

use std::collections::BTreeMap;
use std::path::PathBuf;

use lazuli_wire::data_sources::DataSource;
use lazuli_wire::encryption::Identity;

use self::connection::Connection;
use crate::error::{DataSourceProblem, DefinitionError};
use crate::names::check_resource_name;
use crate::secrets::{REDACTED, Secret, UNCHANGED};

pub use containers::wrong_table;
pub use source_type::SourceType;

/// Where the connection string stands among the secrets of a data source.
pub const CONNECTION_STRING: &str = "credentials/connectionString";

/// Types of the service's that are not read yet, and what they are called.
const NOT_YET: [(&str, &str); 3] = [
    ("onelake", "Data sources of type 'onelake'"),
    ("sharepoint", "Data sources of type 'sharepoint'"),
    ("azurefile", "Data sources of type 'azurefile'"),
];

/// The type of a data source.
pub fn type_of(source: &DataSource) -> Result<SourceType, DefinitionError> {
    let word = source.source_type.as_str();
    if let Some(known) = SourceType::of(word) {
        return Ok(known);
    }
    match NOT_YET.iter().find(|(not_yet, _)| not_yet.eq_ignore_ascii_case(word)) {
        Some((_, what)) => Err(DefinitionError::NotYet { what }),
        None => Err(DataSourceProblem::Type { source_type: word.to_owned() }.into()),
    }
}

/// Takes the connection string out of a definition and leaves null behind: what it says of it.
///
/// A new data source needs one. In an update null and `<unchanged>` keep the one before, `<redacted>` removes it (`api.md`
/// §3.5). `stored` is the definition that is replaced and whether it has one; `folders` are those that may be read.
pub fn take_secrets(
    new: &mut DataSource,
    stored: Option<(&DataSource, bool)>,
    folders: &[PathBuf],
) -> Result<BTreeMap<String, Secret>, DefinitionError> {
    check_resource_name("data source", &new.name)?;
    let source_type = type_of(new)?;
    if stored.is_some_and(|(before, _)| SourceType::of(&before.source_type) != Some(source_type)) {
        return Err(DataSourceProblem::TypeChanged.into());
    }
    let said = new.credentials.connection_string.take().unwrap_or_default();
    let secret = match (said.trim(), stored) {
        ("" | UNCHANGED, Some((_, true))) => Some(Secret::Kept),
        (REDACTED, Some(_)) | ("" | UNCHANGED, Some((_, false))) => None,
        ("" | UNCHANGED | REDACTED, None) => {
            return Err(DataSourceProblem::NoConnectionString { name: new.name.clone() }.into());
        }
        (text, _) => {
            let connection = Connection::parse(source_type, text).map_err(DataSourceProblem::Connection)?;
            containers::check_reached(&connection, &new.container.name)?;
            containers::check_folder(&connection, folders)?;
            Some(Secret::New(text.to_owned()))
        }
    };
    Ok(secret.map(|secret| (CONNECTION_STRING.to_owned(), secret)).into_iter().collect())
}

/// Checks a data source whose secrets were taken, and completes it.
pub fn check(new: &DataSource, existing: Option<&DataSource>) -> Result<DataSource, DefinitionError> {
    check_resource_name("data source", &new.name)?;
    let source_type = type_of(new)?;
    if new.encryption_key.is_some() {
        return Err(DefinitionError::NotYet { what: "Customer-managed keys" });
    }
    if !new.indexer_permission_options.is_empty() {
        return Err(DefinitionError::NotYet { what: "Permissions of documents" });
    }
    containers::check(source_type, &new.container)?;
    policies::check(source_type, new)?;
    Ok(DataSource {
        // Only the service says it, and it says it of servers of Azure's.
        subtype: None,
        identity: identity(new.identity.as_ref(), existing.and_then(|existing| existing.identity.as_ref())),
        ..new.clone()
    })
}

/// Nothing said leaves the identity as it is; that there is none takes it away (`api.md` §3.5).
fn identity(said: Option<&Identity>, before: Option<&Identity>) -> Option<Identity> {
    match said {
        None => before.cloned(),
        Some(said) if said.odata_type == Identity::NONE => None,
        Some(said) => Some(said.clone()),
    }
}

#[cfg(test)]
mod tests {
    use lazuli_wire::data_sources::{Container, Credentials};

    use super::*;

    const KEY: &str = "AccountName=me;AccountKey=a2V5";

    fn blobs(connection_string: Option<&str>) -> DataSource {
        DataSource {
            name: "d".into(),
            source_type: "azureblob".into(),
            credentials: Credentials { connection_string: connection_string.map(str::to_owned) },
            container: Container { name: "docs".into(), query: None },
            ..DataSource::default()
        }
    }

    fn taken(said: Option<&str>, has: Option<bool>) -> Result<Option<Secret>, String> {
        let (mut new, before) = (blobs(said), blobs(None));
        let taken = take_secrets(&mut new, has.map(|has| (&before, has)), &[]);
        assert_eq!(new.credentials.connection_string, None);
        taken.map(|mut taken| taken.remove(CONNECTION_STRING)).map_err(|error| error.message())
    }

    #[test]
    fn a_connection_string_is_new_kept_or_removed() {
        let new = Secret::New(KEY.to_owned());
        assert_eq!(taken(Some(KEY), None), Ok(Some(new.clone())));
        assert_eq!(taken(Some(KEY), Some(true)), Ok(Some(new)));
        for kept in [None, Some("<unchanged>"), Some("")] {
            assert_eq!(taken(kept, Some(true)), Ok(Some(Secret::Kept)), "{kept:?}");
            assert_eq!(taken(kept, Some(false)), Ok(None), "{kept:?}");
            let expected =
                "The data source 'd' has no connection string. Give one as 'credentials.connectionString'.";
            assert_eq!(taken(kept, None), Err(expected.to_owned()), "{kept:?}");
        }
        assert_eq!(taken(Some("<redacted>"), Some(true)), Ok(None));
        assert_eq!(
            taken(Some("AccountName=me"), None),
            Err("The connection string must have 'AccountKey'.".to_owned())
        );
    }

    #[test]
    fn folders_lie_below_one_that_may_be_read() {
        let refusal = |folder: &str, allowed: &[&str]| {
            let mut new = DataSource {
                source_type: "files".into(),
                container: Container { name: ".".into(), query: None },
                ..blobs(Some(&format!("Folder={folder}")))
            };
            let allowed: Vec<PathBuf> = allowed.iter().map(PathBuf::from).collect();
            take_secrets(&mut new, None, &allowed).map(drop).map_err(|error| error.message())
        };
        assert_eq!(refusal("/srv/docs/a", &["/data", "/srv/docs"]), Ok(()));
        let sentence =
            "The folder of the connection string is not below one that the settings of this service allow.";
        for allowed in [&[][..], &["/srv/doc"], &["/srv/docs/a/b"]] {
            assert_eq!(refusal("/srv/docs/a", allowed), Err(sentence.to_owned()), "{allowed:?}");
        }
    }

    #[test]
    fn types_are_known_and_stay() {
        let refusal = |source_type: &str, before: Option<&DataSource>| {
            let mut new = DataSource { source_type: source_type.into(), ..blobs(Some(KEY)) };
            take_secrets(&mut new, before.map(|before| (before, true)), &[]).unwrap_err().message()
        };
        assert_eq!(refusal("oracle", None), "Data source type 'oracle' is not supported");
        assert_eq!(
            refusal("sharepoint", None),
            "Data sources of type 'sharepoint' are not supported by this version of Lazuli yet."
        );
        assert_eq!(
            refusal("adlsgen2", Some(&blobs(None))),
            "Changing the type of an existing data source is not supported"
        );
    }

    #[test]
    fn an_identity_stays_until_it_is_taken_away() {
        let identity = Identity { odata_type: Identity::USER_ASSIGNED.into(), ..Identity::default() };
        let with = |identity: Option<Identity>| DataSource { identity, ..blobs(None) };
        let (before, none) = (
            with(Some(identity.clone())),
            Identity { odata_type: Identity::NONE.into(), ..identity.clone() },
        );
        assert_eq!(check(&with(None), Some(&before)).unwrap().identity, Some(identity));
        assert_eq!(check(&with(Some(none)), Some(&before)).unwrap().identity, None);
    }

    #[test]
    fn what_does_nothing_yet_is_refused() {
        for source in [
            DataSource { encryption_key: Some(Default::default()), ..blobs(None) },
            DataSource { indexer_permission_options: vec!["userIds".into()], ..blobs(None) },
        ] {
            assert!(matches!(check(&source, None), Err(DefinitionError::NotYet { .. })));
        }
        let subtype = DataSource { subtype: Some("x".into()), ..blobs(None) };
        assert_eq!(check(&subtype, None).unwrap().subtype, None);
    }
}
