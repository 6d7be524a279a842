//! Some documents of one segment, deleted ones included: a bit for each document, or a list when they are few.

use std::io;
use std::ops::ControlFlow;

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, TERMINATED};

use crate::bits::{self, Bits};

/// See the module.
#[derive(Debug, PartialEq)]
pub(crate) struct Documents {
    form: Form,
    count: u32,
    max_doc: DocId,
}

#[derive(Debug, PartialEq)]
enum Form {
    /// A bit for each document of the segment.
    Words(Box<[u64]>),
    /// Ascending.
    List(Box<[DocId]>),
}

/// Documents on their way to be [`Documents`].
pub(crate) struct Gathered {
    words: Vec<u64>,
    max_doc: DocId,
}

impl Gathered {
    /// None yet, of a segment of `max_doc` documents.
    pub(crate) fn none(max_doc: DocId) -> Self {
        Self { words: vec![0; (max_doc as usize).div_ceil(64)], max_doc }
    }

    /// Adds all documents that remain in `postings`.
    pub(crate) fn add_postings(&mut self, postings: &mut BlockSegmentPostings) -> io::Result<()> {
        while !postings.docs().is_empty() {
            for document in postings.docs() {
                let word = self.words.get_mut(*document as usize / 64);
                *word.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "postings"))? |=
                    1 << (document % 64);
            }
            postings.advance();
        }
        Ok(())
    }

    /// Adds the documents of a window that begins at `start`, a multiple of 64.
    pub(crate) fn add_window(&mut self, start: DocId, bits: &Bits) {
        debug_assert!(start.is_multiple_of(64));
        let words = self.words.iter_mut().skip(start as usize / 64);
        words.zip(bits.words()).for_each(|(word, more)| *word |= more);
    }

    /// Keeps what was gathered as it takes least memory.
    pub(crate) fn finish(self) -> Documents {
        let count: u32 = self.words.iter().map(|word| word.count_ones()).sum();
        let form = if Documents::are_listed(u64::from(count), self.max_doc) {
            let mut list = Vec::with_capacity(count as usize);
            bits::for_each(&self.words, |document| list.push(document as DocId));
            Form::List(list.into())
        } else {
            Form::Words(self.words.into())
        };
        Documents { form, count, max_doc: self.max_doc }
    }
}

impl Documents {
    /// Those of a list in ascending order, of a segment of `max_doc` documents; a list is what takes least memory.
    pub(crate) fn listed(list: Vec<DocId>, max_doc: DocId) -> Self {
        debug_assert!(Self::are_listed(list.len() as u64, max_doc));
        Self { count: list.len() as u32, form: Form::List(list.into()), max_doc }
    }

    /// Whether a list of `count` documents takes less memory than a bit for each of `max_doc`.
    pub(crate) fn are_listed(count: u64, max_doc: DocId) -> bool {
        Self::list_bytes(count) < Self::words_bytes(max_doc)
    }

    /// Bytes on the heap of at most `count` of `max_doc` documents.
    pub(super) fn heap_bytes_max(count: u64, max_doc: DocId) -> u64 {
        Self::list_bytes(count).min(Self::words_bytes(max_doc))
    }

    fn list_bytes(count: u64) -> u64 {
        count * size_of::<DocId>() as u64
    }

    fn words_bytes(max_doc: DocId) -> u64 {
        u64::from(max_doc.div_ceil(64)) * size_of::<u64>() as u64
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Their share of all documents of the segment.
    pub(crate) fn share(&self) -> f64 {
        f64::from(self.count) / f64::from(self.max_doc.max(1))
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        match &self.form {
            Form::Words(words) => size_of_val::<[u64]>(words),
            Form::List(list) => size_of_val::<[DocId]>(list),
        }
    }

    /// The first at or after `from`; [`TERMINATED`] after the last.
    pub(crate) fn next(&self, from: DocId) -> DocId {
        match &self.form {
            Form::Words(words) => next_bit(words, from),
            Form::List(list) => list.get(position(list, from)).copied().unwrap_or(TERMINATED),
        }
    }

    /// How many of them are among others, of which there is a bit for each document of the segment.
    pub(crate) fn count_among(&self, others: &[u64]) -> u64 {
        let is_other = |document: &&DocId| {
            others.get(**document as usize / 64).is_some_and(|word| word >> (**document % 64) & 1 == 1)
        };
        match &self.form {
            Form::Words(words) => {
                let common = |(word, other): (&u64, &u64)| u64::from((word & other).count_ones());
                words.iter().zip(others).map(common).sum()
            }
            Form::List(list) => list.iter().filter(is_other).count() as u64,
        }
    }

    /// Calls `visit` with each, in ascending order, until it breaks.
    pub(crate) fn visit(&self, mut visit: impl FnMut(DocId) -> ControlFlow<()>) {
        let _broken = match &self.form {
            Form::Words(words) => words.iter().enumerate().try_for_each(|(index, word)| {
                let mut rest = *word;
                while rest != 0 {
                    visit(index as DocId * 64 + rest.trailing_zeros())?;
                    rest &= rest - 1;
                }
                ControlFlow::Continue(())
            }),
            Form::List(list) => list.iter().copied().try_for_each(visit),
        };
    }

    /// Takes out of `bits`, the documents from `start` on, those that are not among these.
    pub(crate) fn retain(&self, start: DocId, bits: &mut [u64]) {
        match &self.form {
            Form::Words(words) => {
                bits.iter_mut()
                    .zip(bits::shifted(words, start as usize))
                    .for_each(|(word, kept)| *word &= kept);
            }
            Form::List(list) => {
                let mut rest = list.get(position(list, start)..).unwrap_or_default().iter().peekable();
                for (index, word) in bits.iter_mut().enumerate() {
                    let first = start.saturating_add(index as DocId * 64);
                    let mut kept = 0;
                    while let Some(document) = rest.next_if(|document| **document - first < 64) {
                        kept |= 1 << (document - first);
                    }
                    *word &= kept;
                }
            }
        }
    }
}

/// Where in `list` the documents from `from` on begin.
fn position(list: &[DocId], from: DocId) -> usize {
    list.partition_point(|document| *document < from)
}

fn next_bit(words: &[u64], from: DocId) -> DocId {
    let first = from as usize / 64;
    let mut mask = u64::MAX << (from % 64);
    for (index, word) in words.iter().enumerate().skip(first) {
        let rest = word & mask;
        if rest != 0 {
            return index as DocId * 64 + rest.trailing_zeros();
        }
        mask = u64::MAX;
    }
    TERMINATED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::WINDOW_DOCUMENTS;

    const MAX_DOC: DocId = 3 * WINDOW_DOCUMENTS + 77;

    fn documents(list: &[DocId]) -> Documents {
        let mut gathered = Gathered::none(MAX_DOC);
        for document in list {
            gathered.words[*document as usize / 64] |= 1 << (document % 64);
        }
        gathered.finish()
    }

    fn check(list: &[DocId], expected_bytes: usize) {
        let documents = documents(list);
        assert_eq!((documents.count() as usize, documents.heap_bytes()), (list.len(), expected_bytes));
        assert_eq!(Documents::heap_bytes_max(list.len() as u64, MAX_DOC), expected_bytes as u64);
        for from in (0..MAX_DOC + 70).step_by(13).chain(list.iter().copied()) {
            let expected = list.iter().copied().find(|document| *document >= from);
            assert_eq!(documents.next(from), expected.unwrap_or(TERMINATED));
        }
        let mut visited = Vec::new();
        documents.visit(|document| {
            visited.push(document);
            if visited.len() == 1000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(visited, list[..list.len().min(1000)]);
        let thirds: Vec<u64> = (0..u64::from(MAX_DOC.div_ceil(64))).map(|_| 0x9249_2492_4924_9249).collect();
        let is_third = |document: &&DocId| (**document % 64).is_multiple_of(3);
        assert_eq!(documents.count_among(&thirds), list.iter().filter(is_third).count() as u64);
        for start in
            [0, 1, 63, 64, 65, WINDOW_DOCUMENTS, WINDOW_DOCUMENTS + 7, 3 * WINDOW_DOCUMENTS, MAX_DOC - 1]
        {
            // Every other document of the window.
            let mut bits = Bits::none();
            (start..start + WINDOW_DOCUMENTS)
                .filter(|at| at.is_multiple_of(2))
                .for_each(|at| bits.insert((at - start) as usize));
            documents.retain(start, bits.words_mut());
            let mut kept = Vec::new();
            bits.for_each(|offset| kept.push(start + offset as DocId));
            let expected =
                |at: &&DocId| (start..start + WINDOW_DOCUMENTS).contains(*at) && at.is_multiple_of(2);
            assert_eq!(kept, list.iter().filter(expected).copied().collect::<Vec<_>>(), "from {start}");
        }
    }

    #[test]
    fn both_forms_hold_the_same() {
        let words = MAX_DOC.div_ceil(64) as usize * 8;
        check(&[], 0);
        check(
            &[0, 63, 64, WINDOW_DOCUMENTS - 1, WINDOW_DOCUMENTS, 2 * WINDOW_DOCUMENTS + 200, MAX_DOC - 1],
            7 * 4,
        );
        check(&(0..MAX_DOC).collect::<Vec<_>>(), words);
        check(&(0..MAX_DOC).filter(|at| at % 7 < 2).collect::<Vec<_>>(), words);
        // As many as take the memory of the words: one more bit is no reason for a list.
        check(&(0..words as DocId / 4).map(|at| at * 20).collect::<Vec<_>>(), words);
        check(&(1..words as DocId / 4).map(|at| at * 20).collect::<Vec<_>>(), words - 4);
    }

    #[test]
    fn a_list_is_the_same_as_what_was_gathered() {
        let list = vec![0, 64, WINDOW_DOCUMENTS, MAX_DOC - 1];
        assert_eq!(Documents::listed(list.clone(), MAX_DOC), documents(&list));
        let bound = u64::from(MAX_DOC.div_ceil(64)) * 2;
        assert_eq!([bound - 1, bound].map(|count| Documents::are_listed(count, MAX_DOC)), [true, false]);
    }

    #[test]
    fn windows_are_put_together() {
        let mut gathered = Gathered::none(MAX_DOC);
        let mut bits = Bits::none();
        bits.insert(0);
        bits.insert(WINDOW_DOCUMENTS as usize - 1);
        gathered.add_window(64, &bits);
        let mut rest = Bits::none();
        bits::fill(rest.words_mut(), 0..77);
        gathered.add_window(3 * WINDOW_DOCUMENTS, &rest);
        let expected: Vec<_> =
            [64, 64 + WINDOW_DOCUMENTS - 1].into_iter().chain(3 * WINDOW_DOCUMENTS..MAX_DOC).collect();
        assert_eq!(gathered.finish(), documents(&expected));
    }
}
