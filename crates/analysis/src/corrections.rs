//! Where a place in a filtered text was in the text before.

/// The changes of one char filter, in order (`BaseCharFilter` of Lucene).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Corrections {
    /// From which place of the filtered text on, and how far the original is ahead of it there; UTF-16 units.
    changes: Vec<(u32, i32)>,
}

impl Corrections {
    /// `removed` units of the original stand at `out`, where the filtered text has `put` units instead: behind fewer, all
    /// is further ahead; of more, each one beyond belongs to the last that there was.
    pub(crate) fn replace(&mut self, out: u32, removed: u32, put: u32) {
        let ahead = self.ahead();
        if put < removed {
            self.add(out + put, ahead + (removed - put) as i32);
        } else {
            for extra in 0..put - removed {
                self.add(out + removed + extra, ahead - extra as i32 - 1);
            }
        }
    }

    /// From `from` on, the original is `ahead` units further. Places never go back; a second change at the same place
    /// takes the place of the first.
    fn add(&mut self, from: u32, ahead: i32) {
        match self.changes.last_mut() {
            Some(last) if last.0 == from => last.1 = ahead,
            Some(_) | None => self.changes.push((from, ahead)),
        }
    }

    /// How far the original is ahead at the end of what was filtered so far.
    fn ahead(&self) -> i32 {
        self.changes.last().map_or(0, |&(_, ahead)| ahead)
    }

    /// The place in the text before the filter.
    pub(crate) fn correct(&self, place: u32) -> u32 {
        let passed = self.changes.partition_point(|&(from, _)| from <= place);
        let last = passed.checked_sub(1).and_then(|last| self.changes.get(last));
        place.saturating_add_signed(last.map_or(0, |&(_, ahead)| ahead))
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
