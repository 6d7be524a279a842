//! Whether a query over a collection delivers its documents in the order of `_ts`, which is what a run can be resumed by.
//!
//! ```text
//! order   = … "ORDER BY" path [ "ASC" ] end
//! path    = name "._ts" | name "[" ( "'_ts'" | '"_ts"' ) "]"
//! ```
//!
//! Only what surely is in order counts: a query that is taken for ordered and is not would lose documents, one that is not
//! recognised costs a warning, and whoever knows better says so (`assumeOrderByHighWaterMarkColumn`, `indexers.md` §2.6).

/// The name of the parameter that stands for the mark of the last run.
pub(super) const PARAMETER: &str = "@HighWaterMark";

/// The whole collection, in order, from the mark on (`indexers.md` §2.6).
pub(super) const EVERYTHING_SINCE: &str = "SELECT * FROM c WHERE c._ts >= @HighWaterMark ORDER BY c._ts";

/// The whole collection, for data sources without change detection.
pub(super) const EVERYTHING: &str = "SELECT * FROM c";

/// Whether the query names the parameter.
pub(super) fn has_parameter(query: &str) -> bool {
    words(query).iter().any(|word| word == PARAMETER)
}

/// Whether the documents come in the order of `_ts`, oldest first.
pub(super) fn by_timestamp(query: &str) -> bool {
    let words = words(query);
    let is =
        |at: usize, expected: &str| words.get(at).is_some_and(|word| word.eq_ignore_ascii_case(expected));
    let Some(order) = (0..words.len()).rev().find(|&at| is(at, "order") && is(at + 1, "by")) else {
        return false;
    };
    let mut rest: Vec<&str> = words.iter().skip(order + 2).map(String::as_str).collect();
    if rest.last().is_some_and(|word| word.eq_ignore_ascii_case("asc")) {
        rest.pop();
    }
    matches!(rest[..], [_, ".", "_ts"] | [_, "[", "'_ts'" | "\"_ts\"", "]"])
}

/// The words, string literals and signs of a query, without blanks and comments.
fn words(query: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => literal(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        if !word.starts_with("--") {
            words.push(word.to_owned());
        }
        rest = after.trim_start();
    }
    words
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '@'
}

/// The bytes of the literal at the start, its quotes included; to the end if it is not closed.
fn literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_order(query: &str, expected: bool) {
        assert_eq!(by_timestamp(query), expected, "{query}");
    }

    #[test]
    fn queries_that_end_with_the_order_of_the_timestamp_are_in_order() {
        for query in [
            EVERYTHING_SINCE,
            "select * from root where root._ts >= @HighWaterMark\n order  by root._ts",
            "SELECT c.id, c._ts FROM c WHERE c.a = 'x' ORDER BY c._ts ASC",
            "SELECT * FROM c ORDER BY c[\"_ts\"]",
            "SELECT * FROM c ORDER BY c['_ts'] asc -- oldest first\n",
        ] {
            check_order(query, true);
        }
    }

    #[test]
    fn whatever_else_is_not() {
        for query in [
            EVERYTHING,
            "",
            "SELECT * FROM c ORDER BY c._ts DESC",
            "SELECT * FROM c ORDER BY c._ts, c.id",
            "SELECT * FROM c ORDER BY c.inner._ts",
            "SELECT * FROM c ORDER BY c._ts OFFSET 0 LIMIT 10",
            "SELECT * FROM c WHERE c.a = 'ORDER BY c._ts'",
            "SELECT * FROM c WHERE c.a = 'it\\'s ORDER BY c._ts",
            "SELECT * FROM c -- ORDER BY c._ts",
            "ORDER BY",
        ] {
            check_order(query, false);
        }
    }

    #[test]
    fn the_parameter_counts_outside_of_literals_only() {
        assert!(has_parameter(EVERYTHING_SINCE));
        assert!(!has_parameter("SELECT * FROM c WHERE c.a = '@HighWaterMark'"));
        assert!(!has_parameter("SELECT * FROM c WHERE c.a = @HighWaterMarks"));
    }
}
