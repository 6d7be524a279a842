//! Names of tables and views, as `container.name` gives them. One grammar for the definition and for the run.
//!
//! ```text
//! name  = part [ "." part [ "." part ] ]          mysql: two parts at most
//! part  = plain | "[" ( plain | "." )+ "]"      azuresql, mysql
//! part  = plain | '"' ( any | '""' )+ '"'       postgresql; '""' is one quote
//! plain = letters, digits, "_", "-", "$", "#"
//! ```
//!
//! The service allows no other characters and no two dashes in a row (`indexers.md` §2.5, §2.7). Quoted names are PostgreSQL's own: a
//! name there is in lower case unless it is quoted.

use super::SourceType;

/// One part of a name: `dbo` and `hotels` of `[dbo].[hotels]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Without its brackets or quotes.
    pub name: String,
    /// Whether it stood in brackets or quotes.
    pub is_quoted: bool,
}

/// The parts of the name of a table or view; `None` if it is none, or if sources of this type have no tables.
pub fn parts(source_type: SourceType, name: &str) -> Option<Vec<Part>> {
    let (quote, most) = match source_type {
        SourceType::AzureSql => ('[', 3),
        // There are no schemas in databases.
        SourceType::MySql => ('[', 2),
        SourceType::PostgreSql => ('"', 3),
        SourceType::AzureBlob
        | SourceType::AdlsGen2
        | SourceType::AzureTable
        | SourceType::CosmosDb
        | SourceType::Files
        | SourceType::S3 => return None,
    };
    if name.contains("--") || name.chars().any(char::is_control) {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = name.trim();
    loop {
        let (part, after) = match rest.strip_prefix(quote) {
            Some(inside) if quote == '[' => bracketed(inside)?,
            Some(inside) => in_quotes(inside)?,
            None => plain(rest)?,
        };
        parts.push(part);
        match after.strip_prefix('.') {
            Some(after) if parts.len() < most => rest = after,
            None if after.is_empty() => return Some(parts),
            Some(_) | None => return None,
        }
    }
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '#')
}

fn plain(text: &str) -> Option<(Part, &str)> {
    let (name, after) = text.split_at(text.find('.').unwrap_or(text.len()));
    let is_right = !name.is_empty() && name.chars().all(is_plain);
    is_right.then(|| (Part { name: name.to_owned(), is_quoted: false }, after))
}

fn bracketed(inside: &str) -> Option<(Part, &str)> {
    let (name, after) = inside.split_once(']')?;
    let is_right = !name.is_empty() && name.chars().all(|c| is_plain(c) || c == '.');
    is_right.then(|| (Part { name: name.to_owned(), is_quoted: true }, after))
}

fn in_quotes(inside: &str) -> Option<(Part, &str)> {
    let mut name = String::new();
    let mut rest = inside;
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return (!name.is_empty()).then_some((Part { name, is_quoted: true }, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source_type: SourceType, name: &str, expected: &[&str]) {
        let found = parts(source_type, name).unwrap_or_default();
        let names: Vec<&str> = found.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, expected, "{source_type} {name}");
    }

    #[test]
    fn names_are_parts_between_dots() {
        for source_type in [SourceType::AzureSql, SourceType::MySql, SourceType::PostgreSql] {
            check(source_type, "hotels", &["hotels"]);
            check(source_type, "dbo.hotels-2", &["dbo", "hotels-2"]);
            check(source_type, "größe", &["größe"]);
            check(source_type, "archive$2", &["archive$2"]);
        }
        for source_type in [SourceType::AzureSql, SourceType::MySql] {
            check(source_type, "[dbo].[ho.tels]", &["dbo", "ho.tels"]);
        }
        check(SourceType::AzureSql, "a.[b].c_1", &["a", "b", "c_1"]);
        check(SourceType::PostgreSql, "\"Hotels\"", &["Hotels"]);
        check(SourceType::PostgreSql, "public.\"my hotels\"", &["public", "my hotels"]);
        check(SourceType::PostgreSql, "\"a.\"\"b\"\"\".c", &["a.\"b\"", "c"]);
    }

    #[test]
    fn whatever_else_is_none() {
        for source_type in [SourceType::AzureSql, SourceType::MySql, SourceType::PostgreSql] {
            for name in
                ["", "a.", ".a", "a..b", "a.b.c.d", "a b", "a;drop", "a\"b", "a'b", "a`b", "--;", "a--b"]
            {
                check(source_type, name, &[]);
            }
        }
        check(SourceType::MySql, "a.b.c", &[]);
        for name in ["[a", "[a]b", "[a]]", "[]", "\"a\""] {
            check(SourceType::AzureSql, name, &[]);
        }
        for name in ["\"a", "\"a\"b", "\"\"", "\"a\"\"", "[a]", "\"a--b\"", "\"a\nb\""] {
            check(SourceType::PostgreSql, name, &[]);
        }
        check(SourceType::CosmosDb, "hotels", &[]);
    }

    #[test]
    fn it_is_known_what_was_quoted() {
        let found = parts(SourceType::PostgreSql, "a.\"B\"").unwrap_or_default();
        assert_eq!(found.iter().map(|part| part.is_quoted).collect::<Vec<_>>(), [false, true]);
    }
}
