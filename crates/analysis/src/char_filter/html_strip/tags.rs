//! What tags look like to Lucene's `HTMLStripCharFilter`, whose grammar of attributes is a regular expression: event
//! handlers (`onclick="a > b"`) and server-side includes may hold angle brackets, other attributes not.

use std::sync::LazyLock;

use regex_automata::hybrid::dfa;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

use crate::budget::Budget;
use crate::error::AnalysisError;
use crate::unicode::CharSet;

/// Elements that are no names to the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Break,
    Script,
    Style,
}

/// The name of an element.
pub(super) struct Name {
    pub(super) end: usize,
    /// Whether it stands within a line.
    pub(super) inline: bool,
}

/// Elements that stand within a line, in order.
const INLINE: [&str; 31] = [
    "a", "abbr", "acronym", "b", "basefont", "bdo", "big", "cite", "code", "dfn", "em", "font", "i", "img",
    "input", "kbd", "label", "q", "s", "samp", "select", "small", "span", "strike", "strong", "sub", "sup",
    "textarea", "tt", "u", "var",
];

/// The name at this place of the text.
pub(super) fn name(text: &str, at: usize) -> Option<Name> {
    static BEGINS: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(r"[:_\p{ID_Start}&&\p{Age:9.0}]"));
    static GOES_ON: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(r"[-.:_\p{ID_Continue}&&\p{Age:9.0}]"));
    let rest = text.get(at..)?;
    rest.chars().next().filter(|c| BEGINS.contains(*c))?;
    let len = rest.find(|c| !GOES_ON.contains(c)).unwrap_or(rest.len());
    let name = rest.get(..len)?;
    let inline = INLINE.iter().any(|known| known.eq_ignore_ascii_case(name));
    Some(Name { end: at + len, inline })
}

/// The place behind white space, of which Unicode's idea is the grammar's.
pub(super) fn after_space(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len())
}

/// White space in the bytes of a text.
const SPACE: &str =
    r"(?:[\t-\r ]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)";

/// Start tags of one text.
pub(super) struct Tags<'t> {
    text: &'t str,
    tail: Grammar,
    raw_tail: Grammar,
    /// The `>` found last, or the end of the text.
    close: usize,
    /// Bytes read in vain cost steps. Lucene reads to the end of the text for each quote that is not closed, which for 16 MB
    /// of them would take days.
    budget: &'t Budget,
}

impl<'t> Tags<'t> {
    pub(super) fn new(text: &'t str, budget: &'t Budget) -> Self {
        budget.add_for(text);
        Self { text, tail: Grammar::new(&TAIL), raw_tail: Grammar::new(&RAW_TAIL), close: 0, budget }
    }

    /// The first `>` from a place on; places do not go back.
    pub(super) fn next_close(&mut self, at: usize) -> Option<usize> {
        if self.close < at || self.close == 0 {
            let rest = self.text.get(at..).unwrap_or_default();
            self.close = at + rest.find('>').unwrap_or(rest.len());
        }
        (self.close < self.text.len()).then_some(self.close)
    }

    /// The end of a tag of one of the special elements, whose name begins at `at`.
    pub(super) fn element(&mut self, at: usize) -> Result<Option<(Element, usize)>, AnalysisError> {
        let begins = |name: &str| {
            let found = self.text.as_bytes().get(at..at + name.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        };
        let (element, len, grammar) = if begins("br") {
            (Element::Break, 2, &mut self.tail)
        } else if begins("script") {
            (Element::Script, 6, &mut self.raw_tail)
        } else if begins("style") {
            (Element::Style, 5, &mut self.raw_tail)
        } else {
            return Ok(None);
        };
        let end = grammar.longest(self.text, at + len, self.budget)?;
        Ok(end.map(|end| (element, end)))
    }

    /// The end of any other tag, whose name ends at `at`.
    pub(super) fn tail(&mut self, at: usize) -> Result<Option<usize>, AnalysisError> {
        self.tail.longest(self.text, at, self.budget)
    }
}

/// A regular expression at work on one text.
struct Grammar {
    dfa: &'static dfa::DFA,
    /// The states that were needed so far; all of them would take seconds to find.
    cache: Option<dfa::Cache>,
}

impl Grammar {
    fn new(dfa: &'static dfa::DFA) -> Self {
        Self { dfa, cache: None }
    }

    /// The longest match that begins at `at`. What is read beyond it goes off the budget.
    fn longest(&mut self, text: &str, at: usize, budget: &Budget) -> Result<Option<usize>, AnalysisError> {
        let Self { dfa, cache } = self;
        let cache = cache.get_or_insert_with(|| dfa.create_cache());
        let anchored = start::Config::new().anchored(Anchored::Yes);
        let mut state = dfa.start_state(cache, &anchored).map_err(|_| AnalysisError::MarkupTooSlow)?;
        let (mut longest, mut read) = (None, at);
        for &byte in text.as_bytes().get(at..).unwrap_or_default() {
            state = dfa.next_state(cache, state, byte).map_err(|_| AnalysisError::MarkupTooSlow)?;
            if state.is_match() {
                longest = Some(read); // the automaton is a byte late
            }
            if state.is_dead() {
                break;
            }
            read += 1;
        }
        if read == text.len() {
            state = dfa.next_eoi_state(cache, state).map_err(|_| AnalysisError::MarkupTooSlow)?;
            longest = if state.is_match() { Some(read) } else { longest };
        }
        let in_vain = read - longest.unwrap_or(at);
        budget.spend_on(in_vain as u64, AnalysisError::MarkupTooSlow)?;
        Ok(longest)
    }
}

static TAIL: LazyLock<dfa::DFA> =
    LazyLock::new(|| compiled(&format!("(?:(?:={SPACE}*|{SPACE}+){})?{SPACE}*/?>", content())));
static RAW_TAIL: LazyLock<dfa::DFA> =
    LazyLock::new(|| compiled(&format!("(?:{SPACE}+{})?{SPACE}*>", content())));

/// What may stand between the name and the end of a tag.
fn content() -> String {
    let (single, double) = (r"'(?:\\'|[^'])*'", r#""(?:\\"|[^"])*""#);
    let events = "abort|blur|change|click|dblclick|error|focus|keydown|keypress|keyup|load|mousedown|mousemove|mouseout|\
                  mouseover|mouseup|reset|select|submit|unload";
    let event = format!("(?i:on(?:{events})){SPACE}*={SPACE}*(?:{single}|{double})");
    let include = format!(r#"<!--#(?:[^'"]|{single}|{double})*-->"#);
    format!("(?:{event}|[^<>]|{include})*")
}

#[expect(clippy::expect_used, reason = "the patterns are constant: they compile or no test passes")]
fn compiled(pattern: &str) -> dfa::DFA {
    dfa::Builder::new()
        .configure(dfa::Config::new().match_kind(MatchKind::All))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build(pattern)
        .expect("the pattern is a regular expression")
}

/// The end of a comment whose text begins at `at`.
pub(super) fn comment_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at;
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        if rest.starts_with(b"-->") {
            return Some(at + 3);
        }
        at = if rest.starts_with(b"<!--#") { include_end(bytes, at + 5)? } else { at + 1 };
    }
    None
}

/// The end of a server-side include: a `-->` that is not within quotes.
fn include_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at..)? {
            [b'-', b'-', b'>', ..] => return Some(at + 3),
            [quote @ (b'\'' | b'"'), ..] => at = quoted_end(bytes, at + 1, *quote)?,
            [] => return None,
            [_, ..] => at += 1,
        }
    }
}

/// The place behind the quote that closes; a backslash stands before one that does not.
fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The end of the tag that closes a script or a style whose text begins at `at`, past comments in it.
pub(super) fn raw_end(text: &str, mut at: usize, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'<')?;
        let rest = bytes.get(at..)?;
        if rest.starts_with(b"<!--") {
            at = raw_comment_end(bytes, at + 4)?;
        } else if let Some(end) = rest.starts_with(b"</").then(|| closing_end(text, at + 2, name)).flatten() {
            return Some(end);
        } else {
            at += 1;
        }
    }
}

fn closing_end(text: &str, at: usize, name: &str) -> Option<usize> {
    let at = after_space(text, at);
    let found = text.as_bytes().get(at..at + name.len())?;
    let close = after_space(text, at + name.len());
    (found.eq_ignore_ascii_case(name.as_bytes()) && text.as_bytes().get(close) == Some(&b'>'))
        .then_some(close + 1)
}

/// The end of a comment in a script or a style, where quotes hide what would end it.
fn raw_comment_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at..)? {
            [b'-', b'-', b'>', ..] => return Some(at + 3),
            [b'<', b'!', b'-', b'-', b'#', ..] => at = include_end(bytes, at + 5)?,
            [quote @ (b'\'' | b'"'), ..] => at = quoted_end(bytes, at + 1, *quote)?,
            [] => return None,
            [_, ..] => at += 1,
        }
    }
}
