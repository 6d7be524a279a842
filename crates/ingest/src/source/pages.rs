//! The pages of a listing, one after the other, and to an end.
//!
//! A server cuts what it lists into pages and says with each where the next one begins: at a place, which only the server
//! understands. [`Pages`] knows where the listing is, and sees to it that no server keeps a run busy for ever, be it with a
//! place that leads to itself or with pages that hold nothing. What a page is asked for with, how long that may take and what
//! the items mean is the source's business:
//!
//! ```text
//! step() ─▶ Turn    ask for the page at place(), then turn() to it
//!           Take    take some of `items`
//!           Finish  everything was taken, which is said once
//! ```

use std::collections::VecDeque;

use super::SourceError;

/// What a listing may do, and what is said of one that does more.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Pages without an item in a row.
    pub(super) empty_pages_max: usize,
    /// Whether a page without an item may go on where it began itself, because its time was up before anything was found.
    pub(super) may_stand_still: bool,
    /// The sentence for a listing that goes on and on.
    pub(super) endless: &'static str,
}

/// Some items, and where those after them begin; nowhere if they are the last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page<T, P = String> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<P>,
}

/// What a listing is to be asked for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The next page.
    Turn,
    /// Some of the items of this one.
    Take,
    /// What is to be remembered of a whole listing.
    Finish,
}

/// A listing under way.
#[derive(Debug)]
pub(super) struct Pages<T, P = String> {
    /// What is left of the page.
    pub(super) items: VecDeque<T>,
    asked: Option<P>,
    next: Next<P>,
    empty_pages: usize,
    bounds: &'static Bounds,
}

/// Where the next page begins.
#[derive(Debug)]
enum Next<P> {
    /// At the beginning, or where the run before broke off: no page was read yet.
    First(Option<P>),
    After(P),
    /// There is none.
    None,
    /// There is none, and that was said.
    Finished,
}

impl<T, P: PartialEq> Pages<T, P> {
    /// A listing that begins at this place, or at the beginning.
    pub(super) fn from(place: Option<P>, bounds: &'static Bounds) -> Self {
        Self { items: VecDeque::new(), asked: None, next: Next::First(place), empty_pages: 0, bounds }
    }

    /// What comes next; nothing after [`Step::Finish`].
    pub(super) fn step(&mut self) -> Option<Step> {
        if !self.items.is_empty() {
            return Some(Step::Take);
        }
        match self.next {
            Next::First(_) | Next::After(_) => Some(Step::Turn),
            Next::None => {
                self.next = Next::Finished;
                Some(Step::Finish)
            }
            Next::Finished => None,
        }
    }

    /// Whether a page has to be read before there is anything to take.
    pub(super) fn waits(&self) -> bool {
        self.items.is_empty() && !self.has_ended()
    }

    /// Whether everything was taken.
    pub(super) fn is_over(&self) -> bool {
        self.items.is_empty() && self.has_ended()
    }

    fn has_ended(&self) -> bool {
        match self.next {
            Next::First(_) | Next::After(_) => false,
            Next::None | Next::Finished => true,
        }
    }

    /// Where the next page begins, unless that is at the beginning or nowhere.
    pub(super) fn place(&self) -> Option<&P> {
        match &self.next {
            Next::First(place) => place.as_ref(),
            Next::After(place) => Some(place),
            Next::None | Next::Finished => None,
        }
    }

    /// Where this page began, unless that was at the beginning.
    pub(super) fn asked(&self) -> Option<&P> {
        self.asked.as_ref()
    }

    /// Whether no page was read yet.
    pub(super) fn is_first(&self) -> bool {
        matches!(self.next, Next::First(_))
    }

    /// The server does not know the place any more: the next page is asked for without one.
    pub(super) fn forget_place(&mut self) {
        self.next = Next::First(None);
    }

    /// Takes in the page that was asked for.
    pub(super) fn turn(&mut self, page: Page<T, P>) -> Result<(), SourceError> {
        let is_empty = page.items.is_empty();
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        let stands_still = page.next.is_some() && page.next.as_ref() == self.place();
        let is_stuck = stands_still && !(is_empty && self.bounds.may_stand_still);
        if is_stuck || self.empty_pages > self.bounds.empty_pages_max {
            return Err(self.endless());
        }
        self.items = page.items.into();
        let next = page.next.map_or(Next::None, Next::After);
        self.asked = match std::mem::replace(&mut self.next, next) {
            Next::First(place) => place,
            Next::After(place) => Some(place),
            Next::None | Next::Finished => None,
        };
        Ok(())
    }

    /// What is said of a listing that goes on and on.
    pub(super) fn endless(&self) -> SourceError {
        SourceError::Broken(self.bounds.endless.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Bounds = Bounds { empty_pages_max: 2, may_stand_still: false, endless: "It goes on." };
    const PATIENT: Bounds = Bounds { may_stand_still: true, ..STRICT };

    fn page(items: &[u8], next: &str) -> Page<u8> {
        Page { items: items.to_vec(), next: (!next.is_empty()).then(|| next.to_owned()) }
    }

    /// What is taken of these pages, each item at the place where its page began, until they end or are refused.
    fn taken(mut listing: Pages<u8>, pages: &[Page<u8>]) -> Result<String, SourceError> {
        let (mut answers, mut taken) = (pages.iter().cloned(), String::new());
        while let Some(step) = listing.step() {
            match step {
                Step::Turn => listing.turn(answers.next().expect("a page too many was asked for"))?,
                Step::Take => {
                    let item = listing.items.pop_front().unwrap();
                    let place = listing.asked().map_or("", String::as_str);
                    taken.push_str(&format!("{item}@{place} "));
                }
                Step::Finish => taken.push_str("end"),
            }
        }
        assert!(answers.next().is_none(), "a page was not asked for");
        Ok(taken)
    }

    #[test]
    fn pages_are_taken_one_after_the_other_and_the_end_is_said_once() {
        let pages = [page(&[1, 2], "a"), page(&[], "b"), page(&[3], "")];
        assert_eq!(taken(Pages::from(None, &STRICT), &pages).unwrap(), "1@ 2@ 3@b end");
        let resumed = Pages::from(Some("z".to_owned()), &STRICT);
        assert_eq!(taken(resumed, &pages).unwrap(), "1@z 2@z 3@b end");
        assert_eq!(taken(Pages::from(None, &STRICT), &[page(&[], "")]).unwrap(), "end");
    }

    #[test]
    fn a_place_that_leads_to_itself_is_the_end() {
        let endless = Err(SourceError::Broken("It goes on.".into()));
        let same = [page(&[1], "a"), page(&[2], "a")];
        assert_eq!(taken(Pages::from(None, &STRICT), &same), endless);
        assert_eq!(taken(Pages::from(Some("a".to_owned()), &STRICT), &same[..1]), endless);
        assert_eq!(taken(Pages::from(None, &PATIENT), &same), endless);
        let empty = [page(&[1], "a"), page(&[], "a"), page(&[2], "")];
        assert_eq!(taken(Pages::from(None, &STRICT), &empty[..2]), endless);
        assert_eq!(taken(Pages::from(None, &PATIENT), &empty).unwrap(), "1@ 2@a end");
    }

    #[test]
    fn only_so_many_pages_in_a_row_are_empty() {
        let endless = Err(SourceError::Broken("It goes on.".into()));
        let empty = |places: &[&str]| places.iter().map(|place| page(&[], place)).collect::<Vec<_>>();
        assert_eq!(taken(Pages::from(None, &STRICT), &empty(&["a", "b", "c"])), endless);
        assert_eq!(taken(Pages::from(None, &PATIENT), &empty(&["a", "a", "a"])), endless);
        let broken_up = [empty(&["a", "b"]), vec![page(&[1], "c")], empty(&["d", ""])].concat();
        assert_eq!(taken(Pages::from(None, &STRICT), &broken_up).unwrap(), "1@b end");
    }

    #[test]
    fn a_place_that_is_forgotten_is_left_out_and_empty_pages_still_count() {
        let mut listing = Pages::from(Some("old".to_owned()), &STRICT);
        assert_eq!((listing.is_first(), listing.place().map(String::as_str)), (true, Some("old")));
        for _ in 0..STRICT.empty_pages_max {
            listing.forget_place();
            assert_eq!((listing.is_first(), listing.place()), (true, None));
            listing.turn(page(&[], "new")).unwrap();
            assert_eq!((listing.is_first(), listing.place().map(String::as_str)), (false, Some("new")));
        }
        listing.forget_place();
        assert!(listing.turn(page(&[], "new")).is_err());
    }

    #[test]
    fn a_listing_waits_until_there_is_something_and_is_over_when_all_is_taken() {
        let mut listing = Pages::from(None, &STRICT);
        let state = |listing: &Pages<u8>| (listing.waits(), listing.is_over());
        assert_eq!(state(&listing), (true, false));
        listing.turn(page(&[1], "a")).unwrap();
        assert_eq!(state(&listing), (false, false));
        listing.items.clear();
        assert_eq!(state(&listing), (true, false));
        listing.turn(page(&[2], "")).unwrap();
        assert_eq!(state(&listing), (false, false));
        listing.items.clear();
        assert_eq!(state(&listing), (false, true));
    }
}
