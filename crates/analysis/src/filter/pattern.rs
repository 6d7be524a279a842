//! `pattern_replace` and `pattern_capture`: regular expressions over each word (Lucene's `PatternReplaceFilter` and
//! `PatternCaptureGroupTokenFilter`).
//!
//! Each word adds to the steps of the text by its length.

use crate::budget::Budget;
use crate::char_filter::Room;
use crate::error::AnalysisError;
use crate::java_regex::{Groups, JavaRegex, Replacement, next_start};
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// `pattern_replace`: every match in a word replaced; offsets stay those of the word.
#[derive(Debug)]
pub(crate) struct ReplacePattern {
    pub(crate) regex: JavaRegex,
    pub(crate) replacement: Replacement,
}

impl StageFilter for ReplacePattern {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Replacing { filter: self, groups: Groups::default(), replaced: String::new() })
    }
}

struct Replacing<'f> {
    filter: &'f ReplacePattern,
    groups: Groups,
    /// The word with what was replaced so far.
    replaced: String,
}

impl Stage for Replacing<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        let ReplacePattern { regex, replacement } = self.filter;
        out.budget().add_for(piece.text);
        let room = Room { bytes_max: out.budget().term_bytes_max(), too_long: AnalysisError::WordTooLong };
        self.replaced.clear();
        let (mut from, mut copied, mut any) = (0, 0, false);
        while regex.find(piece.text, from, out.budget(), &mut self.groups)? {
            let Some((start, end)) = self.groups.get(0) else { break };
            room.append(&mut self.replaced, piece.text.get(copied..start).unwrap_or_default())?;
            replacement.append(piece.text, &self.groups, room, &mut self.replaced)?;
            (from, copied, any) = (next_start(piece.text, start, end), end, true);
        }
        if !any {
            return out.push(piece);
        }
        room.append(&mut self.replaced, piece.text.get(copied..).unwrap_or_default())?;
        out.push(piece.saying(&self.replaced))
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

/// `pattern_capture`: what the groups of all matches of all patterns captured, in the word's place and with its offsets.
#[derive(Debug)]
pub(crate) struct CapturePatterns {
    pub(crate) regexes: Vec<JavaRegex>,
    /// Whether the word itself comes first; else only where nothing is captured.
    pub(crate) preserve_original: bool,
}

impl StageFilter for CapturePatterns {
    fn start(&self) -> Box<dyn Stage + '_> {
        let searches = self.regexes.iter().map(Search::new).collect();
        Box::new(Capturing { preserve_original: self.preserve_original, searches })
    }
}

struct Capturing<'f> {
    preserve_original: bool,
    searches: Vec<Search<'f>>,
}

impl Stage for Capturing<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        out.budget().add_for(piece.text);
        self.searches.iter_mut().for_each(Search::restart);
        let mut increment = piece.attributes.increment;
        if self.preserve_original {
            increment = 0;
            out.push(piece)?;
        }
        let mut any = self.preserve_original;
        while let Some(capture) = self.next_capture(piece.text, out.budget())? {
            any = true;
            out.push(piece.saying(capture).with(|capture| capture.increment = increment))?;
            increment = 0;
        }
        if any { Ok(()) } else { out.push(piece) }
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

impl Capturing<'_> {
    /// Of the patterns' next captures the one that begins first; of several, the first pattern's.
    fn next_capture<'t>(&mut self, text: &'t str, budget: &Budget) -> Result<Option<&'t str>, Stop> {
        let mut first: Option<(usize, usize, &mut Search<'_>)> = None;
        for search in &mut self.searches {
            let skipped = self.preserve_original.then_some((0, text.len()));
            let Some((start, end)) = search.capture(text, skipped, budget)? else { continue };
            if first.as_ref().is_none_or(|&(earliest, ..)| start < earliest) {
                first = Some((start, end, search));
            }
        }
        Ok(first.map(|(start, end, search)| {
            search.group += 1;
            text.get(start..end).unwrap_or_default()
        }))
    }
}

/// One pattern's way through a word.
struct Search<'f> {
    regex: &'f JavaRegex,
    groups: Groups,
    /// The group of the last match to look at next; 0 when the next match is still to be found.
    group: usize,
    /// Where to look for the next match; None when there is none left.
    from: Option<usize>,
}

impl<'f> Search<'f> {
    fn new(regex: &'f JavaRegex) -> Self {
        Self { regex, groups: Groups::default(), group: 0, from: Some(0) }
    }

    fn restart(&mut self) {
        (self.group, self.from) = (0, Some(0));
    }

    /// The next capture that is neither empty nor `skipped`; it stays the next one until `group` is raised.
    fn capture(
        &mut self,
        text: &str,
        skipped: Option<(usize, usize)>,
        budget: &Budget,
    ) -> Result<Option<(usize, usize)>, Stop> {
        loop {
            if self.group == 0 {
                let Some(from) = self.from else { return Ok(None) };
                let found = self.regex.find(text, from, budget, &mut self.groups)?;
                let place = self.groups.get(0).filter(|_| found);
                self.from = place.map(|(start, end)| next_start(text, start, end));
                if place.is_none() {
                    return Ok(None);
                }
                self.group = 1;
            }
            while self.group <= self.regex.groups() {
                match self.groups.get(self.group) {
                    Some(place) if place.0 != place.1 && Some(place) != skipped => return Ok(Some(place)),
                    Some(_) | None => self.group += 1,
                }
            }
            self.group = 0;
        }
    }
}
