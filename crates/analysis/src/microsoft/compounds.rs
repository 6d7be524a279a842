//! Compounds taken apart, in the languages that write them as one word (analysis.md §8, tier C).
//!
//! ```text
//! word = part { part } last
//! part = a word of the language's list, and letters that link: Arbeit·s·platz
//! last = a word of the list, or an inflected one: what has the stem of one
//! ```
//!
//! The lists are `data/compounds/`: everyday nouns, and for German and Dutch (a few of them for the Scandinavian languages) what
//! the words of the Snowball project's vocabularies are made of. The parts follow their word in its place. Inflected words that
//! only look like compounds are left alone: what has its first part's stem, or the stem of a word of the list.

use super::L;
use crate::filter::{Filter, WordSet};
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Kind, Piece, Sink, Stage, StageFilter, Stop};
use crate::term::{Buffers, Term};

/// Takes the compounds of a language apart.
#[derive(Debug)]
pub(super) struct Compounds {
    parts: WordSet,
    /// The stems of the parts.
    stems: WordSet,
    /// What makes a stem of a word in lower case.
    stemming: Vec<Filter>,
    links: &'static [&'static str],
    lowercase: Filter,
}

/// Characters of the shortest part.
const PART_MIN: usize = 3;
/// Characters of the shortest last part that is known by its stem alone.
const INFLECTED_MIN: usize = 4;
/// Longer words, in bytes, are not taken apart.
const WORD_MAX: usize = 80;
/// Words of more parts are not taken apart.
const PARTS_MAX: usize = 4;

impl Compounds {
    /// None for languages whose compounds are not taken apart.
    pub(super) fn of(language: L) -> Option<Self> {
        let (list, links) = list(language)?;
        let stemming = super::base(language)?;
        let mut buffers = Buffers::default();
        let stems: Vec<String> =
            list.split_whitespace().filter_map(|word| stem(&stemming, word, &mut buffers).ok()).collect();
        Some(Self {
            parts: WordSet::new(list.split_whitespace(), false),
            stems: WordSet::new(stems.iter().map(String::as_str), false),
            stemming,
            links,
            lowercase: super::lowercase(language),
        })
    }

    /// The parts of a word in lower case: the fewest, and of these with the longest first. None where there is one part.
    fn split<'w>(&self, word: &'w str, buffers: &mut Buffers) -> Result<Vec<&'w str>, Stop> {
        let mut parts = Vec::new();
        if word.len() > WORD_MAX || self.first_parts(word).next().is_none() {
            return Ok(parts);
        }
        let whole = stem(&self.stemming, word, buffers)?;
        if self.stems.contains(&whole) {
            return Ok(parts);
        }
        for number in 2..=PARTS_MAX {
            if self.find(word, number, &mut parts, buffers)? {
                break;
            }
        }
        if let Some(first) = parts.first()
            && stem(&self.stemming, first, buffers)? == whole
        {
            parts.clear();
        }
        Ok(parts)
    }

    /// Whether `rest` is made of so many parts, which are then in `parts`.
    fn find<'w>(
        &self,
        rest: &'w str,
        number: usize,
        parts: &mut Vec<&'w str>,
        buffers: &mut Buffers,
    ) -> Result<bool, Stop> {
        if number == 1 {
            let is_last = self.is_last(rest, buffers)?;
            if is_last {
                parts.push(rest);
            }
            return Ok(is_last);
        }
        for (part, behind) in self.first_parts(rest) {
            parts.push(part);
            for link in self.links {
                let Some(next) = behind.strip_prefix(link) else { continue };
                if self.find(next, number - 1, parts, buffers)? {
                    return Ok(true);
                }
            }
            parts.pop();
        }
        Ok(false)
    }

    /// The words of the list that a word begins with, the longest first, each with what is behind it.
    fn first_parts<'w>(&self, word: &'w str) -> impl Iterator<Item = (&'w str, &'w str)> {
        let places = word.char_indices().rev().map(|(at, _)| word.split_at(at));
        places.filter(|(part, _)| has_chars(part, PART_MIN) && self.parts.contains(part))
    }

    fn is_last(&self, word: &str, buffers: &mut Buffers) -> Result<bool, Stop> {
        if self.parts.contains(word) {
            return Ok(true);
        }
        Ok(has_chars(word, INFLECTED_MIN) && self.stems.contains(&stem(&self.stemming, word, buffers)?))
    }
}

impl StageFilter for Compounds {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Splitting { filter: self, buffers: Buffers::default(), stems: Buffers::default() })
    }

    fn growth(&self) -> Growth {
        Growth::copies(1 + PARTS_MAX as u64)
    }
}

struct Splitting<'f> {
    filter: &'f Compounds,
    buffers: Buffers,
    stems: Buffers,
}

impl Stage for Splitting<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        out.push(piece)?;
        if piece.attributes.keyword || piece.text.len() < 2 * PART_MIN {
            return Ok(());
        }
        let mut attributes = piece.attributes;
        let mut term = Term::new(piece.text, &mut attributes, &mut self.buffers);
        self.filter.lowercase.keeps(&mut term)?;
        for part in self.filter.split(term.text(), &mut self.stems)? {
            out.push(piece.saying(part).with(|attributes| attributes.increment = 0))?;
        }
        Ok(())
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

fn has_chars(word: &str, least: usize) -> bool {
    word.chars().nth(least - 1).is_some()
}

fn stem(filters: &[Filter], word: &str, buffers: &mut Buffers) -> Result<String, Stop> {
    let mut piece = Piece::new(word, 0, 0, Kind::Word);
    let mut term = Term::new(word, &mut piece.attributes, buffers);
    for filter in filters {
        filter.keeps(&mut term)?;
    }
    Ok(term.text().to_owned())
}

/// The parts of a language's compounds, and what may stand between two.
fn list(language: L) -> Option<(&'static str, &'static [&'static str])> {
    let known: [(L, &'static str, &'static [&'static str]); 8] = [
        (L::Danish, include_str!("../data/compounds/danish.txt"), &["", "s", "e"]),
        (L::Dutch, include_str!("../data/compounds/dutch.txt"), &["", "s", "e", "en"]),
        (L::Estonian, include_str!("../data/compounds/estonian.txt"), &["", "a", "e", "i", "u"]),
        (L::Finnish, include_str!("../data/compounds/finnish.txt"), &["", "n"]),
        (L::German, include_str!("../data/compounds/german.txt"), &["", "s", "es", "n", "en", "e"]),
        (L::Hungarian, include_str!("../data/compounds/hungarian.txt"), &[""]),
        (L::NorwegianBokmaal, include_str!("../data/compounds/norwegian.txt"), &["", "s", "e"]),
        (L::Swedish, include_str!("../data/compounds/swedish.txt"), &["", "s"]),
    ];
    known.into_iter().find(|(of, ..)| *of == language).map(|(_, list, links)| (list, links))
}
