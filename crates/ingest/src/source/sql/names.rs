//! Names of tables and views as data sources give them, and how they get into a statement.
//!
//! ```text
//! name = part [ "." part [ "." part ] ]
//! part = letters, digits, "_", "-", "$", "#"  |  "[" the same and "." "]"
//! ```
//!
//! The service allows no other characters (`indexers.md` §2.5, §2.7). Whatever gets into a statement is quoted besides, so
//! that no name can be anything but a name.

use crate::source::SourceError;

/// The parts of a table's name: `[dbo].[hotels]` is `dbo` and `hotels`.
pub(in crate::source) fn parts(name: &str) -> Result<Vec<String>, SourceError> {
    let wrong = || {
        SourceError::Broken(format!(
            "The container name '{name}' is not the name of a table or view: letters, digits, '_', '-', '$', '#', dots \
             and brackets around parts of it are allowed."
        ))
    };
    let mut parts = Vec::new();
    let mut rest = name.trim();
    loop {
        let (part, after) = match rest.strip_prefix('[') {
            Some(inside) => inside.split_once(']').ok_or_else(wrong)?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        let bracketed = rest.starts_with('[');
        let is_allowed =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '#') || (bracketed && c == '.');
        if part.is_empty() || !part.chars().all(is_allowed) {
            return Err(wrong());
        }
        parts.push(part.to_owned());
        match after.strip_prefix('.') {
            Some(after) if parts.len() < 3 => rest = after,
            None if after.is_empty() => return Ok(parts),
            Some(_) | None => return Err(wrong()),
        }
    }
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
    fn names_are_parts_between_dots() {
        for (name, expected) in [
            ("hotels", vec!["hotels"]),
            ("dbo.hotels-2", vec!["dbo", "hotels-2"]),
            ("[dbo].[ho.tels]", vec!["dbo", "ho.tels"]),
            ("a.[b].c_1", vec!["a", "b", "c_1"]),
            ("größe", vec!["größe"]),
            ("archive$2", vec!["archive$2"]),
        ] {
            assert_eq!(parts(name).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn whatever_else_is_refused() {
        for name in [
            "", "a.", ".a", "a..b", "a.b.c.d", "[a", "[a]b", "a b", "a;drop", "a\"b", "a'b", "[a]]", "a`b",
            "[]", "--;",
        ] {
            assert!(parts(name).is_err(), "{name}");
        }
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
