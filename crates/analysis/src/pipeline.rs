//! What flows between a tokenizer and the filters, and how filters are written.
//!
//! Tokens are pushed: the tokenizer hands each [`Piece`] on as it finds it, so that a text of 16 MB is analysed with a
//! few buffers. Between [`Stage`]s, runs of plain filters work on one token after the other without allocating.
//!
//! # A plain filter
//!
//! rewrites one token or drops it, and knows nothing of its neighbours. It is a variant of [`Filter`](crate::filter::Filter)
//! and a function over [`Term`], which carries the text and the [`Attributes`]:
//!
//! ```text
//! pub(super) fn apply(term: &mut Term<'_>) {                     // `apostrophe`, in filter/apostrophe.rs
//!     if let Some(at) = term.text().find(['\'', '\u{2019}']) {
//!         term.truncate(at);
//!     }
//! }
//! // in Filter::applies: Self::Apostrophe => apostrophe::apply(term),
//! // a filter that drops:    Self::Length(range) => return Ok(range.contains(term)),
//! // one that spares keywords: Self::Stem(stemmer) => if !term.attributes.keyword { stemmer.apply(term) }
//! ```
//!
//! What a dropped token leaves (its increment goes to the next one, or to [`End::holes`]) is done for it.
//!
//! # A stage
//!
//! sees the tokens of one text in order, may hold some back and hand on any number. The definition, immutable and shared,
//! is a [`StageFilter`]; what it starts for each text is a [`Stage`]:
//!
//! ```text
//! impl StageFilter for KeywordRepeat {
//!     fn start(&self) -> Box<dyn Stage + '_> {
//!         Box::new(KeywordRepeat)
//!     }
//! }
//!
//! impl Stage for KeywordRepeat {
//!     fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
//!         out.push(piece.with(|attributes| attributes.keyword = true))?;
//!         out.push(piece.with(|attributes| (attributes.keyword, attributes.increment) = (false, 0)))
//!     }
//!
//!     fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
//!         Ok(end) // nothing was held back
//!     }
//! }
//! ```
//!
//! `filter/stop.rs` has one that holds a token back in a [`Held`]. A stage must bound what it holds by something other than
//! the text's length; the text and the attributes of what it makes up are its own business, but starts never go back.

use std::cell::Cell;
use std::sync::Arc;

use crate::budget::{Budget, SPENT_PER_TOKEN};
use crate::error::AnalysisError;
use crate::filter::Filter;
use crate::growth::{Growth, Part};
use crate::term::{Buffers, Term};
use crate::token::Token;

/// All that a token has apart from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// UTF-16 units into the original text. (Tokenizers emit places in the text that char filters left; the pipeline
    /// corrects them before any filter sees them.)
    pub(crate) start: u32,
    /// UTF-16 units into the original text, exclusive.
    pub(crate) end: u32,
    /// How many positions the token stands behind the one before: 0 for the same, more than 1 behind removed words.
    pub(crate) increment: u32,
    /// How many positions the token spans.
    pub(crate) position_length: u32,
    /// What sort of word it is.
    pub(crate) kind: Kind,
    /// Stemmers leave the token alone.
    pub(crate) keyword: bool,
}

/// A token's sort (Lucene's token type), for the filters that ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `word`, what the simpler tokenizers yield.
    Plain,
    /// `<ALPHANUM>`
    Word,
    /// `<NUM>`
    Number,
    /// `<HANGUL>`
    Hangul,
    /// `<KATAKANA>`
    Katakana,
    /// `<SOUTHEAST_ASIAN>`
    SoutheastAsian,
    /// `<IDEOGRAPHIC>`
    Ideographic,
    /// `<HIRAGANA>`
    Hiragana,
    /// `<APOSTROPHE>` of the classic tokenizer: `O'Neil's`.
    Apostrophe,
    /// `<ACRONYM>` of the classic tokenizer: `U.S.A.`.
    Acronym,
    /// `<COMPANY>` of the classic tokenizer: `AT&T`.
    Company,
    /// `<EMAIL>`: an e-mail address.
    Email,
    /// `<HOST>` of the classic tokenizer: `example.org`.
    Host,
    /// `<CJ>` of the classic tokenizer: a character of Chinese or Japanese.
    Cj,
    /// `<URL>`
    Url,
    /// `<SINGLE>`: a character without neighbours, of `cjk_bigram`.
    Single,
    /// `<DOUBLE>`: two characters, of `cjk_bigram`.
    Double,
    /// `shingle`
    Shingle,
    /// `gram`: two words of `common_grams`.
    Gram,
    /// `SYNONYM`
    Synonym,
}

#[cfg(test)]
impl Kind {
    /// Lucene's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "word",
            Self::Word => "<ALPHANUM>",
            Self::Number => "<NUM>",
            Self::Hangul => "<HANGUL>",
            Self::Katakana => "<KATAKANA>",
            Self::SoutheastAsian => "<SOUTHEAST_ASIAN>",
            Self::Ideographic => "<IDEOGRAPHIC>",
            Self::Hiragana => "<HIRAGANA>",
            Self::Apostrophe => "<APOSTROPHE>",
            Self::Acronym => "<ACRONYM>",
            Self::Company => "<COMPANY>",
            Self::Email => "<EMAIL>",
            Self::Host => "<HOST>",
            Self::Cj => "<CJ>",
            Self::Url => "<URL>",
            Self::Single => "<SINGLE>",
            Self::Double => "<DOUBLE>",
            Self::Shingle => "shingle",
            Self::Gram => "gram",
            Self::Synonym => "SYNONYM",
        }
    }
}

/// A token on its way, lent for one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) attributes: Attributes,
    /// The text is ASCII without capitals; false where nobody has looked.
    pub(crate) is_lower: bool,
}

impl<'a> Piece<'a> {
    /// A tokenizer's usual word: one position behind the one before and one long.
    pub(crate) fn new(text: &'a str, start: u32, end: u32, kind: Kind) -> Self {
        let attributes = Attributes { start, end, increment: 1, position_length: 1, kind, keyword: false };
        Self::with_attributes(text, attributes)
    }

    pub(crate) fn with_attributes(text: &'a str, attributes: Attributes) -> Self {
        Self { text, attributes, is_lower: false }
    }

    /// The same text with changed attributes.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Attributes)) -> Self {
        change(&mut self.attributes);
        self
    }

    /// Other text with the same attributes.
    pub(crate) fn saying<'b>(&self, text: &'b str) -> Piece<'b> {
        Piece::with_attributes(text, self.attributes)
    }
}

/// A token that a stage keeps beyond the call that brought it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) text: String,
    pub(crate) attributes: Attributes,
}

impl Held {
    pub(crate) fn piece(&self) -> Piece<'_> {
        Piece::with_attributes(&self.text, self.attributes)
    }
}

impl From<Piece<'_>> for Held {
    fn from(piece: Piece<'_>) -> Self {
        Self { text: piece.text.to_owned(), attributes: piece.attributes }
    }
}

/// What is known when all tokens have passed (Lucene's `TokenStream.end`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct End {
    /// Positions of words removed behind the last token.
    pub holes: u32,
    /// Where the original text ends, in UTF-16 units.
    pub offset: u32,
}

/// Why no more tokens are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// There are as many as were asked for (`limit`).
    Enough,
    /// The text cannot be analysed.
    Failed(AnalysisError),
}

impl From<AnalysisError> for Stop {
    fn from(error: AnalysisError) -> Self {
        Self::Failed(error)
    }
}

/// Whether to go on; a stage hands on what `out.push` says.
pub(crate) type Flow = Result<(), Stop>;

/// Where a stage's tokens go.
pub(crate) trait Sink {
    /// Takes the next token.
    fn push(&mut self, piece: Piece<'_>) -> Flow;

    /// What the work on the text may cost.
    fn budget(&self) -> &Budget;
}

/// What the position lengths of a tokenizer's or a stage's tokens tell a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lengths {
    /// Nothing that they did not tell before it.
    AsBefore,
    /// A token that spans several positions is said instead of the words there.
    Alternatives,
    /// It repeats the words there.
    Repetitions,
}

/// A filter that sees more than one token at a time; see the [module's documentation](self).
pub(crate) trait StageFilter: std::fmt::Debug + Send + Sync {
    /// Begins a text.
    fn start(&self) -> Box<dyn Stage + '_>;

    /// What position lengths above 1 mean in what it hands on.
    fn lengths(&self) -> Lengths {
        Lengths::AsBefore
    }

    /// What it hands on, at most. Where nothing is said, all texts are tried before a document is accepted.
    fn growth(&self) -> Growth {
        Growth::UNKNOWN
    }
}

/// A [`StageFilter`] at work on one text.
pub(crate) trait Stage {
    /// Takes the next token of the text, and hands on to `out` what is ready.
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow;

    /// Hands on what was held back. `end` says what follows the last token pushed; the answer, what follows the last one
    /// handed on.
    fn finish(&mut self, end: End, out: &mut dyn Sink) -> Result<End, Stop>;
}

/// One of the filters of an analyzer. A clone is the same filter, lists, patterns and all: analyzers share them.
#[derive(Debug, Clone)]
pub(crate) enum Link {
    Plain(Filter),
    Stage(Arc<dyn StageFilter>),
}

impl From<Filter> for Link {
    fn from(filter: Filter) -> Self {
        Self::Plain(filter)
    }
}

impl Link {
    pub(crate) fn stage(filter: impl StageFilter + 'static) -> Self {
        Self::Stage(Arc::new(filter))
    }
}

/// Filters in the form in which they run: plain ones, then stages, each followed by plain ones.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    first: Vec<Filter>,
    stages: Vec<(Arc<dyn StageFilter>, Vec<Filter>)>,
}

impl FromIterator<Link> for Filters {
    fn from_iter<I: IntoIterator<Item = Link>>(links: I) -> Self {
        let mut filters = Self::default();
        for link in links {
            match link {
                Link::Stage(stage) => filters.stages.push((stage, Vec::new())),
                Link::Plain(filter) => {
                    filters.stages.last_mut().map_or(&mut filters.first, |(_, plain)| plain).push(filter);
                }
            }
        }
        filters
    }
}

impl Filters {
    /// Whether lengths are ways of their own behind all filters, if `first` is what they are before.
    pub(crate) fn yield_paths(&self, first: Lengths) -> bool {
        let any =
            |lengths| first == lengths || self.stages.iter().any(|(stage, _)| stage.lengths() == lengths);
        any(Lengths::Alternatives) && !any(Lengths::Repetitions)
    }

    /// What they do to a text, in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        let plain = |filters: &'_ [Filter]| -> Vec<Part> {
            filters.iter().map(|filter| Part::Plain(filter.growth())).collect()
        };
        let stages = self.stages.iter();
        let stages = stages.flat_map(move |(stage, behind)| {
            std::iter::once(Part::Counted(stage.growth())).chain(plain(behind))
        });
        plain(&self.first).into_iter().chain(stages)
    }
}

/// The filters at work on one text.
pub(crate) struct Running<'r> {
    first: PlainRun<'r>,
    stages: Vec<RunningStage<'r>>,
    last: Last<'r>,
}

impl<'r> Running<'r> {
    pub(crate) fn new(filters: &'r Filters, buffers: Buffers, budget: &'r Budget, taker: Taker<'r>) -> Self {
        let stages = filters.stages.iter().map(|(stage, plain)| RunningStage {
            stage: stage.start(),
            plain: PlainRun { filters: plain, buffers: Buffers::default(), holes: 0 },
        });
        Self {
            stages: stages.collect(),
            first: PlainRun { filters: &filters.first, buffers, holes: 0 },
            last: Last { taker, reached: 0, budget, slice: 0 },
        }
    }

    /// Takes a token from the tokenizer.
    #[inline]
    pub(crate) fn push(&mut self, piece: Piece<'_>) -> Flow {
        self.first.push(piece, Rest { stages: &mut self.stages, last: &mut self.last })
    }

    /// Lets each stage hand on what it held back. `end` is the tokenizer's, its offset corrected.
    pub(crate) fn finish(&mut self, mut end: End) -> Result<End, AnalysisError> {
        end.holes += self.first.holes;
        let mut stages = self.stages.as_mut_slice();
        while let Some((RunningStage { stage, plain }, rest)) = stages.split_first_mut() {
            let mut out = After { plain, rest: Rest { stages: rest, last: &mut self.last } };
            match stage.finish(end, &mut out) {
                Ok(after) => end = after,
                Err(Stop::Enough) => {}
                Err(Stop::Failed(error)) => return Err(error),
            }
            end.holes += plain.holes;
            stages = rest;
        }
        Ok(end)
    }

    /// Ends the text: the buffers, to be used again.
    pub(crate) fn into_buffers(self) -> Buffers {
        self.last.budget.put_back(self.last.slice);
        self.first.buffers
    }
}

/// A stage and the plain filters behind it.
struct RunningStage<'r> {
    stage: Box<dyn Stage + 'r>,
    plain: PlainRun<'r>,
}

/// Plain filters between two stages.
struct PlainRun<'r> {
    filters: &'r [Filter],
    buffers: Buffers,
    /// Positions of the tokens dropped since the last one that stayed.
    holes: u32,
}

impl PlainRun<'_> {
    /// Hands on what the filters make of a token, unless one of them drops it.
    ///
    /// Inlined, and the attributes left where they are, because a token that is copied through memory on its way costs as
    /// much as cutting it out of the text.
    #[inline(always)]
    fn push(&mut self, mut piece: Piece<'_>, rest: Rest<'_, '_>) -> Flow {
        rest.last.spend(piece.text)?;
        let mut term = Term::new(piece.text, &mut piece.attributes, &mut self.buffers);
        term.is_lower = piece.is_lower;
        for filter in self.filters {
            if !filter.keeps(&mut term)? {
                self.holes += term.attributes.increment;
                return Ok(());
            }
        }
        if self.holes > 0 {
            term.attributes.increment += std::mem::take(&mut self.holes);
        }
        rest.push(term.text(), term.attributes)
    }
}

/// Where the tokens of one stage go: its plain filters, then the rest.
struct After<'s, 'r> {
    plain: &'s mut PlainRun<'r>,
    rest: Rest<'s, 'r>,
}

impl Sink for After<'_, '_> {
    fn push(&mut self, piece: Piece<'_>) -> Flow {
        if piece.text.len() > self.budget().term_bytes_max() {
            return Err(Stop::Failed(AnalysisError::WordTooLong));
        }
        self.plain.push(piece, Rest { stages: self.rest.stages, last: self.rest.last })
    }

    fn budget(&self) -> &Budget {
        self.rest.last.budget
    }
}

/// The stages still to come, and the caller at their end.
struct Rest<'s, 'r> {
    stages: &'s mut [RunningStage<'r>],
    last: &'s mut Last<'r>,
}

impl Rest<'_, '_> {
    #[inline(always)]
    fn push(self, text: &str, attributes: &Attributes) -> Flow {
        let Some((RunningStage { stage, plain }, rest)) = self.stages.split_first_mut() else {
            return self.last.deliver(text, attributes);
        };
        let piece = Piece::with_attributes(text, *attributes);
        stage.push(piece, &mut After { plain, rest: Rest { stages: rest, last: self.last } })
    }
}

/// Who takes the tokens, and whether there are enough.
pub(crate) struct Taker<'r> {
    pub(crate) sink: &'r mut dyn FnMut(&Token<'_>),
    /// True when no more are wanted; None if all are.
    pub(crate) enough: Option<&'r Cell<bool>>,
}

impl<'r> Taker<'r> {
    pub(crate) fn of_all(sink: &'r mut dyn FnMut(&Token<'_>)) -> Self {
        Self { sink, enough: None }
    }
}

/// Hands the tokens to the caller.
struct Last<'r> {
    taker: Taker<'r>,
    /// Positions passed so far.
    reached: u32,
    budget: &'r Budget,
    /// What tokens may cost before the budget is asked again.
    slice: u64,
}

impl Last<'_> {
    #[inline]
    fn spend(&mut self, text: &str) -> Flow {
        let spent = text.len() as u64 + SPENT_PER_TOKEN;
        if spent > self.slice {
            return self.next_slice(spent);
        }
        self.slice -= spent;
        Ok(())
    }

    #[cold]
    fn next_slice(&mut self, spent: u64) -> Flow {
        self.slice = self.budget.spend_on_tokens(spent - self.slice)?;
        Ok(())
    }

    #[inline]
    fn deliver(&mut self, text: &str, attributes: &Attributes) -> Flow {
        let &Attributes { start, end, increment, position_length, .. } = attributes;
        self.reached = self.reached.saturating_add(increment);
        let position = self.reached.saturating_sub(1);
        (self.taker.sink)(&Token { text, start, end, position, position_length });
        if self.taker.enough.is_some_and(Cell::get) { Err(Stop::Enough) } else { Ok(()) }
    }
}
