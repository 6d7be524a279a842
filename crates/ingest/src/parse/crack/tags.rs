//! Feeds a page to the tokenizer tag by tag, none of which has more attributes than [`ATTRIBUTES_MAX`].
//!
//! The tokenizer compares each attribute with all before it in its tag: a page that is one tag of millions of attributes would
//! take it days, in which nothing could stop it. The states here are those of the standard, without what tokens are made of.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TokenSink, Tokenizer};

/// Attributes of a tag that are read; more are left out. Ours; the ones that are looked at come first in any page that means
/// them to be read.
pub(super) const ATTRIBUTES_MAX: usize = 100;

/// Tendrils have 32-bit lengths and lengths are limited long before; pieces keep each one small.
pub(super) const PIECE_BYTES: usize = 1 << 16;

/// What a sink knows of where the tokenizer is.
pub(super) trait Whereabouts {
    /// The element whose text has no tags but its own end, if the tokenizer is in one.
    fn raw(&self) -> Option<&'static str>;

    /// Comments and document types so far.
    fn declarations(&self) -> u64;
}

/// Feeds a page to its end.
pub(super) fn feed<S: TokenSink + Whereabouts>(text: &str, tokenizer: &Tokenizer<S>) {
    let input = BufferQueue::default();
    let mut rest = text;
    while let Some((at, markup)) = next_markup(rest, tokenizer.sink.raw()) {
        let (before, from) = rest.split_at(at);
        push(before, &input, tokenizer);
        rest = match markup {
            Markup::Tag => feed_tag(from, &input, tokenizer),
            Markup::Declaration => feed_declaration(from, &input, tokenizer),
        };
    }
    push(rest, &input, tokenizer);
}

fn push<S: TokenSink>(text: &str, input: &BufferQueue, tokenizer: &Tokenizer<S>) {
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
        input.push_back(StrTendril::from_slice(piece));
        // The sink runs no scripts, so the tokenizer never stops before the end of its input.
        let _ = tokenizer.feed(input);
        rest = after;
    }
}

/// Feeds the tag that the text begins with; yields what follows it.
fn feed_tag<'a, S: TokenSink>(text: &'a str, input: &BufferQueue, tokenizer: &Tokenizer<S>) -> &'a str {
    let extent = Extent::of(text);
    let (tag, rest) = text.split_at(extent.end);
    match extent.kept {
        None => push(tag, input, tokenizer),
        Some(kept) => {
            push(tag.split_at(kept).0, input, tokenizer);
            if extent.is_closed {
                push(">", input, tokenizer);
            }
        }
    }
    rest
}

/// Feeds the comment or the like that the text begins with: it ends with a `>`, but not with every one.
fn feed_declaration<'a, S: TokenSink + Whereabouts>(
    text: &'a str,
    input: &BufferQueue,
    tokenizer: &Tokenizer<S>,
) -> &'a str {
    let before = tokenizer.sink.declarations();
    let mut rest = text;
    while tokenizer.sink.declarations() == before {
        let end = rest.find('>').map_or(rest.len(), |at| at + 1);
        if end == 0 {
            break;
        }
        let (piece, after) = rest.split_at(end);
        push(piece, input, tokenizer);
        rest = after;
    }
    rest
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Markup {
    Tag,
    Declaration,
}

/// Where the next tag or declaration begins.
fn next_markup(text: &str, raw: Option<&str>) -> Option<(usize, Markup)> {
    let bytes = text.as_bytes();
    let starts = memchr::memchr_iter(b'<', bytes);
    let mut markups = starts.filter_map(|at| {
        let markup = match (raw, bytes.get(at + 1..)?) {
            (Some(name), [b'/', after @ ..]) => is_end_of(name, after).then_some(Markup::Tag),
            (Some(_), _) => None,
            (None, [first, ..]) if first.is_ascii_alphabetic() => Some(Markup::Tag),
            (None, [b'/', first, ..]) if first.is_ascii_alphabetic() => Some(Markup::Tag),
            (None, [b'/', b'>', ..] | [b'/']) => None,
            (None, [b'!' | b'?' | b'/', ..]) => Some(Markup::Declaration),
            (None, _) => None,
        };
        markup.map(|markup| (at, markup))
    });
    markups.next()
}

fn is_end_of(name: &str, after: &[u8]) -> bool {
    let named = after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
    named && after.get(name.len()).is_some_and(|next| is_space(*next) || matches!(next, b'/' | b'>'))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}

/// How far a tag goes.
#[derive(Debug, PartialEq)]
struct Extent {
    /// Where it is cut off, if it has too many attributes.
    kept: Option<usize>,
    /// Behind its `>`, or at the end of the text.
    end: usize,
    is_closed: bool,
}

/// Where in a tag a byte is.
#[derive(Clone, Copy)]
enum Part {
    Name,
    BeforeAttribute,
    AttributeName,
    AfterAttributeName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl Extent {
    /// Of the tag that the text begins with.
    fn of(text: &str) -> Extent {
        let (mut part, mut attributes, mut kept) = (Part::Name, 0, None);
        // The `/` of an end tag is not one that ends the name.
        let begin = if text.starts_with("</") { 2 } else { 1 };
        for (at, byte) in text.bytes().enumerate().skip(begin) {
            let next = part.after(byte);
            match (part, next) {
                (_, None) => return Extent { kept, end: at + 1, is_closed: true },
                (Part::BeforeAttribute | Part::AfterAttributeName, Some(Part::AttributeName)) => {
                    attributes += 1;
                    if attributes > ATTRIBUTES_MAX {
                        kept = kept.or(Some(at));
                    }
                }
                (_, Some(_)) => {}
            }
            part = next.unwrap_or(part);
        }
        Extent { kept, end: text.len(), is_closed: false }
    }
}

impl Part {
    /// Where the next byte is; nowhere in the tag behind its `>`.
    fn after(self, byte: u8) -> Option<Part> {
        let next = match (self, byte) {
            (Part::Quoted(quote), byte) if byte == quote => Part::BeforeAttribute,
            (Part::Quoted(quote), _) => Part::Quoted(quote),
            (_, b'>') => return None,
            (Part::BeforeValue, b'"' | b'\'') => Part::Quoted(byte),
            (Part::BeforeValue, byte) if is_space(byte) => Part::BeforeValue,
            (Part::BeforeValue, _) => Part::Unquoted,
            (Part::Unquoted, byte) if !is_space(byte) => Part::Unquoted,
            (Part::AttributeName | Part::AfterAttributeName, b'=') => Part::BeforeValue,
            (Part::AttributeName | Part::AfterAttributeName, byte) if is_space(byte) => {
                Part::AfterAttributeName
            }
            (_, b'/') => Part::BeforeAttribute,
            (_, byte) if is_space(byte) => Part::BeforeAttribute,
            (Part::Name, _) => Part::Name,
            (Part::BeforeAttribute | Part::AttributeName | Part::AfterAttributeName | Part::Unquoted, _) => {
                Part::AttributeName
            }
        };
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> String {
        (0..count).map(|n| format!(" a{n}")).collect()
    }

    #[test]
    fn a_tag_goes_to_its_end_outside_of_quotes() {
        for (text, expected) in [
            ("<p>x", 3),
            ("</p>x", 4),
            ("<a b=\">\" c='>'>x", 15),
            ("<a b=c\"d>x", 9),
            ("<a b\">x", 6),
            ("<a \"='>'>x", 9),
            ("<a = '>x", 7),
            ("<a b = \"c\"d>x", 12),
            ("<a/b/>x", 6),
        ] {
            assert_eq!(Extent::of(text), Extent { kept: None, end: expected, is_closed: true }, "{text}");
        }
        assert_eq!(Extent::of("<a b='>x").end, 8);
        assert!(!Extent::of("<a b='>x").is_closed);
    }

    #[test]
    fn more_attributes_than_are_read_are_cut_off() {
        let kept = format!("<p{} ", names(ATTRIBUTES_MAX));
        for more in ["a", "a='>'", "a b c = \"d>\"/e", "é"] {
            let tag = format!("{kept}{more}>");
            let expected = Extent { kept: Some(kept.len()), end: tag.len(), is_closed: true };
            assert_eq!(Extent::of(&format!("{tag}x>")), expected, "{more}");
        }
        assert_eq!(Extent::of(&format!("{kept}>")).kept, None);
        let slashes = format!("<p{}>", "/a".repeat(ATTRIBUTES_MAX + 1));
        assert_eq!(Extent::of(&slashes).kept, Some(2 + 2 * ATTRIBUTES_MAX + 1));
    }
}
