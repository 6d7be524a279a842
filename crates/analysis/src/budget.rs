//! What an analysis may cost: the steps of patterns and the like over a text, and the tokens that are made of it.
//!
//! Each text has a budget of its own, in proportion to its length, which all components of its analyzer share. What belongs
//! together, the texts of a document or the words of a query in all fields, may be limited together as well, and
//! whoever waits for it may stop it.

use std::cell::Cell;
use std::fmt;

use crate::error::{AnalysisError, TERM_BYTES_MAX};

/// The steps of one text. A step is some nanoseconds.
///
/// Nothing but [`STEPS`] is free, and the rest is in proportion to what the components read. Short texts have more for each
/// byte than long ones, so that a pattern like `.*x`, which takes time by the square of the length, does its work on some
/// thousand characters.
const STEPS: u64 = 5_000;
const STEPS_PER_BYTE: u64 = 200;
/// So many more for each of the first bytes.
const STEPS_PER_FIRST_BYTE: u64 = 1_000;
const FIRST_BYTES: u64 = 10_000;

/// What the tokens of one text may come to before the analyzer gives up, counted at each stage: bytes of their text, and
/// [`SPENT_PER_TOKEN`] for each. A field of 16 MB in bigrams costs 0.6 GiB; in all n-grams of 1 to 300 characters, 700.
pub(crate) const SPENT_MAX: u64 = 1 << 30;
pub(crate) const SPENT_PER_TOKEN: u64 = 16;

/// The steps of all texts of a document, or of all items of a synonym map: as many as the longest text has, of 16 MB.
const DOCUMENT_STEPS: u64 = 3_500_000_000;

/// The steps of all words of a query in all fields: less than a second.
const QUERY_STEPS: u64 = 100_000_000;
/// What their tokens may come to. 24 000 tokens of each text are taken.
const QUERY_SPENT: u64 = 128 << 20;

/// Bytes of a term that stages may make of others. An index takes a quarter of it, and a filter behind may cut it down.
pub(crate) const TERM_GROWN_MAX: usize = 4 * TERM_BYTES_MAX;

/// Steps that are taken out of the purse at a time. Then is looked whether anybody still waits: some times in a millisecond.
const STEPS_SLICE: u64 = 50_000;
/// The same for tokens, of which these are ten thousand words.
const SPENT_SLICE: u64 = 256 << 10;

/// The budget of the texts that are analysed with one [`Scratch`](crate::Scratch). Its parts change behind a shared reference,
/// because all components of an analyzer have it in their hands at a time.
pub(crate) struct Budget {
    steps: Purse,
    spent: Purse,
    /// Steps taken out of the purse already, to be used before the next look at it.
    slice: Cell<u64>,
    /// Bytes that components have read of this text.
    read: Cell<u64>,
    term_bytes_max: Cell<usize>,
    /// Whether nobody waits any more.
    is_stopped: Option<Box<dyn Fn() -> bool + Send>>,
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("steps", &self.steps)
            .field("spent", &self.spent)
            .finish_non_exhaustive()
    }
}

impl Default for Budget {
    /// Each text for itself.
    fn default() -> Self {
        Self::of_all(u64::MAX, u64::MAX)
    }
}

impl Budget {
    /// For texts that may take so many steps together, and whose tokens may come to so much.
    pub(crate) fn of_all(steps: u64, spent: u64) -> Self {
        let budget = Self {
            steps: Purse::new(steps),
            spent: Purse::new(spent),
            slice: Cell::new(0),
            read: Cell::new(0),
            term_bytes_max: Cell::new(TERM_GROWN_MAX),
            is_stopped: None,
        };
        budget.begin();
        budget
    }

    pub(crate) fn of_document() -> Self {
        Self::of_all(DOCUMENT_STEPS, SPENT_MAX)
    }

    pub(crate) fn of_query() -> Self {
        Self::of_all(QUERY_STEPS, QUERY_SPENT)
    }

    /// Asks now and then, and goes on no further when it is so.
    pub(crate) fn until(self, is_stopped: impl Fn() -> bool + Send + 'static) -> Self {
        Self { is_stopped: Some(Box::new(is_stopped)), ..self }
    }

    fn look(&self) -> Result<(), AnalysisError> {
        let is_stopped = self.is_stopped.as_ref().is_some_and(|is_stopped| is_stopped());
        if is_stopped { Err(AnalysisError::Stopped) } else { Ok(()) }
    }

    /// Begins a text, for which nothing is left of the one before.
    pub(crate) fn begin(&self) {
        self.steps.put_back(self.slice.take());
        self.steps.left.set(STEPS);
        self.spent.left.set(SPENT_MAX);
        self.read.set(0);
    }

    /// The longest term that stages may hand on, in bytes: filters behind each other double it, again and again. A text that is
    /// one term may be longer from the beginning.
    pub(crate) fn term_bytes_max(&self) -> usize {
        self.term_bytes_max.get()
    }

    /// Lets terms be as long as plain filters make a text of so many bytes.
    pub(crate) fn bound_terms(&self, bytes: usize) {
        self.term_bytes_max.set((2 * bytes).max(TERM_GROWN_MAX));
    }

    /// Adds what may be done with a piece of the text, by one component.
    pub(crate) fn add_for(&self, piece: &str) {
        let (bytes, read) = (piece.len() as u64, self.read.get());
        let first = FIRST_BYTES.saturating_sub(read).min(bytes);
        self.read.set(read + bytes);
        let more = STEPS_PER_BYTE * bytes + STEPS_PER_FIRST_BYTE * first;
        self.steps.left.set(self.steps.left.get() + more);
    }

    /// Takes steps of a regular expression.
    #[inline]
    pub(crate) fn spend(&self, steps: u64) -> Result<(), AnalysisError> {
        self.spend_on(steps, AnalysisError::PatternTooSlow)
    }

    /// Takes steps; `too_slow` says that the text has no more.
    #[inline]
    pub(crate) fn spend_on(&self, steps: u64, too_slow: AnalysisError) -> Result<(), AnalysisError> {
        match self.slice.get().checked_sub(steps) {
            Some(rest) => {
                self.slice.set(rest);
                Ok(())
            }
            None => self.next_slice(steps, too_slow),
        }
    }

    #[cold]
    fn next_slice(&self, steps: u64, too_slow: AnalysisError) -> Result<(), AnalysisError> {
        self.look()?;
        let lacking = steps - self.slice.get();
        let cut = self.steps.cut(lacking, STEPS_SLICE).map_err(|lack| match lack {
            Lack::OfText => too_slow,
            Lack::OfAll => AnalysisError::TooSlowTogether,
        })?;
        self.slice.set(cut - lacking);
        Ok(())
    }

    /// Takes `spent` for tokens, and as much of a slice more as there is; answers the slice.
    pub(crate) fn spend_on_tokens(&self, spent: u64) -> Result<u64, AnalysisError> {
        self.look()?;
        let cut = self.spent.cut(spent, SPENT_SLICE).map_err(|_| AnalysisError::TooManyTokens)?;
        Ok(cut - spent)
    }

    /// Takes back what is left of a slice.
    pub(crate) fn put_back(&self, slice: u64) {
        self.spent.put_back(slice);
    }
}

/// What is left, of a text and of all.
#[derive(Debug)]
struct Purse {
    left: Cell<u64>,
    left_of_all: Cell<u64>,
}

/// What there is not enough of.
enum Lack {
    OfText,
    OfAll,
}

impl Purse {
    fn new(of_all: u64) -> Self {
        Self { left: Cell::new(0), left_of_all: Cell::new(of_all) }
    }

    /// Takes `least` out, and up to `more` of what else there is.
    fn cut(&self, least: u64, more: u64) -> Result<u64, Lack> {
        let (left, left_of_all) = (self.left.get(), self.left_of_all.get());
        if least > left {
            return Err(Lack::OfText);
        }
        if least > left_of_all {
            return Err(Lack::OfAll);
        }
        let cut = least.saturating_add(more).min(left).min(left_of_all);
        self.left.set(left - cut);
        self.left_of_all.set(left_of_all - cut);
        Ok(cut)
    }

    fn put_back(&self, rest: u64) {
        self.left.set(self.left.get() + rest);
        self.left_of_all.set(self.left_of_all.get() + rest);
    }
}
