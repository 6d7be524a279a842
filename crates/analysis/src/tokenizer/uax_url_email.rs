//! `uax_url_email`: words as the standard tokenizer has them, but URLs and e-mail addresses in one
//! (`UAX29URLEmailTokenizer`).
//!
//! At each place the longest of all is the token. Some of Lucene's rules look one character ahead, which counts for the
//! length: a bare host name is a URL only if no letter follows; if one does, the place is read again without bare host
//! names. Nothing is longer than `length_max` units, what was looked ahead included.

use super::internet::{self, HostKind};
use super::place::Place;
use super::standard::{Scan, Scanner};
use crate::data::Suffixes;
use crate::pipeline::{Flow, Kind, Piece, Stop};
use crate::unicode::CharSet;

/// Feeds each word of `text` to `emit`. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(
    text: &str,
    length_max: u32,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    let mut reader = Reader {
        text,
        length_max,
        words: Scanner::get(),
        no_bare_hosts: false,
        no_word_before: 0,
        atoms_end: 0,
    };
    let mut at = Place::default();
    while let Some(c) = at.char_in(text) {
        if c.is_ascii_whitespace() {
            at = at.after(c);
            continue;
        }
        let Some((len, kind)) = reader.longest(at) else {
            at = at.after(c);
            continue;
        };
        let end = Place { byte: at.byte + len.byte, unit: at.unit + len.unit };
        let word = text.get(at.byte..end.byte).unwrap_or_default();
        emit(Piece::new(word, at.unit, end.unit, kind))?;
        at = end;
    }
    Ok(at.unit)
}

/// What is known of the text while it is read.
struct Reader<'t> {
    text: &'t str,
    length_max: u32,
    words: &'static Scanner,
    /// A bare host name was none; until the next token none is looked for.
    no_bare_hosts: bool,
    /// No word begins before this byte.
    no_word_before: usize,
    /// Where the run of characters of e-mail addresses ends that was looked at last.
    atoms_end: usize,
}

/// The best of the rules so far.
#[derive(Debug, Clone, Copy)]
struct Best {
    /// What decides, in units: the token and what was looked ahead.
    total: u32,
    /// How long the token is.
    len: Place,
    /// None for a bare host name that is none, because a letter follows.
    kind: Option<Kind>,
}

/// In the order of Lucene's rules, which decides between equals.
struct Rules {
    best: Option<Best>,
}

impl Rules {
    fn offer(&mut self, total: u32, len: Place, kind: Option<Kind>) {
        if self.best.is_none_or(|best| best.total < total) {
            self.best = Some(Best { total, len, kind });
        }
    }

    /// Of ASCII only, with nothing to look ahead at.
    fn offer_bytes(&mut self, len: usize, kind: Kind) {
        self.offer(len as u32, ascii(len), Some(kind));
    }
}

fn ascii(len: usize) -> Place {
    Place { byte: len, unit: len as u32 }
}

impl Reader<'_> {
    /// The token that begins at the place: how long it is, and of what kind.
    fn longest(&mut self, start: Place) -> Option<(Place, Kind)> {
        let bytes = self.text.as_bytes();
        let end = bytes.len().min(start.byte + self.length_max as usize);
        let window = bytes.get(start.byte..end).unwrap_or_default();
        if is_plain(window) {
            return self.word(start).inspect(|_| self.no_bare_hosts = false);
        }
        let mut best = self.read(start, window)?;
        if best.kind.is_none() {
            self.no_bare_hosts = true;
            best = self.read(start, window)?;
        }
        self.no_bare_hosts = false;
        best.kind.map(|kind| (best.len, kind))
    }

    fn read(&mut self, start: Place, window: &[u8]) -> Option<Best> {
        let mut rules = Rules { best: None };
        if let Some(len) = internet::url(window) {
            rules.offer_bytes(len, Kind::Url);
        }
        self.offer_hosts(start, window, &mut rules);
        if let Some((scheme, address)) = window.split_at_checked(7)
            && scheme.eq_ignore_ascii_case(b"mailto:")
            && let Some(len) = internet::email(address)
        {
            rules.offer(7 + len as u32, ascii(6), Some(Kind::Word));
        }
        if self.may_be_email(start.byte)
            && let Some(len) = internet::email(window)
        {
            rules.offer_bytes(len, Kind::Email);
        }
        if let Some((len, kind)) = self.word(start) {
            rules.offer(len.unit, len, Some(kind));
        }
        rules.best
    }

    /// The rules of host names without anything around them.
    fn offer_hosts(&self, start: Place, window: &[u8], rules: &mut Rules) {
        let mut hosts = Vec::new();
        internet::strict_hosts(window, |len, kind| hosts.push((len, kind)));
        let next = |len: usize| {
            let c = self.text.get(start.byte + len..).and_then(|rest| rest.chars().next())?;
            let total = len as u32 + c.len_utf16() as u32;
            (total <= self.length_max).then_some((c, total))
        };
        for &(len, _) in &hosts {
            if let Some((_, total)) = next(len).filter(|(c, _)| !is_word_char(*c)) {
                rules.offer(total, ascii(len), Some(Kind::Url));
            }
        }
        if self.no_bare_hosts {
            return;
        }
        for list in [Suffixes::None, Suffixes::OneCharacter, Suffixes::TwoCharacters] {
            let of_list = |kind: HostKind| kind == HostKind::Address || kind == HostKind::Domain(list);
            let of_list: Vec<usize> =
                hosts.iter().filter(|host| of_list(host.1)).map(|host| host.0).collect();
            for &len in &of_list {
                if let Some((_, total)) = next(len).filter(|(c, _)| is_word_char(*c)) {
                    rules.offer(total, ascii(len), None);
                }
            }
            of_list.iter().for_each(|&len| rules.offer_bytes(len, Kind::Url));
        }
    }

    /// The standard tokenizer's word.
    fn word(&mut self, start: Place) -> Option<(Place, Kind)> {
        if start.byte < self.no_word_before {
            return None;
        }
        match self.words.longest(self.text, start, self.length_max) {
            Scan::Word { end, kind } => {
                let len = Place { byte: end.byte - start.byte, unit: end.unit - start.unit };
                Some((len, kind))
            }
            Scan::Nothing { next } => {
                self.no_word_before = next.byte;
                None
            }
        }
    }

    /// Whether the characters from here on that may stand before an `@` end at one, or at a quote. They are looked at once
    /// for all places within them.
    fn may_be_email(&mut self, start: usize) -> bool {
        let bytes = self.text.as_bytes();
        if start >= self.atoms_end {
            let rest = bytes.get(start..).unwrap_or_default();
            let run = rest.iter().position(|byte| !internet::is_atom(*byte)).unwrap_or(rest.len());
            self.atoms_end = start + run;
        }
        matches!(bytes.get(self.atoms_end), Some(b'@' | b'"'))
    }
}

/// The shortcut for what most words are: letters and digits up to something that no address goes on with.
fn is_plain(window: &[u8]) -> bool {
    let word = window.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let ends = window.get(word).is_some_and(|byte| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'"' | b'(' | b')' | b'<' | b'>' | b';' | b'\\' | b'[' | b']')
    });
    word > 0 && ends || window.first().is_some_and(|byte| !byte.is_ascii())
}

/// What no bare host name may be followed by: `[-\w]` of Lucene's grammar, which counts no joiners.
fn is_word_char(c: char) -> bool {
    static WORD: std::sync::LazyLock<CharSet> =
        std::sync::LazyLock::new(|| CharSet::of(r"[-\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]"));
    WORD.contains(c)
}
