//! Where a place in a filtered text was in the text before.

/// The changes of one char filter, in order (`BaseCharFilter` of Lucene).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Corrections {
    changes: Vec<Change>,
}

/// One change; all places are UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    /// Places of the filtered text from here up to `from` belong to the last unit that the original had before `from`.
    pinned_from: u32,
    /// From here on
    from: u32,
    /// the original is so many units ahead.
    ahead: i32,
}

impl Corrections {
    /// `removed` units of the original stand at `out`, where the filtered text has `put` units instead: behind fewer, all
    /// is further ahead; of more, each one beyond belongs to the last that there was.
    pub(crate) fn replace(&mut self, out: u32, removed: u32, put: u32) {
        if put == removed {
            return;
        }
        let ahead = self.changes.last().map_or(0, |last| last.ahead) + removed as i32 - put as i32;
        let change = Change { pinned_from: out + put.min(removed), from: out + put, ahead };
        match self.changes.last_mut() {
            // Places never go back; a second change at the same place takes the place of the first.
            Some(last) if last.pinned_from == change.pinned_from => *last = change,
            Some(_) | None => self.changes.push(change),
        }
    }

    /// Memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.changes.len() * size_of::<Change>()
    }

    /// The place in the text before the filter.
    pub(crate) fn correct(&self, place: u32) -> u32 {
        let passed = self.changes.partition_point(|change| change.pinned_from <= place);
        let last = passed.checked_sub(1).and_then(|last| self.changes.get(last));
        match last {
            None => place,
            Some(Change { from, ahead, .. }) if place < *from => (from - 1).saturating_add_signed(*ahead),
            Some(Change { ahead, .. }) => place.saturating_add_signed(*ahead),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: `aa` became `b`, then `c` became `ddd`.
    #[test]
    fn places_are_found_again() {
        let mut corrections = Corrections::default();
        corrections.replace(0, 2, 1);
        corrections.replace(1, 1, 3);
        let places: Vec<u32> = (0..=4).map(|place| corrections.correct(place)).collect();
        assert_eq!(places, [0, 2, 2, 2, 3]);
    }
}
