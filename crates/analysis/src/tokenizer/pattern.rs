//! `pattern`: what stands between the matches of a regular expression, or one of its groups (Lucene's `PatternTokenizer`).

use crate::budget::Budget;
use crate::java_regex::{Groups, JavaRegex, next_start};
use crate::pipeline::{Flow, Kind, Piece, Stop};

/// The pattern, and the group whose text is the token; None for what stands between matches.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) regex: JavaRegex,
    pub(crate) group: Option<usize>,
}

/// Feeds each token to `emit`; empty ones are left out. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(
    text: &str,
    pattern: &Pattern,
    budget: &Budget,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    budget.add_for(text);
    let mut groups = Groups::default();
    let mut units = Units { text, byte: 0, unit: 0 };
    let (mut from, mut behind) = (0, 0);
    while pattern.regex.find(text, from, budget, &mut groups)? {
        let Some((start, end)) = groups.get(0) else { break };
        let token = match pattern.group {
            None => Some((behind, start)),
            Some(group) => groups.get(group),
        };
        behind = end;
        if let Some((start, end)) = token {
            units.emit(start, end, emit)?;
        }
        from = next_start(text, start, end);
    }
    if pattern.group.is_none() {
        units.emit(behind, text.len(), emit)?;
    }
    Ok(units.at(text.len()))
}

/// Counts UTF-16 units from one place to the next; places seldom go back.
struct Units<'t> {
    text: &'t str,
    byte: usize,
    unit: u32,
}

impl Units<'_> {
    fn at(&mut self, byte: usize) -> u32 {
        if byte < self.byte {
            let back = self.text.get(byte..self.byte).unwrap_or_default();
            self.unit -= crate::char_filter::utf16_len(back);
        } else {
            self.unit += crate::char_filter::utf16_len(self.text.get(self.byte..byte).unwrap_or_default());
        }
        self.byte = byte;
        self.unit
    }

    fn emit(&mut self, from: usize, to: usize, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Flow {
        if from >= to {
            return Ok(());
        }
        let (start, end) = (self.at(from), self.at(to));
        emit(Piece::new(self.text.get(from..to).unwrap_or_default(), start, end, Kind::Plain))
    }
}
