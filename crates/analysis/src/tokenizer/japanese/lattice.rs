//! All words that a text may consist of, and the best way through them (Lucene's `JapaneseTokenizer`, search mode).
//!
//! At each place of the text stand the words that end there, each with the cost of the best way that ends with it. Where
//! only one is left and no word reaches farther, all that lies before is settled, and words are handed out; so only a
//! part of the text is ever looked at.

use std::collections::VecDeque;

use super::characters::Sort;
use super::dictionary::{BOUNDARY, Class, Dictionary, ROOT};
use super::window::Window;

/// Units behind the last settled place at which the best way so far is taken for settled (`MAX_BACKTRACE_GAP`).
const UNSETTLED_MAX: usize = 1024;

/// The longest unknown word, in units (`MAX_UNKNOWN_WORD_LENGTH`).
pub(in crate::tokenizer) const UNKNOWN_LEN_MAX: usize = 1024;

/// A word that ends at a place.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    /// The dictionary's number.
    word: u32,
    class: Class,
    /// Of all words on the best way up to here.
    cost: i32,
    /// The place where it begins.
    from: usize,
    /// Behind which of the words that end there.
    behind: usize,
}

/// A word of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// The dictionary's number.
    pub(super) word: u32,
    /// UTF-16 units into the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many words it is the whole of; 1 for a word that was not taken apart.
    pub(super) parts: u32,
}

#[derive(Debug)]
pub(super) struct Lattice<'t> {
    dictionary: &'static Dictionary,
    pub(super) window: Window<'t>,
    /// The words that end at each place, from place `first` on.
    places: VecDeque<Vec<Arrival>>,
    first: usize,
    /// The place that is looked at next.
    at: usize,
    /// All before this place is settled.
    settled: usize,
    is_done: bool,
    /// For classes of words that begin at the place looked at: the best cost and the word before.
    best: Vec<(Class, i32, usize)>,
}

impl<'t> Lattice<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let begin = Arrival { word: u32::MAX, class: BOUNDARY, cost: 0, from: 0, behind: 0 };
        Self {
            dictionary: Dictionary::get(),
            window: Window::new(text),
            places: VecDeque::from([vec![begin]]),
            first: 0,
            at: 0,
            settled: 0,
            is_done: false,
            best: Vec::new(),
        }
    }

    /// Looks at more of the text and puts the words that are settled then into `found`, the last first; false at the end.
    /// What it found stays in the window until the next call.
    pub(super) fn advance(&mut self, found: &mut Vec<Found>) -> bool {
        if self.is_done {
            return false;
        }
        self.let_go();
        while self.window.unit(self.at).is_some() {
            let arrivals = self.place_mut(self.at).len();
            let is_farthest = self.first + self.places.len() == self.at + 1;
            if arrivals == 0 {
                self.at += 1;
                continue;
            }
            if self.at > self.settled && arrivals == 1 && is_farthest {
                self.settle(self.at, 0, found);
                if let Some(only) = self.place_mut(self.at).first_mut() {
                    only.cost = 0;
                }
            }
            if found.is_empty() && self.at - self.settled >= UNSETTLED_MAX {
                self.settle_early(found);
            } else if found.is_empty() {
                self.add_words();
                self.at += 1;
            }
            if !found.is_empty() {
                return true;
            }
        }
        self.is_done = true;
        let dictionary = self.dictionary;
        let cost = |way: &Arrival| way.cost.saturating_add(dictionary.connection(way.class, BOUNDARY));
        if let Some((last, _)) = self.place(self.at).iter().enumerate().min_by_key(|(_, way)| cost(way)) {
            self.settle(self.at, last, found);
        }
        true
    }

    /// The place reached, which is the text's length in UTF-16 units at the end.
    pub(super) fn reached(&self) -> u32 {
        self.at as u32
    }

    fn let_go(&mut self) {
        self.window.let_go(self.settled);
        let count = self.settled.saturating_sub(self.first).min(self.places.len());
        self.places.drain(..count);
        self.first += count;
    }

    fn place(&self, place: usize) -> &[Arrival] {
        place.checked_sub(self.first).and_then(|at| self.places.get(at)).map_or(&[], Vec::as_slice)
    }

    fn place_mut(&mut self, place: usize) -> &mut Vec<Arrival> {
        let at = place.saturating_sub(self.first);
        if at >= self.places.len() {
            self.places.resize_with(at + 1, Vec::new);
        }
        match self.places.get_mut(at) {
            Some(arrivals) => arrivals,
            None => unreachable!("there are more places than that"),
        }
    }

    /// What a word costs in search mode because it may be a compound: kanji in threes and more, others from eight on.
    fn penalty(&mut self, start: usize, end: usize) -> i32 {
        match end - start {
            0..=2 => 0,
            len if self.window.are_kanji(start, end) => (len as i32 - 2) * 3000,
            len @ 8.. => (len as i32 - 7) * 1700,
            _ => 0,
        }
    }

    /// Adds the words that begin at the place looked at: known ones, and unknown ones where none is known or the sort of
    /// character asks for it.
    fn add_words(&mut self) {
        self.best.clear();
        let (mut node, mut end, mut is_known) = (ROOT, self.at, false);
        while let Some(unit) = self.window.unit(end) {
            let Some(child) = self.dictionary.child(node, unit.code) else { break };
            (node, end) = (child, end + 1);
            for word in self.dictionary.words_at(node) {
                self.add_word(end, word);
                is_known = true;
            }
        }
        let sort = self.window.unit(self.at).map_or(Sort::Other, |unit| unit.sort);
        if !is_known || sort.competes() {
            let end = if sort.groups() { self.window.run_end(self.at, UNKNOWN_LEN_MAX) } else { self.at + 1 };
            for word in self.dictionary.unknown(sort) {
                self.add_word(end, word);
            }
        }
    }

    fn add_word(&mut self, end: usize, number: u32) {
        let word = self.dictionary.word(number);
        let known = self.best.iter().find(|(class, _, _)| *class == word.class).copied();
        let Some((class, cost, behind)) = known.or_else(|| self.best_before(self.at, word.class)) else {
            return;
        };
        if known.is_none() {
            self.best.push((class, cost, behind));
        }
        let cost = cost.saturating_add(word.cost.into());
        let arrival = Arrival { word: number, class, cost, from: self.at, behind };
        self.place_mut(end).push(arrival);
    }

    /// Which word that ends at a place goes best before one of a class, and what both of that costs.
    fn best_before(&self, place: usize, class: Class) -> Option<(Class, i32, usize)> {
        let cost = |way: &Arrival| way.cost.saturating_add(self.dictionary.connection(way.class, class));
        let ways = self.place(place).iter().map(cost).enumerate();
        ways.min_by_key(|(_, cost)| *cost).map(|(behind, cost)| (class, cost, behind))
    }

    /// Settles the best way so far, wherever it ends, and forgets all others.
    fn settle_early(&mut self, found: &mut Vec<Found>) {
        let behind = self.at.saturating_sub(self.first);
        let ways = self.places.iter().enumerate().skip(behind);
        let ways = ways.flat_map(|(at, ways)| ways.iter().map(move |way| (at, *way)));
        let Some((best_at, best)) = ways.min_by_key(|(_, way)| way.cost) else { return };
        for (at, ways) in self.places.iter_mut().enumerate().skip(behind) {
            ways.clear();
            if at == best_at {
                ways.push(best);
            }
        }
        self.at = self.first + best_at;
        self.settle(self.at, 0, found);
        for way in self.place_mut(self.at) {
            way.cost = 0;
        }
    }

    /// Follows the way back from a word that ends at `end` to what was settled before, and finds the words on it, the last
    /// first. A compound whose parts are nearly as good is found behind the first of its parts.
    fn settle(&mut self, end: usize, last: usize, found: &mut Vec<Found>) {
        let (mut at, mut number) = (end, last);
        let (mut compound, mut parts, mut next) = (None, 0, None);
        while at > self.settled {
            let Some(&(mut way)) = self.place(at).get(number) else { break };
            if compound.is_none()
                && let Some(last_part) = self.last_part(at, way, next)
            {
                compound = Some(Found { word: way.word, start: way.from, end: at, parts: 1 });
                (way, parts) = (last_part, 0);
            }
            if let Some(whole) = compound
                && whole.start >= way.from
            {
                // Without parts that are more than signs it is none.
                if parts > 0 {
                    found.push(Found { parts: parts + 1, ..whole });
                }
                compound = None;
            }
            if self.window.unit(way.from).is_some_and(|unit| !unit.is_sign) {
                found.push(Found { word: way.word, start: way.from, end: at, parts: 1 });
                parts += 1;
            }
            next = Some(way.class);
            (at, number) = (way.from, way.behind);
        }
        self.settled = end;
    }

    /// The last part of a word that is long enough for a compound, if its parts do not cost more than it does with the
    /// penalty. `next` is the class of the word behind.
    fn last_part(&mut self, end: usize, whole: Arrival, next: Option<Class>) -> Option<Arrival> {
        let penalty = self.penalty(whole.from, end);
        if penalty == 0 {
            return None;
        }
        let dictionary = self.dictionary;
        let cost = |way: &Arrival| {
            way.cost.saturating_add(next.map_or(0, |next| dictionary.connection(way.class, next)))
        };
        let cost_max = cost(&whole).saturating_add(penalty);
        self.rescore(whole.from, end, whole.behind);
        let best = *self.place(end).iter().min_by_key(|way| cost(way))?;
        (cost(&best) <= cost_max && best.from != whole.from).then_some(best)
    }

    /// Reckons all ways from a word that ends at `start` to the words that end behind it up to `end` once more, now with
    /// penalties (`pruneAndRescore`).
    fn rescore(&mut self, start: usize, end: usize, behind: usize) {
        let Some(&before) = self.place(start).get(behind) else { return };
        for place in start + 1..=end {
            let mut ways = std::mem::take(self.place_mut(place));
            ways.retain_mut(|way| {
                let best = if way.from == start {
                    let cost =
                        before.cost.saturating_add(self.dictionary.connection(before.class, way.class));
                    Some((way.class, cost, behind))
                } else if way.from > start {
                    self.best_before(way.from, way.class)
                } else {
                    None
                };
                let Some((_, cost, behind)) = best else { return false };
                let cost = cost.saturating_add(self.dictionary.word(way.word).cost.into());
                way.cost = cost.saturating_add(self.penalty(way.from, place));
                way.behind = behind;
                true
            });
            *self.place_mut(place) = ways;
        }
    }
}
