//! `tests/data/simple.txt`, row by row, and what must hold for any text.

use lazuli_query::limits::{CLAUSES_MAX, DEPTH_MAX};
use lazuli_query::{Node, Operator, SearchMode, simple};
use proptest::prelude::*;

/// A tree in the notation of the table.
fn notation(node: &Node) -> String {
    let word = |text: &str| {
        let is_plain = !text.is_empty() && text.chars().all(char::is_alphanumeric);
        if is_plain { text.to_owned() } else { format!("‹{text}›") }
    };
    match node {
        Node::MatchNone => "NONE".to_owned(),
        Node::MatchAll => "ALL".to_owned(),
        Node::Term(text) => word(text),
        Node::Phrase(text) => format!("\"{}\"", text.replace('"', "\\\"")),
        Node::Prefix(text) => format!("{}*", word(text)),
        Node::Not(child) => format!("-{}", notation(child)),
        Node::Bool { operator, children } => {
            let operator = match operator {
                Operator::Must => " AND ",
                Operator::Should => " OR ",
            };
            format!("({})", children.iter().map(notation).collect::<Vec<_>>().join(operator))
        }
    }
}

#[test]
fn the_simple_syntax_is_lucenes() {
    let rows = include_str!("../data/simple.txt").lines();
    let rows: Vec<&str> = rows.filter(|row| !row.is_empty() && !row.starts_with('#')).collect();
    assert!(rows.len() >= 100, "the table has been cut");
    for row in rows {
        let (left, expected) = row.split_once("=>").unwrap_or_else(|| panic!("no tree in {row}"));
        let (mode, text) = left.split_once(' ').unwrap_or_else(|| panic!("no text in {row}"));
        let mode = match mode {
            "any" => SearchMode::Any,
            "all" => SearchMode::All,
            _ => panic!("no mode in {row}"),
        };
        let text = text.trim_end().replace('␣', " ").replace('␉', "\t").replace('␊', "\n");
        assert_eq!(notation(&simple::parse(&text, mode)), expected.trim(), "{row}");
    }
}

/// Levels of a tree.
fn depth(node: &Node) -> usize {
    match node {
        Node::MatchNone | Node::MatchAll | Node::Term(_) | Node::Phrase(_) | Node::Prefix(_) => 1,
        Node::Not(child) => 1 + depth(child),
        Node::Bool { children, .. } => 1 + children.iter().map(depth).max().unwrap_or_default(),
    }
}

fn leaves(node: &Node) -> usize {
    match node {
        Node::MatchNone | Node::MatchAll => 0,
        Node::Term(_) | Node::Phrase(_) | Node::Prefix(_) => 1,
        Node::Not(child) => leaves(child),
        Node::Bool { children, .. } => children.iter().map(leaves).sum(),
    }
}

#[test]
fn monstrous_texts_give_bounded_trees_in_linear_time() {
    let nested = |unit: &str, close: &str| unit.repeat(20_000) + "a" + &close.repeat(20_000);
    let texts = [
        "(".repeat(100_000),
        ")".repeat(100_000),
        "\"".repeat(99_999),
        "-".repeat(100_000),
        "\\".repeat(99_999),
        "(\"".repeat(50_000),
        "(a \" ".repeat(20_000),
        "a ".repeat(50_000),
        "a + b | ".repeat(12_000),
        nested("(", ")"),
        nested("-(", ")"),
        nested("(a + ", ")"),
        nested("(a | -(b + ", "))"),
    ];
    for text in texts {
        for mode in [SearchMode::Any, SearchMode::All] {
            let tree = simple::parse(&text, mode);
            assert!(depth(&tree) <= DEPTH_MAX && leaves(&tree) <= CLAUSES_MAX + 1, "{:.20}", text);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_a_query(text in r#"([-+|"()\\* ]|[a-c]|\PC){0,40}"#, all: bool) {
        let mode = if all { SearchMode::All } else { SearchMode::Any };
        let tree = simple::parse(&text, mode);
        prop_assert!(is_well_formed(&tree), "{:?}", tree);
    }

    #[test]
    fn escaped_words_are_terms(word in r#"[-+|"()\\*~^':/ a-c]{1,10}"#) {
        let escaped: String = word.chars().flat_map(|character| ['\\', character]).collect();
        prop_assert_eq!(simple::parse(&escaped, SearchMode::Any), Node::Term(word));
    }
}

/// What the tree promises: no empty texts, no joins of fewer than two, nothing but a whole text is `ALL` or `NONE`.
fn is_well_formed(tree: &Node) -> bool {
    fn inner(node: &Node) -> bool {
        match node {
            Node::MatchNone | Node::MatchAll => false,
            Node::Term(text) | Node::Prefix(text) => !text.is_empty(),
            Node::Phrase(_) => true,
            Node::Not(child) => inner(child),
            Node::Bool { children, .. } => children.len() >= 2 && children.iter().all(inner),
        }
    }
    matches!(tree, Node::MatchNone | Node::MatchAll) || inner(tree)
}
