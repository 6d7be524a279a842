//! Names of tables, views and columns, and how they get into a statement: quoted, so that no name can be anything but a name.

use lazuli_catalog::data_sources::{SourceType, tables, wrong_table};

use crate::source::SourceError;

/// The parts of a table's name: `[dbo].[hotels]` is `dbo` and `hotels`.
pub(in crate::source) fn parts(
    source_type: SourceType,
    name: &str,
) -> Result<Vec<tables::Part>, SourceError> {
    tables::parts(source_type, name)
        .ok_or_else(|| SourceError::Broken(wrong_table(source_type, name).to_string()))
}

/// A name in the quotes of standard SQL.
pub(in crate::source) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The column that is meant: the one of this name, or else the first of this name in other letters.
pub(in crate::source) fn column<'a, T>(
    columns: &'a [T],
    name: impl Fn(&T) -> &str,
    wanted: &str,
) -> Result<&'a T, SourceError> {
    let exact = columns.iter().find(|column| name(column) == wanted);
    exact
        .or_else(|| columns.iter().find(|column| name(column).eq_ignore_ascii_case(wanted)))
        .ok_or_else(|| SourceError::Broken(format!("The table has no column '{wanted}'.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_is_refused_as_in_the_definition() {
        let refusal = parts(SourceType::PostgreSql, "\"a").unwrap_err().to_string();
        assert!(
            refusal.starts_with(
                "The container name '\"a' is not allowed for data sources of type 'postgresql'."
            )
        );
        assert!(refusal.ends_with("without two dashes in a row."), "{refusal}");
    }

    #[test]
    fn quotes_within_a_name_are_doubled() {
        assert_eq!(quoted("a\"; DROP TABLE b; --"), "\"a\"\"; DROP TABLE b; --\"");
    }

    #[test]
    fn columns_are_found_in_any_case() {
        let columns = ["ID", "id", "Name"];
        let find = |wanted| column(&columns, |name| name, wanted).copied();
        assert_eq!((find("id"), find("name")), (Ok("id"), Ok("Name")));
        assert!(find("x").is_err());
    }
}
