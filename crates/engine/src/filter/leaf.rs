//! Conditions on the values of one column, asked of a whole space at once.

use std::sync::Arc;

use lazuli_catalog::GeoPoint;
use lazuli_platform::cancel::Cancel;
use tantivy::columnar::MonotonicallyMappableToU64;

use super::geo::{Area, Circle};
use super::ordinals::Ordinals;
use super::space::Space;
use crate::bits;
use crate::error::EngineError;
use crate::segment::opened::OpenedColumn;

/// A condition on the value of a field; false of what has none.
pub(super) struct Leaf {
    pub(super) column: Arc<OpenedColumn>,
    /// Elements that are null though their document has values.
    pub(super) nulls: Option<Arc<OpenedColumn>>,
    pub(super) test: Test,
}

/// What a value must be, in the numbers that columns keep.
pub(super) enum Test {
    /// Anything.
    Present,
    /// In `low..=high`.
    Between { low: u64, high: u64 },
    /// One of these.
    OneOf(Ordinals),
    /// A point within a distance; the column is that of latitudes.
    Within { circle: Circle, longitudes: Arc<OpenedColumn> },
    /// A point in an area; the column is that of latitudes.
    Inside { area: Arc<Area>, longitudes: Arc<OpenedColumn> },
}

/// Below so many candidates in 64 elements, values are fetched one by one.
const FEW: u32 = 8;

/// Below one candidate in so many documents, each is looked up for itself.
const SPARSE: u32 = 16;

/// From one candidate in so many elements on, a range of all of them is asked for.
const CANDIDATES_MIN: usize = 8;

/// Values compared, or corners of polygons passed, between two looks at the clock: some milliseconds.
const WORK_PER_CHECK: usize = 1 << 20;

impl Leaf {
    /// Takes the elements out of `bits` for which the condition is not true.
    pub(super) fn retain(&self, space: &Space, bits: &mut [u64], cancel: &Cancel) -> Result<(), EngineError> {
        let pace = |work_per_value| Pace { cancel, work_per_value, done: 0 };
        self.drop_nulls(space, bits);
        match &self.test {
            Test::Present => self.retain_present(space, bits, pace(1)),
            Test::Between { low, high } => {
                if self.retain_range(space, bits, *low, *high) {
                    return Ok(());
                }
                let (low, span) = (*low, high - low);
                self.retain_if(space, bits, pace(1), |value, _| value.wrapping_sub(low) <= span)
            }
            Test::OneOf(ordinals) => {
                self.retain_if(space, bits, pace(1), |value, _| ordinals.contains(value))
            }
            Test::Within { circle, longitudes } => self.retain_if(space, bits, pace(1), |latitude, row| {
                let latitude = f64::from_u64(latitude);
                circle
                    .decided_by_latitude(latitude)
                    .unwrap_or_else(|| circle.contains(point(latitude, longitudes, row)))
            }),
            Test::Inside { area, longitudes } => {
                self.retain_if(space, bits, pace(area.corners()), |latitude, row| {
                    let latitude = f64::from_u64(latitude);
                    area.decided_by_latitude(latitude)
                        .unwrap_or_else(|| area.contains(point(latitude, longitudes, row)))
                })
            }
        }
    }

    fn drop_nulls(&self, space: &Space, bits: &mut [u64]) {
        let Some(nulls) = &self.nulls else { return };
        if nulls.rows(space.range()).is_empty() {
            return;
        }
        nulls.for_each_document(space.range(), |document, rows| {
            let first = space.elements(document).start;
            for row in rows {
                let element = first + nulls.values().get_val(row) as usize;
                if let Some(word) = bits.get_mut(element / 64) {
                    *word &= !(1 << (element % 64));
                }
            }
        });
    }

    fn retain_present(&self, space: &Space, bits: &mut [u64], pace: Pace<'_>) -> Result<(), EngineError> {
        if self.is_sparse(space, bits) {
            return retain_each(bits, pace, |element| {
                self.column.row(space.range().start + element as u32).is_some()
            });
        }
        if let Some(present) = self.present(space) {
            bits.iter_mut().zip(present).for_each(|(word, present)| *word &= present);
        }
        Ok(())
    }

    /// Keeps the elements whose value is in `low..=high`, if that is quicker than to look at the candidates: where they
    /// are many, every element has a value, and values take few bits. Tantivy then unpacks and compares them eight at a time.
    fn retain_range(&self, space: &Space, bits: &mut [u64], low: u64, high: u64) -> bool {
        let rows = self.column.rows(space.range());
        let (lowest, highest) = self.column.bounds();
        let candidates: u32 = bits.iter().map(|word| word.count_ones()).sum();
        if rows.len() != space.len()
            || highest - lowest > u64::from(u32::MAX)
            || (candidates as usize) < space.len() / CANDIDATES_MIN
        {
            return false;
        }
        let (first, mut accepted) = (rows.start, Vec::new());
        self.column.values().get_row_ids_for_value_range(low..=high, rows, &mut accepted);
        let mut kept = vec![0; bits.len()];
        for row in accepted {
            let element = (row - first) as usize;
            if let Some(word) = kept.get_mut(element / 64) {
                *word |= 1 << (element % 64);
            }
        }
        bits.iter_mut().zip(kept).for_each(|(word, kept)| *word &= kept);
        true
    }

    /// Keeps the elements whose value is accepted. `accept` gets the value and its row.
    #[inline]
    fn retain_if(
        &self,
        space: &Space,
        bits: &mut [u64],
        mut pace: Pace<'_>,
        accept: impl Fn(u64, u32) -> bool,
    ) -> Result<(), EngineError> {
        let values = self.column.values();
        if self.is_sparse(space, bits) {
            return retain_each(bits, pace, |element| {
                let row = self.column.row(space.range().start + element as u32);
                row.is_some_and(|row| accept(values.get_val(row), row))
            });
        }
        let present = self.present(space);
        let mut row = self.column.rows(space.range()).start;
        let mut buffer = [0; 64];
        for (index, word) in bits.iter_mut().enumerate() {
            let filled = bits::filled(index, space.len());
            let present = present.as_ref().map_or(filled, |present| present[index]);
            let count = present.count_ones();
            *word &= present;
            if *word != 0 && word.count_ones() <= FEW {
                pace.step(word.count_ones())?;
                let mut rest = *word;
                while rest != 0 {
                    let bit = rest & rest.wrapping_neg();
                    let row = row + (present & (bit - 1)).count_ones();
                    if !accept(values.get_val(row), row) {
                        *word ^= bit;
                    }
                    rest ^= bit;
                }
            } else if *word != 0 {
                pace.step(count)?;
                let buffer = &mut buffer[..count as usize];
                values.get_range(u64::from(row), buffer);
                let mut accepted = 0;
                for (offset, value) in buffer.iter().enumerate() {
                    accepted |= u64::from(accept(*value, row + offset as u32)) << offset;
                }
                *word &= deposit(accepted, present);
            }
            row += count;
        }
        Ok(())
    }

    /// Whether candidates are few among documents, so that it does not pay to find out who has a value.
    fn is_sparse(&self, space: &Space, bits: &[u64]) -> bool {
        space.is_root()
            && !self.column.is_full()
            && bits.iter().map(|word| word.count_ones()).sum::<u32>() * SPARSE < space.len() as u32
    }

    /// The elements with a row of their own; `None` = all of them.
    fn present(&self, space: &Space) -> Option<Vec<u64>> {
        let rows = self.column.rows(space.range());
        // A document has a value for each of its elements or none at all, so equal sums are equal everywhere.
        if rows.len() == space.len() {
            return None;
        }
        if rows.is_empty() {
            return Some(vec![0; space.len().div_ceil(64)]);
        }
        let mut documents = self.column.present(space.range());
        if space.is_root() {
            return Some(documents);
        }
        // Documents without values are fewer as a rule, and many of them have no elements either.
        documents.iter_mut().for_each(|word| *word = !*word);
        let mut present = vec![0; space.len().div_ceil(64)];
        bits::fill(&mut present, 0..space.len());
        bits::for_each(&documents, |offset| {
            bits::clear(&mut present, space.elements(space.range().start + offset as u32));
        });
        Some(present)
    }
}

fn point(latitude: f64, longitudes: &OpenedColumn, row: u32) -> GeoPoint {
    GeoPoint { longitude: f64::from_u64(longitudes.values().get_val(row)), latitude }
}

/// Looks at the clock now and then, by the work that was done since.
struct Pace<'a> {
    cancel: &'a Cancel,
    work_per_value: usize,
    done: usize,
}

impl Pace<'_> {
    /// Before so many values are looked at.
    #[inline]
    fn step(&mut self, values: u32) -> Result<(), EngineError> {
        self.done += values as usize * self.work_per_value;
        if self.done >= WORK_PER_CHECK {
            self.done = 0;
            self.cancel.check()?;
        }
        Ok(())
    }
}

/// Keeps the bits of which `keep` is true.
fn retain_each(
    words: &mut [u64],
    mut pace: Pace<'_>,
    keep: impl Fn(usize) -> bool,
) -> Result<(), EngineError> {
    for (index, word) in words.iter_mut().enumerate() {
        pace.step(word.count_ones())?;
        let mut rest = *word;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            if !keep(index * 64 + bit.trailing_zeros() as usize) {
                *word ^= bit;
            }
            rest ^= bit;
        }
    }
    Ok(())
}

/// Puts the lowest bits of `bits` where `places` has ones, in order.
#[inline]
fn deposit(mut bits: u64, places: u64) -> u64 {
    if places == u64::MAX || bits == 0 {
        return bits;
    }
    let (mut rest, mut deposited) = (places, 0);
    while bits != 0 && rest != 0 {
        let place = rest & rest.wrapping_neg();
        if bits & 1 != 0 {
            deposited |= place;
        }
        bits >>= 1;
        rest ^= place;
    }
    deposited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_deposited() {
        for (bits, places, expected) in [
            (0b101, 0b1101_0000, 0b1001_0000),
            (0b111, 0b1000_0001, 0b1000_0001),
            (u64::MAX, 0b1010, 0b1010),
            (0, 0b1010, 0),
            (1 << 63, u64::MAX, 1 << 63),
        ] {
            assert_eq!(deposit(bits, places), expected, "{bits:b} {places:b}");
        }
    }
}
