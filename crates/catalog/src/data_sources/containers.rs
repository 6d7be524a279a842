//! The containers of data sources: what their names may be, and which types take a query (`indexers.md` §2.1–2.7).

use std::path::{Path, PathBuf};

use lazuli_wire::data_sources::Container;

use super::connection::{Connection, Storage, goes_up};
use super::{SourceType, tables};
use crate::error::DataSourceProblem;

/// Checks the container of a data source of this type.
pub(super) fn check(source_type: SourceType, container: &Container) -> Result<(), DataSourceProblem> {
    if let Some(allowed) = what_names_may_be(source_type, &container.name) {
        return Err(DataSourceProblem::ContainerName { name: container.name.clone(), source_type, allowed });
    }
    let query = container.query.as_deref().unwrap_or_default();
    if !has_query(source_type) && !query.is_empty() {
        return Err(DataSourceProblem::Query { source_type });
    }
    let is_folder = source_type == SourceType::Files;
    if is_folder && (query.chars().any(char::is_control) || goes_up(Path::new(query))) {
        return Err(DataSourceProblem::QueryFolder { query: query.to_owned() });
    }
    Ok(())
}

/// What is said of the name of a table that is none.
pub fn wrong_table(source_type: SourceType, name: &str) -> DataSourceProblem {
    let allowed = what_names_may_be(source_type, name).unwrap_or_default();
    DataSourceProblem::ContainerName { name: name.to_owned(), source_type, allowed }
}

/// Checks that a folder is below one that may be read. Links on the way are for the run to find.
pub(super) fn check_folder(connection: &Connection, allowed: &[PathBuf]) -> Result<(), DataSourceProblem> {
    match connection {
        Connection::Files(files) if !allowed.iter().any(|allowed| files.folder.starts_with(allowed)) => {
            Err(DataSourceProblem::FolderNotAllowed)
        }
        Connection::Files(_)
        | Connection::Storage(_)
        | Connection::Sql(_)
        | Connection::Cosmos(_)
        | Connection::MySql(_)
        | Connection::PostgreSql(_)
        | Connection::S3(_) => Ok(()),
    }
}

/// Checks that a connection string of one container is of this one.
pub(super) fn check_reached(connection: &Connection, container: &str) -> Result<(), DataSourceProblem> {
    match connection {
        Connection::Storage(Storage { container: Some(only), .. }) if only != container => {
            Err(DataSourceProblem::OtherContainer { name: container.to_owned() })
        }
        Connection::Storage(_)
        | Connection::Sql(_)
        | Connection::Cosmos(_)
        | Connection::MySql(_)
        | Connection::PostgreSql(_)
        | Connection::Files(_)
        | Connection::S3(_) => Ok(()),
    }
}

/// Whether a query has a meaning: a folder, a filter, or a statement.
const fn has_query(source_type: SourceType) -> bool {
    match source_type {
        SourceType::AzureBlob
        | SourceType::AdlsGen2
        | SourceType::AzureTable
        | SourceType::CosmosDb
        | SourceType::Files
        | SourceType::S3 => true,
        SourceType::AzureSql | SourceType::MySql | SourceType::PostgreSql => false,
    }
}

/// What a name would have to be; none if it is right.
fn what_names_may_be(source_type: SourceType, name: &str) -> Option<&'static str> {
    let is = |allowed: fn(char) -> bool| !name.is_empty() && name.chars().all(allowed);
    let (allowed, what) = match source_type {
        SourceType::AzureBlob | SourceType::AdlsGen2 => (
            matches!(name, "$root" | "$web" | "$logs")
                || is(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                    && (3..=63).contains(&name.len()),
            "It must be the name of a container: 3 to 63 lowercase letters, digits and dashes.",
        ),
        SourceType::AzureTable => (
            is(|c| c.is_ascii_alphanumeric()) && (3..=63).contains(&name.len()),
            "It must be the name of a table: 3 to 63 letters and digits.",
        ),
        SourceType::AzureSql | SourceType::MySql => (
            tables::parts(source_type, name).is_some(),
            "It must be the name of a table or view: letters, digits, '_', '-', '$', '#', dots between its parts and brackets \
             around them, without two dashes in a row.",
        ),
        SourceType::PostgreSql => (
            tables::parts(source_type, name).is_some(),
            "It must be the name of a table or view: letters, digits, '_', '-', '$', '#', dots between its parts and double \
             quotes around them, without two dashes in a row.",
        ),
        SourceType::CosmosDb => (
            is(|c| !matches!(c, '/' | '\\' | '#' | '?')) && name.len() <= 255,
            "It must be the name of a container, without '/', '\\', '#' and '?'.",
        ),
        SourceType::Files => (
            is(|c| !c.is_control()) && !Path::new(name).is_absolute() && !goes_up(Path::new(name)),
            "It must be a folder below that of the connection string, without '..'; '.' is the whole.",
        ),
        SourceType::S3 => (
            is(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'))
                && (3..=63).contains(&name.len()),
            "It must be the name of a bucket: 3 to 63 lowercase letters, digits, dots and dashes.",
        ),
    };
    (!allowed).then_some(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(name: &str, query: Option<&str>) -> Container {
        Container { name: name.into(), query: query.map(str::to_owned) }
    }

    #[test]
    fn names_are_those_of_the_type() {
        for (source_type, right, wrong) in [
            (
                SourceType::AzureBlob,
                &["docs", "$root", "my-docs-1"] as &[_],
                &["", "Docs", "a", "a/b"] as &[_],
            ),
            (SourceType::AzureTable, &["Hotels", "t12"], &["", "my-table", "ab"]),
            (SourceType::AzureSql, &["Hotels", "dbo.Hotels", "[dbo].[Hotels]"], &["", "a--b", "a;b", "a'b"]),
            (SourceType::MySql, &["hotels", "Größen"], &["", "a b", "a`b"]),
            (SourceType::PostgreSql, &["public.hotels", "\"Hotels\""], &["", "a;b", "a--b", "\"a"]),
            (SourceType::CosmosDb, &["my hotels"], &["", "a/b"]),
            (SourceType::Files, &[".", "a/b c"], &["", "/etc", "../x", "a/../.."]),
            (SourceType::S3, &["my.bucket-1"], &["", "My", "ab"]),
        ] {
            for name in right {
                assert_eq!(check(source_type, &container(name, None)), Ok(()), "{source_type} {name}");
            }
            for name in wrong {
                assert!(check(source_type, &container(name, None)).is_err(), "{source_type} {name}");
            }
        }
    }

    #[test]
    fn databases_with_tables_take_no_query() {
        let problem = check(SourceType::AzureSql, &container("t", Some("SELECT 1"))).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "Data sources of type 'azuresql' cannot have a query in 'container'."
        );
        assert_eq!(check(SourceType::AzureSql, &container("t", Some(""))), Ok(()));
        assert_eq!(check(SourceType::AzureBlob, &container("docs", Some("folder"))), Ok(()));
    }

    #[test]
    fn the_query_of_files_is_a_folder_in_the_container() {
        for query in ["", "a/b", "/a/", "..a"] {
            assert_eq!(check(SourceType::Files, &container(".", Some(query))), Ok(()), "{query}");
        }
        for query in ["..", "a/../..", "../secret", "a\nb"] {
            let problem = check(SourceType::Files, &container("a", Some(query))).unwrap_err();
            assert_eq!(
                problem.to_string(),
                format!(
                    "The query '{query}' is not allowed for data sources of type 'files'. It must be a folder below that of the \
                     container, without '..'."
                )
            );
        }
    }

    #[test]
    fn a_signature_of_one_container_is_of_this_one() {
        let text = "ContainerSharedAccessUri=https://me.blob.core.windows.net/docs?sv=1";
        let connection = Connection::parse(SourceType::AzureBlob, text).unwrap();
        assert_eq!(check_reached(&connection, "docs"), Ok(()));
        assert_eq!(
            check_reached(&connection, "other").unwrap_err().to_string(),
            "The connection string is one of another container than 'other'."
        );
    }
}
