//! `word_delimiter`: the parts of words like `Wi-Fi-500`, and the parts joined again (Lucene's `WordDelimiterFilter`, which
//! yields no graph: what spans several parts stands at the first).

mod split;

pub(crate) use split::SplitRules;

use super::WordSet;
use crate::budget::SPENT_PER_TOKEN;
use crate::growth::Growth;
use crate::pipeline::{Attributes, End, Flow, Piece, Sink, Stage, StageFilter, Stop};
use split::{ALPHA, Class, DIGIT, Part, Splitter};

/// Words longer than this stay whole, and are then too long for an index: all their parts would be in memory at once.
const WORD_BYTES_MAX: usize = 1 << 20;

/// The definition of the filter.
#[derive(Debug, Clone)]
pub(crate) struct WordDelimiter {
    pub(crate) split: SplitRules,
    /// Parts that are words: `Wi-Fi` → `Wi`, `Fi`.
    pub(crate) word_parts: bool,
    /// Parts that are numbers: `500-42` → `500`, `42`.
    pub(crate) number_parts: bool,
    /// Neighbouring words joined: `Wi-Fi` → `WiFi`.
    pub(crate) catenate_words: bool,
    /// Neighbouring numbers joined: `500-42` → `50042`.
    pub(crate) catenate_numbers: bool,
    /// All parts joined: `Wi-Fi-500` → `WiFi500`.
    pub(crate) catenate_all: bool,
    /// The word as it is, before its parts.
    pub(crate) preserve_original: bool,
    /// Words to leave alone.
    pub(crate) protected: WordSet,
}

impl StageFilter for WordDelimiter {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Delimiting {
            filter: self,
            splitter: Splitter::new(self.split),
            carried: 0,
            is_first: true,
            word: Word::default(),
            run: Joined::default(),
            all: Joined::default(),
            texts: String::new(),
            parts: Vec::new(),
        })
    }

    fn growth(&self) -> Growth {
        // The word, its parts, parts joined, all joined; there may be a part for each byte.
        Growth::copies(2 * (1 + SPENT_PER_TOKEN) + 2)
    }
}

impl WordDelimiter {
    fn makes_parts_of(&self, class: Class) -> bool {
        self.word_parts && class & ALPHA != 0 || self.number_parts && class & DIGIT != 0
    }

    fn joins(&self, class: Class) -> bool {
        self.catenate_words && class & ALPHA != 0 || self.catenate_numbers && class & DIGIT != 0
    }
}

struct Delimiting<'f> {
    filter: &'f WordDelimiter,
    splitter: Splitter,
    /// Positions of words that left nothing yet.
    carried: u32,
    /// Whether no token was handed on yet.
    is_first: bool,
    word: Word,
    /// The parts of one sort being joined.
    run: Joined,
    /// All parts being joined.
    all: Joined,
    /// The texts of `parts`.
    texts: String,
    /// What the word yields, to be handed on in order of start.
    parts: Vec<Yield>,
}

/// What is known of the word at hand.
#[derive(Default)]
struct Word {
    attributes: Option<Attributes>,
    /// Bytes and UTF-16 units before each character and at the end.
    places: Vec<(usize, u32)>,
    /// Whether the text is not what stands in the original; then no part has offsets of its own.
    is_changed: bool,
    /// Whether a part was handed on since the sort of part last changed.
    has_output: bool,
    /// Whether the first part behind the preserved original is out.
    has_followed_original: bool,
    /// How many parts the run had that was joined last.
    last_joined: usize,
}

/// Parts joined to one token.
#[derive(Default)]
struct Joined {
    text: String,
    /// Characters of the word.
    start: usize,
    end: usize,
    class: Class,
    parts: usize,
}

impl Joined {
    fn add(&mut self, text: &str, part: Part) {
        if self.text.is_empty() {
            self.start = part.start;
        }
        self.text.push_str(text);
        self.end = part.end;
        self.parts += 1;
    }

    fn clear(&mut self) {
        self.text.clear();
        self.parts = 0;
    }
}

/// A token to be handed on; its text is a range of [`Delimiting::texts`].
struct Yield {
    text: (usize, usize),
    attributes: Attributes,
}

impl Stage for Delimiting<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        let increment = piece.attributes.increment;
        self.carried += increment;
        let is_too_long = piece.text.len() > WORD_BYTES_MAX;
        self.splitter.set(if is_too_long { "" } else { piece.text });
        let part = self.splitter.next_part();
        let is_whole = part.is_some_and(|part| self.splitter.is_whole(part));
        if is_whole || is_too_long || self.filter.protected.contains(piece.text) {
            return self.hand_on_whole(piece, out);
        }
        if part.is_none() && !self.filter.preserve_original {
            if increment == 1 && !self.is_first {
                self.carried -= 1;
            }
            return Ok(());
        }
        self.begin(piece);
        if self.filter.preserve_original {
            self.hand_on_whole(piece, out)?;
        }
        self.take_apart(piece, part, out)?;
        self.flush_joined();
        self.hand_on_parts(out)
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

impl Delimiting<'_> {
    fn hand_on_whole(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        let increment = std::mem::take(&mut self.carried);
        self.is_first = false;
        out.push(piece.with(|attributes| attributes.increment = increment))
    }

    fn begin(&mut self, piece: Piece<'_>) {
        let Word { places, .. } = &mut self.word;
        places.clear();
        let (mut bytes, mut units) = (0, 0);
        places.push((0, 0));
        for c in self.splitter.chars() {
            bytes += c.len_utf8();
            units += c.len_utf16() as u32;
            places.push((bytes, units));
        }
        let Attributes { start, end, .. } = piece.attributes;
        self.word.is_changed = end.checked_sub(start) != Some(units);
        self.word.attributes = Some(piece.attributes);
        self.word.has_output = false;
        self.word.has_followed_original = !self.filter.preserve_original;
        self.word.last_joined = 0;
    }

    fn take_apart(&mut self, piece: Piece<'_>, mut part: Option<Part>, out: &mut dyn Sink) -> Flow {
        while let Some(at) = part {
            let text = self.text_of(piece, at);
            if self.splitter.is_single(at) {
                let attributes = self.attributes(at.start, at.end, true);
                let increment = self.step(false);
                self.is_first = false;
                out.push(
                    Piece::with_attributes(text, attributes)
                        .with(|attributes| attributes.increment = increment),
                )?;
            } else {
                self.take(text, at);
            }
            part = self.splitter.next_part();
        }
        Ok(())
    }

    fn text_of<'t>(&self, piece: Piece<'t>, part: Part) -> &'t str {
        let byte = |at: usize| self.word.places.get(at).map_or(0, |&(bytes, _)| bytes);
        piece.text.get(byte(part.start)..byte(part.end)).unwrap_or_default()
    }

    /// Keeps a part for the output and for what is joined.
    fn take(&mut self, text: &str, part: Part) {
        if !self.run.text.is_empty() && self.run.class & part.class == 0 {
            self.flush_run();
            self.word.has_output = false;
        }
        if self.filter.joins(part.class) {
            if self.run.text.is_empty() {
                self.run.class = part.class;
            }
            self.run.add(text, part);
        }
        if self.filter.catenate_all {
            self.all.add(text, part);
        }
        if self.filter.makes_parts_of(part.class) {
            let mut attributes = self.attributes(part.start, part.end, false);
            attributes.increment = self.step(false);
            let start = self.texts.len();
            self.texts.push_str(text);
            self.parts.push(Yield { text: (start, self.texts.len()), attributes });
        }
    }

    /// Keeps the joined run, unless it is one part that comes by itself.
    fn flush_run(&mut self) {
        let mut run = std::mem::take(&mut self.run);
        self.word.last_joined = run.parts;
        if run.parts != 1 || !self.filter.makes_parts_of(run.class) {
            self.keep_joined(&run);
        }
        run.clear();
        self.run = run;
    }

    /// At the end of the word.
    fn flush_joined(&mut self) {
        if !self.run.text.is_empty() {
            self.flush_run();
        }
        let mut all = std::mem::take(&mut self.all);
        if all.parts > self.word.last_joined {
            self.keep_joined(&all);
        }
        all.clear();
        self.all = all;
    }

    fn keep_joined(&mut self, joined: &Joined) {
        let mut attributes = self.attributes(joined.start, joined.end, false);
        attributes.increment = self.step(true);
        self.carried = 0;
        let start = self.texts.len();
        self.texts.push_str(&joined.text);
        self.parts.push(Yield { text: (start, self.texts.len()), attributes });
    }

    fn hand_on_parts(&mut self, out: &mut dyn Sink) -> Flow {
        self.parts.sort_by_key(|part| (part.attributes.start, std::cmp::Reverse(part.attributes.increment)));
        for mut part in self.parts.drain(..) {
            if self.is_first && part.attributes.increment == 0 {
                part.attributes.increment = 1;
            }
            self.is_first = false;
            let text = self.texts.get(part.text.0..part.text.1).unwrap_or_default();
            out.push(Piece::with_attributes(text, part.attributes))?;
        }
        self.texts.clear();
        Ok(())
    }

    /// Attributes of what stands between two characters of the word.
    fn attributes(&self, from: usize, to: usize, is_single: bool) -> Attributes {
        let Some(word) = self.word.attributes else {
            return Piece::new("", 0, 0, crate::pipeline::Kind::Plain).attributes;
        };
        let unit = |at: usize| word.start + self.word.places.get(at).map_or(0, |&(_, units)| units);
        let (start, end) = match self.word.is_changed {
            false => (unit(from), unit(to)),
            true if is_single && unit(from) <= word.end => (unit(from), word.end),
            true => (word.start, word.end),
        };
        Attributes { start, end, increment: 1, position_length: 1, kind: word.kind, keyword: false }
    }

    /// How far the next token steps; what is joined stands where the last part does.
    fn step(&mut self, joined: bool) -> u32 {
        let carried = self.carried;
        if self.word.has_output {
            self.carried = 0;
            return if joined { 0 } else { carried.max(1) };
        }
        self.word.has_output = true;
        if !self.word.has_followed_original {
            self.word.has_followed_original = true;
            return 0;
        }
        self.carried = 0;
        carried.max(1)
    }
}
